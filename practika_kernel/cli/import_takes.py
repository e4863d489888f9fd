"""``practika import takes``: what students did before there was Practika."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import as_json, opened, progress_bar
from practika_kernel.cli.tables import counted, listed, tell_table
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.sheets import Problem

if TYPE_CHECKING:
    from practika_kernel.services.history import Source
    from practika_kernel.services.history_plan import Plan
    from practika_kernel.storage.sheets import Sheet


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option(
    "--create", is_flag=True, help="Make courses, sections, exercises and places not there yet."
)
@click.option(
    "--videos",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder the paths of videos are in; else the folder of FILE.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write every problem to this new CSV: line, reason.",
)
@click.option("--json", "json_", is_flag=True, help="Print counts and problems as JSON.")
def takes(
    file: Path,
    dry_run: bool,
    create: bool,
    videos: Path | None,
    report: Path | None,
    json_: bool,
) -> None:
    """Bring in the takes in FILE, with or without their videos.

    FILE is a CSV whose first line names the columns, in any order: person (the roster's id, the
    e-mail or the learning platform's id), course, exercise and submitted_at are needed; term,
    cohort, replied_at, score, max_score, outcome, withdrawn_at and video may be there. Times are
    ISO 8601; without an offset they are the institution's (PRACTIKA_TIME_ZONE). A missing value
    is an empty cell, NA or ?. Encoding and separator are found out. One row that is wrong keeps
    everything as it was; the same file again changes nothing.

    \b
    Examples:
      practika import takes history.csv --dry-run --report problems.csv
      practika import takes history.csv --create
    """
    from practika_kernel.domain.history import COLUMNS, NEEDED
    from practika_kernel.storage.sheets import sheet

    found = sheet(file, COLUMNS, NEEDED)
    if report is not None and report.exists():
        raise InvalidInput(f"{report} is there already. Name a new file for the report.")
    label = f"{'Checking' if dry_run else 'Bringing in'} {file.name}"
    gc.disable()  # a fifth of the time, and nothing here is freed by it
    with opened() as practika, progress_bar(label, quiet=json_) as tell:
        imports = practika.services.imports
        work = imports.plan if dry_run else imports.bring
        plan = work("", _source(found, videos or file.parent), create=create, progress=tell)
        tell(1.0)
    if report is not None:
        _write(report, plan.problems)
    done = not dry_run and not plan.problems
    if json_:
        as_json({"done": done, **plan.counts(), "problems": listed(plan.problems)})
    else:
        rest = f"{report} has them all" if report else "--report FILE keeps them all"
        tell_table(found, plan.rows, plan.problems, rest)
        _tell(plan, dry_run=dry_run)
    if plan.problems:
        raise SystemExit(2)


def _source(found: Sheet, videos: Path) -> Source:
    from practika_kernel.services.assets import digest
    from practika_kernel.services.history import Source

    sha256 = digest(found.path, lambda share: None)
    return Source(found.lines, videos, sha256, found.length())


def _write(path: Path, problems: Sequence[Problem]) -> None:
    from practika_kernel.analytics.sheet import sheet

    rows = [(each.line, each.sentence) for each in problems]
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(sheet(("line", "reason"), rows))


def _tell(plan: Plan, *, dry_run: bool) -> None:
    would = "would be " if dry_run or plan.problems else ""
    make = "would make" if dry_run or plan.problems else "made"
    told = [
        f"{counted(len(plan.new), 'take')} {would}new, {len(plan.changed)} filled in, "
        f"{plan.kept} as before",
        f"{counted(plan.replied, 'take')} with a reply, {plan.scored} with a score, "
        f"{plan.filmed} with a video",
    ]
    made = plan.made
    things = [
        counted(len(rows), name)
        for rows, name in (
            (made.courses, "course"),
            (made.cohorts, "section"),
            (made.exercises, "exercise"),
            (made.places, "place"),
        )
        if rows
    ]
    if things:
        told.append(f"{make} {', '.join(things)}")
        titles = [exercise.title for exercise in made.exercises]
        more = f" and {len(titles) - 5} more" if len(titles) > 5 else ""
        told += [f"  exercises: {', '.join(titles[:5])}{more}"] if titles else []
    if plan.unmeasured:
        told.append(
            f"{counted(plan.unmeasured, 'score')} without a max_score: kept, and in no measure"
        )
    if plan.renumbered:
        told.append(f"{counted(len(plan.renumbered), 'later take')} {would}numbered anew")
    click.echo("\n".join(f"  {line}" for line in told))
    if plan.problems:
        click.echo("Nothing was changed: put the lines above right first.", err=True)
    elif dry_run:
        click.echo("Nothing was changed: this was a dry run.")
