"""Markdown cells as HTML, and what a notebook calls itself."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mistune import Markdown

_MARKS = re.compile(r"[*_`]+|\[([^\]]*)\]\([^)]*\)")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)


def prose(text: str) -> str:
    r"""Return a markdown cell as HTML; HTML written in it is shown as it was typed.

    Pictures are shown only when they are in the text themselves: a page of ours loads nothing
    from elsewhere. Links lead to web pages, mail and places in Practika, never to scripts.

    >>> prose("Hear *this*.")
    '<p>Hear <em>this</em>.</p>\n'
    >>> prose("<script>alert(1)</script>")
    '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n'
    >>> "javascript" in prose("[x](javascript:alert(1))")
    False
    """
    return str(_markdown()(text))


def heading(cells: list[Any]) -> str:
    r"""Return the first heading of a notebook's markdown cells as plain words; "" for none.

    >>> heading([{"cell_type": "markdown", "source": "Hello.\n\n## A *first* `look`"}])
    'A first look'
    """
    for cell in cells:
        found = _HEADING.search(cell["source"]) if cell["cell_type"] == "markdown" else None
        if found:
            return _MARKS.sub(lambda mark: mark[1] or "", found[1]).strip()
    return ""


def safe_address(address: str) -> str:
    """Return an address a link may lead to, else "#".

    >>> safe_address("https://example.org"), safe_address("notebook/second"), safe_address("#two")
    ('https://example.org', 'notebook/second', '#two')
    >>> safe_address("JavaScript:alert(1)"), safe_address("data:text/html,x"), safe_address("")
    ('#', '#', '#')
    """
    # Browsers pass over spaces and control characters in front of and within a scheme.
    bare = re.sub(r"[\x00-\x20\x7f]", "", address)
    scheme = re.match(r"([^/?#]*):", bare)
    if not bare or (scheme and scheme[1].lower() not in {"http", "https", "mailto"}):
        return "#"
    return bare


@cache
def _markdown() -> Markdown:
    import mistune

    class Renderer(mistune.HTMLRenderer):
        def link(self, text: str, url: str, title: str | None = None) -> str:
            words = f' title="{escape(title)}"' if title else ""
            return f'<a href="{escape(safe_address(url))}" rel="noopener"{words}>{text}</a>'

        def image(self, text: str, url: str, title: str | None = None) -> str:
            if re.match(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$", url):
                return f'<img src="{url}" alt="{escape(text)}">'
            return f'<span class="muted">{escape(text)}</span>'

        def table(self, text: str) -> str:
            return f'<div class="pk-wide"><table class="table">{text}</table></div>\n'

    return mistune.create_markdown(
        escape=True,
        renderer=Renderer(escape=True),
        plugins=["table", "strikethrough", "url", "task_lists"],
    )
