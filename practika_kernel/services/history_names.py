"""Whom and what the names in a table of takes mean, and what would have to be made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.history import Told
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Cohort, Course, Enrolment, Person, Role
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Exercise
from practika_kernel.domain.roster import course_named

_MOST_GUESSES = 100
"""Unknown people for whom a similar name is looked for; it takes a moment each."""


@dataclass
class Made:
    """What is not there yet and is made when that was asked for."""

    courses: list[Course] = field(default_factory=list)
    cohorts: list[Cohort] = field(default_factory=list)
    exercises: list[Exercise] = field(default_factory=list)
    places: dict[tuple[str, str], Enrolment] = field(default_factory=dict)
    moved: dict[tuple[str, str], Enrolment] = field(default_factory=dict)


class Names:
    """Looks names up, in one unit of work; each name once.

    Parameters
    ----------
    uow
        The record.
    create
        Make courses, sections, exercises and students' places that are not there; else their
        absence is an error. People are never made: a roster knows more of them.
    now
        When what is made was made.
    """

    def __init__(self, uow: UnitOfWork, now: datetime, *, create: bool) -> None:
        self._now, self._create, self.made = now, create, Made()
        self._people = _by_name(uow.people.all())
        self._courses = uow.courses.all()
        ids = [course.id for course in self._courses]
        self._cohorts = {
            (each.course_id, each.section.casefold()): each
            for course_id in ids
            for each in uow.courses.cohorts(course_id)
        }
        self._exercises: dict[tuple[str, str], list[Exercise]] = {}
        for exercise in uow.exercises.in_courses(ids):
            self._exercises.setdefault(_key(exercise), []).append(exercise)
        self._places = {
            (each.person_id, each.course_id): each
            for each in uow.courses.members(ids)
            if each.role is Role.STUDENT
        }
        self._found_courses: dict[tuple[str, str], Course] = {}
        self._checked: set[tuple[str, str, str]] = set()
        self._guesses: dict[str, str] = {}
        self._absent: dict[tuple[str, str], str] = {}

    def look_up(self, row: Told) -> tuple[Exercise, Person]:
        """Return what and whom a row means.

        `NotFound` with the nearest name for one that is not there, `InvalidInput` for one that
        means several, `Conflict` for somebody who is no student or in another section.
        """
        person = self._person(row.person)
        course = self._course(row)
        exercise = self._exercise(row, course)
        asked = (person.id, course.id, row.cohort)
        if asked not in self._checked or (person.id, course.id) in self.made.places:
            self._place(row, person, course)
            self._checked.add(asked)
        if exercise.created_at > row.submitted_at and exercise in self.made.exercises:
            exercise = self._begin_earlier(exercise, row.submitted_at)
        return exercise, person

    def _person(self, name: str) -> Person:
        found = self._people.get(name.casefold(), [])
        if len(found) > 1:
            raise InvalidInput(f"{name} may be {found[0].name} or {found[1].name}. Use the e-mail.")
        if not found:
            raise NotFound(
                f"nobody here has the id or e-mail {name}.{self._guess(name)} "
                "Bring the roster in first."
            )
        if found[0].role is not Role.STUDENT:
            raise Conflict(f"{found[0].name} is here as {found[0].role}, and takes are students'.")
        return found[0]

    def _guess(self, name: str) -> str:
        if name not in self._guesses and len(self._guesses) < _MOST_GUESSES:
            start = name[:1].casefold()
            near = get_close_matches(name.casefold(), [n for n in self._people if n[:1] == start])
            self._guesses[name] = f" Did you mean {near[0]}?" if near else ""
        return self._guesses.get(name, "")

    def _course(self, row: Told) -> Course:
        asked = (row.course.casefold(), row.term.casefold())
        if asked not in self._found_courses:
            self._found_courses[asked] = self._find_course(row)
        return self._found_courses[asked]

    def _find_course(self, row: Told) -> Course:
        if found := course_named(self._courses, row.course, row.term):
            return found
        if not self._create:
            named = f"{row.course} in {row.term}" if row.term else row.course
            raise NotFound(self._no("course", named, row.course, [c.title for c in self._courses]))
        made = Course(new_id(), row.course, row.term, self._now)
        self._courses.append(made)
        self.made.courses.append(made)
        return made

    def _exercise(self, row: Told, course: Course) -> Exercise:
        found = self._exercises.get((course.id, row.exercise.casefold()), [])
        if len(found) > 1:
            raise InvalidInput(f"{course.title} has two exercises called {row.exercise}.")
        if found:
            return found[0]
        same = [each for (where, _), each in self._exercises.items() if where == course.id]
        there = [exercise for several in same for exercise in several]
        if not self._create:
            titles, name = [each.title for each in there], f"{row.exercise} in {course.title}"
            raise NotFound(self._no("exercise", name, row.exercise, titles))
        last = max((each.position for each in there), default=-1)
        made = Exercise(new_id(), course.id, row.exercise, "", row.submitted_at, last + 1)
        self._exercises[_key(made)] = [made]
        self.made.exercises.append(made)
        return made

    def _begin_earlier(self, exercise: Exercise, at: datetime) -> Exercise:
        """A made exercise was there when the first take of it was submitted."""
        earlier = replace(exercise, created_at=at)
        self.made.exercises[self.made.exercises.index(exercise)] = earlier
        self._exercises[_key(earlier)] = [earlier]
        return earlier

    def _place(self, row: Told, person: Person, course: Course) -> None:
        key = (person.id, course.id)
        place = self._places.get(key)
        if place is None:
            if not self._create:
                raise NotFound(
                    f"{person.name} is no student of {course.title}. "
                    "Bring the roster in first, or use --create."
                )
            place = Enrolment(new_id(), *key, Role.STUDENT, row.submitted_at)
            self.made.places[key] = place
        if key in self.made.places and place.created_at > row.submitted_at:
            place = replace(place, created_at=row.submitted_at)
        if row.cohort:
            place = self._in_section(row, person, place, course)
        if key in self.made.places:
            self.made.places[key] = place
        elif place != self._places[key]:
            self.made.moved[key] = place
        self._places[key] = place

    def _in_section(self, row: Told, person: Person, place: Enrolment, course: Course) -> Enrolment:
        cohort = self._cohort(row, course)
        if place.cohort_id == cohort.id:
            return place
        if place.cohort_id is not None or not self._create:
            raise Conflict(
                f"{person.name} is not in the section {row.cohort} of {course.title}. "
                "A roster puts people into sections; or leave the cohort empty."
            )
        return replace(place, cohort_id=cohort.id)

    def _cohort(self, row: Told, course: Course) -> Cohort:
        key = (course.id, row.cohort.casefold())
        if key not in self._cohorts:
            if not self._create:
                there = [c.section for c in self._cohorts.values() if c.course_id == course.id]
                name = f"{row.cohort} in {course.title}"
                raise NotFound(self._no("section", name, row.cohort, there))
            self._cohorts[key] = Cohort(new_id(), course.id, row.cohort)
            self.made.cohorts.append(self._cohorts[key])
        return self._cohorts[key]

    def _no(self, what: str, name: str, wanted: str, there: list[str]) -> str:
        """Say once for all rows that something is not there, and what is nearest to it."""
        if (what, name) not in self._absent:
            titles = {title.casefold(): title for title in there}
            near = get_close_matches(wanted.casefold(), titles)
            mean = f" Did you mean {titles[near[0]]}?" if near else ""
            self._absent[what, name] = (
                f"there is no {what} {name}.{mean} --create makes what is missing."
            )
        return self._absent[what, name]


def _by_name(people: list[Person]) -> dict[str, list[Person]]:
    """Return everybody by each name they have: the roster's id, the address, the platform's id."""
    found: dict[str, list[Person]] = {}
    for person in people:
        names = {person.email, person.roster_id or "", person.lms_user_id or ""}
        for name in {each.casefold() for each in names if each}:
            found.setdefault(name, []).append(person)
    return found


def _key(exercise: Exercise) -> tuple[str, str]:
    return exercise.course_id, exercise.title.casefold()
