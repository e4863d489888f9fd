"""The repository of the audit log: add, read page by page, sweep."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    desc,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from practika_kernel.domain.audit import Deed, DeedKind, Place, Seen, Wanted
from practika_kernel.domain.events import EventKind
from practika_kernel.storage import schema_audit
from practika_kernel.storage.rows import Rows

_MOST = 200
"""Deeds stored by one statement."""


class SqlAudit(Rows[Deed]):
    """`practika_kernel.domain.audit.Audit` in SQL.

    Each filter has an index in the order of the page. Where a filter means several (any of these
    kinds, by or about somebody), each is asked for one page and the pages are merged: the log may
    be of any length.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_audit.audit, Deed)

    def add(self, deeds: Collection[Deed], taken: str = "") -> None:  # type: ignore[override]
        """Store deeds; those whose key is there already are left out."""
        rows = [{k: v for k, v in self.values(deed).items() if k != "id"} for deed in deeds]
        make: Any = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        for start in range(0, len(rows), _MOST):
            piece = make(self.table).values(rows[start : start + _MOST])
            self.connection.execute(piece.on_conflict_do_nothing())

    def page(self, wanted: Wanted, limit: int, after: Place | None = None) -> Sequence[Deed]:
        """At most ``limit``, the newest first, behind a place."""
        shared, columns = self._shared(wanted, after), self.table.c
        ways: list[list[ColumnElement[bool]]] = [[]]
        if wanted.person_id:
            # What somebody did to themselves stands in both lists; here in the first alone.
            theirs = columns.actor_id == wanted.person_id
            about = columns.person_id == wanted.person_id
            ways = [[theirs], [about, columns.actor_id != wanted.person_id]]
        if wanted.kinds and not wanted.person_id:
            ways = [[columns.kind == kind] for kind in wanted.kinds]
        elif wanted.kinds:
            shared.append(columns.kind.in_(wanted.kinds))
        pieces = [self._newest(limit, *shared, *way) for way in ways]
        if len(pieces) == 1:
            statement: Any = pieces[0]
        else:
            # SQLite takes a limited part of a union only as a table of its own.
            parts = union_all(*(select(piece.subquery()) for piece in pieces)).subquery()
            order = (desc(parts.c.at), desc(parts.c.id))
            statement = select(parts).order_by(*order).limit(limit)
        return [Deed(*row) for row in self.connection.execute(statement)]

    def _newest(self, limit: int, *where: ColumnElement[bool]) -> Select[Any]:
        columns = self.table.c
        found = select(*self.columns).where(*where)
        return found.order_by(columns.at.desc(), columns.id.desc()).limit(limit)

    def _shared(self, wanted: Wanted, after: Place | None) -> list[ColumnElement[bool]]:
        columns, where = self.table.c, []
        if wanted.course_id:
            where.append(columns.course_id == wanted.course_id)
        if wanted.since is not None:
            where.append(columns.at >= wanted.since)
        if wanted.until is not None:
            where.append(columns.at < wanted.until)
        if after is not None:
            # The first half is what an index can begin at.
            where.append(columns.at <= after.at)
            where.append(or_(columns.at < after.at, columns.id < after.id))
        return where

    def viewed(self, actor_ids: Collection[str], since: datetime) -> set[tuple[str, str]]:
        """Who looked at which take since then, as pairs of ids."""
        columns = self.table.c
        asked = select(columns.actor_id, columns.take_id).where(
            columns.actor_id.in_(sorted(set(actor_ids))),
            columns.at >= since,
            columns.kind == DeedKind.VIDEO_VIEWED,
        )
        return {(row[0], row[1]) for row in self.connection.execute(asked)}

    def count(self, kinds: Collection[str], since: datetime, *, known: bool) -> int:
        """How many of these since then are about a person we know, or about nobody."""
        columns = self.table.c
        whom = columns.person_id != "" if known else columns.person_id == ""
        mine = and_(columns.kind.in_(sorted(kinds)), columns.at >= since, whom)
        return int(self.connection.scalar(select(func.count()).where(mine)) or 0)

    def seen_by(self, take_ids: Collection[str]) -> list[Seen]:
        """Who looked at these takes and when last, the latest first."""
        columns = self.table.c
        last: dict[tuple[str, str, str], datetime] = {}
        viewed = columns.kind.in_([DeedKind.VIDEO_VIEWED, str(EventKind.GUEST_OPENED)])
        for deed in self.among(columns.take_id, take_ids, viewed):
            way = "guest" if deed.kind == EventKind.GUEST_OPENED else deed.data.get("as", "")
            key = (deed.take_id, deed.actor_id, str(way))
            last[key] = max(deed.at, last.get(key, deed.at))
        found = [Seen(*key, at) for key, at in last.items()]
        return sorted(found, key=lambda one: one.at, reverse=True)

    def sweep(self, before: datetime, most: int) -> int:
        """Remove the oldest from before then; return how many."""
        columns = self.table.c
        old = select(columns.id).where(columns.at < before).order_by(columns.at, columns.id)
        gone = delete(self.table).where(columns.id.in_(old.limit(most)))
        return self.connection.execute(gone).rowcount
