"""Sign-in by the provider: ``/login/provider`` leads there, ``…/back`` takes people in again.

``…/out`` leads to where they sign out there, on a computer that others use as well. There is no
such address where no provider is set. A form that leads to another site by a redirect is stopped
by our own policy (``form-action``), and rightly so: whoever sends one to us, from the sign-in page
or to link an account, gets a page that leads on. Who joins by an invitation follows a link (GET).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.domain.attempts import Purpose
from practika_kernel.domain.errors import InvalidInput, NotFound, PractikaError, TooManyTries
from practika_kernel.domain.invitations import NoInvitation
from practika_kernel.domain.provider import NotVouched, Why
from practika_kernel.server.base import Handler, status_of
from practika_kernel.server.handlers.account import ProfileHandler
from practika_kernel.server.identity import (
    LoginHandler,
    cookie_flags,
    device_text,
    safe_next,
)
from practika_kernel.services.own_account import NotThePassword
from practika_kernel.services.provider import Arrived, ProviderDoor, Traveller

COOKIE = "practika-provider"
"""Binds the way there and back to one browser; it opens nothing."""
SECONDS = 600

ASKING = ThreadPoolExecutor(8, thread_name_prefix="provider")
"""A provider may take seconds to answer; who waits for it keeps nobody else waiting."""

_JOIN = re.compile(r"join/([^/?#]+)")
_TOLD = ("state", "code", "error", "iss")

T = TypeVar("T")


class _Provider(Handler):
    """What both ends of the way share."""

    @property
    def door(self) -> ProviderDoor:
        """The provider's door; these routes are there only where it is."""
        door = self.services.provider
        if door is None:
            raise web.HTTPError(404)
        return door

    @property
    def place(self) -> str:
        """Where the browser keeps its secret, and nowhere else."""
        return url_path_join(self.base_url, "login/provider")

    @property
    def our_end(self) -> str:
        """The address people are sent back to, as it was told the provider beforehand."""
        public = self.practika.settings.public_url.rstrip("/")
        here = f"{self.request.protocol}://{self.request.host}"
        return (public or here) + url_path_join(self.place, "back")

    def traveller(self, *, actor: str = "") -> Traveller:
        """Who asks, as the door knows people."""
        return Traveller(
            browser=self.get_cookie(COOKIE) or "",
            client=self.client,
            device=device_text(self),
            agent=self.request.headers.get("User-Agent", ""),
            actor=actor,
        )

    def keep(self, browser: str) -> None:
        """Have the browser keep its secret for as long as the way may take."""
        self.set_cookie(COOKIE, browser, max_age=SECONDS, **cookie_flags(self, self.place))

    async def ask(self, work: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run what may wait for the provider."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(ASKING, partial(work, *args, **named))


class SetOutHandler(_Provider, LoginHandler):
    """``/login/provider``: leads to the provider; with ``?join=`` to join by an invitation.

    Only the form of the sign-in page can ask to stay signed in: no link of somebody else's can.
    """

    SUPPORTED_METHODS = ("GET", "POST")

    @allow_unauthenticated
    async def get(self) -> None:
        """Send somebody there; who is signed in goes where they wanted."""
        wanted, invitation = self.get_query_argument("next", ""), ""
        if self.person is None:
            invitation = self.get_query_argument("join", "")
        if way := await self._way(wanted, invitation):
            self.redirect(way)

    @allow_unauthenticated
    async def post(self) -> None:
        """Do the same by a page that leads there, and note whether the sign-in is to be kept."""
        stay = self.get_body_argument("stay", "") == "1"
        if way := await self._way(self.get_body_argument("next", ""), stay=stay):
            pages, called = self.settings["practika_pages"], self.door.name
            shown = {"language": self.speaks, "way": way, "called": called}
            self.finish(pages.render("going.html", self, **shown))

    async def _way(self, wanted: str, invitation: str = "", *, stay: bool = False) -> str:
        """Return the address of the provider; "" where the answer is given already."""
        wanted = safe_next(wanted, self.base_url)
        if self.person is not None:
            self.redirect(self._goal(wanted))
            return ""
        if joining := _JOIN.fullmatch(wanted.removeprefix(self.base_url)):
            wanted, invitation = "", joining[1]  # the record keeps no link that opens something
        if invitation:
            await self._look_at(invitation)
        self.set_header("Cache-Control", "no-store")
        set_out = partial(self.door.set_out, wanted=wanted, invitation=invitation, stay=stay)
        try:
            way, browser = await self.ask(set_out, self.traveller(), self.our_end)
        except TooManyTries as error:
            self.wait(error)
            self._show(next_page=wanted, refused=error.sentence)
            return ""
        except NotVouched as error:
            self.set_status(503)
            self._show(next_page=wanted, refused=error.sentence)
            return ""
        self.keep(browser)
        return way

    async def _look_at(self, invitation: str) -> None:
        try:
            await self.call(self.services.joinings.offer, invitation)
        except NoInvitation:
            await self.call(self.services.tries.begin, Purpose.JOIN, "", self.client)
            raise


class ComeBackHandler(_Provider, LoginHandler):
    """``/login/provider/back``: where the provider sends people, with what it answers."""

    SUPPORTED_METHODS = ("GET",)

    @allow_unauthenticated
    async def get(self) -> None:
        """Open a session, with a new token each time, or say in one sentence why not."""
        self.set_header("Cache-Control", "no-store")
        told = {name: self.get_query_argument(name, "") for name in _TOLD}
        answer = {name: value for name, value in told.items() if value}
        who = self.traveller(actor=self.actor)
        try:
            arrived = await self.ask(self.door.come_back, who, self.our_end, answer)
        except PractikaError as error:
            self._refuse(error)
            return
        await self._arrive(arrived)

    async def _arrive(self, arrived: Arrived) -> None:
        if arrived.entered is None:
            self.redirect(url_path_join(self.base_url, arrived.wanted))
            return
        await self._let_in(arrived.entered)
        self.redirect(self._goal(arrived.wanted))

    def _refuse(self, error: PractikaError) -> None:
        why = error.why if isinstance(error, NotVouched) else None
        if self.person is not None:
            if why is Why.STATE:  # they came by it a moment ago, and reloaded
                self.redirect(self._goal(""))
                return
            raise error
        if isinstance(error, TooManyTries):
            self.wait(error)
        elif why is not None:
            self.set_status(503 if why is Why.UNREACHABLE else 401)
        else:
            self.set_status(status_of(error) or 400)
        self._show(next_page="", refused=error.sentence)


class LeaveHandler(_Provider, LoginHandler):
    """``/login/provider/out``: leads to where one signs out there, too."""

    SUPPORTED_METHODS = ("GET",)

    @allow_unauthenticated
    async def get(self) -> None:
        """Send somebody there, or say that there is no such place."""
        self.set_header("Cache-Control", "no-store")
        try:
            way = await self.ask(self.door.out)
        except NotVouched as error:
            self.set_status(503)
            self._show(next_page="", refused=error.sentence)
            return
        if way:
            self.redirect(way)
            return
        name = self.door.name
        told = f"{name[:1].upper()}{name[1:]} has no page to sign out. Close the browser instead."
        self._show(next_page="", refused=told)


class LinkHandler(_Provider, ProfileHandler):
    """``/profile/provider``: the buttons that link an account of the provider and unlink it."""

    async def get(self) -> None:
        """Lead to the page."""
        self.redirect(url_path_join(self.base_url, "profile"))

    async def post(self) -> None:
        """Look at the password, then do what the button says: ``link`` or ``unlink``."""
        if self.sign_in is None:
            raise web.HTTPError(401)
        present = self.get_body_argument("proof_link", "", strip=False)
        ready = partial(self.door.ready, client=self.client)
        try:
            await self.slowly(ready, self.actor, self.sign_in.id, present)
            if unlinked := self.get_body_argument("unlink", ""):
                await self.call(self.door.unlink, self.actor, unlinked)
                self.back("unlinked")
                return
            who = self.traveller(actor=self.actor)
            wanted = "profile?done=linked"
            way, browser = await self.ask(self.door.set_out, who, self.our_end, wanted=wanted)
        except (InvalidInput, NotVouched, NotFound) as error:
            which = "proof_link" if isinstance(error, NotThePassword) else "link"
            await self.page(problems={which: error.sentence})
            return
        except TooManyTries as error:
            self.wait(error)
            await self.page(problems={"proof_link": error.sentence})
            return
        self.keep(browser)
        self.show("going.html", way=way, called=self.door.name)


def routes(issuer: str) -> list[tuple[str, Any]]:
    """Return the routes there are: none where no provider is set."""
    if not issuer:
        return []
    return [
        (r"/login/provider", SetOutHandler),
        (r"/login/provider/back", ComeBackHandler),
        (r"/login/provider/out", LeaveHandler),
        (r"/profile/provider", LinkHandler),
    ]
