"""What became of the comments of the sample course, read from what happens in its videos."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.ledger import Outcome, Verdict
from practika_kernel.domain.practice import Take
from practika_kernel.services.happenings import take_event
from practika_kernel.services.sample.rows import Book

NEAR = 1.5
"""Seconds around a moment in which the next take's fault or comment speaks of the same place."""


def judge(book: Book, truths: Mapping[str, Mapping[str, Any]]) -> None:
    """Add verdicts on the comments of each answered take that has an answered successor.

    Commented again at the same place is the same; a fault that is still there without a word
    is better; nothing there is fixed. The teacher says it with the new reply, every third time
    the student an hour after having seen that.
    """
    said = {take.id: [r for r in book.replies if r.take_id == take.id] for take in book.takes}
    stacks: dict[tuple[str, str], list[Take]] = {}
    for take in book.takes:
        stacks.setdefault((take.student_id, take.exercise_id), []).append(take)
    for stack in stacks.values():
        for before, after in pairwise(stack):
            answers = _released(said[after.id])
            for place, reply in enumerate(_to_fix(said[before.id]) if answers else []):
                verdict = _verdict(reply, answers, truths[before.id], truths[after.id])
                _say(book, reply, before, after, verdict, answers[0], by_student=place % 3 == 2)


def _released(replies: list[Reply]) -> list[Reply]:
    return [r for r in replies if r.state is ReplyState.RELEASED and r.parent_id is None]


def _to_fix(replies: list[Reply]) -> list[Reply]:
    return [r for r in _released(replies) if r.kind is ReplyKind.FIX and r.start_ms is not None]


def _verdict(
    reply: Reply,
    answers: list[Reply],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Verdict:
    at = _carried((reply.start_ms or 0) / 1000, before["reference_map"], after["reference_map"])
    again = [(r.start_ms or 0) / 1000 for r in _to_fix(answers)]
    if any(abs(at - other) < NEAR for other in again):
        return Verdict.SAME
    faults = [note["onset"] for note in after["notes"] if note["wrong"]]
    faults += [wait["at"] for wait in after["hesitations"]]
    return Verdict.BETTER if any(abs(at - other) < NEAR for other in faults) else Verdict.FIXED


def _carried(at: float, before: list[list[float]], after: list[list[float]]) -> float:
    """From one take over the reference to the next; both maps are exact."""
    return _read(after, _read([[take, ref] for ref, take in before], at))


def _read(points: list[list[float]], at: float) -> float:
    place = min(max(bisect_right([x for x, _ in points], at), 1), len(points) - 1)
    (x0, y0), (x1, y1) = points[place - 1], points[place]
    return y0 + (at - x0) * (y1 - y0) / (x1 - x0)


def _say(
    book: Book,
    reply: Reply,
    on: Take,
    later: Take,
    verdict: Verdict,
    answer: Reply,
    *,
    by_student: bool,
) -> None:
    who, at = answer.author_id, (answer.released_at or answer.created_at) - timedelta(minutes=3)
    if by_student and answer.seen_at is not None:
        who, at = later.student_id, answer.seen_at + timedelta(hours=1)
    book.outcomes.append(Outcome(reply.id, later.id, verdict, who, at))
    data = {"verdict": str(verdict), "before": "", "on": later.id}
    event = take_event(EventKind.REPLY_JUDGED, on, at, actor=who, **data)
    book.events.append(replace(event, reply_id=reply.id))
