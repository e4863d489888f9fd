"""``practika serve``: server, worker and fork server, from one command until Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import opened, read_settings
from practika_kernel.domain.errors import Misconfigured

if TYPE_CHECKING:
    from practika_kernel.cli.supervisor import Job
    from practika_kernel.settings import Settings

LONGEST_SOCKET = 100
"""Characters a socket's path may have, a little below what every system allows."""
FORKS_PATIENCE = 10.0
"""Seconds the welcome waits for the fork server; the pages work without it, slower."""
FORKS_NEED = (
    "PATH", "HOME", "USER", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH",
    "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "TMPDIR", "TZ",
)  # fmt: skip
"""What the fork server gets of our environment: the system shows it to every kernel."""


@click.command(short_help="Start pages and worker; Ctrl-C stops both.")
@click.option("--sample", is_flag=True, help="Make the sample course when nobody is there yet.")
@click.option("--no-worker", is_flag=True, help="Only the server; a worker runs elsewhere.")
@click.option("--open", "open_", is_flag=True, help="Open the page in a browser when it is ready.")
def serve(sample: bool, no_worker: bool, open_: bool) -> None:
    """Start Practika here: the pages and the worker that prepares videos.

    Looks at settings, port and data folder first, brings the record up to date, then prints
    the address. Ctrl-C stops everything it started; what was begun is carried on next time.

    \b
    Examples:
      practika serve --sample --open
      PRACTIKA_PORT=9000 PRACTIKA_DATA=/srv/practika practika serve
    """
    settings = read_settings()
    check_port(settings)
    with opened(settings) as practika:
        with practika.record.read() as uow:
            empty = not uow.people.all()
        if empty and sample:
            from practika_kernel.cli.demo import make_sample

            make_sample(practika)
    _run(settings, with_worker=not no_worker, open_=open_, empty=empty and not sample)


def _run(settings: Settings, *, with_worker: bool, open_: bool, empty: bool) -> None:
    from practika_kernel.cli.supervisor import Supervisor

    home = address(settings)

    def tell() -> None:
        for line in _welcome(settings, home, empty=empty):
            click.echo(line)
        sys.stdout.flush()
        if open_:
            import webbrowser

            webbrowser.open(home)

    with _forks_socket(settings) as forks:
        jobs = _jobs(settings, forks, with_worker=with_worker)
        since = time.monotonic()

        def ready() -> bool:
            return answers(f"{home}readyz?without=worker") and (
                forks is None
                or supervisor.gave_up("fork server")
                or time.monotonic() - since > FORKS_PATIENCE
                or _warm(forks)
            )

        supervisor = Supervisor(jobs, ready, tell, _speaker(settings))
        code = supervisor.run()
    if code:
        if code != 2:
            click.echo("The server did not start; the lines above say why.", err=True)
        raise SystemExit(code)
    click.echo("Stopped. Everything that was saved is kept.")


def _speaker(settings: Settings) -> Callable[[str], None]:
    """Return how sentences about the parts are said: to people, or as lines for machines."""
    if settings.log != "json":
        return partial(click.echo, err=True)
    import logging

    from practika_kernel.logs import to_stderr

    to_stderr(settings.log_level, settings.log, "serve")
    return logging.getLogger("practika.serve").warning


def _jobs(settings: Settings, forks: Path | None, *, with_worker: bool) -> dict[str, Job]:
    from practika_kernel.cli.supervisor import Job

    ours = ["practika_kernel", "server", "--tethered"]
    jobs = {"server": Job(ours, essential=True)}
    if forks is not None:
        jobs["server"] = Job([*ours, "--forks", str(forks)], essential=True)
        jobs["fork server"] = Job(
            ["practika_kernel.forks", "--socket", str(forks)],
            consequence="Open pages live on; new ones open more slowly until then.",
            environment=_forks_environment(os.environ, settings.log),
        )
    if with_worker:
        jobs["worker"] = Job(["practika_kernel", "worker", "--tethered"])
    return jobs


def _forks_environment(own: Mapping[str, str], log: str) -> dict[str, str]:
    kept = {name: own[name] for name in FORKS_NEED if name in own}
    if log == "json":
        kept["PRACTIKA_LOG"] = log
    return kept | {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}


@contextlib.contextmanager
def _forks_socket(settings: Settings) -> Iterator[Path | None]:
    """Give a place for the fork server's socket that is ours alone; None when it is not wanted."""
    from practika_kernel.forks.wire import possible

    if not settings.fork or not possible():
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="practika-forks-"))
    if len(str(folder)) > LONGEST_SOCKET - 10:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="practika-forks-", dir="/tmp"))
    try:
        yield folder / "socket"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _warm(forks: Path) -> bool:
    from practika_kernel.forks.wire import about

    return about(forks) is not None


def _welcome(settings: Settings, home: str, *, empty: bool) -> list[str]:
    from practika_kernel.cli.demo import known_sign_ins, sign_in_lines

    lines = [f"Practika is ready: {home}"]
    people = known_sign_ins(settings.data)
    if people:
        lines += ["Sign in as", *sign_in_lines(people)]
    elif empty:
        lines.append("Nobody can sign in yet: add somebody with `practika person add`.")
    return [*lines, f"Data: {settings.data}. Ctrl-C stops everything."]


def check_port(settings: Settings) -> None:
    """Try the address for a moment; `Misconfigured` when the server could not listen there."""
    place = f"{settings.host}:{settings.port}"
    try:
        kind, _, _, _, where = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(kind, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
            trial.listen(1)
    except socket.gaierror as error:
        raise Misconfigured(
            f"PRACTIKA_HOST is {settings.host}, which is no address of this machine."
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Misconfigured(
                f"Another program listens on {place} already. Stop it, or choose another "
                "port with PRACTIKA_PORT."
            ) from error
        reason = error.strerror or "no reason was given"
        raise Misconfigured(
            f"Practika cannot listen on {place}: {reason}. "
            "Choose another PRACTIKA_HOST or PRACTIKA_PORT."
        ) from error


def address(settings: Settings) -> str:
    """Return where a browser on this machine finds the pages."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
    host = everywhere.get(settings.host, settings.host)
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port}{settings.base_url}"


def answers(url: str) -> bool:
    """Tell whether the server says that it is well."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return bool(json.load(response).get("ok", True))
    except (OSError, ValueError, urllib.error.URLError):
        return False
