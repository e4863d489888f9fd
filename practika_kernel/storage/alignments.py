"""The repository of time maps."""

from __future__ import annotations

from sqlalchemy import Connection

from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.timemap import Alignment
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Named


class SqlAlignments(Named[Alignment]):
    """`practika_kernel.domain.ports.Alignments` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.alignments, Alignment)

    def add(self, item: Alignment) -> Alignment:  # type: ignore[override]
        """Store a map; the same pair and recipe again returns the stored one."""
        self.insert(item)
        stored = self.between(item.ref_asset_id, item.take_asset_id, item.recipe)
        if stored is None:
            raise Conflict("This alignment exists already.")
        return stored

    def between(self, ref_asset_id: str, take_asset_id: str, recipe: str) -> Alignment | None:
        """The map of a pair, or None."""
        columns = self.table.c
        return self.one(
            columns.ref_asset_id == ref_asset_id,
            columns.take_asset_id == take_asset_id,
            columns.recipe == recipe,
        )
