"""The repositories of exemplars and collections."""

from __future__ import annotations

from collections.abc import Collection as Some

from sqlalchemy import Connection, delete, update

from practika_kernel.domain.collections import Collection, Item
from practika_kernel.domain.exemplars import Exemplar, ExemplarState
from practika_kernel.storage.rows import Named
from practika_kernel.storage.schema_shelf import collections, exemplars, items


class SqlExemplars(Named[Exemplar]):
    """`practika_kernel.domain.exemplars.Exemplars` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, exemplars, Exemplar)

    def add(self, item: Exemplar, taken: str = "Somebody asked about this take already.") -> None:
        """Store a question; a second one about a take raises `Conflict` unless that has ended."""
        super().add(item, taken)

    def of_takes(self, take_ids: Some[str]) -> list[Exemplar]:
        """Every question about these takes, the newest first."""
        return self._newest(self.among(self.table.c.take_id, take_ids))

    def of_student(self, student_id: str) -> list[Exemplar]:
        """What a student was asked, the newest first."""
        return self._newest(self.find(self.table.c.student_id == student_id))

    def of_courses(self, course_ids: Some[str]) -> list[Exemplar]:
        """What was asked in these courses, the newest first."""
        return self._newest(self.among(self.table.c.course_id, course_ids))

    def shown_at(self, exercise_id: str) -> list[Exemplar]:
        """What students said yes to at an exercise, the oldest yes first."""
        columns = self.table.c
        there = (columns.exercise_id == exercise_id, columns.state == ExemplarState.SHOWN)
        return self.find(*there, order=(columns.answered_at, columns.id))

    def save(self, item: Exemplar, expected: ExemplarState) -> bool:  # type: ignore[override]
        """Write it if its stored state is still the expected one."""
        return self.swap(item, expected)

    @staticmethod
    def _newest(found: list[Exemplar]) -> list[Exemplar]:
        return sorted(found, key=lambda one: (one.asked_at, one.id), reverse=True)


class SqlCollections(Named[Collection]):
    """`practika_kernel.domain.collections.Collections` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, collections, Collection)
        self._items = Named(connection, items, Item)

    def add(self, item: Collection, taken: str = "This collection exists already.") -> None:
        """Store a collection."""
        super().add(item, taken)

    def in_courses(self, course_ids: Some[str]) -> list[Collection]:
        """Every collection of these courses, by name."""
        found = self.among(self.table.c.course_id, course_ids)
        return sorted(found, key=lambda one: (one.name.casefold(), one.id))

    def items(self, collection_ids: Some[str]) -> list[Item]:
        """What is in these collections, each in its order."""
        columns = items.c
        order = (columns.collection_id, columns.position, columns.added_at, columns.id)
        return self._items.among(columns.collection_id, collection_ids, order=order)

    def put(self, item: Item) -> bool:
        """Store an item; False when the thing is in that collection already."""
        return self._items.insert(item)

    def place(self, item: Item, position: int) -> None:
        """Write where an item stands."""
        where = update(items).where(items.c.id == item.id)
        self.connection.execute(where.values(position=position))

    def drop(self, item_id: str) -> None:
        """Take an item out; an unknown one is passed over."""
        self.connection.execute(delete(items).where(items.c.id == item_id))
