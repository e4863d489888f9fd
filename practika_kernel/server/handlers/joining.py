"""``/join/TOKEN``: whose invitation it is, and the form or the button to join by it.

Looking changes nothing. What leads nowhere is answered alike, whatever the reason; whoever tries
many such links, or many forms, is asked to wait.
"""

from __future__ import annotations

import asyncio
from functools import partial

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join

from practika_kernel.domain.attempts import Purpose
from practika_kernel.domain.errors import Conflict, InvalidInput, SignInFailed, TooManyTries
from practika_kernel.domain.invitations import NoInvitation
from practika_kernel.domain.languages import asked_for, said_in, waiting
from practika_kernel.server.identity import PASSWORDS, LoginHandler
from practika_kernel.services.doorstep import Halfway
from practika_kernel.services.entrance import Entered

ROUTE = r"/join/([^/]+)"


class JoinHandler(LoginHandler):
    """One page that works without JavaScript."""

    def set_default_headers(self) -> None:
        """Tell no other site of the link, and no search engine."""
        super().set_default_headers()
        # Not "no-referrer": a form would then say it comes from nowhere, and be refused.
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Robots-Tag", "noindex")

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
                await self._count()
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
        enter = partial(self._enter_new, token, name, email, password)
        try:
            found = await asyncio.get_running_loop().run_in_executor(PASSWORDS, enter)
        except TooManyTries as error:
            self.wait(error)
            told = waiting(self.speaks, error.seconds)
            await self._page(token, name=name, email=email, problem=told)
            return
        except (InvalidInput, Conflict) as error:
            told = said_in(self.speaks, error.sentence)
            await self._page(token, name=name, email=email, problem=told)
            return
        await self._enter(found, "")

    def _enter_new(self, token: str, name: str, email: str, password: str) -> Entered | Halfway:
        """Make the account and open its first session; counted, for it tells who has one."""
        services, entrance = self.services, self.services.entrance
        attempt = services.tries.begin(Purpose.JOIN, "", self.client)
        try:
            wish = self._wish()
            person = services.joinings.register(token, name, email, password, wish)
        except InvalidInput:
            services.tries.passed(attempt)  # that was no guess
            raise
        except (Conflict, NoInvitation) as error:
            # A second press of the same button: the first has made the account.
            known = services.joinings.joined_as(token, email)
            if known is None:
                raise
            try:
                found = entrance.sign_in(known, password, self.here)
            except SignInFailed:
                raise error from None
        else:
            found = entrance.admit(person, self.here)
        services.tries.passed(attempt)
        return found

    def _wish(self) -> str:
        """The browser's language, as a first guess; "" where it is the school's anyway."""
        wish = asked_for(self.request.headers.get("Accept-Language", ""))
        return "" if wish == self.practika.settings.language else wish

    async def _count(self) -> None:
        """Count a link that leads nowhere; those that lead somewhere open for everybody."""
        await self.call(self.services.tries.begin, Purpose.JOIN, "", self.client)

    async def _page(
        self, token: str, *, name: str = "", email: str = "", problem: str = ""
    ) -> None:
        try:
            offer = await self.call(self.services.joinings.offer, token, self.actor)
        except NoInvitation:
            await self._count()
            raise
        if offer["joined"]:
            self.redirect(self._goal(""))
            return
        if problem and self.get_status() == 200:
            self.set_status(400)
        self.set_header("Cache-Control", "no-store")
        here = url_path_join(self.base_url, "join", token)
        self.finish(
            self.settings["practika_pages"].join(
                self, here=here, token=token, offer=offer, called=name, email=email, problem=problem
            )
        )
