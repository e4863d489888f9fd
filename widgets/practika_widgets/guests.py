"""Links for guests: which takes were shown to whom, for those who look after the courses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ._base import PractikaWidget, Verb, script


class GuestsWidget(PractikaWidget):
    """The links of a person's courses: who opened them, what came of them, ending them.

    Links are made where the take is: on a teacher's desk.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("guests")

    verbs: ClassVar[Mapping[str, Verb]] = {"end": Verb("end", {"link": str})}

    def look(self) -> dict[str, Any]:
        """The newest links first; an empty list for whoever looks after no course."""
        return {"rows": self.practika.services.guests.of_courses(self.actor)}

    def end(self, link: str) -> bool:
        """End a link for whoever holds it, at once."""
        self.practika.services.guests.end(self.actor, link)
        self.refresh()
        return True
