"""``practika demo``: the sample course, and the sign-ins of its people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from practika_kernel.cli.common import as_json, opened, progress_bar

if TYPE_CHECKING:
    from pathlib import Path

    from practika_kernel.bootstrap import Practika

SIGN_INS = "demo-people.json"


@click.command(short_help="Make the sample course, print its sign-ins.")
@click.option("--json", "json_", is_flag=True, help="Print the sign-ins as JSON.")
def demo(json_: bool) -> None:
    """Make the sample course in an empty record: eight weeks of one keyboard class.

    Three exercises, eight students, two teachers, about thirty takes with replies. Every
    video is drawn and sounded here; nothing is downloaded. The people's passwords are made
    anew each time and kept in demo-people.json in the data folder.

    \b
    Examples:
      practika demo
      PRACTIKA_DATA=/tmp/try practika demo --json
    """
    with opened() as practika:
        people = make_sample(practika, quiet=json_)
    if json_:
        as_json(people)
        return
    click.echo(f"The sample course is ready in {practika.settings.data}.")
    for line in sign_in_lines(people, all_of_them=True):
        click.echo(line)
    click.echo("Start it with `practika serve`.")


def make_sample(practika: Practika, *, quiet: bool = False) -> list[dict[str, str]]:
    """Build the sample course; return one dict a person with role, name, email and password.

    Raises `Conflict` when the record has people already.
    """
    from practika_kernel.services.sample.build import SampleCourse

    with progress_bar("Making the sample course", quiet=quiet) as tell:
        course = SampleCourse(practika.record, practika.blobs, practika.settings.data)
        return course.make(progress=tell)


def known_sign_ins(data: Path) -> list[dict[str, str]]:
    """Return the sample people's sign-ins; empty when there is no sample course."""
    try:
        rows: Any = json.loads((data / SIGN_INS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [row for row in rows if isinstance(row, dict)]


def sign_in_lines(people: list[dict[str, str]], *, all_of_them: bool = False) -> list[str]:
    """Write sign-ins as lines of equal columns; the first person of each role unless all."""
    shown: list[dict[str, str]] = []
    for row in people:
        if all_of_them or row["role"] not in {each["role"] for each in shown}:
            shown.append(row)
    wide = max((len(row["email"]) for row in shown), default=0)
    return [f"  {row['role']:<12} {row['email']:<{wide}}  {row['password']}" for row in shown]
