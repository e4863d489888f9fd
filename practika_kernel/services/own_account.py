"""What people see and change of their own account: name, time zone, password, sign-ins.

ProfileView, as `view` answers it (plain values)::

    name, email, role     as everywhere; the address is changed by `services.addresses`
    zone                  their own time zone ("Europe/Berlin"), or "" for the institution's
    usual_zone            the institution's
    language              the one they chose ("de"), or "" for the institution's
    usual_language        the institution's, by its name in itself
    languages             [(tag, name in itself)], what may be chosen
    staff                 whether they are more than a student
    sign_ins              [{id, device, began, seen, here: bool, second}], this one first, then the
                          newest; ``second`` is how it came by the second step, "" for without
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from practika_kernel.domain.devices import device
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.languages import Language, clean_language, language_of
from practika_kernel.domain.people import Role, SignIn
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.services import access
from practika_kernel.services.accounts import (
    LONGEST_PASSWORD,
    Hasher,
    clean_name,
    clean_password,
    put_password,
)
from practika_kernel.services.bell import zone_of

View = dict[str, Any]

_NAME = re.compile("[0-9a-f]{64}")

SEEN_EVERY = timedelta(minutes=10)
"""How exactly it is known when a sign-in was last used: a write now and then, not one a click."""


class NotThePassword(InvalidInput):
    """What was typed as the present password is not it."""


@cache
def zones() -> tuple[str, ...]:
    """Return every time zone a person may choose, by name: "Africa/Abidjan" ..."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


class OwnAccount:
    """For the acting person alone; nobody sees or changes another's account here."""

    def __init__(
        self,
        record: Record,
        hasher: Callable[[], Hasher],
        clock: Clock,
        zone: str,
        language: str = "",
    ) -> None:
        self._record, self._make_hasher, self._clock = record, hasher, clock
        self._zone, self._language = zone, language

    def view(self, actor: str, here: str) -> View:
        """Return a ProfileView (see the module); ``here`` is the sign-in that asks."""
        now = self._clock()
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            own = uow.choices.rhythm(actor).zone
            living = uow.sign_ins.living(actor, now)
        zone = zone_of(own, self._zone)
        living.sort(key=lambda one: (one.id == here, last_used(one)), reverse=True)
        return {
            "name": me.name,
            "email": me.email,
            "role": str(me.role),
            "zone": own,
            "usual_zone": self._zone,
            "language": me.language,
            "usual_language": language_of(self._language).called,
            "languages": [(str(each), each.called) for each in Language],
            "staff": me.role is not Role.STUDENT,
            "sign_ins": [
                {
                    "id": one.id,
                    "device": device(one.agent),
                    "began": one.created_at.astimezone(zone),
                    "seen": last_used(one).astimezone(zone),
                    "here": one.id == here,
                    "second": str(one.second),
                }
                for one in living
            ],
        }

    def put(self, actor: str, name: str, zone: str, language: str | None = None) -> None:
        """Store name, time zone and language; "" for the institution's, None leaves a language.

        Raises `InvalidInput`, with nothing stored, for an empty or too long name, and for what is
        no time zone or no language of ours.
        """
        shown, speaks = clean_name(name), clean_language(language or "")
        if zone and zone not in zones():
            raise InvalidInput("There is no such time zone. Choose one from the list.")
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            if shown != me.name:
                uow.people.save(replace(me, name=shown))
            if language is not None and speaks != me.language:
                uow.people.set_language(actor, speaks)
            rhythm = uow.choices.rhythm(actor)
            if zone != rhythm.zone:
                uow.choices.put_rhythm(replace(rhythm, zone=zone))

    def change_password(self, actor: str, here: str, present: str, new: str) -> list[str]:
        """Set a new password; every other sign-in ends, and every link to a new password.

        Returns which sign-ins ended. Raises, with nothing changed, `NotThePassword` when
        ``present`` is not it, `InvalidInput` when the new one is too short, too long or the same.
        """
        fresh = clean_password(new)
        crypt = self._make_hasher()
        stored = known_password(self._record, crypt, actor, present)
        if fresh == present:
            raise InvalidInput("The new password is the present one.")
        hashed = crypt.hash(fresh)
        with self._record.write() as uow:
            access.acting(uow, actor)
            if uow.people.password_hash(actor) != stored:
                raise InvalidInput("The password was changed meanwhile. Sign in again.")
            return put_password(uow, actor, hashed, self._clock(), keep=here, way="profile")

    def prove(self, actor: str, present: str) -> None:
        """Raise `NotThePassword` unless ``present`` is the actor's password."""
        known_password(self._record, self._make_hasher(), actor, present)

    def end(self, actor: str, sign_in_id: str) -> bool:
        """End one of the actor's sign-ins; False when it had ended, or is not theirs."""
        if not _NAME.fullmatch(sign_in_id):
            return False
        with self._record.write() as uow:
            access.acting(uow, actor)
            one = uow.sign_ins.get(sign_in_id)
            mine, now = one is not None and one.person_id == actor, self._clock()
            ended = mine and uow.sign_ins.revoke(sign_in_id, now)
            if ended:
                uow.events.append(_ended(actor, 1, now))
            return ended

    def end_others(self, actor: str, here: str) -> list[str]:
        """End every sign-in of the actor but the one that asks; return which ended."""
        with self._record.write() as uow:
            access.acting(uow, actor)
            now = self._clock()
            ended = uow.sign_ins.revoke_others(actor, here, now)
            if ended:
                uow.events.append(_ended(actor, len(ended), now))
            return ended

    def due(self, sign_in: SignIn) -> bool:
        """Tell whether it is to be written down again that a sign-in is in use."""
        return self._clock() - last_used(sign_in) >= SEEN_EVERY

    def seen(self, sign_in: SignIn) -> None:
        """Write down that a sign-in is in use at this moment."""
        with self._record.write() as uow:
            uow.sign_ins.seen(sign_in.id, self._clock())


def known_password(record: Record, crypt: Hasher, actor: str, present: str) -> str:
    """Return the stored hash of the actor's password; `NotThePassword` if ``present`` is not it."""
    with record.read() as uow:
        access.acting(uow, actor)
        stored = uow.people.password_hash(actor)
    if not crypt.verify(stored or crypt.decoy, present[:LONGEST_PASSWORD]) or stored is None:
        raise NotThePassword("This is not your present password.")
    return stored


def _ended(actor: str, number: int, now: datetime) -> Event:
    return Event(EventKind.SIGN_INS_ENDED, now, actor, data={"ended": number})


def last_used(sign_in: SignIn) -> datetime:
    """Return when a sign-in was last seen in use, ten minutes more or less."""
    return sign_in.seen_at or sign_in.created_at
