"""The audit log as admins read it: page by page, by filters, in sentences, and as a table.

AuditView, as `view` answers it (plain values)::

    rows      [{id, at, sentence, kind, group, person, link}], the newest first; ``person`` and
              ``link`` lead to the account it is about ("" for none)
    older     where the next page begins; "" when this is the last
    kinds     [{group, kinds: [{key, label}]}], all there are
    courses   [{id, title}]
    wanted    the filters as they were understood: kind, group, person, course, since, until
    name      what the person of the filter is called; "" for none
    days      how long the log is kept
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.analytics.sheet import lines, sheet
from practika_kernel.domain.audit import KINDS, Deed, Place, Wanted
from practika_kernel.domain.audit_words import OPERATOR, Called, sentence
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.people import Person
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.services import access
from practika_kernel.services.seen import told_to_student
from practika_kernel.services.witness import Witness

View = dict[str, Any]

PAGE = 50
"""Lines of one page."""
PIECE = 1_000
"""Lines of a table read at a time."""
MOST_NAMES = 8
"""People offered while a name is typed."""
FILTERS = ("kind", "person", "course", "since", "until")

_COLUMNS = ("at", "kind", "sentence", "by", "by e-mail", "about", "about e-mail", "course", "take")


class Auditing:
    """Reads the log, for admins only; everybody else gets `NotFound`.

    Parameters
    ----------
    record, clock, witness
        Where the log is, and who notes that a table of it was taken away.
    zone
        Name of the zone in which days begin.
    days
        How long a line is kept.
    """

    def __init__(
        self, record: Record, clock: Clock, witness: Witness, zone: str, days: int
    ) -> None:
        self._record, self._clock, self._witness = record, clock, witness
        self._zone, self._days = ZoneInfo(zone), days

    def view(self, actor: str, filters: Mapping[str, str], after: str = "") -> View:
        """Return one page of the log as an AuditView (see the module).

        Parameters
        ----------
        filters
            Any of `FILTERS`: ``kind`` is a kind or the name of a group, ``person`` and
            ``course`` are ids, ``since`` and ``until`` days as YYYY-MM-DD, both included.
        after
            What the page before gave as ``older``.

        Raises
        ------
        NotFound
            Whoever asks is no admin.
        InvalidInput
            A filter or a place that is none.
        """
        wanted = self._wanted(filters)
        place = Place.parse(after)
        if after and place is None:
            raise InvalidInput("This page of the log is not there. Begin with the newest.")
        with self._record.read() as uow:
            _admin(uow, actor)
            found = uow.audit.page(wanted, PAGE + 1, place)
            people, called = _called(uow, found[:PAGE])
            whose = uow.people.get(wanted.person_id) if wanted.person_id else None
            courses = [{"id": one.id, "title": _course(one)} for one in uow.courses.all()]
        shown = found[:PAGE]
        last = shown[-1] if len(found) > PAGE else None
        return {
            "rows": [_row(deed, people, called) for deed in shown],
            "older": str(Place(last.at, last.id)) if last else "",
            "kinds": _kinds(),
            "courses": courses,
            "wanted": {name: filters.get(name, "") for name in FILTERS},
            "name": whose.name if whose else "",
            "days": self._days,
        }

    def names(self, actor: str, typed: str) -> list[View]:
        """Return the people whose name or address holds what is typed, at most `MOST_NAMES`."""
        with self._record.read() as uow:
            _admin(uow, actor)
            found = uow.roll.page(typed.strip()[:80], MOST_NAMES) if typed.strip() else []
        return [{"id": one.id, "name": one.name, "email": one.email} for one in found]

    def table(self, actor: str, filters: Mapping[str, str]) -> Iterator[str]:
        """Return the log as CSV, piece by piece: nothing of it is kept; times in UTC.

        What a table might take for a formula is made harmless. That it was taken away is a line
        of the log as well. Raises as `view` does, before the first piece.
        """
        wanted = self._wanted(filters)
        with self._record.read() as uow:
            _admin(uow, actor)
        self._witness.took(actor, "audit.csv")
        return self._pieces(wanted)

    def _pieces(self, wanted: Wanted) -> Iterator[str]:
        yield sheet(_COLUMNS, ())
        place: Place | None = None
        while True:
            with self._record.read() as uow:  # no transaction stays open while a reader is slow
                found = uow.audit.page(wanted, PIECE, place)
                people, called = _called(uow, found)
            if not found:
                return
            yield lines(_cells(deed, people, called) for deed in found)
            place = Place(found[-1].at, found[-1].id)

    def lines(self, wanted: Wanted, limit: int) -> list[View]:
        """Return the newest lines for the operator: at, kind, by, about, sentence, data."""
        with self._record.read() as uow:
            found = uow.audit.page(wanted, limit)
            _people, called = _called(uow, found)
        return [
            {
                "at": each.at.isoformat(timespec="seconds"),
                "kind": each.kind,
                "by": called.people.get(each.actor_id, ""),
                "about": called.people.get(each.person_id, ""),
                "sentence": sentence(each, called),
                "data": each.data,
            }
            for each in found
        ]

    def seen_by(self, actor: str, take_id: str) -> list[View]:
        """Return who looked at a student's own take: ``[{who, at}]``, the latest first.

        Staff go by their names; who rates or judges blind, studies or learns here does not.
        Empty for everybody but its student; raises `NotFound` for a take they may not see.
        """
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            if take.student_id != actor:
                return []
            return told_to_student(uow, [take.id]).get(take.id, [])

    def _wanted(self, filters: Mapping[str, str]) -> Wanted:
        kind = filters.get("kind", "")
        kinds = (kind,) if kind in KINDS else tuple(k for k, d in KINDS.items() if d.group == kind)
        if kind and not kinds:
            raise InvalidInput("The log knows no such kind.")
        for name in ("person", "course"):
            if filters.get(name) and not is_id(filters[name]):
                raise InvalidInput(f"There is no such {name}.")
        since, until = self._day(filters.get("since", "")), self._day(filters.get("until", ""))
        return Wanted(
            kinds,
            filters.get("person", ""),
            filters.get("course", ""),
            since,
            until + timedelta(days=1) if until else None,
        )

    def _day(self, text: str) -> datetime | None:
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
            return datetime.combine(day, time(), self._zone).astimezone(UTC)
        except (ValueError, OverflowError):
            raise InvalidInput(f"{text[:20]} is no day. Write it as 2026-03-02.") from None


def _admin(uow: UnitOfWork, actor: str) -> None:
    me = access.acting(uow, actor)
    access.demand(access.role_relations(me), Verb.SEE, Thing.AUDIT)


def _called(uow: UnitOfWork, deeds: Iterable[Deed]) -> tuple[dict[str, Person], Called]:
    """Find the names for all that some lines tell of."""
    deeds = list(deeds)
    people = uow.people.many({i for d in deeds for i in (d.actor_id, d.person_id) if i})
    takes = uow.takes.many({deed.take_id for deed in deeds if deed.take_id})
    exercises = uow.exercises.many({take.exercise_id for take in takes.values()})
    wanted = {deed.course_id for deed in deeds if deed.course_id}
    courses = {one.id: _course(one) for one in uow.courses.all() if one.id in wanted}
    titles = {i: one.title for i, one in exercises.items()}
    named = {i: f"take {t.number} of {titles.get(t.exercise_id, '?')}" for i, t in takes.items()}
    return people, Called({i: one.name for i, one in people.items()}, courses, named)


def _course(course: Any) -> str:
    return f"{course.title}, {course.term}"


def _row(deed: Deed, people: Mapping[str, Person], called: Called) -> View:
    about = people.get(deed.person_id) or people.get(deed.actor_id)
    described = KINDS.get(deed.kind)
    return {
        "id": deed.id,
        "at": deed.at.isoformat(),
        "sentence": sentence(deed, called),
        "kind": described.label if described else deed.kind,
        "group": described.group if described else "",
        "person": about.name if about and not about.erased else "",
        "link": f"?view=people&person={about.id}" if about and not about.erased else "",
    }


def _kinds() -> list[View]:
    groups: dict[str, list[View]] = {}
    for key, one in KINDS.items():
        groups.setdefault(one.group, []).append({"key": str(key), "label": one.label})
    return [{"group": group, "kinds": kinds} for group, kinds in groups.items()]


def _cells(deed: Deed, people: Mapping[str, Person], called: Called) -> list[str]:
    by, about = people.get(deed.actor_id), people.get(deed.person_id)
    return [
        deed.at.isoformat(timespec="seconds"),
        deed.kind,
        sentence(deed, called),
        (by.name if by else "") if deed.actor_id else OPERATOR,
        by.email if by else "",
        about.name if about else "",
        about.email if about else "",
        called.courses.get(deed.course_id, ""),
        called.takes.get(deed.take_id, ""),
    ]
