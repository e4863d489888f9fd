"""Keys a person chose: what may be had, and that the browser knows the same actions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import practika_kernel
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.player_keys import ACTIONS, checked

SOURCE = Path(practika_kernel.__file__).parents[1] / "widgets" / "js" / "src" / "player" / "keys.js"


def chosen(pro: bool = False, **keys: str) -> dict[str, str]:
    return checked("mira", keys, single=True, pro=pro).keys


def _listed(text: str) -> tuple[str, ...]:
    if text.startswith("[..."):
        return tuple(json.loads(text[4:-1]))
    return tuple(json.loads(text))


@pytest.mark.skipif(not SOURCE.exists(), reason="an installed Practika has the bundles alone")
def test_the_browser_has_the_same_actions_with_the_same_keys() -> None:
    texts = r'(\[(?:"(?:[^"\\]|\\.)*"(?:, )?|\.\.\."\d+")*\])'
    found = {}
    for row in SOURCE.read_text(encoding="utf-8").split("];\n")[0].splitlines():
        if name := re.search(r'id: "(\w+)"', row):
            keys, pro = (re.search(rf"{which}: {texts}", row) for which in ("keys", "pro"))
            assert keys is not None
            found[name[1]] = (_listed(keys[1]), _listed(pro[1]) if pro else None)
    assert found == {one.id: (one.keys, one.pro) for one in ACTIONS}
    assert [*found] == [one.id for one in ACTIONS]


def test_a_key_that_is_free_may_be_had_and_one_that_was_given_up_as_well() -> None:
    assert chosen(comment="q", draw="c") == {"comment": "q", "draw": "c"}
    assert chosen(comment="d", draw="c") == {"comment": "d", "draw": "c"}
    assert chosen(comment="Space", toggle="k") == {"comment": "Space", "toggle": "k"}
    assert chosen(comment="c", next="n") == {}  # as they are anyway


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"comment": "d"}, "D means “Draw” when replying. Change that one first."),
        ({"comment": "q", "draw": "q"}, "Q means “Draw” when replying."),
        ({"swap": "o"}, "O means “Overlay” when comparing."),
        ({"next": "a"}, "A means “A is better” when judging. Choose another one."),
        ({"comment": "1"}, "1 means “Press a tag” when replying. Choose another one."),
        ({"comment": "?"}, "kept for the pages"),
        ({"comment": "/"}, "kept for the pages"),
        ({"comment": "Enter"}, "Choose a letter"),
        ({"comment": "Q"}, "Choose a letter"),
        ({"comment": "<script>"}, "Choose a letter"),
        ({"comment": "\u0000"}, "Choose a letter"),
        ({"comment": 7}, "cannot be understood"),
        ({"save": "q"}, "cannot be understood"),
        ({"nothing": "q"}, "cannot be understood"),
    ],
)
def test_what_cannot_be_had_is_refused_with_one_sentence(
    keys: dict[str, object], says: str
) -> None:
    with pytest.raises(InvalidInput, match=re.escape(says)):
        checked("mira", keys, single=True, pro=False)


def test_the_same_key_may_mean_two_things_at_two_desks() -> None:
    assert chosen(comment="s") == {"comment": "s"}  # "swap" is where nobody comments


def test_pro_keys_take_what_they_need() -> None:
    assert chosen(comment="y", pro=True) == {"comment": "y"}
    with pytest.raises(InvalidInput, match="L means “On; again faster” when replying"):
        chosen(comment="l", back10="u", on10="t", pro=True)
    assert chosen(comment="l", on10="t") == {"comment": "l", "on10": "t"}
