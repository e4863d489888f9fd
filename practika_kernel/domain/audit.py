"""The audit log: who did what in the administration, and who looked at whose video.

It is a table of its own. Events drive pages and numbers and stay; a deed is there to be read by
somebody who answers for the school, and goes when its time is over. Deeds of a kind that is an
event too are noted with the event, in the same transaction.

What people practise and say of each other's videos is no deed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from practika_kernel.domain.events import Event, EventKind

VISIT = timedelta(minutes=30)
"""Who plays a video, stops and goes on within this time has looked at it once."""


class DeedKind(StrEnum):
    """Kinds of deeds that are no events: nothing waits for them and no number counts them."""

    SIGN_IN_FAILED = "sign_in.failed"
    SIGN_IN_HELD = "sign_in.held"
    SIGN_INS_UNTOLD = "sign_in.untold"
    SIGNED_OUT_BY_ADMIN = "person.signed_out_by"
    ROLE_CHANGED = "person.role_changed"
    LINK_MADE = "person.link_made"
    PLACE_GIVEN = "place.given"
    PLACE_CHANGED = "place.changed"
    PLACE_TAKEN = "place.taken"
    VIDEO_VIEWED = "video.viewed"
    VIDEOS_TAKEN = "videos.taken"
    TABLE_TAKEN = "table.taken"


@dataclass(frozen=True, slots=True)
class Described:
    """What a kind is called where one chooses it, and among which it stands."""

    group: str
    label: str


_SIGN_INS, _ACCOUNTS, _COURSES = "Sign-ins", "Accounts and roles", "Courses and invitations"
_VIEWS, _EXPORTS, _CONSENT = "Videos of others", "Exports", "Consent and erasure"
_RUNNING = "Running Practika"

KINDS: dict[str, Described] = {
    EventKind.SIGNED_IN: Described(_SIGN_INS, "Signed in"),
    EventKind.SIGNED_OUT: Described(_SIGN_INS, "Signed out"),
    EventKind.SIGN_INS_ENDED: Described(_SIGN_INS, "Signed out other devices"),
    DeedKind.SIGN_IN_FAILED: Described(_SIGN_INS, "Failed to sign in"),
    DeedKind.SIGN_IN_HELD: Described(_SIGN_INS, "Had to wait after many tries"),
    DeedKind.SIGN_INS_UNTOLD: Described(_SIGN_INS, "More failures than are told"),
    DeedKind.SIGNED_OUT_BY_ADMIN: Described(_SIGN_INS, "Signed out by an admin"),
    EventKind.SECOND_STEP: Described(_SIGN_INS, "Second step changed"),
    EventKind.RECOVERY_USED: Described(_SIGN_INS, "Recovery code used"),
    EventKind.CODES_GUESSED: Described(_SIGN_INS, "Many wrong codes"),
    EventKind.LINKED: Described(_SIGN_INS, "Provider linked"),
    EventKind.UNLINKED: Described(_SIGN_INS, "Provider unlinked"),
    EventKind.NOT_VOUCHED: Described(_SIGN_INS, "Not let in by the provider"),
    EventKind.PERSON_ADDED: Described(_ACCOUNTS, "Account made"),
    EventKind.SWITCHED: Described(_ACCOUNTS, "Account switched on or off"),
    DeedKind.ROLE_CHANGED: Described(_ACCOUNTS, "Role changed"),
    EventKind.PASSWORD_CHANGED: Described(_ACCOUNTS, "New password"),
    DeedKind.LINK_MADE: Described(_ACCOUNTS, "Link to a new password made"),
    EventKind.ADDRESS_CHANGED: Described(_ACCOUNTS, "New address"),
    EventKind.ENROLLED: Described(_COURSES, "Joined a course"),
    DeedKind.PLACE_GIVEN: Described(_COURSES, "Place given"),
    DeedKind.PLACE_CHANGED: Described(_COURSES, "Role in a course changed"),
    DeedKind.PLACE_TAKEN: Described(_COURSES, "Place taken"),
    EventKind.COURSE_ADDED: Described(_COURSES, "Course made"),
    EventKind.COURSE_CHANGED: Described(_COURSES, "Course changed"),
    EventKind.INVITED: Described(_COURSES, "Invitation made"),
    EventKind.UNINVITED: Described(_COURSES, "Invitation revoked"),
    EventKind.INVITATION_USED: Described(_COURSES, "Invitation used"),
    EventKind.SHARE_SET: Described(_COURSES, "Share of second ratings set"),
    EventKind.IMPORTED: Described(_COURSES, "Takes imported"),
    EventKind.GUEST_INVITED: Described(_VIEWS, "Link for a guest made"),
    EventKind.GUEST_ENDED: Described(_VIEWS, "Link for a guest ended"),
    EventKind.GUEST_OPENED: Described(_VIEWS, "Opened by a guest"),
    EventKind.EXEMPLAR_ASKED: Described(_VIEWS, "Asked whether the class may see a take"),
    EventKind.EXEMPLAR_ANSWERED: Described(_VIEWS, "Answered whether the class may see a take"),
    EventKind.EXEMPLAR_ENDED: Described(_VIEWS, "Showing a take to the class ended"),
    DeedKind.VIDEO_VIEWED: Described(_VIEWS, "Video viewed"),
    DeedKind.VIDEOS_TAKEN: Described(_EXPORTS, "Videos taken away"),
    EventKind.EXPORTED: Described(_EXPORTS, "Data set for a study"),
    DeedKind.TABLE_TAKEN: Described(_EXPORTS, "Table taken away"),
    EventKind.CONSENT_GIVEN: Described(_CONSENT, "Consent given"),
    EventKind.CONSENT_WITHDRAWN: Described(_CONSENT, "Consent withdrawn"),
    EventKind.ERASURE_ASKED: Described(_CONSENT, "Taken back for good"),
    EventKind.ERASED: Described(_CONSENT, "Removed for good"),
    EventKind.TAKE_LEFT: Described(_COURSES, "Take moved to another course"),
    EventKind.ORIGINAL_LET_GO: Described(_RUNNING, "Original removed"),
    EventKind.ORIGINAL_BACK: Described(_RUNNING, "Original came back"),
    EventKind.QUOTA_SET: Described(_RUNNING, "Quota set"),
    EventKind.JOB_RETRIED: Described(_RUNNING, "Work tried again"),
    EventKind.PAGE_CLOSED: Described(_RUNNING, "Page closed"),
}
"""The whole vocabulary, in the order in which it is chosen from."""

AUDITED: tuple[EventKind, ...] = tuple(kind for kind in EventKind if kind in KINDS)
"""The events that are deeds as well."""

LASTING = frozenset(
    {
        EventKind.CONSENT_GIVEN,
        EventKind.CONSENT_WITHDRAWN,
        EventKind.ERASURE_ASKED,
        EventKind.ERASED,
    }
)
"""What stays told of somebody who was erased, under a name that says nothing."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the log. It is added and removed, never changed.

    ``actor_id`` is "" for the operator at the command line, the machine, and strangers;
    ``person_id`` is whom it is about. ``data`` holds a few plain values, no names and no texts.
    Of two deeds with the same ``key`` the first stands; None for what may come again.
    """

    kind: str
    at: datetime
    actor_id: str = ""
    person_id: str = ""
    course_id: str = ""
    take_id: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    id: int = 0


def deed_of(event: Event) -> Deed | None:
    """Return the line an event makes; None for one that makes none.

    A place that was given to somebody is told as that, and not once more as joined.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> deed_of(Event(EventKind.SIGNED_IN, noon, "ab")).actor_id
    'ab'
    >>> deed_of(Event(EventKind.REPLY_SEEN, noon, "ab")) is None
    True
    """
    if event.kind not in KINDS or event.data.get("given"):
        return None
    return Deed(
        str(event.kind),
        event.at,
        event.actor_id,
        event.student_id,
        event.course_id,
        event.take_id,
        event.data,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the log begins: behind the deed of this moment and number."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """Read what ``str()`` wrote; None for anything else.

        >>> str(Place.parse("2026-03-02T12:00:00+00:00_7")), Place.parse("rubbish")
        ('2026-03-02T12:00:00+00:00_7', None)
        """
        at, _, number = text.rpartition("_")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        return cls(moment, int(number)) if moment.tzinfo else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deeds: of these kinds (none means all), by or about a person, in a course.

    ``since`` belongs to it, ``until`` does not.
    """

    kinds: tuple[str, ...] = ()
    person_id: str = ""
    course_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Viewed:
    """Whose take a video shows, and as what somebody looks at it.

    ``way`` is "rater" or "judge" for who does not know whose it is, "exemplar" for what is shown
    to the class, else "".
    """

    take_id: str
    student_id: str
    course_id: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """When somebody looked at a take last."""

    take_id: str
    actor_id: str
    way: str
    at: datetime


class Audit(Protocol):
    """The log. Nothing changes a line; lines go when they are old, or their person is erased."""

    def add(self, deeds: Collection[Deed]) -> None:
        """Store deeds; those whose key is there already are left out."""

    def page(self, wanted: Wanted, limit: int, after: Place | None = None) -> Sequence[Deed]:
        """At most ``limit``, the newest first, behind a place; an empty list when none is left."""

    def viewed(self, actor_ids: Collection[str], since: datetime) -> set[tuple[str, str]]:
        """Who looked at which take since then, as pairs of ids."""

    def count(self, kinds: Collection[str], since: datetime, *, known: bool) -> int:
        """How many of these since then are about a person we know, or about nobody."""

    def seen_by(self, take_ids: Collection[str]) -> list[Seen]:
        """Who looked at these takes and when last, the latest first."""

    def sweep(self, before: datetime, most: int) -> int:
        """Remove the oldest from before then; return how many."""


def shortened(address: str) -> str:
    """Return the network an address lies in: enough to tell two apart, too little to find one.

    >>> shortened("192.0.2.77"), shortened("2001:db8:1:2::7"), shortened("elsewhere")
    ('192.0.2.0/24', '2001:db8:1::/48', '')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    length = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network((found, length), strict=False))
