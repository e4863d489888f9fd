"""Blind second ratings: which marked takes a second teacher rates, and who that is.

A course has a share. Every take whose first marks were released draws a lot, a keyed hash of its
id: whoever does not hold the course's key can neither foresee the lot nor steer it, and it is the
same again after a restart. Because a lot never changes, a larger share only adds takes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from practika_kernel.domain.errors import InvalidInput


class RatingState(StrEnum):
    """Asked of a teacher, or handed in; only then does anybody else learn of its levels."""

    ASKED = "asked"
    HANDED_IN = "handed in"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a course's marked takes are rated a second time, in percent (0 to 100).

    Takes whose first marks were released before ``since`` are left alone. ``key`` (hex) is what
    lots are drawn with; it is made once and never shown.
    """

    course_id: str
    percent: int
    since: datetime
    key: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """A take's second rating: whom it is asked of, and whether it was handed in."""

    id: str
    take_id: str
    course_id: str
    rater_id: str
    drawn_at: datetime
    state: RatingState = RatingState.ASKED
    handed_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RatedLevel:
    """A level (1 is the lowest) given in a second rating, by the words numbered ``wording``."""

    rating_id: str
    criterion_id: str
    level: int
    wording: int
    updated_at: datetime


def check_percent(percent: int) -> int:
    """Return a share that can be drawn, or refuse it."""
    if not 0 <= percent <= 100:
        raise InvalidInput("A share lies between 0 and 100 percent.")
    return percent


def lot(key: str, *names: str) -> float:
    """Return the lot of these names under a key: evenly spread over [0, 1), always the same.

    HMAC-SHA-256; ``key`` is hex, as `Share` holds it.

    >>> lot("00", "take-1") == lot("00", "take-1"), lot("00", "take-1") == lot("01", "take-1")
    (True, False)
    """
    digest = hmac.new(bytes.fromhex(key), "\0".join(names).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:6]) / 2**48


def is_drawn(share: Share, take_id: str) -> bool:
    """Tell whether a take's lot falls into the share: never at 0, always at 100 percent."""
    return lot(share.key, take_id) * 100 < share.percent


def rater(share: Share, take_id: str, teachers: Iterable[str]) -> str | None:
    """Return which of these teachers rates a take; None when there is nobody.

    Each teacher draws a lot of their own for each take and the highest has it, so that nobody
    else's takes move when a teacher joins or leaves (Thaler and Ravishankar 1998).

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 30, tzinfo=UTC)
    >>> share = Share("c", 20, now, "00", "p", now)
    >>> rater(share, "take-1", ["ada", "ben"]) == rater(share, "take-1", ["ben", "ada"])
    True
    >>> rater(share, "take-1", []) is None
    True
    """
    return max(teachers, key=lambda one: (lot(share.key, take_id, one), one), default=None)
