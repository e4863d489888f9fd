"""The table of anchors and its repository."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete

from practika_kernel.domain.anchors import Anchor
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Named


class SqlAnchors(Named[Anchor]):
    """`practika_kernel.domain.anchors.Anchors` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema.anchors, Anchor)

    def add(self, item: Anchor) -> None:  # type: ignore[override]
        """Store an anchor under a new id."""
        super().add(item, "This anchor exists already.")

    def between(self, one_asset_id: str, other_asset_id: str) -> list[Anchor]:
        """Those of a pair, in whichever order it is named, by time."""
        first, second = sorted((one_asset_id, other_asset_id))
        columns = self.table.c
        return self.find(
            columns.first_asset_id == first,
            columns.second_asset_id == second,
            order=(columns.first_at,),
        )

    def remove(self, anchor_ids: Collection[str]) -> None:
        """Delete those that are there."""
        self.connection.execute(delete(self.table).where(self.table.c.id.in_(list(anchor_ids))))
