"""``practika worker``: does the media work that waits in the record."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import as_json, end_with_parent, log_to_stderr, opened

if TYPE_CHECKING:
    from practika_kernel.services.uploads import Uploads

SWEEP_SECONDS = 600.0
GRACE_SECONDS = 1.5
"""What a job may still take after SIGTERM; then it is abandoned, and done anew by the next."""


@click.command(short_help="Do the media work that waits.")
@click.option("--threads", type=click.IntRange(1, 256), help="Jobs at a time [PRACTIKA_WORKERS].")
@click.option("--until-idle", is_flag=True, help="Do what is due now, then end.")
@click.option("--json", "json_", is_flag=True, help="With --until-idle: how many jobs, as JSON.")
@click.option("--tethered", is_flag=True, hidden=True)
def worker(threads: int | None, until_idle: bool, json_: bool, tethered: bool) -> None:
    """Do the media work: look at uploads, prepare videos, cut clips.

    `practika serve` starts one by itself. More may run, here or on other machines, as long as
    they share the database and the media store; a job of a worker that dies goes to another.

    \b
    Examples:
      practika worker --threads 4
      practika worker --until-idle     # from cron, or to see one upload through
    """
    if tethered:
        end_with_parent()
    with opened() as practika:
        settings = practika.settings
        log_to_stderr(settings)
        clean_scratch(settings.data / "scratch", settings.job_minutes * 60)
        at_work = practika.services.worker()
        if until_idle:
            practika.services.uploads.sweep()
            done = at_work.run_until_idle()
            if json_:
                as_json({"jobs": done})
            else:
                click.echo(f"{done} job{'' if done == 1 else 's'} done; nothing else is due.")
            return

        def stop(number: int, frame: FrameType | None) -> None:
            at_work.stop()
            last = threading.Timer(GRACE_SECONDS, os._exit, [0])
            last.daemon = True
            last.start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        threading.Thread(
            target=_sweep_for_ever, args=(practika.services.uploads,), daemon=True
        ).start()
        at_work.run(threads or settings.workers)


def clean_scratch(folder: Path, seconds: float) -> int:
    """Remove what jobs left behind that cannot be running any more; return how many things."""
    if not folder.is_dir():
        return 0
    gone, before = 0, time.time() - seconds
    for each in folder.iterdir():
        if _newest(each) < before:
            gone += 1
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)
    return gone


def _newest(place: Path) -> float:
    times = [time.time()]
    try:
        times = [place.stat().st_mtime]
        if place.is_dir():
            times += [inside.stat().st_mtime for inside in place.rglob("*")]
    except FileNotFoundError:
        return time.time()  # somebody is at work in it
    return max(times)


def _sweep_for_ever(uploads: Uploads) -> None:
    import logging

    from practika_kernel.domain.errors import PractikaError

    while True:
        try:
            uploads.sweep()
        except PractikaError as error:
            logging.getLogger("practika.worker").warning("Uploads not swept: %s", error)
        time.sleep(SWEEP_SECONDS)
