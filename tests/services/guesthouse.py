"""A take that is shown to guests, with a clock that can be moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.content import Content
from practika_kernel.services.guest_room import GuestRoom
from practika_kernel.services.guests import Guests

PHRASE = "metronome"


def quick() -> Hasher:
    return Hasher(lambda given: f"hash of {given}", lambda stored, given: stored[8:] == given, "")


class Scene:
    """A take of Mira's, Ada who shows it, and a clock that can be moved."""

    def __init__(self, school: world.School) -> None:
        self.school, self.later = school, timedelta(0)
        record, services = school.practika.record, school.practika.services
        self.take = school.handed_in("Mira", seconds=10)
        self.guests = Guests(record, quick, self.now, "https://school.example/")
        self.room = GuestRoom(record, quick, self.now, services.tries)
        self.words = services.guest_words

    def now(self) -> datetime:
        return utc_now() + self.later

    def link(self, who: str = "Ada", **more: Any) -> tuple[str, str]:
        """The link's id, and what it holds."""
        made = self.guests.make(self.school.id(who), self.take, **more)
        assert made["link"].startswith("https://school.example/guest/")
        return str(made["id"]), str(made["link"])[-43:]

    def enter(self, token: str, name: str = "Ana K.", phrase: str = "") -> str:
        return self.room.enter(token, name, phrase, "192.0.2.7")[0]

    def say(self, token: str, cookie: str, text: str = "Lovely", **more: Any) -> dict[str, Any]:
        content = Content("keep", text, more.pop("start", 1000), more.pop("end", None), **more)
        return self.room.write(token, cookie, text[:20], content)

    def heard(self, who: str) -> list[dict[str, Any]]:
        """What stands under the bell about guests."""
        days = self.school.practika.services.bell.view(who)["days"]
        return [one for day in days for one in day["groups"] if "guest" in one["text"]]

    def kinds(self) -> list[EventKind]:
        with self.school.practika.record.read() as uow:
            found, _ = uow.events.after(Watermark())
            return [event.kind for event in found if event.take_id == self.take]
