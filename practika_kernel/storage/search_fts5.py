"""The index of words on SQLite: FTS5."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import text

from practika_kernel.domain.search import Term, Tier
from practika_kernel.domain.search_ports import Probe
from practika_kernel.storage.search import SqlIndex, Streams
from practika_kernel.storage.search_asking import ENTRY
from practika_kernel.storage.search_entries import Entry

_GAP = " _gap_ "
"""Stands between a text's words and the same written out: no row of words goes over it."""

_NOTHING = '"_none_"'
"""A word no text has."""


class Fts5Index(SqlIndex):
    """`practika_kernel.domain.search_ports.Index` in FTS5.

    Words come folded, so the tokenizer only cuts at spaces; letters beyond ASCII are written as
    numbers, and neither SQLite's version of Unicode nor any sign of its query language matters.
    """

    NUMBER = "rowid"
    HOLDS = "search_index MATCH :{}"
    MATCH = MATCH_ANY = ENTRY.format(
        "SELECT rowid AS id FROM search_index WHERE [holds] ORDER BY rowid DESC LIMIT :most?"
    )

    def store(self, rows: Sequence[tuple[int, Entry, Streams, Streams]]) -> None:
        """Keep the words of titles and bodies under their ids."""
        self.connection.execute(
            text(
                "INSERT INTO search_index (rowid, title, body, scope) "
                "VALUES (:number, :title, :body, :scope)"
            ),
            [
                {
                    "number": number,
                    "title": _joined(title),
                    "body": _joined(body),
                    "scope": " ".join(entry.marks),
                }
                for number, entry, title, body in rows
            ],
        )

    def pack(self) -> None:
        """Merge the index into one piece: until then words of removed rows stay in the others."""
        self.connection.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))

    def kept(self, ids: Collection[int]) -> set[str]:
        """Every word that is kept under these ids."""
        found: set[str] = set()
        chosen = text("SELECT title, body FROM search_index WHERE rowid = :one")
        for number in ids:
            for row in self.connection.execute(chosen, {"one": number}):
                found.update(_decoded(word) for word in f"{row.title} {row.body}".split())
        return found - {_decoded(_GAP.strip())}

    def queries(self, probe: Probe) -> Sequence[str]:
        """What a probe asks for: one query, FTS5 takes no more."""
        terms = [self._term(term, probe) for term in probe.question.terms]
        place = "title" if probe.tier in {Tier.TITLE, Tier.TITLE_PREFIX} else "{title body}"
        bearing = []
        if probe.others:
            bearing.append(_scope(probe.others))
        if probe.said:
            bearing.append(f"({_scope(probe.said)} AND body : ({' OR '.join(terms)}))")
        parts = [f"({' OR '.join(bearing)})", f"{place} : ({' AND '.join(terms)})"]
        if probe.only:
            parts.append(_scope([probe.only]))
        return [" AND ".join(parts)]

    def one_word(self, word: str) -> str:
        """The query for a whole word anywhere."""
        return f'{{title body}} : "{_encoded(word)}"'

    def _term(self, term: Term, probe: Probe) -> str:
        whole = probe.tier in {Tier.TITLE, Tier.WHOLE}
        ways = []
        for spelling in term.spellings:
            begins = not whole and term.begins(spelling[-1])
            longer = probe.longer.get(spelling[-1]) if begins and term.is_word else None
            for words in [spelling] if longer is None else [(one,) for one in longer]:
                row = " ".join(_encoded(word) for word in words)
                ways.append(f'"{row}"' + (" *" if begins and longer is None else ""))
        ways += [f'"{_encoded(word)}"' for word in probe.near.get(term.word, ()) if term.is_word]
        return f"({' OR '.join(ways or [_NOTHING])})"


def _scope(marks: Sequence[str]) -> str:
    return "scope : ({})".format(" OR ".join(f'"{one}"' for one in marks))


def _joined(streams: Streams) -> str:
    return _GAP.join(" ".join(_encoded(word) for word in stream) for stream in streams)


def _encoded(word: str) -> str:
    """Write letters beyond ASCII as numbers; beginnings stay beginnings.

    >>> _encoded("hand"), _encoded("жук")
    ('hand', '_436__443__43a_')
    """
    if word.isascii():
        return word
    return "".join(sign if sign.isascii() else f"_{ord(sign):x}_" for sign in word)


def _decoded(word: str) -> str:
    """Read what `_encoded` wrote.

    >>> _decoded(_encoded("жук1"))
    'жук1'
    """
    if "_" not in word or word == _GAP.strip():
        return word
    parts = word.split("_")
    return "".join(chr(int(part, 16)) if place % 2 else part for place, part in enumerate(parts))
