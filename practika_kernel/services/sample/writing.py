"""Everything the sample course's book holds, written into the record."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from practika_kernel.domain.events import EventKind
from practika_kernel.domain.guests import MOST_COMMENTS, MOST_VISITS
from practika_kernel.domain.people import SignIn
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.services.sample.rows import Book


def write(book: Book, uow: UnitOfWork) -> None:
    """Write every row, and the events in the order they happened. Assets are there already."""
    for person in book.people.values():
        uow.people.add(person)
        uow.people.set_password_hash(person.id, book.hashes[person.id])
    uow.courses.add(book.course)
    for cohort in book.cohorts:
        uow.courses.add_cohort(cohort)
    for place in book.places:
        uow.courses.enrol(place)
    for exercise in book.exercises.values():
        uow.exercises.add(exercise)
    for criterion in [each for lines in book.criteria.values() for each in lines]:
        uow.criteria.add(criterion)
    for tag in book.tags.values():
        uow.tags.add(tag)
    for take in book.takes:
        uow.takes.add(take)
    for mark in book.marks:
        uow.marks.add(mark)
    for clip in book.clips:
        uow.clips.add(clip)
    for reply in book.replies:
        uow.replies.add(reply)
    for outcome in book.outcomes:
        uow.outcomes.put(outcome)
    for exemplar in book.exemplars:
        uow.exemplars.add(exemplar)
    for collection in book.collections:
        uow.collections.add(collection)
    for item in book.items:
        uow.collections.put(item)
    for link, visit, comment in book.guests:
        uow.guests.add(link)
        uow.guests.visit(visit, MOST_VISITS)
        uow.guests.keep(comment, MOST_COMMENTS)
    for upload in book.uploads:
        uow.uploads.add(upload)
    came: dict[str, datetime] = {}
    for event in sorted(book.events, key=lambda event: event.at):
        uow.events.append(event)
        if event.kind is EventKind.SIGNED_IN:
            came[event.actor_id] = event.at
    for person_id, at in came.items():  # over since: nobody holds its token
        uow.sign_ins.add(SignIn(token_hex(32), person_id, at, at, revoked_at=at))
