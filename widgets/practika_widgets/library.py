"""The page "Library": what the class may see of each other, and the collections of teachers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.domain.collections import NAME_LIMIT, NOTE_LIMIT, bears

from ._base import PractikaWidget, Verb, script

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class LibraryWidget(PractikaWidget):
    """Exemplars of the person's courses, what was asked about them, and collections.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person learns or teaches.
    exemplar, collection
        Id of what is brought into view; unknown ones are passed over, for links grow old.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("library")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "answer": Verb("answer_question", {"exemplar": str, "yes": bool, "named": bool}),
        "take_back": Verb("take_back", {"exemplar": str}),
        "stop": Verb("stop", {"exemplar": str}),
        "make": Verb("make", {"course": str, "name": str}),
        "change": Verb("change", {"collection": str, "name": str, "note": str, "audience": str}),
        "archive": Verb("archive", {"collection": str, "archived": bool}),
        "drop": Verb("drop", {"collection": str, "item": str}),
        "arrange": Verb("arrange", {"collection": str, "order": list}),
        "filter": Verb("filter", {"tag": str}),
    }

    def __init__(
        self, practika: Practika, exemplar: str = "", collection: str = "", **traits: Any
    ) -> None:
        self._tag, self._exemplar, self._collection = "", exemplar, collection
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """The collections, the exemplars and the questions of this moment."""
        services, tag = self.practika.services, self._tag
        lists = services.collections.view(self.actor, tag)
        exemplars = services.exemplars.shown(self.actor)
        tags = {*lists["tags"], *(each for one in exemplars for each in one["tags"])}
        if tag:
            exemplars = [one for one in exemplars if bears(one["tags"], tag)]
        return {
            **lists,
            "tags": sorted(tags, key=str.casefold),
            "tag": tag,
            "exemplar": self._exemplar,
            "collection": self._collection,
            "exemplars": exemplars,
            "questions": services.exemplars.questions(self.actor),
            "limits": {"name": NAME_LIMIT, "note": NOTE_LIMIT},
        }

    def answer_question(self, exemplar: str, yes: bool, named: bool) -> bool:
        """Say yes or no to showing one's own take."""
        self.practika.services.exemplars.answer(self.actor, exemplar, yes=yes, named=named)
        self.refresh()
        return True

    def take_back(self, exemplar: str) -> bool:
        """Take one's own yes back."""
        self.practika.services.exemplars.take_back(self.actor, exemplar)
        self.refresh()
        return True

    def stop(self, exemplar: str) -> bool:
        """End what was asked, or is shown, as a teacher."""
        self.practika.services.exemplars.stop(self.actor, exemplar)
        self.refresh()
        return True

    def make(self, course: str, name: str) -> str:
        """Make an empty collection; returns its id."""
        made: str = self.practika.services.collections.make(self.actor, course, name)
        self.refresh()
        return made

    def change(self, collection: str, name: str, note: str, audience: str) -> bool:
        """Give a collection another name, line or audience."""
        self.practika.services.collections.change(
            self.actor, collection, name=name, note=note, audience=audience
        )
        self.refresh()
        return True

    def archive(self, collection: str, archived: bool) -> bool:
        """Archive a collection, or bring it back."""
        self.practika.services.collections.archive(self.actor, collection, archived=archived)
        self.refresh()
        return True

    def drop(self, collection: str, item: str) -> bool:
        """Take something out of a collection."""
        self.practika.services.collections.remove(self.actor, collection, item)
        self.refresh()
        return True

    def arrange(self, collection: str, order: list[Any]) -> bool:
        """Put what is seen of a collection into this order of item ids."""
        ids = [str(one) for one in order]
        self.practika.services.collections.arrange(self.actor, collection, ids)
        self.refresh()
        return True

    def filter(self, tag: str) -> bool:
        """Show what stands at exercises with this tag; everything for ""."""
        self._tag = tag.strip()[:80]
        self.refresh()
        return True
