"""What an e-mail about notifications looks like: plain text, and the same in calm HTML.

No picture, no script, nothing that is fetched: opening it tells nobody anything. Everything
people wrote is escaped. The colours are those of the pages (tokens.css), light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from practika_kernel.domain.languages import Language, number_in, say
from practika_kernel.domain.letters import Envelope
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.people import Person


@dataclass(frozen=True, slots=True)
class Line:
    """One thing told: the sentence, what was written, the absolute address of the moment."""

    text: str
    quotes: Sequence[str]
    address: str


@dataclass(frozen=True, slots=True)
class Ends:
    """Where an e-mail's last lines lead: to the choices, and to the end of such e-mails."""

    choices: str
    unsubscribe: str


def envelope(
    letter_id: str,
    person: Person,
    lines: Sequence[Line],
    ends: Ends,
    language: Language,
    *,
    daily: bool,
) -> Envelope:
    """Write the e-mail; ``lines`` holds at least one, the most important first."""
    told = _Told(one_line(person.name), lines, ends, language, daily)
    return Envelope(
        id=letter_id,
        name=told.name,
        address=person.email,
        subject=told.subject,
        text=_text(told),
        html=_html(told),
        unsubscribe=ends.unsubscribe,
    )


def reset_envelope(letter_id: str, person: Person, link: str, language: Language) -> Envelope:
    """Write the e-mail with the link to a new password; only the newest opens, for an hour."""
    name = one_line(person.name)
    hello, why = say(language, "reset.hello", name=name), say(language, "reset.why")
    return linked(
        Envelope(letter_id, name, person.email, say(language, "reset.subject"), "", ""),
        Link(hello, link, say(language, "reset.link"), say(language, "reset.once"), why),
        language,
    )


@dataclass(frozen=True, slots=True)
class Link:
    """What an e-mail says that is about one link: before it, its words, after it, at the end."""

    hello: str
    link: str
    words: str
    once: str
    why: str


def linked(empty: Envelope, told: Link, language: Language) -> Envelope:
    """Fill an e-mail that is about one link."""
    card = (
        f'<p>{escape(told.hello)}</p><div class="one"><p><a href="{escape(told.link)}">'
        f'{escape(told.words)}</a></p><p class="said">{escape(told.once)}</p></div>'
    )
    return replace(
        empty,
        text="\n".join([told.hello, "", f"  {told.link}", "", told.once, told.why, ""]),
        html=framed(empty.subject, card, f"<p>{escape(told.why)}</p>", language),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What an e-mail about notifications is to say."""

    name: str
    lines: Sequence[Line]
    ends: Ends
    language: Language
    daily: bool

    def say(self, named: str, /, **filled: object) -> str:
        """Return a sentence in the language of the e-mail."""
        return say(self.language, named, **filled)

    @property
    def subject(self) -> str:
        """The subject: what there is most of interest in it."""
        number = len(self.lines)
        if self.daily and number == 1:
            return self.say("letter.daily.one")
        if self.daily:
            return self.say("letter.daily.many", count=number_in(self.language, number))
        first = one_line(self.lines[0].text)
        first = first if len(first) <= 100 else first[:99].rstrip() + "…"
        more = number_in(self.language, number - 1)
        return first if number == 1 else self.say("letter.more", first=first, more=more)

    @property
    def greeting(self) -> str:
        """The first line."""
        return self.say("letter.hello.daily" if self.daily else "letter.hello", name=self.name)


def _text(told: _Told) -> str:
    parts = [told.greeting, ""]
    for line in told.lines:
        parts.append(f"- {one_line(line.text)}")
        parts += [f'  "{one_line(quote)}"' for quote in line.quotes]
        parts += [f"  {line.address}", ""]
    choose, stop = told.say("letter.choose"), told.say("letter.stop")
    parts += ["-- ", told.say("letter.why"), f"{choose}: {told.ends.choices}"]
    return "\n".join([*parts, f"{stop}: {told.ends.unsubscribe}", ""])


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;padding:24px 12px;background:#f3f6f4;color:#15211d;"
    "font:16px/1.5 'Atkinson Hyperlegible Next',system-ui,-apple-system,'Segoe UI',sans-serif}"
    ".card{max-width:560px;margin:0 auto;padding:24px;background:#fff;border:1px solid #d6deda;"
    "border-radius:14px}.one{padding:12px 0;border-top:1px solid #d6deda}p{margin:0 0 8px}"
    "a{color:#17695a}.said{color:#43524c}.end{max-width:560px;margin:16px auto 0;color:#5a6963;"
    "font-size:14px}"
    "@media(prefers-color-scheme:dark){body{background:#0f1514;color:#e9f0ed}"
    ".card{background:#18201e;border-color:#2e3a36}.one{border-color:#2e3a36}a{color:#7ccfb9}"
    ".said{color:#b9c6c0}.end{color:#98a7a0}}"
)


def _html(told: _Told) -> str:
    lines = "".join(
        f'<div class="one"><p><a href="{escape(line.address)}">'
        f"{escape(one_line(line.text))}</a></p>"
        + "".join(f'<p class="said">“{escape(one_line(quote))}”</p>' for quote in line.quotes)
        + "</div>"
        for line in told.lines
    )
    choose, stop = escape(told.say("letter.choose")), escape(told.say("letter.stop"))
    return framed(
        told.subject,
        f"<p>{escape(told.greeting)}</p>{lines}",
        f'<p>{escape(told.say("letter.why"))}</p><p><a href="{escape(told.ends.choices)}">{choose}'
        f'</a> · <a href="{escape(told.ends.unsubscribe)}">{stop}</a></p>',
        told.language,
    )


def framed(title: str, inside: str, end: str, language: Language) -> str:
    """Return a whole HTML letter; ``inside`` and ``end`` are HTML already."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f'<body><div class="card">{inside}</div><div class="end">{end}</div>'
        "</body></html>\n"
    )
