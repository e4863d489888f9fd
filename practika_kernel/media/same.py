"""Whether a copy shows and sounds all that its original does, at the same times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.timeline import clock
from practika_kernel.media import source
from practika_kernel.media.copies import FASTEST
from practika_kernel.media.encode import Upright
from practika_kernel.media.looks import Looker, alike
from practika_kernel.media.publish import Progress, part_of, unheard
from practika_kernel.media.sound import samples, sound_form

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

SLACK = Fraction(1, 500)
"""Seconds by which a picture may stand elsewhere: wrappings round times to 1 ms each."""

_END = Fraction(1, 10)
_SOUND = Fraction(1, 4)
"""Seconds by which the last picture, and the sound, may end elsewhere."""


@dataclass(frozen=True, slots=True)
class _Times:
    """Pictures in seconds from the first that decodes; ``origin`` is where that stands."""

    origin: Fraction
    starts: list[Fraction]
    end: Fraction


def same(original: Path, copy: Path, progress: Progress = unheard) -> int:
    """Compare a copy with its original to the end; return how many pictures the copy has.

    Every picture of the copy is decoded and stands where the original has one. Pictures are
    missing only as in `practika_kernel.media.copies.web_copy`: where they follow each other
    faster than 60 a second. The first, a middle and the last look like the original's, and what
    sounds is as long.

    Raises `UnusableFile` with what is otherwise, also where the original cannot tell.
    """
    wanted, found = _times(original), _times(copy)
    decoded = [at - found.origin for at in _all(copy, part_of(progress, 0.0, 0.8), found)]
    if decoded != found.starts:
        raise UnusableFile("Not every picture of the copy can be read.")
    _demand_places(wanted.starts, found.starts)
    if abs(found.end - wanted.end) > _END:
        raise UnusableFile("The copy does not end when the original does.")
    number = len(found.starts)
    for at in sorted({found.starts[place] for place in (0, number // 2, number - 1)}):
        if not alike(_look(original, wanted.origin + at), _look(copy, found.origin + at)):
            raise UnusableFile(f"At {clock(at, tenths=True)} the copy shows another picture.")
    progress(0.9)
    if _heard(original, wanted) - _heard(copy, found) > _SOUND:
        raise UnusableFile("The copy lacks sound that the original has.")
    progress(1.0)
    return number


def _times(path: Path) -> _Times:
    origin = source.seconds_of(source.first_frame(path))
    with source.opened(path) as (container, stream):
        times = source.packet_times(container, stream)
    if not times.exact:
        raise UnusableFile("The original does not say when its pictures are shown.")
    starts = [at - origin for at in times.starts if at >= origin]
    return _Times(origin, starts, times.end - origin)


def _all(path: Path, progress: Progress, times: _Times) -> Iterator[Fraction]:
    with source.opened(path) as (container, stream):
        for frame in source.frames(container, stream):
            if frame.is_corrupt:
                raise UnusableFile("Some pictures of the copy are damaged.")
            at = source.seconds_of(frame)
            progress(min(1.0, float((at - times.origin) / max(times.end, SLACK))))
            yield at


def _demand_places(wanted: list[Fraction], found: list[Fraction]) -> None:
    """Each picture of the copy is one of the original's; the others followed too fast."""
    place = 0
    for at in found:
        before = found[0] if not place else wanted[place - 1]
        first = bisect_left(wanted, at - SLACK, place)
        _demand_fast(before, wanted[place:first])
        if first == len(wanted) or wanted[first] > at + SLACK:
            raise UnusableFile(f"At {clock(at, tenths=True)} the original has no such picture.")
        place = first + 1
    _demand_fast(wanted[place - 1], wanted[place:])


def _demand_fast(before: Fraction, dropped: list[Fraction]) -> None:
    for at in dropped:
        if not 0 <= at - before < FASTEST:
            raise UnusableFile(f"The copy lacks the picture at {clock(at, tenths=True)}.")


def _look(path: Path, at: Fraction) -> bytes:
    """The picture at a moment of the file's own clock, in small."""
    with source.opened(path) as (container, stream):
        for frame in source.frames_from(container, stream, at - SLACK):
            if source.seconds_of(frame) >= at - SLACK:
                return _small(frame)
    raise UnusableFile("The last picture cannot be read.")


def _small(frame: VideoFrame) -> bytes:
    return Looker()(frame, **Upright.colours(frame))


def _heard(path: Path, times: _Times) -> Fraction:
    """Seconds of sound beside the pictures."""
    form = sound_form(path)
    if form is None:
        return Fraction(0)
    blocks = samples(path, times.origin, times.origin + times.end, form)
    return Fraction(sum(block.shape[1] for block in blocks), form.rate)
