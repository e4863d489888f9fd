"""Asking an index of words: what both databases share, in `*Index` what they do not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter

from sqlalchemy import Connection, text

from practika_kernel.domain.search import Kind
from practika_kernel.domain.search_ports import Found, Probe

WIDE = 24
"""Marks of one kind from which on a look into everything is tried first."""

WIDER = 4
"""How many times as much is looked at in everything where the first look had some, not enough."""

_COURSE = re.compile(r"_c_[0-9a-z]+$")
"""What makes the mark of a course out of the mark all things of the kind bear."""

ENTRY = (
    "SELECT ? AS place, entry.id AS number, entry.kind AS kind, entry.thing_id AS thing_id, "
    "entry.marks AS marks FROM ({}) found JOIN search_entries entry ON entry.id = found.id"
)
"""The entries of what a SELECT of ids finds."""


Look = list[tuple[int, int, str, str, str]]
"""What was found, newest first: the place of what was asked, number, kind, id, and the marks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries in the database's language that all have to hold, and the SELECT to put them to.

    ``[holds]`` in the SELECT is where they stand, and a name before ``?`` one of the values.
    ``within`` is another SELECT with values, done once for all that have the same: ``[within]``.
    """

    queries: Sequence[str]
    match: str
    values: Mapping[str, object]
    within: tuple[str, Mapping[str, object]] = ("", {})


class SqlAsking:
    """How probes are put to an index."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    HOLDS = ""
    """That a query holds, whose parameter has this name."""

    MATCH = MATCH_AMONG = AMONG = ""
    """SELECT of a probe's entries, ``most`` of them; the second, if there is one, looks only
    within those things ``among`` of a ``kind`` that the third selects."""

    def queries(self, probe: Probe) -> Sequence[str]:
        """What a probe asks for, in the database's language of queries; all of it has to hold."""
        raise NotImplementedError

    def ready(self) -> None:
        """Do what the database wants before statements whose cost hangs on their values."""

    def select(self, asked: Sequence[Asked]) -> list[Look]:
        """What is found of each, newest first, by one statement."""
        found: list[Look] = [[] for _ in asked]
        if not asked:
            return found
        self.ready()
        parts, values = [], dict[str, object]()
        shared: list[tuple[str, Mapping[str, object]]] = []
        for place, one in enumerate(asked):
            if one.within not in shared:
                shared.append(one.within)
            holds = []
            for number, query in enumerate(one.queries):
                name = f"query{place}_{number}"
                holds.append(self.HOLDS.format(name))
                values[name] = query
            values |= {f"{name}{place}": value for name, value in one.values.items()}
            match = one.match.replace("[holds]", " AND ".join(holds)).replace("?", str(place))
            match = match.replace("[within]", f"within{shared.index(one.within)}")
            parts.append(f"SELECT * FROM ({match}) part")
        first = []
        for place, (query, given) in enumerate(shared):
            if query:
                values |= {f"{name}_{place}": value for name, value in given.items()}
                query = query.replace("?", f"_{place}")
                first.append(f"within{place} AS MATERIALIZED ({query})")
        statement = f"WITH {', '.join(first)} " if first else ""
        statement += " UNION ALL ".join(parts)
        rows = self.connection.execute(text(statement), values).all()
        for row in sorted(map(tuple, rows), key=itemgetter(1), reverse=True):
            found[row[0]].append(row)
        return found

    def find(self, probes: Sequence[Probe]) -> list[list[Found]]:
        """What each probe finds, newest first."""
        looks: list[Look] = [[] for _ in probes]
        asked = list(range(len(probes)))
        if self.MATCH_AMONG:
            near = [place for place in asked if probes[place].among]
            found = self.look([without_courses(probes[place]) for place in near])
            for place, look in zip(near, found, strict=True):
                looks[place] = look
                if probes[place].whole or len(look) == probes[place].limit:
                    asked.remove(place)
        everywhere = [replace(probes[place], among=()) for place in asked]
        for place, look in zip(asked, self.everywhere(everywhere), strict=True):
            looks[place] = look
        return [[(Kind(kind), known) for _, _, kind, known, _ in look] for look in looks]

    def everywhere(self, probes: Sequence[Probe]) -> list[Look]:
        """What each probe finds among all there is."""
        quick = [without_courses(probe) for probe in probes]
        found = self.look(quick)
        again, wider = [], []
        for place, (probe, wide) in enumerate(zip(probes, quick, strict=True)):
            if wide is not probe:
                raw = len(found[place])
                found[place] = held(found[place], probe)
                if raw == probe.limit > len(found[place]):
                    again.append(place)
                    if len(found[place]) * WIDER >= probe.limit:
                        wider.append(place)
        more = [replace(quick[place], limit=probes[place].limit * WIDER) for place in wider]
        for place, look in zip(wider, self.look(more), strict=True):
            borne = held(look, probes[place])
            if len(look) < probes[place].limit * WIDER or len(borne) >= probes[place].limit:
                found[place] = borne[: probes[place].limit]
                again.remove(place)
        for place, exact in zip(again, self.look([probes[p] for p in again]), strict=True):
            found[place] = exact
        return found

    def look(self, probes: Sequence[Probe]) -> list[Look]:
        """What each probe finds as it stands."""
        real = [place for place, probe in enumerate(probes) if can_find(probe)]
        found: list[Look] = [[] for _ in probes]
        looks = self.select([self._asked(probes[place]) for place in real])
        for place, look in zip(real, looks, strict=True):
            found[place] = look
        return found

    def _asked(self, probe: Probe) -> Asked:
        values: dict[str, object] = {"most": probe.limit}
        if not probe.among:
            return Asked(self.queries(probe), self.MATCH, values)
        known = {"among": list(probe.among), "kind": next(iter(probe.marks)).value}
        return Asked(self.queries(probe), self.MATCH_AMONG, values, (self.AMONG, known))


def can_find(probe: Probe) -> bool:
    """Tell whether there is anything to look for, and anything that may be seen."""
    return any(probe.marks.values()) and bool(probe.question.terms)


def held(look: Look, probe: Probe) -> Look:
    """What of a look into all courses bears a mark the probe asks for."""
    asked = {one for marks in probe.marks.values() for one in marks}
    return [one for one in look if not asked.isdisjoint(one[-1].split())]


def without_courses(probe: Probe) -> Probe:
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
