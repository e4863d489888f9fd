"""The look of every page: one frame, the menu of each role, and a few plain pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, partial
from http.client import responses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.utils import url_path_join
from markupsafe import Markup, escape

from practika_kernel import __version__
from practika_kernel.domain.languages import TONGUES, Language, said_in, say
from practika_kernel.domain.people import Role
from practika_kernel.domain.second_step import STAFF, Demand
from practika_kernel.server.assets import Assets
from practika_kernel.services.accounts import SHORTEST_PASSWORD

if TYPE_CHECKING:
    from jinja2 import Environment

    from practika_kernel.server.base import Handler
    from practika_kernel.server.room import Place

TEMPLATES = Path(__file__).parent / "templates" / "practika"
ASK_AGAIN = 3
"""Seconds after which the page of somebody who waits asks again."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a menu. ``view`` is what stands behind ``?view=``; "" for the page itself."""

    label: str
    page: str
    view: str
    icon: str

    @property
    def path(self) -> str:
        """Return the address below the base URL.

        >>> Item("My stacks", "student", "stacks", "library").path
        'student?view=stacks'
        """
        return f"{self.page}?view={self.view}" if self.view else self.page


MENUS: dict[str, tuple[Item, ...]] = {
    "student": (
        Item("Today", "student", "", "house"),
        Item("My stacks", "student", "stacks", "library"),
        Item("Exercises", "student", "exercises", "music"),
        Item("Library", "student", "library", "rows-2"),
        Item("Progress", "student", "progress", "chart-line"),
        Item("My data", "student", "data", "eye"),
    ),
    "teacher": (
        Item("Queue", "teacher", "", "list-checks"),
        Item("Class", "teacher", "class", "grid-3x3"),
        Item("Exercises", "teacher", "exercises", "music"),
        Item("Library", "teacher", "library", "rows-2"),
        Item("Judging", "teacher", "judging", "columns-2"),
    ),
    "coordinator": (
        Item("Overview", "coordinator", "", "chart-line"),
        Item("Judging", "coordinator", "judging", "columns-2"),
        Item("Consent", "coordinator", "consent", "circle-check"),
    ),
    "admin": (
        Item("People", "admin", "", "users"),
        Item("Health", "admin", "health", "circle-check"),
        Item("Audit log", "admin", "audit", "eye"),
        Item("Settings", "admin", "settings", "settings"),
    ),
    "researcher": (Item("Notebooks", "researcher", "", "library"),),
}
"""The menu of each page."""

ALSO: dict[Role, tuple[Item, ...]] = {
    Role.RESEARCHER: (
        Item("Notebooks", "researcher", "", "library"),
        Item("Progress", "coordinator", "", "chart-line"),
    ),
    Role.ADMIN: (
        Item("People", "admin", "", "users"),
        Item("Progress", "coordinator", "", "chart-line"),
    ),
}
"""People with more than one page get the way from one to the other, too."""


def menu(page: str, role: Role) -> list[Item]:
    """Return the menu a person sees on a page.

    >>> [item.label for item in menu("teacher", Role.TEACHER)]
    ['Queue', 'Class', 'Exercises', 'Library', 'Judging']
    >>> [item.path for item in menu("researcher", Role.RESEARCHER)]
    ['researcher', 'coordinator']
    """
    here = list(MENUS.get(page, ()))
    paths = {item.path for item in here}
    return here + [item for item in ALSO.get(role, ()) if item.path not in paths]


def second_asked(handler: Handler) -> bool:
    """Tell whether to remind somebody of the staff that they came in by a password alone."""
    person, sign_in = handler.person, handler.sign_in
    if person is None or sign_in is None or person.role not in STAFF or sign_in.second:
        return False
    return handler.practika.settings.staff_totp is not Demand.OFF


def script_json(value: Any) -> Markup:
    r"""Write a value as JSON that cannot end the script element around it.

    >>> script_json({"a": "</script>"})
    Markup('{"a": "\\u003c/script\\u003e"}')
    """
    text = json.dumps(value)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def link_in(language: Language, sentence: str, href: str, words: str, **filled: object) -> Markup:
    """Return a sentence with a link in it, both by name; what is filled in is in the link.

    >>> link_in(Language.ENGLISH, "join.known", "/login", "join.known.link")
    Markup('You have an account? <a href="/login">Sign in to join with it</a>.')
    """
    link = Markup('<a href="{}">{}</a>').format(href, say(language, words, **filled))
    return escape(TONGUES[language][sentence]).format(link=link)


class Pages:
    """Renders our templates."""

    def __init__(self, assets: Assets, base_url: str) -> None:
        self._assets, self._base_url = assets, base_url

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
        )
        environment.filters["script_json"] = script_json
        return environment

    def warm(self) -> None:
        """Compile the templates before the first visitor comes."""
        for name in ("head.html", "end.html", "signin.html", "message.html", "full.html"):
            self._environment.get_template(name)

    def render(
        self,
        name: str,
        handler: Handler,
        *,
        page: str = "",
        home: str = "",
        language: Language = Language.ENGLISH,
        **values: Any,
    ) -> str:
        """Fill a template with what every page needs and what this one adds.

        ``home`` names the page whose menu a plain page shows; none of it is marked as open.
        ``language`` is for the few that are written in more than one: those before the sign-in.
        """
        person, keys = handler.person, getattr(handler, "practika_keys", None)
        return self._environment.get_template(name).render(
            asset=self._assets.url,
            base=self._base_url,
            path=lambda below: url_path_join(self._base_url, below),
            person=person,
            page=page,
            lang=str(language),
            t=partial(say, language),
            link_in=partial(link_in, language),
            keys=json.dumps(keys) if keys else "",
            menu=menu(page or home, person.role) if person else [],
            second_asked=second_asked(handler),
            view=handler.get_query_argument("view", ""),
            version=".".join(__version__.split(".")[:2]),
            xsrf=handler.xsrf_token.decode(),
            **values,
        )

    def sign_in(self, handler: Handler, **values: Any) -> str:
        """Return the sign-in page.

        ``next_page`` and ``email`` are put into the form, ``problem``, ``waiting`` and ``refused``
        are sentences or "", ``left`` says that somebody has just signed out.
        """
        room = Markup((TEMPLATES / "room.svg").read_text(encoding="utf-8"))
        settings = handler.practika.settings
        return self.render(
            "signin.html",
            handler,
            room=room,
            language=handler.speaks,
            days=settings.session_days,
            provider=settings.oidc_name if settings.oidc_issuer else "",
            only=settings.oidc_only,
            **values,
        )

    def join(self, handler: Handler, **values: Any) -> str:
        """Return the page of an invitation: here, token, offer, called, email, problem."""
        room = Markup((TEMPLATES / "room.svg").read_text(encoding="utf-8"))
        settings = handler.practika.settings
        provider = settings.oidc_name if settings.oidc_issuer else ""
        shown: dict[str, Any] = {"room": room, "shortest": SHORTEST_PASSWORD, "provider": provider}
        shown["language"] = handler.speaks
        return self.render("join.html", handler, **shown, **values)

    def message(self, handler: Handler, status: int, sentence: str) -> str:
        """Return a page with one sentence: an address without a page, or a failure."""
        speaks = handler.speaks if handler.person is None else Language.ENGLISH
        named = {404: "message.missing", 401: "message.first"}.get(status)
        if named is None:
            named = "message.refused" if status < 500 else "message.broken"
        return self.render(
            "message.html",
            handler,
            language=speaks,
            title=say(speaks, named),
            sentence=said_in(speaks, sentence),
            status=f"{status} {responses.get(status, '')}".strip(),
        )

    def full(self, handler: Handler, place: Place, page: str) -> str:
        """Return the page of somebody who waits for a seat; it asks again by itself."""
        again = handler.request.uri
        return self.render(
            "full.html", handler, page=page, place=place, seconds=ASK_AGAIN, again=again
        )
