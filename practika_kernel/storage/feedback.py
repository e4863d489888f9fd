"""Repositories of replies, clips and drafts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select

from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.feedback import Clip, Draft, Reply, ReplyState
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Named, Rows


class SqlReplies(Named[Reply]):
    """`practika_kernel.domain.ports.Replies` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.replies, Reply)
        columns = self.table.c
        self._kept = columns.state != ReplyState.WITHDRAWN
        self._order = (
            columns.take_id,
            columns.start_ms.nulls_first(),
            columns.created_at,
            columns.id,
        )

    def add(self, item: Reply) -> Reply:  # type: ignore[override]
        """Store a reply; the same author and client key again returns the stored one."""
        columns = self.table.c
        inserted = self.insert(item)
        mine = (columns.author_id == item.author_id, columns.client_key == item.client_key)
        stored = self.one(*mine)
        if stored is None or (inserted and stored.id != item.id):
            raise Conflict("This reply exists already.")
        return stored

    def of_takes(self, take_ids: Collection[str]) -> list[Reply]:
        """By take, then start (None first), then creation."""
        return self.among(self.table.c.take_id, take_ids, self._kept, order=self._order)

    def taken_back(self, take_id: str, author_id: str) -> list[Reply]:
        """What the author released on a take and withdrew since."""
        columns = self.table.c
        return self.find(
            columns.take_id == take_id,
            columns.author_id == author_id,
            columns.state == ReplyState.WITHDRAWN,
            columns.released_at.is_not(None),
            order=self._order,
        )

    def by_asset(self, asset_id: str) -> list[Reply]:
        """Replies that are this video."""
        return self.find(self.table.c.asset_id == asset_id, self._kept, order=self._order)

    def by_clip(self, clip_id: str) -> list[Reply]:
        """Replies that show this clip."""
        return self.find(self.table.c.clip_id == clip_id, self._kept, order=self._order)

    def release(self, take_id: str, author_id: str, at: datetime) -> list[Reply]:
        """Release all of the author's draft comments on a take at once; return them."""
        columns = self.table.c
        released = self.change(
            columns.take_id == take_id,
            columns.author_id == author_id,
            columns.state == ReplyState.DRAFT,
            columns.parent_id.is_(None),
            state=ReplyState.RELEASED,
            released_at=at,
        )
        return sorted(released, key=_by_time)

    def mark_seen(self, take_id: str, ids: Collection[str], at: datetime) -> list[Reply]:
        """Mark those of these replies that are released and not seen yet; return only those.

        Answers the student wrote are not news to the student and stay as they are.
        """
        columns = self.table.c
        takes = schema.takes.c
        student = select(takes.student_id).where(takes.id == take_id).scalar_subquery()
        seen = self.change(
            columns.take_id == take_id,
            columns.id.in_(sorted(set(ids))),
            columns.author_id != student,
            columns.state == ReplyState.RELEASED,
            columns.seen_at.is_(None),
            seen_at=at,
        )
        return sorted(seen, key=_by_time)


def _by_time(reply: Reply) -> tuple[int, datetime, str]:
    start = -1 if reply.start_ms is None else reply.start_ms
    return (start, reply.created_at, reply.id)


class SqlClips(Named[Clip]):
    """`practika_kernel.domain.ports.Clips` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.clips, Clip)

    def add(self, item: Clip) -> Clip:  # type: ignore[override]
        """Store a clip; the same take and key again returns the stored one."""
        self.insert(item)
        columns = self.table.c
        stored = self.one(columns.take_id == item.take_id, columns.key == item.key)
        if stored is None:
            raise Conflict("This clip exists already.")
        return stored

    def all(self) -> list[Clip]:
        """Every clip, oldest first."""
        return self.find(order=(self.table.c.created_at, self.table.c.id))

    def by_key(self, key: str) -> list[Clip]:
        """Every clip that is this blob, oldest first."""
        columns = self.table.c
        return self.find(columns.key == key, order=(columns.created_at, columns.id))


class SqlDrafts(Rows[Draft]):
    """`practika_kernel.domain.ports.Drafts` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.drafts, Draft)

    def put(self, draft: Draft) -> None:
        """Store or replace what is typed at this place."""
        statement = self.upsert(draft)
        self.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["person_id", "place"], set_=self.values(draft)
            )
        )

    def get(self, person_id: str, place: str) -> Draft | None:
        """What was typed there, or None."""
        columns = self.table.c
        return self.one(columns.person_id == person_id, columns.place == place)

    def delete(self, person_id: str, place: str) -> None:
        """Forget it; harmless when there is nothing."""
        columns = self.table.c
        mine = (columns.person_id == person_id, columns.place == place)
        self.connection.execute(delete(self.table).where(*mine))
