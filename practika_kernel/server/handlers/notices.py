"""Notifications over HTTP: the bell, the choices, and the links of e-mails.

``/api/notices`` is what lies under the bell, ``/api/notices/choices`` what a person wants to be
told. ``/notices`` leads from an e-mail to the choices, ``/unsubscribe/TOKEN`` stops such e-mails
without a sign-in: by one button, or by the mail program itself (RFC 8058).
"""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.server.base import Handler, SpokenHandler
from practika_kernel.services.notice_choices import Stopping

TOKEN = r"([A-Za-z0-9_-]{20,100})"


class NoticesHandler(SpokenHandler):
    """The list under the bell."""

    async def get(self) -> None:
        """Send it; with ``news`` what is unread alone."""
        news = bool(self.get_query_argument("news", ""))
        self.tell(await self.call(self.services.bell.view, self.actor, news=news))

    async def post(self) -> None:
        """Mark as read: ``{"ids": [...]}``, ``{"take": id}`` or ``{"all": true}``."""
        said = self.said()
        ids, take = said.get("ids"), said.get("take")
        if isinstance(ids, list) and all(isinstance(each, str) for each in ids):
            read = await self.call(self.services.bell.read, self.actor, ids=ids)
        elif isinstance(take, str) and take:
            read = await self.call(self.services.bell.read, self.actor, take_id=take)
        elif said.get("all") is True:
            read = await self.call(self.services.bell.read, self.actor)
        else:
            raise InvalidInput("This request cannot be understood. Reload the page.")
        self.tell({"read": read})


class ChoicesHandler(SpokenHandler):
    """What a person wants to be told."""

    async def get(self) -> None:
        """Send the table."""
        self.tell(await self.call(self.services.notice_choices.view, self.actor))

    async def post(self) -> None:
        """Store what changed and send the table as it is then."""
        said = self.said()
        self.tell(await self.call(self.services.notice_choices.put, self.actor, said))


class ChooseHandler(Handler):
    """``/notices``: the way from an e-mail to the choices, on one's own page."""

    async def get(self) -> None:
        """Send people on."""
        if self.person is None:
            raise web.HTTPError(401)
        home = self.services.accounts.home(self.person)
        self.redirect(url_path_join(self.base_url, home) + "?notices=choose")


class UnsubscribeHandler(Handler):
    """The link at the end of an e-mail. Looking at it stops nothing: programs look at links."""

    @allow_unauthenticated
    async def get(self, token: str) -> None:
        """Show what would stop, and the button."""
        stopping = await self.call(self.services.notice_choices.offered, token)
        self._show(token, stopping, done=False)

    @allow_unauthenticated
    async def post(self, token: str) -> None:
        """Stop them; doing it twice is no error."""
        stopping = await self.call(self.services.notice_choices.stop, token)
        self._show(token, stopping, done=True)

    def check_xsrf_cookie(self) -> None:
        """Let everybody through who has the link: a mail program sends no cookie."""

    def _show(self, token: str, stopping: Stopping, *, done: bool) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        pages = self.settings["practika_pages"]
        told = {"kinds": stopping.kinds, "language": stopping.language}
        self.finish(pages.render("unsubscribe.html", self, done=done, token=token, **told))


ROUTES: list[tuple[str, Any]] = [
    (r"/api/notices", NoticesHandler),
    (r"/api/notices/choices", ChoicesHandler),
    (r"/notices", ChooseHandler),
    (rf"/unsubscribe/{TOKEN}", UnsubscribeHandler),
]
