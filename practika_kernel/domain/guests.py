"""Guests: somebody without an account who is shown one take by a link, and may comment on it.

A link is 256 random bits of which the record keeps the SHA-256 alone. It leads to one take for
some days; `GuestLink.state` says whether it still does. What guests write is kept apart from
replies until a teacher takes it over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from practika_kernel.domain.drawings import Shapes
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.people import clean_email
from practika_kernel.domain.practice import clean_text

LONGEST_DAYS = 90
USUAL_DAYS = 14
MOST_LINKS = 20
"""Links to one take that are open at the same time."""
MOST_VISITS = 50
"""Browsers that can open one link; a link that is passed on to more is no invitation any more."""
MOST_COMMENTS = 200
"""Comments by one link, those taken back left out."""
LONGEST_NAME = 80
SHORTEST_PHRASE = 6
LONGEST_PHRASE = 200
KEPT = timedelta(days=30)
"""How long after a link has ended its guests' names, and what nobody took over, are kept."""
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*")
"""What any mail server takes; nothing that would be a list of them, or a second line."""


class NoGuestLink(NotFound):
    """Never made, revoked, run out, or to a take that is gone: answered alike."""

    def __init__(self) -> None:
        super().__init__(
            "This link does not open (any more). Ask whoever sent it to you for a new one."
        )


class GuestLinkState(StrEnum):
    """What the list of links says of one."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


class GuestWord(StrEnum):
    """What has become of a guest's comment."""

    WAITING = "waiting"
    TAKEN = "taken over"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class GuestLink:
    """One link. ``token`` is the SHA-256 (hex) of what the link holds.

    ``guest`` is whom it is meant for, in the words of whoever made it ("" for nobody named, and
    after `KEPT`); ``phrase`` the hash of a pass phrase, "" without one. ``replies`` says whether
    released comments are shown, ``comments`` whether guests may write.
    """

    id: str
    token: str
    take_id: str
    made_by: str
    created_at: datetime
    expires_at: datetime
    guest: str = ""
    phrase: str = ""
    replies: bool = False
    comments: bool = True
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def state(self, now: datetime) -> GuestLinkState:
        """Say what has become of it; that it was revoked is said first.

        >>> from datetime import UTC
        >>> now = datetime(2026, 9, 1, tzinfo=UTC)
        >>> one = GuestLink("1", "", "t", "ada", now, now + timedelta(1))
        >>> one.state(now), one.state(now + timedelta(1))
        (<GuestLinkState.OPEN: 'open'>, <GuestLinkState.EXPIRED: 'expired'>)
        """
        if self.revoked_at is not None:
            return GuestLinkState.REVOKED
        return GuestLinkState.EXPIRED if now >= self.expires_at else GuestLinkState.OPEN

    @property
    def ended_at(self) -> datetime:
        """When it ended, or will."""
        return min(self.revoked_at or self.expires_at, self.expires_at)


@dataclass(frozen=True, slots=True)
class GuestLetter:
    """That a link is mailed: ``id`` is its letter's, ``email`` where that goes, for one guest."""

    id: str
    link_id: str
    email: str


@dataclass(frozen=True, slots=True)
class GuestVisit:
    """One browser that opened a link. ``token`` is the SHA-256 of what its cookie holds.

    ``name`` is what the guest calls themselves, "" after `KEPT`.
    """

    id: str
    link_id: str
    token: str
    name: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class GuestComment:
    """What a guest wrote, as a `practika_kernel.domain.feedback.Reply` would hold it.

    ``reply_id`` is the draft reply it was taken over into, None before and once that is gone.
    """

    id: str
    link_id: str
    visit_id: str
    kind: ReplyKind
    text: str
    created_at: datetime
    client_key: str
    start_ms: int | None = None
    end_ms: int | None = None
    drawing: Shapes | None = None
    state: GuestWord = GuestWord.WAITING
    decided_by: str | None = None
    decided_at: datetime | None = None
    reply_id: str | None = None


def checked_days(days: int) -> timedelta:
    """Return how long a link opens; `InvalidInput` outside 1 to 90 days.

    >>> checked_days(14)
    datetime.timedelta(days=14)
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(f"A link for a guest opens for 1 to {LONGEST_DAYS} days.")
    return timedelta(days=days)


def guest_name(text: str) -> str:
    r"""Return a guest's name in one line, "" for none; `InvalidInput` for a longer one.

    >>> guest_name(" Ana\n Kovač ")
    'Ana Kovač'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:1000]).split())
    return clean_text(line, what="name", limit=LONGEST_NAME)


def checked_phrase(text: str) -> str:
    """Return a pass phrase without blanks around it, "" for none.

    >>> checked_phrase("abc")
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: A pass phrase has 6 to 200 characters, or is empty.
    """
    phrase = text.strip()
    if phrase and not SHORTEST_PHRASE <= len(phrase) <= LONGEST_PHRASE:
        raise InvalidInput(
            f"A pass phrase has {SHORTEST_PHRASE} to {LONGEST_PHRASE} characters, or is empty."
        )
    return phrase


def checked_address(text: str) -> str:
    r"""Return the one address a link is mailed to, "" for none; `InvalidInput` for anything else.

    >>> checked_address(" Ana@Example.org "), checked_address(" ")
    ('ana@example.org', '')
    >>> checked_address("ana@example.org\r\nBcc: all@example.org")
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: Enter one e-mail address, such as ana@example.org.
    """
    if not text.strip():
        return ""
    try:
        address = clean_email(text)
    except InvalidInput:
        address = ""
    if not _ADDRESS.fullmatch(address):
        raise InvalidInput("Enter one e-mail address, such as ana@example.org.")
    return address


def demand_room(there: Iterable[GuestLink], student_id: str, now: datetime) -> None:
    """Pass silently while another link to a take may be made, else raise `Conflict`.

    ``there`` are the links to it so far. A student who has ended one wants no more of them.
    """
    links = list(there)
    if any(one.revoked_by == student_id for one in links):
        raise Conflict("The student ended a link to this take and wants no more guests for it.")
    if sum(one.state(now) is GuestLinkState.OPEN for one in links) >= MOST_LINKS:
        raise Conflict(f"{MOST_LINKS} links to this take are open. Revoke one first.")
