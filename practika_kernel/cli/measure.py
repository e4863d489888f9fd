"""``practika measure``: one number with everything that explains it."""

from __future__ import annotations

import textwrap
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from practika_kernel.cli.common import as_json, opened, read_settings
from practika_kernel.domain.errors import InvalidInput


@click.command(short_help="Measure practice and feedback: list of measures, or one by its name.")
@click.argument("name", metavar="list|NAME")
@click.option("--course", default="", help="Title or id of the course; all without it.")
@click.option("--cohort", default="", help="A section of the course, by name or id.")
@click.option("--exercise", default="", help="Title or id of an exercise of the course.")
@click.option("--from", "since", default="", metavar="DAY", help="First day, as 2026-09-01.")
@click.option("--to", "until", default="", metavar="DAY", help="Last day; it counts, too.")
@click.option(
    "--log",
    type=click.Path(path_type=Path, dir_okay=False),
    help="For uptime: the log of `practika probe`.",
)
@click.option("--json", "json_", is_flag=True, help="Print all of it as JSON: SQL and detail, too.")
def measure(
    name: str,
    course: str,
    cohort: str,
    exercise: str,
    since: str,
    until: str,
    log: Path | None,
    json_: bool,
) -> None:
    """Measure NAME with its definition, its 95 % interval, n and what is left out.

    Days begin in the institution's zone (PRACTIKA_TIME_ZONE). Groups of fewer than five people
    are hidden. `practika measure list` names all measures and says what each one means. Uptime is
    measured from outside: it takes the --log of `practika probe` and no record.

    \b
    Examples:
      practika measure list
      practika measure turnaround --course "Keyboard I" --from 2026-09-01 --to 2026-12-18
      practika measure retention --cohort "First" --json
      practika measure uptime --log probe.jsonl --from 2026-11-01
    """
    if name == "list":
        if any((course, cohort, exercise, since, until)):
            raise InvalidInput("The list of measures takes no filters.")
        _list(json_)
        return
    first, last = _day(since), _day(until)
    if name.casefold() == "uptime":
        if any((course, cohort, exercise)):
            raise InvalidInput("Uptime is that of the whole service; it knows days alone.")
        found = _uptime(log, first, last)
        if json_:
            as_json(found)
        else:
            click.echo(_said(found))
        return
    if log is not None:
        raise InvalidInput(f"{name} is measured in the record; only uptime takes a --log.")
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
    from practika_kernel.analytics.uptime import UPTIME
    from practika_kernel.services.measuring import described, listed

    rows = [*listed(), described(UPTIME)]
    if json_:
        as_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']:<18} {row['label']} ({row['unit']})")
        click.echo(textwrap.fill(row["definition"], 96, initial_indent="    ",
                                 subsequent_indent="    "))  # fmt: skip


def _uptime(log: Path | None, first: date | None, last: date | None) -> dict[str, Any]:
    """Measure from the log of a probe, days by the institution's zone."""
    from practika_kernel.analytics.uptime import tries_in, uptime

    if log is None:
        raise InvalidInput("Uptime is measured from the log of `practika probe`: name it by --log.")
    if first and last and last < first:
        raise InvalidInput("The last day lies before the first.")
    zone = ZoneInfo(read_settings().time_zone)
    try:
        with log.open(encoding="utf-8", errors="replace") as lines:
            tries, strange = tries_in(lines)
    except OSError as error:
        raise InvalidInput(f"{log} cannot be read: {error.strerror}.") from error
    days = (first or date.min, last or date.max)
    kept = [each for each in tries if days[0] <= each.at.astimezone(zone).date() <= days[1]]
    found = uptime(kept, strange)
    return {
        "name": found.measure.key,
        **{key: value for key, value in found.view().items() if key != "key"},
        "limits": None if found.interval is None else list(found.interval),
        "filters": {"from": str(first or ""), "to": str(last or "")},
        "as_of": kept[-1].at.strftime("%Y-%m-%dT%H:%M:%SZ") if kept else "no try",
        "zone": zone.key,
        "detail": found.detail,
    }


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
    if found["name"] == "uptime":
        lines.insert(1, f"  {found['line']}")
        return "\n".join([*lines, "Every outage: --json."])
    return "\n".join([*lines, "Its SQL and all details: --json."])
