"""``practika export``: a study's data set, of those who consent to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from practika_kernel.cli.common import as_json, opened, progress_bar, read_settings
from practika_kernel.domain.consent import MediaLevel
from practika_kernel.domain.errors import InvalidInput


@click.command(short_help="Write a study's data set, of those who consent to it.")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--study", required=True, help="Name of the study people consented to.")
@click.option(
    "--format",
    "formats",
    default="csv,parquet",
    show_default=True,
    metavar="A,B",
    help="One or more, separated by commas: parquet, csv, xapi, vtt, webannotation, eaf, boris.",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    help="File with the key of pseudonyms; made if missing. Else PRACTIKA_STUDY_KEY.",
)
@click.option("--course", default="", help="Title or id of the course; all without it.")
@click.option("--cohort", default="", help="A section of the course, by name or id.")
@click.option("--exercise", default="", help="Title or id of an exercise of the course.")
@click.option("--from", "since", default="", metavar="DAY", help="First day, as 2026-09-01.")
@click.option("--to", "until", default="", metavar="DAY", help="Last day; it counts, too.")
@click.option(
    "--texts",
    type=click.Choice(["none", "kept"]),
    default="none",
    show_default=True,
    help="Whether what people wrote comes along; it may hold names.",
)
@click.option(
    "--media",
    type=click.Choice([str(level) for level in MediaLevel]),
    default="none",
    show_default=True,
    help="How much of recordings comes along, never more than a person consents to.",
)
@click.option(
    "--shift-dates",
    "shift",
    type=click.Choice(["none", "days", "weeks"]),
    default="none",
    show_default=True,
    help="Move each person's times back by days or weeks of their own.",
)
@click.option(
    "--k",
    type=click.IntRange(2, 1000),
    default=5,
    show_default=True,
    help="Groups of fewer people are reported.",
)
@click.option(
    "--below-k",
    type=click.Choice(["report", "refuse"]),
    default="report",
    show_default=True,
    help="Whether an export with such groups of students is written.",
)
@click.option("--json", "json_", is_flag=True, help="Print what was written as JSON.")
def export(out: Path, formats: str, key: Path | None, json_: bool, **asked: Any) -> None:
    """Write the data set of a study into the new folder OUT, only of those who consent to it.

    People bear pseudonyms by a key that stays with you: keep its file apart from the data set,
    and use it again for the next export of the study. The same export again gives the same bytes.
    OUT appears complete, or not at all. Who was in it is noted, for those who withdraw later.
    What each format holds: docs/export.md.

    \b
    Examples:
      practika export --study "Tempo 2026" --key ~/keys/tempo.key tempo-2026
      practika export --study "Tempo 2026" --key ~/keys/tempo.key --course "Keyboard I" \\
        --format parquet,xapi,eaf --media pixelated --shift-dates weeks tempo-shared
    """
    settings = read_settings()
    place = key or (Path(settings.study_key).expanduser() if settings.study_key else None)
    if place is None:
        raise InvalidInput(
            "Name a file for the key of pseudonyms: --key FILE, or PRACTIKA_STUDY_KEY. "
            "It is made if it is not there."
        )
    from practika_kernel.research.export.naming import Shift
    from practika_kernel.research.export.paper import Choice

    chosen = Choice(
        study=asked["study"].strip(),
        formats=tuple(
            dict.fromkeys(word for part in formats.split(",") if (word := part.strip().lower()))
        ),
        course=asked["course"],
        cohort=asked["cohort"],
        exercise=asked["exercise"],
        since=asked["since"],
        until=asked["until"],
        texts=asked["texts"] == "kept",
        media=MediaLevel(asked["media"]),
        shift=Shift(asked["shift"]),
        k=asked["k"],
    )
    with (
        opened(settings) as practika,
        progress_bar(f"Exporting {chosen.study}", quiet=json_) as tell,
    ):
        found = practika.services.exporting.export(
            "", out, place, chosen, refuse_small=asked["below_k"] == "refuse", progress=tell
        )
    if json_:
        as_json({**found, "key": str(place)})
        return
    click.echo(_said(found, place))
    if chosen.texts:
        click.echo("Texts may hold names: read them before you hand them on.", err=True)


def _said(found: dict[str, Any], key: Path) -> str:
    counts = (
        f"{_count(found['people'], 'person', 'people')}, {_count(found['takes'], 'take')}, "
        f"{_count(found['replies'], 'reply', 'replies')}, "
        f"{_count(found['recordings'], 'recording')}"
    )
    lines = [
        f"Exported {found['study']}: {counts}.",
        *(f"  left out: {what}: {number}" for what, number in found["left_out"].items()),
        found["small_sentence"],
        f"Written to {found['out']}. The key is {key}: keep it apart from the data set.",
    ]
    return "\n".join(lines)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
