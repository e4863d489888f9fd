"""What every handler of ours shares: who is asking, how to ask a service, how errors look."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from practika_kernel import logs
from practika_kernel.bootstrap import Practika, Services
from practika_kernel.domain.attempts import origin
from practika_kernel.domain.errors import (
    Conflict,
    Interrupted,
    InvalidInput,
    Misconfigured,
    NoRoom,
    NotAllowed,
    NotFound,
    OutOfTime,
    PractikaError,
    SignInFailed,
    TooManyTries,
)
from practika_kernel.domain.languages import Language, asked_for, language_of
from practika_kernel.domain.people import Person, SignIn
from practika_kernel.domain.provider import NotVouched
from practika_kernel.server import guard

LOG = logging.getLogger("practika.server")

_REQUEST = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")

P = ParamSpec("P")
T = TypeVar("T")

STATUS: tuple[tuple[type[PractikaError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (SignInFailed, 401),
    (NotVouched, 403),
    (TooManyTries, 429),
    (Conflict, 409),
    (InvalidInput, 400),
    (OutOfTime, 503),
    (Interrupted, 503),
    (Misconfigured, 503),
    (NoRoom, 507),
)

SENTENCES = {
    401: "Sign in first.",
    403: "This request did not come from a page of ours. Reload the page and try again.",
    404: "There is nothing here under that address.",
    405: "This address cannot be asked for that.",
    413: "This is larger than what fits here.",
}


def status_of(error: BaseException | None) -> int | None:
    """Return the HTTP status that says what an error says; None when it is not ours.

    >>> status_of(NotFound()), status_of(ValueError())
    (404, None)
    """
    return next((status for kind, status in STATUS if isinstance(error, kind)), None)


class Handler(JupyterHandler):
    """Base of all handlers, in Practika's own server and inside JupyterLab's.

    ``plain`` handlers are spoken to by scripts: they answer errors with one sentence of plain
    text, the others with a page. The end of the server does not wait for ``lasting`` ones. Where
    no sign-in is looked at (``for_all``) nobody is told to sign in first.
    """

    plain = False
    for_all = False
    lasting = False
    request_name = ""

    @property
    def log(self) -> logging.Logger:
        """One logger for all of the server."""
        return LOG

    @property
    def practika(self) -> Practika:
        """The one object everything hangs on."""
        return cast(Practika, self.settings["practika"])

    @property
    def services(self) -> Services:
        """Shorthand."""
        return self.practika.services

    @property
    def person(self) -> Person | None:
        """Who is asking; None before sign-in."""
        return cast(Person | None, getattr(self, "practika_person", None))

    @property
    def sign_in(self) -> SignIn | None:
        """The sign-in the request came with."""
        return cast(SignIn | None, getattr(self, "practika_sign_in", None))

    @property
    def actor(self) -> str:
        """The id of the person who acts; "" for nobody. In JupyterLab the server's owner."""
        if self.person is not None:
            return self.person.id
        return cast(str, self.settings.get("practika_actor", ""))

    @property
    def speaks(self) -> Language:
        """The language of the few pages that have more than one: the person's, else the browser's.

        A browser that asks for none of ours gets the school's.
        """
        own = self.person.language if self.person is not None else ""
        wish = asked_for(self.request.headers.get("Accept-Language", ""))
        return language_of(own, wish, self.practika.settings.language)

    @property
    def client(self) -> str:
        """Where the request comes from, as tries are counted; a trusted proxy may say it."""
        return origin(self.request.remote_ip or "")

    def wait(self, error: TooManyTries) -> None:
        """Say by status and header that the next try has to wait."""
        self.set_status(429)
        self.set_header("Retry-After", str(error.seconds))

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that may block in a thread and wait for it."""
        return await asyncio.to_thread(function, *args, **kwargs)

    @property
    def content_security_policy(self) -> str:
        """What a page may load and run: files of this server alone, and no script inside it."""
        return guard.policy(self._video_places)

    @property
    def _video_places(self) -> str:
        """Where else videos come from: a store that hands them out itself."""
        practika = self.settings.get("practika")
        if practika is None or practika.settings.media_folder is not None:
            return ""
        return "https: " + guard.origin(practika.settings.s3_endpoint)

    def set_default_headers(self) -> None:
        """Headers of every answer, errors included."""
        super().set_default_headers()
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Permissions-Policy", guard.PERMISSIONS)
        self.set_header("Server", "Practika")
        if self.request.protocol == "https":
            self.set_header("Strict-Transport-Security", guard.HTTPS_ONLY)
        if self.request_name:  # an error begins its answer anew
            self.set_header("X-Request-Id", self.request_name)

    def set_cookie(self, *args: Any, **kwargs: Any) -> None:
        """Keep to https what is answered by https, the page's token too."""
        if self.request.protocol == "https":
            kwargs.setdefault("secure", True)
        super().set_cookie(*args, **kwargs)

    def check_xsrf_cookie(self) -> None:
        """Refuse what another site's page had the browser send, whatever token it holds.

        A page of a neighbouring host name can set cookies for ours, the token's among them, but
        not what the browser itself says of where a request comes from.
        """
        super().check_xsrf_cookie()
        if not hasattr(self, "_jupyter_current_user"):
            return  # asked before the request is prepared, and again then
        said = self.request.headers.get("Sec-Fetch-Site", "same-origin")
        if self.request.method not in guard.READS and said not in guard.OWN_PAGES:
            raise web.HTTPError(403)

    def name_request(self) -> None:
        """Give the request a name, in the answer and in every line about it.

        One that a proxy gave is kept where the proxy is trusted; anybody else's is not believed.
        """
        given = self.request.headers.get("X-Request-Id", "")
        trusted = self.practika.settings.trust_proxy and _REQUEST.fullmatch(given)
        if not self.lasting and (underway := self.settings.get("practika_underway")) is not None:
            underway.begin(self)
        self.request_name = given if trusted else secrets.token_hex(8)
        logs.tell(request=self.request_name)
        self.set_header("X-Request-Id", self.request_name)

    def on_finish(self) -> None:
        """Be done with this request."""
        super().on_finish()
        self._done()

    def on_connection_close(self) -> None:
        """Be done with it as well: nobody waits for the answer any more."""
        super().on_connection_close()
        self._done()

    def _done(self) -> None:
        if (underway := self.settings.get("practika_underway")) is not None:
            underway.end(self)

    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Find out who is asking; people without a sign-in get no further."""
        self.name_request()
        await super().prepare(_redirect_to_login=_redirect_to_login and not self.plain)
        if self.person is not None and self.practika.settings.log == "json":
            logs.tell(person=self.services.pseudonyms.of(self.person.id))
        # JupyterLab's server lets everybody through unless a handler asks.
        method = getattr(self, (self.request.method or "").lower(), None)
        is_open = getattr(method, "__allow_unauthenticated", False)
        if self.current_user is None and not is_open and not self._finished:
            raise web.HTTPError(401)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Translate our own errors into the status that says the same."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        status = status_of(error) or status_code
        if status_code not in {500, status}:  # a handler knows better
            status = status_code
        if status == 403 and self.plain and not self.for_all and self.current_user is None:
            status = 401
        super().send_error(status, **kwargs)

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """One line for what is the asker's doing, a traceback with a reference for the rest."""
        if status_of(error) is not None:
            return
        if isinstance(error, web.HTTPError):
            LOG.debug("%s %s: %s", self.request.method, logs.shown(self.request.path), error)
            return
        self.reference = secrets.token_hex(4)
        LOG.error(
            "%s %s failed (reference %s)",
            self.request.method,
            logs.shown(self.request.path),
            self.reference,
            exc_info=(kind, error, trace),
        )

    def sentence(self, status_code: int, error: BaseException | None) -> str:
        """Return what the person reads about an error."""
        if isinstance(error, PractikaError):
            return error.sentence
        if isinstance(error, web.HTTPError) and error.reason and status_code < 500:
            return str(error.reason)
        if status_code in SENTENCES:
            return SENTENCES[status_code]
        if status_code < 500:
            return "This request cannot be understood."
        reference = getattr(self, "reference", "")
        told = f" (reference {reference})" if reference else ""
        return f"Something went wrong{told}. Nothing you saved is lost."

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a sentence, as a page where a person looks at it."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        sentence = self.sentence(status_code, error)
        if isinstance(error, TooManyTries):
            self.wait(error)
        pages = self.settings.get("practika_pages")
        self.set_header("Cache-Control", "no-store")
        if self.plain or pages is None:
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(sentence)
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(pages.message(self, status_code, sentence))


class PlainHandler(Handler):
    """A handler scripts speak to."""

    plain = True


class SpokenHandler(PlainHandler):
    """Speaks JSON with the page's script."""

    def said(self) -> dict[str, Any]:
        """Return what the page sent; `InvalidInput` for what is no object."""
        try:
            found = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise InvalidInput("This request cannot be understood. Reload the page.")
        return found

    def tell(self, answer: dict[str, Any]) -> None:
        """Answer in JSON that no cache keeps."""
        self.set_header("Cache-Control", "no-store")
        self.finish(answer)
