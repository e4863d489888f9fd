"""One account as an admin sees it: role, places, sign-ins, and what was done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ._base import PractikaWidget, Verb, script

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

_LINES = 8


class PersonWidget(PractikaWidget):
    """An account with all an admin may change of it.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be an admin.
    person
        Id of whose account it is.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("person")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "role": Verb("set_role", {"role": str}),
        "give": Verb("give_place", {"course": str, "role": str}),
        "change": Verb("change_place", {"place": str, "role": str}),
        "take": Verb("take_place", {"place": str}),
        "switch": Verb("switch", {"active": bool}),
        "reset": Verb("reset"),
        "sign_out": Verb("sign_out"),
        "reset_second": Verb("reset_second"),
        "unlink": Verb("unlink"),
    }

    def __init__(self, practika: Practika, *, person: str, **traits: Any) -> None:
        self._person = person
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """Return the account, what may be chosen, and its newest lines of the audit log."""
        services = self.practika.services
        person = services.people.person(self.actor, self._person)
        log = services.auditing.view(self.actor, {"person": self._person})
        return {
            "person": person,
            "me": person["id"] == self.actor,
            "roles": services.people.roles(),
            "courses": log["courses"],
            "log": log["rows"][:_LINES],
        }

    def set_role(self, role: str) -> bool:
        """Give the account another role; its places follow, and it is signed out."""
        return self._then(self.practika.services.people.set_role, self._person, role)

    def give_place(self, course: str, role: str) -> bool:
        """Give the person a place in a course."""
        return self._then(self.practika.services.people.give_place, self._person, course, role)

    def change_place(self, place: str, role: str) -> bool:
        """Give one of the person's places another role."""
        people = self.practika.services.people
        return self._then(people.change_place, place, role, whose=self._person)

    def take_place(self, place: str) -> bool:
        """Take one of the person's places away."""
        people = self.practika.services.people
        return self._then(people.take_place, place, whose=self._person)

    def switch(self, active: bool) -> bool:
        """Switch the account on or off."""
        return self._then(self.practika.services.people.switch, self._person, active=active)

    def reset(self) -> str:
        """Make a link to a new password; it goes to the page this once."""
        link = self.practika.services.people.reset(self.actor, self._person)
        self.refresh()
        return str(link)

    def sign_out(self) -> int:
        """End every sign-in of the person; return how many."""
        ended = self.practika.services.people.sign_out(self.actor, self._person)
        self.refresh()
        return int(ended)

    def reset_second(self) -> bool:
        """Turn the second step of who lost the phone off; False when it was not on."""
        was_on = self.practika.services.second_step.reset_for(self.actor, self._person)
        self.refresh()
        return bool(was_on)

    def unlink(self) -> int:
        """Take away that the person signs in by an account of the provider; return how many."""
        ended = self.practika.services.people.unlink(self.actor, self._person)
        self.refresh()
        return int(ended)

    def _then(self, work: Any, *args: Any, **more: Any) -> bool:
        work(self.actor, *args, **more)
        self.refresh()
        return True
