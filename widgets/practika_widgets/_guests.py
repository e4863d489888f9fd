"""Verbs of the reply desk about guests: links to the take, and what came by them."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class GuestVerbs:
    """Mixed into the reply desk; every verb that changes something shows the new state."""

    practika: Practika
    _take_id: str

    verbs: ClassVar[Mapping[str, Verb]] = {
        "guest_link": Verb(
            "make_link",
            {
                "guest": str,
                "days": int,
                "phrase": str,
                "replies": bool,
                "comments": bool,
                "email": (str, NoneType),
            },
        ),
        "guest_end": Verb("end_link", {"link": str}),
        "guest_take": Verb("take_over", {"comment": str}),
        "guest_dismiss": Verb("dismiss", {"comment": str}),
    }

    if TYPE_CHECKING:
        actor: str

        def refresh(self) -> None:
            """Read again and show it; the widget brings this."""

    def make_link(
        self,
        guest: str,
        days: int,
        phrase: str,
        replies: bool,
        comments: bool,
        email: str | None,
    ) -> dict[str, Any]:
        """Make a link to the take for a guest; it goes to the page this once, or by e-mail."""
        made: dict[str, Any] = self.practika.services.guests.make(
            self.actor,
            self._take_id,
            guest=guest,
            days=days,
            phrase=phrase,
            replies=replies,
            comments=comments,
            email=email or "",
        )
        self.refresh()
        return made

    def end_link(self, link: str) -> bool:
        """End a link for whoever holds it, at once."""
        self.practika.services.guests.end(self.actor, link)
        self.refresh()
        return True

    def take_over(self, comment: str) -> list[dict[str, Any]]:
        """Make draft comments of what a guest wrote, or of all that waits for ""."""
        made: list[dict[str, Any]] = self.practika.services.guest_words.take_over(
            self.actor, self._take_id, comment
        )
        self.refresh()
        return made

    def dismiss(self, comment: str) -> int:
        """Put what a guest wrote aside, or all that waits for ""; returns how many."""
        words = self.practika.services.guest_words
        count: int = words.dismiss(self.actor, self._take_id, comment)
        self.refresh()
        return count
