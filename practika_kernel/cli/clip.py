"""``practika clip``: cut a stretch out of a video file."""

from __future__ import annotations

import gc
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from practika_kernel.cli.common import as_json, progress_bar, read_settings
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.timeline import TimeRange


@click.command(short_help="Cut a stretch out of a video file.")
@click.argument("in_", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--start", required=True, help="Seconds, or minutes:seconds, from the first picture.")
@click.option("--end", required=True, help="Where the clip ends; that picture is not in it.")
@click.option("--json", "json_", is_flag=True, help="Print what was cut as JSON.")
def clip(in_: Path, out: Path, start: str, end: str, json_: bool) -> None:
    """Cut [START, END) of the video IN into the new MP4 file OUT, exact to the picture.

    IN is never changed. OUT appears complete and checked, or not at all. The same request
    gives the same bytes. Pictures are copied where they can be and encoded anew where they must
    be; it says how many of each, and why when none could be copied.

    \b
    Examples:
      practika clip lesson.mp4 bars-5-8.mp4 --start 12.5 --end 17
      practika clip lesson.mov end.mp4 --start 1:02.25 --end 1:10 --json
    """
    gc.disable()  # one clip, then it ends: to look for cycles meanwhile is 2 % of its work
    span = TimeRange.of(start, end)
    _check_files(in_, out)
    settings = read_settings()
    from practika_kernel.media.isolate import run

    with progress_bar(f"Cutting {out.name}", quiet=json_) as tell:
        report = run(
            "clip",
            {
                "src": str(in_.absolute()),
                "out": str(out.absolute()),
                "start": str(span.start),
                "end": str(span.end),
            },
            limit=settings.job_minutes * 60,
            memory=settings.job_memory,
            on_progress=tell,
            fork=True,
        )
    shown = _shown(in_, out, report)
    if json_:
        as_json(shown)
    else:
        click.echo(_sentence(shown))


def _check_files(in_: Path, out: Path) -> None:
    if not in_.is_file():
        raise InvalidInput(f"There is no file {in_}.")
    if out.is_dir():
        raise InvalidInput(f"{out} is a folder. Name the file the clip shall be written to.")
    if out.exists() and out.samefile(in_):
        raise InvalidInput(f"{out} is the video itself. Give the clip another name.")
    if not out.absolute().parent.is_dir():
        raise InvalidInput(f"There is no folder {out.absolute().parent}.")


def _shown(in_: Path, out: Path, report: dict[str, Any]) -> dict[str, Any]:
    """Times as numbers for people, and exact beside them for programs that count pictures."""
    times = {name: report[name] for name in ("start", "end", "duration")}
    numbers = {name: float(Fraction(text)) for name, text in times.items()}
    return {"in": str(in_), "out": str(out), **report, **numbers, "exact": times}


def _sentence(shown: dict[str, Any]) -> str:
    sound = "with sound" if shown["has_sound"] else "without sound"
    return (
        f"Cut {shown['start']:.3f} to {shown['end']:.3f} s of {shown['in']}: "
        f"{shown['frames']} pictures, {shown['duration']:.3f} s, "
        f"{shown['width']} x {shown['height']}, {sound}.\n"
        f"{_how(shown)} Read {shown['bytes_read'] / 1e6:.2f} MB, "
        f"wrote {shown['bytes_written'] / 1e6:.2f} MB.\n"
        f"Written to {shown['out']} ({shown['size'] / 1e6:.2f} MB)."
    )


def _how(shown: dict[str, Any]) -> str:
    if shown["mode"] == "encode":
        return f"All pictures were encoded anew. {shown['why_not_smart']}"
    if shown["mode"] == "copy":
        return "All pictures were copied."
    copied, encoded = shown["frames_copied"], shown["frames_encoded"]
    return f"{copied} pictures were copied, {encoded} at the ends encoded anew."
