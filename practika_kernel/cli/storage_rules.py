"""``practika storage rules``: which originals go after some days, and having it done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import InvalidInput

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

_WIDTH = 34


@click.command(short_help="Let go of originals that have a web copy.")
@click.option("--dry-run", is_flag=True, help="Only say what would go; nothing is changed.")
@click.option("--course", default="", help="Give the course of this title a rule of its own.")
@click.option("--days", default="", help='With --course: days, "never", or "all" to end it.')
@click.option("--json", "json_", is_flag=True, help="Print it as JSON, in bytes.")
def rules(dry_run: bool, course: str, days: str, json_: bool) -> None:
    """Have the worker let go of originals that are old enough, each beside a web copy.

    The worker does so once a day by itself. It compares the copy with the original to the end
    before that goes; the copy serves everything from then on. Uploading the same file again
    brings an original back. A comparison that could not be made is made again the next day, on
    three days in all.

    After how many days is set by PRACTIKA_ORIGINAL_DAYS; a course may have a rule of its own.
    References, exemplars, and videos that a study may have, keep their originals.

    \b
    Examples:
      practika storage rules --dry-run
      practika storage rules --course "Keyboard I" --days 90
      practika storage rules --course "Keyboard I" --days never
    """
    if bool(course) != bool(days):
        raise InvalidInput("Name both: --course TITLE and --days N.")
    if course and dry_run:
        raise InvalidInput("Giving a course a rule changes it: leave out --dry-run.")
    with opened() as practika:
        if course:
            _tell(practika, course, days)
            click.echo(f"{course}: {days}.")
            return
        plan = practika.services.originals.plan()
        if not dry_run:
            plan["queued"] = practika.services.originals.queue()
    if json_:
        as_json(plan)
    else:
        _print(plan, dry_run)


def _tell(practika: Practika, course: str, words: str) -> None:
    with practika.record.read() as uow:
        wanted = course.strip().lower()
        found = [one.id for one in uow.courses.all() if one.title.lower() == wanted]
    if len(found) != 1:
        many = "Several courses have" if found else "No course has"
        raise InvalidInput(f'{many} the title "{course}".')
    said = words.strip().lower()
    if not (said.isascii() and said.isdigit()) and said not in {"never", "all"}:
        raise InvalidInput('Write --days as a whole number, "never", or "all".')
    days = int(said) if said.isdigit() else None
    practika.services.originals.rule(found[0], days, back=said == "all")


def _print(plan: dict[str, Any], dry_run: bool) -> None:
    if plan["days"] is None and not plan["courses"] and not plan["stays"]:
        click.echo("No rule lets go of originals: PRACTIKA_ORIGINAL_DAYS is empty.")
        return
    number, size = plan["videos"], human_size(plan["bytes"])
    originals = f"{number} original{'' if number == 1 else 's'}"
    if not number:
        click.echo("No original is due.")
    elif dry_run:
        click.echo(f"{originals} would go, {size}. Nothing was changed.")
    else:
        click.echo(f"{originals} go, {size}: the worker removes each once it compared its copy,")
        click.echo("a few at a time.")
    if plan["courses"]:
        click.echo(f"\n{'Course':<{_WIDTH}}{'Originals':>11}{'Size':>11}{'Days':>11}")
    for row in plan["courses"]:
        days = "never" if row["days"] is None else row["days"]
        title = row["course"][: _WIDTH - 1]
        click.echo(f"{title:<{_WIDTH}}{row['videos']:>11}{human_size(row['bytes']):>11}{days:>11}")
    if plan["stays"]:
        click.echo("\nOthers stay:")
    for row in plan["stays"]:
        click.echo(f"{row['videos']:>6}  {row['why']}")
