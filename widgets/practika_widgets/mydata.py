"""The student's page "My data": what is held, what was agreed to, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ._base import PractikaWidget, Verb, script


class MyDataWidget(PractikaWidget):
    """What Practika holds of the acting student, their consents with history, and receipts.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be a student.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("mydata")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "give": Verb("give", {"purpose": str, "media": str, "until": str, "study": str}),
        "withdraw": Verb("withdraw", {"purpose": str, "study": str}),
        "plan": Verb("plan", {"take": str}),
        "erase": Verb("erase", {"take": str, "takes": int}),
        "take_back": Verb("take_back", {"exemplar": str}),
        "receipt": Verb("receipt", {"receipt": str}),
        "end_guest": Verb("end_guest", {"link": str}),
        "allow_guests": Verb("allow_guests", {"take": str}),
    }

    def look(self) -> dict[str, Any]:
        """Everything the page shows."""
        services = self.practika.services
        return {
            "holds": services.holdings.view(self.actor),
            "consent": services.consents.view(self.actor),
            "exemplars": services.exemplars.questions(self.actor),
            "receipts": services.erasures.receipts(self.actor),
            "guests": services.guests.of_student(self.actor),
        }

    def give(self, purpose: str, media: str, until: str, study: str) -> bool:
        """Consent from now on, within these limits."""
        self.practika.services.consents.give(self.actor, purpose, media, until, study)
        self.refresh()
        return True

    def withdraw(self, purpose: str, study: str) -> list[dict[str, Any]]:
        """Take a consent back; returns the data sets given out that hold the person."""
        held = self.practika.services.consents.withdraw(self.actor, purpose, study)
        self.refresh()
        return list(held)

    def take_back(self, exemplar: str) -> bool:
        """Take back a yes to showing one take to the class."""
        self.practika.services.exemplars.take_back(self.actor, exemplar)
        self.refresh()
        return True

    def plan(self, take: str) -> dict[str, Any]:
        """Say what would go with one take, or with all for ""; nothing is changed."""
        return dict(self.practika.services.erasures.plan(self.actor, take))

    def erase(self, take: str, takes: int) -> str:
        """Take one take back for good, or all for ""; ``takes`` is how many the person was told."""
        asked = self.practika.services.erasures.ask(self.actor, take, takes=takes)
        self.refresh()
        return str(asked)

    def receipt(self, receipt: str) -> dict[str, Any]:
        """One receipt as a whole, to be kept as a file."""
        return dict(self.practika.services.erasures.receipt(self.actor, receipt))

    def end_guest(self, link: str) -> bool:
        """End a link by which a guest sees one of the student's takes, at once."""
        self.practika.services.guests.end(self.actor, link)
        self.refresh()
        return True

    def allow_guests(self, take: str) -> bool:
        """Let teachers show a take again, after a link to it was ended here."""
        self.practika.services.guests.allow(self.actor, take)
        self.refresh()
        return True
