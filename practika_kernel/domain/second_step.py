"""A second step at sign-in: six digits that an app on the person's own device shows.

Whoever has it on comes in with the password and a code, or a code for emergencies, once each.
Between the two is a half sign-in, which opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from practika_kernel.domain.people import Role
from practika_kernel.domain.resets import digest

STEP = 30
"""Seconds a code is shown (RFC 6238)."""
DRIFT = 1
"""Steps a device's clock may be early or late."""
HALF_LASTS = timedelta(minutes=5)
"""How long a half sign-in waits for the code."""
SETTING_UP_LASTS = timedelta(minutes=15)
"""How long it waits where the step is to be set up first: an app may have to be installed."""
PENDING_LASTS = timedelta(minutes=15)
"""How long a secret that nobody has confirmed yet is shown."""
TRUST_LASTS = timedelta(days=30)
"""How long a browser that is trusted needs no code."""
MOST_TRUSTED = 5
"""Accounts a browser is trusted for at a time; of more, those that came last."""
CODES = 10
"""Recovery codes a person has."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""What recovery codes are made of: nothing that looks like another. 16 of them are 79 bits."""
CODE_LENGTH = 16
NEWS_KEPT = timedelta(days=30)

STAFF = frozenset(Role) - {Role.STUDENT}
"""Who sees other people's videos, and may be asked for a second step."""


class Demand(StrEnum):
    """What the school wants of its staff. Anybody may have the step on in any case."""

    OFF = "off"
    ASKED = "asked"
    REQUIRED = "required"


class Passed(StrEnum):
    """How a sign-in came by the second step; "" for without."""

    WITHOUT = ""
    CODE = "code"
    RECOVERY = "recovery"
    TRUSTED = "trusted"


class SecondNews(StrEnum):
    """What the person is written about."""

    ON = "on"
    MOVED = "moved"
    OFF = "off"
    RESET = "reset"
    CODES = "codes"
    RECOVERY = "recovery"
    GUESSED = "guessed"
    LINKED = "linked"  # an account of a provider signs them in, too
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True)
class SecondStep:
    """A person's second step. ``sealed`` is the secret, sealed; None until it is on.

    ``last_step`` is the newest step of time a code was taken for: none opens twice. ``pending``
    is a sealed secret that waits to be confirmed by the sign-in that asked for it.
    """

    person_id: str
    sealed: str | None = None
    since: datetime | None = None
    last_step: int = 0
    pending: str | None = None
    pending_at: datetime | None = None
    pending_by: str = ""

    @property
    def on(self) -> bool:
        """Whether the person needs a code."""
        return self.sealed is not None

    def offered(self, by: str, now: datetime) -> str | None:
        """Return the sealed secret that waits to be confirmed by this sign-in; None for none."""
        fresh = self.pending_at is not None and now < self.pending_at + PENDING_LASTS
        return self.pending if fresh and self.pending_by == by else None


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A code that opens once without the app. ``id`` is its digest, see `recovery_digest`."""

    id: str
    person_id: str
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HalfSignIn:
    """Somebody whose password was right. ``id`` is the SHA-256 of the token in the cookie.

    ``sets_up`` is one that has to set the step up first. ``stay`` is what was ticked at the
    password: whether the browser keeps the sign-in.
    """

    id: str
    person_id: str
    created_at: datetime
    expires_at: datetime
    agent: str = ""
    stay: bool = False
    sets_up: bool = False


@dataclass(frozen=True, slots=True)
class TrustedBrowser:
    """A browser that needs no code until then. ``id`` is the SHA-256 of the token it keeps."""

    id: str
    person_id: str
    created_at: datetime
    expires_at: datetime
    agent: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecondLetter:
    """What the e-mail of this name tells a person of their second step, or of a ``provider``."""

    id: str
    person_id: str
    what: SecondNews
    at: datetime
    provider: str = ""


def demanded(demand: Demand, role: Role) -> bool:
    """Tell whether somebody of this role may not come in without a second step.

    >>> demanded(Demand.REQUIRED, Role.TEACHER), demanded(Demand.REQUIRED, Role.STUDENT)
    (True, False)
    >>> demanded(Demand.ASKED, Role.ADMIN)
    False
    """
    return demand is Demand.REQUIRED and role in STAFF


def step_of(moment: datetime) -> int:
    """Return the step of time a moment lies in.

    >>> from datetime import UTC
    >>> step_of(datetime.fromtimestamp(59, UTC)), step_of(datetime.fromtimestamp(60, UTC))
    (1, 2)
    """
    return int(moment.timestamp()) // STEP


def plain_code(typed: str) -> str:
    """Return what was typed as a code without what people put between its signs.

    >>> plain_code(" 123 456"), plain_code("ABCD-efgh-jkmn-pqrs")
    ('123456', 'abcdefghjkmnpqrs')
    """
    kept = (sign for sign in typed[:100].lower() if sign.isascii() and sign.isalnum())
    return "".join(kept)


def shown_code(code: str) -> str:
    """Write a recovery code in fours, as it is shown.

    >>> shown_code("abcdefghjkmnpqrs")
    'abcd-efgh-jkmn-pqrs'
    """
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def recovery_digest(person_id: str, code: str) -> str:
    """Return what the record keeps of a recovery code: it tells nothing, and opens for nobody else.

    >>> recovery_digest("mira", "abcd") == recovery_digest("ada", "abcd")
    False
    """
    return digest(f"recovery {person_id}\n{code}")
