"""A course's exercises: written, put in order, tagged and archived by its teachers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.library import (
    INSTRUCTIONS_LIMIT,
    WORD_LIMIT,
    check_words,
    one_line,
    read_due,
    renamed,
    stamp,
    write_due,
)
from practika_kernel.domain.people import Course
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Exercise, clean_text
from practika_kernel.services import access
from practika_kernel.services.markdown import as_prose
from practika_kernel.services.tagging import offered
from practika_kernel.services.views import Shelf, View

_CHANGED = "This exercise was just changed elsewhere. Your words are kept here; look at it again."
_ORDER = "The exercises of this course were just changed elsewhere. Look at them again."


class Library:
    """What the teachers of a course, and admins, do to its exercises."""

    def __init__(self, record: Record, clock: Clock, zone: str) -> None:
        self._record, self._clock, self._zone = record, clock, ZoneInfo(zone)

    def view(self, actor: str) -> View:
        """Return the ``courses`` whose exercises are the person's to write, with all of them.

        Newest course first, archived ones last. Of each exercise also what it is marked by
        (``criteria``); of each course its ``categories`` and ``tags`` in use and the ``pressed``
        ones, which are pressed while a video plays, and whether the person may ``download``
        its takes. Empty for a teacher without a course; `NotFound` for people who write no
        exercises.
        """
        with self._record.read() as uow:
            ids = access.course_ids(uow, actor, Verb.CHANGE, Thing.EXERCISE)
            takes = access.course_ids(uow, actor, Verb.DOWNLOAD, Thing.TAKE)
            courses = [one for one in uow.courses.all() if one.id in set(ids)]
            rows = [{**self._course(uow, one), "download": one.id in takes} for one in courses]
            role = access.role_relations(access.acting(uow, actor))
            if not rows and not allowed(Verb.CHANGE, Thing.EXERCISE, role):
                raise NotFound
        return {
            "courses": sorted(rows, key=lambda row: bool(row["archived"])),
            "zone": self._zone.key,
        }

    def editor(self, actor: str, course_id: str = "", exercise_id: str = "") -> View:
        """Return an ``exercise`` to be written, a new one of a course without ``exercise_id``.

        ``reference`` is its reference video or None; ``stamp`` goes back with what is saved.
        `NotFound` and `NotAllowed` as ever.
        """
        with self._record.read() as uow:
            if exercise_id:
                one = _exercise_of(uow, actor, exercise_id)
                course = uow.courses.get(one.course_id)
                assert course is not None  # an exercise has a course
            else:
                course = access.course(uow, actor, course_id, Verb.CHANGE, Thing.EXERCISE)
                one = Exercise("", course.id, "", "", self._clock())
            words = _words(uow.exercises.in_courses([course.id]))
            shelf = Shelf.gather(uow, [], self._clock(), [one])
            video = one.reference_asset_id
            reference = shelf.video(video, f"exercise/{one.id}") if video else None
        return {
            "reference": reference,
            "exercise": {
                **self._exercise(one),
                "instructions": one.instructions,
                "html": as_prose(one.instructions),
                "reference_by": one.reference_by,
                "reference_key": stamp(video) if video else "",
                "stamp": _stamp(one),
            },
            "course": {"id": course.id, "title": _named(course)},
            "closed": bool(course.archived_at),
            "zone": self._zone.key,
            **words,
        }

    def save(
        self,
        actor: str,
        course_id: str,
        exercise_id: str,
        *,
        title: str,
        category: str,
        instructions: str,
        due: str,
        tags: list[str],
        stamp: str = "",
    ) -> str:
        """Write an exercise, a new one at the end of its course without an id; return its id.

        Parameters
        ----------
        title, category
            In one line, at most 120 and 40 characters; the category may be empty.
        instructions
            Light Markdown, at most 8000 characters.
        due
            Day and time in the institution's zone (``2026-10-05T18:00``), or "".
        tags
            At most 12, each at most 40 characters.
        stamp
            What `editor` gave: `Conflict` when the exercise was changed since.

        Raises
        ------
        InvalidInput
            Something missing, too long or no date.
        NotFound, NotAllowed, Conflict
            Not the person's to write; archived, or changed elsewhere.
        """
        fields: dict[str, Any] = {
            "title": one_line(title, what="title"),
            "category": one_line(category, what="category", limit=WORD_LIMIT, needed=False),
            "instructions": clean_text(instructions, what="text", limit=INSTRUCTIONS_LIMIT),
            "due_at": read_due(due, self._zone),
            "tags": check_words(tags),
        }
        with self._record.write() as uow:
            if exercise_id:
                old = _exercise_of(uow, actor, exercise_id)
                _demand_open(uow, old.course_id)
                if _stamp(old) != stamp:
                    raise Conflict(_CHANGED)
                self._put(uow, actor, old, replace(old, **fields), "text")
                return old.id
            course = access.course(uow, actor, course_id, Verb.CHANGE, Thing.EXERCISE)
            _demand_open(uow, course.id)
            place = next_place(uow, course.id)
            new = Exercise(new_id(), course.id, created_at=self._clock(), position=place, **fields)
            uow.exercises.add(new)
            uow.events.append(told(EventKind.EXERCISE_ADDED, new, actor, self._clock()))
            return new.id

    def arrange(self, actor: str, course_id: str, order: list[str]) -> None:
        """Put a course's exercises into this order; it names each that is not archived once.

        Raises `Conflict` when it does not: somebody added or archived one meanwhile.
        """
        with self._record.write() as uow:
            access.course(uow, actor, course_id, Verb.CHANGE, Thing.EXERCISE)
            _demand_open(uow, course_id)
            rows = uow.exercises.in_courses([course_id])
            there = {row.id: row for row in rows if not row.archived_at}
            if sorted(order) != sorted(there):
                raise Conflict(_ORDER)
            shelved = [row for row in rows if row.archived_at]
            for place, row in enumerate([*(there[name] for name in order), *shelved]):
                if row.position != place:
                    uow.exercises.save(replace(row, position=place))
            uow.events.append(course_event(course_id, actor, self._clock(), "order"))

    def archive(self, actor: str, exercise_id: str, *, archived: bool) -> None:
        """Archive an exercise, or bring it back: it then stands last; twice changes nothing.

        An archived one takes no new takes. Those there are stay in their stacks.
        """
        with self._record.write() as uow:
            old = _exercise_of(uow, actor, exercise_id)
            _demand_open(uow, old.course_id)
            if bool(old.archived_at) == archived:
                return
            place = old.position if archived else next_place(uow, old.course_id)
            at = self._clock() if archived else None
            what = "archived" if archived else "back"
            self._put(uow, actor, old, replace(old, archived_at=at, position=place), what)

    def drop_reference(self, actor: str, exercise_id: str) -> None:
        """Take an exercise's reference video out; nothing happens where there is none."""
        with self._record.write() as uow:
            old = _exercise_of(uow, actor, exercise_id)
            _demand_open(uow, old.course_id)
            new = replace(old, reference_asset_id=None, reference_by="")
            self._put(uow, actor, old, new, "reference")

    def rename(self, actor: str, course_id: str, what: str, old: str, new: str) -> int:
        """Call a ``category`` or a ``tag`` otherwise in all exercises of a course.

        Where the new name is in use already, both are one from then on. Returns how many
        exercises changed. `InvalidInput` for no name; `NotFound` where nothing bears the old one.
        """
        name = one_line(new, what="name", limit=WORD_LIMIT)
        key, changed = old.strip().casefold(), 0
        with self._record.write() as uow:
            access.course(uow, actor, course_id, Verb.CHANGE, Thing.EXERCISE)
            _demand_open(uow, course_id)
            for row in uow.exercises.in_courses([course_id]):
                if what == "category":
                    same = row.category.casefold() == key
                    after = replace(row, category=name) if same else row
                else:
                    after = replace(row, tags=renamed(row.tags, key, name))
                if after != row:
                    self._put(uow, actor, row, after, "words")
                    changed += 1
            if not changed and not _bears(uow, course_id, what, key):
                raise InvalidInput(f"No exercise here has the {what} {old[:40]}.")
        return changed

    def _put(self, uow: UnitOfWork, actor: str, old: Exercise, new: Exercise, what: str) -> None:
        if new != old:
            uow.exercises.save(new)
            now = self._clock()
            uow.events.append(told(EventKind.EXERCISE_CHANGED, new, actor, now, what=what))

    def _course(self, uow: UnitOfWork, course: Course) -> View:
        rows = uow.exercises.in_courses([course.id])
        exercises = [
            {
                **self._exercise(row),
                "criteria": [c.title for c in uow.criteria.of_exercise(row.id) if c.active],
            }
            for row in rows
        ]
        return {
            "id": course.id,
            "title": _named(course),
            "archived": bool(course.archived_at),
            "exercises": [row for row in exercises if not row["archived"]],
            "shelved": [row for row in exercises if row["archived"]],
            "pressed": offered(uow, course.id),
            **_words(rows),
        }

    def _exercise(self, row: Exercise) -> View:
        return {
            "id": row.id,
            "title": row.title,
            "category": row.category,
            "tags": list(row.tags),
            "due": write_due(row.due_at, self._zone),
            "archived": bool(row.archived_at),
            "reference": bool(row.reference_asset_id),
        }


def told(kind: EventKind, exercise: Exercise, actor: str, at: datetime, /, **data: Any) -> Event:
    """Describe what happened to an exercise."""
    return Event(kind, at, actor, exercise.course_id, exercise.id, data=data)


def course_event(course_id: str, actor: str, at: datetime, what: str) -> Event:
    """Describe what was changed of a course, in a word."""
    return Event(EventKind.COURSE_CHANGED, at, actor, course_id, data={"what": what})


def next_place(uow: UnitOfWork, course_id: str) -> int:
    """Return the place behind a course's last exercise; 0 where there is none."""
    rows = uow.exercises.in_courses([course_id])
    return max((row.position for row in rows), default=-1) + 1


def _demand_open(uow: UnitOfWork, course_id: str) -> None:
    course = uow.courses.get(course_id)
    if course is None or course.archived_at:
        raise Conflict("This course is archived. Bring it back before you change something in it.")


def _exercise_of(uow: UnitOfWork, actor: str, exercise_id: str) -> Exercise:
    return access.exercise(uow, actor, exercise_id, Verb.CHANGE, Thing.EXERCISE)


def _bears(uow: UnitOfWork, course_id: str, what: str, key: str) -> bool:
    words = _words(uow.exercises.in_courses([course_id]))
    found = words["categories"] if what == "category" else words["tags"]
    return key in {word.casefold() for word in found}


def _words(rows: list[Exercise]) -> dict[str, list[str]]:
    """Return the categories and tags that exercises bear, each once, by the alphabet."""
    categories = {row.category for row in rows if row.category}
    tags = {tag for row in rows for tag in row.tags}
    return {
        "categories": sorted(categories, key=str.casefold),
        "tags": sorted(tags, key=str.casefold),
    }


def _stamp(row: Exercise) -> str:
    if not row.id:
        return ""
    return stamp(row.title, row.category, row.instructions, row.due_at, row.tags)


def _named(course: Course) -> str:
    return f"{course.title}, {course.term}" if course.term else course.title
