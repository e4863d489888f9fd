"""Takes and replies in the trash: thrown away by whose they are, to be put back until a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.practice import TakeState


@dataclass(frozen=True, slots=True)
class Thrown:
    """A take in the trash. ``state`` is what it was before and is again once it is put back."""

    id: str
    take_id: str
    person_id: str
    state: TakeState
    thrown_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ThrownReply:
    """A reply in its author's trash. ``state`` is what it was before and is again once put back."""

    id: str
    reply_id: str
    person_id: str
    state: ReplyState
    thrown_at: datetime
    expires_at: datetime


class Bin(Protocol):
    """Takes in the trash."""

    def add(self, thrown: Thrown) -> None:
        """Raise `Conflict` for a take that lies there already."""

    def of_take(self, take_id: str) -> Thrown | None:
        """None for a take that does not lie there."""

    def of_person(self, person_id: str) -> list[Thrown]:
        """What a person threw away, the newest first."""

    def expired(self, now: datetime) -> list[Thrown]:
        """What may not be put back any more, the oldest first."""

    def forget(self, ids: Collection[str]) -> None:
        """Take the entries out, whatever becomes of the takes; unknown ones are passed over."""


class ReplyBin(Protocol):
    """Replies in the trash."""

    def add(self, thrown: ThrownReply) -> None:
        """Raise `Conflict` for a reply that lies there already."""

    def of_reply(self, reply_id: str) -> ThrownReply | None:
        """None for a reply that does not lie there."""

    def of_person(self, person_id: str) -> list[ThrownReply]:
        """What a person threw away, the newest first."""

    def expired(self, now: datetime) -> list[ThrownReply]:
        """What may not be put back any more, the oldest first."""

    def forget(self, ids: Collection[str]) -> None:
        """Take the entries out, whatever becomes of the replies; unknown ones are passed over."""
