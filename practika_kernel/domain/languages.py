"""The languages Practika writes to people in, and what is said in each.

Every sentence of an e-mail, a notification and a page before the sign-in has a name; `english`
and `german` hold one table each with the same names and the same places to fill. A language is
known by the beginning of its tag: "de" for German as it is spoken anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from practika_kernel.domain.english import ENGLISH
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.german import GERMAN


class Language(StrEnum):
    """What somebody can be written to in."""

    ENGLISH = "en"
    GERMAN = "de"

    @property
    def called(self) -> str:
        """Its name, in itself."""
        return _NAMES[self]


_NAMES = {Language.ENGLISH: "English", Language.GERMAN: "Deutsch"}
TONGUES: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: ENGLISH,
    Language.GERMAN: GERMAN,
}
_MONTHS = {language: tuple(words["months"].split()) for language, words in TONGUES.items()}
_ERRORS = {text: name for name, text in ENGLISH.items() if name.startswith("error.")}


def language_of(*wishes: str) -> Language:
    """Return the first of some wishes that is a language we speak; else English.

    >>> language_of("", "de"), language_of("fr", "")
    (<Language.GERMAN: 'de'>, <Language.ENGLISH: 'en'>)
    """
    known = {str(each): each for each in Language}
    return next((known[wish] for wish in wishes if wish in known), Language.ENGLISH)


def clean_language(text: str) -> str:
    """Return a language somebody chose, "" for the school's; `InvalidInput` for what is none."""
    if text and text not in {*Language}:
        raise InvalidInput("There is no such language. Choose one from the list.")
    return text


_WISH = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?"
)


def asked_for(header: str) -> str:
    """Return the language a browser asks for most (Accept-Language, RFC 9110) that we speak.

    >>> asked_for("fr;q=0.9, de-AT;q=0.8, en;q=0.5"), asked_for("*"), asked_for("")
    ('de', '', '')
    """
    found: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        wish = _WISH.fullmatch(part)
        if wish and wish[1].lower() in {*Language}:
            found.append((-float(wish[2] or 1), wish[1].lower()))
    found = [one for one in found if one[0] < 0]
    return min(found, key=lambda one: one[0])[1] if found else ""


def say(language: Language, named: str, /, **filled: object) -> str:
    """Return a sentence with its places filled; what is filled in is not looked at again.

    >>> say(Language.GERMAN, "letter.more", first="Ada Okafor hat geantwortet", more=2)
    'Ada Okafor hat geantwortet, und 2 weitere'
    """
    return TONGUES[language][named].format(**filled)


def said_in(language: Language, sentence: str) -> str:
    """Return a sentence of ours in a language; one that is in no table stays as it is.

    >>> said_in(Language.GERMAN, "Sign in first.")
    'Bitte melden Sie sich zuerst an.'
    """
    name = _ERRORS.get(sentence)
    return TONGUES[language][name] if name else sentence


def waiting(language: Language, seconds: int) -> str:
    """Say how long the next try has to wait.

    >>> waiting(Language.ENGLISH, 61)
    'There were many tries in a row. Wait 2 minutes, then try again.'
    """
    minutes = max(1, -(-seconds // 60))
    return say(language, "tries.one" if minutes == 1 else "tries.many", minutes=minutes)


def day_in(language: Language, day: date) -> str:
    """Write a day out.

    >>> day_in(Language.ENGLISH, date(2026, 3, 9)), day_in(Language.GERMAN, date(2026, 3, 9))
    ('9 March 2026', '9. März 2026')
    """
    month = _MONTHS[language][day.month - 1]
    return say(language, "day", day=day.day, month=month, year=day.year)


def number_in(language: Language, number: int) -> str:
    """Write a whole number with its thousands apart.

    >>> number_in(Language.ENGLISH, 1234), number_in(Language.GERMAN, 1234)
    ('1,234', '1.234')
    """
    return f"{number:,}".replace(",", TONGUES[language]["thousands"])
