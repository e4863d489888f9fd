"""An account is switched on or off, and with it all that opens it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import UnitOfWork


def switched(uow: UnitOfWork, actor: str, person: Person, now: datetime, active: bool) -> Person:
    """Store whether an account is on; off ends all that opens it. Staying as it was is no news."""
    changed = replace(person, active=active)
    uow.people.save(changed)
    if not active:
        uow.sign_ins.revoke_all(person.id, now)
        uow.resets.end_all(person.id, now)
        uow.addresses.end(person.id, now, changes=True)
        uow.doorsteps.clear(person.id)
    if active != person.active:
        data = {"active": active}
        uow.events.append(Event(EventKind.SWITCHED, now, actor, student_id=person.id, data=data))
    return changed
