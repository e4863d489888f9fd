"""The admin's page: who may sign in, and whether everything works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from practika_kernel.domain.people import Role

from ._base import PractikaWidget, Verb, script


class PeopleWidget(PractikaWidget):
    """People with their roles, a form that adds one, and the health of the service."""

    _esm = script("admin")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "add": Verb("add", {"name": str, "email": str, "role": str}),
        "switch": Verb("switch", {"person": str, "active": bool}),
    }

    def look(self) -> dict[str, Any]:
        """Everybody with the time of their last sign-in, and what `health` finds."""
        services = self.practika.services
        seen = services.progress.last_sign_ins(self.actor)
        people = services.accounts.people(self.actor)
        return {
            "me": self.actor,
            "roles": [str(role) for role in Role],
            "people": [{**person, "seen": seen.get(person["id"], "")} for person in people],
            "health": services.health.admin(self.actor),
        }

    def add(self, name: str, email: str, role: str) -> dict[str, str]:
        """Give somebody a sign-in; the password goes to the page this once."""
        person, password = self.practika.services.accounts.add_person(self.actor, name, email, role)
        self.refresh()
        return {"name": person.name, "email": person.email, "password": password}

    def switch(self, person: str, active: bool) -> bool:
        """Switch an account on or off; off ends every session of it at once."""
        self.practika.services.accounts.switch(self.actor, person, active=active)
        self.refresh()
        return True
