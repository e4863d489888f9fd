"""Taking one's videos and data back for good: what was asked, and the receipt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from practika_kernel.domain.events import EventKind
from practika_kernel.domain.practice import Asset


class Scope(StrEnum):
    """How much goes: one take, all takes with what belongs to them, or the person as well."""

    TAKE = "take"
    TAKES = "takes"
    PERSON = "person"


KEPT_EVENTS = frozenset(
    {
        EventKind.CONSENT_GIVEN,
        EventKind.CONSENT_WITHDRAWN,
        EventKind.ERASURE_ASKED,
        EventKind.ERASED,
    }
)
"""What stays told of somebody who was erased: that they consented, and that they left."""

PLACE_EVENTS = frozenset(
    {
        EventKind.PERSON_ADDED,
        EventKind.ENROLLED,
        EventKind.SIGNED_IN,
        EventKind.SIGNED_OUT,
        EventKind.SWITCHED,
        EventKind.PASSWORD_CHANGED,
        EventKind.ADDRESS_CHANGED,
        EventKind.KEYS_CHANGED,
        EventKind.SIGN_INS_ENDED,
        EventKind.SECOND_STEP,
        EventKind.RECOVERY_USED,
        EventKind.CODES_GUESSED,
        EventKind.LINKED,
        EventKind.UNLINKED,
        EventKind.NOT_VOUCHED,
        EventKind.PAGE_CLOSED,
        EventKind.INVITED,
        EventKind.UNINVITED,
        EventKind.QUOTA_SET,
        EventKind.INVITATION_USED,
    }
)
"""What also stays of somebody who goes on learning here, but takes all their videos back."""

ERASED_NAME = "Erased person"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A request that things of a person be removed, and what came of it.

    ``take_id`` is set for one take. ``receipt`` grows while the work goes on, so that work
    that was interrupted loses none of it; it is complete when ``finished_at`` is set.
    """

    id: str
    person_id: str
    scope: Scope
    asked_at: datetime
    asked_by: str
    take_id: str | None = None
    finished_at: datetime | None = None
    receipt: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """What was removed from the record, and which stored bytes nothing refers to any more.

    ``rows`` counts rows by table. ``assets`` are the videos to be removed with everything made
    of them; ``shared`` counts those that somebody's other take holds, too, and which stay.
    ``clip_keys`` and ``uploads`` name cut clips and files on their way.
    """

    rows: dict[str, int]
    assets: tuple[Asset, ...]
    shared: int
    clip_keys: tuple[str, ...]
    uploads: tuple[str, ...]


class Erasing(Protocol):
    """Removes rows for good, whatever table refers to them."""

    def reach(
        self, person_id: str, scope: Scope, take_id: str | None
    ) -> tuple[list[str], list[str]]:
        """The takes and the uploads a request is about, by id, in the order of their birth."""

    def busy(self, takes: Collection[str], uploads: Collection[str], now: datetime) -> bool:
        """Whether a worker makes something of these at this moment."""

    def remove(
        self, person_id: str, scope: Scope, takes: Collection[str], uploads: Collection[str]
    ) -> Gone:
        """Remove them with all that refers to them; what is gone already counts as nothing."""

    def remove_reply(self, reply_id: str) -> Gone:
        """Remove a reply with its answers, its video, and a clip nothing else shows."""
