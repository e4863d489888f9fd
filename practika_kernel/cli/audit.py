"""``practika audit``: who did what in the administration, who saw whose video, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.domain.audit import KINDS, Wanted
from practika_kernel.domain.errors import InvalidInput

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="List what happened in the administration.")
@click.option("--person", default="", metavar="EMAIL", help="What this person did, or it is about.")
@click.option("--kind", type=click.Choice([str(kind) for kind in KINDS]), help="Of one kind.")
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
    """List who did what, and who looked at whose video, the newest first; changes nothing.

    \b
    Examples:
      practika audit --person mira@school.example
      practika audit --kind data.exported --from 2026-09-01 --json
    """
    begin = since.replace(tzinfo=UTC) if since else None
    end = until.replace(tzinfo=UTC) + timedelta(days=1) if until else None
    with opened() as practika:
        whose = practika.services.accounts.by_email(person) if person else None
        if person and whose is None:
            raise InvalidInput(f"Nobody signs in with {person}.")
        about = whose.id if whose else ""
        wanted = Wanted((kind,) if kind else (), about, since=begin, until=end)
        rows = practika.services.auditing.lines(wanted, limit)
    if json_:
        as_json(rows)
        return
    if not rows:
        click.echo("Nothing of this kind happened.")
    for row in rows:
        click.echo(f"{row['at']}  {row['sentence']}")
