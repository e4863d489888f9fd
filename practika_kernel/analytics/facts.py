"""The record's events in DuckDB, brought up to date by watermark; older ones from sealed files.

The record stays the only truth: nothing is ever written here that is not in it, and a new
`Facts` rebuilt from the beginning equals one that was fed piece by piece.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from practika_kernel.analytics import moving, schema
from practika_kernel.analytics.feeding import (
    Row,
    event_row,
    naive,
    people_rows,
    place_rows,
    put,
    small_tables,
    told_row,
    weeks_around,
)
from practika_kernel.analytics.shelf import Manifest, Shelf, is_of
from practika_kernel.domain.changes import EVENTS
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import Clock, Record, UnitOfWork

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 10_000
"""Events read and written at a time: one statement, a few megabytes."""

_DERIVED = re.compile(rf"\b(learners|{'|'.join(schema.SMALL | schema.VIEWS)})\b")
_COUNTING = {"persons", "enrolments"}
"""Tables of the record whose rows decide who counts and whose replies do."""

_MANY = 1000
"""Above so many changed rows of a table it is read anew as a whole."""

T = TypeVar("T")


class Facts:
    """The tables of `schema`, fed from a record. Safe to use from several threads.

    Parameters
    ----------
    record
        Where the events are.
    clock
        Says what moment the numbers refer to.
    memory
        Most bytes DuckDB may use; its own default would be most of the machine.
    threads
        Threads DuckDB may use.
    sealed
        Folder of sealed facts, which `sealing` fills and all processes share; None for none.
    zone
        The institution's zone, in which the weeks of ``deeds`` begin.
    """

    def __init__(
        self,
        record: Record,
        clock: Clock,
        *,
        memory: int = 256_000_000,
        threads: int = 1,
        sealed: Path | None = None,
        zone: str = "UTC",
    ) -> None:
        self._record, self._clock, self.zone = record, clock, ZoneInfo(zone)
        self._shelf = Shelf(sealed) if sealed else None
        self._settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory // 1000}kB",
            "threads": str(threads),
            "async_threads": "0",  # eight idle ones otherwise; tables in memory need none
            "temp_directory": f"{gettempdir()}/practika-{new_id()}",  # made only when needed
            "preserve_insertion_order": "false",  # who wants an order says so; it takes less memory
            "enable_external_file_cache": "false",  # the system's own is shared by all pages
        }
        self._lock = threading.RLock()
        self._connection: DuckDBPyConnection | None = None
        self._seen = 0
        self.as_of = datetime.min.replace(tzinfo=UTC)
        self._forget()

    def refresh(self) -> int:
        """Read what happened since the last time; return how many events were new.

        Afterwards the tables equal the record as it was at one moment of this call.
        """
        with self._lock:
            return self._again(self._refresh)

    def read_settled(self, most: int) -> int:
        """For sealing: read so many events that nothing can come before any more, and no others.

        Returns how many there are behind what is sealed; ``mark`` is the last one's watermark.
        """
        with self._lock, self._record.read() as uow:
            self._begin(uow)
            self._read(uow, lambda: self._read_settled(uow, most))
            return self._tail

    def rows(self, sql: str) -> list[Row]:
        """Run one query and return all of its rows; an empty list when there are none."""
        with self._lock:
            return self._again(lambda: self._rows(sql))

    def close(self) -> None:
        """Give the memory back; the next use starts from the beginning of the record."""
        with self._lock:
            self._forget()
            self._seen = 0

    @property
    def manifest(self) -> Manifest | None:
        """What is sealed, as it is used here; None for nothing."""
        return self._manifest

    @property
    def mark(self) -> Watermark:
        """The watermark of the last event nothing can come before any more."""
        return self._mark

    @property
    def changes(self) -> Watermark:
        """The watermark in the list of changes that was read up to."""
        return self._changes

    @property
    def damaged(self) -> bool:
        """Whether sealed events were deleted in the record since, or their takes moved."""
        return self._damaged

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._manifest: Manifest | None = None
        self._stamp: object = None
        self._mark = self._changes = Watermark()
        self._tail = self._late = 0
        self._damaged = self._moves = self._outrun = False
        self._behind: dict[str, str] | None = None

    def _again(self, work: Callable[[], T]) -> T:
        """Do it; once more from the beginning when the sealed files went away meanwhile."""
        import duckdb

        try:
            return work()
        except duckdb.Error:
            if self._manifest is None or self._shelf is None:
                raise
            if self._stamp == self._shelf.stamp() and self._shelf.read(self.zone.key):
                raise
        self._forget()
        self._refresh()
        return work()

    def _refresh(self) -> int:
        if self._shelf and self._connection and self._stamp != self._shelf.stamp():
            self._forget()
        with self._record.read() as uow:
            if self._connection is None:
                self._begin(uow)
            elif not self._follow_changes(uow):
                self._forget()
                self._begin(uow)
            self._read(uow, lambda: self._read_events(uow))
        self.as_of = self._clock()
        self._replace("as_of", [(naive(self.as_of),)])
        if self._behind is None and not self._large:
            self._behind = dict(schema.AGEING)
        sealed = self._manifest.rows if self._manifest else 0
        known, self._seen = self._seen, sealed + self._tail + self._late
        return max(0, self._seen - known)

    def _rows(self, sql: str) -> list[Row]:
        if self._behind and _DERIVED.search(sql):
            self._derive()
        # Results stream: the connection is only free again once all rows are fetched.
        found = self._open().execute(sql).fetchall()
        if self._large:
            # Only this makes DuckDB give freed memory back: 170 MB of a page's at ten million
            # events, for some milliseconds.
            self._run(f"SET memory_limit = '{self._settings['memory_limit']}'")
        return found

    @property
    def _large(self) -> bool:
        """Whether sealed tables can be used as they are."""
        return self._manifest is not None and not self._damaged

    def _run(self, sql: str) -> None:
        self._open().execute(sql).fetchall()

    def _open(self) -> DuckDBPyConnection:
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(":memory:", config=self._settings)
            columns = schema.TABLES | dict.fromkeys(schema.TAIL, schema.TABLES["events"])
            for name in columns:
                if name != "events":
                    described = ", ".join(f"{column} {kind}" for column, kind in columns[name])
                    self._run(f"CREATE TABLE {name} ({described})")
            self._run("CREATE TABLE gone (id BIGINT)")
            self._run(moving.CREATE)
            self._run(f"CREATE VIEW recent AS {schema.RECENT}")
            self._run("CREATE VIEW events AS SELECT * FROM recent")
        return self._connection

    def _begin(self, uow: UnitOfWork) -> None:
        """Start with what is sealed, where that is of this record, and the small tables."""
        self._open()
        self._changes = uow.changes.now()
        self._behind = dict(schema.SMALL)
        for name, rows in small_tables(uow).items():
            self._insert(name, rows)
        if self._shelf is None:
            return
        self._stamp = self._shelf.stamp()
        manifest = self._shelf.read(self.zone.key)
        if manifest is None or not is_of(uow, manifest):
            return
        self._manifest, self._mark = manifest, Watermark.parse(manifest.mark)
        changed, _ = uow.changes.after(Watermark.parse(manifest.changes))
        gone = [(int(one.row_id),) for one in changed if one.table == EVENTS]
        self._damaged = bool(gone) or self._outrun
        self._show_sealed(self._shelf, manifest, gone)

    def _show_sealed(self, shelf: Shelf, manifest: Manifest, gone: list[Row]) -> None:
        files = ", ".join(f"'{shelf.path(segment.name)}'" for segment in manifest.segments)
        self._run(f"CREATE VIEW sealed_events AS SELECT * FROM read_parquet([{files}])")
        for name, file in manifest.tables.items():
            self._run(
                f"CREATE VIEW sealed_{name} AS SELECT * EXCLUDE (file_row_number), "
                "file_row_number AS place "
                f"FROM read_parquet('{shelf.path(file)}', file_row_number = true)"
            )
        self._run("CREATE TABLE sealed_teachers (person_id VARCHAR, course_id VARCHAR)")
        self._put("sealed_teachers", ("VARCHAR", "VARCHAR"), list(manifest.teachers))
        if self._damaged:
            # All there is, but for what was deleted: slow, and right until it is sealed anew.
            self._put("gone", ("BIGINT",), gone)
            self._run(
                f"CREATE OR REPLACE VIEW recent AS {moving.told_anew('sealed_events')} "
                f"WHERE e.id NOT IN (SELECT id FROM gone) UNION ALL {schema.RECENT}"
            )
        else:
            self._run(
                "CREATE OR REPLACE VIEW events AS SELECT * FROM sealed_events "
                f"UNION ALL {schema.RECENT}"
            )

    def _follow_changes(self, uow: UnitOfWork) -> bool:
        """Bring the small tables up to date; False when events themselves were changed."""
        changed, mark = uow.changes.after(self._changes)
        ids: dict[str, set[str]] = {}
        for one in changed:
            ids.setdefault(one.table, set()).add(one.row_id)
        if EVENTS in ids:
            return False
        whole = {name for name in ids if name not in _COUNTING or len(ids[name]) > _MANY}
        for name, rows in small_tables(uow, whole).items():
            self._replace(name, rows)
        if "persons" in ids.keys() - whole:
            people = uow.people.many(ids["persons"]).values()
            for name, rows in people_rows(people).items():
                self._patch(name, "person_id", ids["persons"], rows)
        if "enrolments" in ids.keys() - whole:
            places = place_rows(uow.courses.places(ids["enrolments"]))
            self._patch("enrolments", "enrolment_id", ids["enrolments"], places)
        if _COUNTING & ids.keys():
            self._behind = dict(schema.SMALL)
        # Only now: what a failure left out is read again.
        self._changes = mark
        return True

    def _read(self, uow: UnitOfWork, read: Callable[[], None]) -> None:
        """Read; once more from what is sealed on when a take was moved that is sealed elsewhere."""
        read()
        if self._moves and self._large and self._rows(moving.OUTRUN):
            self._forget()
            self._outrun = True
            self._begin(uow)
            read()

    def _read_settled(self, uow: UnitOfWork, most: int) -> None:
        while self._tail < most and self._read_batch(uow, min(BATCH, most - self._tail)):
            pass
        self._follow_moves()

    def _read_events(self, uow: UnitOfWork) -> None:
        before = self._tail
        while self._read_batch(uow, BATCH):
            pass
        late = uow.events.unsettled(self._mark)
        if late or self._late:
            self._run("DELETE FROM late")
            self._take_up("late", [event_row(event) for event in late])
            self._late = len(late)
        if late or self._tail > before:
            self._follow_moves()

    def _take_up(self, table: str, rows: list[Row]) -> None:
        self._insert(table, rows)
        self._moves |= any(str(row[1]) in moving.KINDS for row in rows)
        self._behind = dict(schema.SMALL)

    def _follow_moves(self) -> None:
        if self._moves:
            for sql in moving.follow(schema.TAIL):
                self._run(sql)

    def _read_batch(self, uow: UnitOfWork, limit: int) -> int:
        events, mark = uow.events.told_after(self._mark, limit)
        if events:
            self._take_up("tail", [told_row(event) for event in events])
            self._tail += len(events)
        # Only moved once the rows are in: a failed insert is read again.
        self._mark = mark
        return len(events)

    def _derive(self) -> None:
        """Work out what lags behind; done by the first question that needs it."""
        wanted = self._behind or {}
        if "takes" in wanted:
            self._table("learners", schema.LEARNERS)
            self._lay_out_weeks()
        if self._large:
            self._derive_new()
            wanted = {}
        for name, sql in wanted.items():
            self._table(name, sql)
        if "takes" in wanted or self._large:
            for name, sql in schema.VIEWS.items():
                self._run(f"CREATE OR REPLACE VIEW {name} AS {sql}")
        # Only then: what a failure left out is worked out by the next question.
        self._behind = None

    def _derive_new(self) -> None:
        """Put aside what is sealed of touched takes, and work it out again."""
        for sql in (schema.MOVED, *schema.TOUCHED):
            self._run(sql)
        for name, sql in schema.NEW.items():
            self._table(f"new_{name}", sql)
        for name in schema.SEALED:
            kept = f"SELECT * EXCLUDE (place) FROM sealed_{name}"
            if name != "deeds":
                self._table(
                    f"aside_{name}",
                    f"SELECT place FROM sealed_{name} "
                    "WHERE take_id IN (SELECT take_id FROM touched)",
                )
                if self._open().execute(f"SELECT count(*) FROM aside_{name}").fetchall()[0][0]:
                    kept += f" ANTI JOIN aside_{name} USING (place)"
            self._run(f"CREATE OR REPLACE VIEW {name} AS {kept} UNION ALL SELECT * FROM new_{name}")
        for name, sql in schema.LARGE.items():
            self._run(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def _lay_out_weeks(self) -> None:
        asked = "SELECT DISTINCT CAST(date_trunc('week', happened_at) AS DATE) FROM recent"
        days = [row[0] for row in self._open().execute(asked).fetchall()]
        self._run("CREATE OR REPLACE TABLE weeks (monday DATE, starts TIMESTAMP, ends TIMESTAMP)")
        kinds = ("DATE", "TIMESTAMP", "TIMESTAMP")
        self._put("weeks", kinds, weeks_around(days, self.zone))

    def _table(self, name: str, sql: str) -> None:
        self._run(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def _patch(self, table: str, key: str, ids: set[str], rows: list[Row]) -> None:
        """Put rows in the place of those with these ids; ids without a row are deleted ones."""
        named = "SELECT unnest(?::VARCHAR[])"
        sql = f"DELETE FROM {table} WHERE {key} IN ({named})"
        self._open().execute(sql, [sorted(ids)]).fetchall()
        self._insert(table, rows)

    def _replace(self, table: str, rows: list[Row]) -> None:
        self._run(f"DELETE FROM {table}")
        self._insert(table, rows)

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        columns = schema.TABLES["events" if table in schema.TAIL else table]
        self._put(table, tuple(kind for _, kind in columns), rows)

    def _put(self, table: str, kinds: tuple[str, ...], rows: Sequence[Row]) -> None:
        put(self._open(), table, kinds, rows, many=BATCH)
