"""The index of words on PostgreSQL: a tsvector under a GIN index, without any extension."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import text

from practika_kernel.domain.search import Kind, Term, Tier
from practika_kernel.domain.search_ports import Probe
from practika_kernel.storage.search import SqlIndex, Streams
from practika_kernel.storage.search_entries import Entry

_TITLE, _BODY = "~", "^"
"""Words of titles, and of what somebody said, are kept once more with a sign before them. Weights
would do, but GIN keeps none of them: each row would be fetched to look."""

_BEGINS, _SHORT = "+", (2, 3)
"""The first two and three letters of words are kept as words of their own: GIN reads everything
that begins so before it looks at anything else."""

_NEWEST = 5_000
"""Entries that are read one after the other before GIN is asked."""

_GAP = 100
"""Places between one text and the next, so that no row of words goes over it."""


class TsvectorIndex(SqlIndex):
    """`practika_kernel.domain.search_ports.Index` in a tsvector."""

    # OFFSET 0 keeps the planner from walking backwards through everybody's newest entries until
    # enough are met: it takes words and marks for independent, and they are not.
    MATCH = (
        "SELECT ? AS place, id AS number FROM (SELECT id FROM search_index "
        "WHERE words @@ CAST(:query? AS tsquery) OFFSET 0) found ORDER BY id DESC LIMIT :most?"
    )
    # So what may be everywhere is looked for in so many of the newest, and where that is too
    # little it is rare enough for GIN. The second SELECT is not begun when the first is enough.
    MATCH_MANY = (
        "SELECT ? AS place, id AS number FROM ("
        "WITH newest AS MATERIALIZED (SELECT id FROM (SELECT id, words FROM search_index "
        f"ORDER BY id DESC LIMIT {_NEWEST} OFFSET 0) latest "
        "WHERE words @@ CAST(:query? AS tsquery) ORDER BY id DESC LIMIT :most?), "
        "met AS MATERIALIZED (SELECT count(*) >= :most? AS enough FROM newest) "
        "SELECT id FROM newest WHERE (SELECT enough FROM met) UNION ALL "
        "(SELECT id FROM search_index WHERE words @@ CAST(:query? AS tsquery) "
        "AND NOT (SELECT enough FROM met) OFFSET 0)) found ORDER BY id DESC LIMIT :most?"
    )
    MATCH_ANY = (
        "SELECT ? AS place, id AS number FROM search_index "
        "WHERE words @@ CAST(:query? AS tsquery) LIMIT :most?"
    )
    MATCH_AMONG = (
        "SELECT ? AS place, id AS number FROM (SELECT own.id, own.words FROM search_entries entry "
        "JOIN search_index own ON own.id = entry.id "
        "WHERE entry.thing_id = ANY(:among?) AND entry.kind = :kind? OFFSET 0) known "
        "WHERE words @@ CAST(:query? AS tsquery) ORDER BY id DESC LIMIT :most?"
    )

    THESE = "id = ANY(:ids)"

    def ready(self) -> None:
        """Have each statement planned for its own words and ids, in this transaction.

        A statement that was sent often gets a plan for any values: of words that stand
        everywhere and of words nobody used, of one id and of five hundred.
        """
        if not self._ready:
            self.connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
            self._ready = True

    _ready = False

    def store(self, rows: Sequence[tuple[int, Entry, Streams, Streams]]) -> None:
        """Keep the words of titles and bodies under their ids."""
        self.connection.execute(
            text("INSERT INTO search_index (id, words) VALUES (:number, CAST(:words AS tsvector))"),
            [
                {"number": number, "words": _vector(entry, title, body)}
                for number, entry, title, body in rows
            ],
        )

    def kept(self, ids: Collection[int]) -> set[str]:
        """Every word that is kept under these ids."""
        chosen = text(
            "SELECT DISTINCT unnest(tsvector_to_array(words)) FROM search_index "
            "WHERE id = ANY(:ids)"
        )
        found = self.connection.scalars(chosen, {"ids": list(ids)})
        return {word for word in found if word[:1] not in {_TITLE, _BODY, _BEGINS, "_"}}

    def query(self, probe: Probe) -> str:
        """What a probe asks for."""
        title = probe.tier in {Tier.TITLE, Tier.TITLE_PREFIX}
        terms = [self._term(term, probe, _TITLE if title else "") for term in probe.question.terms]
        bearing = [_quoted(one) for one in probe.others]
        if probe.said:
            said = [self._term(term, probe, _BODY) for term in probe.question.terms]
            marks = " | ".join(_quoted(one) for one in probe.said)
            bearing.append(f"(({marks}) & ({' | '.join(said)}))")
        parts = [f"({' | '.join(bearing)})", *terms]
        if probe.only:
            parts.append(_quoted(probe.only))
        return " & ".join(parts)

    def one_word(self, word: str) -> str:
        """The query for a whole word anywhere."""
        return _quoted(word)

    def _term(self, term: Term, probe: Probe, sign: str) -> str:
        whole = probe.tier in {Tier.TITLE, Tier.WHOLE}
        ways = []
        for spelling in term.spellings:
            begins = not whole and term.begins(spelling[-1])
            longer = probe.longer.get(spelling[-1]) if begins and term.is_word else None
            if longer is not None:
                ways += [_quoted(sign + one) for one in longer]
            elif begins and term.is_word and len(spelling[-1]) in _SHORT:
                ways.append(_quoted(f"{sign}{_BEGINS}{spelling[-1]}"))
            else:
                row = " <-> ".join(_quoted(sign + word) for word in spelling)
                ways.append(f"({row}{':*' if begins else ''})")
        ways += [_quoted(sign + word) for word in probe.near.get(term.word, ()) if term.is_word]
        return f"({' | '.join(ways or [_quoted('_none_')])})"


def _quoted(lexeme: str) -> str:
    """A lexeme in quotes; words are letters and digits, so nothing in them ends the quotes."""
    return f"'{lexeme}'"


def _vector(entry: Entry, title: Streams, body: Streams) -> str:
    places: dict[str, list[int]] = defaultdict(list)
    short: set[str] = set()
    at = 0
    for streams, sign in ((title, _TITLE), (body, _BODY if entry.kind is Kind.REPLY else "")):
        for stream in streams:
            for word in stream:
                at += 1
                for kept in {"", sign}:
                    places[kept + word].append(at)
                    short.update(f"{kept}{_BEGINS}{word[:n]}" for n in _SHORT if len(word) >= n)
            at += _GAP
    words = [f"{_quoted(one)}:{','.join(map(str, found))}" for one, found in places.items()]
    return " ".join([*words, *(_quoted(one) for one in (*sorted(short), *entry.marks))])
