"""How everything is: parts in calm words, open pages, media work and e-mails; for admins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ._base import PractikaWidget, Verb, script


class HealthWidget(PractikaWidget):
    """What works, which pages are open, and which work waits, runs or failed.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be an admin.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("health")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "pages": Verb("look_at_pages"),
        "close_page": Verb("close_page", {"page": str}),
        "retry": Verb("retry", {"job": str}),
    }

    def look(self) -> dict[str, Any]:
        """Return every part with its state, the open pages and the work."""
        condition = self.practika.services.condition.view(self.actor)
        return {"condition": condition, **self._lively()}

    def _lively(self) -> dict[str, Any]:
        """What changes all the time."""
        services = self.practika.services
        return {
            "pages": services.pages.open_pages(self.actor),
            "work": services.jobs.view(self.actor),
        }

    def look_at_pages(self) -> None:
        """Look at the open pages and the work alone."""
        if "problem" not in self.view:
            self.view = {**self.view, **self._lively()}

    def close_page(self, page: str) -> str:
        """Close an open page by its token; returns whose it was. Its person is told by whom."""
        row = self.practika.services.pages.close_page(self.actor, page)
        return str(row["name"])

    def retry(self, job: str) -> bool:
        """Have failed work tried again, from the beginning."""
        self.practika.services.jobs.retry(self.actor, job)
        self.look_at_pages()
        return True
