"""The rubric an exercise is marked by, as its teachers write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.domain.errors import InvalidInput

from ._base import PractikaWidget, Verb, script

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class RubricsWidget(PractikaWidget):
    """The rubric of one exercise, to be written.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must teach the course, or be an admin.
    exercise
        Id of the exercise whose rubric is written.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("rubrics")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "add": Verb("add", {"title": str, "levels": list}),
        "change": Verb("change", {"criterion": str, "title": str, "levels": list, "wording": int}),
        "arrange": Verb("arrange", {"order": list}),
        "withdraw": Verb("withdraw", {"criterion": str}),
        "bring_back": Verb("bring_back", {"criterion": str}),
        "take_over": Verb("take_over", {"exercise": str}),
    }

    def __init__(self, practika: Practika, exercise: str, **traits: Any) -> None:
        self._exercise = exercise
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """The rubric, with what can be done to it."""
        return dict(self.practika.services.rubrics.view(self.actor, self._exercise))

    def add(self, title: str, levels: list[Any]) -> str:
        """Add a criterion; ``levels`` are pairs of name and description, the lowest first."""
        added: str = self.practika.services.rubrics.add(
            self.actor, self._exercise, title, _pairs(levels)
        )
        self.refresh()
        return added

    def change(self, criterion: str, title: str, levels: list[Any], wording: int) -> int:
        """Give a criterion other words; marks that were given keep theirs."""
        number: int = self.practika.services.rubrics.change(
            self.actor, criterion, title, _pairs(levels), wording
        )
        self.refresh()
        return number

    def arrange(self, order: list[Any]) -> bool:
        """Put the criteria into this order of ids."""
        names = [str(name) for name in order]
        self.practika.services.rubrics.arrange(self.actor, self._exercise, names)
        self.refresh()
        return True

    def withdraw(self, criterion: str) -> bool:
        """Mark by a criterion no longer; takes that were marked by it keep their marks."""
        self.practika.services.rubrics.withdraw(self.actor, criterion)
        self.refresh()
        return True

    def bring_back(self, criterion: str) -> bool:
        """Mark by a withdrawn criterion again."""
        self.practika.services.rubrics.bring_back(self.actor, criterion)
        self.refresh()
        return True

    def take_over(self, exercise: str) -> int:
        """Copy the criteria of another exercise; returns how many."""
        copied: int = self.practika.services.rubrics.take_over(self.actor, self._exercise, exercise)
        self.refresh()
        return copied


def _pairs(levels: list[Any]) -> list[tuple[str, str]]:
    """Levels as a browser sent them.

    >>> _pairs([["steady", "It never stops."]])
    [('steady', 'It never stops.')]
    """
    pairs = []
    for each in levels:
        if not isinstance(each, list) or [type(part) for part in each] != [str, str]:
            raise InvalidInput("A level is told as its name and its description.")
        pairs.append((each[0], each[1]))
    return pairs
