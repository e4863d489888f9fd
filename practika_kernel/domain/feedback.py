"""What teachers answer: replies at a time or a range, and clips cut from a take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from practika_kernel.domain.drawings import Shapes
from practika_kernel.domain.errors import InvalidInput


class ReplyKind(StrEnum):
    """What a comment asks for; each has its own mark on the timeline."""

    FIX = "fix"
    KEEP = "keep"
    ASK = "ask"


class ReplyState(StrEnum):
    """A draft is seen by its author alone until the teacher releases the reply."""

    DRAFT = "draft"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class ClipState(StrEnum):
    """Where a clip is on its way from being asked for to being playable."""

    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reply:
    """One comment or video answer, bound to the take it was begun on.

    ``start_ms`` and ``end_ms`` are milliseconds on the take's timeline: both None for the
    whole take, end None for a moment, ``[start, end)`` for a range. ``client_key`` is the
    name the page gave it, so that saving twice stores once. ``edited_at`` is when a released
    one was changed last; `ReplyVersion` holds what it was before.
    """

    id: str
    take_id: str
    author_id: str
    kind: ReplyKind
    text: str
    created_at: datetime
    updated_at: datetime
    client_key: str
    start_ms: int | None = None
    end_ms: int | None = None
    parent_id: str | None = None
    asset_id: str | None = None
    clip_id: str | None = None
    state: ReplyState = ReplyState.DRAFT
    released_at: datetime | None = None
    seen_at: datetime | None = None
    drawing: Shapes | None = None
    tag_id: str | None = None
    edited_at: datetime | None = None

    @property
    def was_released(self) -> bool:
        """Whether the student could see it at some time."""
        return self.released_at is not None


@dataclass(frozen=True, slots=True)
class ReplyVersion:
    """What a released comment said before it was changed. ``number`` counts from 1.

    ``at`` is when it began to say so.
    """

    id: str
    reply_id: str
    number: int
    kind: ReplyKind
    text: str
    at: datetime
    start_ms: int | None = None
    end_ms: int | None = None
    clip_id: str | None = None
    drawing: Shapes | None = None
    tag_id: str | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """A range ``[start, end)`` (seconds, exact) of a take, cut on the server.

    ``key`` names the blob and is the same for the same bytes, range and recipe, whoever asks.
    """

    id: str
    key: str
    take_id: str
    asset_id: str
    start: Fraction
    end: Fraction
    created_by: str
    created_at: datetime
    state: ClipState = ClipState.QUEUED
    problem: str = ""
    size: int = 0
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has typed and not saved yet. ``place`` names the field, ``body`` is JSON."""

    person_id: str
    place: str
    body: str
    updated_at: datetime


def check_moment(start_ms: int | None, end_ms: int | None, duration_ms: int) -> None:
    """Refuse a comment's time that does not lie on the take.

    >>> check_moment(1000, None, 5000)
    >>> check_moment(4000, 3000, 5000)
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: The end must lie after the start.
    """
    if start_ms is None:
        if end_ms is not None:
            raise InvalidInput("A range needs a start as well as an end.")
        return
    if not 0 <= start_ms <= duration_ms:
        raise InvalidInput("This moment does not lie on the video.")
    if end_ms is None:
        return
    if end_ms <= start_ms:
        raise InvalidInput("The end must lie after the start.")
    if end_ms > duration_ms + 1000:
        raise InvalidInput("This range ends after the video.")
