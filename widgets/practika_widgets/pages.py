"""One page a role: a router, and the view its address asks for.

The view widgets are imported when they are first shown, because a page waits for every import.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets

from practika_kernel.domain.errors import NotFound, PractikaError

from .router import Query, Router, address, read_query, write_query

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


@dataclass(frozen=True)
class View:
    """What an address shows. The same ``key`` again means: keep the widget that is there."""

    key: tuple[str, ...]
    title: str
    make: Callable[[], ipywidgets.DOMWidget]
    turn: Callable[[ipywidgets.DOMWidget], bool] = lambda _widget: False
    """Show it with the widget that is there; False where that is one of another kind."""
    part: str = ""
    """What it is called in the measures of use: a name of `practika_kernel.domain.visits.PARTS`."""


class Page(ipywidgets.VBox):
    """A router above the view it chose.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    choose
        Says which view a query means; raises `NotFound` where there is none.
    """

    def __init__(self, practika: Practika, choose: Callable[[Practika, Query], View]) -> None:
        self._practika, self._choose = practika, choose
        self._key: tuple[str, ...] | None = None
        self._part = ""
        self.router = Router(practika, self.show, self._stands)
        super().__init__(children=[self.router])
        self.add_class("pk-page")
        self.show(_first_query())

    @property
    def current(self) -> ipywidgets.DOMWidget | None:
        """The view shown now; None when nothing is there under the address."""
        return self.children[1] if len(self.children) > 1 else None

    def show(self, query: Query) -> None:
        """Show what a query asks for; an unknown id gets a sentence and a way back."""
        try:
            view = self._choose(self._practika, query)
            if view.key != self._key:
                if self.current is None or not view.turn(self.current):
                    self._put(view.make())
                self._key = view.key
            self._part = view.part
        except PractikaError as error:
            self._put(None)
            self._key, self._part = None, ""
            self.router.missing(error.sentence)
        else:
            self.router.arrived(view.title)

    def _stands(self) -> None:
        if self._part:
            self._practika.services.visits.looked(self._practika.actor, self._part)

    def _put(self, widget: ipywidgets.DOMWidget | None) -> None:
        old = self.current
        self.children = [self.router, *([widget] if widget is not None else [])]
        if old is not None:
            old.close()


def _first_query() -> Query:
    """The address as the server saw it, so that the first paint is already the right view."""
    try:
        return read_query(address())
    except (PractikaError, ValueError):
        return {}


def _take_title(practika: Practika, take_id: str) -> str:
    take = practika.services.takes.take(practika.actor, take_id)
    return f"{take['exercise']['title']}, take {take['number']}"


def _compare(practika: Practika, query: Query, part: str) -> View:
    from .compare import CompareWidget

    take_id, other = query["take"], query.get("with", "")
    return View(
        ("compare", take_id, other),
        _take_title(practika, take_id),
        lambda: CompareWidget(take=take_id, practika=practika, with_=other),
        part=part,
    )


_STUDENT = {
    "today": "Today",
    "stacks": "My stacks",
    "exercises": "Exercises",
    "progress": "Progress",
}


def _student(practika: Practika, query: Query) -> View:
    from .student import StudentWidget

    if "take" in query:
        return _compare(practika, query, "student/compare")
    page, exercise = query.get("view", "today"), query.get("exercise")
    if page == "data":
        return _my_data(practika)
    if page == "library":
        return _library(practika, query, "student/library")
    if page not in _STUDENT:
        raise NotFound
    return View(
        ("student", page, exercise or ""),
        _STUDENT[page],
        lambda: StudentWidget(practika, page=page, exercise=exercise),
        lambda widget: isinstance(widget, StudentWidget) and widget.turn(page, exercise),
        part=f"student/{page}",
    )


def _my_data(practika: Practika) -> View:
    from .mydata import MyDataWidget

    return View(("data",), "My data", lambda: MyDataWidget(practika))


def _library(practika: Practika, query: Query, part: str) -> View:
    from .library import LibraryWidget

    at = {name: query.get(name, "") for name in ("exemplar", "collection")}
    made = lambda: LibraryWidget(practika, **at)  # noqa: E731
    return View(("library", *at.values()), "Library", made, part=part)


def _teacher(practika: Practika, query: Query) -> View:
    if "take" in query and practika.services.ratings.is_mine(practika.actor, query["take"]):
        return _rating(practika, query["take"])
    if "take" in query and "with" in query:
        return _compare(practika, query, "teacher/compare")
    if "take" in query:
        from .reply import ReplyWidget

        take_id = query["take"]
        title = _take_title(practika, take_id)
        made = lambda: ReplyWidget(practika, take_id=take_id)  # noqa: E731
        return View(("reply", take_id), title, made, part="teacher/reply")
    return _teacher_lists(practika, query)


def _teacher_lists(practika: Practika, query: Query) -> View:
    from . import teacher

    page = query.get("view", "queue")
    if page == "judging":
        return _judging(practika, query)
    if page == "invitations":
        return _invitations(practika)
    if page == "guests":
        return _guests(practika)
    if page == "exercises":
        return _exercises(practika, query, "teacher/exercises")
    if page == "library":
        return _library(practika, query, "teacher/library")
    part = teacher.TURNS.get(write_query({"view": page}))
    if part is None:
        raise NotFound
    made = teacher.StacksWidget if part == "stacks" else teacher.QueueWidget
    return View(
        (part,),
        "Class" if part == "stacks" else "Queue",
        lambda: made(practika),
        lambda widget: isinstance(widget, teacher.QueueWidget) and widget.turn(part),
        part="teacher/class" if part == "stacks" else "teacher/queue",
    )


def _rating(practika: Practika, rating: str) -> View:
    from .judging import RatingWidget

    desk = practika.services.ratings.desk(practika.actor, rating)
    title = f"Blind rating, {desk['title']}"
    return View(("rating", rating), title, lambda: RatingWidget(practika, rating=rating))


def _judging(practika: Practika, query: Query) -> View:
    from .judging import JudgingWidget

    judge, standing = query.get("judge", ""), query.get("standing", "")
    title = "Which is better?" if judge else "Standing" if standing else "Judging"
    key = ("judging", judge, standing)
    return View(key, title, lambda: JudgingWidget(practika, judge=judge, standing=standing))


def _exercises(practika: Practika, query: Query, part: str = "") -> View:
    """The list, an exercise to be written, or a rubric."""
    if "exercise" in query:
        return _rubric(practika, query["exercise"], part)
    from .exercises import ExercisesWidget

    one, course = query.get("edit", ""), query.get("new", "")
    title = "New exercise" if course else "Exercises"
    if one:
        found = practika.services.library.editor(practika.actor, exercise_id=one)
        title = found["exercise"]["title"]
    made = lambda: ExercisesWidget(practika, exercise=one, course=course)  # noqa: E731
    return View(("exercises", one, course), title, made, part=part)


def _rubric(practika: Practika, exercise: str, part: str) -> View:
    from .rubrics import RubricsWidget

    found = practika.services.rubrics.view(practika.actor, exercise)
    title = f"Rubric of {found['exercise']['title']}"
    made = lambda: RubricsWidget(practika, exercise=exercise)  # noqa: E731
    return View(("rubrics", exercise), title, made, part=part)


def _guests(practika: Practika) -> View:
    from .guests import GuestsWidget

    return View(("guests",), "Guests", lambda: GuestsWidget(practika))


def _courses(practika: Practika) -> View:
    from .courses import CoursesWidget

    return View(("courses",), "Courses", lambda: CoursesWidget(practika))


def _coordinator(practika: Practika, query: Query) -> View:
    if query.get("view") == "invitations":
        return _invitations(practika)
    if query.get("view") == "guests":
        return _guests(practika)
    if query.get("view") == "courses":
        return _courses(practika)
    if query.get("view") == "consent":
        from .consent import ConsentWidget

        return View(("consent",), "Consent", lambda: ConsentWidget(practika))
    from .progress import FILTERS, ProgressWidget

    if query.get("view") == "judging":
        return _judging(practika, query)
    if query.get("view", "progress") != "progress":
        raise NotFound
    filters = {name: query[name] for name in FILTERS if name in query}
    made = lambda: ProgressWidget(practika, filters)  # noqa: E731
    return View(("progress",), "Progress", made, part="coordinator/progress")


def _invitations(practika: Practika) -> View:
    from .invitations import InvitationsWidget

    made = lambda: InvitationsWidget(practika)  # noqa: E731
    return View(("invitations",), "Invitations", made)


def _admin(practika: Practika, query: Query) -> View:
    page = query.get("view", "people")
    if page == "people":
        return _people(practika, query)
    if page == "audit":
        from .audit import AuditWidget

        return View(
            ("audit", write_query(query)),
            "Audit log",
            lambda: AuditWidget(practika, query),
            lambda widget: isinstance(widget, AuditWidget) and widget.turn(query),
        )
    if page == "exercises":
        return _exercises(practika, query)
    if page in _ADMIN:
        return _ADMIN[page](practika)
    raise NotFound


def _people(practika: Practika, query: Query) -> View:
    if "person" in query:
        from .person import PersonWidget

        person = practika.services.people.person(practika.actor, query["person"])
        made = lambda: PersonWidget(practika, person=person["id"])  # noqa: E731
        return View(("person", person["id"]), person["name"], made)
    from .admin import PeopleWidget

    find = query.get("find", "")
    key = ("people", find)  # another person asked for begins another list
    return View(key, "People", lambda: PeopleWidget(practika, find=find), part="admin/people")


def _storage(practika: Practika) -> View:
    from .storage import StorageWidget

    return View(("storage",), "Storage", lambda: StorageWidget(practika))


def _health(practika: Practika) -> View:
    from .health import HealthWidget

    return View(("health",), "Health", lambda: HealthWidget(practika))


def _settings(practika: Practika) -> View:
    from .settings import SettingsWidget

    return View(("settings",), "Settings", lambda: SettingsWidget(practika))


_ADMIN = {
    "invitations": _invitations,
    "guests": _guests,
    "courses": _courses,
    "storage": _storage,
    "health": _health,
    "settings": _settings,
}


def student_page(practika: Practika) -> Page:
    """Build the student's page: ``?view=stacks|exercises|library|progress|data``, ``?take=ID``."""
    return Page(practika, _student)


def teacher_page(practika: Practika) -> Page:
    """Build the teacher's page.

    ``?view=class|exercises|library|judging|invitations|guests``, ``?take=ID``.
    """
    return Page(practika, _teacher)


def coordinator_page(practika: Practika) -> Page:
    """Build the coordinator's page: ``?view=judging|consent|courses|invitations|guests``."""
    return Page(practika, _coordinator)


def admin_page(practika: Practika) -> Page:
    """Build the admin's page: ``?view=courses|exercises|guests|storage|health|audit|...``."""
    return Page(practika, _admin)


__all__ = ["Page", "View", "admin_page", "coordinator_page", "student_page", "teacher_page"]
