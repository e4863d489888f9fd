"""``practika measure``: one number with everything that explains it."""

from __future__ import annotations

import textwrap
from datetime import date, datetime
from typing import Any

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.domain.errors import InvalidInput


@click.command(short_help="Measure practice and feedback: list of measures, or one by its name.")
@click.argument("name", metavar="list|NAME")
@click.option("--course", default="", help="Title or id of the course; all without it.")
@click.option("--cohort", default="", help="A section of the course, by name or id.")
@click.option("--exercise", default="", help="Title or id of an exercise of the course.")
@click.option("--from", "since", default="", metavar="DAY", help="First day, as 2026-09-01.")
@click.option("--to", "until", default="", metavar="DAY", help="Last day; it counts, too.")
@click.option("--json", "json_", is_flag=True, help="Print all of it as JSON: SQL and detail, too.")
def measure(
    name: str, course: str, cohort: str, exercise: str, since: str, until: str, json_: bool
) -> None:
    """Measure NAME with its definition, its 95 % interval, n and what is left out.

    Days begin in the institution's zone (PRACTIKA_TIME_ZONE). Groups of fewer than five people
    are hidden. `practika measure list` names all measures and says what each one means.

    \b
    Examples:
      practika measure list
      practika measure turnaround --course "Keyboard I" --from 2026-09-01 --to 2026-12-18
      practika measure retention --cohort "First" --json
    """
    if name == "list":
        if any((course, cohort, exercise, since, until)):
            raise InvalidInput("The list of measures takes no filters.")
        _list(json_)
        return
    first, last = _day(since), _day(until)
    from practika_kernel.services.measuring import known

    key = known(name)  # before a record is opened for nothing
    with opened() as practika:
        found = practika.services.measuring.measured(
            key, course=course, cohort=cohort, exercise=exercise, since=first, until=last
        )
    if json_:
        as_json(found)
    else:
        click.echo(_said(found))


def _list(json_: bool) -> None:
    from practika_kernel.services.measuring import listed

    rows = listed()
    if json_:
        as_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']:<18} {row['label']} ({row['unit']})")
        click.echo(textwrap.fill(row["definition"], 96, initial_indent="    ",
                                 subsequent_indent="    "))  # fmt: skip


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise InvalidInput(f"{text} is no day. Write it as 2026-09-01.") from None


def _said(found: dict[str, Any]) -> str:
    if found["value"] is None:
        first = f"{found['label']}: {found['line']}."
    else:
        unit = found["unit"]
        first = f"{found['label']}: {found['shown']} {unit}".rstrip()
    rows = (
        ("95 % interval", found["interval"]),
        ("n", found["n"]),
        ("left out", found["left_out"] or "nothing"),
        ("definition", found["definition"]),
        ("source", found["source"]),
        ("as of", f"{found['as_of']}, days and weeks of {found['zone']}"),
    )
    lines = [first]
    for word, text in rows:
        head = f"  {word:<14} "
        lines.append(
            textwrap.fill(text, 96, initial_indent=head, subsequent_indent=" " * len(head))
        )
    return "\n".join([*lines, "Its SQL and all details: --json."])
