"""Replies as stretches of a take, laid out so that none overlaps another in its lane."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from practika_kernel.research.export.rows import ReplyRow

INSTANT = 1
"""Milliseconds a moment has where a format knows ranges only: the shortest there are."""

LEFT_OUT = "[text left out]"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A reply in its lane; lane 0 is the first. ``[start_ms, end_ms)`` lies on the take."""

    reply: ReplyRow
    lane: int
    start_ms: int
    end_ms: int


def laid_out(replies: Iterable[ReplyRow], length_ms: int | None) -> list[Stretch]:
    """Give each reply a stretch, and a lane within those of the same author and kind.

    A reply to the whole take is as long as the take; answers lie where what they answer lies.
    Returned by start.
    """
    known = list(replies)
    by_name = {row.reply: row for row in known}
    spans = []
    for row in known:
        at = by_name[row.parent] if row.parent in by_name and row.start_ms is None else row
        start = at.start_ms or 0
        if at.start_ms is None:
            end = max(length_ms or 0, INSTANT)
        else:
            end = at.end_ms if at.end_ms is not None else start + INSTANT
        spans.append((start, end, row))
    spans.sort(key=lambda span: (span[0], span[1], span[2].released_at, span[2].reply))
    ends: dict[tuple[str, str, str], list[int]] = {}
    found = []
    for start, end, row in spans:
        own = ends.setdefault(group_of(row), [])
        lane = next((n for n, until in enumerate(own) if until <= start), len(own))
        own[lane : lane + 1] = [end]
        found.append(Stretch(row, lane, start, end))
    return found


def group_of(row: ReplyRow) -> tuple[str, str, str]:
    """Return what replies share a tier by: role, author, and kind or "answer"."""
    return row.author_role, row.author, "answer" if row.parent else row.kind


def words(row: ReplyRow) -> str:
    """Return what a reply says, or that its text is not here."""
    if row.text:
        return row.text
    said = " ".join(part for part in (row.tag, LEFT_OUT if row.text_left_out else "") if part)
    return said or f"({row.kind})"
