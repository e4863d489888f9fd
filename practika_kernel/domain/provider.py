"""Sign-in by an OpenID provider: whom it vouches for, who they are here, the way there and back.

Practika asks one provider. Whoever comes back from it is known by issuer and subject alone once
they are linked; before that by an address the provider has verified, or by an invitation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from practika_kernel.domain.errors import PractikaError

LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""
MOST_ERRANDS = 500
"""People of one client who may be on their way at a time: a large school behind one address."""


class Way(StrEnum):
    """How somebody has proven who they are."""

    PASSWORD = "password"
    PROVIDER = "provider"


class Why(StrEnum):
    """Why nobody was let in, as the audit log tells it."""

    DENIED = "denied"  # by the person, at the provider
    FAILED = "failed"  # the provider says so itself
    UNREACHABLE = "unreachable"
    STATE = "state"  # used, run out, or never ours
    BROWSER = "browser"  # begun in another one
    PERSON = "person"  # begun by somebody else
    TOKEN = "token"  # none, or none that can be read
    ALGORITHM = "algorithm"
    KEY = "key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    TIME = "time"  # issued in the future
    NONCE = "nonce"
    CLAIM = "claim"  # another one is wrong or missing
    USERINFO = "userinfo"
    NO_EMAIL = "no_email"
    UNVERIFIED = "unverified"
    UNPROVEN = "unproven"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    OTHER = "other"  # the person is linked to another account there
    TAKEN = "taken"  # the account there is linked to another person


_NOBODY = (
    "{name} knows you, but nobody here goes by that account. Ask your teacher or the person who "
    "runs Practika for an invitation."
)
_NO_TRUST = (
    "{name} sent an answer that cannot be trusted, so nobody was signed in. Try again, and tell "
    "the person who runs Practika if it stays so."
)
_SENTENCES = {
    Why.DENIED: "You were not signed in: {name} says that you did not agree. Try again.",
    Why.FAILED: "{name} could not sign you in. Try again, or tell the person who runs Practika.",
    Why.UNREACHABLE: "{name} does not answer at the moment. Try again in a minute.",
    Why.STATE: "This sign-in was used already, or took longer than 10 minutes. Begin again.",
    Why.BROWSER: "This sign-in was begun in another browser. Begin again here.",
    Why.PERSON: "This was begun by somebody else who was signed in here. Begin again.",
    Why.NO_EMAIL: (
        "{name} did not tell your e-mail address, and Practika needs one. Tell the person who "
        "runs Practika."
    ),
    Why.UNVERIFIED: (
        "{name} has not verified your e-mail address, so it cannot tell who you are here. Verify "
        "it there, or sign in with your password and link the account in your profile."
    ),
    Why.UNPROVEN: (
        "Somebody joined with your e-mail address and nobody has confirmed it yet. Sign in with "
        "the password and link the account in your profile, or ask for a new password first."
    ),
    Why.UNKNOWN: _NOBODY,
    Why.INACTIVE: _NOBODY,
    Why.OTHER: _NOBODY,
    Why.TAKEN: "That account of {name} is linked to somebody else here. Nothing was changed.",
}
"""What the person reads; whatever is not here is an answer that cannot be trusted."""


class NotVouched(PractikaError):
    """Nobody is let in by what came back; nothing was stored.

    ``whose`` is the id of the person it was about, "" where that is not known.

    >>> NotVouched(Why.AUDIENCE, "School").sentence == NotVouched(Why.NONCE, "School").sentence
    True
    >>> NotVouched(Why.INACTIVE, "School").sentence == NotVouched(Why.UNKNOWN, "School").sentence
    True
    """

    def __init__(self, why: Why, name: str, whose: str = "") -> None:
        shown = name[:1].upper() + name[1:]
        super().__init__(_SENTENCES.get(why, _NO_TRUST).format(name=shown))
        self.why, self.whose = why, whose


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for. ``email`` and ``name`` are "" where it does not tell them.

    ``verified`` says that the provider has seen for itself that the address is theirs.
    """

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """That a person here is that account there. ``used_at`` is when they last came by it."""

    id: str
    person_id: str
    issuer: str
    subject: str
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """Somebody is on their way to the provider and back.

    ``id`` is the SHA-256 (hex) of the state that goes with them, ``browser`` that of the secret
    their browser keeps meanwhile, ``client`` that of where they came from. ``wanted`` is the path
    they go on to ("" for their home), ``invitation`` the SHA-256 of the link they join by,
    ``person_id`` who wants to be linked. ``stay`` is what was ticked before they left: whether
    the browser keeps the sign-in.
    """

    id: str
    browser: str
    client: str
    expires_at: datetime
    wanted: str = ""
    invitation: str | None = None
    person_id: str | None = None
    stay: bool = False


class Provider(Protocol):
    """The provider, as it is spoken to. ``name`` is what people call it, ``issuer`` its own name.

    Every call may take seconds.
    """

    name: str
    issuer: str

    def way(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Return the address where people sign in; ``back`` is where they are sent to then.

        Raises `NotVouched` when the provider does not say where that is.
        """

    def vouch(self, back: str, code: str, nonce: str, verifier: str, said: str) -> Vouched:
        """Return whom a code stands for, once all that comes with it has been looked at.

        ``said`` is who the answer says it is from ("" where it does not). Raises `NotVouched`.
        """

    def out(self) -> str:
        """Return the address where people sign out there; "" where it has none.

        Raises `NotVouched` when it does not answer.
        """

    def check(self) -> str:
        """Return a few words on how it stands; raises `NotVouched` or `Misconfigured`."""


class Links(Protocol):
    """Who is which account of a provider."""

    def add(self, link: Link) -> None:
        """Store one; `Conflict` for an account that is linked, or a person who has one there."""

    def of_subject(self, issuer: str, subject: str) -> Link | None:
        """The link of an account."""

    def of_person(self, person_id: str) -> list[Link]:
        """A person's links, the oldest first."""

    def all(self) -> list[Link]:
        """Every link, the oldest first."""

    def used(self, link_id: str, at: datetime) -> None:
        """Write down that somebody came by it."""

    def remove(self, link_id: str) -> bool:
        """Take it away; False when it was gone."""


class Errands(Protocol):
    """Who is on their way."""

    def add(self, errand: Errand) -> None:
        """Store one."""

    def take(self, errand_id: str) -> Errand | None:
        """Take one out, so that of two who come back by it one does."""

    def number(self, client: str) -> int:
        """How many of a client's are stored."""

    def forget(self, before: datetime) -> None:
        """Delete what ran out before then."""
