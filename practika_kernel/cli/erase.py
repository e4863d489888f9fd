"""``practika erase``: remove a person who asked for it, with a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.domain.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


@click.command(short_help="Remove a student for good, with a receipt.")
@click.argument("person", required=False)
@click.option("--dry-run", is_flag=True, help="Only say what would go, and what stays.")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@click.option("--receipt", metavar="ID", help="Print the receipt of a removal.")
@click.option("--json", "json_", is_flag=True, help="Print it as JSON.")
def erase(person: str | None, dry_run: bool, yes: bool, receipt: str | None, json_: bool) -> None:
    """Remove PERSON (an e-mail address, or an id) with all videos, replies and numbers.

    They are signed out at once; the worker does the rest. What it removed, what stays and which
    data sets given out before hold the person is in the receipt. It cannot be undone.

    \b
    Examples:
      practika erase mira@school.example --dry-run
      practika erase mira@school.example
      practika erase --receipt 01m8n3kvvt0vskn0n436rqhjsx
    """
    with opened() as practika:
        erasures = practika.services.erasures
        if receipt:
            _show(erasures.receipt("", receipt), json_)
            return
        who = _who(practika, person or "")
        plan = erasures.plan_person("", who)
        if dry_run:
            _tell(plan, json_)
            return
        if not yes:
            _tell(plan, False)
            click.confirm("This cannot be undone. Remove it?", abort=True, err=True)
        asked = erasures.ask_person("", who)
    if json_:
        as_json({"receipt": asked, **plan})
        return
    click.echo(f"Signed out. The worker removes the rest; its receipt: {asked}")
    click.echo(f"  practika erase --receipt {asked}")


def _who(practika: Practika, person: str) -> str:
    with practika.record.read() as uow:
        found = uow.people.by_email(person.strip().lower()) or uow.people.get(person)
    if found is None:
        raise InvalidInput(
            "Name somebody by e-mail address or id; `practika person list` has them."
        )
    return found.id


def _tell(plan: dict[str, Any], json_: bool) -> None:
    if json_:
        as_json(plan)
        return
    click.echo("What goes:\n" + "\n".join(f"  {line}" for line in plan["goes"]))
    click.echo("What stays:\n" + "\n".join(f"  {line}" for line in plan["stays"]))
    for one in plan["exports"]:
        click.echo(f"  Given out: {one['study']}, {one['at']}, manifest {one['manifest']}")


def _show(found: dict[str, Any], json_: bool) -> None:
    if json_:
        as_json({name: value for name, value in found.items() if name != "text"})
    elif found["finished"]:
        click.echo(found["text"], nl=False)
    else:
        why = f" {found['problem']}" if found["problem"] else ""
        raise NotFound(f"It is not done yet: {found['progress']:.0%}.{why} A worker has to run.")
