"""``/join/TOKEN``: whose invitation it is, and the form or the button to join by it.

Looking changes nothing. What leads nowhere is answered alike, whatever the reason; whoever tries
many such links, or many forms, is asked to wait.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.domain.errors import Conflict, InvalidInput, SignInFailed
from practika_kernel.domain.invitations import NoInvitation
from practika_kernel.domain.people import Person
from practika_kernel.server.identity import PASSWORDS, LoginHandler

ROUTE = r"/join/([^/]+)"
MOST_FAILED = 60
"""Tries an address on the net has in a minute that come to nothing. A class behind one address
joins by one good link, and each of them may mistype."""
MINUTE = 60.0
MOST_KNOWN = 10_000


class Tries:
    """Who tried in vain, in the last minute; in memory, for each server process."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}

    def too_many(self, who: str, now: float) -> bool:
        """Tell whether somebody has to wait."""
        times = self._failed.get(who, deque())
        while times and times[0] <= now - MINUTE:
            times.popleft()
        if not times:
            self._failed.pop(who, None)
        return len(times) >= MOST_FAILED

    def failed(self, who: str, now: float) -> None:
        """Count one; of very many addresses those that came first are forgotten."""
        if who not in self._failed and len(self._failed) >= MOST_KNOWN:
            del self._failed[next(iter(self._failed))]
        self._failed.setdefault(who, deque(maxlen=MOST_FAILED)).append(now)


TRIES = Tries()


class JoinHandler(LoginHandler):
    """One page that works without JavaScript."""

    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Ask somebody who tried very often in vain to wait."""
        await super().prepare(_redirect_to_login=_redirect_to_login)
        if TRIES.too_many(self._from, time.monotonic()) and not self._finished:
            raise web.HTTPError(429, reason="These were many tries. Wait a minute, then go on.")

    def set_default_headers(self) -> None:
        """Tell no other site of the link, and no search engine."""
        super().set_default_headers()
        # Not "no-referrer": a form would then say it comes from nowhere, and be refused.
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Robots-Tag", "noindex")

    @property
    def _from(self) -> str:
        return str(self.request.remote_ip)

    @allow_unauthenticated
    async def get(self, token: str) -> None:  # type: ignore[override]  # has a token in its path
        """Show whose invitation it is; who joined by it already goes home."""
        await self._page(token)

    @allow_unauthenticated
    async def post(self, token: str) -> None:  # type: ignore[override]
        """Join: with the account one is signed in with, or with a new one."""
        joinings = self.services.joinings
        if self.person is not None:
            try:
                await self.call(joinings.accept, token, self.actor)
            except NoInvitation:
                self._count()
                raise
            except InvalidInput as error:
                await self._page(token, problem=error.sentence)
                return
            self.redirect(self._goal(""), status=303)
            return
        await self._register(token)

    async def _register(self, token: str) -> None:
        name = self.get_body_argument("name", "")
        email = self.get_body_argument("email", "")
        password = self.get_body_argument("password", "", strip=False)
        joinings, accounts = self.services.joinings, self.services.accounts
        agent = self.request.headers.get("User-Agent", "")

        def enter() -> tuple[str, Person]:
            try:
                address = joinings.register(token, name, email, password).email
            except (Conflict, NoInvitation) as error:
                # A second press of the same button: the first has made the account.
                known = joinings.joined_as(token, email)
                if known is None:
                    raise
                try:
                    return accounts.sign_in(known, password, agent)
                except SignInFailed:
                    raise error from None
            return accounts.sign_in(address, password, agent)

        try:
            opened, person = await asyncio.get_running_loop().run_in_executor(PASSWORDS, enter)
        except NoInvitation:
            self._count()
            raise
        except (InvalidInput, Conflict) as error:
            self._count()
            await self._page(token, name=name, email=email, problem=error.sentence)
            return
        self._remember(opened)
        self.practika_person = person
        self.redirect(self._goal(""), status=303)

    def _count(self) -> None:
        TRIES.failed(self._from, time.monotonic())

    async def _page(
        self, token: str, *, name: str = "", email: str = "", problem: str = ""
    ) -> None:
        try:
            offer = await self.call(self.services.joinings.offer, token, self.actor)
        except NoInvitation:
            self._count()
            raise
        if offer["joined"]:
            self.redirect(self._goal(""))
            return
        self.set_status(400 if problem else 200)
        self.set_header("Cache-Control", "no-store")
        here = url_path_join(self.base_url, "join", token)
        self.finish(
            self.settings["practika_pages"].join(
                self, here=here, offer=offer, called=name, email=email, problem=problem
            )
        )
