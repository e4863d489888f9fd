"""Verbs of keeping things in collections and asking to show a take, from where a teacher stands."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class ShelfVerbs:
    """Mixed into a widget that shows exercises, takes or comments to those who teach."""

    practika: Practika

    verbs: ClassVar[Mapping[str, Verb]] = {
        "shelves": Verb("shelves", {"kind": str, "thing": str}),
        "shelve": Verb("shelve", {"collection": str, "kind": str, "thing": str}),
        "new_shelf": Verb("new_shelf", {"course": str, "name": str, "kind": str, "thing": str}),
    }

    if TYPE_CHECKING:
        actor: str

    def _needs_take(self) -> None:
        """Refuse where there is no take; a widget that can be without one says so here."""

    def shelves(self, kind: str, thing: str) -> dict[str, Any]:
        """Where an exercise, a take or a comment (``reply``) can be put."""
        self._needs_take()
        return dict(self.practika.services.collections.offered(self.actor, kind, thing))

    def shelve(self, collection: str, kind: str, thing: str) -> bool:
        """Put it into a collection; False when it is there already."""
        self._needs_take()
        done: bool = self.practika.services.collections.put(self.actor, collection, kind, thing)
        return done

    def new_shelf(self, course: str, name: str, kind: str, thing: str) -> bool:
        """Make a collection of one's own with it in it."""
        self._needs_take()
        desk = self.practika.services.collections
        desk.offered(self.actor, kind, thing)  # nothing is made for what cannot be put there
        return self.shelve(desk.make(self.actor, course, name), kind, thing)


class AskVerbs:
    """Mixed into the desk of one take, whose id it keeps as ``_take_id``."""

    practika: Practika
    _take_id: str

    verbs: ClassVar[Mapping[str, Verb]] = {
        "ask_exemplar": Verb(
            "ask_exemplar",
            {
                "words": str,
                "start": (float, NoneType),
                "end": (float, NoneType),
                "reply": str,
                "marks": bool,
            },
        ),
        "stop_exemplar": Verb("stop_exemplar", {"exemplar": str}),
    }

    if TYPE_CHECKING:
        actor: str

        def refresh(self) -> None:
            """Read again and show it; the widget brings this."""

    def ask_exemplar(
        self, words: str, start: float | None, end: float | None, reply: str, marks: bool
    ) -> str:
        """Ask the take's student whether the class may see it; returns the question's id."""
        asked: str = self.practika.services.exemplars.ask(
            self.actor,
            self._take_id,
            words=words,
            start=start,
            end=end,
            reply_id=reply,
            marks=marks,
        )
        self.refresh()
        return asked

    def stop_exemplar(self, exemplar: str) -> bool:
        """End what was asked, or is shown."""
        self.practika.services.exemplars.stop(self.actor, exemplar)
        self.refresh()
        return True
