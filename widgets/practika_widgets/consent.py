"""How many consent, and recording what is held on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from practika_kernel.domain.errors import NotFound

from ._base import PractikaWidget, Verb, script


class ConsentWidget(PractikaWidget):
    """Counts by purpose; coordinators also record consents on paper.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("consent")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "record": Verb(
            "record",
            {"student": str, "purpose": str, "media": str, "until": str, "note": str},
        ),
        "withdraw": Verb("withdraw", {"student": str, "purpose": str, "note": str}),
    }

    def look(self) -> dict[str, Any]:
        """Counts, the students whose paper may be recorded, and what was given out."""
        desk = self.practika.services.consent_desk
        view = dict(desk.overview(self.actor))
        try:
            return {**view, "exports": desk.recalls(self.actor)}
        except NotFound:  # not for coordinators
            return {**view, "exports": []}

    def record(self, student: str, purpose: str, media: str, until: str, note: str) -> bool:
        """Write down a consent that is held on paper."""
        desk = self.practika.services.consent_desk
        desk.record_paper(self.actor, student, purpose, media, until, note)
        self.refresh()
        return True

    def withdraw(self, student: str, purpose: str, note: str) -> list[dict[str, Any]]:
        """End a consent held on paper; returns the data sets given out that hold the student."""
        desk = self.practika.services.consent_desk
        held = desk.withdraw_paper(self.actor, student, purpose, note)
        self.refresh()
        return list(held)
