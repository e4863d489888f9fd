"""What people write as it stands in e-mails and on pages: nothing of it becomes markup."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from practika_kernel.domain.languages import Language
from practika_kernel.domain.people import Person, Role
from practika_kernel.services.letter_text import Ends, Line, envelope, reset_envelope
from practika_kernel.services.markdown import as_html, as_prose

PAYLOADS = (
    "<script class=hit>hit()</script>", "<img class=hit src=x onerror=hit()>",
    "<svg class=hit onload=hit()>", "\"><b class=hit onclick='hit()'>", "' onmouseover='hit()",
    "</title></style></script><i class=hit>", "<!--><img class=hit>-->", "{{7*7}}${7*7}<%=7*7%>",
    "[a](javascript:hit())", "[a](JaVa\tScript:hit())", "[a](&#106;avascript:hit())",
    "[a](data:text/html,<script>hit()</script>)", "[a](vbscript:hit())", "<javascript:hit()>",
    '[a](https://x.example/"onclick="hit())', "[a](<https://x.example/' onclick='hit()>)",
    "![a](x\"onerror=\"hit())", "![a](javascript:hit())", "[a]: javascript:hit()\n\n[a]",
    "[a](https://x.example \"x\\\" onclick=hit()\")", "https://x.example/\"onclick=hit()",
    "`<img class=hit>`", "**<img class=hit>**", "- <img class=hit>", "> <img class=hit>",
    "0:42<img class=hit>", "&lt;img class=hit&gt;", "<<img class=hit>", "<img/class=hit/onerror=x",
)  # fmt: skip
ALLOWED = {"href", "rel", "target", "class", "style", "lang", "type", "data-seek", "charset"}
ALLOWED |= {"name", "content"}
BANNED = {"script", "img", "svg", "iframe", "object", "embed", "form", "base", "link", "input"}


class Page(HTMLParser):
    """Reads a page as a browser does and notes what nobody of ours wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] * (tag in BANNED)
        for name, value in attrs:
            if name not in ALLOWED or value == "hit":
                self.found.append(f"{tag} {name}={value}")
            if name == "href" and not (value or "").lower().startswith(("http://", "https://")):
                self.found.append(f"{name}={value}")


def wrong_in(html: str) -> list[str]:
    page = Page()
    page.feed(html)
    page.close()
    return page.found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_stay_words(payload: str) -> None:
    person = Person("p", "mira@example.org", payload, Role.STUDENT, datetime.now(UTC))
    ends = Ends("https://school.example/choices", "https://school.example/stop")
    lines = [Line(payload, [payload, payload * 9], "https://school.example/take")] * 2
    letters = [
        envelope("l", person, lines[: n + 1], ends, tongue, daily=bool(n))
        for n, tongue in enumerate(Language)
    ]
    letters.append(reset_envelope("l", person, "https://school.example/reset/x", Language.GERMAN))
    for html in [*(each.html for each in letters), as_html(payload), as_prose(payload)]:
        assert not wrong_in(html), html
    assert "49" not in as_html(payload)


def test_the_reader_notices() -> None:
    """Were something let through, the test above would say so."""
    assert wrong_in(PAYLOADS[0]) == ["script", "script class=hit"]
    assert wrong_in('<a href="javascript:hit()">') == ["href=javascript:hit()"]
