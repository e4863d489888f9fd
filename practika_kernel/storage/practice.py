"""Repositories of exercises, takes, assets and uploads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from practika_kernel.domain.practice import (
    Asset,
    AssetState,
    Exercise,
    Rendition,
    RenditionKind,
    Take,
    TakeState,
    Upload,
    UploadState,
)
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Named, Rows


class SqlExercises(Named[Exercise]):
    """`practika_kernel.domain.ports.Exercises` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.exercises, Exercise)

    def add(self, item: Exercise, taken: str = "This exercise exists already.") -> None:
        """Store a new exercise."""
        super().add(item, taken)

    def in_courses(self, course_ids: Collection[str]) -> list[Exercise]:
        """By course, then position."""
        columns = self.table.c
        order = (columns.course_id, columns.position, columns.created_at, columns.id)
        return self.among(columns.course_id, course_ids, order=order)

    def by_reference(self, asset_id: str) -> list[Exercise]:
        """The exercises whose reference is this video."""
        columns = self.table.c
        return self.find(columns.reference_asset_id == asset_id, order=(columns.id,))


class SqlTakes(Named[Take]):
    """`practika_kernel.domain.ports.Takes` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.takes, Take)
        self._kept = self.table.c.state != TakeState.WITHDRAWN

    def add(self, item: Take, taken: str = "") -> None:
        """Store a take; a number already used in its stack raises `Conflict`."""
        super().add(item, taken or f"There is already a take {item.number} at this exercise.")

    def next_number(self, exercise_id: str, student_id: str) -> int:
        """1 for an empty stack; withdrawn takes keep their number.

        On PostgreSQL the stack stays locked until the end of the transaction, so that two
        uploads that end together get different numbers. SQLite has one writer anyway.
        """
        if self.connection.dialect.name == "postgresql":
            key = func.hashtextextended(f"{exercise_id} {student_id}", 0)
            self.connection.execute(select(func.pg_advisory_xact_lock(key)))
        columns = self.table.c
        stack = (columns.exercise_id == exercise_id, columns.student_id == student_id)
        last: int | None = self.connection.scalar(select(func.max(columns.number)).where(*stack))
        return (last or 0) + 1

    def stack(self, exercise_id: str, student_id: str) -> list[Take]:
        """Drafts and submitted takes by number."""
        columns = self.table.c
        stack = (columns.exercise_id == exercise_id, columns.student_id == student_id)
        return self.find(*stack, self._kept, order=(columns.number,))

    def of_student(self, student_id: str) -> list[Take]:
        """Drafts and submitted takes, newest first."""
        columns = self.table.c
        order = (columns.created_at.desc(), columns.id.desc())
        return self.find(columns.student_id == student_id, self._kept, order=order)

    def in_courses(self, course_ids: Collection[str], state: TakeState) -> list[Take]:
        """Takes in a state, oldest submission (else creation) first."""
        columns = self.table.c
        order = (func.coalesce(columns.submitted_at, columns.created_at), columns.id)
        return self.among(columns.course_id, course_ids, columns.state == state, order=order)

    def at_hand(self, course_ids: Collection[str]) -> list[Take]:
        """Submitted takes, but a long history only by the newest of each stack."""
        columns, other = self.table.c, self.table.alias()
        newest = select(func.max(other.c.number)).where(
            other.c.exercise_id == columns.exercise_id,
            other.c.student_id == columns.student_id,
            other.c.state == TakeState.SUBMITTED,
        )
        shown = or_(~columns.imported, columns.number == newest.scalar_subquery())
        order = (columns.submitted_at, columns.id)
        where = (columns.state == TakeState.SUBMITTED, shown)
        return self.among(columns.course_id, course_ids, *where, order=order)

    def by_asset(self, asset_id: str) -> list[Take]:
        """Drafts and submitted takes with these bytes, oldest first."""
        columns = self.table.c
        order = (columns.created_at, columns.id)
        return self.find(columns.asset_id == asset_id, self._kept, order=order)

    def save(self, item: Take, expected: TakeState) -> bool:  # type: ignore[override]
        """Write the take if its stored state is still the expected one; else return False."""
        return self.swap(item, expected)


class SqlAssets(Named[Asset]):
    """`practika_kernel.domain.ports.Assets` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.assets, Asset)
        self._renditions = Rows(connection, schema.renditions, Rendition)

    def add(self, item: Asset, taken: str = "These bytes are stored already.") -> None:
        """Store an asset; known bytes raise `Conflict`."""
        super().add(item, taken)

    def all(self) -> list[Asset]:
        """Every video, oldest first."""
        return self.find(order=(self.table.c.created_at, self.table.c.id))

    def by_sha256(self, sha256: str) -> Asset | None:
        """The asset with these bytes, or None."""
        return self.one(self.table.c.sha256 == sha256)

    def lacking(self, kind: RenditionKind) -> list[Asset]:
        """Videos with pictures that are ready, but for this; oldest first."""
        columns, made = self.table.c, schema.renditions.c
        has = select(made.asset_id).where(made.asset_id == columns.id, made.kind == kind)
        return self.find(
            columns.state == AssetState.READY,
            columns.video_codec != "",
            ~has.exists(),
            order=(columns.created_at, columns.id),
        )

    def put_rendition(self, rendition: Rendition) -> None:
        """Store or replace the rendition of this asset and kind."""
        values = self._renditions.values(rendition)
        statement = self._renditions.upsert(rendition)
        self.connection.execute(
            statement.on_conflict_do_update(index_elements=["asset_id", "kind"], set_=values)
        )

    def renditions(self, ids: Collection[str]) -> list[Rendition]:
        """Everything made from these assets."""
        columns = schema.renditions.c
        return self._renditions.among(columns.asset_id, ids, order=(columns.asset_id, columns.kind))

    def sizes(self) -> dict[str, int]:
        """Return bytes by the kind of file; kinds without a file are left out."""
        columns = schema.renditions.c
        statement = select(columns.kind, func.sum(columns.size)).group_by(columns.kind)
        return {
            str(kind): int(size) for kind, size in self._renditions.connection.execute(statement)
        }


class SqlUploads(Named[Upload]):
    """`practika_kernel.domain.ports.Uploads` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.uploads, Upload)

    def add(self, item: Upload, taken: str = "This upload exists already.") -> None:
        """Store a new upload."""
        super().add(item, taken)

    def of_person(self, person_id: str, states: Collection[UploadState]) -> list[Upload]:
        """Newest first."""
        columns = self.table.c
        return self.find(
            columns.person_id == person_id,
            columns.state.in_(list(states)),
            order=(columns.created_at.desc(), columns.id.desc()),
        )

    def expired(self, now: datetime) -> list[Upload]:
        """Still receiving, but past their time."""
        columns = self.table.c
        receiving = columns.state == UploadState.RECEIVING
        return self.find(receiving, columns.expires_at <= now, order=(columns.expires_at,))

    def received(self) -> list[Upload]:
        """All bytes are there, and nobody has looked at them yet; oldest first."""
        columns = self.table.c
        return self.find(columns.state == UploadState.RECEIVED, order=(columns.created_at,))

    def counts(self) -> dict[str, int]:
        """How many uploads are in each state; states without one are left out."""
        states = self.table.c.state
        statement = select(states, func.count()).group_by(states)
        return {str(state): number for state, number in self.connection.execute(statement)}

    def by_asset(self, asset_id: str) -> list[Upload]:
        """The uploads that brought these bytes, oldest first."""
        columns = self.table.c
        return self.find(columns.asset_id == asset_id, order=(columns.created_at, columns.id))

    def save(self, item: Upload, expected: UploadState) -> bool:  # type: ignore[override]
        """Write the upload if its stored state is still the expected one; else False."""
        return self.swap(item, expected)
