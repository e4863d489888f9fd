"""What lies in the media store: one stored file, and the trash it may be moved to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

FACTS = "facts/"
"""Where sealed facts lie in a store that machines share."""

TRASH = "trash/"
"""What lies below is on its way out, with the time at which it was put there in its key."""

_STAMP = "%Y%m%dt%H%M%Sz"
_IN_TRASH = re.compile(r"trash/([0-9]{8}t[0-9]{6}z)/(.+)")


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored file: its key, its bytes, and since when they are there (never later)."""

    key: str
    size: int
    at: datetime


def trash_key(key: str, at: datetime) -> str:
    """Name the place in the trash for a file put there at a time.

    >>> trash_key("clips/0a/x.mp4", datetime(2026, 11, 23, 7, 5, tzinfo=UTC))
    'trash/20261123t070500z/clips/0a/x.mp4'
    """
    return f"{TRASH}{at.astimezone(UTC):{_STAMP}}/{key}"


def from_trash(key: str) -> tuple[str, datetime] | None:
    """Return what a file in the trash was called and when it was put there, else None.

    >>> from_trash("trash/20261123t070500z/clips/0a/x.mp4")[0]
    'clips/0a/x.mp4'
    >>> from_trash("clips/0a/x.mp4") is None
    True
    """
    match = _IN_TRASH.fullmatch(key)
    if match is None:
        return None
    try:
        return match[2], datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
