"""Every sentence is there in every language, with the same places to fill."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

import practika_kernel
from practika_kernel.domain.errors import NotFound, SignInFailed, TooManyTries
from practika_kernel.domain.invitations import NoInvitation
from practika_kernel.domain.languages import (
    TONGUES,
    Language,
    asked_for,
    day_in,
    language_of,
    said_in,
    waiting,
)
from practika_kernel.domain.notices import NOTICES
from practika_kernel.domain.people import Role
from practika_kernel.services import accounts, resets, second_step

ROOT = Path(practika_kernel.__file__).parent
OTHERS = [language for language in Language if language is not Language.ENGLISH]


def places(sentence: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_all_that_english_has_with_the_same_places(language: Language) -> None:
    english, other = TONGUES[Language.ENGLISH], TONGUES[language]
    assert list(other) == list(english)
    assert {name: places(other[name]) for name in english} == {
        name: places(english[name]) for name in english
    }
    assert all(len(other["months"].split()) == 12 for other in TONGUES.values())


def test_every_sentence_the_code_asks_for_is_there_and_no_other() -> None:
    """Those that are put together from a word are looked up by all its words."""
    asked = {f"choice.{kind}" for kind in NOTICES} | {f"role.{role}" for role in Role}
    plain = re.compile(r'"([a-z]+[0-9]?(?:\.[a-z]+)+)"')
    files = [*ROOT.rglob("*.py"), *(ROOT / "server" / "templates").rglob("*.html")]
    for file in files:
        if file.name not in {"english.py", "german.py"}:
            asked.update(plain.findall(file.read_text(encoding="utf-8")))
    known = set(TONGUES[Language.ENGLISH])
    dotted = {name for name in known if "." in name and not name.startswith("error.")}
    assert dotted - asked == set()
    templates = "".join(
        each.read_text(encoding="utf-8") for each in files if each.suffix == ".html"
    )
    used = re.findall(r't\("([a-z.]+)"[^)]*\)|link_in\("([a-z.]+)"', templates)
    assert {name for pair in used for name in pair if name} - known - {"role."} == set()


def test_what_goes_wrong_before_the_sign_in_is_said_in_german_too() -> None:
    said = [SignInFailed().sentence, resets.TOO_OFTEN, NotFound().sentence]
    said += [NoInvitation().sentence, second_step.CANNOT]
    said += [second_step.NotTheCode(typed).sentence for typed in ("123456", "abcd-efgh")]
    for refused in (lambda: accounts.clean_password("short"), lambda: accounts.clean_name(" ")):
        with pytest.raises(Exception, match=r"needs") as told:
            refused()
        said.append(str(told.value))
    for sentence in said:
        assert said_in(Language.GERMAN, sentence) != sentence
        assert said_in(Language.ENGLISH, sentence) == sentence
    assert waiting(Language.ENGLISH, 61) == TooManyTries(61).sentence
    assert waiting(Language.ENGLISH, 1) == TooManyTries(1).sentence
    assert "2 Minuten" in waiting(Language.GERMAN, 61)


def test_a_browser_is_understood_as_far_as_it_asks_for_what_we_speak() -> None:
    wishes = {
        "de": "de",
        "de-CH, fr;q=0.9": "de",
        "en-US,en;q=0.9,de;q=0.8": "en",
        "fr, de;q=0.3, en;q=0.7": "en",
        "de;q=0, en;q=0.1": "en",
        "fr": "",
        ";;;q=,,": "",
        "de;q=2": "",
    }
    assert {wish: asked_for(wish) for wish in wishes} == wishes
    assert language_of("", asked_for("fr"), "de") is Language.GERMAN
    assert day_in(Language.GERMAN, date(2026, 11, 24)) == "24. November 2026"
