"""The admin's page: who may sign in, and whether everything works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from practika_kernel.domain.people import Role

from ._base import PractikaWidget, Verb, script


class PeopleWidget(PractikaWidget):
    """People with their roles, the pages they have open, health and media work."""

    _esm = script("admin")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "add": Verb("add", {"name": str, "email": str, "role": str}),
        "switch": Verb("switch", {"person": str, "active": bool}),
        "reset_second": Verb("reset_second", {"person": str}),
        "pages": Verb("look_at_pages"),
        "close_page": Verb("close_page", {"page": str}),
        "retry": Verb("retry", {"job": str}),
    }

    def look(self) -> dict[str, Any]:
        """Everybody with the time of their last sign-in, and what `health` finds."""
        return {
            "me": self.actor,
            "roles": [str(role) for role in Role],
            "people": self._people(),
            "health": self.practika.services.health.admin(self.actor),
            **self._lively(),
        }

    def _people(self) -> list[dict[str, Any]]:
        services = self.practika.services
        seen = services.progress.last_sign_ins(self.actor)
        people = services.accounts.people(self.actor)
        return [{**person, "seen": seen.get(person["id"], "")} for person in people]

    def _lively(self) -> dict[str, Any]:
        """What changes all the time, and costs no query a person."""
        services = self.practika.services
        return {
            "pages": services.pages.open_pages(self.actor),
            "work": services.jobs.view(self.actor),
        }

    def look_at_pages(self) -> None:
        """Look at the open pages and the media work alone."""
        if "problem" not in self.view:
            self.view = {**self.view, **self._lively()}

    def close_page(self, page: str) -> str:
        """Close an open page by its token; returns whose it was. Its person is told by whom."""
        row = self.practika.services.pages.close_page(self.actor, page)
        return str(row["name"])

    def retry(self, job: str) -> bool:
        """Have failed work tried again, from the beginning."""
        self.practika.services.jobs.retry(self.actor, job)
        self.look_at_pages()
        return True

    def add(self, name: str, email: str, role: str) -> dict[str, str]:
        """Give somebody a sign-in; the password goes to the page this once."""
        person, password = self.practika.services.accounts.add_person(self.actor, name, email, role)
        self.refresh()
        return {"name": person.name, "email": person.email, "password": password}

    def switch(self, person: str, active: bool) -> bool:
        """Switch an account on or off; off ends every session of it at once.

        Only the people are read again before the answer: the change itself makes every page
        that watches, this one too, look at the rest.
        """
        self.practika.services.accounts.switch(self.actor, person, active=active)
        self._look_at_people()
        return True

    def reset_second(self, person: str) -> bool:
        """Turn the second step of somebody who lost the phone off; False when it was not on."""
        was_on = self.practika.services.second_step.reset_for(self.actor, person)
        self._look_at_people()
        return was_on

    def _look_at_people(self) -> None:
        if "problem" in self.view:
            self.refresh()
        else:
            self.view = {**self.view, "people": self._people()}
