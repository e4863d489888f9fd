"""What an e-mail about notifications looks like: plain text, and the same in calm HTML.

No picture, no script, nothing that is fetched: opening it tells nobody anything. Everything
people wrote is escaped. The colours are those of the pages (tokens.css), light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

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
    letter_id: str, person: Person, lines: Sequence[Line], ends: Ends, *, daily: bool
) -> Envelope:
    """Write the e-mail; ``lines`` holds at least one, the most important first."""
    return Envelope(
        id=letter_id,
        name=one_line(person.name),
        address=person.email,
        subject=_subject(lines, daily=daily),
        text=_text(person, lines, ends, daily=daily),
        html=_html(person, lines, ends, daily=daily),
        unsubscribe=ends.unsubscribe,
    )


def reset_envelope(letter_id: str, person: Person, link: str) -> Envelope:
    """Write the e-mail with the link to a new password; only the newest opens, for an hour."""
    hello = f"Hello {one_line(person.name)}, you asked Practika for a new password. Choose it here:"
    once = "The link opens once, for one hour."
    why = (
        "If you did not ask for it, leave this e-mail alone: nothing has changed, "
        "and nobody without this link can change anything."
    )
    card = (
        f'<p>{escape(hello)}</p><div class="one"><p><a href="{escape(link)}">Choose a new '
        f'password</a></p><p class="said">{once}</p></div>'
    )
    subject = "Your new password at Practika"
    return Envelope(
        id=letter_id,
        name=one_line(person.name),
        address=person.email,
        subject=subject,
        text="\n".join([hello, "", f"  {link}", "", once, why, ""]),
        html=framed(subject, card, f"<p>{why}</p>"),
    )


def _subject(lines: Sequence[Line], *, daily: bool) -> str:
    if daily:
        return f"Your day at Practika: {len(lines)} {'thing' if len(lines) == 1 else 'things'} new"
    first = one_line(lines[0].text)
    first = first if len(first) <= 100 else first[:99].rstrip() + "…"
    return first if len(lines) == 1 else f"{first}, and {len(lines) - 1} more"


def _greeting(person: Person, *, daily: bool) -> str:
    said = "this happened since the last daily e-mail:" if daily else "this is new for you:"
    return f"Hello {one_line(person.name)}, {said}"


_WHY = "You get this because of what you chose to be told at Practika."


def _text(person: Person, lines: Sequence[Line], ends: Ends, *, daily: bool) -> str:
    parts = [_greeting(person, daily=daily), ""]
    for line in lines:
        parts.append(f"- {one_line(line.text)}")
        parts += [f'  "{one_line(quote)}"' for quote in line.quotes]
        parts += [f"  {line.address}", ""]
    parts += ["-- ", _WHY, f"Choose what you are told: {ends.choices}"]
    return "\n".join([*parts, f"Stop these e-mails: {ends.unsubscribe}", ""])


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


def _html(person: Person, lines: Sequence[Line], ends: Ends, *, daily: bool) -> str:
    told = "".join(
        f'<div class="one"><p><a href="{escape(line.address)}">'
        f"{escape(one_line(line.text))}</a></p>"
        + "".join(f'<p class="said">“{escape(one_line(quote))}”</p>' for quote in line.quotes)
        + "</div>"
        for line in lines
    )
    return framed(
        _subject(lines, daily=daily),
        f"<p>{escape(_greeting(person, daily=daily))}</p>{told}",
        f'<p>{_WHY}</p><p><a href="{escape(ends.choices)}">Choose what you are '
        f'told</a> · <a href="{escape(ends.unsubscribe)}">Stop these e-mails</a></p>',
    )


def framed(title: str, inside: str, end: str) -> str:
    """Return a whole HTML letter; ``inside`` and ``end`` are HTML already."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f'<body><div class="card">{inside}</div><div class="end">{end}</div>'
        "</body></html>\n"
    )
