"""Repositories of the feedback ledger: what was played, what became of comments, decisions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from practika_kernel.domain.departures import Decision
from practika_kernel.domain.ledger import Outcome, Watch
from practika_kernel.storage import schema_ledger
from practika_kernel.storage.rows import Rows


class SqlWatches:
    """`practika_kernel.domain.ledger_ports.Watches` in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._rows = Rows(connection, schema_ledger.watches, Watch)

    def get(self, take_id: str) -> Watch | None:
        """None when nothing was reported yet."""
        table = self._rows.table
        found = select(*self._rows.columns).where(table.c.take_id == take_id)
        row = self._rows.connection.execute(found).one_or_none()
        if row is None:
            return None
        played = {
            str(reply): tuple((int(start), int(end)) for start, end in spans)
            for reply, spans in row.played.items()
        }
        read = {str(reply): int(ms) for reply, ms in row.read.items()}
        return Watch(row.take_id, row.reported_at, played, read)

    def put(self, watch: Watch, before: datetime | None) -> bool:
        """Write it if the stored row was last reported ``before`` (None: there is none)."""
        if before is None:
            return self._rows.insert(watch)
        table = self._rows.table
        mine = (table.c.take_id == watch.take_id, table.c.reported_at == before)
        changed = update(table).where(*mine).values(self._rows.values(watch))
        return self._rows.connection.execute(changed).rowcount > 0


class SqlOutcomes(Rows[Outcome]):
    """`practika_kernel.domain.ledger_ports.Outcomes` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_ledger.outcomes, Outcome)

    def of_replies(self, reply_ids: Collection[str]) -> dict[str, Outcome]:
        """Those there are, by comment."""
        return {one.reply_id: one for one in self.among(self.table.c.reply_id, reply_ids)}

    def put(self, outcome: Outcome) -> None:
        """Store or replace the verdict on a comment."""
        self.connection.execute(
            self.upsert(outcome).on_conflict_do_update(
                index_elements=["reply_id"], set_=self.values(outcome)
            )
        )

    def delete(self, reply_id: str) -> None:
        """Take a verdict back; harmless when there is none."""
        self.connection.execute(delete(self.table).where(self.table.c.reply_id == reply_id))


class SqlDecisions(Rows[Decision]):
    """`practika_kernel.domain.ledger_ports.Decisions` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_ledger.decisions, Decision)

    def of_take(self, take_id: str) -> dict[str, Decision]:
        """By the moment's name."""
        return {one.name: one for one in self.find(self.table.c.take_id == take_id)}

    def put(self, decision: Decision) -> None:
        """Store or replace what was decided about a moment of a take."""
        self.connection.execute(
            self.upsert(decision).on_conflict_do_update(
                index_elements=["take_id", "name"], set_=self.values(decision)
            )
        )

    def delete(self, take_id: str, name: str) -> None:
        """Forget a decision; harmless when there is none."""
        mine = (self.table.c.take_id == take_id, self.table.c.name == name)
        self.connection.execute(delete(self.table).where(*mine))
