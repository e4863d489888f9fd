"""``practika audit``: who did what in the administration, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.domain.audit import AUDITED
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import KINDS, EventKind

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="List what happened in the administration.")
@click.option("--person", default="", metavar="EMAIL", help="What this person did, or it is about.")
@click.option("--kind", type=click.Choice([str(kind) for kind in AUDITED]), help="Of one kind.")
@click.option("--from", "since", type=_DAY, help="From this day on, in UTC.")
@click.option("--to", "until", type=_DAY, help="Up to this day and all of it, in UTC.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--json", "json_", is_flag=True, help="Print it as JSON.")
def audit(
    person: str,
    kind: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    json_: bool,
) -> None:
    """List what happened in the administration, the newest first; changes nothing.

    \b
    Examples:
      practika audit --person mira@school.example
      practika audit --kind data.exported --from 2026-09-01 --json
    """
    begin = since.replace(tzinfo=UTC) if since else None
    end = until.replace(tzinfo=UTC) + timedelta(days=1) if until else None
    kinds = (EventKind(kind),) if kind else AUDITED
    with opened() as practika, practika.record.read() as uow:
        whose = uow.people.by_email(person.strip().lower()) if person else None
        if person and whose is None:
            raise InvalidInput(f"Nobody signs in with {person}.")
        about = whose.id if whose else ""
        found = uow.events.newest(kinds, limit, person_id=about, since=begin, until=end)
        names = uow.people.many({i for e in found for i in (e.actor_id, e.student_id) if i})
    called = {"": ""} | {each.id: each.name for each in names.values()}
    rows = [
        {
            "at": each.at.isoformat(timespec="seconds"),
            "kind": str(each.kind),
            "by": called.get(each.actor_id, "somebody"),
            "about": called.get(each.student_id, "somebody"),
            "data": each.data,
        }
        for each in found
    ]
    if json_:
        as_json(rows)
        return
    if not rows:
        click.echo("Nothing of this kind happened.")
    for row, each in zip(rows, found, strict=True):
        nobody = "a guest" if each.kind is EventKind.GUEST_OPENED else "the operator or the machine"
        who = row["by"] or nobody
        whom = f" ({row['about']})" if row["about"] not in {"", row["by"]} else ""
        click.echo(f"{row['at']}  {who}{whom}: {KINDS[each.kind].sentence}")
