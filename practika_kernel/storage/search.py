"""Keeping an index of words: what both databases share, in `*Index` what they do not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from zlib import crc32

from sqlalchemy import column, delete, func, insert, select, table, text

from practika_kernel.domain.search import Kind, words
from practika_kernel.storage.search_asking import Asked, SqlAsking
from practika_kernel.storage.search_entries import Entry, Key, entries_of, pieces, touched
from practika_kernel.storage.search_tables import entries, note_all, pending, vocabulary
from practika_kernel.storage.search_windows import SMALL

_LOCK = 0x53_72_63_68
"""The advisory lock under which processes on PostgreSQL take up notes in turn ("Srch")."""

Streams = list[list[str]]
"""A text's words, and once more written out where that makes a difference."""


class SqlIndex(SqlAsking):
    """`practika_kernel.domain.search_ports.Index`, but for how words are kept and asked for."""

    def store(self, rows: Sequence[tuple[int, Entry, Streams, Streams]]) -> None:
        """Keep the words of titles and bodies under their ids."""
        raise NotImplementedError

    def kept(self, ids: Collection[int]) -> set[str]:
        """Every word that is kept under these ids."""
        raise NotImplementedError

    def one_word(self, word: str) -> str:
        """The query for a whole word anywhere."""
        raise NotImplementedError

    NUMBER = "id"
    """The column of the index that names a row."""

    MATCH_ANY = ""
    """SELECT of ``most`` entries in no order."""

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
            (int(entry.at.timestamp() * 1000) << SMALL)
            | (crc32(f"{entry.kind}{entry.thing_id}".encode()) & ((1 << SMALL) - 1))
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
            there = self.select(
                [Asked([self.one_word(word)], self.MATCH_ANY, {"most": 1}) for word in some]
            )
            lost = [word for word, found in zip(some, there, strict=True) if not found]
            self.connection.execute(delete(vocabulary).where(vocabulary.c.word.in_(lost)))

    def words_after(self, mark: int) -> tuple[list[str], int, bool]:
        """Words added behind a mark; they are added by one process at a time, so in order."""
        columns = vocabulary.c
        newest: int = self.connection.scalar(select(func.max(columns.id))) or 0
        if newest == mark:
            return [], mark, False
        anew = newest < mark or mark == 0
        chosen = select(columns.word) if anew else select(columns.word).where(columns.id > mark)
        return list(self.connection.scalars(chosen)), newest, anew


def _streams(text: str) -> Streams:
    return [stream for stream in words(text) if stream]
