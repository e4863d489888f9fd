"""What notifications are about, as their person may see it at this moment."""

from __future__ import annotations

from collections.abc import Iterable

from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.events import Event
from practika_kernel.domain.notice_words import Names, Shift
from practika_kernel.domain.notices import Notice, NoticeKind
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.services import access


def may_see(
    uow: UnitOfWork, person_id: str, *, course_id: str = "", take_id: str = "", reply_id: str = ""
) -> bool:
    """Tell whether a person may see this now; of what is given the narrowest decides.

    With nothing given it is about what they sent themselves.
    """
    try:
        if reply_id:
            access.reply(uow, person_id, reply_id, Verb.SEE)
        elif take_id:
            access.take(uow, person_id, take_id, Verb.SEE)
        else:
            person = access.acting(uow, person_id)
            if not course_id:
                return True
            relations = frozenset(access.course_relations(uow, person, course_id))
            return allowed(Verb.SEE, Thing.COURSE, relations)
    except PractikaError:
        return False
    return True


def still_seen(uow: UnitOfWork, notices: Iterable[Notice]) -> list[Notice]:
    """Leave out what its person may no longer see, or what was taken back."""
    known: dict[tuple[str, str, str, str], bool] = {}
    kept = []
    for one in notices:
        key = (one.person_id, one.course_id, one.take_id, one.reply_id)
        if key not in known:
            known[key] = may_see(
                uow,
                one.person_id,
                course_id=one.course_id,
                take_id=one.take_id,
                reply_id=one.reply_id,
            )
        if known[key]:
            kept.append(one)
    return kept


def names_of(uow: UnitOfWork, notices: Iterable[Notice]) -> Names:
    """Look up what the things around some notifications are called."""
    listed = list(notices)
    persons = uow.people.many({one.actor_id for one in listed if one.actor_id})
    happened = {one.event_id: uow.events.place(one.event_id) for one in listed if one.kind in _DATA}
    events = {i: found[0] for i, found in happened.items() if found}
    shifts = {i: _shift(event) for i, event in events.items() if "from" in event.data}
    named = {one.exercise_id for one in listed}
    named |= {i for one in shifts.values() for i in (one.origin, one.goal)}
    exercises = {i: uow.exercises.get(i) for i in named if i}
    courses = {i: uow.courses.get(i) for i in {one.course_id for one in listed} if i}
    takes = {i: uow.takes.get(i) for i in {one.take_id for one in listed} if i}
    return Names(
        {i: person.name for i, person in persons.items()},
        {i: found.title for i, found in exercises.items() if found},
        {i: found.title for i, found in courses.items() if found},
        {i: found.number for i, found in takes.items() if found},
        shifts,
        {i: str(event.data.get("provider", "")) for i, event in events.items()},
    )


def _shift(event: Event) -> Shift:
    data = event.data
    return Shift(int(data["from_number"]), str(data["from"]), event.exercise_id)


_LINKS = (NoticeKind.LINKED, NoticeKind.UNLINKED)
_DATA = (NoticeKind.MOVED, *_LINKS)
"""What is told of these stands in the event alone."""
_EXEMPLARS = (NoticeKind.EXEMPLAR, NoticeKind.EXEMPLAR_ANSWER)


def link(notice: Notice, home: str) -> str:
    """Return where a notification leads, below the base address: to the very moment.

    >>> from datetime import datetime
    >>> told = Notice("n", "m", NoticeKind.REPLY, 1, datetime.min, take_id="t", at_ms=12500)
    >>> link(told, "student")
    'student?take=t&t=12.5'
    """
    if notice.kind is NoticeKind.JOINED and home == "teacher":
        return "teacher?view=class"
    if notice.kind in _EXEMPLARS and home in {"student", "teacher"}:
        return f"{home}?view=library"
    if notice.kind is NoticeKind.SECOND:
        return "profile/second-step"
    if notice.kind in _LINKS:
        return "profile#pk-provider"
    if not notice.take_id or home not in {"student", "teacher"}:
        return home
    moment = "" if notice.at_ms is None else f"&t={notice.at_ms / 1000:g}"
    return f"{home}?take={notice.take_id}{moment}"
