"""The wheel alone, in an environment that knows nothing of the source, is the whole product."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

import machine

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by way of the sdist, as a release is."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, whose other packages are borrowed from this one.

    Python reads no .pth file of a folder that a .pth file names, so the editable
    installation beside the borrowed packages stays unknown.
    """
    place = tmp_path_factory.mktemp("elsewhere") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-qq", "--no-index"]
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    site = sysconfig.get_path("purelib", vars={"base": str(place)})
    Path(site, "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place


def environ(place: Path, data: Path) -> dict[str, str]:
    told = machine.without_settings() | {
        "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),
        "PRACTIKA_DATA": str(data),
    }
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        told.pop(name, None)
    return told


def run(place: Path, *words: str, data: Path) -> str:
    command = [str(place / "bin" / words[0]), *words[1:]]
    told = environ(place, data)
    done = subprocess.run(command, cwd=place, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def in_source(folder: str, pattern: str) -> set[str]:
    made = {"__pycache__", ".ipynb_checkpoints"}
    found = (path.relative_to(ROOT / folder) for path in (ROOT / folder).glob(pattern))
    return {path.as_posix() for path in found if not made.intersection(path.parts)}


@pytest.mark.parametrize(
    ("folder", "pattern", "place"),
    [
        ("notebooks", "**/*.ipynb", "practika_kernel/_notebooks"),
        ("practika_kernel", "**/*.py", "practika_kernel"),
        ("practika_kernel/server/templates", "**/*.*", "practika_kernel/server/templates"),
        ("practika_kernel/storage/migrations", "**/*.*", "practika_kernel/storage/migrations"),
        ("widgets/practika_widgets", "**/*.py", "practika_widgets"),
        ("widgets/practika_widgets/static", "**/*.*", "practika_widgets/static"),
    ],
)
def test_it_holds_every_file_that_is_needed(wheel, folder, pattern, place):
    needed = in_source(folder, pattern)
    assert needed, f"{folder} has no {pattern}"
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in needed if f"{place}/{name}" not in held} == set()


def test_it_holds_the_product_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"practika_kernel", "practika_widgets", "practika-0.1.0.dist-info"}
    assert not any("node_modules" in name or name.endswith(".pyc") for name in names)
    licenses = {name.split("/licenses/")[1] for name in names if "/licenses/" in name}
    assert any(name == "LICENSE" for name in licenses)
    assert any(name.endswith("OFL.txt") for name in licenses)


def test_both_packages_come_from_the_wheel(installed, tmp_path):
    script = "import practika_kernel, practika_widgets as w; print(practika_kernel.__file__)"
    out = run(installed, "python", "-c", f"{script}; print(w.__file__)", data=tmp_path)
    assert [str(ROOT) in line for line in out.splitlines()] == [False, False]
    assert out.count(str(installed)) == 2


def test_the_command_teaches(installed, tmp_path):
    said = run(installed, "practika", "--help", data=tmp_path)
    for command in ("serve", "worker", "demo", "person", "clip", "doctor", "lab"):
        assert command in said


def test_the_doctor_finds_it_healthy(installed, tmp_path):
    found = json.loads(run(installed, "practika", "doctor", "--json", data=tmp_path / "data"))
    assert isinstance(found, dict)
    assert str(ROOT) not in json.dumps(found)


def test_the_server_starts_from_it_and_stops_at_ctrl_c(installed, tmp_path):
    port = machine.free_port()
    told = environ(installed, tmp_path / "data") | {"PRACTIKA_PORT": str(port)}
    command = [str(installed / "bin" / "practika"), "serve"]
    log = tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=installed, env=told, stdout=out, stderr=out, start_new_session=True
        )
    try:
        home = f"http://127.0.0.1:{port}"
        page = answer(f"{home}/login", server, log)
        styles = re.findall(r'href="([^"]+\.css[^"]*)"', page.text)
        assert styles, page.text
        for style in styles:
            assert requests.get(urljoin(page.url, style), timeout=10).status_code == 200
        assert requests.get(f"{home}/healthz", timeout=10).status_code == 200
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0, log.read_text()
        with pytest.raises(ProcessLookupError):
            os.killpg(server.pid, 0)  # nothing it started is left
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def answer(url: str, server: subprocess.Popen[bytes], log: Path) -> requests.Response:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(requests.RequestException):
            return requests.get(url, timeout=10)
        time.sleep(0.1)
    raise AssertionError(f"The server did not answer:\n{log.read_text()}")
