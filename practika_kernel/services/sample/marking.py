"""The sample course's rubric, tags and marks: what its teachers judge by, and how they judged."""

from __future__ import annotations

from datetime import datetime

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Exercise, Take
from practika_kernel.domain.rubrics import Criterion, Mark, MarkState, check_levels
from practika_kernel.domain.tags import Tag, TagColour
from practika_kernel.services.happenings import take_event

RUBRIC: tuple[tuple[str, float, tuple[tuple[str, str], ...]], ...] = (
    (
        "Steady pulse",
        0.0,
        (
            ("stops", "The pulse stops, and begins anew after a while."),
            ("uneven", "It bends with the hard places and runs in the easy ones."),
            ("mostly steady", "It holds, but for one or two places."),
            ("steady", "It holds from the first note to the last."),
        ),
    ),
    (
        "Right notes",
        0.1,
        (
            ("many wrong", "The piece is hard to recognise in places."),
            ("some wrong", "Several notes a line are others than written."),
            ("few wrong", "A slip here and there; the line goes on."),
            ("clean", "Every note is the one that is written."),
        ),
    ),
    (
        "Shape of the phrase",
        -0.15,
        (
            ("flat", "Every note is as loud as the one before."),
            ("hinted", "Some phrases rise or fall, most do not."),
            ("clear", "One hears where each phrase goes to."),
            ("speaks", "The phrases answer each other, as in a talk."),
        ),
    ),
)
"""Criterion, how much easier it is than the take as a whole, and its levels from the lowest."""

TAGS: tuple[tuple[str, str, TagColour, ReplyKind, int], ...] = (
    ("wrong", "Notes", TagColour.BLUE, ReplyKind.FIX, 2000),
    ("wait", "Waits", TagColour.AMBER, ReplyKind.FIX, 3000),
    ("rush", "Rushes", TagColour.PLUM, ReplyKind.FIX, 4000),
    ("keep", "Well played", TagColour.GREEN, ReplyKind.KEEP, 3000),
)
"""What comments of the sample are about, and the tag for it with its lead in milliseconds."""


def tags(course_id: str, at: datetime) -> dict[str, Tag]:
    """Return the course's tags by what they are about."""
    return {
        topic: Tag(new_id(), course_id, place, name, colour, lead, kind, at)
        for place, (topic, name, colour, kind, lead) in enumerate(TAGS)
    }


def rubric(exercise: Exercise) -> list[Criterion]:
    """Return the rubric of an exercise; every exercise of the sample has the same."""
    return [
        Criterion(
            new_id(), exercise.id, place, title, check_levels(list(levels)), exercise.created_at
        )
        for place, (title, _, levels) in enumerate(RUBRIC)
    ]


def level(skill: float, easier: float) -> int:
    """Return the level 1 to 4 a take played with this skill gets.

    >>> [level(skill, 0.0) for skill in (0.1, 0.45, 0.6, 0.95)]
    [1, 2, 3, 4]
    """
    return 1 + min(3, max(0, int((skill + easier) * 4)))


def marks(
    take: Take,
    criteria: list[Criterion],
    author: str,
    skill: float,
    at: datetime,
    seen: datetime | None,
) -> list[tuple[Mark, Event]]:
    """Return what a teacher gave a take when the reply was released, each with its event.

    ``seen`` is when the student had read it; None for not yet.
    """
    rows = []
    for criterion, (_, easier, _) in zip(criteria, RUBRIC, strict=True):
        given = level(skill, easier)
        mark = Mark(
            new_id(), take.id, criterion.id, author, given, at, at, MarkState.RELEASED, at,
            seen_at=seen,
        )  # fmt: skip
        data = {"criterion": criterion.id, "level": given}
        event = take_event(EventKind.MARK_RELEASED, take, at, actor=author, **data)
        rows.append((mark, event))
    return rows
