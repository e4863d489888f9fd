"""Ends what hangs on a sign-in when the sign-in ends, wherever it was ended.

A sign-in may be revoked by another server process or at the command line. Open websockets,
live connections and kernels would not notice: they asked when they were opened.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection

LOG = logging.getLogger("practika.server")

EVERY = 2.0
"""Seconds between two looks into the record: "within a few seconds" for the price of one query
a sign-in with an open page."""

Closer = Callable[[], None]


class SignInWatch:
    """Knows what is open under each sign-in. Used on the event loop only."""

    def __init__(self, alive: Callable[[str], bool]) -> None:
        self._alive = alive
        self._closers: dict[str, list[Closer]] = defaultdict(list)

    def add(self, sign_in_id: str, closer: Closer) -> Callable[[], None]:
        """Have ``closer`` called when the sign-in ends; returns how to call that off."""
        self._closers[sign_in_id].append(closer)

        def forget() -> None:
            closers = self._closers.get(sign_in_id, [])
            if closer in closers:
                closers.remove(closer)
            if not closers:
                self._closers.pop(sign_in_id, None)

        return forget

    def ended(self, sign_in_id: str) -> None:
        """Close everything of a sign-in now."""
        for closer in self._closers.pop(sign_in_id, []):
            closer()

    async def run(self) -> None:
        """Look after all sign-ins until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            looking = asyncio.to_thread(self._gone, list(self._closers))
            # Whatever the database has to say, it may be back the next time.
            (gone,) = await asyncio.gather(looking, return_exceptions=True)
            if isinstance(gone, BaseException):
                LOG.warning("Sign-ins could not be looked at, trying again: %s", gone)
                continue
            for sign_in_id in gone:
                self.ended(sign_in_id)

    def _gone(self, sign_in_ids: Collection[str]) -> list[str]:
        return [each for each in sign_in_ids if not self._alive(each)]
