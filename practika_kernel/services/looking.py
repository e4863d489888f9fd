"""Whose numbers somebody looks at, and under which filters: the same for every part of a page.

Filters are texts, "" for all: ``term``, ``course``, ``cohort``, ``exercise`` and ``teacher`` name
what `Looking.options` lists; ``since`` and ``until`` are days (2026-09-01), the first and the last
that count, in the institution's zone. A teacher stands for the classes they teach: a take that
nobody answered belongs to no teacher, and would be dropped otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.history import ELSEWHERE
from practika_kernel.domain.people import Role
from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.domain.ports import Record
from practika_kernel.services import access

_IMPORTED = {ELSEWHERE: "Imported replies"}
"""What stands for the teachers of an imported history: nobody knows who they were."""

FILTERS = ("term", "course", "cohort", "exercise", "teacher", "since", "until")
Options = dict[str, Any]

_NOTHING = "There is nothing under these filters. Clear them and choose again."


@dataclass(frozen=True, slots=True)
class Look:
    """One person's view of the facts: what they chose, out of what they may choose from.

    ``name`` turns a person's id into the name the looker may read, ``open_takes`` are the
    courses whose takes open at a desk of theirs, ``criterion`` turns a criterion's id into its
    title, and of ``hidden`` takes they may read nothing: they are to rate them blind.
    """

    scope: Scope
    options: Options
    chosen: dict[str, str]
    name: Callable[[str], str]
    open_takes: frozenset[str]
    criterion: Callable[[str], str] = str
    hidden: frozenset[str] = frozenset()

    def titles(self, kind: str) -> dict[str, str]:
        """Return titles by id of the ``courses``, ``cohorts`` or ``exercises``."""
        return {one["id"]: one["title"] for one in self.options[kind]}


class Looking:
    """Finds out what a person may look at.

    Parameters
    ----------
    record, facts
        Who is what, and the numbers.
    alias
        Turns a person's id into the name a researcher sees.
    zone
        The institution's zone, in which days begin.
    """

    def __init__(
        self, record: Record, facts: Facts, alias: Callable[[str], str], zone: ZoneInfo
    ) -> None:
        self._record, self._alias = record, alias
        self.facts, self.zone, self._read = facts, zone, False

    def options(self, actor: str) -> Options:
        """Return what the person can filter by: their own courses and what is in them."""
        ids, named, _ = self._courses(actor)
        self.facts.refresh()
        return self._options(ids, self._namer(named))

    def look(self, actor: str, filters: Mapping[str, str] | None, *, anew: bool = True) -> Look:
        """Return a person's view under a choice of filters, of the facts as they are now.

        Without ``anew`` of the facts as they were last read: the parts of one page speak of the
        same moment, and only the first of them pays for reading. Who may see what is asked of
        the record either way.

        Raises `NotFound` for people who look after no course and for a filter that names
        something that is not theirs, `InvalidInput` for what is no day.
        """
        ids, named, open_takes = self._courses(actor)
        if anew or not self._read:
            self.facts.refresh()
            self._read = True
        name = self._namer(named)
        options = self._options(ids, name)
        chosen = {key: str((filters or {}).get(key) or "") for key in FILTERS}
        with self._record.read() as uow:
            hidden = access.hidden(uow, actor)
        scope = self._choose(options, chosen)
        return Look(scope, options, chosen, name, open_takes, self._titler(), hidden)

    def forget(self) -> None:
        """Read the record again before the next look, whoever asks."""
        self._read = False

    def _courses(self, actor: str) -> tuple[list[str], bool, frozenset[str]]:
        """Return the person's courses, whether they may see names, and where takes are open."""
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            ids = access.course_ids(uow, actor, Verb.SEE, Thing.PROGRESS)
            page = allowed(Verb.OPEN, Thing.COORDINATOR_PAGE, access.role_relations(person))
            studied = {
                course_id
                for course_id in ids
                if access.course_relations(uow, person, course_id) == {Relation.RESEARCHER}
            }
            desk = allowed(Verb.OPEN, Thing.TEACHER_PAGE, access.role_relations(person))
            taught = access.course_ids(uow, actor, Verb.SEE, Thing.TAKE) if desk else []
            open_takes = frozenset(taught)
        if not ids and not page:
            raise NotFound
        return ids, person.role is not Role.RESEARCHER and not studied, open_takes

    def _titler(self) -> Callable[[str], str]:
        titles: dict[str, str] = {}

        def title(criterion_id: str) -> str:
            if criterion_id not in titles:
                with self._record.read() as uow:
                    found = uow.criteria.get(criterion_id)
                titles[criterion_id] = found.title if found else criterion_id
            return titles[criterion_id]

        return title

    def _namer(self, named: bool) -> Callable[[str], str]:
        if not named:
            return lambda person_id: _IMPORTED.get(person_id) or self._alias(person_id)
        names: dict[str, str] = {}

        def name(person_id: str) -> str:
            if not names:  # a part of the page that says no name reads none
                names.update(self.facts.rows("SELECT person_id, name FROM names"))
            return _IMPORTED.get(person_id) or names.get(person_id, "")

        return name

    def _options(self, ids: list[str], name: Callable[[str], str]) -> Options:
        where = Scope(tuple(ids)).where()
        courses = self.facts.rows(
            f"SELECT course_id, title, term FROM courses WHERE {where} ORDER BY title, term"
        )
        cohorts = self.facts.rows(
            f"SELECT cohort_id, section, course_id FROM cohorts WHERE {where} ORDER BY section"
        )
        exercises = self.facts.rows(
            "SELECT exercise_id, title, course_id FROM exercises "
            f"WHERE {where} ORDER BY course_id, position, title"
        )
        return {
            "terms": sorted({term for _, _, term in courses}, reverse=True),
            "courses": [{"id": a, "title": b, "term": c} for a, b, c in courses],
            "cohorts": [{"id": a, "title": b, "course": c} for a, b, c in cohorts],
            "exercises": [{"id": a, "title": b, "course": c} for a, b, c in exercises],
            "teachers": self._teachers(ids, name),
        }

    def _teachers(self, ids: list[str], name: Callable[[str], str]) -> list[dict[str, Any]]:
        places = self.facts.rows(
            "SELECT e.person_id, e.course_id FROM enrolments e "
            "JOIN people p ON p.person_id = e.person_id "
            f"WHERE e.role = 'teacher' AND p.active AND {Scope(tuple(ids)).where('e.')}"
        )
        taught: dict[str, list[str]] = {}
        for person_id, course_id in places:
            taught.setdefault(person_id, []).append(course_id)
        found = [
            {"id": person_id, "title": name(person_id), "courses": sorted(courses)}
            for person_id, courses in taught.items()
        ]
        return sorted(found, key=lambda one: str(one["title"]).casefold())

    def _choose(self, options: Options, chosen: dict[str, str]) -> Scope:
        """Turn chosen filters into a scope; whatever is not among the options does not exist."""
        term, course, teacher = chosen["term"], chosen["course"], chosen["teacher"]
        courses = [one for one in options["courses"] if term in ("", one["term"])]
        courses = [one for one in courses if course in ("", one["id"])]
        if teacher:
            taught = [one["courses"] for one in options["teachers"] if one["id"] == teacher]
            courses = [one for one in courses if taught and one["id"] in taught[0]]
        ids = tuple(one["id"] for one in courses)
        for key, value in (("cohorts", chosen["cohort"]), ("exercises", chosen["exercise"])):
            known = {one["id"] for one in options[key] if one["course"] in ids}
            if value and value not in known:
                raise NotFound(_NOTHING)
        if not ids and (term or course or teacher):
            raise NotFound(_NOTHING)
        since, until = (_day(chosen[key]) for key in ("since", "until"))
        if since and until and until < since:
            raise InvalidInput("The last day lies before the first.")
        return Scope(
            ids,
            chosen["cohort"],
            chosen["exercise"],
            self._midnight(since),
            self._midnight(until + timedelta(days=1) if until else None),
        )

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else datetime.combine(day, time(), self.zone)


def _day(text: str) -> date | None:
    """Read a day as an address has it.

    >>> _day("2026-09-01"), _day("")
    (datetime.date(2026, 9, 1), None)
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 2200:
        raise InvalidInput(f"“{text[:20]}” is no day. Write one such as 2026-09-01.")
    return day
