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
        self.router = Router(practika, self.show)
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
        except PractikaError as error:
            self._put(None)
            self._key = None
            self.router.missing(error.sentence)
        else:
            self.router.arrived(view.title)

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


def _compare(practika: Practika, query: Query) -> View:
    from .compare import CompareWidget

    take_id, other = query["take"], query.get("with", "")
    return View(
        ("compare", take_id, other),
        _take_title(practika, take_id),
        lambda: CompareWidget(take=take_id, practika=practika, with_=other),
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
        return _compare(practika, query)
    page, exercise = query.get("view", "today"), query.get("exercise")
    if page not in _STUDENT:
        raise NotFound
    return View(
        ("student", page, exercise or ""),
        _STUDENT[page],
        lambda: StudentWidget(practika, page=page, exercise=exercise),
        lambda widget: isinstance(widget, StudentWidget) and widget.turn(page, exercise),
    )


def _teacher(practika: Practika, query: Query) -> View:
    if "take" in query and "with" in query:
        return _compare(practika, query)
    if "take" in query:
        from .reply import ReplyWidget

        take_id = query["take"]
        title = _take_title(practika, take_id)
        return View(("reply", take_id), title, lambda: ReplyWidget(practika, take_id=take_id))
    return _teacher_lists(practika, query)


def _teacher_lists(practika: Practika, query: Query) -> View:
    from . import teacher

    page = query.get("view", "queue")
    if page == "exercises":
        return _rubrics(practika, query.get("exercise", ""))
    part = teacher.TURNS.get(write_query({"view": page}))
    if part is None:
        raise NotFound
    made = teacher.StacksWidget if part == "stacks" else teacher.QueueWidget
    return View(
        (part,),
        "Class" if part == "stacks" else "Queue",
        lambda: made(practika),
        lambda widget: isinstance(widget, teacher.QueueWidget) and widget.turn(part),
    )


def _rubrics(practika: Practika, exercise: str) -> View:
    from .rubrics import RubricsWidget

    title = "Exercises"
    if exercise:
        found = practika.services.rubrics.view(practika.actor, exercise)
        title = f"Rubric of {found['exercise']['title']}"
    key = ("rubrics", exercise)
    return View(key, title, lambda: RubricsWidget(practika, exercise=exercise))


def _coordinator(practika: Practika, query: Query) -> View:
    from .progress import FILTERS, ProgressWidget

    if query.get("view", "progress") != "progress":
        raise NotFound
    filters = {name: query[name] for name in FILTERS if name in query}
    return View(("progress",), "Progress", lambda: ProgressWidget(practika, filters))


def _admin(practika: Practika, query: Query) -> View:
    from .admin import PeopleWidget

    if query.get("view", "people") != "people":
        raise NotFound
    key = ("people", query.get("find", ""))  # another person asked for begins another list
    return View(key, "People", lambda: PeopleWidget(practika))


def student_page(practika: Practika) -> Page:
    """Build the student's page: ``?view=today|stacks|exercises|progress`` or ``?take=ID``."""
    return Page(practika, _student)


def teacher_page(practika: Practika) -> Page:
    """Build the teacher's page: the queue, ``?view=class|exercises``, the desk at ``?take=ID``."""
    return Page(practika, _teacher)


def coordinator_page(practika: Practika) -> Page:
    """Build the coordinator's page."""
    return Page(practika, _coordinator)


def admin_page(practika: Practika) -> Page:
    """Build the administrator's page."""
    return Page(practika, _admin)


__all__ = ["Page", "View", "admin_page", "coordinator_page", "student_page", "teacher_page"]
