"""Light Markdown in comments: stress, lists, links, code, line breaks, and times to go to."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mistune import Markdown

_TIME = re.compile(r"(?<![\w:.])(?:(\d{1,2}):([0-5]\d)|(\d{1,3})):([0-5]\d)(\.\d)?(?![\w:]|\.\d)")
_BUTTON = re.compile(r"<button[^>]*>([^<]*)</button>")
_BLOCK = ("list", "blank_line")
_INLINE = ("escape", "codespan", "emphasis", "link", "link_close", "auto_link", "linebreak")
_BREAK = re.compile(r"</?(?:p|ul|ol|li)>|<br>")
_TAG = re.compile(r"<[^>]*>")
_WEB = re.compile(r"https?://[^\s\x00-\x20]+\Z", re.IGNORECASE)


@lru_cache(maxsize=2048)
def as_html(text: str) -> str:
    r"""Return a comment as HTML that is safe to put on a page; "" for no text.

    HTML in it is shown as it was typed. A time such as 0:42 becomes a button that bears its
    seconds; the page goes there.

    >>> as_html("Play *only* the **right** hand\nslowly")
    '<p>Play <em>only</em> the <strong>right</strong> hand<br>slowly</p>'
    >>> as_html("From 1:02.5 on")
    '<p>From <button type="button" class="at" data-seek="62.5">1:02.5</button> on</p>'
    >>> as_html("<img src=x onerror=alert(1)>")
    '<p>&lt;img src=x onerror=alert(1)&gt;</p>'
    >>> as_html("[here](https://example.org/?a=1&b=2)")
    '<p><a href="https://example.org/?a=1&amp;b=2" rel="noopener" target="_blank">here</a></p>'
    >>> as_html("[here](javascript:alert(1))")
    '<p>here</p>'
    """
    return str(_markdown()(text)).strip() if text else ""


def as_prose(text: str) -> str:
    """Return instructions as HTML that is safe on a page: as `as_html`, but times are words.

    No video stands beside instructions, so there is nowhere to go.

    >>> as_prose("**Slowly** from 0:42")
    '<p><strong>Slowly</strong> from 0:42</p>'
    """
    return _BUTTON.sub(r"\1", as_html(text))


def as_plain(text: str) -> str:
    r"""Return a comment's words without its Markdown, in one line, for where a line is shown.

    >>> as_plain("Play *only* the **right**.\n\n- `<b>` at 0:42")
    'Play only the right. <b> at 0:42'
    """
    apart = _BREAK.sub(" ", as_html(text))
    return " ".join(unescape(_TAG.sub("", apart)).split())


def _timed(text: str) -> str:
    """Escape words, and make buttons of the times in them."""
    parts, last = [], 0
    for found in _TIME.finditer(text):
        hours, minutes, alone, seconds, tenth = found.groups()
        whole = int(hours or 0) * 3600 + int(minutes or alone) * 60 + int(seconds)
        at = f"{whole}{tenth or ''}"
        parts.append(escape(text[last : found.start()]))
        parts.append(f'<button type="button" class="at" data-seek="{at}">{found[0]}</button>')
        last = found.end()
    return "".join([*parts, escape(text[last:])])


@cache
def _markdown() -> Markdown:
    import mistune
    from mistune.plugins.url import url

    class Words(mistune.HTMLRenderer):
        """Only what a comment may hold; everything else is words."""

        def text(self, text: str) -> str:
            return _timed(text)

        def paragraph(self, text: str) -> str:
            return f"<p>{text}</p>"

        def linebreak(self) -> str:
            return "<br>"

        def codespan(self, text: str) -> str:
            return f"<code>{escape(text)}</code>"

        def link(self, text: str, url: str, title: str | None = None) -> str:
            words = _BUTTON.sub(r"\1", text)
            if not _WEB.match(url):
                return words
            return f'<a href="{escape(url)}" rel="noopener" target="_blank">{words}</a>'

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return self.link(text or escape(url), url)

    block = mistune.BlockParser(list_rules=list(_BLOCK), max_nested_level=3)
    block.rules = list(_BLOCK)
    inline = mistune.InlineParser(hard_wrap=True)
    inline.rules = list(_INLINE)
    markdown = mistune.Markdown(renderer=Words(escape=True), block=block, inline=inline)
    markdown.use(url)
    return markdown
