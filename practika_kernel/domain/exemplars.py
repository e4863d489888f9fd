"""Exemplars: takes their students let the class see, one yes for each take.

A teacher asks, only the student answers. Until the yes, and from the moment it is taken back,
nobody sees more than before. What is asked for never changes: other terms are another question.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from practika_kernel.domain.errors import InvalidInput

WORDINGS: dict[str, str] = {
    "2026-1": "Everybody who learns or teaches in this course may watch this take as an example, "
    "and compare takes of their own with it. I can take this back at any time.",
}
"""What a student says yes to, word for word, by version, the newest last."""

WORDING = list(WORDINGS)[-1]

WORDS_LIMIT = 400
"""Longest line of a teacher on what the others can learn from it, in characters."""


class ExemplarState(StrEnum):
    """Where a question stands. Only the student leads it to ``shown``, and out of it at any time.

    ``refused`` and ``taken back`` are the student's no: nobody asks about that take again, and
    the student alone may still turn it into a yes. ``ended`` is the teachers' doing.
    """

    ASKED = "asked"
    SHOWN = "shown"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A take somebody asked to show. Shown only where the take still is what was asked about.

    ``clip_id`` names the part that is asked for, None the whole take: others get the clip's
    bytes, never the take's. ``reply_id`` is a comment of the asking teacher that goes with it,
    ``marks`` whether the rubric marks do. ``named`` is the student's choice, ``wording`` the
    version they said yes to, "" before.
    """

    id: str
    take_id: str
    exercise_id: str
    course_id: str
    student_id: str
    asked_by: str
    asked_at: datetime
    words: str = ""
    clip_id: str | None = None
    reply_id: str | None = None
    marks: bool = False
    state: ExemplarState = ExemplarState.ASKED
    named: bool = False
    wording: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None


def answerable(state: ExemplarState) -> bool:
    """Tell whether the student may still say yes or no.

    >>> answerable(ExemplarState.TAKEN_BACK), answerable(ExemplarState.ENDED)
    (True, False)
    """
    return state is not ExemplarState.ENDED


def demand_open(state: ExemplarState) -> None:
    """Pass silently, or raise `InvalidInput`: the teacher does not ask any more."""
    if not answerable(state):
        raise InvalidInput("Your teacher does not ask for this any more. Nothing is shown.")


class Exemplars(Protocol):
    """Every question that was asked, and how it stands."""

    def add(self, exemplar: Exemplar) -> None:
        """Raise `Conflict` for a take somebody asked about already, unless that has ended."""

    def get(self, exemplar_id: str) -> Exemplar | None:
        """None for an unknown one."""

    def of_takes(self, take_ids: Collection[str]) -> list[Exemplar]:
        """Every question about these takes, the newest first."""

    def of_student(self, student_id: str) -> list[Exemplar]:
        """What a student was asked, the newest first."""

    def of_courses(self, course_ids: Collection[str]) -> list[Exemplar]:
        """What was asked in these courses, the newest first."""

    def shown_at(self, exercise_id: str) -> list[Exemplar]:
        """What students said yes to at an exercise, the oldest yes first."""

    def save(self, exemplar: Exemplar, expected: ExemplarState) -> bool:
        """Write it if its stored state is still the expected one; else return False."""
