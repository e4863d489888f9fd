"""``/guest/TOKEN``: one take, for somebody without an account.

The door is a page with a form; whoever has come in has a cookie for the addresses below this very
link. It names no account, opens nothing else, and a sign-in of the same browser is not looked at.
"""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.domain.attempts import Purpose
from practika_kernel.domain.errors import Conflict, InvalidInput, TooManyTries
from practika_kernel.domain.guests import NoGuestLink
from practika_kernel.server.base import Handler, PlainHandler
from practika_kernel.server.handlers.media import MediaHandler
from practika_kernel.server.identity import PASSWORDS
from practika_kernel.services.content import Content

COOKIE = "practika-guest"
BODY = 64_000
"""Bytes of a comment: 4,000 letters in any script, with a full drawing."""
LOOK = 1.0
"""Seconds after which a video that is being sent has its link looked at again."""
TOKEN = r"/guest/([A-Za-z0-9_-]{43})"


class _Guest(Handler):
    """Who asks is what the cookie of this link says, and nobody else."""

    for_all = True

    def set_default_headers(self) -> None:
        """Tell no other site of the link, and no search engine."""
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Robots-Tag", "noindex")

    @property
    def cookie(self) -> str:
        """What this browser was given at the door; "" for nothing, or something forged."""
        value = self.get_signed_cookie(COOKIE, max_age_days=365)
        return value.decode("ascii", "replace") if value else ""

    async def count(self) -> None:
        """Count a link that leads nowhere; who has one that does is never counted."""
        await self.call(self.services.tries.begin, Purpose.JOIN, "", self.client)


class GuestHandler(_Guest):
    """The door, and behind it the page with the video."""

    @allow_unauthenticated
    async def get(self, token: str) -> None:
        """Show the room to who has come in, the door to everybody else."""
        try:
            room = await self.call(self.services.guest_room.room, token, self.cookie)
        except NoGuestLink:
            await self.count()
            raise
        if room is None:
            await self._door(token)
            return
        self._show("guest.html", room=room, told=json.dumps(room), here=f"guest/{token}")

    @allow_unauthenticated
    async def post(self, token: str) -> None:
        """Come in: with a name, and a pass phrase where one is asked for."""
        name = self.get_body_argument("name", "")
        phrase = self.get_body_argument("phrase", "", strip=False)
        enter = partial(self.services.guest_room.enter, token, name, phrase, self.client)
        try:
            loop = asyncio.get_running_loop()
            cookie, seconds = await loop.run_in_executor(PASSWORDS, enter)
        except NoGuestLink:
            await self.count()
            raise
        except TooManyTries as error:
            self.wait(error)
            await self._door(token, name=name, problem=error.sentence)
            return
        except (InvalidInput, Conflict) as error:
            self.set_status(400)
            await self._door(token, name=name, problem=error.sentence)
            return
        self._let_in(token, cookie, seconds)
        self.redirect(url_path_join(self.base_url, "guest", token), status=303)

    def _let_in(self, token: str, cookie: str, seconds: int) -> None:
        secure = self.practika.settings.secure_cookies
        self.set_signed_cookie(
            COOKIE,
            cookie,
            expires_days=None,
            expires=time.time() + seconds,
            path=url_path_join(self.base_url, "guest", token),
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https" if secure is None else secure,
        )

    async def _door(self, token: str, *, name: str = "", problem: str = "") -> None:
        door = await self.call(self.services.guest_room.door, token)
        called = name or door["guest"]
        self._show("guest_door.html", door=door, token=token, called=called, problem=problem)

    def _show(self, template: str, **values: Any) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish(self.settings["practika_pages"].render(template, self, **values))


class GuestMediaHandler(_Guest, MediaHandler):
    """What the player of this one take loads. Never handed on to a store: a link ends at once."""

    plain = True
    _looked = 0.0

    @allow_unauthenticated
    async def head(self, token: str, kind: str) -> None:  # type: ignore[override]
        """Describe the bytes without sending them."""
        await self._answer(token, kind)

    @allow_unauthenticated
    async def get(self, token: str, kind: str) -> None:  # type: ignore[override]
        """Send the whole or the asked part."""
        await self._answer(token, kind)

    async def _answer(self, token: str, kind: str) -> None:
        self._token, self._looked = token, time.monotonic()
        room = self.services.guest_room
        await self.deliver(await self.call(room.media, token, self.cookie, kind))

    async def goes_on(self) -> bool:
        """Look again every now and then: who plays a video may not go on once the link ended."""
        if time.monotonic() - self._looked < LOOK:
            return True
        self._looked = time.monotonic()
        opens = await self.call(self.services.guest_room.opens, self._token)
        if not opens and self.request.connection is not None:
            self.request.connection.stream.close()  # type: ignore[attr-defined]
        return opens


class GuestCommentsHandler(_Guest, PlainHandler):
    """``/guest/TOKEN/comments``: what the page sends when something was written."""

    plain = True

    @allow_unauthenticated
    async def post(self, token: str) -> None:
        """Keep a comment; answer with it as it is kept."""
        key, content = self._read()
        room = self.services.guest_room
        self.finish(await self.call(room.write, token, self.cookie, key, content))

    def _read(self) -> tuple[str, Content]:
        if len(self.request.body) > BODY:
            raise web.HTTPError(413)
        try:
            said = json.loads(self.request.body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise InvalidInput("This comment cannot be read. Reload the page; your text is kept.")
        words = {name: said.get(name, "") for name in ("key", "kind", "text")}
        times = {name: _milliseconds(said.get(name)) for name in ("start", "end")}
        if not all(isinstance(one, str) for one in words.values()):
            raise InvalidInput("This comment cannot be read. Reload the page; your text is kept.")
        content = Content(
            words["kind"], words["text"], times["start"], times["end"], drawing=said.get("drawing")
        )
        return words["key"], content


class GuestCommentHandler(_Guest, PlainHandler):
    """``/guest/TOKEN/comments/ID``: a guest's own comment."""

    plain = True

    @allow_unauthenticated
    async def delete(self, token: str, comment: str) -> None:
        """Take it back, while no teacher has dealt with it."""
        await self.call(self.services.guest_room.take_back, token, self.cookie, comment)
        self.set_status(204)
        self.finish()


def _milliseconds(seconds: object) -> int | None:
    """Return whole milliseconds; `InvalidInput` for what is no time, None for none.

    >>> _milliseconds(26.2), _milliseconds(None)
    (26200, None)
    """
    if seconds is None:
        return None
    if type(seconds) not in (int, float) or not -1e9 < float(seconds) < 1e9:  # type: ignore[arg-type]
        raise InvalidInput("This moment does not lie on the video.")
    return round(float(seconds) * 1000)  # type: ignore[arg-type]


ROUTES: list[tuple[str, type[web.RequestHandler]]] = [
    (TOKEN, GuestHandler),
    (TOKEN + r"/comments", GuestCommentsHandler),
    (TOKEN + r"/comments/([0-9a-z]{26})", GuestCommentHandler),
    (TOKEN + r"/(video|poster|film|wave|frames)", GuestMediaHandler),
]
