"""The keys of a person's player: the same wherever they sign in.

KeysView, as `view` answers it (plain JSON values)::

    stored    whether the person ever chose; else what their browser holds may be taken over
    single    whether letters, figures and signs are heard at all
    pro       whether pro keys are on
    keys      {action: key} of what they changed
    actions   [{id, says, keys: [shown, ...], changed: bool}] of what may be changed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.player_keys import ACTIONS, PlayerKeys, checked, keys_of, shown
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.services import access

View = dict[str, Any]


class PlayerKeyRing:
    """For the acting person alone."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def view(self, actor: str) -> View:
        """Return a KeysView (see the module)."""
        with self._record.read() as uow:
            access.acting(uow, actor)
            found = uow.key_rings.get(actor)
        return _view(found or PlayerKeys(actor), stored=found is not None)

    def page(self, actor: str) -> View:
        """Return what a player needs: stored, single, pro and keys."""
        with self._record.read() as uow:
            found = uow.key_rings.get(actor)
        return _short(found or PlayerKeys(actor), stored=found is not None)

    def put(self, actor: str, wanted: Mapping[str, Any]) -> View:
        """Store ``{"keys": {action: key}, "single": true, "pro": false}``; what is left out stays.

        With ``{"key": [action, key]}`` one action gets another key, "" for its usual ones. With
        ``first`` true nothing is stored where something is. Raises `InvalidInput`, with nothing
        stored, for what `checked` refuses. Other open pages of the person hear of it.
        """
        with self._record.write() as uow:
            access.acting(uow, actor)
            found = uow.key_rings.get(actor)
            known = found or PlayerKeys(actor)
            if wanted.get("first") is True and found is not None:
                return _view(known, stored=True)
            chosen = checked(
                actor,
                _keys(known, wanted),
                single=wanted.get("single", known.single),
                pro=wanted.get("pro", known.pro),
            )
            if chosen != found:
                uow.key_rings.put(chosen)
                uow.events.append(Event(EventKind.KEYS_CHANGED, self._clock(), student_id=actor))
        return _view(chosen, stored=True)


def _keys(known: PlayerKeys, wanted: Mapping[str, Any]) -> Mapping[Any, Any]:
    keys, one = wanted.get("keys", known.keys), wanted.get("key")
    if not isinstance(keys, Mapping):
        raise InvalidInput("These keys cannot be understood. Reload the page.")
    if one is None:
        return keys
    if not (isinstance(one, list) and [*map(type, one)] == [str, str]):
        raise InvalidInput("These keys cannot be understood. Reload the page.")
    name, key = one
    rest = {each: has for each, has in keys.items() if each != name}
    return {**rest, name: key} if key else rest


def _short(chosen: PlayerKeys, *, stored: bool) -> View:
    return {"stored": stored, "single": chosen.single, "pro": chosen.pro, "keys": chosen.keys}


def _view(chosen: PlayerKeys, *, stored: bool) -> View:
    rows = [
        {
            "id": action.id,
            "says": action.says,
            "keys": [shown(key) for key in keys_of(action, chosen.keys, pro=chosen.pro)],
            "changed": action.id in chosen.keys,
        }
        for action in ACTIONS
        if not action.fixed
    ]
    return {**_short(chosen, stored=stored), "actions": rows}
