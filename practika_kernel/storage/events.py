"""The repository of events: append, and read on from a watermark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Text,
    cast,
    func,
    insert,
    select,
    tuple_,
    type_coerce,
)

from practika_kernel.domain.audit import deed_of
from practika_kernel.domain.events import Event, EventKind, Told, Watermark
from practika_kernel.storage import schema
from practika_kernel.storage.audit import SqlAudit
from practika_kernel.storage.columns import TransactionId
from practika_kernel.storage.rows import Rows

_PEOPLE = 500
"""People asked about in one statement."""

_WORDS = ("actor_id", "course_id", "exercise_id", "student_id", "take_id", "reply_id")


class SqlEvents(Rows[Event]):
    """`practika_kernel.domain.ports.Events` in SQL.

    SQLite has one writer at a time, so ids become visible in their order. On PostgreSQL they
    do not; there, events are read in the order of their transactions, and only those of
    transactions before which nothing is under way any more.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.events, Event)
        self._by_transaction = connection.dialect.name == "postgresql"

    def append(self, event: Event) -> None:
        """Write an event, and its line of the audit log; its ``id`` is given by the record."""
        values = self.values(event)
        del values["id"]
        self.connection.execute(insert(self.table).values(values))
        if (deed := deed_of(event)) is not None:
            SqlAudit(self.connection).add([deed])

    def after(self, mark: Watermark, limit: int = 1000) -> tuple[list[Event], Watermark]:
        """At most ``limit`` events behind the watermark in order, and the watermark behind them.

        Never skips an event that commits late; an empty list returns the same watermark.
        """
        rows = self._behind(mark, limit, *self.columns)
        found = [Event(*row[1:]) for row in rows]
        return found, Watermark(rows[-1][0], found[-1].id) if rows else mark

    def heard_after(self, mark: Watermark, limit: int = 1000) -> tuple[list[Event], Watermark]:
        """What `after` returns but for what was imported, which is no news; that is passed over."""
        news = cast(self.table.c.data, Text).not_like('%"imported": true%')
        rows = self._behind(mark, limit, *self.columns, where=news)
        found = [Event(*row[1:]) for row in rows]
        if len(rows) < limit:
            return found, self.now()
        return found, Watermark(rows[-1][0], found[-1].id)

    def told_after(self, mark: Watermark, limit: int) -> tuple[list[Told], Watermark]:
        """What `after` returns, as plain values: a third of the time, where there are millions."""
        columns = self.table.c
        at: ColumnElement[Any] = type_coerce(columns.at, Text)
        if self._by_transaction:
            at = func.timezone("UTC", columns.at, type_=DateTime())
        words = [columns[name] for name in _WORDS]
        kind = type_coerce(columns.kind, Text)
        data: ColumnElement[Any] = type_coerce(columns.data, Text)
        if self._by_transaction:
            data = cast(columns.data, Text)
        rows = self._behind(mark, limit, columns.id, kind, at, *words, data)
        found: list[Told] = [tuple(row[1:]) for row in rows]
        return found, Watermark(rows[-1][0], rows[-1][1]) if rows else mark

    def _behind(
        self,
        mark: Watermark,
        limit: int,
        *wanted: ColumnElement[Any],
        where: ColumnElement[bool] | None = None,
    ) -> Sequence[Any]:
        columns = self.table.c
        statement = select(columns.xid, *wanted).limit(limit)
        if where is not None:
            statement = statement.where(where)
        if self._by_transaction:
            place = tuple_(columns.xid, columns.id)
            behind = place > tuple_(cast(mark.xid, TransactionId()), mark.id)
            statement = statement.where(behind, self._settled())
            statement = statement.order_by(columns.xid, columns.id)
        else:
            statement = statement.where(columns.id > mark.id).order_by(columns.id)
        return self.connection.execute(statement).all()

    def unsettled(self, mark: Watermark) -> list[Event]:
        """Events behind the watermark that can be read, but may still be joined by earlier ones.

        In the order of their transactions; none on SQLite. The watermark stays before them.
        """
        if not self._by_transaction:
            return []
        columns = self.table.c
        behind = tuple_(columns.xid, columns.id) > tuple_(cast(mark.xid, TransactionId()), mark.id)
        return self.find(behind, ~self._settled(), order=(columns.xid, columns.id))

    def place(self, event_id: int) -> tuple[Event, Watermark] | None:
        """An event and the watermark it is at; None when the record has none of this id."""
        columns = self.table.c
        statement = select(columns.xid, *self.columns).where(columns.id == event_id)
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else (Event(*row[1:]), Watermark(row[0], event_id))

    def latest(self, kind: EventKind) -> dict[str, datetime]:
        """When each person did something of that kind last; nobody who never did."""
        columns = self.table.c
        last = select(columns.actor_id, func.max(columns.at)).where(columns.kind == kind)
        rows = self.connection.execute(last.group_by(columns.actor_id)).all()
        return {actor: at for actor, at in rows}

    def of_actors(
        self, actor_ids: Collection[str], since: datetime, kinds: Collection[EventKind]
    ) -> list[Event]:
        """What these people did of these kinds since then, oldest first."""
        columns = self.table.c
        where = (columns.at >= since, columns.kind.in_(list(kinds)))
        found = self.among(columns.actor_id, actor_ids, *where)
        return sorted(found, key=lambda event: (event.at, event.id))

    def of_takes(
        self, take_ids: Collection[str], kinds: Collection[EventKind], since: datetime | None = None
    ) -> list[Event]:
        """What of these kinds is about these takes, in the order of the record."""
        columns = self.table.c
        where: list[ColumnElement[bool]] = [columns.kind.in_(list(kinds))]
        if since is not None:
            where.append(columns.at >= since)
        found = self.among(columns.take_id, take_ids, *where)
        return sorted(found, key=lambda event: event.id)

    def moments(
        self, actor_ids: Collection[str], course_ids: Collection[str], since: datetime
    ) -> dict[str, list[datetime]]:
        """When each of these people did anything in these courses; nobody who did nothing."""
        columns, found = self.table.c, defaultdict[str, list[datetime]](list)
        wanted, courses = sorted(set(actor_ids)), sorted(set(course_ids))
        for start in range(0, len(wanted), _PEOPLE):
            statement = select(columns.actor_id, columns.at).where(
                columns.actor_id.in_(wanted[start : start + _PEOPLE]),
                columns.course_id.in_(courses),
                columns.at >= since,
            )
            for actor, at in self.connection.execute(statement):
                found[actor].append(at)
        return dict(found)

    def now(self) -> Watermark:
        """The watermark behind everything that can be read at this moment."""
        columns = self.table.c
        statement = select(columns.xid, columns.id).limit(1)
        if self._by_transaction:
            statement = statement.where(self._settled())
            statement = statement.order_by(columns.xid.desc(), columns.id.desc())
        else:
            statement = statement.order_by(columns.id.desc())
        row = self.connection.execute(statement).one_or_none()
        return Watermark() if row is None else Watermark(row[0], row[1])

    def _settled(self) -> ColumnElement[bool]:
        """Nothing can commit in front of these rows any more."""
        return self.table.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot())
