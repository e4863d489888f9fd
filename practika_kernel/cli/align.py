"""``practika align``: find where each moment of one recording is in another."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import as_json, progress_bar, read_settings
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.timeline import clock

if TYPE_CHECKING:
    from practika_kernel.domain.timemap import TimeMap


@click.command(short_help="Find where each moment of one recording is in another.")
@click.argument("ref", metavar="REF", type=click.Path(path_type=Path))
@click.argument("take", metavar="TAKE", type=click.Path(path_type=Path))
@click.option("--json", "json_", is_flag=True, help="Print the whole time map as JSON.")
def align(ref: Path, take: Path, json_: bool) -> None:
    """Align TAKE with REF, two recordings of the same piece, by what is heard in them.

    Both are videos or sound files (WAV, FLAC, MP3, OGG); silent videos are aligned by what
    moves. The JSON holds points [seconds in REF, seconds in TAKE], the confidence (0 to 1) and
    the one offset that suits most of it. There are no points when they are different pieces.

    \b
    Examples:
      practika align reference.mp4 take-3.mp4
      practika align monday.wav friday.mp3 --json
    """
    for path in (ref, take):
        if not path.is_file():
            raise InvalidInput(f"There is no file {path}.")
    settings = read_settings()
    from practika_kernel.domain.timemap import TimeMap
    from practika_kernel.media.isolate import run

    with progress_bar(f"Aligning {take.name}", quiet=json_) as tell:
        found = run(
            "align",
            {"ref": str(ref.absolute()), "take": str(take.absolute())},
            limit=settings.job_minutes * 60,
            memory=settings.job_memory,
            on_progress=tell,
        )
    if json_:
        as_json(found)
    else:
        click.echo(_summary(TimeMap.from_json(found), ref, take))


def _summary(found: TimeMap, ref: Path, take: Path) -> str:
    if not found.aligned or found.offset is None:
        return (
            f"No alignment: {take.name} does not seem to be the same piece as {ref.name} "
            f"(confidence {found.confidence:.2f})."
        )
    (x0, y0), (x1, y1) = found.points[0], found.points[-1]
    rates = [found.rate_at(x0 + (x1 - x0) * place / 200) for place in range(200)]
    lines = [
        f"{take.name} follows {ref.name} by {found.method}, confidence {found.confidence:.2f}.",
        f"{clock(x0, tenths=True)} to {clock(x1, tenths=True)} of the reference is "
        f"{clock(y0, tenths=True)} to {clock(y1, tenths=True)} of the take: "
        f"mostly {1 / statistics.median(rates):.2f} times its tempo.",
        f"One offset that suits most of it: {found.offset:+.3f} s.",
    ]
    for stop in found.breaks:
        side, span = ("take", stop.take)
        if stop.ref[1] - stop.ref[0] > stop.take[1] - stop.take[0]:
            side, span = ("reference", stop.ref)
        lines.append(
            f"{_WORDS[stop.kind]} in the {side} from {clock(span[0], tenths=True)} "
            f"to {clock(span[1], tenths=True)}."
        )
    return "\n".join(lines)


_WORDS = {
    "pause": "A pause",
    "restart": "A restart",
    "extra": "Something more",
    "skip": "Something left out of the take",
}
