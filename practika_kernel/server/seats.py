"""Seats: every open page takes one, and somebody who finds none waits for the next."""

from __future__ import annotations

import time

from practika_kernel.server.endings import Ending
from practika_kernel.server.kernels import OpenPage, OwnedKernels
from practika_kernel.server.room import Place, WaitingRoom, spare


class Seats:
    """Counts the pages that are open or about to be.

    Parameters
    ----------
    kernels
        The server's.
    number
        Pages that may be open at a time.
    per_person
        Pages of one person; the next one takes the place of their least used.
    """

    def __init__(self, kernels: OwnedKernels, number: int, per_person: int) -> None:
        self.number = number
        self.room = WaitingRoom()
        self._kernels, self._per_person = kernels, per_person
        self._coming: set[str] = set()  # keys of pages whose request has not ended

    def take(self, page: OpenPage) -> Place | None:
        """Take a seat for a page, to be given back by `release` when its request has ended.

        A page nobody has looked at for a while gives way. Returns None when there is a seat,
        else the person's place in the line; they ask again until it is their turn.
        """
        pages = self._kernels.pages
        mine = sum(each.person_id == page.person_id for each in pages.values())
        if mine >= self._per_person:
            self._coming.add(page.key)
            return None
        now = time.monotonic()
        left = spare(pages, now)
        taken = len({each.key for each in pages.values()} | self._coming)
        free = self.number - taken + len(left)
        place = self.room.admit((page.sign_in_id, page.page), free, now)
        if place is None:
            self._coming.add(page.key)
            if taken >= self.number:
                self._kernels.end_soon(left[0], Ending.IDLE)
        return place

    def release(self, page: OpenPage) -> None:
        """Note that the request is over: from now on the kernel itself counts, if it is there."""
        self._coming.discard(page.key)
