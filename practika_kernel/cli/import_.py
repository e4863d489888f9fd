"""``practika import``: a class, and what it did before there was Practika."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.cli.import_takes import takes
from practika_kernel.cli.tables import counted, listed, tell_table
from practika_kernel.domain.errors import InvalidInput

if TYPE_CHECKING:
    from practika_kernel.services.roster import Plan
    from practika_kernel.storage.sheets import Sheet


@click.group("import", short_help="Bring in a class, and its history, from tables.")
def import_() -> None:
    """Bring in what other systems know.

    \b
    Examples:
      practika import roster class.csv --dry-run
      practika import takes history.csv --dry-run
    """


import_.add_command(takes)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option(
    "--passwords",
    type=click.Path(path_type=Path),
    help="Give new people passwords and write them to this new file.",
)
@click.option(
    "--switch-off-absent",
    is_flag=True,
    help="Switch off students of the courses in the file who are not in it.",
)
@click.option("--json", "json_", is_flag=True, help="Print counts and problems as JSON.")
def roster(
    file: Path, dry_run: bool, passwords: Path | None, switch_off_absent: bool, json_: bool
) -> None:
    """Bring in the class in FILE: people, courses, sections and who belongs where.

    FILE is a CSV whose first line names the columns, in any order: id, first_name, last_name,
    email, lms_user_id, role, course, section, term. first_name, last_name and email are
    needed; without a role somebody new is a student. Encoding and separator are found out.
    One row that is wrong keeps everything as it was; the same file again changes nothing.

    \b
    Examples:
      practika import roster class.csv --dry-run
      practika import roster class.csv --passwords ~/class-passwords.csv
    """
    from practika_kernel.domain.roster import COLUMNS, NEEDED
    from practika_kernel.storage.sheets import sheet

    found = sheet(file, COLUMNS, NEEDED)
    if passwords is not None and passwords.exists():
        raise InvalidInput(f"{passwords} is there already. Name a new file for the passwords.")
    with opened() as practika:
        rosters = practika.services.rosters
        made: dict[str, str] = {}
        if dry_run:
            plan = rosters.plan("", found.lines())
        else:
            plan, made = rosters.bring(
                "",
                found.lines(),
                with_passwords=passwords is not None,
                switch_off_absent=switch_off_absent,
            )
            practika.services.search.catch_up()  # or the next search would wait for all of it
    if passwords is not None and made:
        _keep(passwords, made)
    done = not dry_run and not plan.problems
    if json_:
        as_json({"done": done, **plan.counts(), "problems": listed(plan.problems)})
    else:
        _tell(found, plan, dry_run=dry_run, switched_off=done and switch_off_absent)
        if passwords is not None and made:
            click.echo(f"{len(made)} passwords are in {passwords}, readable by you alone.")
    if plan.problems:
        raise SystemExit(2)


def _keep(path: Path, made: dict[str, str]) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("email", "password"))
        rows.writerows(made.items())


def _tell(found: Sheet, plan: Plan, *, dry_run: bool, switched_off: bool) -> None:
    tell_table(found, plan.rows, plan.problems, "--json has them all")
    told = [
        f"{counted(len(plan.people), 'person', 'people')} new, {len(plan.changed)} changed, "
        f"{plan.kept} as before",
        f"{counted(len(plan.courses), 'course')} and {counted(len(plan.cohorts), 'section')} new",
        f"{counted(len(plan.places), 'place')} in courses new, {len(plan.moved)} moved",
    ]
    click.echo("\n".join(f"  {line}" for line in told))
    if plan.absent:
        names = ", ".join(person.name for person in plan.absent[:5])
        more = f" and {len(plan.absent) - 5} more" if len(plan.absent) > 5 else ""
        are = "Switched off" if switched_off else "Not in the file, but in its courses"
        click.echo(f"  {are}: {names}{more}")
    if plan.problems:
        click.echo("Nothing was changed: put the lines above right first.", err=True)
    elif dry_run:
        click.echo("Nothing was changed: this was a dry run.")
