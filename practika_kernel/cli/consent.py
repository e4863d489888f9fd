"""``practika consent``: who agreed to what, and what is held on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.domain.consent import Purpose

if TYPE_CHECKING:
    from practika_kernel.services.consent_desk import Recorded

SHOWN = 20
"""Problems told before "and so many more"; --json has them all."""


@click.group(short_help="List consents; record those held on paper.")
def consent() -> None:
    """List who agreed to what, and record what is held on paper.

    \b
    Examples:
      practika consent list --purpose research --study tempo
      practika consent record signed-forms.csv --dry-run
    """


@consent.command("list")
@click.option("--purpose", type=click.Choice([str(one) for one in Purpose]), default=None)
@click.option("--study", default="", help="Those that hold for this study (research).")
@click.option("--json", "json_", is_flag=True, help="Print them as JSON.")
def list_(purpose: str | None, study: str, json_: bool) -> None:
    """List every consent that holds now.

    \b
    Example:
      practika consent list --purpose research --json
    """
    with opened() as practika:
        rows = practika.services.consent_desk.listed(purpose or "", study)
    if json_:
        as_json(rows)
    elif not rows:
        click.echo("Nobody has agreed to anything yet.")
    for row in [] if json_ else rows:
        until = f"until {row['until'][:10]}" if row["until"] else "without an end"
        named = f" ({row['study']})" if row["study"] else ""
        click.echo(f"{row['email']:<32} {row['purpose']}{named}: {row['media']}, {until}")


@consent.command()
@click.option("--json", "json_", is_flag=True, help="Print them as JSON, with the people's ids.")
def recalls(json_: bool) -> None:
    """List the data sets given out whose holders are to be asked to delete somebody.

    \b
    Example:
      practika consent recalls
    """
    with opened() as practika:
        rows = practika.services.consent_desk.recalls("")
    if json_:
        as_json(rows)
        return
    open_ = [row for row in rows if row["recalled"]]
    if not open_:
        click.echo("Nobody in a data set given out has withdrawn.")
    for row in open_:
        click.echo(
            f"{row['study']}, {row['at'][:10]}, manifest {row['manifest'][:16]}: "
            f"{row['recalled']} of {row['people']} people to be deleted"
        )


@consent.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "json_", is_flag=True, help="Print counts and problems as JSON.")
def record(file: Path, dry_run: bool, json_: bool) -> None:
    """Record the consents in FILE, which are held on paper.

    FILE is a CSV with the columns email, purpose (research, exemplar, training), media (none,
    audio, pixelated, full), study, starts, ends (the last day), withdrawn, and note: what is
    held, for instance who signed it and where it is. email, purpose and note are needed. One
    row that is wrong keeps everything as it was; the same file again changes nothing.

    \b
    Example:
      practika consent record signed-forms.csv --dry-run
    """
    from practika_kernel.services.consent_desk import COLUMNS, NEEDED
    from practika_kernel.storage.sheets import sheet

    found = sheet(file, COLUMNS, NEEDED)
    with opened() as practika:
        done = practika.services.consent_desk.bring(found.lines(), dry_run=dry_run)
    if json_:
        problems = [{"line": each.line, "sentence": each.sentence} for each in done.problems]
        counts = {"rows": done.rows, "new": len(done.new), "kept": done.kept}
        as_json({"done": not dry_run and not problems, **counts, "problems": problems})
    else:
        _tell(done, dry_run=dry_run)
    if done.problems:
        raise SystemExit(2)


def _tell(done: Recorded, *, dry_run: bool) -> None:
    for problem in done.problems[:SHOWN]:
        click.echo(str(problem), err=True)
    if len(done.problems) > SHOWN:
        click.echo(f"... and {len(done.problems) - SHOWN} more; --json has them all.", err=True)
    click.echo(f"{len(done.new)} new, {done.kept} recorded before.")
    if done.problems:
        click.echo("Nothing was changed: put the lines above right first.", err=True)
    elif dry_run:
        click.echo("Nothing was changed: this was a dry run.")
