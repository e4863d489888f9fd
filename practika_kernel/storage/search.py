"""The index of words: what both databases share, in `Sql*Index` what they do not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Row, column, delete, func, insert, select, table, text

from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.search import Kind, words
from practika_kernel.domain.search_ports import Found, Probe, mark
from practika_kernel.storage import schema
from practika_kernel.storage.search_entries import Entry, Key, entries_of, pieces, touched
from practika_kernel.storage.search_tables import entries, note_all, pending, vocabulary

_LOCK = 0x53_72_63_68
"""The advisory lock under which processes on PostgreSQL take up notes in turn ("Srch")."""

_SMALL = 20
"""Bits of an entry's id below the milliseconds of its time."""

WIDE = 24
"""Marks of one kind from which on a look into everything is tried first."""

WIDER = 4
"""How many times as much is looked at in everything where the first look had some, not enough."""

_COURSE = re.compile(r"_c_[0-9a-z]+$")
"""What makes the mark of a course out of the mark all things of the kind bear."""

Streams = list[list[str]]
"""A text's words, and once more written out where that makes a difference."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query in the database's language, and where it is to be looked for."""

    query: str
    most: int
    many: bool = False
    among: Sequence[str] = ()
    kind: str = ""
    whichever: bool = False


class SqlIndex:
    """`practika_kernel.domain.search_ports.Index`, but for how words are kept and asked for."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def store(self, rows: Sequence[tuple[int, Entry, Streams, Streams]]) -> None:
        """Keep the words of titles and bodies under their ids."""
        raise NotImplementedError

    def kept(self, ids: Collection[int]) -> set[str]:
        """Every word that is kept under these ids."""
        raise NotImplementedError

    def query(self, probe: Probe) -> str:
        """What a probe asks for, in the database's language of queries."""
        raise NotImplementedError

    def one_word(self, word: str) -> str:
        """The query for a whole word anywhere."""
        raise NotImplementedError

    def read(self, ids: list[int]) -> Iterable[Row[Any]]:
        """Number, kind, id and marks of these entries: one value, however many they are."""
        chosen = text(f"SELECT id, kind, thing_id, marks FROM search_entries WHERE {self.THESE}")
        return self.connection.execute(chosen, {"ids": self.numbers(ids)})

    THESE = ""
    """What is true of an entry whose number is among ``ids``, written by `numbers`."""

    def numbers(self, ids: list[int]) -> object:
        """Numbers as one value of the database."""
        return ids

    def ready(self) -> None:
        """Do what the database wants before statements whose cost hangs on their values."""

    NUMBER = "id"
    """The column of the index that names a row."""

    MATCH = MATCH_MANY = MATCH_ANY = MATCH_AMONG = ""
    """SELECT of one probe: number, id; parameters ``query`` and ``most`` with that number. Of the
    second a great part of all entries may be found; the third finds any, in no order. The fourth,
    if there is one, looks only at the things ``among`` of a ``kind``."""

    def behind(self) -> bool:
        """Tell whether something was written that the index does not know yet."""
        return self.connection.execute(select(pending.c.id).limit(1)).first() is not None

    def catch_up(self, limit: int = 500) -> int:
        """Take up so many notes; return how many there were."""
        self.ready()
        if self.connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            self.connection.execute(lock, {"key": _LOCK})
        columns = pending.c
        chosen = select(columns.id, columns.table, columns.row_id).order_by(columns.id)
        notes = self.connection.execute(chosen.limit(limit)).all()
        if not notes:
            return 0
        for done in pieces({note.id for note in notes}):
            self.connection.execute(delete(pending).where(columns.id.in_(done)))
        keys = touched(self.connection, [(note.table, note.row_id) for note in notes])
        for start in range(0, len(keys), 500):
            self._renew(keys[start : start + 500])
        return len(notes)

    def pack(self) -> None:
        """Leave nothing of what was taken out of the index in the database's file."""

    def rebuild(self) -> None:
        """Forget the index and note everything there is."""
        for name in ("search_index", "search_entries", "search_words"):
            self.connection.execute(text(f"DELETE FROM {name}"))
        note_all(self.connection)

    def _renew(self, keys: Sequence[Key]) -> None:
        gone = self._forget(keys)
        made = list(entries_of(self.connection, keys))
        rows, known = [], set[str]()
        for number, entry in zip(self._numbers(made), made, strict=True):
            title, body = _streams(entry.title), _streams(entry.body)
            known.update(word for stream in title + body for word in stream)
            rows.append((number, entry, title, body))
        if rows:
            self.connection.execute(
                insert(entries),
                [
                    {"id": n, "kind": e.kind, "thing_id": e.thing_id, "marks": " ".join(e.marks)}
                    for n, e, _, _ in rows
                ],
            )
            self.store(rows)
        self._learn(known)
        self._unlearn(gone - known)

    def _forget(self, keys: Sequence[Key]) -> set[str]:
        """Remove the entries of things; return the words they had."""
        wanted, columns = set(keys), entries.c
        found: list[int] = []
        for piece in pieces({thing_id for _, thing_id in keys}):
            rows = self.connection.execute(select(entries).where(columns.thing_id.in_(piece)))
            found += [row.id for row in rows if (Kind(row.kind), row.thing_id) in wanted]
        if not found:
            return set()
        had = self.kept(found)
        index = table("search_index", column(self.NUMBER))
        for some in pieces(found):
            self.connection.execute(delete(index).where(index.c[self.NUMBER].in_(some)))
            self.connection.execute(delete(entries).where(columns.id.in_(some)))
        return had

    def _numbers(self, made: Sequence[Entry]) -> Iterator[int]:
        """Ids that grow with time and are free."""
        wished = [
            (int(entry.at.timestamp() * 1000) << _SMALL)
            | (crc32(f"{entry.kind}{entry.thing_id}".encode()) & ((1 << _SMALL) - 1))
            for entry in made
        ]
        taken = set(self.connection.scalars(select(entries.c.id).where(entries.c.id.in_(wished))))
        for number in wished:
            while number in taken:
                number += 1
                if number not in taken and self._is_taken(number):
                    taken.add(number)
            taken.add(number)
            yield number

    def _is_taken(self, number: int) -> bool:
        there = select(entries.c.id).where(entries.c.id == number)
        return self.connection.execute(there).first() is not None

    def _learn(self, known: set[str]) -> None:
        word = vocabulary.c.word
        for piece in pieces(known):
            there = set(self.connection.scalars(select(word).where(word.in_(piece))))
            fresh = [{"word": one} for one in piece if one not in there]
            if fresh:
                self.connection.execute(insert(vocabulary), fresh)

    def _unlearn(self, gone: Collection[str]) -> None:
        """Forget words that nothing has any more: what was taken back leaves no trace here."""
        ordered = sorted(gone)
        for start in range(0, len(ordered), 50):
            some = ordered[start : start + 50]
            there = self._select([_Asked(self.one_word(word), 1, whichever=True) for word in some])
            lost = [word for word, found in zip(some, there, strict=True) if not found]
            self.connection.execute(delete(vocabulary).where(vocabulary.c.word.in_(lost)))

    def _select(self, asked: Sequence[_Asked]) -> list[list[int]]:
        """Ids for each query, newest first."""
        found: list[list[int]] = [[] for _ in asked]
        if not asked:
            return found
        self.ready()
        parts, values = [], dict[str, object]()
        for place, one in enumerate(asked):
            match = self.MATCH_MANY if one.many else self.MATCH
            values |= {f"query{place}": one.query, f"most{place}": one.most}
            if one.whichever:
                match = self.MATCH_ANY
            if one.among:
                match = self.MATCH_AMONG
                values |= {f"among{place}": list(one.among), f"kind{place}": one.kind}
            parts.append(f"SELECT * FROM ({match.replace('?', str(place))}) x")
        for place, number in self.connection.execute(text(" UNION ALL ".join(parts)), values):
            found[place].append(number)
        return [sorted(numbers, reverse=True) for numbers in found]

    def find(self, probes: Sequence[Probe]) -> list[list[Found]]:
        """What each probe finds, newest first."""
        found: list[list[Found]] = [[] for _ in probes]
        asked = list(range(len(probes)))
        if self.MATCH_AMONG:
            near = [place for place in asked if probes[place].among]
            looks = self._find([_without_courses(probes[place]) for place in near])
            for place, look in zip(near, looks, strict=True):
                found[place] = [known for known, _ in look]
                if probes[place].whole or len(look) == probes[place].limit:
                    asked.remove(place)
        everywhere = [replace(probes[place], among=()) for place in asked]
        for place, look in zip(asked, self._find_everywhere(everywhere), strict=True):
            found[place] = [known for known, _ in look]
        return found

    def _find_everywhere(self, probes: Sequence[Probe]) -> list[list[tuple[Found, str]]]:
        quick = [_without_courses(probe) for probe in probes]
        found = self._find(quick)
        again, wider = [], []
        for place, (probe, wide) in enumerate(zip(probes, quick, strict=True)):
            if wide is not probe:
                raw = len(found[place])
                found[place] = _held(found[place], probe)
                if raw == probe.limit > len(found[place]):
                    again.append(place)
                    if len(found[place]) * WIDER >= probe.limit:
                        wider.append(place)
        more = [replace(quick[place], limit=probes[place].limit * WIDER) for place in wider]
        for place, look in zip(wider, self._find(more), strict=True):
            held = _held(look, probes[place])
            if len(look) < probes[place].limit * WIDER or len(held) >= probes[place].limit:
                found[place] = held[: probes[place].limit]
                again.remove(place)
        for place, exact in zip(again, self._find([probes[p] for p in again]), strict=True):
            found[place] = exact
        return found

    def _find(self, probes: Sequence[Probe]) -> list[list[tuple[Found, str]]]:
        """What each probe finds, with the marks it bears."""
        real = [
            place
            for place, probe in enumerate(probes)
            if any(probe.marks.values()) and probe.question.terms
        ]
        asked = [probes[place] for place in real]
        numbers = self._select([self._asked(one) for one in asked])
        things: dict[int, tuple[Found, str]] = {}
        ids = sorted({number for one in numbers for number in one})
        for row in self.read(ids) if ids else ():
            things[row.id] = ((Kind(row.kind), row.thing_id), row.marks)
        found: list[list[tuple[Found, str]]] = [[] for _ in probes]
        for place, one in zip(real, numbers, strict=True):
            found[place] = [things[number] for number in one if number in things]
        return found

    def _asked(self, probe: Probe) -> _Asked:
        kind = next(iter(probe.marks)).value if probe.among else ""
        return _Asked(self.query(probe), probe.limit, _many(probe), probe.among, kind)

    def words_after(self, mark: int) -> tuple[list[str], int, bool]:
        """Words added behind a mark; they are added by one process at a time, so in order."""
        columns = vocabulary.c
        newest: int = self.connection.scalar(select(func.max(columns.id))) or 0
        if newest == mark:
            return [], mark, False
        anew = newest < mark or mark == 0
        chosen = select(columns.word) if anew else select(columns.word).where(columns.id > mark)
        return list(self.connection.scalars(chosen)), newest, anew

    def parents(self, ids: Collection[str]) -> dict[str, str]:
        """The replies these replies answer."""
        columns = schema.replies.c
        chosen = select(columns.id, columns.parent_id).where(columns.parent_id.is_not(None))
        found: dict[str, str] = {}
        for piece in pieces(ids):
            rows = self.connection.execute(chosen.where(columns.id.in_(piece)))
            found.update((row.id, row.parent_id) for row in rows)
        return found


def _held(look: list[tuple[Found, str]], probe: Probe) -> list[tuple[Found, str]]:
    """What of a look into all courses bears a mark the probe asks for."""
    held = {one for marks in probe.marks.values() for one in marks}
    return [one for one in look if not held.isdisjoint(one[1].split())]


def _without_courses(probe: Probe) -> Probe:
    """The probe itself; of somebody with very many courses one that looks into all courses.

    What it finds has to be held against the marks it was asked with: whoever is in most courses
    sees most of it, and a hundred courses need not be looked up for each word.
    """
    if all(len(every) <= WIDE for every in probe.marks.values()):
        return probe
    marks = {
        kind: _wide(tuple(every)) if len(every) > WIDE else every
        for kind, every in probe.marks.items()
    }
    return replace(probe, marks=marks)


@lru_cache(64)
def _wide(marks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_COURSE.sub("", one) for one in marks))


def _many(probe: Probe) -> bool:
    """Whether a probe looks into everybody's takes or replies, of which there are most."""
    many = mark(Thing.TAKE) in probe.others or mark(Thing.REPLY) in probe.said
    return many and not probe.only  # few replies bear one tag


def _streams(text: str) -> Streams:
    return [stream for stream in words(text) if stream]
