"""The address is the state: what it says decides the view, and a view may change it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from practika_kernel.domain.errors import InvalidInput

from ._base import PractikaWidget, script
from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

Query = dict[str, str]

LONGEST_QUERY = 2_000
"""Characters; no address of ours comes near."""


def read_query(text: str) -> Query:
    """Read the part of an address behind the question mark; of a name given twice, the last.

    >>> read_query("?take=ab12&t=12.5&with=")
    {'take': 'ab12', 't': '12.5', 'with': ''}
    """
    if len(text) > LONGEST_QUERY:
        raise InvalidInput("This address is too long to be one of ours.")
    return dict(parse_qsl(text.removeprefix("?"), keep_blank_values=True, max_num_fields=40))


def write_query(query: Mapping[str, str]) -> str:
    """Write a query as it stands in an address.

    >>> write_query({"take": "ab12", "t": "12.5"}), write_query({})
    ('?take=ab12&t=12.5', '')
    """
    return f"?{urlencode(query)}" if query else ""


def address() -> str:
    """Return the query of this page as the server saw it; "" outside the server."""
    query = os.environ.get("QUERY_STRING", "")
    return f"?{query}" if query else ""


class Router(PractikaWidget):
    """Carries the query between the browser's address and a page.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    on_query
        Called with the query whenever the person goes somewhere: on load, by a link, or back.
    on_stand
        Called when the view has stood before the person for a moment.
    """

    _esm = script("router")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "went": Verb("went", {"query": str, "how": str}),
        "stands": Verb("stands"),
    }

    def __init__(
        self,
        practika: Practika,
        on_query: Callable[[Query], None],
        on_stand: Callable[[], None] = lambda: None,
        **traits: Any,
    ) -> None:
        self._on_query, self._on_stand = on_query, on_stand
        self._state: dict[str, Any] = {
            "seq": 0, "query": None, "title": "", "missing": "", "at": address(),
        }  # fmt: skip
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """Where the page is, its title, and what to say when there is nothing there.

        A browser that stands at another address than ``at`` says so when it has loaded.
        """
        return dict(self._state)

    def went(self, query: str, how: str) -> None:
        """Take up where the browser says it is; ``how`` is load, link or back."""
        self._state["at"] = query
        self._on_query(read_query(query))

    def stands(self) -> None:
        """Take up that what is shown now has been in view for a moment; which, is known here."""
        self._on_stand()

    def arrived(self, title: str) -> None:
        """A view is shown: give the page its title."""
        self._turn(title=title, missing="", query=None)

    def missing(self, sentence: str) -> None:
        """Nothing is there under this address; say so, with a way back."""
        self._turn(title="Nothing here", missing=sentence, query=None)

    def go(self, query: Mapping[str, str], *, replace: bool = False) -> None:
        """Send the browser to another view of this page.

        Parameters
        ----------
        query
            What the address should say, for example ``{"take": "…"}``.
        replace
            Whether "back" should skip the place left.
        """
        self._turn(query=write_query(query), replace=replace)

    def _turn(self, **changes: Any) -> None:
        self._state |= {"seq": self._state["seq"] + 1, **changes}
        self.refresh()
