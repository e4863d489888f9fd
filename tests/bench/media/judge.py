"""Say how right a clip is: the pictures' numbers against the wanted ones, the clicks against them.

Both files are decoded as a player does, their edit lists followed.
"""

from __future__ import annotations

import statistics
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import av
import numpy as np

import videos


@dataclass(frozen=True)
class Played:
    """What a file shows and sounds: numbers, and times in seconds on the file's own clock."""

    numbers: list[int]
    times: list[float]
    clicks: list[float]


@dataclass(frozen=True)
class Verdict:
    """Pictures missing, too many, in each other's place or late, and the sound's distance.

    ``av_error_ms`` is the farthest any click lies from where the pictures say it belongs, None
    when one is not heard at all.
    """

    frames: int
    wrong_first: int
    wrong_last: int
    frames_wrong: int
    av_error_ms: float | None


def play(path: Path) -> Played:
    """Decode a file of upright 8-bit pictures."""
    numbers, times = [], []
    with av.open(str(path)) as file:
        file.streams.video[0].thread_type = "AUTO"
        for frame in file.decode(video=0):
            plane = frame.planes[0]
            luma = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            numbers.append(videos.frame_index(luma[: frame.height, : frame.width]))
            times.append(float(frame.pts * frame.time_base))
    return Played(numbers, times, videos.clicks(path))


def judge(clip: Played, source: Played, begin: float, end: float) -> Verdict:
    """Compare a clip with the pictures of the source shown in ``[begin, end)``.

    The source's clock must begin at its first picture.
    """
    # A microsecond earlier: as floats, the cut may lie a little behind the picture it is at.
    inside = slice(*(bisect_left(source.times, at - 1e-6) for at in (begin, end)))
    wanted, due = source.numbers[inside], source.times[inside]
    first = last = wrong = 0
    gaps: list[float] = []
    for kind, i, j, k, m in SequenceMatcher(None, wanted, clip.numbers, False).get_opcodes():
        if kind == "equal":
            gaps += [b - a for a, b in zip(due[i:j], clip.times[k:m], strict=True)]
            continue
        count = max(j - i, m - k)
        wrong += count
        first += count if i == 0 else 0
        last += count if j == len(wanted) else 0
    shift = statistics.median(gaps) if gaps else 0.0
    wrong += sum(abs(gap - shift) > (end - begin) / len(wanted) / 2 for gap in gaps)
    heard = [at - shift for at in clip.clicks]
    return Verdict(len(clip.numbers), first, last, wrong, _off(heard, source.clicks, begin, end))


def _off(heard: Sequence[float], clicks: Sequence[float], begin: float, end: float) -> float | None:
    """Milliseconds between where clicks are and where they belong; those on the cut are left out.

    None when one of them has no sound within a quarter of a second.
    """
    whole = [at for at in clicks if begin + 0.02 < at < end - 0.02]
    off = [min((abs(at - each) for each in heard), default=1.0) for at in whole]
    return None if any(each > 0.25 for each in off) else round(1000 * max(off, default=0.0), 2)
