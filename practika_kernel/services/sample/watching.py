"""What the sample course's students play of their takes, and what they practise in a loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from practika_kernel.domain.feedback import Reply, ReplyKind

_BEFORE, _AFTER = 1500, 2500
"""Milliseconds somebody plays around a comment that is at a moment."""


def spans(replies: Iterable[Reply], length_ms: int, number: int) -> list[list[int]]:
    """Return the stretches a student played, as [from, to) in ms, in the order of playing.

    The take once, the first of a stack to its end and later ones to four fifths; then each
    comment's place, those with something to fix twice.

    >>> spans([], 10_000, 2)
    [[0, 8000]]
    """
    played = [[0, length_ms if number == 1 else length_ms * 4 // 5]]
    for reply in replies:
        if reply.start_ms is None:
            continue
        end = reply.end_ms or reply.start_ms + _AFTER
        stretch = [max(0, reply.start_ms - _BEFORE), min(length_ms, end)]
        played += [stretch] * (2 if reply.kind is ReplyKind.FIX else 1)
    return [one for one in played if one[0] < one[1]]


def loops(replies: Iterable[Reply], number: int) -> Iterator[tuple[Reply, dict[str, Any]]]:
    """Yield what is practised: of odd takes the first thing to fix, slowly and often."""
    for reply in replies:
        if number % 2 and reply.kind is ReplyKind.FIX and reply.start_ms is not None:
            yield reply, {"seconds": 240.0 + 30.0 * number, "repetitions": 12, "rate": 0.9}
            return
