"""One's own account, and the way back in for whoever lost the password. Works without scripts.

``/profile`` shows name, time zone, password and sign-ins; its three forms have an address each.
``/forgot`` asks for a link by e-mail, ``/reset/TOKEN`` is the link.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.domain.attempts import Purpose
from practika_kernel.domain.errors import InvalidInput, NotFound, TooManyTries
from practika_kernel.domain.languages import Language, language_of, said_in, waiting
from practika_kernel.domain.people import Person
from practika_kernel.server.base import Handler
from practika_kernel.server.identity import PASSWORDS, device_text, keep_device, trust_text
from practika_kernel.services.doorstep import trusted_ids
from practika_kernel.services.own_account import NotThePassword, zones

TOKEN = r"([A-Za-z0-9_-]{20,100})"
DONE = {
    "you": "Saved.",
    "picture": "Your picture is shown from now on.",
    "nopicture": "Your picture is gone.",
    "password": "The new password holds. Every other device was signed out.",
    "asked": "A link is on its way to the new address, if it can be used. Open it within a day.",
    "sent": "A link is on its way to you. Open it within a day.",
    "kept": "The change is cancelled. Your address stays as it is.",
    "moved": "The new address holds. Sign in with it from now on.",
    "proven": "Your address is confirmed.",
    "ended": "That device is signed out.",
    "others": "Every other device is signed out.",
    "forgotten": "That browser is asked for a code again.",
    "linked": "Your account is linked. You can sign in with it from now on.",
    "unlinked": "Your account is not linked any more.",
}
"""What the page says after a form, by the word in the address."""
_FORMS = ("you", "picture", "address", "proof", "present", "new", "link", "proof_link")
_GONE = "This link does not open any more. Ask for a new one."

T = TypeVar("T")


class _Account(Handler):
    """Ends sign-ins with all that hangs on them, and keeps its pages out of caches."""

    async def slowly(self, function: Callable[..., T], *args: Any) -> T:
        """Run what works with passwords, where it is in nobody's way."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(PASSWORDS, partial(function, *args))

    def ended(self, sign_ins: list[str]) -> None:
        """Close what is open under these sign-ins now: kernels and live connections."""
        for each in sign_ins:
            self.settings["practika_watch"].ended(each)

    def show(self, template: str, **values: Any) -> None:
        """Answer with a page that no cache keeps and whose address no other page is told.

        Not ``no-referrer``: browsers then name no origin with our own forms, either.
        """
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "strict-origin")
        self.finish(self.settings["practika_pages"].render(template, self, **values))


class ProfileHandler(_Account):
    """``/profile``: the page, and the form with name and time zone."""

    async def get(self) -> None:
        """Show it."""
        await self.page(done=DONE.get(self.get_query_argument("done", ""), ""))

    async def post(self) -> None:
        """Store name, time zone and language."""
        name, zone = self.get_body_argument("name", ""), self.get_body_argument("zone", "")
        language = self.get_body_argument("language", None)
        try:
            await self.call(self.services.own_account.put, self.actor, name, zone, language)
        except InvalidInput as error:
            await self.page(problems={"you": error.sentence}, typed=name)
            return
        self.back("you")

    async def page(
        self,
        *,
        done: str = "",
        problems: dict[str, str] | None = None,
        typed: str | None = None,
        address: str = "",
    ) -> None:
        """Show the page; ``problems`` holds a sentence for a form that was not taken."""
        if self.person is None or self.sign_in is None:
            raise web.HTTPError(401)
        view = await self.call(self.services.own_account.view, self.actor, self.sign_in.id)
        where = await self.call(self.services.addresses.view, self.actor)
        trusted = trusted_ids(trust_text(self))
        second = self.services.second_step.view
        step = await self.call(second, self.actor, self.sign_in.id, trusted)
        door = self.services.provider
        ways = await self.call(door.view, self.actor) if door is not None else None
        self.practika_keys = await self.call(self.services.player_keys.page, self.actor)
        home = self.services.accounts.home(self.person).strip("/")
        if problems and self.get_status() == 200:
            self.set_status(400)
        self.show(
            "profile.html",
            home=home,
            me=view,
            typed=view["name"] if typed is None else typed,
            zones=zones(),
            done=done,
            where=where,
            second=step,
            ways=ways,
            address=address,
            problems=dict.fromkeys(_FORMS, "") | (problems or {}),
        )

    def back(self, done: str) -> None:
        """Return to the page, so that reloading it sends nothing again."""
        self.redirect(url_path_join(self.base_url, "profile") + f"?done={done}", status=303)


class PasswordHandler(ProfileHandler):
    """``/profile/password``: the form that asks for the present one, too."""

    async def get(self) -> None:
        """Lead to the page: somebody reloaded it after a refusal."""
        self.redirect(url_path_join(self.base_url, "profile"))

    async def post(self) -> None:
        """Set the new password; every other sign-in ends."""
        if self.sign_in is None:
            raise web.HTTPError(401)
        present = self.get_body_argument("present", "", strip=False)
        new = self.get_body_argument("new", "", strip=False)
        entrance = self.services.entrance
        change = partial(entrance.change_password, client=self.client)
        try:
            ended = await self.slowly(change, self.actor, self.sign_in.id, present, new)
        except TooManyTries as error:
            self.wait(error)
            await self.page(problems={"present": error.sentence})
            return
        except InvalidInput as error:
            which = "present" if isinstance(error, NotThePassword) else "new"
            await self.page(problems={which: error.sentence})
            return
        if self.person is not None:
            keep_device(self, await self.call(entrance.remember, self.person, device_text(self)))
        self.ended(ended)
        self.back("password")


class SignInsHandler(ProfileHandler):
    """``/profile/sign-ins``: the buttons that end them."""

    async def get(self) -> None:
        """Lead to the page."""
        self.redirect(url_path_join(self.base_url, "profile"))

    async def post(self) -> None:
        """End the one that is named, or all others; what has ended already is no error.

        A browser that is trusted (``forget``) is from then on asked for a code.
        """
        if self.sign_in is None:
            raise web.HTTPError(401)
        second, browser = self.services.second_step, self.get_body_argument("forget", "")
        if browser:
            await self.call(second.distrust, self.actor, browser)
            self.back("forgotten")
            return
        own, one = self.services.own_account, self.get_body_argument("end", "")
        if not one:
            await self.call(second.distrust_others, self.actor, trusted_ids(trust_text(self)))
            self.ended(await self.call(own.end_others, self.actor, self.sign_in.id))
            self.back("others")
            return
        if await self.call(own.end, self.actor, one):
            self.ended([one])
        self.back("ended")


class ForgotHandler(_Account):
    """``/forgot``: asks for the address, and answers every address alike."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form; without a mail server, whom to ask."""
        self._show()

    @allow_unauthenticated
    async def post(self) -> None:
        """Have a link sent, if there is somebody to send it to."""
        email, client = self.get_body_argument("email", ""), self.request.remote_ip or ""
        try:
            await self.call(self.services.resets.ask, email, client)
        except InvalidInput as error:
            self.set_status(429)
            self._show(problem=said_in(self.speaks, error.sentence))
            return
        self._show(asked=True)

    def _show(self, *, asked: bool = False, problem: str = "") -> None:
        mails = self.services.resets.mails
        told = {"mails": mails, "asked": asked and mails, "problem": problem}
        self.show("forgot.html", language=self.speaks, **told)


class ResetHandler(_Account):
    """``/reset/TOKEN``: the link. Looking at it uses nothing up; nobody is signed in by it."""

    @allow_unauthenticated
    async def get(self, token: str) -> None:
        """Show the form for the new password."""
        try:
            person = await self.call(self.services.resets.offered, token)
        except NotFound:
            await self._gone()
            return
        self._show("open", person, token=token, email=person.email)

    @allow_unauthenticated
    async def post(self, token: str) -> None:
        """Set it; every sign-in of the person ends, and the link."""
        password = self.get_body_argument("new", "", strip=False)
        try:
            person = await self.call(self.services.resets.offered, token)
            ended = await self.slowly(self.services.resets.use, token, password)
        except NotFound:
            await self._gone()
            return
        except InvalidInput as error:
            self.set_status(400)
            problem = said_in(self._speaks(person), error.sentence)
            self._show("open", person, token=token, email=person.email, problem=problem)
            return
        # Whoever has the link has the mailbox: strangers cannot make them wait at the sign-in.
        remember = self.services.entrance.remember
        keep_device(self, await self.call(remember, person, device_text(self)))
        self.ended(ended)
        self._show("done", person)

    async def _gone(self) -> None:
        """Say so. One that opens is never counted, so nobody can keep others from theirs."""
        problem = said_in(self.speaks, _GONE)
        self.set_status(404)
        try:
            await self.call(self.services.tries.begin, Purpose.RESET, "", self.client)
        except TooManyTries as error:
            self.wait(error)
            problem = waiting(self.speaks, error.seconds)
        self._show("gone", problem=problem)

    def _speaks(self, person: Person | None) -> Language:
        """Whoever has lost a password is not signed in, but known by the link."""
        own = person.language if person else ""
        return language_of(own, self.speaks)

    def _show(
        self,
        state: str,
        person: Person | None = None,
        *,
        token: str = "",
        email: str = "",
        problem: str = "",
    ) -> None:
        told = {"state": state, "token": token, "email": email, "problem": problem}
        self.show("reset.html", language=self._speaks(person), **told)


ROUTES: list[tuple[str, Any]] = [
    (r"/profile", ProfileHandler),
    (r"/profile/password", PasswordHandler),
    (r"/profile/sign-ins", SignInsHandler),
    (r"/forgot", ForgotHandler),
    (rf"/reset/{TOKEN}", ResetHandler),
]
