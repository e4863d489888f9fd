"""Takes that are moved to another exercise: which number they get, and what is noted of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.practice import Take


@dataclass(frozen=True, slots=True)
class Move:
    """A take that was moved, by whom and when. ``back`` undid the move before it."""

    id: str
    take_id: str
    person_id: str
    at: datetime
    from_exercise_id: str
    from_number: int
    to_exercise_id: str
    to_number: int
    back: bool = False


class Moves(Protocol):
    """What was moved, and the numbers in a stack."""

    def add(self, move: Move) -> None:
        """Store a move."""

    def last(self, take_id: str) -> Move | None:
        """The newest move of a take; None for one that was never moved."""

    def since(self, take_ids: Collection[str], at: datetime) -> dict[str, Move]:
        """By take the newest move since then; those that were not moved are left out."""

    def after(self, at: datetime) -> list[Move]:
        """All moves since then, the oldest first."""

    def hold(self, student_id: str, exercise_ids: Collection[str]) -> None:
        """Let nobody else number these stacks until the transaction ends."""

    def stack(self, exercise_id: str, student_id: str) -> list[Take]:
        """All takes of a stack by number, also those that were thrown away."""

    def put(self, take: Take) -> None:
        """Write where a take lies and its number, which must be free there; nothing else of it.

        What its student does to it at the same moment stays.
        """

    def carry(self, take: Take) -> None:
        """Have what names the take's course or exercise beside it name where it lies now."""


def recorded(take: Take) -> datetime:
    """Return when a take came into being, as far as that is known."""
    return min(take.created_at, take.submitted_at or take.created_at)


def fixed(stack: Sequence[Take]) -> int:
    """Return up to which number a stack stays as it is; 0 for all of it may be renumbered.

    An imported take is known by its number when its table comes again.
    """
    return max((take.number for take in stack if take.imported), default=0)


def number_in(stack: Sequence[Take], take: Take) -> int:
    """Return the number a take gets among others: by when it was recorded, the first is 1.

    Behind imported ones whatever their dates, for these keep their numbers.
    """
    end = max((each.number for each in stack), default=0) + 1
    later = [each.number for each in stack if recorded(each) > recorded(take)]
    return max(min(later, default=end), fixed(stack) + 1)


def made_room(stack: Sequence[Take], number: int) -> list[tuple[Take, int]]:
    """Return who gets which number so that one is free, in the order to write it.

    Empty where it is free already.
    """
    if all(each.number != number for each in stack):
        return []
    behind = [each for each in stack if each.number >= number]
    return [(each, each.number + 1) for each in sorted(behind, key=_number, reverse=True)]


def closed_up(stack: Sequence[Take], number: int) -> list[tuple[Take, int]]:
    """Return who gets which number after one has left a stack, in the order to write it."""
    if number <= fixed(stack):
        return []
    behind = [each for each in stack if each.number > number]
    return [(each, each.number - 1) for each in sorted(behind, key=_number)]


def _number(take: Take) -> int:
    return take.number
