"""Notifications, e-mails, tries and deeds that are over for long are removed, a few at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from practika_kernel.domain.addresses import KEPT
from practika_kernel.domain.attempts import COUNTED
from practika_kernel.domain.guests import KEPT as KEPT_GUESTS
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.second_step import NEWS_KEPT

UNREAD = timedelta(days=365)
"""How long what nobody read is kept at least: somebody may have been away."""
BATCH = 500
"""Rows removed in one transaction; others write between two."""


class Sweeping:
    """Removes what was told long ago.

    ``days`` is how long what was read or sent is kept, ``audit_days`` a line of the audit log.
    """

    def __init__(self, record: Record, clock: Clock, days: int, audit_days: int = 400) -> None:
        self._record, self._clock, self._kept = record, clock, timedelta(days=days)
        self._audit = timedelta(days=audit_days)

    def sweep(self) -> tuple[int, int]:
        """Remove old notifications, then old letters; return how many of each.

        Changes of address that came to an end, whichever, go after two days; half sign-ins and
        trust in browsers when they run out.

        A letter stays as long as a notification that went into it, and while it waits. The link
        in an e-mail that stops such e-mails opens no longer once its letter is removed. Tries
        that came to nothing go as soon as they count no more, within the hour; guests thirty days
        after their link has ended; lines of the audit log when their time is over.
        """
        now = self._clock()
        before, unread = now - self._kept, now - max(self._kept, UNREAD)
        notices = self._all(lambda uow: uow.notices.sweep(before, unread, BATCH))
        letters = self._all(lambda uow: uow.letters.sweep(before, BATCH))
        with self._record.write() as uow:
            uow.addresses.forget(now - KEPT)
            uow.doorsteps.sweep(now)
            uow.second_steps.forget_news(now - NEWS_KEPT)
        self._all(lambda uow: uow.guests.forget(now - KEPT_GUESTS, now, BATCH))
        self._all(lambda uow: uow.attempts.sweep(now - COUNTED, BATCH))
        self._all(lambda uow: uow.audit.sweep(now - self._audit, BATCH))
        return notices, letters

    def _all(self, some: Callable[[UnitOfWork], int]) -> int:
        total, removed = 0, BATCH
        while removed == BATCH:
            with self._record.write() as uow:
                removed = some(uow)
            total += removed
        return total
