"""A class from a table: who is new, who changed, who belongs where. All of it, or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from practika_kernel.domain.errors import Conflict, InvalidInput, PractikaError
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Cohort, Course, Enrolment, Person, Role
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.roster import Entry, course_named, entry
from practika_kernel.domain.sheets import Line, Problem
from practika_kernel.services import access
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.happenings import added, joined

PLACES = (Role.STUDENT, Role.TEACHER, Role.COORDINATOR)
"""Roles somebody has in a course."""


@dataclass
class Plan:
    """What a roster changes, told before anything is changed.

    ``rows`` counts the usable rows, ``kept`` the people who are as the roster says already.
    ``absent`` are the students of its courses who are not in it.
    """

    rows: int = 0
    kept: int = 0
    people: list[Person] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    cohorts: list[Cohort] = field(default_factory=list)
    places: list[Enrolment] = field(default_factory=list)
    moved: list[Enrolment] = field(default_factory=list)
    absent: list[Person] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many of each, by name."""
        names = ("people", "changed", "courses", "cohorts", "places", "moved", "absent", "problems")
        return {"rows": self.rows, "kept": self.kept} | {n: len(getattr(self, n)) for n in names}


class Rosters:
    """Brings rosters into the record."""

    def __init__(self, record: Record, hasher: Callable[[], Hasher], clock: Clock) -> None:
        self._record, self._hasher, self._clock = record, hasher, clock

    def plan(self, actor: str, lines: Iterable[Line]) -> Plan:
        """Say what `bring` would do with these rows, and change nothing.

        ``actor`` is "" for the operator at the command line, else an admin.
        """
        with self._record.read() as uow:
            return self._plan(uow, actor, lines)

    def bring(
        self,
        actor: str,
        lines: Iterable[Line],
        *,
        with_passwords: bool = False,
        switch_off_absent: bool = False,
    ) -> tuple[Plan, dict[str, str]]:
        """Do what the rows say, in one transaction; the same rows again change nothing.

        Parameters
        ----------
        actor
            "" for the operator at the command line, else an admin.
        lines
            The rows.
        with_passwords
            Give the new people passwords; else they have none until they are invited.
        switch_off_absent
            Switch off the students of the named courses who are not among the rows. Nobody is
            ever deleted: their takes and replies stay.

        Returns
        -------
        tuple[Plan, dict[str, str]]
            What was done, and the passwords by address, to be shown this once; empty without
            ``with_passwords``. With a problem in any row nothing was done.
        """
        with self._record.write() as uow:
            plan = self._plan(uow, actor, lines)
            if plan.problems:
                return plan, {}
            self._write(uow, actor, plan)
            if switch_off_absent:
                self._switch_off(uow, actor, plan.absent)
            made = {p.email: secrets.token_urlsafe(12) for p in plan.people if with_passwords}
            for person in plan.people if made else []:
                uow.people.set_password_hash(person.id, self._hasher().hash(made[person.email]))
        return plan, made

    def _plan(self, uow: UnitOfWork, actor: str, lines: Iterable[Line]) -> Plan:
        if actor:
            access.demand_page(uow, actor, Thing.ADMIN_PAGE)
        planner = Planner(uow, self._clock)
        for line in lines:
            planner.take_up(line)
        return planner.finish()

    def _write(self, uow: UnitOfWork, actor: str, plan: Plan) -> None:
        for course in plan.courses:
            uow.courses.add(course)
        for cohort in plan.cohorts:
            uow.courses.add_cohort(cohort)
        for person in plan.people:
            uow.people.add(person)
            uow.events.append(added(person, actor))
        for person in plan.changed:
            uow.people.save(person)
        for place in plan.places:
            uow.courses.enrol(place)
            uow.events.append(joined(place))
        for place in plan.moved:
            uow.courses.move(place)

    def _switch_off(self, uow: UnitOfWork, actor: str, people: list[Person]) -> None:
        now = self._clock()
        for person in people:
            uow.people.save(replace(person, active=False))
            uow.sign_ins.revoke_all(person.id, now)
            told = {"active": False}
            uow.events.append(
                Event(EventKind.SWITCHED, now, actor, student_id=person.id, data=told)
            )


class Planner:
    """Compares rows with what the record holds, one after the other."""

    def __init__(self, uow: UnitOfWork, clock: Clock) -> None:
        self._uow, self._now, self.plan = uow, clock(), Plan()
        everybody = uow.people.all()
        self._people = {person.id: person for person in everybody}
        self._by_email = {person.email: person.id for person in everybody}
        self._by_roster = {p.roster_id: p.id for p in everybody if p.roster_id}
        self._courses = uow.courses.all()
        ids = [course.id for course in self._courses]
        self._cohorts = {
            (c.course_id, c.section.casefold()): c for i in ids for c in uow.courses.cohorts(i)
        }
        self._places = {(p.person_id, p.course_id, p.role): p for p in uow.courses.members(ids)}
        self._before = dict(self._people)
        self._told: dict[str, Entry] = {}
        self._named: set[str] = set()

    def take_up(self, line: Line) -> None:
        """Plan one row; what is wrong with it becomes a `Problem`."""
        try:
            row = entry(line)
            person = self._person(row)
            if row.course:
                self._place(row, person)
            self._told.setdefault(person.id, row)
            self.plan.rows += 1
        except PractikaError as error:
            self.plan.problems.append(Problem(line.number, error.sentence))

    def finish(self) -> Plan:
        """Return the whole plan."""
        plan = self.plan
        told = [self._people[each] for each in self._told]
        plan.people = [person for person in told if person.id not in self._before]
        known = [person for person in told if person.id in self._before]
        plan.changed = [person for person in known if self._before[person.id] != person]
        plan.kept = len(known) - len(plan.changed)
        plan.absent = self._absent()
        return plan

    def _absent(self) -> list[Person]:
        missing = {
            place.person_id
            for place in self._places.values()
            if place.course_id in self._named and place.role is Role.STUDENT
        } - set(self._told)
        return [self._before[each] for each in sorted(missing) if self._before[each].active]

    def _person(self, row: Entry) -> Person:
        known = self._known(row)
        self._check_twice(row, known)
        if known is None:
            person = Person(
                new_id(), row.email, row.name, row.role or Role.STUDENT, self._now,
                roster_id=row.roster_id, lms_user_id=row.lms_user_id,
            )  # fmt: skip
        else:
            if row.role not in (None, known.role):
                raise Conflict(
                    f"{known.name} is here as {known.role}, not as {row.role}. "
                    "A role is changed by an admin, never by a roster."
                )
            person = replace(
                known, email=row.email, name=row.name, active=True,
                roster_id=row.roster_id or known.roster_id,
                lms_user_id=row.lms_user_id or known.lms_user_id,
            )  # fmt: skip
            self._by_email.pop(known.email, None)
        self._people[person.id] = person
        self._by_email[person.email] = person.id
        if person.roster_id:
            self._by_roster[person.roster_id] = person.id
        return person

    def _known(self, row: Entry) -> Person | None:
        """Whom the row means: by the institution's id first, then by the address."""
        by_email = self._by_email.get(row.email)
        by_roster = self._by_roster.get(row.roster_id or "")
        if by_roster and by_email and by_roster != by_email:
            raise Conflict(
                f"the id {row.roster_id} belongs to {self._people[by_roster].name}, "
                f"but {row.email} to {self._people[by_email].name}."
            )
        found = self._people.get(by_roster or by_email or "")
        if found and found.roster_id and row.roster_id and found.roster_id != row.roster_id:
            raise Conflict(f"{row.email} has the id {found.roster_id}, not {row.roster_id}.")
        return found

    def _check_twice(self, row: Entry, known: Person | None) -> None:
        """One person may stand on several lines, one for each course, but not as two people."""
        earlier = self._told.get(known.id) if known else None
        if earlier and (earlier.name, earlier.email) != (row.name, row.email):
            raise Conflict(
                f"the same person is {earlier.name}, {earlier.email} on line {earlier.line}."
            )

    def _place(self, row: Entry, person: Person) -> None:
        if person.role not in PLACES:
            raise InvalidInput(f"{person.role} is no role in a course. Leave the course empty.")
        course = self._course(row)
        self._named.add(course.id)
        cohort = self._cohort(course, row.section) if row.section else None
        key = (person.id, course.id, person.role)
        there = self._places.get(key)
        if there is None:
            section = cohort.id if cohort else None
            there = Enrolment(new_id(), person.id, course.id, person.role, self._now, section)
            self.plan.places.append(there)
        elif cohort and there.cohort_id != cohort.id:
            there = replace(there, cohort_id=cohort.id)
            self.plan.moved.append(there)
        self._places[key] = there

    def _course(self, row: Entry) -> Course:
        if found := course_named(self._courses, row.course, row.term):
            return found
        made = Course(new_id(), row.course, row.term, self._now)
        self._courses.append(made)
        self.plan.courses.append(made)
        return made

    def _cohort(self, course: Course, section: str) -> Cohort:
        key = (course.id, section.casefold())
        if key not in self._cohorts:
            self._cohorts[key] = Cohort(new_id(), course.id, section)
            self.plan.cohorts.append(self._cohorts[key])
        return self._cohorts[key]
