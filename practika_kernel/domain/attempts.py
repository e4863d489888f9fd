"""Tries that came to nothing: how they are counted, and how long the next one waits.

Each try is counted twice, by the account it was for and by where it came from. A device somebody
has signed in on before has counts of its own: what strangers do never makes it wait.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from practika_kernel.domain.resets import digest

FREE = 10
"""Tries for one account within `COUNTED` that make nobody wait."""
COUNTED = timedelta(hours=1)
FIRST = timedelta(seconds=30)
"""How long the next one waits then; twice as long after each more."""
LONGEST = timedelta(minutes=15)
"""Never longer. Some 17 guesses an hour are left, for as long as somebody goes on."""
FREE_CLIENT = 50
"""Tries from one client within `COUNTED_CLIENT`, whoever they were for: a class that begins its
lesson behind one address mistypes less."""
COUNTED_CLIENT = timedelta(minutes=10)
LONGEST_CLIENT = timedelta(minutes=1)
"""Short, because others may sit behind the same address."""
MOST_KNOWN = 10
"""Accounts one device is known for; of more, those that signed in last."""
_TEXT = re.compile(rf"[0-9a-f]{{32}}(\.[0-9a-f]{{32}}){{0,{MOST_KNOWN}}}")


class Purpose(StrEnum):
    """What was tried."""

    SIGN_IN = "sign-in"
    PASSWORD = "password"  # the form on the profile page
    RESET = "reset"
    JOIN = "join"
    CODE = "code"  # the second step at sign-in


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try under way, or one that came to nothing. ``account`` and ``client`` are SHA-256."""

    id: str
    purpose: Purpose
    account: str
    client: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many tries there were, and when the last was (None for none)."""

    number: int
    last: datetime | None = None


def wait(count: Count, now: datetime, free: int, longest: timedelta) -> timedelta:
    """Return how long the next try has to wait still; zero when it need not.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> [wait(Count(n, noon), noon, 10, LONGEST).seconds for n in (9, 10, 11, 12, 99)]
    [0, 30, 60, 120, 900]
    """
    if count.last is None or count.number < free:
        return timedelta(0)
    doubled = FIRST * (1 << min(count.number - free, 20))
    return max(count.last + min(doubled, longest) - now, timedelta(0))


def origin(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 an IPv6 address lies in.

    >>> origin("192.0.2.7"), origin("2001:db8:1:2:3:4:5:6"), origin("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::', '192.0.2.7')
    >>> origin("")
    ''
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)


@dataclass(frozen=True, slots=True)
class Device:
    """What a browser keeps of the accounts that signed in on it.

    ``id`` is 128 random bits in hex; each of ``marks`` stands for one account with the password
    it had then, and tells neither.

    >>> device = Device.read("")
    >>> mine = device.mark("mira@example.org", "the hash of her password")
    >>> later = Device.read(device.knowing(mine).text)
    >>> mine in later.marks, later.id == device.id, device.marks
    (True, True, ())
    """

    id: str
    marks: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Device:
        """Return the device of a cookie; a new one, known to nobody, for anything else."""
        if not _TEXT.fullmatch(text):
            return cls(secrets.token_hex(16))
        name, *marks = text.split(".")
        return cls(name, tuple(marks))

    @property
    def text(self) -> str:
        """What goes into the cookie: at most 362 characters."""
        return ".".join((self.id, *self.marks))

    def mark(self, email: str, hashed: str) -> str:
        """Return what stands for an account here; another once its password is another."""
        return digest(f"{self.id}\n{email}\n{hashed}")[:32]

    def knowing(self, mark: str) -> Device:
        """Return the device as it is after that account signed in."""
        others = [each for each in self.marks if each != mark]
        return Device(self.id, (*others[-(MOST_KNOWN - 1) :], mark))


class Attempts(Protocol):
    """Tries of the last hour."""

    def take_turn(self, *keys: str) -> None:
        """Wait until nobody else counts these; until the transaction ends nobody does."""

    def by_account(self, purpose: Purpose, account: str, since: datetime) -> Count:
        """How many since then for an account, and when the last was."""

    def by_client(self, purpose: Purpose, client: str, since: datetime) -> Count:
        """How many since then from a client, and when the last was."""

    def add(self, attempt: Attempt) -> None:
        """Store one."""

    def remove(self, attempt_id: str) -> None:
        """It came to something: it was none."""

    def forgive(self, purpose: Purpose, account: str) -> None:
        """Remove all that were for an account."""

    def sweep(self, before: datetime, most: int) -> int:
        """Remove the oldest from before then; return how many."""
