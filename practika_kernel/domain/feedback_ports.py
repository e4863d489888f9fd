"""What the services need for replies: clips, versions, rubric, marks, tags, comment bank."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.feedback import Clip, ReplyVersion
from practika_kernel.domain.rubrics import Criterion, Mark, Wording
from practika_kernel.domain.tags import BankEntry, Tag


class Clips(Protocol):
    """Clips by take and by content."""

    def add(self, clip: Clip) -> Clip:
        """Store a clip; the same take and key again returns the stored one."""

    def get(self, clip_id: str) -> Clip | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Clip]: ...
    def all(self) -> list[Clip]:
        """Every clip, oldest first."""

    def by_key(self, key: str) -> list[Clip]: ...
    def save(self, clip: Clip) -> None: ...


class ReplyVersions(Protocol):
    """What released comments said before they were changed."""

    def add(self, version: ReplyVersion) -> None: ...
    def of_reply(self, reply_id: str) -> list[ReplyVersion]:
        """Oldest first."""


class Criteria(Protocol):
    """The lines of rubrics."""

    def add(self, criterion: Criterion) -> None: ...
    def get(self, criterion_id: str) -> Criterion | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Criterion]: ...
    def of_exercise(self, exercise_id: str) -> list[Criterion]:
        """In the order of the rubric; also those withdrawn."""

    def save(self, criterion: Criterion) -> None: ...


class Wordings(Protocol):
    """What criteria said before they were changed."""

    def add(self, wording: Wording) -> None: ...
    def of_criteria(self, criterion_ids: Collection[str]) -> list[Wording]:
        """By criterion, oldest first."""


class Marks(Protocol):
    """Marks: one draft for each take, criterion and teacher; released ones pile up."""

    def add(self, mark: Mark) -> None: ...
    def put_draft(self, mark: Mark) -> None:
        """Store or replace the teacher's draft on this criterion."""

    def drop_draft(self, take_id: str, criterion_id: str, author_id: str) -> None:
        """Forget it; harmless when there is nothing."""

    def of_takes(self, take_ids: Collection[str]) -> list[Mark]:
        """Drafts and released marks; released ones of a take by release."""

    def release(self, take_id: str, author_id: str, at: datetime) -> list[Mark]:
        """Release all of the teacher's drafts on a take at once; return them."""

    def counts(self, criterion_ids: Collection[str]) -> dict[str, int]:
        """How many released marks were given by each; criteria without any are left out."""

    def unseen(self, take_id: str) -> bool:
        """Whether the take has released marks that its student has not read."""

    def mark_seen(self, take_id: str, at: datetime) -> list[Mark]:
        """Note that its student has read a take's released marks; return those that were new."""


class Tags(Protocol):
    """Tags of courses."""

    def add(self, tag: Tag) -> None: ...
    def get(self, tag_id: str) -> Tag | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Tag]: ...
    def of_course(self, course_id: str) -> list[Tag]:
        """By position; also those no longer offered."""

    def save(self, tag: Tag) -> None: ...
    def hand_over(self, tag_id: str, to_id: str) -> int:
        """Give every comment that bears one tag another; return how many they were."""


class Bank(Protocol):
    """Comment banks, each its teacher's own."""

    def add(self, entry: BankEntry) -> None: ...
    def get(self, entry_id: str) -> BankEntry | None: ...
    def of_person(self, person_id: str) -> list[BankEntry]:
        """Newest first."""

    def save(self, entry: BankEntry) -> None: ...
    def delete(self, entry_id: str) -> None: ...
