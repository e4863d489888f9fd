"""The student's page: what is new, uploads and drafts, own stacks, exercises and progress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.domain.errors import NotFound

from ._base import PractikaWidget, Verb, script
from ._drafts import DraftVerbs
from ._moving import MovingVerbs
from ._trash import ReplyTrashVerbs

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

PAGES = ("today", "stacks", "exercises", "progress")
"""What ``?view=`` may name on the student's page."""

TURNS = {"": "today"} | {f"?view={page}": page for page in PAGES}
"""Addresses whose page the browser draws at once, from the same state, before this side answers."""


class StudentWidget(DraftVerbs, MovingVerbs, ReplyTrashVerbs, PractikaWidget):
    """One of the four parts of the student's page.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be a student.
    page
        ``"today"``, ``"stacks"``, ``"exercises"`` or ``"progress"``.
    exercise
        Id of the exercise the upload card begins with; unknown ones are passed over, because
        old links must still open the page.
    traits
        ipywidgets' own, such as ``layout``.

    Raises
    ------
    NotFound
        There is no such page.
    """

    _esm = script("student")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "doing": Verb("doing"),
        "restore": Verb("restore", {"take": str}),
    }

    def __init__(
        self,
        practika: Practika,
        page: str = "today",
        exercise: str | None = None,
        **traits: Any,
    ) -> None:
        self._aim(page, exercise)
        super().__init__(practika, **traits)

    def _aim(self, page: str, exercise: str | None) -> None:
        if page not in PAGES:
            raise NotFound(f"There is no page here for {page[:40]}.")
        self._page, self._exercise = page, exercise

    def restore(self, take: str) -> bool:
        """Put a take back out of the trash."""
        self.practika.services.trash.restore(self.actor, take)
        self.refresh()
        return True

    def turn(self, page: str, exercise: str | None = None) -> bool:
        """Show another part of the page; what is typed and on its way in this one stays.

        Parameters
        ----------
        page, exercise
            As when the widget is made.

        Returns
        -------
        bool
            True.

        Raises
        ------
        NotFound
            There is no such page; the one before stays.
        """
        self._aim(page, exercise)
        self.refresh()
        return True

    def doing(self) -> dict[str, Any]:
        """The student's own progress; asked when its part of the page stands."""
        return dict(self.practika.services.own.view(self.actor))

    def look(self) -> dict[str, Any]:
        """The student's home, and which part of it to show."""
        todo = self.practika.services.ledger.to_fix(self.actor)
        page = {"page": self._page, "exercise_id": self._exercise, "turns": TURNS}
        trash = self.practika.services.trash.view(self.actor)
        shared = self.practika.services.exemplars.aside(self.actor)
        gone = {"trash": trash, "thrown": self.thrown()}
        return {**self.home(), "todo": todo, **gone, **shared, **page}
