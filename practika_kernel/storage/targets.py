"""The table of targets and its repository."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Float,
    ForeignKey,
    MetaData,
    Table,
    Text,
    delete,
)

from practika_kernel.domain.targets import Target
from practika_kernel.storage.columns import Moment
from practika_kernel.storage.rows import Rows


def targets_in(metadata: MetaData) -> Table:
    """Add the table to the schema and return it."""
    return Table(
        "targets",
        metadata,
        Column("course_id", Text, ForeignKey("courses.id"), primary_key=True),
        Column("measure", Text, primary_key=True),
        Column("value", Float, nullable=False),
        Column("set_by", Text, ForeignKey("persons.id"), nullable=False),
        Column("set_at", Moment, nullable=False),
        CheckConstraint("value > 0", name="value"),
    )


class SqlTargets(Rows[Target]):
    """`practika_kernel.domain.targets.Targets` in SQL."""

    def __init__(self, connection: Connection, table: Table) -> None:
        super().__init__(connection, table, Target)

    def of_courses(self, course_ids: Collection[str]) -> list[Target]:
        """By course, then measure."""
        columns = self.table.c
        return self.among(columns.course_id, course_ids, order=(columns.course_id, columns.measure))

    def put(self, target: Target) -> None:
        """Store or replace it."""
        keys = ["course_id", "measure"]
        self.connection.execute(
            self.upsert(target).on_conflict_do_update(index_elements=keys, set_=self.values(target))
        )

    def remove(self, course_id: str, measure: str) -> None:
        """Forget it; harmless where there is none."""
        columns = self.table.c
        mine = (columns.course_id == course_id, columns.measure == measure)
        self.connection.execute(delete(self.table).where(*mine))
