"""Links to join by: making them, who joined, revoking them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.invitations import LONGEST_DAYS, MOST_USES

from ._base import PractikaWidget, Verb, script


class InvitationsWidget(PractikaWidget):
    """What a person may hand out, and the links they see, with who joined by each.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("invitations")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "make": Verb(
            "make",
            {
                "role": str,
                "course": str,
                "section": str,
                "uses": int,
                "days": int,
                "emails": str,
                "send": bool,
            },
        ),
        "revoke": Verb("revoke", {"invitation": str}),
    }

    def look(self) -> dict[str, Any]:
        """The list and the choices; `NotFound` for whoever may not invite anybody."""
        view = self.practika.services.invitations.view(self.actor)
        if not view["offers"]:
            raise NotFound
        return {**view, "most_uses": MOST_USES, "longest_days": LONGEST_DAYS}

    def make(
        self,
        role: str,
        course: str,
        section: str,
        uses: int,
        days: int,
        emails: str,
        send: bool,
    ) -> list[dict[str, Any]]:
        """Make a link, or one for each address; they go to the page this once, or by e-mail."""
        addresses = [each for each in re.split(r"[\s,;]+", emails) if each]
        made = self.practika.services.invitations.make(
            self.actor,
            role,
            course,
            section=section,
            uses=uses,
            days=days,
            emails=addresses,
            send=send,
        )
        self.refresh()
        return made

    def revoke(self, invitation: str) -> bool:
        """End an invitation; who joined by it stays."""
        self.practika.services.invitations.revoke(self.actor, invitation)
        self.refresh()
        return True
