"""The pages: who may open which, and the plain ones. What runs in a page: `opening`."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.domain.permissions import Thing
from practika_kernel.server.base import Handler
from practika_kernel.server.identity import CookieIdentity


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address, its title, who may open it, the scripts its first view needs.

    ``views`` name the views that have a script of their own.
    """

    name: str
    title: str
    thing: Thing
    scripts: tuple[str, ...]
    take_script: str = ""
    views: tuple[tuple[str, str], ...] = ()

    def preloads(self, *, take: bool, with_: bool, view: str = "") -> list[str]:
        """Return the files a browser does well to fetch at once, by what the address asks for.

        >>> PAGES[1].preloads(take=True, with_=False)
        ['router.js', 'reply.js']
        >>> PAGES[1].preloads(take=False, with_=False, view="exercises")
        ['router.js', 'rubrics.js']
        """
        own = dict(self.views).get(view)
        shown = ("router", own) if own else self.scripts
        if take and self.take_script:
            shown = ("router", "compare" if with_ else self.take_script)
        return [f"{name}.js" for name in shown]


PAGES = (
    Page(
        "student",
        "Today",
        Thing.STUDENT_PAGE,
        ("router", "student"),
        "compare",
        (("library", "library"),),
    ),
    Page(
        "teacher",
        "Queue",
        Thing.TEACHER_PAGE,
        ("router", "teacher"),
        "reply",
        (("exercises", "rubrics"), ("judging", "judging"), ("library", "library")),
    ),
    Page(
        "coordinator",
        "Progress",
        Thing.COORDINATOR_PAGE,
        ("router", "progress"),
        views=(("judging", "judging"),),
    ),
    Page(
        "admin",
        "People",
        Thing.ADMIN_PAGE,
        ("router", "admin"),
        views=(("audit", "audit"), ("health", "health"), ("settings", "settings")),
    ),
)


class HomeHandler(Handler):
    """``/``: to the page of one's role."""

    async def get(self) -> None:
        """Send people on; nobody stays here."""
        if self.person is None:
            raise web.HTTPError(401)
        home = self.services.accounts.home(self.person)
        self.redirect(url_path_join(self.base_url, home))


class MissingHandler(Handler):
    """Every other address."""

    @allow_unauthenticated
    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Answer before anything is read; a sign-in only decides what the page looks like."""
        self.name_request()
        identity: CookieIdentity = self.settings["identity_provider"]
        self.current_user = self._jupyter_current_user = await identity.get_user(self)
        raise web.HTTPError(404)
