"""The repository of moved takes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from practika_kernel.domain.moving import Move
from practika_kernel.domain.practice import Take
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Named
from practika_kernel.storage.schema_judging import ratings
from practika_kernel.storage.schema_moving import take_moves
from practika_kernel.storage.schema_notices import notices


class SqlMoves(Named[Move]):
    """`practika_kernel.domain.moving.Moves` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, take_moves, Move)
        self._takes = Named(connection, schema.takes, Take)

    def add(self, item: Move, taken: str = "This move is noted already.") -> None:
        """Store a move."""
        super().add(item, taken)

    def last(self, take_id: str) -> Move | None:
        """The newest move of a take; None for one that was never moved."""
        columns = self.table.c
        newest = (columns.at.desc(), columns.id.desc())
        found = self.find(columns.take_id == take_id, order=newest, limit=1)
        return found[0] if found else None

    def since(self, take_ids: Collection[str], at: datetime) -> dict[str, Move]:
        """By take the newest move since then; those that were not moved are left out."""
        columns = self.table.c
        rows = self.among(columns.take_id, take_ids, columns.at >= at,
                          order=(columns.at, columns.id))  # fmt: skip
        return {row.take_id: row for row in rows}

    def after(self, at: datetime) -> list[Move]:
        """All moves since then, the oldest first."""
        columns = self.table.c
        return self.find(columns.at >= at, order=(columns.at, columns.id))

    def hold(self, student_id: str, exercise_ids: Collection[str]) -> None:
        """Take the locks `Takes.next_number` takes, in one order; SQLite has one writer anyway."""
        if self.connection.dialect.name != "postgresql":
            return
        for exercise_id in sorted(set(exercise_ids)):
            key = func.hashtextextended(f"{exercise_id} {student_id}", 0)
            self.connection.execute(select(func.pg_advisory_xact_lock(key)))

    def stack(self, exercise_id: str, student_id: str) -> list[Take]:
        """All takes of a stack by number, also those that were thrown away."""
        columns = schema.takes.c
        mine = (columns.exercise_id == exercise_id, columns.student_id == student_id)
        return self._takes.find(*mine, order=(columns.number,))

    def put(self, take: Take) -> None:
        """Write where a take lies and its number, which must be free there; nothing else of it."""
        columns = schema.takes.c
        place = {
            "exercise_id": take.exercise_id,
            "course_id": take.course_id,
            "number": take.number,
        }
        mine = update(schema.takes).where(columns.id == take.id)
        self.connection.execute(mine.values(place))

    def carry(self, take: Take) -> None:
        """Have notifications and the second rating name where the take lies now."""
        place = {"course_id": take.course_id}
        about = place | {"exercise_id": take.exercise_id}
        mine = update(notices).where(notices.c.take_id == take.id)
        self.connection.execute(mine.values(about))
        rated = update(ratings).where(ratings.c.take_id == take.id)
        self.connection.execute(rated.values(place))
