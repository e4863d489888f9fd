"""The courses a person orders: made, named, archived, copied to the next term."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ._base import PractikaWidget, Verb, script


class CoursesWidget(PractikaWidget):
    """A coordinator's courses, or all of them for an admin.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("courses")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "add": Verb("add", {"title": str, "term": str, "starts": str}),
        "change": Verb(
            "change", {"course": str, "title": str, "term": str, "starts": str, "stamp": str}
        ),
        "section": Verb("section", {"course": str, "name": str, "section": str}),
        "archive": Verb("archive", {"course": str, "archived": bool}),
        "copy": Verb(
            "copy", {"course": str, "title": str, "term": str, "starts": str, "sections": bool}
        ),
    }

    def look(self) -> dict[str, Any]:
        """The list of courses; `NotFound` for who orders none."""
        return dict(self.practika.services.courses.view(self.actor))

    def add(self, title: str, term: str, starts: str) -> str:
        """Make a course; returns its id."""
        made: str = self.practika.services.courses.add(self.actor, title, term, starts)
        self.refresh()
        return made

    def change(self, course: str, title: str, term: str, starts: str, stamp: str) -> bool:
        """Give a course another title, term or first day."""
        self.practika.services.courses.change(self.actor, course, title, term, starts, stamp)
        self.refresh()
        return True

    def section(self, course: str, name: str, section: str) -> str:
        """Add a section, or give ``section`` another name; returns its id."""
        kept: str = self.practika.services.courses.section(self.actor, course, name, section)
        self.refresh()
        return kept

    def archive(self, course: str, archived: bool) -> bool:
        """Archive a course, or bring it back."""
        self.practika.services.courses.archive(self.actor, course, archived=archived)
        self.refresh()
        return True

    def copy(
        self, course: str, title: str, term: str, starts: str, sections: bool
    ) -> dict[str, Any]:
        """Copy a course's exercises to a course of another term; returns what came of it.

        With ``sections`` the names of its sections come along, too.
        """
        done = self.practika.services.courses.copy(
            self.actor, course, title, term, starts, sections=sections
        )
        self.refresh()
        return dict(done)
