"""Kernels that belong to one person, one sign-in and one page, and answer nobody else."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from jupyter_client.manager import KernelManager
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import ApiPath

from practika_kernel.domain.people import Person, SignIn
from practika_kernel.server.endings import Ending
from practika_kernel.server.environment import NATIVE, kernel_environment, whose
from practika_kernel.server.watch import SignInWatch

LOG = logging.getLogger("practika.server")

ALLOWED_MESSAGES = (
    "comm_open",
    "comm_msg",
    "comm_close",
    "comm_info_request",
    "kernel_info_request",
)
"""All a page of widgets has to say. Code is executed by the server alone."""

REMEMBERED_SECONDS = 3600.0
"""How long the owner of a kernel that has ended can still learn why."""


@dataclass
class OpenPage:
    """Whose a kernel is, for which page, and how it is getting on.

    Times are seconds of `time.monotonic`. ``left`` is when its last websocket closed (at
    first: when it started), None while one is open. ``key`` lets the same page of the same
    sign-in find the kernel again; ``shown`` is what its cells showed, ``mark`` where the live
    changes stood before they ran.
    """

    kernel_id: str
    person_id: str
    sign_in_id: str
    page: str
    mark: str = ""
    forget: Callable[[], None] = lambda: None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    started: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    left: float | None = field(default_factory=time.monotonic)
    shown: list[list[dict[str, Any]]] = field(default_factory=list)
    sockets: set[Any] = field(default_factory=set)
    vacant: asyncio.Event = field(default_factory=asyncio.Event)
    building: bool = True
    pid: int = 0
    stamp: str = ""

    def __post_init__(self) -> None:
        self.vacant.set()

    def built(self) -> None:
        """Note that all cells have run: from now on its person may use it, or leave it."""
        self.building, self.heard = False, time.monotonic()
        if not self.sockets:
            self.left = self.heard

    def come_back(self) -> None:
        """Note that somebody has the page again; its websocket is about to come."""
        self.left = self.heard = time.monotonic()


@dataclass(frozen=True, slots=True)
class Ended:
    """A kernel that is no more: whose it was, why it ended, and when."""

    person_id: str
    sign_in_id: str
    ending: Ending
    at: float


class OwnedKernels(AsyncMappingKernelManager):
    """Starts kernels for people and knows whose each one is."""

    def prepare(self, settings: Any, watch: SignInWatch, folder: Path) -> None:
        """Take what starting kernels needs; ``folder`` holds their connection files."""
        self._settings, self._watch, self._folder = settings, watch, folder
        self.pages: dict[str, OpenPage] = {}
        self._by_key: dict[str, OpenPage] = {}
        self._ended: dict[str, Ended] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # ---- whose ----

    def owns(self, kernel_id: str, person: Person | None, sign_in: SignIn | None) -> bool:
        """Tell whether this is a kernel of this person, started under this sign-in."""
        page = self.pages.get(kernel_id)
        return (
            page is not None
            and person is not None
            and sign_in is not None
            and kernel_id in self
            and (page.person_id, page.sign_in_id) == (person.id, sign_in.id)
        )

    def ending_of(
        self, kernel_id: str, person: Person | None, sign_in: SignIn | None
    ) -> Ending | None:
        """Return why a kernel ended; None unless it was this sign-in's, within the hour."""
        ended = self._ended.get(kernel_id)
        if ended is None or person is None or sign_in is None:
            return None
        mine = (ended.person_id, ended.sign_in_id) == (person.id, sign_in.id)
        return ended.ending if mine else None

    def left_behind(self, key: str, person: Person, sign_in: SignIn, page: str) -> OpenPage | None:
        """Return the page a key belongs to, for the same person, sign-in and page alone."""
        found = self._by_key.get(key)
        if found is None or found.building or not self.owns(found.kernel_id, person, sign_in):
            return None
        return found if found.page == page else None

    # ---- beginning ----

    def bind(self, page: OpenPage) -> None:
        """Give a kernel to its person, once and for all; before any browser hears of it."""
        if page.kernel_id in self.pages:
            raise ValueError(f"Kernel {page.kernel_id[:8]} has its person already.")
        self.pages[page.kernel_id] = self._by_key[page.key] = page
        page.forget = self._watch.add(
            page.sign_in_id, lambda: self.end_soon(page.kernel_id, Ending.SIGNED_OUT)
        )
        if page.kernel_id in self:
            self._note_process(page)

    async def start_for(self, page: OpenPage, query: str) -> KernelManager:
        """Start a kernel for a page it was bound to; the owner's least used ones give way."""
        self.make_room(page)
        told = whose(page.person_id, page.sign_in_id, query)
        starting = asyncio.get_running_loop().create_task(self.start(page.kernel_id, told))
        try:
            await asyncio.shield(starting)
        except BaseException:
            # One that has half started is no longer to be found, and would be ended by nobody.
            await asyncio.wait([starting])
            self._disown(page.kernel_id, Ending.DIED)
            raise
        self._note_process(page)
        return self.get_kernel(page.kernel_id)

    async def start(self, kernel_id: str, told: Mapping[str, str]) -> None:
        """Start a kernel that is told ``told`` besides the settings; {} is nobody's."""
        environment = kernel_environment(os.environ, self._settings, kernel_id, self._folder)
        starting = self.start_kernel(
            kernel_id=kernel_id,
            kernel_name=NATIVE,
            path=ApiPath(""),
            env={**environment, **told},
        )
        # In a context of its own: nothing that goes on for the kernel's whole life may keep
        # the request, and with it the visitor, it was started by.
        loop = asyncio.get_running_loop()
        await loop.create_task(starting, context=contextvars.Context())

    def stamp_of(self, kernel_id: str) -> str:
        """Return which code a kernel runs; "" for one that was not forked, or is not there."""
        provisioner = self.get_kernel(kernel_id).provisioner if kernel_id in self else None
        return str(getattr(provisioner, "stamp", ""))

    def _note_process(self, page: OpenPage) -> None:
        provisioner = self.get_kernel(page.kernel_id).provisioner
        page.pid = getattr(provisioner, "pid", None) or 0
        page.stamp = self.stamp_of(page.kernel_id)

    def make_room(self, page: OpenPage) -> None:
        """End the least used pages of somebody who has opened more than they may have."""
        mine = [each for each in self.pages.values() if each.person_id == page.person_id]
        others = sorted((each for each in mine if each is not page), key=_worth)
        for each in others[: max(0, len(mine) - self._settings.kernels_per_person)]:
            self.end_soon(each.kernel_id, Ending.TOO_MANY)

    # ---- websockets ----

    def attach(self, kernel_id: str, socket: Any) -> None:
        """Remember an open websocket, to close it when the kernel ends."""
        page = self.pages.get(kernel_id)
        if page is not None:
            page.sockets.add(socket)
            page.left = None
            page.vacant.clear()

    def detach(self, kernel_id: str, socket: Any) -> None:
        """Forget a websocket that was closed."""
        page = self.pages.get(kernel_id)
        if page is not None and socket in page.sockets:
            page.sockets.discard(socket)
            if not page.sockets:
                page.left = time.monotonic()
                page.vacant.set()

    def heard_from(self, kernel_id: str) -> None:
        """Note that the page is in use."""
        page = self.pages.get(kernel_id)
        if page is not None:
            page.heard = time.monotonic()

    # ---- end ----

    def end_soon(self, kernel_id: str, ending: Ending) -> None:
        """End a kernel without waiting for it; its websockets close at once."""
        self._disown(kernel_id, ending)
        task = asyncio.get_running_loop().create_task(self.end(kernel_id, ending))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self, kernel_id: str, ending: Ending) -> None:
        """End a kernel and say why; one that is gone already is no error."""
        self._disown(kernel_id, ending)
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget whose a kernel was that has ended or died."""
        self._disown(kernel_id, Ending.DIED)
        return super().remove_kernel(kernel_id)

    def _disown(self, kernel_id: str, ending: Ending) -> None:
        page = self.pages.pop(kernel_id, None)
        if page is None:
            return
        self._by_key.pop(page.key, None)
        page.forget()
        page.vacant.set()
        now = time.monotonic()
        for old in [k for k, e in self._ended.items() if now - e.at > REMEMBERED_SECONDS]:
            del self._ended[old]
        self._ended[kernel_id] = Ended(page.person_id, page.sign_in_id, ending, now)
        for socket in list(page.sockets):
            socket.close(ending.code, ending.sentence)


def _worth(page: OpenPage) -> tuple[bool, float]:
    """Order pages by how little they would be missed: those nobody looks at come first."""
    return (page.building or not page.vacant.is_set(), page.heard)


def kernels_of(handler: JupyterHandler) -> OwnedKernels:
    """Return the server's kernels."""
    return cast(OwnedKernels, handler.settings["kernel_manager"])
