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

from practika_kernel.domain.errors import SignInFailed, TooManyTries
from practika_kernel.domain.languages import said_in, waiting
from practika_kernel.server.base import LOG, Handler
from practika_kernel.services.entrance import Entered

COOKIE = "practika-session"
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
    days = handler.settings["practika"].settings.session_days
    value = handler.get_signed_cookie(COOKIE, max_age_days=days)
    return value.decode("utf-8", "replace") if value else ""


def device_text(handler: web.RequestHandler) -> str:
    """Return what the signed cookie of the device says; "" for none, a forged or a stale one."""
    value = handler.get_signed_cookie(DEVICE, max_age_days=DEVICE_DAYS)
    return value.decode("ascii", "replace") if value else ""


def keep_device(handler: Handler, text: str) -> None:
    """Have the browser keep what makes it known to whoever has just signed in."""
    settings = handler.practika.settings
    secure = settings.secure_cookies
    handler.set_signed_cookie(
        DEVICE,
        text,
        expires_days=DEVICE_DAYS,
        path=handler.base_url,
        httponly=True,
        samesite="Lax",
        secure=handler.request.protocol == "https" if secure is None else secure,
    )


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
    if url.scheme or url.netloc or url.path in {base_url + "login", base_url + "logout"}:
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
        self._show(next_page=self.get_query_argument("next", ""))

    @allow_unauthenticated
    async def post(self) -> None:
        """Open a session, with a new token each time, and leave for the page asked for."""
        email = self.get_body_argument("email", "")
        password = self.get_body_argument("password", "", strip=False)
        wanted = self.get_body_argument("next", "")
        agent = self.request.headers.get("User-Agent", "")
        enter = partial(self.services.entrance.sign_in, client=self.client)
        loop = asyncio.get_running_loop()
        try:
            entered = await loop.run_in_executor(
                PASSWORDS, partial(enter, email, password, agent, device=device_text(self))
            )
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
        await self._end_previous()
        self._enter(entered)
        self.redirect(self._goal(wanted), status=303)

    def _enter(self, entered: Entered) -> None:
        self._remember(entered.token)
        keep_device(self, entered.device)
        self.practika_person = entered.person

    async def _end_previous(self) -> None:
        previous = cookie_token(self)
        if previous and self.sign_in is not None:
            await self.call(self.services.accounts.sign_out, previous)
            self.settings["practika_watch"].ended(self.sign_in.id)

    def _remember(self, token: str) -> None:
        settings = self.practika.settings
        secure = settings.secure_cookies
        stay = self.get_body_argument("stay", "") == "1"
        self.set_signed_cookie(
            COOKIE,
            token,
            expires_days=settings.session_days if stay else None,
            path=self.base_url,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https" if secure is None else secure,
        )

    def _goal(self, wanted: str) -> str:
        home = self.services.accounts.home(self.person) if self.person else "/"
        return safe_next(wanted, self.base_url) or url_path_join(self.base_url, home)

    def _show(
        self, *, next_page: str, email: str = "", problem: str = "", waiting: str = ""
    ) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish(
            self.settings["practika_pages"].sign_in(
                self,
                next_page=safe_next(next_page, self.base_url),
                email=email,
                problem=problem,
                waiting=waiting,
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
        self.clear_cookie(COOKIE, path=self.base_url)
        self.redirect(url_path_join(self.base_url, "/login"), status=303)
