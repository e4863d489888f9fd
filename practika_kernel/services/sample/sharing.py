"""What the sample course's teacher shows others: collections, exemplars, and a take to a guest."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from practika_kernel.domain.collections import Collection, Item
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.exemplars import WORDING, Exemplar, ExemplarState
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.guests import (
    USUAL_DAYS,
    GuestComment,
    GuestLink,
    GuestVisit,
    checked_days,
)
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Take
from practika_kernel.services.accounts import session_id as token_hash
from practika_kernel.services.exemplars import exemplar_event
from practika_kernel.services.guests import told
from practika_kernel.services.sample import script
from practika_kernel.services.sample.rows import Book

_BEFORE = timedelta(minutes=5)
"""From somebody's sign-in to what they do then."""
_STEP = timedelta(minutes=1)
"""Between two things that are put into a collection."""


def share(book: Book) -> None:
    """Add what was shared. What speaks of a take or exercise the book has not is left out."""
    for shelf in script.SHELVES:
        _collect(book, shelf)
    for asked in script.ASKED:
        if (take := _take(book, asked.take)) is not None:
            _ask(book, asked, take)
    for shown in script.SHOWN:
        if (take := _take(book, shown.take)) is not None:
            _invite(book, shown, take)


def _collect(book: Book, shelf: script.Shelf) -> None:
    owner, at = book.people[shelf.by], _ago(book, shelf.days)
    made = Collection(
        new_id(), book.course.id, owner.id, shelf.name, at, shelf.note, shelf.audience
    )
    items = [
        Item(new_id(), made.id, place, owner.id, at + _STEP * (place + 2), **thing)
        for place, thing in enumerate(_things(book, shelf))
    ]
    book.signed_in(owner, at - _BEFORE)
    book.collections.append(made)
    book.items += items
    # Made, given its line, and filled: each is told of, as the services do it.
    for when in (at, at + _STEP, *(item.added_at for item in items)):
        book.events.append(Event(EventKind.COLLECTION_CHANGED, when, owner.id, book.course.id))


def _things(book: Book, shelf: script.Shelf) -> Iterator[dict[str, Any]]:
    """Yield the fields of an `Item` that say what it is."""
    for thing in shelf.things:
        if isinstance(thing, str):
            if thing in book.exercises:
                yield {"exercise_id": book.exercises[thing].id}
            continue
        take = _take(book, thing)
        if take is not None and thing.said is None:
            yield {"take_id": take.id}
        elif take is not None and (reply := _comment(book, take, shelf.by, thing.said)):
            yield {"reply_id": reply.id}


def _ask(book: Book, asked: script.Asked, take: Take) -> None:
    """Ask a student whether the class may see a take; they say yes without their name, or wait."""
    teacher, at = book.people[asked.by], _ago(book, asked.days)
    student = book.people[asked.take.student]
    reply = _comment(book, take, asked.by, asked.take.said)
    question = Exemplar(
        new_id(), take.id, take.exercise_id, take.course_id, take.student_id, teacher.id, at,
        asked.words, reply_id=reply.id if reply else None,
    )  # fmt: skip
    book.signed_in(teacher, at - _BEFORE)
    book.events.append(exemplar_event(EventKind.EXEMPLAR_ASKED, question, take, teacher.id, at))
    if asked.yes_after is None:
        book.exemplars.append(question)
        return
    then = at + timedelta(hours=asked.yes_after)
    shown = replace(question, state=ExemplarState.SHOWN, wording=WORDING, answered_at=then)
    data = {"yes": True, "named": False, "wording": WORDING}
    book.signed_in(student, then - _BEFORE)
    book.exemplars.append(shown)
    book.events += [
        exemplar_event(EventKind.EXEMPLAR_ANSWERED, shown, take, student.id, then, **data),
        Event(
            EventKind.EXEMPLARS_CHANGED,
            then,
            course_id=take.course_id,
            exercise_id=take.exercise_id,
        ),
    ]


def _invite(book: Book, shown: script.Shown, take: Take) -> None:
    """Show a take to a guest, who opens it and writes one comment at its middle.

    The link and the guest's cookie are made and thrown away: the record keeps their digests
    alone, so nobody opens this link again.
    """
    teacher, at = book.people[shown.by], _ago(book, shown.days)
    opened = at + timedelta(hours=shown.after)
    wrote = opened + timedelta(minutes=8)
    link = GuestLink(
        new_id(), _digest(), take.id, teacher.id, at, at + checked_days(USUAL_DAYS), shown.guest
    )
    visit = GuestVisit(new_id(), link.id, _digest(), shown.guest, opened)
    comment = GuestComment(
        new_id(), link.id, visit.id, ReplyKind.ASK, shown.text, wrote, new_id(),
        start_ms=book.lengths[take.id] // 2,
    )  # fmt: skip
    book.signed_in(teacher, at - _BEFORE)
    book.guests.append((link, visit, comment))
    book.events += [
        told(EventKind.GUEST_INVITED, link, take, at, teacher.id),
        told(EventKind.GUEST_OPENED, link, take, opened, ""),
        told(EventKind.GUEST_COMMENTED, link, take, wrote, "", start_ms=comment.start_ms),
    ]


def _ago(book: Book, days: float) -> datetime:
    return book.now - timedelta(days=days)


def _digest() -> str:
    return token_hash(secrets.token_urlsafe(32))


def _take(book: Book, played: script.Played) -> Take | None:
    exercise = book.exercises.get(played.piece)
    student = book.people[played.student]
    for take in book.takes:
        same = exercise is not None and take.exercise_id == exercise.id
        if same and (take.student_id, take.number) == (student.id, played.number):
            return take
    return None


def _comment(book: Book, take: Take, by: str, kind: ReplyKind | None) -> Reply | None:
    """Return a teacher's first released comment of a kind at a moment of a take.

    The sentence on the whole take announces what follows, so it says nothing alone.
    """
    for reply in book.replies:
        mine = (reply.take_id, reply.author_id, reply.kind) == (take.id, book.people[by].id, kind)
        if mine and reply.state is ReplyState.RELEASED and reply.start_ms is not None:
            return reply
    return None
