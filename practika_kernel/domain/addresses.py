"""E-mail addresses that are still to be proven, by a link that is sent to them.

A person's address changes when the new one is proven, not before. Whoever joined by an open link
typed an address nobody has seen yet; it is theirs, and proven later. All others were given by the
school, and count as proven.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LASTS = timedelta(hours=24)
"""How long a link opens, from when it is sent; and how long it may wait to be sent."""
COUNTED = timedelta(hours=1)
"""The time within which asking is counted."""
MOST_ASKED = 5
"""Links a person may ask for within `COUNTED`: an account is no way to flood somebody's mail."""
KEPT = timedelta(days=2)
"""How long it is known what came of a change that was asked for."""


@dataclass(frozen=True, slots=True)
class AddressProof:
    """An address a person says is theirs.

    ``before`` is the address they had when they said so: the same where it is to be proven, another
    where it is to be changed. ``id`` names the e-mail with the link, ``told`` the one to the
    address before, if one is sent. ``token`` is the SHA-256 (hex) of what the link holds, None
    until it leaves. ``ended_at`` is set when it was proven, replaced or cancelled.
    """

    id: str
    person_id: str
    email: str
    before: str
    created_at: datetime
    told: str | None = None
    token: str | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    proven_at: datetime | None = None

    @property
    def changes(self) -> bool:
        """Whether the person would have another address by it."""
        return self.email != self.before

    def waits(self, now: datetime, email: str) -> bool:
        """Tell whether it can still be proven, by a person whose address is this now.

        >>> from datetime import UTC
        >>> now = datetime(2026, 9, 1, tzinfo=UTC)
        >>> one = AddressProof("1", "mira", "new@x.org", "old@x.org", now)
        >>> [one.waits(now, each) for each in ("old@x.org", "other@x.org")]
        [True, False]
        >>> one.waits(now + LASTS, "old@x.org")
        False
        """
        until = self.expires_at or self.created_at + LASTS
        return self.ended_at is None and now < until and self.before == email


class Addresses(Protocol):
    """Addresses that are to be proven."""

    def add(self, proof: AddressProof) -> None:
        """Store that somebody says an address is theirs."""

    def get(self, proof_id: str) -> AddressProof | None:
        """The one of this name."""

    def of_letter(self, letter_id: str) -> AddressProof | None:
        """The one an e-mail is about: that with the link, or that to the address before."""

    def by_token(self, token: str) -> AddressProof | None:
        """The one whose link has this hash."""

    def pending(self, person_id: str) -> list[AddressProof]:
        """What has not ended, the newest first; also what has run out."""

    def unproven(self, person_id: str) -> bool:
        """Tell whether the address the person has now is still to be proven."""

    def asked(self, person_id: str, since: datetime) -> int:
        """How many links the person asked for since then."""

    def seal(self, proof_id: str, token: str, expires_at: datetime) -> None:
        """Give it its link; nothing where there is none of this name."""

    def prove(self, proof_id: str, at: datetime) -> bool:
        """End it as proven; False when it had ended, so that of two who open it one does."""

    def end(self, person_id: str, at: datetime, *, changes: bool | None = None) -> None:
        """End what a person asked for: changes alone, proofs of the present address, or all."""

    def forget(self, before: datetime) -> None:
        """Delete what was asked before then, but for addresses that are still to be proven."""
