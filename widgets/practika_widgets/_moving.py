"""Verbs that put a take into its order, shared by the student's page and the reply desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class MovingVerbs:
    """Mixed into a widget that shows takes; each names the one it is about."""

    practika: Practika

    verbs: ClassVar[Mapping[str, Verb]] = {
        "places": Verb("places", {"take": str}),
        "move": Verb("move_take", {"take": str, "exercise": str}),
        "move_back": Verb("move_back", {"take": str}),
    }

    def _needs_take(self) -> None:
        """Refuse where there is no take; a widget that can be without one says so here."""

    if TYPE_CHECKING:

        def refresh(self) -> None:
            """Read again and show it; the widget brings this."""

    def places(self, take: str) -> dict[str, Any]:
        """Where a take may be moved; asked when the dialog opens."""
        self._needs_take()
        practika = self.practika
        return dict(practika.services.moving.places(practika.actor, take))

    def move_take(self, take: str, exercise: str) -> dict[str, Any]:
        """Move a take to another exercise; returns its title there, and the number."""
        self._needs_take()
        practika = self.practika
        lies = practika.services.moving.move(practika.actor, take, exercise)
        self.refresh()
        return dict(lies)

    def move_back(self, take: str) -> dict[str, Any]:
        """Undo the last move of a take; returns where it lies again."""
        self._needs_take()
        practika = self.practika
        lies = practika.services.moving.move_back(practika.actor, take)
        self.refresh()
        return dict(lies)
