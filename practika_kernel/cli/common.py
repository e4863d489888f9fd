"""What several commands share: settings, JSON, a progress bar, and ending with one's parent."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika
    from practika_kernel.settings import Settings

LAST_SECONDS = 3.0
"""How long a process may tidy up once its parent is gone."""


def read_settings() -> Settings:
    """Return the settings of the environment; `Misconfigured` says what is wrong with them."""
    from practika_kernel.settings import Settings

    return Settings.read(os.environ)


@contextlib.contextmanager
def opened(settings: Settings | None = None) -> Iterator[Practika]:
    """Open Practika with an up-to-date record, for the length of one command."""
    from practika_kernel.bootstrap import assemble

    practika = assemble(settings or read_settings(), migrate=True)
    try:
        yield practika
    finally:
        practika.close()


def log_to_stderr(settings: Settings, part: str) -> None:
    """Send what a part of Practika has to say to stderr, as the settings want it."""
    from practika_kernel.logs import to_stderr

    to_stderr(settings.log_level, settings.log, part)


def as_json(value: Any) -> None:
    """Print one JSON value, readable for people as well."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


@contextlib.contextmanager
def progress_bar(label: str, *, quiet: bool = False) -> Iterator[Callable[[float], None]]:
    """A bar on stderr that is told shares from 0 to 1; a plain line where there is no terminal."""
    if quiet or not sys.stderr.isatty():
        if not quiet:
            click.echo(f"{label} ...", err=True)
        yield lambda share: None
        return
    steps = 1000
    with click.progressbar(length=steps, label=label, file=sys.stderr) as bar:
        yield lambda share: bar.update(max(0, int(share * steps) - bar.pos))


def end_with_parent() -> None:
    """End like after SIGTERM once stdin closes: whoever started this process is gone."""
    tether = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def watch() -> None:
        while os.read(tether, 64):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(LAST_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="tether", daemon=True).start()
