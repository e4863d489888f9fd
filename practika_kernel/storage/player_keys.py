"""The repository of the keys people chose for the player."""

from __future__ import annotations

from sqlalchemy import Connection

from practika_kernel.domain.player_keys import PlayerKeys
from practika_kernel.storage import schema_keys
from practika_kernel.storage.rows import Rows


class SqlKeyRings:
    """`practika_kernel.domain.player_keys.KeyRings` in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._rows = Rows(connection, schema_keys.player_keys, PlayerKeys)

    def get(self, person_id: str) -> PlayerKeys | None:
        """What a person chose; None for somebody who never did."""
        return self._rows.one(self._rows.table.c.person_id == person_id)

    def put(self, chosen: PlayerKeys) -> None:
        """Store or replace it."""
        values, statement = self._rows.values(chosen), self._rows.upsert(chosen)
        self._rows.connection.execute(
            statement.on_conflict_do_update(index_elements=["person_id"], set_=values)
        )
