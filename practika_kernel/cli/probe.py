"""``practika probe``: whether people can sign in and play a video, seen from outside."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from practika_kernel.cli.common import as_json
from practika_kernel.cli.probing import append
from practika_kernel.cli.probing import probe as try_once
from practika_kernel.domain.errors import InvalidInput, PractikaError


@click.command(short_help="Try a service from outside: sign in, play a video.")
@click.argument("url")
@click.option("--video", envvar="PROBE_VIDEO", default="", help="Its path [PROBE_VIDEO].")
@click.option("--every", type=click.FloatRange(1, 3600), help="Go on for ever, each SECONDS.")
@click.option("--log", type=click.Path(path_type=Path, dir_okay=False), help="Append to FILE.")
@click.option("--json", "json_", is_flag=True, help="Print a single try as JSON.")
def probe(url: str, video: str, every: float | None, log: Path | None, json_: bool) -> None:
    """Sign in at URL, get the first bytes of a video, sign out; say whether all of it worked.

    Runs anywhere, best on another machine: it needs no settings and none of the service's files.
    The account is a person of its own (`practika person add`), given by PROBE_EMAIL and
    PROBE_PASSWORD in the environment. The video is one that person may see, such as the
    reference of an exercise: /media/exercise/<id>/video.

    With --every it goes on until Ctrl-C; each try becomes a line of JSON in the --log, from which
    `practika measure uptime --log FILE` reckons. Without, the exit code is 1 when it failed.

    \b
    Examples:
      practika probe https://practika.school.example --video /media/exercise/01j…/video
      practika probe https://practika.school.example --every 60 --log probe.jsonl
      practika measure uptime --log probe.jsonl
    """
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.netloc:
        raise InvalidInput("URL is where Practika stands, such as https://practika.school.example.")
    given = {name: os.environ.get(name, "") for name in ("PROBE_EMAIL", "PROBE_PASSWORD")}
    missing = [name for name, value in given.items() if not value]
    missing += ["--video or PROBE_VIDEO"] * (not video)
    if missing:
        raise InvalidInput(f"Not given: {', '.join(missing)}. See `practika probe --help`.")
    account = (given["PROBE_EMAIL"], given["PROBE_PASSWORD"])
    if every is not None:
        _go_on(every, log, lambda: try_once(url, video, *account))
        return
    found = try_once(url, video, *account)
    if log is not None:
        append(log, found)
    if json_:
        as_json(found)
    else:
        click.echo(_line(found))
    if not found["ok"]:
        raise SystemExit(1)


def _go_on(every: float, log: Path | None, trying: Callable[[], dict[str, Any]]) -> None:
    """Try in even steps until told to stop; a log that is full is said, and tried again."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    begun, steps = time.monotonic(), 0
    while not stop.is_set():
        found = trying()
        click.echo(_line(found))
        if log is not None:
            try:
                append(log, found)
            except PractikaError as error:
                click.echo(error.sentence, err=True)
        steps = max(steps + 1, int((time.monotonic() - begun) / every) + 1)
        stop.wait(max(0.0, begun + steps * every - time.monotonic()))


def _line(found: dict[str, Any]) -> str:
    if found["ok"]:
        told = f"signed in within {found['sign_in_ms']} ms, the video came within "
        return f"{found['at']} ok     {told}{found['range_ms']} ms"
    return f"{found['at']} FAILED {found['problem']}"
