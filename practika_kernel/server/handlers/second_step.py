"""The second step: ``/login/code`` and ``/login/set-up`` on the way in, ``/profile/second-step``.

All work without scripts. Half a sign-in opens the first two, and nothing else.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from markupsafe import Markup
from tornado import web

from practika_kernel.domain.errors import InvalidInput, TooManyTries
from practika_kernel.domain.languages import said_in, waiting
from practika_kernel.server.handlers.account import ProfileHandler
from practika_kernel.server.identity import (
    HALF,
    LoginHandler,
    half_token,
    safe_next,
    trust_text,
)
from practika_kernel.services.doorstep import HalfGone, trusted_ids
from practika_kernel.services.own_account import NotThePassword

DONE = {
    "off": "The second step is off. Your password alone opens your account.",
    "cancelled": "Nothing was changed.",
}
HAPPENED = {
    "on": "Turned on",
    "moved": "Moved to another app",
    "off": "Turned off",
    "reset": "Turned off by an admin",
    "codes": "New recovery codes",
    "recovery": "A recovery code was used",
    "guessed": "Many wrong codes after your right password",
}
FILE = "practika-recovery-codes.txt"


def picture(uri: str) -> Markup:
    """Return what an app reads with its camera, as SVG without scripts, dark on white."""
    import segno

    made = segno.make(uri, error="m")
    drawn = made.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass=None)
    return Markup(drawn)


def as_file(codes: list[str] | tuple[str, ...], email: str) -> str:
    """Return an address (``data:``) whose file holds recovery codes; nothing is fetched for it."""
    head = f"Recovery codes of {email} at Practika. Each opens once."
    text = "\r\n".join([head, "", *codes, ""])
    return f"data:text/plain;charset=utf-8,{quote(text)}"


class _HalfHandler(LoginHandler):
    """A page between password and session; without half a sign-in it leads back."""

    def set_default_headers(self) -> None:
        """Nothing of these pages is kept."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def wanted(self) -> str:
        """Return the page to go to in the end; "" for the person's own."""
        return safe_next(self.get_argument("next", ""), self.base_url)

    def back(self) -> None:
        """Lead to the first step."""
        self.clear_cookie(HALF, path=self.base_url)
        self.redirect(url_path_join(self.base_url, "login"), status=303)

    def show(self, template: str, **values: Any) -> None:
        """Answer with a page."""
        pages = self.settings["practika_pages"]
        told = {"next_page": self.wanted(), "language": self.speaks, **values}
        self.finish(pages.render(template, self, **told))

    async def refused(self, error: InvalidInput | TooManyTries) -> str:
        """Say by status that a code was not taken; return the sentence."""
        if isinstance(error, TooManyTries):
            self.wait(error)
            return waiting(self.speaks, error.seconds)
        self.set_status(401)
        return said_in(self.speaks, error.sentence)


class CodeHandler(_HalfHandler):
    """``/login/code``: the code of the app, or a recovery code with ``?with=recovery``."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form."""
        await self.page()

    @allow_unauthenticated
    async def post(self) -> None:
        """Open the session with a token of its own, and go where one wanted to."""
        typed = self.get_body_argument("code", "")
        keep = self.get_body_argument("trust", "") == "1"
        finish = partial(self.services.entrance.finish, keep=keep)
        try:
            entered = await self.call(finish, half_token(self), typed, self.here)
        except HalfGone:
            self.back()
        except (InvalidInput, TooManyTries) as error:
            await self.page(problem=await self.refused(error))
        else:
            await self._enter(entered, self.wanted())

    async def page(self, problem: str = "") -> None:
        """Show the form, with what was wrong."""
        try:
            _, sets_up = await self.call(self.services.doorstep.whose, half_token(self))
        except HalfGone:
            self.back()
            return
        if sets_up:
            self.redirect(url_path_join(self.base_url, "login/set-up"), status=303)
            return
        recovery = self.get_argument("with", "") == "recovery"
        self.show("code.html", problem=problem, recovery=recovery)


class SetUpHandler(_HalfHandler):
    """``/login/set-up``: where the school requires the step of somebody who has none yet."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the key and the form."""
        await self.page()

    @allow_unauthenticated
    async def post(self) -> None:
        """Turn the step on, open the session, and show the recovery codes once."""
        typed, wanted = self.get_body_argument("code", ""), self.wanted()
        set_up = self.services.entrance.set_up
        try:
            entered = await self.call(set_up, half_token(self), typed, self.here)
        except HalfGone:
            self.back()
        except InvalidInput as error:
            await self.page(problem=await self.refused(error))
        else:
            await self._let_in(entered)
            self.show(
                "set_up.html",
                offer=None,
                codes=entered.codes,
                file=as_file(entered.codes, entered.person.email),
                file_name=FILE,
                goal=self._goal(wanted),
            )

    async def page(self, problem: str = "") -> None:
        """Show the key as a picture and as text, and the form, with what was wrong."""
        try:
            offer = await self.call(self.services.doorstep.offer, half_token(self))
        except HalfGone:
            offer = None
        if offer is None:
            self.back()
            return
        self.show("set_up.html", offer=offer, qr=picture(offer["uri"]), problem=problem)


class SecondStepHandler(ProfileHandler):
    """``/profile/second-step``: turned on and off, moved to another app, and its codes."""

    async def get(self) -> None:
        """Show how it stands; what the bell told of it is read with that."""
        await self.call(self.services.second_step.seen, self.actor)
        await self.second_page(done=DONE.get(self.get_query_argument("done", ""), ""))

    async def post(self) -> None:
        """Do what the pressed button says: begin, confirm, cancel, codes or off."""
        if self.sign_in is None:
            raise web.HTTPError(401)
        work = {
            "begin": self._begin,
            "confirm": self._confirm,
            "cancel": self._cancel,
            "codes": self._renew,
            "off": self._end,
        }.get(self.get_body_argument("do", ""))
        if work is None:
            raise web.HTTPError(400)
        try:
            await work(self.sign_in.id)
        except TooManyTries as error:
            self.wait(error)
            await self.second_page(problems={"present": error.sentence})
        except InvalidInput as error:
            which = "present" if isinstance(error, NotThePassword) else "code"
            self.set_status(400)
            await self.second_page(problems={which: error.sentence})

    async def _begin(self, here: str) -> None:
        begin = partial(self.services.entrance.begin_second, client=self.client)
        await self.slowly(begin, self.actor, here, *self._shown())
        self._there("")

    async def _confirm(self, here: str) -> None:
        typed = self.get_body_argument("code", "")
        confirm = self.services.second_step.confirm
        await self.second_page(codes=await self.call(confirm, self.actor, here, typed))

    async def _cancel(self, here: str) -> None:
        await self.call(self.services.second_step.cancel, self.actor)
        self._there("cancelled")

    async def _renew(self, here: str) -> None:
        renew = partial(self.services.entrance.renew_codes, client=self.client)
        await self.second_page(codes=await self.slowly(renew, self.actor, here, *self._shown()))

    async def _end(self, here: str) -> None:
        end = partial(self.services.entrance.end_second, client=self.client)
        await self.slowly(end, self.actor, here, *self._shown())
        self._there("off")

    def _shown(self) -> tuple[str, str]:
        """Return the present password and the code that were typed."""
        present = self.get_body_argument("present", "", strip=False)
        return present, self.get_body_argument("code", "")

    def _there(self, done: str) -> None:
        """Return to the page, so that reloading it sends nothing again."""
        where = url_path_join(self.base_url, "profile/second-step")
        self.redirect(where + (f"?done={done}" if done else ""), status=303)

    async def second_page(
        self,
        *,
        done: str = "",
        problems: dict[str, str] | None = None,
        codes: list[str] | None = None,
    ) -> None:
        """Show the page; ``codes`` are new recovery codes, which are shown this once."""
        if self.person is None or self.sign_in is None:
            raise web.HTTPError(401)
        trusted = trusted_ids(trust_text(self))
        view = self.services.second_step.view
        second = await self.call(view, self.actor, self.sign_in.id, trusted)
        self.show(
            "second_step.html",
            home=self.services.accounts.home(self.person).strip("/"),
            me=self.person,
            second=second,
            history=await self.call(self.services.second_step.history, self.actor),
            words=HAPPENED,
            qr=picture(second["offer"]["uri"]) if second["offer"] else "",
            codes=codes or [],
            file=as_file(codes, self.person.email) if codes else "",
            file_name=FILE,
            done=done,
            problems={"present": "", "code": ""} | (problems or {}),
        )


ROUTES: list[tuple[str, Any]] = [
    (r"/login/code", CodeHandler),
    (r"/login/set-up", SetUpHandler),
    (r"/profile/second-step", SecondStepHandler),
]
