"""The upload card by itself: choose, drop or record a video, see it arrive, submit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import NotFound

from ._base import PractikaWidget, script
from ._drafts import DraftVerbs
from ._moving import MovingVerbs

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

_SHOWN = ("exercises", "next", "teachers", "upload", "uploads", "drafts")


class UploadWidget(DraftVerbs, MovingVerbs, PractikaWidget):
    """An upload card for a cell of any notebook.

    The bytes go from the browser to the server over HTTP, never through the kernel; the widget
    only shows where they are. Limits shown before sending are the server's.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be a student.
    exercise
        Id of the exercise chosen at first; without one the next one due. Somebody else's
        exercise, or none at all, shows a sentence in place of the card.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("upload")

    def __init__(self, practika: Practika, exercise: str | None = None, **traits: Any) -> None:
        self._exercise = exercise
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """Exercises to choose from, limits, uploads under way and drafts."""
        home = self.home()
        known = {exercise["id"] for exercise in home["exercises"]}
        if self._exercise is not None and self._exercise not in known:
            raise NotFound("There is no such exercise for you.")
        return {"exercise_id": self._exercise, **{name: home[name] for name in _SHOWN}}
