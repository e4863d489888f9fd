"""Links that lead to a new password: each opens once, for an hour, and only the newest does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LASTS = timedelta(hours=1)
"""How long a link opens, from when it is sent or shown."""
COUNTED = timedelta(hours=1)
"""The time within which asking is counted."""
PER_ADDRESS = 3
"""E-mails to one address within `COUNTED`; more are not sent, and nobody is told so."""
PER_CLIENT = 60
"""Times one client may ask within `COUNTED`: a class behind one address can, a flood cannot."""
KEPT = timedelta(days=1)
"""How long it is known who asked."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Somebody asked for a new password.

    ``person_id`` is None where nobody is to get a link. ``address`` and ``client`` are SHA-256
    (hex) of what was typed and of where it came from; ``token`` is that of what the link holds,
    None until the link leaves.
    """

    id: str
    person_id: str | None
    address: str
    client: str
    created_at: datetime
    token: str | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None

    def opens(self, now: datetime, email: str) -> bool:
        """Tell whether the link leads to a new password of the person with this address now."""
        lasting = self.expires_at is not None and now < self.expires_at
        return lasting and self.ended_at is None and self.address == digest(email)


def digest(text: str) -> str:
    """Return what the record keeps of a secret or an address: its SHA-256 in hex.

    >>> len(digest("mira@example.org"))
    64
    """
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class Resets(Protocol):
    """Who asked for a new password, and the links."""

    def add(self, reset: Reset) -> None:
        """Store that somebody asked."""

    def get(self, reset_id: str) -> Reset | None:
        """The one of this name."""

    def by_token(self, token: str) -> Reset | None:
        """The one whose link has this hash."""

    def asked(self, since: datetime, *, address: str = "", client: str = "") -> int:
        """How often since then, for one address or from one client."""

    def seal(self, reset_id: str, token: str, expires_at: datetime) -> None:
        """Give it its link; every older link of the person ends."""

    def use(self, reset_id: str, at: datetime) -> bool:
        """End it; False when it had ended, so that of two who use it one does."""

    def end_all(self, person_id: str, at: datetime) -> None:
        """End every link of a person, also those that have not left."""

    def forget(self, before: datetime) -> None:
        """Delete what was asked before then."""
