"""The teacher's page: the queue by age, and the class as a grid of stacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ._base import PractikaWidget, Verb, script
from ._trash import ReplyTrashVerbs

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


TURNS = {"": "queue", "?view=queue": "queue", "?view=stacks": "stacks", "?view=class": "stacks"}
"""Addresses whose part the browser draws at once, from the same state, before this side answers."""


class QueueWidget(ReplyTrashVerbs, PractikaWidget):
    """What a teacher has before them: the next take, the queue, the class, their month.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    course
        Id of the course to show; "" for all of the teacher's.
    sort
        ``age`` (oldest first) or ``due``.
    """

    _esm = script("teacher")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "choose": Verb("choose", {"course": str, "sort": str}),
        "retry": Verb("retry", {"take": str}),
        "doing": Verb("doing"),
        "put_off": Verb("put_off", {"student": str, "course": str, "exercise": str, "why": str}),
        "bring_back": Verb("bring_back"),
    }
    part: ClassVar[str] = "queue"
    """What it begins with; `turn` shows the other."""

    def __init__(
        self, practika: Practika, course: str = "", sort: str = "age", **traits: Any
    ) -> None:
        self._course, self._sort, self._part = course, sort, self.part
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """The TeacherHome of the services, with the part of the page to draw."""
        home = self.practika.services.queue.home(self.actor, self._course or None, self._sort)
        return {**home, "thrown": self.thrown(), "part": self._part, "turns": TURNS}

    def turn(self, part: str) -> bool:
        """Show the other part, ``queue`` or ``stacks``, of the same course; returns True."""
        self._part = part
        self.refresh()
        return True

    def choose(self, course: str, sort: str) -> bool:
        """Show another course, or the queue in another order."""
        self._course, self._sort = course, sort
        self.refresh()
        return True

    def retry(self, take: str) -> bool:
        """Have the failed video of a take prepared again."""
        self.practika.services.jobs.retry_take(self.actor, take)
        self.refresh()
        return True

    def doing(self) -> dict[str, Any]:
        """Who may be stuck, practice and marks of the chosen course; asked after the picture."""
        return dict(self.practika.services.classroom.view(self.actor, self._course))

    def put_off(self, student: str, course: str, exercise: str, why: str) -> dict[str, Any]:
        """Put a sign aside for a week; returns what is shown then."""
        self.practika.services.classroom.put_off(self.actor, student, course, exercise, why)
        return self.doing()

    def bring_back(self) -> dict[str, Any]:
        """Take up again what was put aside; returns what is shown then."""
        self.practika.services.classroom.bring_back(self.actor, self._course)
        return self.doing()


class StacksWidget(QueueWidget):
    """The class alone: exercise by student, with filters by student, exercise and status."""

    part: ClassVar[str] = "stacks"
