"""The index of words on PostgreSQL: a tsvector under a GIN index, without any extension."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import text

from practika_kernel.domain.search import Kind, Term, Tier
from practika_kernel.domain.search_ports import Probe
from practika_kernel.storage.search import SqlIndex, Streams
from practika_kernel.storage.search_asking import (
    ENTRY,
    WIDER,
    Asked,
    Look,
    can_find,
    held,
    without_courses,
)
from practika_kernel.storage.search_entries import Entry
from practika_kernel.storage.search_shares import UNKNOWN, Shares
from practika_kernel.storage.search_windows import KINDS, Newest, is_general, since, stretches

_TITLE, _BODY = "~", "^"
"""Words of titles, and of what somebody said, are kept once more with a sign before them. Weights
would do, but GIN keeps none of them: each row would be fetched to look."""

_BEGINS, _SHORT = "+", (2, 3)
"""The first two and three letters of words are kept as words of their own: GIN reads everything
that begins so before it looks at anything else."""

SIZES = (2_048, 8_192, 32_768)
"""Of takes or replies so many of the newest are looked at for somebody in very many courses, then
so many, then all."""

_MOST = 64
"""How many times as much as is asked for may be held against marks; else it is asked exactly."""

_PLANS = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
    "set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), "
    "(SELECT max(id) FROM search_entries)"
)

_GAP = 100
"""Places between one text and the next, so that no row of words goes over it."""


@dataclass
class _Step:
    """Where somebody in very many courses looks next: from which id on, and for how much."""

    floors: list[int]
    times: int

    @property
    def exact(self) -> bool:
        """Whether all marks are asked for: so little is theirs."""
        return self.times > _MOST

    def next(self, *, cut: bool) -> None:
        """Look for more where there was more, else further back."""
        if cut:
            self.times *= WIDER
        else:
            self.floors.pop(0)


class TsvectorIndex(SqlIndex):
    """`practika_kernel.domain.search_ports.Index` in a tsvector."""

    HOLDS = "words @@ CAST(:{} AS tsquery)"
    # OFFSET 0 keeps the planner from walking backwards through everybody's newest entries until
    # enough are met: it takes words and marks for independent, and they are not.
    MATCH = ENTRY.format(
        "SELECT id FROM (SELECT id FROM search_index WHERE [holds] OFFSET 0) every "
        "ORDER BY id DESC LIMIT :most?"
    )
    MATCH_SINCE = ENTRY.format(
        "SELECT id FROM (SELECT id FROM search_index WHERE [holds] OFFSET 0) every "
        "WHERE id >= :floor? ORDER BY id DESC LIMIT :most?"
    )
    MATCH_ANY = ENTRY.format("SELECT id FROM search_index WHERE [holds] LIMIT :most?")
    MATCH_AMONG = ENTRY.format(
        "SELECT id FROM [within] WHERE [holds] ORDER BY id DESC LIMIT :most?"
    )
    AMONG = (
        "SELECT own.id, own.words FROM search_entries known "
        "JOIN search_index own ON own.id = known.id "
        "WHERE known.thing_id = ANY(:among?) AND known.kind = :kind?"
    )

    def ready(self) -> None:
        """Have each statement planned for its own words and ids, in this transaction.

        A statement that was sent often gets a plan for any values: of words that stand
        everywhere and of words nobody used, of one id and of five hundred. And how many have
        all words is only guessed: so entries are looked up one by one, not all of them read.
        """
        if not self._ready:
            *_, newest = self.connection.execute(_PLANS).one()
            self._last = newest or 0
            self._ready = True

    _ready = False
    _last = 0
    """The newest id of all."""

    def store(self, rows: Sequence[tuple[int, Entry, Streams, Streams]]) -> None:
        """Keep the words of titles and bodies under their ids."""
        self._ready = False  # the newest is another one now
        self.connection.execute(
            text("INSERT INTO search_index (id, words) VALUES (:number, CAST(:words AS tsvector))"),
            [
                {"number": number, "words": _vector(number, entry, title, body)}
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

    def everywhere(self, probes: Sequence[Probe]) -> list[Look]:
        """What each probe finds among all there is; of very many courses step by step."""
        found: dict[int, Look] = {n: [] for n, probe in enumerate(probes) if not can_find(probe)}
        self.ready()
        steps = {n: self._first(probe) for n, probe in enumerate(probes) if n not in found}
        while left := [n for n in steps if n not in found]:
            looks = self.select([self._step(probes[n], steps[n]) for n in left])
            for n, look in zip(left, looks, strict=True):
                step, limit = steps[n], probes[n].limit
                borne = look if step.exact else held(look, probes[n])
                cut = len(look) == limit * step.times
                if len(borne) >= limit or step.exact or not (cut or step.floors[0]):
                    found[n] = borne[:limit]
                else:
                    step.next(cut=cut)
        return [found[n] for n in range(len(probes))]

    def _first(self, probe: Probe) -> _Step:
        """Where to look for it first; what is rare is soon looked for among all."""
        if without_courses(probe) is probe:
            return _Step([0], _MOST + 1)
        times = min(self._newest.times(max(map(len, probe.marks.values()))), _MOST)
        (kind, *others) = probe.marks
        if kind not in KINDS or others or probe.only:
            return _Step([0], times)
        share, enough = self._share(probe), probe.limit * times
        floors = [self._newest.floor(kind, size) for size in SIZES if share * size >= enough]
        return _Step([*filter(None, floors), 0], times)

    def _step(self, probe: Probe, step: _Step) -> Asked:
        if step.exact:
            return Asked(self.queries(probe), self.MATCH, {"most": probe.limit})
        wide, floor = without_courses(probe), step.floors[0]
        values = {"most": probe.limit * step.times}
        if not floor:
            return Asked(self.queries(wide), self.MATCH, values)
        wide = _since(wide, floor, self._last)
        return Asked(self.queries(wide), self.MATCH_SINCE, values | {"floor": floor})

    def _share(self, probe: Probe) -> float:
        """The part of all entries that should have the words, at most."""
        return min(
            sum(
                UNKNOWN if begins else min(map(self._shares.of, row))
                for row, begins in _ways(term, probe, _signs(probe)[1])
            )
            for term in probe.question.terms
        )

    @cached_property
    def _newest(self) -> Newest:
        return Newest(self.connection)

    @cached_property
    def _shares(self) -> Shares:
        return Shares(self.connection)

    def queries(self, probe: Probe) -> Sequence[str]:
        """What a probe asks for, each part a query of its own.

        GIN goes through all words of a query for each row that has one of them; of several
        queries it leaps in each to the next row the others have.
        """
        said, anywhere = _signs(probe)
        terms, others = probe.question.terms, " | ".join(_quoted(one) for one in probe.others)
        parts = []
        if probe.said:
            marks = " | ".join(_quoted(one) for one in probe.said)
            words = " | ".join(_term(term, probe, said) for term in terms)
            parts = [f"{others} | (({marks}) & ({words}))"] if others else [marks, words]
        elif others:
            parts = [others]
        if others or said != anywhere:
            parts += [_term(term, probe, anywhere) for term in terms]
        if probe.only:
            parts.append(_quoted(probe.only))
        return parts

    def one_word(self, word: str) -> str:
        """The query for a whole word anywhere."""
        return _quoted(word)


def _signs(probe: Probe) -> tuple[str, str]:
    """Where words of the reply's own have to stand, and where all words have to.

    What a reply alone is asked for by a single word stands in the same place.
    """
    title = probe.tier in {Tier.TITLE, Tier.TITLE_PREFIX}
    alone = len(probe.question.terms) == 1 and not probe.others and not title
    return _BODY, _TITLE if title else _BODY if alone else ""


def _ways(term: Term, probe: Probe, sign: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Return the rows of words a term may stand as, and whether the last is only begun."""
    whole = probe.tier in {Tier.TITLE, Tier.WHOLE}
    for spelling in term.spellings:
        last = spelling[-1]
        begins = not whole and term.begins(last)
        longer = probe.longer.get(last) if begins and term.is_word else None
        if begins and term.is_word and len(last) in _SHORT:
            yield (f"{sign}{_BEGINS}{last}",), False
        elif longer is not None:
            yield from (((sign + one,), False) for one in longer)
        else:
            yield tuple(sign + word for word in spelling), begins
    if term.is_word:
        yield from (((sign + word,), False) for word in probe.near.get(term.word, ()))


def _term(term: Term, probe: Probe, sign: str) -> str:
    ways = [
        f"({' <-> '.join(map(_quoted, row))}{':*' if begins else ''})"
        for row, begins in _ways(term, probe, sign)
    ]
    return f"({' | '.join(ways or [_quoted('_none_')])})"


def _quoted(lexeme: str) -> str:
    """A lexeme in quotes; words are letters and digits, so nothing in them ends the quotes."""
    return f"'{lexeme}'"


def _since(probe: Probe, floor: int, newest: int) -> Probe:
    """The same for what lies in the stretches from an id on."""
    ((kind, marks),) = probe.marks.items()
    narrow = [
        part for one in marks for part in (since(one, floor, newest) if is_general(one) else (one,))
    ]
    return replace(probe, marks={kind: narrow})


def _vector(number: int, entry: Entry, title: Streams, body: Streams) -> str:
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
    lies = stretches(entry.marks, number) if entry.kind in KINDS else ()
    return " ".join([*words, *map(_quoted, (*sorted(short), *entry.marks, *lies))])
