"""What the services need from the outside, in their own words. Adapters live in `storage`.

Every repository hands out and takes in the frozen records of this package. ``get`` returns
None for an unknown name, lists are empty when there is nothing. All of them work inside one
`UnitOfWork`: either everything done in it is kept, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.addresses import Addresses
from practika_kernel.domain.anchors import Anchors
from practika_kernel.domain.attempts import Attempts
from practika_kernel.domain.audit import Audit
from practika_kernel.domain.blob_ports import BlobStore as BlobStore
from practika_kernel.domain.board import Board
from practika_kernel.domain.changes import Changes
from practika_kernel.domain.collections import Collections
from practika_kernel.domain.consent_ports import Consents, Exports, Withdrawals
from practika_kernel.domain.erasure import Erasing
from practika_kernel.domain.events import Event, EventKind, Told, Watermark
from practika_kernel.domain.exemplars import Exemplars
from practika_kernel.domain.feedback import Draft, Reply
from practika_kernel.domain.feedback_ports import (
    Bank,
    Clips,
    Criteria,
    Marks,
    ReplyVersions,
    Tags,
    Wordings,
)
from practika_kernel.domain.guest_ports import Guests
from practika_kernel.domain.history import Histories
from practika_kernel.domain.invitation_ports import Invitations
from practika_kernel.domain.job_ports import Jobs
from practika_kernel.domain.judging_ports import Judgings, Ratings
from practika_kernel.domain.ledger_ports import Decisions, Outcomes, Watches
from practika_kernel.domain.moving import Moves
from practika_kernel.domain.notice_ports import Choices, Letters, Notices
from practika_kernel.domain.originals import Originals
from practika_kernel.domain.people_ports import Courses, People, SignIns
from practika_kernel.domain.player_keys import KeyRings
from practika_kernel.domain.practice import (
    Asset,
    Exercise,
    Rendition,
    RenditionKind,
    Take,
    TakeState,
    Upload,
    UploadState,
)
from practika_kernel.domain.provider import Errands, Links
from practika_kernel.domain.resets import Resets
from practika_kernel.domain.roll import Roll
from practika_kernel.domain.search_ports import Index
from practika_kernel.domain.second_step_ports import Doorsteps, SecondSteps
from practika_kernel.domain.storage_use import Storage
from practika_kernel.domain.targets import Targets
from practika_kernel.domain.timemap import Alignment
from practika_kernel.domain.trash import Bin, ReplyBin

Clock = Callable[[], datetime]
"""Returns now, aware, in UTC."""


class Exercises(Protocol):
    """Exercises in the order of their courses."""

    def add(self, exercise: Exercise) -> None: ...
    def get(self, exercise_id: str) -> Exercise | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Exercise]: ...
    def in_courses(self, course_ids: Collection[str]) -> list[Exercise]:
        """By course, then position."""

    def by_reference(self, asset_id: str) -> list[Exercise]: ...
    def save(self, exercise: Exercise) -> None: ...


class Takes(Protocol):
    """Takes; withdrawn ones only where a state says so."""

    def add(self, take: Take) -> None:
        """Store a take; a number already used in its stack raises `Conflict`."""

    def get(self, take_id: str) -> Take | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Take]: ...
    def next_number(self, exercise_id: str, student_id: str) -> int:
        """1 for an empty stack; withdrawn takes keep their number."""

    def stack(self, exercise_id: str, student_id: str) -> list[Take]:
        """Drafts and submitted takes by number."""

    def of_student(self, student_id: str) -> list[Take]:
        """Drafts and submitted takes, newest first."""

    def in_courses(self, course_ids: Collection[str], state: TakeState) -> list[Take]:
        """Takes in a state, oldest submission (else creation) first."""

    def recorded(self, course_ids: Collection[str]) -> list[Take]:
        """Submitted takes but the imported ones, oldest submission first."""

    def at_hand(self, course_ids: Collection[str]) -> list[Take]:
        """Submitted takes; of imported ones only those that are the newest of their stack."""

    def by_asset(self, asset_id: str) -> list[Take]: ...
    def save(self, take: Take, expected: TakeState) -> bool:
        """Write the take if its stored state is still the expected one; else return False."""


class Assets(Protocol):
    """Videos by their bytes, and the files made from them."""

    def add(self, asset: Asset) -> None: ...
    def get(self, asset_id: str) -> Asset | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Asset]: ...
    def all(self) -> list[Asset]:
        """Every video, oldest first."""

    def by_sha256(self, sha256: str) -> Asset | None: ...
    def lacking(self, kind: RenditionKind) -> list[Asset]:
        """Videos with pictures that are ready, but for this."""

    def save(self, asset: Asset) -> None: ...
    def put_rendition(self, rendition: Rendition) -> None:
        """Store or replace the rendition of this asset and kind."""

    def renditions(self, ids: Collection[str]) -> list[Rendition]: ...
    def sizes(self) -> dict[str, int]:
        """Return bytes by the kind of file."""


class Replies(Protocol):
    """Replies; withdrawn ones are left out of every list."""

    def add(self, reply: Reply) -> Reply:
        """Store a reply; the same author and client key again returns the stored one."""

    def get(self, reply_id: str) -> Reply | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Reply]: ...
    def of_takes(self, take_ids: Collection[str]) -> list[Reply]:
        """By take, then start (None first), then creation."""

    def taken_back(self, take_id: str, author_id: str) -> list[Reply]:
        """What the author released on a take and withdrew since; no other list has these."""

    def by_asset(self, asset_id: str) -> list[Reply]: ...
    def by_clip(self, clip_id: str) -> list[Reply]: ...
    def save(self, reply: Reply) -> None: ...
    def release(self, take_id: str, author_id: str, at: datetime) -> list[Reply]:
        """Release all of the author's drafts on a take at once; return them."""

    def mark_seen(self, take_id: str, ids: Collection[str], at: datetime) -> list[Reply]:
        """Mark those of these replies that are released and not seen yet; return only those.

        Answers by the take's own student are left alone.
        """


class Alignments(Protocol):
    """Time maps by the pair of assets and the recipe."""

    def add(self, alignment: Alignment) -> Alignment:
        """Store a map; the same pair and recipe again returns the stored one."""

    def between(self, ref_asset_id: str, take_asset_id: str, recipe: str) -> Alignment | None: ...


class Uploads(Protocol):
    """Uploads under way and what became of them."""

    def add(self, upload: Upload) -> None: ...
    def get(self, upload_id: str) -> Upload | None: ...
    def of_person(self, person_id: str, states: Collection[UploadState]) -> list[Upload]:
        """Newest first."""

    def expired(self, now: datetime) -> list[Upload]:
        """Still receiving, but past their time."""

    def received(self) -> list[Upload]:
        """All bytes are there, and nobody has looked at them yet."""

    def counts(self) -> dict[str, int]: ...
    def by_asset(self, asset_id: str) -> list[Upload]: ...
    def save(self, upload: Upload, expected: UploadState) -> bool:
        """Write the upload if its stored state is still the expected one; else False."""


class Drafts(Protocol):
    """Texts as they are typed."""

    def put(self, draft: Draft) -> None: ...
    def get(self, person_id: str, place: str) -> Draft | None: ...
    def delete(self, person_id: str, place: str) -> None: ...


class Events(Protocol):
    """The append-only table."""

    def append(self, event: Event) -> None: ...
    def after(self, mark: Watermark, limit: int = 1000) -> tuple[list[Event], Watermark]:
        """Events behind the watermark in order, and the watermark behind them.

        Never skips an event that commits late; an empty list returns the same watermark.
        """

    def heard_after(self, mark: Watermark, limit: int = 1000) -> tuple[list[Event], Watermark]:
        """Return what `after` does, without what was imported: that is no news to anybody."""

    def told_after(self, mark: Watermark, limit: int) -> tuple[list[Told], Watermark]: ...
    def unsettled(self, mark: Watermark) -> list[Event]:
        """Events behind the watermark that earlier ones may still join; it stays before them."""

    def place(self, event_id: int) -> tuple[Event, Watermark] | None: ...
    def latest(self, kind: EventKind) -> dict[str, datetime]:
        """Return when each person did something of that kind last."""

    def of_actors(
        self, actor_ids: Collection[str], since: datetime, kinds: Collection[EventKind]
    ) -> list[Event]:
        """What these people did of these kinds since then, oldest first."""

    def of_takes(
        self, take_ids: Collection[str], kinds: Collection[EventKind], since: datetime | None = None
    ) -> list[Event]:
        """What of these kinds is about these takes, in the order of the record."""

    def moments(
        self, actor_ids: Collection[str], course_ids: Collection[str], since: datetime
    ) -> dict[str, list[datetime]]:
        """When each of these people did anything in these courses; nobody who did nothing."""

    def now(self) -> Watermark:
        """The watermark behind everything that can be read at this moment."""


class UnitOfWork(Protocol):
    """One transaction: leaving the block keeps everything, an exception keeps nothing."""

    people: People
    sign_ins: SignIns
    courses: Courses
    exercises: Exercises
    takes: Takes
    histories: Histories
    assets: Assets
    replies: Replies
    clips: Clips
    alignments: Alignments
    watches: Watches
    outcomes: Outcomes
    decisions: Decisions
    anchors: Anchors
    uploads: Uploads
    drafts: Drafts
    versions: ReplyVersions
    criteria: Criteria
    wordings: Wordings
    marks: Marks
    tags: Tags
    bank: Bank
    targets: Targets
    ratings: Ratings
    judgings: Judgings
    jobs: Jobs
    events: Events
    changes: Changes
    consents: Consents
    exports: Exports
    withdrawals: Withdrawals
    erasing: Erasing
    search: Index
    notices: Notices
    letters: Letters
    resets: Resets
    addresses: Addresses
    key_rings: KeyRings
    choices: Choices
    invitations: Invitations
    guests: Guests
    storage: Storage
    originals: Originals
    trash: Bin
    reply_trash: ReplyBin
    moves: Moves
    attempts: Attempts
    exemplars: Exemplars
    collections: Collections
    second_steps: SecondSteps
    doorsteps: Doorsteps
    links: Links
    errands: Errands
    audit: Audit
    roll: Roll


class Record(Protocol):
    """The database. ``read`` and ``write`` open a unit of work.

    Writers take turns on SQLite. On PostgreSQL they do not: where two may meet, rely on
    ``save(..., expected)``, on what is unique, and on `Takes.next_number`.
    """

    def read(self) -> AbstractContextManager[UnitOfWork]: ...
    def write(self) -> AbstractContextManager[UnitOfWork]: ...
    def migrate(self) -> None:
        """Bring the schema to the newest version; harmless when it is there."""

    def check(self) -> str:
        """Return a short description, e.g. "SQLite 3.45"; raise `Misconfigured` if unreachable."""

    def scrub(self) -> None:
        """Have nothing left of deleted rows where the database's own files are ours."""

    def behind(self) -> str:
        """Return the version a record is at that is to be brought up; "" when it is the newest."""

    def close(self) -> None: ...


class PageBoard(Protocol):
    """Which pages the server has open, and how to ask it to close one."""

    def write(self, board: Board) -> None: ...
    def read(self) -> Board | None:
        """None when the server does not run."""

    def take_down(self) -> None:
        """Nothing is open any more: the server ends."""

    def ask_to_end(self, kernel_id: str) -> None: ...
    def asked(self) -> list[str]:
        """The kernels somebody asked to end since the last call."""
