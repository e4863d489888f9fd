"""A few kernels that have started and belong to nobody yet, so that a page need not wait for one.

A kernel here has no person in its environment, and no owner: nobody can reach it. Once it is
claimed it is bound to its person first, then it is told who that is, and only then does a
browser hear its name. None ever comes back.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from practika_kernel.server.endings import Ending
from practika_kernel.server.kernels import OwnedKernels
from practika_kernel.server.lean.run import CellFailed, Talk

LOG = logging.getLogger("practika.server")

SIZE = 2
"""Kernels that wait. Each is 27 MB of its own; two are enough for people who come one by one,
and a crowd is limited by the machine, not by this."""
PAUSE = 0.6
"""Seconds after a claim in which no new kernel is begun: the processor is the page's."""
EVERY = 3.0
"""Seconds between two looks whether those that wait are still of use."""

WARM_WITHIN = 10.0
"""Seconds after which a fork server that has not come is said to be missing."""

STAND_BY = "__import__('practika_kernel.bootstrap').bootstrap.stand_by()"
"""Run in each: what is the same for everybody is done while nobody waits. Half of the 70 ms a
page's cells took was this, and a kernel's very first cell."""


class Pool:
    """Kernels in waiting, each with the conversation it will go on with.

    Parameters
    ----------
    kernels
        The server's.
    size
        How many; 0 where they cannot be forked, because each then costs a second of processor.
    present
        Returns the stamp of the code a kernel forked now would run; "" when nobody knows.
    forks
        The fork server's socket, which is there once kernels can be forked; None for no waiting.
    """

    def __init__(
        self,
        kernels: OwnedKernels,
        size: int,
        present: Callable[[], str],
        forks: Path | None = None,
    ) -> None:
        self._kernels, self._size, self._present = kernels, size, present
        self._forks = forks
        self._ready: dict[str, Talk] = {}
        self._claimed = asyncio.Event()

    def claim(self) -> tuple[str, Talk] | None:
        """Take a kernel out for good, with its conversation; None when none waits.

        The caller binds it to its person before anything else happens.
        """
        while self._ready:
            kernel_id = next(iter(self._ready))
            if self._is_well(kernel_id):
                self._claimed.set()
                return kernel_id, self._ready.pop(kernel_id)
            self._drop(kernel_id)
        return None

    def _is_well(self, kernel_id: str) -> bool:
        """Whether it lives and runs the present code."""
        if kernel_id not in self._kernels:
            return False
        provisioner: Any = self._kernels.get_kernel(kernel_id).provisioner
        process = provisioner.process if provisioner else None
        stamp = self._present()
        current = not stamp or self._kernels.stamp_of(kernel_id) == stamp
        return process is not None and process.poll() is None and current

    def _drop(self, kernel_id: str) -> None:
        talk = self._ready.pop(kernel_id, None)
        if talk is not None:
            talk.close()
        self._kernels.end_soon(kernel_id, Ending.CLOSED)

    async def run(self) -> None:
        """Keep kernels waiting until cancelled."""
        try:
            await self._until_warm()
            while self._size:
                await self._tidy()
                self._claimed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._claimed.wait(), EVERY)
                    await asyncio.sleep(PAUSE)
        finally:
            for kernel_id in list(self._ready):
                self._drop(kernel_id)

    async def _until_warm(self) -> None:
        """Wait for a fork server that was started with us: it needs a second more than we do."""
        if self._size and self._forks is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(WARM_WITHIN):
                    while not self._forks.exists():
                        await asyncio.sleep(0.05)

    async def _tidy(self) -> None:
        for kernel_id in [each for each in self._ready if not self._is_well(each)]:
            self._drop(kernel_id)
        while len(self._ready) < self._size:
            # Whatever is wrong with starting kernels, the next look may be better.
            (failed,) = await asyncio.gather(self._begin(), return_exceptions=True)
            if isinstance(failed, asyncio.CancelledError):
                raise failed
            if isinstance(failed, BaseException):
                LOG.info("No kernel could be kept waiting: %s", failed)
                return

    async def _begin(self) -> None:
        kernel_id = str(uuid.uuid4())
        await self._kernels.start(kernel_id, {})
        if not self._kernels.stamp_of(kernel_id):  # it was not forked; the next page starts its own
            await self._kernels.end(kernel_id, Ending.CLOSED)
            raise CellFailed("the fork server does not answer")
        talk = Talk(self._kernels.get_kernel(kernel_id))
        try:
            await talk.open()
            async for _ in talk.run([STAND_BY]):
                pass
        except BaseException:
            talk.close()  # the server cannot end while a socket of its is open
            await self._kernels.end(kernel_id, Ending.CLOSED)
            raise
        self._ready[kernel_id] = talk
