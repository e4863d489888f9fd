"""The table of what came with imported takes, and its repository: many rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Float,
    ForeignKey,
    MetaData,
    Table,
    Text,
    bindparam,
    select,
    update,
)

from practika_kernel.domain.history import History, Known
from practika_kernel.domain.practice import Take
from practika_kernel.storage.bulk import insert_many
from practika_kernel.storage.columns import Moment
from practika_kernel.storage.rows import Rows

if TYPE_CHECKING:
    from practika_kernel.domain.events import Event


def histories_in(metadata: MetaData) -> Table:
    """Add the table to the schema and return it."""
    return Table(
        "histories",
        metadata,
        Column("take_id", Text, ForeignKey("takes.id"), primary_key=True),
        Column("imported_at", Moment, nullable=False),
        Column("replied_at", Moment),
        Column("score", Float),
        Column("max_score", Float),
        Column("outcome", Text, nullable=False),
        Column("withdrawn_at", Moment),
        CheckConstraint("score >= 0", name="score"),
        CheckConstraint("max_score > 0", name="max_score"),
    )


Noted = Callable[[Connection, str, Iterable[str]], AbstractContextManager[None]]


class SqlHistories(Rows[History]):
    """`practika_kernel.domain.history.Histories` in SQL.

    ``noted`` has new rows of a table noted for searching, many at once.
    """

    def __init__(
        self, connection: Connection, takes: Table, histories: Table, events: Table, noted: Noted
    ) -> None:
        super().__init__(connection, histories, History)
        self._noted = noted
        self._takes, self._events = Rows(connection, takes, Take), events

    def of_takes(self, take_ids: Sequence[str]) -> dict[str, History]:
        """What came with these takes."""
        return {each.take_id: each for each in self.among(self.table.c.take_id, take_ids)}

    def known(self, course_ids: Sequence[str]) -> Iterator[Known]:
        """Every take of these courses by number, a thousand rows in memory at a time."""
        take, told = self._takes.table.c, self.table.c
        statement = (
            select(
                take.id,
                take.exercise_id,
                take.student_id,
                take.number,
                take.created_at,
                take.submitted_at,
                take.imported,
                take.asset_id.is_not(None),
                told.replied_at,
                told.score,
                told.max_score,
                told.outcome,
                told.withdrawn_at,
            )
            .outerjoin(self.table, told.take_id == take.id)
            .order_by(take.number)
        )
        for course_id in course_ids:
            rows = self.connection.execute(
                statement.where(take.course_id == course_id), execution_options={"yield_per": 1000}
            )
            for row in rows:
                yield Known(*row)

    def put(self, takes: Sequence[Take], histories: Sequence[History]) -> None:
        """Store new takes and what came with them."""
        with self._noted(self.connection, "takes", [take.id for take in takes]):
            insert_many(self.connection, self._takes.table, self._takes.names, takes)
        insert_many(self.connection, self.table, self.names, histories)

    def tell(self, events: Sequence[Event]) -> None:
        """Append events; the record numbers them."""
        names = [column.name for column in self._events.columns if column.name not in _GIVEN]
        insert_many(self.connection, self._events, names, events)

    def save(self, history: History) -> None:
        """Overwrite what came with a take."""
        self.write(history, self.table.c.take_id == history.take_id)

    def renumber(self, numbers: Sequence[tuple[str, int]]) -> None:
        """Give takes other numbers, one after the other."""
        table = self._takes.table
        if numbers:
            self.connection.execute(
                update(table).where(table.c.id == bindparam("take")).values(number=bindparam("to")),
                [{"take": take_id, "to": number} for take_id, number in numbers],
            )

    def give_video(self, take_id: str, asset_id: str) -> bool:
        """Give an imported take its video; False when it has one."""
        take = self._takes.table.c
        bare = (take.id == take_id, take.imported, take.asset_id.is_(None))
        return bool(self._takes.change(*bare, asset_id=asset_id))


_GIVEN = ("id", "xid")
"""Columns of events that the record fills by itself."""
