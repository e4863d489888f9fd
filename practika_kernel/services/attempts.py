"""How often something may be tried that somebody might guess: a password, a link.

A try is written down before it is looked at and taken out when it was right, each in a
transaction of its own. So the count holds between server processes and over a restart, and many
tries at once are no way round it. Those that have to wait are not counted: nobody is kept
waiting for longer by being impatient.
"""

from __future__ import annotations

import logging
import math
from datetime import timedelta

from practika_kernel.domain.attempts import (
    COUNTED,
    COUNTED_CLIENT,
    FREE,
    FREE_CLIENT,
    LONGEST,
    LONGEST_CLIENT,
    Attempt,
    Purpose,
    wait,
)
from practika_kernel.domain.errors import TooManyTries
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.domain.resets import digest

log = logging.getLogger("practika.attempts")


class Tries:
    """Counts them, and tells when the next one has to wait."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def begin(self, purpose: Purpose, account: str, client: str, device: str = "") -> str:
        """Write a try down; return its name for `passed`.

        Parameters
        ----------
        purpose
            What is tried; each is counted by itself.
        account
            What somebody wants to get into, as an e-mail address; "" where that is not counted.
        client
            Where it comes from (`practika_kernel.domain.attempts.origin`).
        device
            The device's name where it is known to the account: it is counted by itself then,
            apart from strangers and from who else comes from that address. "" for a stranger.

        Raises `TooManyTries` when this one has to wait; nothing is written then.
        """
        who = digest(f"{account}\n{device}" if device else account)
        where, now = digest(f"device {device}" if device else client), self._clock()
        with self._record.write() as uow:
            turns = (who, where) if account else (where,)
            uow.attempts.take_turn(*(f"{purpose} {key}" for key in turns))
            by_client = uow.attempts.by_client(purpose, where, now - COUNTED_CLIENT)
            left = wait(by_client, now, FREE_CLIENT, LONGEST_CLIENT)
            if account:
                by_account = uow.attempts.by_account(purpose, who, now - COUNTED)
                left = max(left, wait(by_account, now, FREE, LONGEST))
            attempt = Attempt(new_id(), purpose, who, where, now)
            if not left:
                uow.attempts.add(attempt)
        if left:
            self._refuse(purpose, left)
        return attempt.id

    def passed(self, attempt_id: str) -> None:
        """It was right, or no guess at all: count it no more."""
        with self._record.write() as uow:
            uow.attempts.remove(attempt_id)

    def _refuse(self, purpose: Purpose, left: timedelta) -> None:
        seconds = max(1, math.ceil(left.total_seconds()))
        log.warning("Many tries (%s) came to nothing: the next waits %d s", purpose, seconds)
        raise TooManyTries(seconds)
