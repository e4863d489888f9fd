"""``practika storage use`` and ``quota``: what is stored of whom, and what may be."""

from __future__ import annotations

from typing import Any

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import InvalidInput

_WIDTH = 34


@click.command(short_help="Show how much room videos take.")
@click.option("--course", default="", help="Only courses whose title holds this.")
@click.option("--person", default="", help="Only people whose name or address holds this.")
@click.option("--json", "json_", is_flag=True, help="Print it as JSON, in bytes.")
def use(course: str, person: str, json_: bool) -> None:
    """Show how much room videos take, by course and by person, the largest first.

    Files that several have sent are stored once: they count for each of them, and once in all.

    \b
    Examples:
      practika storage use
      practika storage use --person okafor --json
    """
    with opened() as practika:
        view = practika.services.storage_use.view("", course=course, person=person)
    if json_:
        as_json(view)
        return
    whole = view["all"]
    free = "" if view["free"] is None else f"; {human_size(view['free'])} free"
    click.echo(f"{human_size(whole['size'])} in all{free}.")
    if course or not person:
        _table("Course", view["courses"])
    if person or not course:
        _table("Person", view["people"])


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    columns = ("Size", "Originals", "Copies", "Other", "Shared", "Quota")
    click.echo(f"\n{title:<{_WIDTH}}" + "".join(f"{each:>11}" for each in columns))
    for row in rows:
        sizes = [human_size(row[each]) for each in ("size", "original", "web", "other", "shared")]
        limit = "none" if row["limit"] is None else human_size(row["limit"])
        click.echo(
            f"{row['name'][: _WIDTH - 1]:<{_WIDTH}}" + "".join(f"{s:>11}" for s in (*sizes, limit))
        )


@click.command(short_help="Make an exception from the quotas.")
@click.argument("size")
@click.option("--person", default="", help="The person's e-mail address.")
@click.option("--course", default="", help="The course's title.")
def quota(size: str, person: str, course: str) -> None:
    """Let one person or course keep SIZE: "5 GB", "none" for without limit, "all" to end it.

    What holds for all is set by PRACTIKA_PERSON_QUOTA and PRACTIKA_COURSE_QUOTA.

    \b
    Examples:
      practika storage quota "20 GB" --person mira@example.org
      practika storage quota all --course "Keyboard I"
    """
    if bool(person) == bool(course):
        raise InvalidInput("Name one: --person ADDRESS or --course TITLE.")
    with opened() as practika:
        with practika.record.read() as uow:
            rows: list[tuple[str, str]] = (
                [(one.id, one.email) for one in uow.people.all()]
                if person
                else [(one.id, one.title) for one in uow.courses.all()]
            )
        wanted = (person or course).strip().lower()
        found = [each for each, name in rows if name.lower() == wanted]
        if len(found) != 1:
            many = "Several courses have" if found else "Nobody and nothing has"
            raise InvalidInput(f'{many} the name "{person or course}".')
        words = "" if size.strip().lower() == "all" else size
        kind = "person" if person else "course"
        practika.services.quotas.tell("", kind, found[0], words)
    click.echo(f"{person or course}: {size}.")
