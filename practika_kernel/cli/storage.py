"""``practika storage``: whether every video is there, what they take, moving them elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import as_json, opened, progress_bar
from practika_kernel.cli.storage_rules import rules
from practika_kernel.cli.storage_use import quota, use
from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import InvalidInput

if TYPE_CHECKING:
    from practika_kernel.services.stock_check import Flaw, Stocktaking
    from practika_kernel.services.stock_move import Moved


@click.group(short_help="Look after the stored videos.")
def storage() -> None:
    """Look whether every stored video is there, and what they take; let go of some; move them."""


storage.add_command(use)
storage.add_command(quota)
storage.add_command(rules)


@storage.command(short_help="Compare the stored files with the record.")
@click.option("--deep", is_flag=True, help="Read every original and compare its SHA-256.")
@click.option("--repair", is_flag=True, help="Bring back, clear up, and make anew.")
@click.option(
    "--older-than",
    "hours",
    type=click.IntRange(0, 8760),
    default=24,
    show_default=True,
    help="Hours a file that nothing refers to must have been there.",
)
@click.option("--json", "json_", is_flag=True, help="Print what was found as JSON.")
def check(deep: bool, repair: bool, hours: int, json_: bool) -> None:
    """Find files that are missing, damaged, or referred to by nothing.

    Compares every stored file with the record by its size; with --deep every original by its
    bytes, which reads all of them. With --repair, files that nothing refers to go to the
    trash, where they stay for PRACTIKA_TRASH_DAYS, and missing ones come back from there.
    What is made from a video that is well (copies, pictures, waveforms, clips) is queued for
    the worker to be made again. Nothing else is changed. The exit code is 1 when something is wrong
    still.

    \b
    Examples:
      practika storage check
      practika storage check --deep --json
      practika storage check --repair
    """
    with opened() as practika, progress_bar("Looking at the stored files", quiet=json_) as tell:
        found = practika.services.stock.check(
            deep=deep, repair=repair, grace=timedelta(hours=hours), progress=tell
        )
    if json_:
        as_json({"ok": found.ok, **asdict(found)})
    else:
        _print(found, repair)
    if not found.ok:
        raise SystemExit(1)


def _print(found: Stocktaking, repair: bool) -> None:
    for flaw in found.flaws:
        click.echo(f"{_state(flaw):<9} {flaw.sentence}")
    click.echo(f"{_files(found.files)} in the store, {human_size(found.size)}.")
    if found.trash:
        click.echo(f"{_files(found.trash)} in the trash.")
    if found.young:
        click.echo(f"{_files(found.young)} too new to be judged.")
    if found.strange:
        click.echo(f"{_files(found.strange)} not of Practika, left alone.")
    wrong = [flaw for flaw in found.flaws if not flaw.mended]
    if not wrong:
        click.echo("All is well.")
        return
    click.echo(f"{_files(len(wrong))} not as the record says.")
    if any(flaw.queued for flaw in wrong):
        click.echo("What the worker makes again is there when its queue is empty.")
    kinds = {flaw.kind for flaw in wrong if not flaw.queued}
    if "orphaned" in kinds and not repair:
        click.echo("`practika storage check --repair` moves what nothing refers to to the trash.")
    if kinds & {"missing", "damaged"} and not repair:
        click.echo("`practika storage check --repair` makes again what a whole original allows.")
    if kinds & {"missing", "damaged"}:
        click.echo("Put missing and damaged files back from a back-up, under the names above.")


def _state(flaw: Flaw) -> str:
    return "mended" if flaw.mended else "queued" if flaw.queued else flaw.kind


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"


@storage.command(short_help="Copy all stored files to another place.")
@click.argument("source")
@click.argument("target")
@click.option("--json", "json_", is_flag=True, help="Print what was copied as JSON.")
def move(source: str, target: str, json_: bool) -> None:
    """Copy every stored file from SOURCE to TARGET: folders, or s3://bucket/prefix.

    Addresses are written as in PRACTIKA_MEDIA_URL; an S3 service that is not Amazon's is
    named by PRACTIKA_S3_ENDPOINT. Each file is compared with what was sent. SOURCE is never
    changed. Stopped at any moment, the same command copies only what is not there yet: run
    it while people work, stop Practika, run it once more, and change the setting it names.

    \b
    Examples:
      practika storage move practika-data/media s3://takes/school
      practika storage move s3://takes/school /mnt/videos
    """
    from practika_kernel.services.presence import here
    from practika_kernel.services.stock_move import Move, known_types
    from practika_kernel.storage import open_store

    source, target = _address(source), _address(target)
    _check_apart(source, target)
    with opened() as practika:
        settings = practika.settings
        scratch = settings.scratch_folder / here()
        try:
            with progress_bar(f"Copying to {target}", quiet=json_) as tell:
                moved = Move(
                    open_store(source, settings.s3_endpoint),
                    open_store(target, settings.s3_endpoint),
                    known_types(practika.record),
                    scratch,
                ).run(tell)
        finally:
            if scratch.is_dir():
                scratch.rmdir()
    if json_:
        as_json({"ok": not moved.problems, **asdict(moved), "media_url": target})
    else:
        _tell(moved, source, target)
    if moved.problems:
        raise SystemExit(1)


def _address(text: str) -> str:
    """The address of a store as it can be put into the settings: folders from the root."""
    if "://" in text:
        return text.rstrip("/")
    if not text:
        raise InvalidInput("Name a folder or s3://bucket/prefix.")
    return str(Path(text).expanduser().absolute())


def _check_apart(source: str, target: str) -> None:
    one, other = (f"{each.removeprefix('file://')}/" for each in (source, target))
    if one.startswith(other) or other.startswith(one):
        raise InvalidInput("SOURCE and TARGET lie in each other. Choose another place.")


def _tell(moved: Moved, source: str, target: str) -> None:
    for problem in moved.problems:
        click.echo(f"WRONG {problem}")
    there = f" {_files(moved.there)} had been there already." if moved.there else ""
    click.echo(f"Copied {_files(moved.files)}, {human_size(moved.size)}.{there}")
    if moved.problems:
        click.echo(f"{_files(len(moved.problems))} could not be copied; {source} is unchanged.")
        return
    click.echo(
        f"To use the copy: stop Practika, run this once more, and start it with\n"
        f"  PRACTIKA_MEDIA_URL={target}\n"
        f"{source} is unchanged; delete it once `practika storage check` finds all well."
    )
