"""Which rows of the small tables were written, in the order in which that can be read.

What happens is told by events. Whose names, places and titles changed is not; the record notes
it here by itself, so that readers of the numbers need not read everything again to be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from practika_kernel.domain.events import Watermark

WATCHED = ("persons", "courses", "cohorts", "enrolments", "exercises", "tags")
"""The tables whose rows are told of when they are added, changed or deleted."""

EVENTS = "events"
"""Of these only what is never done in Practika is told: a row that was changed or deleted."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of this table and id was added, changed or deleted; whoever is told looks it up."""

    table: str
    row_id: str


class Changes(Protocol):
    """The append-only list of changes."""

    def after(self, mark: Watermark) -> tuple[list[Change], Watermark]:
        """Return every change behind the watermark that can be seen, and the next watermark.

        The next watermark lies before what may still be joined by an earlier transaction, so
        the same change can come again; none is ever left out.
        """

    def now(self) -> Watermark:
        """The watermark before which everything can be read at this moment."""
