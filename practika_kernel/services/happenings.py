"""What happens to takes, their videos and places in courses, in the words of the event table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.people import Enrolment, Person
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Take


def take_event(kind: EventKind, take: Take, at: datetime, /, *, actor: str, **data: Any) -> Event:
    """Describe something that happened to a take."""
    return Event(
        kind,
        at,
        actor_id=actor,
        course_id=take.course_id,
        exercise_id=take.exercise_id,
        student_id=take.student_id,
        take_id=take.id,
        data={"number": take.number, **data},
    )


def added(person: Person, actor: str) -> Event:
    """Describe that somebody ("" for the operator) gave a person a sign-in, when they did."""
    told = {"role": str(person.role)}
    return Event(EventKind.PERSON_ADDED, person.created_at, actor, student_id=person.id, data=told)


def joined(place: Enrolment, *, given: bool = False) -> Event:
    """Describe that a person got a place in a course, when they did.

    ``given`` says that the audit log tells itself who gave it.
    """
    return Event(
        EventKind.ENROLLED,
        place.created_at,
        actor_id=place.person_id,
        course_id=place.course_id,
        data={"role": str(place.role)} | ({"given": True} if given else {}),
    )


def tell_of_asset(uow: UnitOfWork, asset_id: str, kind: EventKind, now: datetime) -> None:
    """Tell everybody who waits for this video: one event for each take or reply that uses it."""
    for take in uow.takes.by_asset(asset_id):
        uow.events.append(take_event(kind, take, now, actor=""))
    for reply in uow.replies.by_asset(asset_id):
        on = uow.takes.get(reply.take_id)
        if on is not None:
            event = take_event(kind, on, now, actor=reply.author_id)
            uow.events.append(replace(event, reply_id=reply.id))
    for upload in uow.uploads.by_asset(asset_id):
        data = {"upload": upload.id}
        uow.events.append(Event(kind, now, actor_id=upload.person_id, data=data))
