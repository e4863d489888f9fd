"""Taking away that somebody signs in by an account of the provider, for others than themselves."""

from __future__ import annotations

from datetime import datetime

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import UnitOfWork


def unlinked(uow: UnitOfWork, person: Person, now: datetime, actor_id: str = "") -> int:
    """Take every link of a person away, in this unit of work; return how many there were.

    Open sessions stay, and so does a password. Without an actor it was the operator.
    """
    links = uow.links.of_person(person.id)
    for each in links:
        uow.links.remove(each.id)
        uow.events.append(Event(EventKind.UNLINKED, now, actor_id, student_id=person.id))
    return len(links)
