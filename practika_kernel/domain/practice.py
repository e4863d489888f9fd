"""What students do: exercises, uploads, the bytes behind them, and takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from practika_kernel.domain.errors import InvalidInput


class TakeState(StrEnum):
    """A draft is the student's alone; a submitted take waits for a teacher."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class UploadState(StrEnum):
    """Where the bytes of an upload are on their way to becoming a video."""

    RECEIVING = "receiving"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TERMINATED = "terminated"
    EXPIRED = "expired"


class Purpose(StrEnum):
    """What an upload is for."""

    TAKE = "take"
    REPLY = "reply"
    REFERENCE = "reference"


class AssetState(StrEnum):
    """Whether a browser can play the video yet."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"


class RenditionKind(StrEnum):
    """What is made from a video for showing it."""

    ORIGINAL = "original"
    WEB = "web"
    POSTER = "poster"
    FILM = "film"
    WAVE = "wave"
    FEATURES = "features"
    FRAMES = "frames"


class StackStatus(StrEnum):
    """The state of a stack's newest take, as the grid shows it."""

    NONE = "none"
    DRAFT = "draft"
    WAITING = "waiting"
    LATE = "late"
    REPLIED = "replied"
    SEEN = "seen"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Exercise:
    """Something to practise. ``reference_asset_id`` names the teacher's own recording.

    One with ``archived_at`` takes no new takes. ``copied_from`` is the exercise it is a copy of.
    """

    id: str
    course_id: str
    title: str
    category: str
    created_at: datetime
    position: int = 0
    instructions: str = ""
    due_at: datetime | None = None
    reference_asset_id: str | None = None
    reference_by: str = ""
    tags: tuple[str, ...] = ()
    archived_at: datetime | None = None
    copied_from: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """The bytes of a video, known by their SHA-256 (hex), and what was measured of them.

    ``duration`` is exact seconds; ``play`` says which rendition a browser gets and
    ``play_reason`` why; both are empty until the video was looked at.
    """

    id: str
    sha256: str
    size: int
    media_type: str
    created_at: datetime
    state: AssetState = AssetState.PREPARING
    problem: str = ""
    duration: Fraction | None = None
    width: int = 0
    height: int = 0
    rotation: int = 0
    frame_rate: Fraction | None = None
    container: str = ""
    video_codec: str = ""
    audio_codec: str = ""
    play: str = ""
    play_reason: str = ""
    film_tiles: int = 0


@dataclass(frozen=True, slots=True)
class Rendition:
    """A stored file made from an asset, or the original itself; ``key`` names the blob."""

    asset_id: str
    kind: RenditionKind
    key: str
    media_type: str
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes on their way. How many have arrived is the length of the part file, not a column.

    ``size`` is 0 while nobody knows how many there will be: something is being recorded.
    """

    id: str
    person_id: str
    name: str
    size: int
    purpose: Purpose
    created_at: datetime
    expires_at: datetime
    state: UploadState = UploadState.RECEIVING
    exercise_id: str | None = None
    take_id: str | None = None
    reply_id: str | None = None
    asset_id: str | None = None
    problem: str = ""

    @property
    def growing(self) -> bool:
        """Whether more bytes may come than anybody has named yet."""
        return self.size == 0


@dataclass(frozen=True, slots=True)
class Take:
    """One recorded attempt of a student at an exercise. ``number`` counts from 1 in its stack.

    One that was ``imported`` happened before there was Practika; it may have no video, and then
    ``asset_id`` is None. All others have one.
    """

    id: str
    exercise_id: str
    course_id: str
    student_id: str
    number: int
    asset_id: str | None
    created_at: datetime
    name: str = ""
    note: str = ""
    state: TakeState = TakeState.DRAFT
    submitted_at: datetime | None = None
    imported: bool = False


NOTE_LIMIT = 4000
"""Longest note or comment, in characters: several pages, and still one screenful of scrolling."""


def clean_text(text: str, *, what: str = "comment", limit: int = NOTE_LIMIT) -> str:
    """Trim a text a person wrote and refuse one that is too long.

    Returns the trimmed text, which may be empty. Control characters other than new line and
    tab are dropped: PostgreSQL refuses NUL, and none of them can be seen.

    >>> clean_text("  Count the rest. ")
    'Count the rest.'
    """
    kept = "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and ord(c) != 127)).strip()
    if len(kept) > limit:
        raise InvalidInput(
            f"This {what} has {len(kept)} characters; {limit} fit. Shorten it, your text is kept."
        )
    return kept
