"""E-mails: what is sent to whom, how far each has come, and what can go wrong on the way.

A letter is handed over at most once. It is marked as ``sending`` right before its bytes leave
and as ``sent`` when the server has them; one that is found ``sending`` later was cut off in
between. Nobody can know whether it arrived, so it is not sent again, and is said to be unsure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from practika_kernel.domain.errors import PractikaError


class LetterState(StrEnum):
    """``dropped`` is a letter about what was read before it left."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    UNSURE = "unsure"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail to one person. ``day`` is set for a daily one; a person has one a day.

    ``token`` is the SHA-256 (hex) of what its unsubscribe link holds. One that brings somebody an
    invitation is to no person yet: ``invitation_id`` says whose address it goes to.
    """

    id: str
    person_id: str | None
    created_at: datetime
    day: date | None = None
    state: LetterState = LetterState.WAITING
    attempts: int = 0
    moved_at: datetime | None = None
    token: str | None = None
    problem: str = ""
    invitation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """An e-mail as it is handed to the post office. ``unsubscribe`` is an address, or "".

    ``id`` is the letter's: a second try bears the same Message-ID.
    """

    id: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    unsubscribe: str = ""


class Trouble(StrEnum):
    """What an attempt that failed means for the letter."""

    LATER = "later"
    NEVER = "never"
    UNSURE = "unsure"


class Undelivered(PractikaError):
    """The post office did not take a letter; ``trouble`` says whether another try can help."""

    def __init__(self, sentence: str, trouble: Trouble) -> None:
        super().__init__(sentence)
        self.trouble = trouble


class PostOffice(Protocol):
    """Hands e-mails to a mail server."""

    def check(self) -> str:
        """Return a short description; raise `Undelivered` when it cannot be used."""

    def send(self, envelope: Envelope, about_to: Callable[[], bool]) -> bool:
        """Hand one over; ``about_to`` is asked when everything but the letter itself was taken.

        Returns False, with nothing sent, when it says no; raises `Undelivered`.
        """


KEEP_TRYING = timedelta(days=3)
"""How long a letter is tried that the server does not take at the moment."""


def patience(attempts: int) -> float:
    """Seconds until the next try: 15, 30, 60, ... at most half an hour.

    >>> [patience(n) for n in (1, 2, 3, 20)]
    [15.0, 30.0, 60.0, 1800.0]
    """
    return float(min(15 * 2 ** min(attempts - 1, 7), 1800))
