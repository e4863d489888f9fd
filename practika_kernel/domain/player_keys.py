"""Which key does what in the player, and what a person may change of it.

`ACTIONS` is the whole table; the browser has the same names in the same order (``keys.js``), which
a test compares. A key is named as browsers name it: the sign itself in lower case, "Space", or
"ArrowLeft" with "Shift+" or "Alt+" before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from practika_kernel.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key can do.

    ``desks`` says where it is offered, a letter each: r for replying, c for comparing, j for
    rating and judging. ``pro`` stands in for ``keys`` while pro keys are on; None for the same.
    A ``fixed`` one keeps its keys.
    """

    id: str
    desks: str
    keys: tuple[str, ...]
    says: str
    pro: tuple[str, ...] | None = None
    fixed: bool = False


def _fixed(
    name: str, desks: str, keys: tuple[str, ...], says: str, pro: tuple[str, ...] | None = None
) -> Action:
    return Action(name, desks, keys, says, pro, fixed=True)


ACTIONS: tuple[Action, ...] = (
    Action("toggle", "rcj", ("Space", "k"), "Play, pause", ("Space",)),
    _fixed("shuttleBack", "rc", (), "Back; again faster", ("j",)),
    _fixed("shuttleStop", "rc", (), "Stop", ("k",)),
    _fixed("shuttleOn", "rc", (), "On; again faster", ("l",)),
    Action("comment", "r", ("c",), "Comment"),
    _fixed("save", "r", (), "Save and play on"),
    _fixed("leave", "r", (), "Leave the field"),
    Action("draw", "r", ("d",), "Draw"),
    _fixed("tag", "r", tuple("123456789"), "Press a tag"),
    Action("rangeIn", "r", ("i",), "Range starts here"),
    Action("rangeOut", "r", ("o",), "Range ends here"),
    Action("back10", "rcj", ("j",), "10 s back", ()),
    Action("on10", "rcj", ("l",), "10 s on", ()),
    Action("back5", "rcj", ("ArrowLeft",), "5 s back", ()),
    Action("on5", "rcj", ("ArrowRight",), "5 s on", ()),
    _fixed("back1", "rcj", ("Shift+ArrowLeft",), "1 s back"),
    _fixed("on1", "rcj", ("Shift+ArrowRight",), "1 s on"),
    Action("frameBack", "rcj", (",",), "One frame back", (",", "ArrowLeft")),
    Action("frameOn", "rcj", (".",), "One frame on", (".", "ArrowRight")),
    Action("slower", "rcj", ("<",), "Slower"),
    Action("faster", "rcj", (">",), "Faster"),
    Action("loopStart", "rc", ("[",), "Loop starts here", ("[", "i")),
    Action("loopEnd", "rc", ("]",), "Loop ends here", ("]", "o")),
    Action("loopOff", "rc", ("\\",), "No loop"),
    Action("overlay", "c", ("o",), "Overlay", ()),
    Action("swap", "c", ("s",), "Swap A and B"),
    Action("nudgeBack", "c", ("Alt+ArrowLeft",), "B one frame back"),
    Action("nudgeOn", "c", ("Alt+ArrowRight",), "B one frame on"),
    Action("anchor", "c", ("a",), "This moment is that moment"),
    Action("mixLess", "c", ("Alt+ArrowDown",), "Mix or wipe, 5 % less"),
    Action("mixMore", "c", ("Alt+ArrowUp",), "Mix or wipe, 5 % more"),
    Action("practise", "c", ("r",), "Practise this comment"),
    Action("captions", "rc", ("v",), "Captions"),
    Action("sound", "rcj", ("m",), "Whose sound"),
    Action("full", "rc", ("f",), "Full screen"),
    Action("meter", "c", ("`",), "How far the pictures are apart"),
    Action("next", "rj", ("n",), "Next take"),
    Action("previous", "rj", ("p",), "Previous take"),
    Action("fixed", "rc", ("x",), "Last time's comment: fixed"),
    Action("better", "rc", ("b",), "Last time's comment: better"),
    Action("same", "rc", ("e",), "Last time's comment: the same"),
    Action("returned", "rc", ("z",), "Last time's comment: came back"),
    _fixed("leftBetter", "j", ("a", "1"), "A is better"),
    _fixed("rightBetter", "j", ("b", "2"), "B is better"),
    _fixed("cannotTell", "j", ("0",), "Cannot tell"),
    _fixed("help", "rcj", ("?",), "The list of keys"),
)
"""Every action, in the order in which the first of two with the same key is heard."""

_BY_ID = {action.id: action for action in ACTIONS}
_DESKS = {"r": "replying", "c": "comparing", "j": "judging"}
_NO_SHUTTLE = "j"
"""Desks without pro keys."""

RESERVED = frozenset({"?", "/"})
"""Signs that the pages keep: the list of keys, and searching."""

_ARROW = re.compile(r"((?:Shift\+|Alt\+)?)Arrow(Left|Right|Up|Down)")
_SIGNS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


@dataclass(frozen=True, slots=True)
class PlayerKeys:
    """What a person chose: a key for each action they changed, and the two switches."""

    person_id: str
    keys: dict[str, str] = field(default_factory=dict)
    single: bool = True
    pro: bool = False


class KeyRings(Protocol):
    """What people chose; only who chose something is there."""

    def get(self, person_id: str) -> PlayerKeys | None:
        """What somebody chose; None for who never did."""

    def put(self, chosen: PlayerKeys) -> None:
        """Store or replace it."""


def shown(key: str) -> str:
    """Return how people read a key.

    >>> [shown(key) for key in ("k", "Space", "Shift+ArrowLeft")]
    ['K', 'Space', 'Shift ←']
    """
    arrow = _ARROW.fullmatch(key)
    if arrow:
        return f"{arrow[1].replace('+', ' ')}{_SIGNS[arrow[2]]}"
    return key.upper() if len(key) == 1 else key


def keys_of(action: Action, chosen: Mapping[str, str], *, pro: bool) -> tuple[str, ...]:
    """Return the keys an action has, with or without the pro set.

    >>> toggle = _BY_ID["toggle"]
    >>> keys_of(toggle, {}, pro=False), keys_of(toggle, {"toggle": "q"}, pro=True)
    (('Space', 'k'), ('q',))
    """
    if action.id in chosen:
        return (chosen[action.id],)
    return action.pro if pro and action.pro is not None else action.keys


def checked(person_id: str, keys: Mapping[Any, Any], *, single: object, pro: object) -> PlayerKeys:
    """Return what was chosen, without what is as it would be anyway.

    Raises `InvalidInput` for what is no action, no key that can be had, or means two things at
    one desk.

    >>> checked("p", {"comment": "q", "draw": "d"}, single=True, pro=False).keys
    {'comment': 'q'}
    >>> checked("p", {"comment": "d"}, single=True, pro=False)
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: D means “Draw” when replying. Change that one first.
    """
    if type(single) is not bool or type(pro) is not bool or len(keys) > len(ACTIONS):
        raise InvalidInput("These keys cannot be understood. Reload the page.")
    chosen = {}
    for name, key in keys.items():
        action = _BY_ID.get(name) if isinstance(name, str) else None
        if action is None or action.fixed or not isinstance(key, str):
            raise InvalidInput("These keys cannot be understood. Reload the page.")
        _demand_free(key)
        if (key,) != keys_of(action, {}, pro=pro):
            chosen[name] = key
    for key, other, desk in _clashes(chosen, pro=pro):
        way = "Choose another one." if other.fixed else "Change that one first."
        raise InvalidInput(f"{shown(key)} means “{other.says}” when {_DESKS[desk]}. {way}")
    return PlayerKeys(person_id, chosen, single, pro)


def told(chosen: PlayerKeys) -> str:
    """Say what somebody chose in one line; "" when everything is as usual.

    >>> told(PlayerKeys("p", {"comment": "q"}, pro=True))
    'Comment: Q; pro keys on'
    """
    words = [f"{_BY_ID[name].says}: {shown(key)}" for name, key in chosen.keys.items()]
    words += [] if chosen.single else ["single-letter keys off"]
    words += ["pro keys on"] if chosen.pro else []
    return "; ".join(words)


def _demand_free(key: str) -> None:
    sign = len(key) == 1 and key.isprintable() and not key.isspace() and key == key.lower()
    if not (sign or key == "Space" or _ARROW.fullmatch(key)):
        raise InvalidInput("Choose a letter, a figure, a sign, Space or an arrow key.")
    if key in RESERVED:
        raise InvalidInput(f"{shown(key)} is kept for the pages themselves. Choose another one.")


def _clashes(chosen: Mapping[str, str], *, pro: bool) -> Iterator[tuple[str, Action, str]]:
    """Where a chosen key means something else as well: the key, the other action, the desk."""
    for name, key in chosen.items():
        for desk in _BY_ID[name].desks:
            on = pro and desk not in _NO_SHUTTLE
            for other in ACTIONS:
                if (
                    other.id != name
                    and desk in other.desks
                    and key in keys_of(other, chosen, pro=on)
                ):
                    yield key, other, desk
