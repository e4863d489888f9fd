"""Puts older events, and what follows from them, into files that all pages share.

One process at a time does it, in pieces of at most half a million events. A piece that is
interrupted leaves everything as it was.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from practika_kernel.analytics import schema
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.moving import is_outrun
from practika_kernel.analytics.sharing import fetch, publish
from practika_kernel.analytics.shelf import (
    FORM,
    GRACE_SECONDS,
    Manifest,
    Segment,
    Shelf,
    fingerprint,
)
from practika_kernel.domain.errors import Unreachable
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.ports import BlobStore, Clock, Record
from practika_kernel.domain.stock import FACTS

LEAST, MOST = 20_000, 50_000
"""From how many new events on it is worth the work: half a percent of those sealed, between
these. Each page reads as many anew when it is opened."""

SKEW = timedelta(days=1)
"""How far the clocks of those who write may lie apart; more moves are looked at than need be."""

PIECE = 500_000
"""Events sealed at a time, and fewest in a full file."""

_ORDER = {
    "takes": "course_id, student_id, exercise_id, number",
    "feedback": "course_id, student_id, take_id",
    "submitted": "course_id, student_id, exercise_id, number",
    "deeds": "actor_id, course_id, week, kind",
}
"""What lies together is read, packed and added up faster: five times, at ten million events."""


class Sealing:
    """Keeps a folder of sealed facts near the record.

    Parameters
    ----------
    record, clock
        Where the events are, and what time it is.
    folder
        Where the files lie; made when the first is written.
    zone
        The institution's zone, in which weeks begin.
    store
        Where machines that share no folder exchange the files; None for none.
    memory, threads
        What DuckDB may use meanwhile, in bytes and threads.
    """

    def __init__(
        self,
        record: Record,
        clock: Clock,
        folder: Path,
        *,
        zone: str = "UTC",
        store: BlobStore | None = None,
        memory: int = 1_000_000_000,
        threads: int = 1,
    ) -> None:
        self._record, self._clock, self._zone = record, clock, zone
        self._memory, self._threads, self._store = memory, threads, store
        self.shelf = Shelf(folder)

    def keep_up(self, least: int | None = None) -> int:
        """Seal what is new, if that is at least so many events; return how many were sealed.

        Without ``least`` the size of what is sealed decides. Returns 0 at once when another
        process is at it. Sealed events that were deleted in the record leave the files, too, and
        those of takes that were moved since are told there where these lie now.
        """
        if not self.due() and least is None:
            return 0
        with self.shelf.alone() as alone:
            if not alone:
                return 0
            done, sealed = 0, self._piece(least)
            while sealed:
                done += sealed
                sealed = self._piece(least) if sealed >= PIECE else 0
            return done

    def forget_deleted(self) -> int:
        """Make files without what was deleted in the record; return how many files went.

        0 where nothing is sealed. Other machines do the same the next time they keep up. Raises
        `Unreachable` while another process of this machine is at it: try again in a moment.
        """
        if not self.shelf.names() and not (self._store and any(self._store.keys(FACTS))):
            return 0
        with self.shelf.alone() as alone:
            if not alone:
                raise Unreachable("Older events are being sealed; what was deleted goes after it.")
            if self._store:
                fetch(self.shelf, self._zone, self._store)
            before = self.shelf.names()
            self._piece(None)
            left = self.shelf.read(self._zone)
            if left is None:
                self.shelf.discard(self._store)
            else:
                self.shelf.clear(left.names(), 0.0)
            return len(before - self.shelf.names())

    def due(self) -> bool:
        """Look whether there is something to do, without reading the events, or loading DuckDB.

        What other machines have sealed is fetched first.
        """
        if self._store:
            fetch(self.shelf, self._zone, self._store)
        manifest = self.shelf.read(self._zone)
        with self._record.read() as uow:
            newest = uow.events.now().id
            if manifest is None:
                return newest >= LEAST
            changed, _ = uow.changes.after(Watermark.parse(manifest.changes))
            damaged = any(one.table == "events" for one in changed)
            before = Watermark.parse(manifest.mark).id
            last = uow.events.place(before)
            if last is not None:
                moves = uow.moves.after(last[0].at - SKEW)
                damaged = damaged or is_outrun(uow, moves, before)
        return damaged or newest < before or newest - before >= _least(manifest.rows)

    def _piece(self, least: int | None) -> int:
        facts = Facts(
            self._record,
            self._clock,
            memory=self._memory,
            threads=self._threads,
            sealed=self.shelf.folder,
            zone=self._zone,
        )
        try:
            number, old = facts.read_settled(PIECE), facts.manifest
            if old is None and self.shelf.read(self._zone) is not None:
                self.shelf.discard(self._store)  # of another record, or the last one was deleted
            enough = max(1, _least(old.rows if old else 0) if least is None else least)
            if number < enough and not (facts.damaged and old):
                return 0
            self._write(facts, old)
            return number
        finally:
            facts.close()

    def _write(self, facts: Facts, old: Manifest | None) -> None:
        segments = self._segments(facts, old)
        tables = {}
        for name in schema.SEALED:
            rows = f"SELECT * FROM {name} ORDER BY {_ORDER[name]}"
            tables[name] = self._file(facts, name, rows)
        teachers = facts.rows(
            "SELECT DISTINCT person_id, course_id FROM enrolments "
            "WHERE role = 'teacher' ORDER BY person_id, course_id"
        )
        with self._record.read() as uow:
            found = uow.events.place(facts.mark.id)
        if found is None:
            return  # deleted this very moment; the next time does without it
        manifest = Manifest(
            FORM,
            self._zone,
            str(facts.mark),
            fingerprint(*found),
            str(facts.changes),
            segments,
            tables,
            tuple((str(who), str(what)) for who, what in teachers),
        )
        self.shelf.keep(manifest)
        if self._store:
            publish(self.shelf, manifest, self._store, 1 if facts.damaged else 2)
        # What was deleted in the record is gone from here at once; who still reads it, reads anew.
        self.shelf.clear(manifest.names(), 0.0 if facts.damaged else GRACE_SECONDS)

    def _segments(self, facts: Facts, old: Manifest | None) -> tuple[Segment, ...]:
        """Write the new events behind the old ones; into one file with the last if it is small."""
        if facts.damaged:
            kept: tuple[Segment, ...] = ()
            rows = "SELECT * FROM events ORDER BY id"
        else:
            kept = old.segments if old else ()
            rows = "SELECT * FROM tail"
            if kept and kept[-1].rows < PIECE:
                path = self.shelf.path(kept[-1].name)
                rows = f"SELECT * FROM read_parquet('{path}') UNION ALL {rows}"
                kept = kept[:-1]
        name = self._file(facts, "events", rows)
        found = facts.rows(f"SELECT count(*) FROM read_parquet('{self.shelf.path(name)}')")
        return (*kept, Segment(name, int(found[0][0])))

    def _file(self, facts: Facts, what: str, sql: str) -> str:
        name = self.shelf.new(what)
        path = self.shelf.path(name)
        facts.rows(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
        return name


def _least(sealed: int) -> int:
    return min(MOST, max(LEAST, sealed // 200))
