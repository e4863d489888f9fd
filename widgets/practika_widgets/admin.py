"""The admin's list of people: who is here, who was here last, adding somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ._base import PractikaWidget, Verb, script

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class PeopleWidget(PractikaWidget):
    """Everybody by name, a page at a time, found by name, address, role and course.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be an admin.
    find
        Words that are looked for at once.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("admin")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "add": Verb("add", {"name": str, "email": str, "role": str}),
        "find": Verb("find", {"find": str, "role": str, "course": str, "after": str}),
        "switch": Verb("switch", {"person": str, "active": bool}),
    }

    def __init__(self, practika: Practika, *, find: str = "", **traits: Any) -> None:
        self._asked = {"find": find[:120], "role": "", "course": "", "after": ""}
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """Return one page of people and what it was asked for."""
        return {**self.practika.services.people.view(self.actor, **self._asked), **self._asked}

    def find(self, find: str, role: str, course: str, after: str) -> bool:
        """Show another page: of those who are found by this, behind a place."""
        self._asked = {"find": find, "role": role, "course": course, "after": after}
        self.refresh()
        return True

    def add(self, name: str, email: str, role: str) -> dict[str, str]:
        """Give somebody a sign-in; the password goes to the page this once."""
        person, password = self.practika.services.accounts.add_person(self.actor, name, email, role)
        self.refresh()
        return {"name": person.name, "email": person.email, "password": password}

    def switch(self, person: str, active: bool) -> bool:
        """Switch an account on or off; off ends every session of it at once."""
        self.practika.services.people.switch(self.actor, person, active=active)
        self.refresh()
        return True
