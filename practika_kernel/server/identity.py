"""Who is asking: a signed cookie names a sign-in in the record, and nothing else counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httputil import url_concat

from practika_kernel.domain.errors import SignInFailed, TooManyTries
from practika_kernel.domain.languages import said_in, waiting
from practika_kernel.domain.second_step import TRUST_LASTS
from practika_kernel.server.base import LOG, Handler
from practika_kernel.services.doorstep import Halfway
from practika_kernel.services.entrance import Entered, Here

COOKIE = "practika-session"
HALF = "practika-half"
"""Whose password was right, while the second step is to come; it opens nothing else."""
TRUST = "practika-trust"
"""Who needs no code on this browser (`practika_kernel.domain.second_step`)."""
DEVICE = "practika-device"
"""Who signed in on this device before; it opens nothing (`practika_kernel.domain.attempts`)."""
DEVICE_DAYS = 400
"""As long as browsers keep a cookie; each sign-in begins it anew."""

PASSWORDS = ThreadPoolExecutor(2, thread_name_prefix="passwords")
"""Checking a password is slow on purpose (50 ms, 64 MB); a crowd of them must not take the
threads away from people who are signed in."""


class CookieIdentity(IdentityProvider):
    """Reads the cookie, asks the record, and puts the person on the handler.

    No header, token or query argument is looked at, so none can be forged.
    """

    token = ""

    @property
    def auth_enabled(self) -> bool:
        """Everything needs a sign-in."""
        return True

    async def get_user(self, handler: Any) -> User | None:
        """Return the signed-in person as Jupyter knows people; None for nobody."""
        token = cookie_token(handler)
        accounts = handler.settings["practika"].services.accounts
        found = await asyncio.to_thread(accounts.who, token) if token else None
        person, sign_in = found or (None, None)
        handler.practika_person, handler.practika_sign_in = person, sign_in
        if person is None or sign_in is None:
            return None
        own = handler.settings["practika"].services.own_account
        if own.due(sign_in):
            await _note(partial(own.seen, sign_in))
        return User(person.id, person.name, person.name, person.initials)

    def is_token_authenticated(self, handler: web.RequestHandler) -> bool:
        """Never: nobody gets round the XSRF check."""
        return False

    def get_handlers(self) -> list[tuple[str, Any]]:
        """Return the sign-in and sign-out pages."""
        server: Any = self.parent
        base = server.base_url
        return [
            (url_path_join(base, "/login"), LoginHandler),
            (url_path_join(base, "/logout"), LogoutHandler),
        ]


async def _note(write: Callable[[], None]) -> None:
    """Write down that a sign-in is in use; its person gets their page also where that fails."""
    for failed in await asyncio.gather(asyncio.to_thread(write), return_exceptions=True):
        if isinstance(failed, BaseException):
            LOG.warning("When a sign-in was used could not be written down: %s", failed)


def cookie_token(handler: web.RequestHandler) -> str:
    """Return the token in the signed cookie; "" for none, a forged or a stale one."""
    return _kept(handler, COOKIE, handler.settings["practika"].settings.session_days)


def device_text(handler: web.RequestHandler) -> str:
    """Return what the signed cookie of the device says; "" for none, a forged or a stale one."""
    return _kept(handler, DEVICE, DEVICE_DAYS)


def trust_text(handler: web.RequestHandler) -> str:
    """Return what the browser keeps to need no code; "" for none, a forged or a stale one."""
    return _kept(handler, TRUST, TRUST_LASTS.days)


def half_token(handler: web.RequestHandler) -> str:
    """Return the token of a half sign-in; "" for none, a forged or a stale one."""
    return _kept(handler, HALF, 1)


def _kept(handler: web.RequestHandler, name: str, days: int) -> str:
    value = handler.get_signed_cookie(name, max_age_days=days)
    return value.decode("utf-8", "replace") if value else ""


def keep(handler: Handler, name: str, text: str, days: int | None) -> None:
    """Have the browser keep a signed cookie that scripts cannot read.

    For so many days, or until it is closed where there are none.
    """
    kept = cookie_flags(handler, handler.base_url)
    handler.set_signed_cookie(name, text, expires_days=days, **kept)


def cookie_flags(handler: Handler, path: str) -> dict[str, Any]:
    """Return how every cookie of ours is kept: below a path, out of reach of scripts and others."""
    secure = handler.practika.settings.secure_cookies
    if secure is None:
        secure = handler.request.protocol == "https"
    return {"path": path, "httponly": True, "samesite": "Lax", "secure": secure}


def keep_device(handler: Handler, text: str) -> None:
    """Have the browser keep what makes it known to whoever has just signed in."""
    keep(handler, DEVICE, text, DEVICE_DAYS)


def safe_next(wanted: str, base_url: str) -> str:
    r"""Return where to go after sign-in: a path of ours, or "" for the person's home.

    >>> safe_next("/student?take=1", "/"), safe_next("//evil.example/", "/")
    ('/student?take=1', '')
    >>> safe_next("https://evil.example/", "/"), safe_next("/\\evil.example", "/")
    ('', '')
    >>> safe_next("/elsewhere", "/practika/"), safe_next("/login?next=/", "/")
    ('', '')
    """
    if not wanted.isprintable() or "\\" in wanted or len(wanted) > 2000:
        return ""
    if not wanted.startswith(base_url) or wanted.startswith("//"):
        return ""
    url = urlsplit(wanted)
    doors = {base_url + door for door in ("login", "logout", "login/code", "login/set-up")}
    if url.scheme or url.netloc or url.path in doors:
        return ""
    return wanted


class LoginHandler(Handler):
    """``/login``: one form that works without JavaScript."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form; somebody who is signed in goes home."""
        if self.person is not None:
            self.redirect(self._goal(self.get_query_argument("next", "")))
            return
        left = self.get_query_argument("left", "") == "1"
        self._show(next_page=self.get_query_argument("next", ""), left=left)

    @allow_unauthenticated
    async def post(self) -> None:
        """Open a session, with a new token each time, and leave for the page asked for."""
        email = self.get_body_argument("email", "")
        password = self.get_body_argument("password", "", strip=False)
        wanted = self.get_body_argument("next", "")
        stay = self.get_body_argument("stay", "") == "1"
        enter = partial(self.services.entrance.sign_in, email, password, self.here, stay=stay)
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(PASSWORDS, enter)
        except SignInFailed as error:
            self.set_status(401)
            problem = said_in(self.speaks, error.sentence)
            self._show(next_page=wanted, email=email, problem=problem)
            return
        except TooManyTries as error:
            self.wait(error)
            told = waiting(self.speaks, error.seconds)
            self._show(next_page=wanted, email=email, waiting=told)
            return
        await self._enter(found, wanted)

    @property
    def here(self) -> Here:
        """Where the request comes from, and what its browser keeps."""
        agent = self.request.headers.get("User-Agent", "")
        return Here(self.client, agent, device_text(self), trust_text(self))

    async def _enter(self, found: Entered | Halfway, wanted: str) -> None:
        """Go in with a session, or on to the second step: the one place that does either.

        ``wanted`` is the page to go to in the end; "" for the person's own.
        """
        if isinstance(found, Halfway):
            keep(self, HALF, found.token, None)
            door = "login/set-up" if found.sets_up else "login/code"
            query = {"next": there} if (there := safe_next(wanted, self.base_url)) else {}
            self.redirect(url_concat(url_path_join(self.base_url, door), query), status=303)
            return
        await self._let_in(found)
        self.redirect(self._goal(wanted), status=303)

    async def _let_in(self, entered: Entered) -> None:
        """Have the browser keep a session that is new; the one it had before ends."""
        await self._end_previous()
        days = self.practika.settings.session_days
        keep(self, COOKIE, entered.token, days if entered.stay else None)
        keep_device(self, entered.device)
        if entered.trust:
            keep(self, TRUST, entered.trust, TRUST_LASTS.days)
        self.clear_cookie(HALF, path=self.base_url)
        self.practika_person = entered.person

    async def _end_previous(self) -> None:
        previous = cookie_token(self)
        if previous and self.sign_in is not None:
            await self.call(self.services.accounts.sign_out, previous)
            self.settings["practika_watch"].ended(self.sign_in.id)

    def _goal(self, wanted: str) -> str:
        home = self.services.accounts.home(self.person) if self.person else "/"
        return safe_next(wanted, self.base_url) or url_path_join(self.base_url, home)

    def _show(
        self,
        *,
        next_page: str,
        email: str = "",
        problem: str = "",
        waiting: str = "",
        refused: str = "",
        left: bool = False,
    ) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish(
            self.settings["practika_pages"].sign_in(
                self,
                next_page=safe_next(next_page, self.base_url),
                email=email,
                problem=problem,
                waiting=waiting,
                refused=refused,
                left=left,
            )
        )


class LogoutHandler(Handler):
    """``/logout`` by POST: the session, its kernels and its connections end."""

    @allow_unauthenticated
    async def post(self) -> None:
        """Sign out; doing it twice is no error."""
        token = cookie_token(self)
        if token:
            await self.call(self.services.accounts.sign_out, token)
        if self.sign_in is not None:
            self.settings["practika_watch"].ended(self.sign_in.id)
        for name in (COOKIE, HALF):
            self.clear_cookie(name, path=self.base_url)
        left = "?left=1" if self.practika.settings.oidc_issuer else ""
        self.redirect(url_path_join(self.base_url, "/login") + left, status=303)
