"""Ten seconds cut out of each source by each tool: what it takes, and whether it came out right."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av

from bench.media import sources, tools
from bench.media.judge import Played, Verdict, judge, play
from bench.media.sources import FPS, Source

LENGTH = 10
PLACES = (0.5, 0.12, 0.88, 0.32, 0.68)
"""Where in a group of pictures the cuts of the rounds begin, as shares of its length."""

TARGETS = {
    "cpu_over_x264": 0.10,
    "cpu_over_smartcut": 0.30,
    "read_over_clip": 1.5,
    "frames_wrong": 0,
    "av_error_ms": 1.0,
}
"""The most ours may take where whole pictures come each second."""
PROMISED = "h264 1s"

Row = dict[str, Any]


def measure(
    folder: Path, python: Path | None, rounds: int, names: list[str], until: float
) -> Iterator[Row]:
    """Cut, judge and compare; gives a line for each tool and source, then one for each ratio.

    After ``until`` (`time.monotonic`) each tool still has one round with each source.
    """
    cuts = _Cuts(folder, python, until)
    starts = cuts.of(sources.SMALL, 1)
    for tool, row in starts.items():
        yield {"source": "small", "tool": tool, **row}
    for source in sources.SOURCES:
        if source.name not in (names or [source.name]):
            continue
        rows = cuts.of(source, rounds)
        for tool, row in rows.items():
            yield {"source": source.name, "tool": tool, **row}
        yield from _compared(source.name, rows, starts[tools.OURS])


class _Cuts:
    """Runs the tools side by side, one round after the other; clips are judged and thrown away."""

    def __init__(self, folder: Path, python: Path | None, until: float) -> None:
        self._tools = (tools.OURS, *(tools.PEERS if python else ()))
        self._folder, self._python, self._until = folder, python, until
        self._program = tools.ffmpeg(python) if python else ""

    def of(self, source: Source, rounds: int) -> dict[str, Row]:
        """Of each tool the medians over the rounds; of frames and sound the worst round."""
        src = sources.made(self._folder, source)
        truth = sources.played(src, source)
        found: dict[str, list[_Cut]] = {tool: [] for tool in self._tools}
        failed: dict[str, Row] = {}
        for number in range(rounds):
            if number and time.monotonic() > self._until:
                break
            span = _range(source, PLACES[number % len(PLACES)])
            for tool in (tool for tool in self._tools if tool not in failed):
                try:
                    found[tool].append(self._cut(tool, src, truth, *span))
                except (tools.Failed, OSError, av.FFmpegError) as failure:
                    failed[tool] = {"failed": str(failure)}
        return {tool: failed.get(tool) or _summed(found[tool]) for tool in self._tools}

    def _cut(self, tool: str, src: Path, truth: Played, begin: float, end: float) -> _Cut:
        out = self._folder / f"clip{tools.ending(tool, src)}"
        words = tools.command(tool, self._python or Path(), self._program, src, out, begin, end)
        try:
            taken = tools.measured(words, self._folder)
            return _Cut(taken, out.stat().st_size / 1e6, judge(play(out), truth, begin, end))
        finally:
            out.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Cut:
    """One clip: what it took, its size in MB, and whether it is right."""

    taken: dict[str, float]
    size: float
    verdict: Verdict


def _range(source: Source, place: float) -> tuple[float, float]:
    """Seconds of a cut that begins inside a group of pictures, not at its first one."""
    length = min(LENGTH, source.seconds // 2)
    group = min(source.seconds // 4 // source.gop * source.gop, source.seconds - length)
    picture = group * FPS + min(max(1, round(place * source.gop * FPS)), source.gop * FPS - 1)
    return picture / FPS, picture / FPS + length


def _summed(cuts: list[_Cut]) -> Row:
    taken, verdicts = [cut.taken for cut in cuts], [cut.verdict for cut in cuts]
    row: Row = {
        name: round(statistics.median(each[name] for each in taken), 3) for name in tools.FIGURES
    }
    row["cpu_most_s"] = round(max(each["cpu_s"] for each in taken), 3)
    row["clip_mb"] = round(statistics.median(cut.size for cut in cuts), 3)
    worst = max(verdicts, key=lambda verdict: verdict.frames_wrong)
    row |= asdict(worst)
    off = [verdict.av_error_ms for verdict in verdicts]
    row["av_error_ms"] = None if None in off else max(each for each in off if each is not None)
    return row | {"rounds": len(taken)}


def _compared(source: str, rows: dict[str, Row], start: Row) -> Iterator[Row]:
    """How ours compares; the reads are counted beyond those of a start (libraries, mostly)."""
    ours = rows[tools.OURS]
    if "failed" in ours:
        return
    found: Row = {}
    for name, tool in (("x264", tools.ENCODE), ("smartcut", tools.SMARTCUT)):
        if "cpu_s" in rows.get(tool, {}):
            found[f"cpu_over_{name}"] = round(ours["cpu_s"] / rows[tool]["cpu_s"], 3)
    found["read_over_clip"] = round((ours["read_mb"] - start["read_mb"]) / ours["clip_mb"], 3)
    found |= {"frames_wrong": ours["frames_wrong"], "av_error_ms": ours["av_error_ms"]}
    for name, value in found.items():
        line: Row = {"source": source, "measure": name, "value": value}
        if source == PROMISED or name in ("frames_wrong", "av_error_ms"):
            met = value is not None and bool(value <= TARGETS[name])
            line |= {"target": TARGETS[name], "met": met}
        yield line
