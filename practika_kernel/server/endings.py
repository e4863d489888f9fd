"""Why a page's kernel ended, and what the person at the page reads about it."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Ending(Enum):
    """One reason each: the websocket's close code, a sentence, whether the page may rebuild.

    ``rebuild`` says that the page may be opened again by itself, at a moment when nothing is
    under way in it. Nobody is thrown from the page they have just been told about: a person
    who opened too many pages decides which of them to open again.

    >>> Ending.IDLE.code, Ending.IDLE.rebuild
    (4408, True)
    >>> max(len(each.sentence.encode()) for each in Ending) <= 123  # fits into a close frame
    True
    """

    SIGNED_OUT = (4401, "You have been signed out.", False)
    CLOSED = (4404, "This page was closed on the server. What you saved is safe.", True)
    IDLE = (
        4408,
        "This page rested while it was not used. It was built again from what was saved.",
        True,
    )
    TOO_MANY = (
        4409,
        "This page was closed because you opened several others. What you saved is safe.",
        False,
    )
    NEW_VERSION = (
        4410,
        "Practika was updated. This page was built again from what was saved.",
        True,
    )
    MEMORY = (4413, "This page needed more memory than it may have. What you saved is safe.", False)
    BY_STAFF = (
        4423,
        "This page was closed by the people who run Practika. What you saved is safe.",
        False,
    )
    DIED = (4500, "This page stopped working on the server. What you saved is safe.", True)

    def __init__(self, code: int, sentence: str, rebuild: bool) -> None:
        self.code, self.sentence, self.rebuild = code, sentence, rebuild

    def as_json(self) -> dict[str, Any]:
        """Return what the page's script is told."""
        return {"code": self.code, "sentence": self.sentence, "rebuild": self.rebuild}
