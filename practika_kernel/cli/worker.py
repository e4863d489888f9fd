"""``practika worker``: does the media work that waits in the record."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import threading
import time
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import (
    as_json,
    end_with_parent,
    log_to_stderr,
    opened,
    read_settings,
)
from practika_kernel.domain.errors import PractikaError
from practika_kernel.services.heartbeat import EVERY
from practika_kernel.services.presence import clean_scratch

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from practika_kernel.bootstrap import Practika
    from practika_kernel.services.worker import Worker

log = logging.getLogger("practika.worker")
SWEEP_SECONDS = 600.0
TELL_SECONDS = 0.4
"""Between two looks for what somebody is told; it shows within 2 s with room to spare."""
LOOKS_A_POST = 12
"""So many looks later it is seen which e-mails are due."""
GRACE_SECONDS = 1.5
"""What a job may still take after SIGTERM; then it is given back, and done anew by the next."""


@click.command(short_help="Do the media work that waits.")
@click.option("--threads", type=click.IntRange(1, 256), help="Jobs at a time [PRACTIKA_WORKERS].")
@click.option("--until-idle", is_flag=True, help="Do what is due now, then end.")
@click.option("--json", "json_", is_flag=True, help="With --until-idle: how many jobs, as JSON.")
@click.option("--tethered", is_flag=True, hidden=True)
def worker(threads: int | None, until_idle: bool, json_: bool, tethered: bool) -> None:
    """Do the media work: look at uploads, prepare videos, cut clips; and tell people what happened.

    The bell's notifications and the e-mails are made here; without a worker they wait.

    `practika serve` starts one by itself. More may run, here or on other machines, as long as
    they share the database and the media store; a job of a worker that dies goes to another.
    What a person waits for has a place of its own and never stands behind long work.

    With PRACTIKA_EXECUTOR=dask://host:port the work is done by a Dask cluster whose machines
    have the same Practika and see the data folder under the same path.

    \b
    Examples:
      practika worker --threads 4
      practika worker --until-idle     # from cron, or to see one upload through
    """
    if tethered:
        end_with_parent()
    settings = read_settings()
    settings = replace(settings, workers=threads or settings.workers)
    with opened(settings) as practika:
        log_to_stderr(settings, "worker")
        at_work, executor = practika.services.worker(), practika.services.executor
        if until_idle:
            _sweep(practika)
            practika.services.telling.catch_up()
            practika.services.posting.collect()
            done = at_work.run_until_idle()
            if json_:
                as_json({"jobs": done})
            else:
                click.echo(f"{done} job{'' if done == 1 else 's'} done; nothing else is due.")
            return

        def stop(number: int, frame: FrameType | None) -> None:
            at_work.stop()
            last = threading.Timer(GRACE_SECONDS, _leave, [at_work, executor])
            last.daemon = True
            last.start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        for duty in (_sweep_for_ever, _beat_for_ever, _tell_for_ever):
            threading.Thread(target=duty, args=(practika,), daemon=True).start()
        at_work.run(settings.workers)
        practika.services.heartbeats.end()


def _leave(at_work: Worker, executor: Executor) -> None:
    """End now; what is under way goes to the next worker as if it had not been begun."""
    try:
        at_work.abandon()
        executor.shutdown(wait=False, cancel_futures=True)
    except PractikaError as error:
        log.warning("Work under way was not given back: %s", error)
    finally:
        os._exit(0)


def _sweep_for_ever(practika: Practika) -> None:
    while True:
        try:
            _sweep(practika)
        except PractikaError as error:
            log.warning("Not everything was swept: %s", error)
        time.sleep(SWEEP_SECONDS)


def _beat_for_ever(practika: Practika) -> None:
    """Say that this worker lives, as long as it reaches the record."""
    while True:
        try:
            practika.record.check()
            practika.services.heartbeats.beat()
        except (PractikaError, OSError) as error:
            log.warning("The worker is not counted as ready: %s", error)
        time.sleep(EVERY)


def _tell_for_ever(practika: Practika) -> None:
    """Tell people what happened as it happens, and put e-mails together when they are due."""
    looks = itertools.count()
    while True:
        try:
            practika.services.telling.catch_up()
            if next(looks) % LOOKS_A_POST == 0:
                practika.services.posting.collect()
        except Exception:
            # A database that went away comes back; whatever it was, nothing is lost meanwhile.
            log.exception("Notifications have to wait")
            time.sleep(5)
        time.sleep(TELL_SECONDS)


def _sweep(practika: Practika) -> None:
    settings = practika.settings
    clean_scratch(settings.scratch_folder, settings.job_minutes * 60)
    practika.services.uploads.sweep()
    practika.services.sweeping.sweep()
    practika.services.trash.sweep()
    practika.services.reply_trash.sweep()
    practika.services.stock.tidy_daily()
    practika.services.ingest.catch_up()
    practika.services.progress.seal()
    practika.services.erasures.carry_on()
    practika.services.storage_use.settle()
    practika.services.originals.daily()
