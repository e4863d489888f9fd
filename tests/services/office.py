"""A school with a provider: what a browser does, and what the record says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import school as world
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.oidc.client import OidcProvider
from practika_kernel.services.provider import Arrived, ProviderDoor, Traveller
from vouchers import BACK, CLIENT, SECRET, Liar

NAME = "School"
MIRA = {"email": "mira@example.org", "email_verified": True, "name": "Mira There"}
NEW = {"sub": "new", "email": "new@example.org", "email_verified": True, "name": "New Person"}
HERE = Traveller("", "192.0.2.1")


class Office:
    """A school with a provider: what a browser does, and what the record says of it."""

    def __init__(self, school: world.School, liar: Liar, **settings: Any) -> None:
        self.school, self.liar, self.services = school, liar, school.practika.services
        self.reset(**settings)

    def reset(self, **settings: Any) -> ProviderDoor:
        """Forget what was fetched, as another server process would."""
        given: dict[str, Any] = {"name": NAME, "seconds": 5.0, **settings}
        provider = OidcProvider(self.liar.address, CLIENT, lambda: SECRET, **given)
        self.provider, self.door = provider, self.services.door_of(provider)
        return self.door

    def go(self, who: Traveller = HERE, **more: str) -> tuple[Traveller, dict[str, str]]:
        """Set out and agree; return who comes back, and with what."""
        way, browser = self.door.set_out(replace(who), BACK, **more)
        return replace(who, browser=browser), self.liar.agree(way)

    def sign_in(self, who: Traveller = HERE, **more: str) -> Arrived:
        return self.door.come_back(*self.order(*self.go(who, **more)))

    def order(
        self, who: Traveller, answer: dict[str, str]
    ) -> tuple[Traveller, str, dict[str, str]]:
        return who, BACK, answer

    def says(self, **claims: Any) -> None:
        self.liar.claims = claims

    def told(self, *kinds: EventKind) -> list[tuple[str, str, dict[str, Any]]]:
        with self.school.practika.record.read() as uow:
            events, _ = uow.events.after(Watermark())
        return [(e.kind, e.student_id or e.actor_id, e.data) for e in events if e.kind in kinds]

    def why(self) -> str:
        return str(self.told(EventKind.NOT_VOUCHED)[-1][2]["why"])

    def links(self) -> int:
        with self.school.practika.record.read() as uow:
            return len(uow.links.all())

    def invite(self, role: str = "student", **more: Any) -> str:
        made = self.services.invitations.make("", role, self.school.course, **more)
        return str(made[0]["link"][-43:])
