"""Repositories of marking: versions of comments, rubrics, marks, tags, comment banks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, update

from practika_kernel.domain.feedback import ReplyVersion
from practika_kernel.domain.rubrics import Criterion, Mark, MarkState, Wording
from practika_kernel.domain.tags import BankEntry, Tag
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Named


class SqlVersions(Named[ReplyVersion]):
    """`practika_kernel.domain.feedback_ports.ReplyVersions` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.reply_versions, ReplyVersion)

    def add(self, item: ReplyVersion, taken: str = "") -> None:
        """Store a version; its number is taken when somebody else changed the comment first."""
        super().add(item, taken or "This comment was just changed elsewhere. Reload the page.")

    def of_reply(self, reply_id: str) -> list[ReplyVersion]:
        """Oldest first."""
        return self.find(self.table.c.reply_id == reply_id, order=(self.table.c.number,))


class SqlCriteria(Named[Criterion]):
    """`practika_kernel.domain.feedback_ports.Criteria` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.criteria, Criterion)

    def add(self, item: Criterion, taken: str = "This criterion exists already.") -> None:
        """Store a new criterion."""
        super().add(item, taken)

    def of_exercise(self, exercise_id: str) -> list[Criterion]:
        """In the order of the rubric; also those withdrawn."""
        columns = self.table.c
        order = (columns.position, columns.created_at, columns.id)
        return self.find(columns.exercise_id == exercise_id, order=order)


class SqlWordings(Named[Wording]):
    """`practika_kernel.domain.feedback_ports.Wordings` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.wordings, Wording)

    def add(self, item: Wording, taken: str = "") -> None:
        """Store a wording; its number is taken when somebody else changed the criterion first."""
        super().add(item, taken or "This rubric was just changed elsewhere. Reload the page.")

    def of_criteria(self, criterion_ids: Collection[str]) -> list[Wording]:
        """By criterion, oldest first."""
        columns = self.table.c
        order = (columns.criterion_id, columns.number)
        return self.among(columns.criterion_id, criterion_ids, order=order)


class SqlMarks(Named[Mark]):
    """`practika_kernel.domain.feedback_ports.Marks` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.marks, Mark)

    def add(self, item: Mark, taken: str = "This mark exists already.") -> None:
        """Store a mark as it is."""
        super().add(item, taken)

    def _draft_of(
        self, take_id: str, criterion_id: str, author_id: str
    ) -> tuple[ColumnElement[bool], ...]:
        columns = self.table.c
        return (
            columns.take_id == take_id,
            columns.criterion_id == criterion_id,
            columns.author_id == author_id,
            columns.state == MarkState.DRAFT,
        )

    def put_draft(self, item: Mark) -> None:
        """Store or replace the teacher's draft on this criterion."""
        if not self.insert(item):
            mine = self._draft_of(item.take_id, item.criterion_id, item.author_id)
            self.change(*mine, level=item.level, wording=item.wording, updated_at=item.updated_at)

    def drop_draft(self, take_id: str, criterion_id: str, author_id: str) -> None:
        """Forget it; harmless when there is nothing."""
        mine = self._draft_of(take_id, criterion_id, author_id)
        self.connection.execute(delete(self.table).where(*mine))

    def of_takes(self, take_ids: Collection[str]) -> list[Mark]:
        """Drafts and released marks; released ones of a take by release."""
        columns = self.table.c
        order = (columns.take_id, columns.released_at, columns.created_at, columns.id)
        return self.among(columns.take_id, take_ids, order=order)

    def release(self, take_id: str, author_id: str, at: datetime) -> list[Mark]:
        """Release all of the teacher's drafts on a take at once; return them."""
        columns = self.table.c
        return self.change(
            columns.take_id == take_id,
            columns.author_id == author_id,
            columns.state == MarkState.DRAFT,
            state=MarkState.RELEASED,
            released_at=at,
        )

    def counts(self, criterion_ids: Collection[str]) -> dict[str, int]:
        """How many released marks were given by each; criteria without any are left out."""
        columns = self.table.c
        released = columns.state == MarkState.RELEASED
        found = self.among(columns.criterion_id, criterion_ids, released)
        return dict(Counter(mark.criterion_id for mark in found))

    def unseen(self, take_id: str) -> bool:
        """Whether the take has released marks that its student has not read."""
        columns = self.table.c
        news = (columns.state == MarkState.RELEASED, columns.seen_at.is_(None))
        return bool(self.find(columns.take_id == take_id, *news, limit=1))

    def mark_seen(self, take_id: str, at: datetime) -> list[Mark]:
        """Note that its student has read a take's released marks; return those that were new."""
        columns = self.table.c
        return self.change(
            columns.take_id == take_id,
            columns.state == MarkState.RELEASED,
            columns.seen_at.is_(None),
            seen_at=at,
        )


class SqlTags(Named[Tag]):
    """`practika_kernel.domain.feedback_ports.Tags` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.tags, Tag)

    def add(self, item: Tag, taken: str = "This tag exists already.") -> None:
        """Store a new tag."""
        super().add(item, taken)

    def of_course(self, course_id: str) -> list[Tag]:
        """By position; also those no longer offered."""
        columns = self.table.c
        order = (columns.position, columns.created_at, columns.id)
        return self.find(columns.course_id == course_id, order=order)

    def hand_over(self, tag_id: str, to_id: str) -> int:
        """Give every comment that bears one tag another; return how many they were."""
        statement = update(schema.replies).where(schema.replies.c.tag_id == tag_id)
        return self.connection.execute(statement.values(tag_id=to_id)).rowcount


class SqlBank(Named[BankEntry]):
    """`practika_kernel.domain.feedback_ports.Bank` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.bank_entries, BankEntry)

    def add(self, item: BankEntry, taken: str = "This entry exists already.") -> None:
        """Store a new entry."""
        super().add(item, taken)

    def of_person(self, person_id: str) -> list[BankEntry]:
        """Newest first."""
        columns = self.table.c
        order = (columns.created_at.desc(), columns.id.desc())
        return self.find(columns.person_id == person_id, order=order)

    def delete(self, entry_id: str) -> None:
        """Forget an entry."""
        self.connection.execute(delete(self.table).where(self.table.c.id == entry_id))
