"""Notifications: what of all that happens somebody is told, and how it is put together.

`NOTICES` is the whole table: a sentence, who is told, and how, unless the person chose
otherwise. `told` turns an event into notices, `grouped` several of them into one line. Neither
looks anything up: who stands where is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from practika_kernel.domain.english import ENGLISH
from practika_kernel.domain.events import Event, EventKind


class NoticeKind(StrEnum):
    """What somebody can be told; `NOTICES` says more."""

    REPLY = "reply"
    MARKS = "marks"
    ANSWER = "answer"
    TAKE = "take"
    MOVED = "moved"
    VIDEO = "video"
    COURSE = "course"
    JOINED = "joined"
    EXEMPLAR = "exemplar"
    EXEMPLAR_ANSWER = "exemplar answer"
    GUEST = "guest"
    GUEST_COMMENT = "guest-comment"
    SECOND = "second"
    LINKED = "linked"
    UNLINKED = "unlinked"


class By(StrEnum):
    """How a kind is mailed to a person."""

    OFF = "off"
    NOW = "now"
    DIGEST = "digest"


class Reader(StrEnum):
    """Who of those around an event is told."""

    STUDENT = "the student"
    TEACHERS = "the teachers of the course"
    THREAD = "everybody in the thread"
    OWNER = "whoever sent the video"
    NEWCOMER = "whoever got the place"
    ASKER = "the teacher who asked"
    HOST = "whoever invited the guest"
    ONESELF = "whoever it is about, whatever they chose"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of the table. ``priority`` 0 is told first when several came at once."""

    sentence: str
    reader: Reader
    page: bool
    mail: By
    priority: int


NOTICES: dict[NoticeKind, NoticeRow] = {
    NoticeKind.REPLY: NoticeRow(ENGLISH["choice.reply"], Reader.STUDENT, True, By.NOW, 0),
    NoticeKind.MARKS: NoticeRow(ENGLISH["choice.marks"], Reader.STUDENT, True, By.NOW, 0),
    NoticeKind.ANSWER: NoticeRow(ENGLISH["choice.answer"], Reader.THREAD, True, By.NOW, 1),
    NoticeKind.TAKE: NoticeRow(ENGLISH["choice.take"], Reader.TEACHERS, True, By.DIGEST, 2),
    NoticeKind.MOVED: NoticeRow(ENGLISH["choice.moved"], Reader.STUDENT, True, By.NOW, 1),
    NoticeKind.VIDEO: NoticeRow(ENGLISH["choice.video"], Reader.OWNER, True, By.NOW, 1),
    NoticeKind.COURSE: NoticeRow(ENGLISH["choice.course"], Reader.NEWCOMER, True, By.DIGEST, 3),
    NoticeKind.JOINED: NoticeRow(ENGLISH["choice.joined"], Reader.TEACHERS, True, By.OFF, 4),
    NoticeKind.EXEMPLAR: NoticeRow(ENGLISH["choice.exemplar"], Reader.STUDENT, True, By.NOW, 1),
    NoticeKind.EXEMPLAR_ANSWER: NoticeRow(
        ENGLISH["choice.exemplar answer"], Reader.ASKER, True, By.DIGEST, 3
    ),
    NoticeKind.GUEST: NoticeRow(ENGLISH["choice.guest"], Reader.STUDENT, True, By.NOW, 1),
    NoticeKind.GUEST_COMMENT: NoticeRow(
        ENGLISH["choice.guest-comment"], Reader.HOST, True, By.DIGEST, 2
    ),
    # The e-mails of these are letters of their own, which nobody can switch off.
    NoticeKind.SECOND: NoticeRow(ENGLISH["choice.second"], Reader.ONESELF, True, By.OFF, 0),
    NoticeKind.LINKED: NoticeRow(ENGLISH["choice.linked"], Reader.ONESELF, True, By.OFF, 0),
    NoticeKind.UNLINKED: NoticeRow(ENGLISH["choice.unlinked"], Reader.ONESELF, True, By.OFF, 0),
}

NEWS = timedelta(days=14)
"""What happened longer ago is history: nobody is told of it."""
WAIT = timedelta(minutes=2)
"""Until an e-mail about something leaves: more may come, and it may be read in the page."""
APART = timedelta(minutes=10)
"""Between two e-mails to one person; what happens meanwhile goes into the next."""
DIGEST_HOUR = 17
"""When the daily e-mail leaves, by the clock of its reader, unless they chose another hour."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing one person is told; the same event tells the same person once.

    ``page`` is whether it shows under the bell; ``mail`` how it is mailed, OFF for not at all.
    ``at_ms`` is the moment on the take it is about, None for the whole. ``letter_id`` is the
    e-mail it went into.
    """

    id: str
    person_id: str
    kind: NoticeKind
    event_id: int
    created_at: datetime
    page: bool = True
    mail: By = By.OFF
    actor_id: str = ""
    course_id: str = ""
    exercise_id: str = ""
    take_id: str = ""
    reply_id: str = ""
    at_ms: int | None = None
    read_at: datetime | None = None
    letter_id: str | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """Who stands around an event.

    ``may`` are those of them who may see the thing now, with an account in use that is no trial
    account; ``genuine`` is False when a trial account did it.
    """

    student: str = ""
    owner: str = ""
    teachers: frozenset[str] = frozenset()
    thread: frozenset[str] = frozenset()
    host: str = ""
    may: frozenset[str] = frozenset()
    genuine: bool = True
    asker: str = ""


def kind_of(event: Event) -> NoticeKind | None:
    """Return what an event tells; None for what tells nobody anything.

    Two tell a second kind besides, see `told`: who joined, and a take that waits for others now.

    >>> kind_of(Event(EventKind.REPLY_RELEASED, datetime.min, data={"answer": True}))
    <NoticeKind.ANSWER: 'answer'>
    >>> kind_of(Event(EventKind.SIGNED_IN, datetime.min)) is None
    True
    """
    if event.data.get("imported"):
        return None
    if event.kind is EventKind.REPLY_RELEASED:
        return NoticeKind.ANSWER if event.data.get("answer") else NoticeKind.REPLY
    if event.kind is EventKind.TAKE_MOVED and event.data.get("waiting"):
        return NoticeKind.TAKE  # who teaches another course finds something new before them
    if event.kind is EventKind.TAKE_MOVED and "from" not in event.data:
        return None  # from before it was noted
    if event.kind is EventKind.LINKED and event.data.get("new"):
        return None  # the account itself came by it
    if event.kind is EventKind.ASSET_FAILED and not event.take_id:
        return None  # the same again, for the upload
    return _KINDS.get(event.kind)


_KINDS = {
    EventKind.MARK_RELEASED: NoticeKind.MARKS,
    EventKind.TAKE_SUBMITTED: NoticeKind.TAKE,
    EventKind.TAKE_MOVED: NoticeKind.MOVED,
    EventKind.ASSET_FAILED: NoticeKind.VIDEO,
    EventKind.UPLOAD_REJECTED: NoticeKind.VIDEO,
    EventKind.ENROLLED: NoticeKind.JOINED,
    EventKind.EXEMPLAR_ASKED: NoticeKind.EXEMPLAR,
    EventKind.EXEMPLAR_ANSWERED: NoticeKind.EXEMPLAR_ANSWER,
    EventKind.GUEST_INVITED: NoticeKind.GUEST,
    EventKind.GUEST_COMMENTED: NoticeKind.GUEST_COMMENT,
    EventKind.SECOND_STEP: NoticeKind.SECOND,
    EventKind.RECOVERY_USED: NoticeKind.SECOND,
    EventKind.CODES_GUESSED: NoticeKind.SECOND,
    EventKind.LINKED: NoticeKind.LINKED,
    EventKind.UNLINKED: NoticeKind.UNLINKED,
}


def told(event: Event, around: Around, now: datetime) -> list[tuple[str, NoticeKind]]:
    """Return who is told of an event and what, by person; empty when it is nobody's news.

    Nobody is told of their own doings, of what happened longer than `NEWS` ago, or of what
    they may not see.

    >>> noon = datetime(2026, 11, 24, 12)
    >>> event = Event(EventKind.TAKE_SUBMITTED, noon, actor_id="mira", student_id="mira")
    >>> around = Around("mira", teachers=frozenset({"ada", "bo"}), may=frozenset({"mira", "ada"}))
    >>> told(event, around, noon)
    [('ada', <NoticeKind.TAKE: 'take'>)]
    """
    kind = kind_of(event)
    if kind is None or not around.genuine or event.at < now - NEWS:
        return []
    found: list[tuple[str, NoticeKind]] = []
    if kind is NoticeKind.JOINED:
        found = [(event.actor_id, NoticeKind.COURSE)]
        if event.data.get("role") != "student":
            kind = NoticeKind.COURSE
    readers = _readers(kind, around) - {event.actor_id}
    if kind is NoticeKind.TAKE and event.kind is EventKind.TAKE_MOVED:
        mine = {around.student} - {event.actor_id}
        found, readers = [(person, NoticeKind.MOVED) for person in mine], readers - mine
    if kind is NoticeKind.VIDEO or NOTICES[kind].reader is Reader.ONESELF:
        # Who sent it waits for it, whatever the event says; and it may not have been oneself.
        readers = _readers(kind, around)
    found += [(person, kind) for person in sorted(readers)]
    return [(person, each) for person, each in found if person in around.may]


def _readers(kind: NoticeKind, around: Around) -> frozenset[str]:
    return {
        Reader.STUDENT: frozenset({around.student}),
        Reader.TEACHERS: around.teachers,
        Reader.THREAD: around.thread,
        Reader.OWNER: frozenset({around.owner}),
        Reader.NEWCOMER: frozenset[str](),
        Reader.ASKER: frozenset({around.asker}),
        Reader.HOST: frozenset({around.host}),
        Reader.ONESELF: frozenset({around.student}),
    }[NOTICES[kind].reader]


# ---- several in one line ----

_TOGETHER = {NoticeKind.MARKS: NoticeKind.REPLY}
"""Comments and marks on a take are one reply."""


@dataclass(frozen=True, slots=True)
class Group:
    """Notices that are told in one line, oldest first; never empty, all of one person."""

    notices: tuple[Notice, ...]

    @property
    def first(self) -> Notice:
        """The oldest: where reading begins."""
        return self.notices[0]

    @property
    def last(self) -> Notice:
        """The newest."""
        return self.notices[-1]

    @property
    def unread(self) -> bool:
        """Whether it is news still."""
        return self.first.read_at is None

    @property
    def priority(self) -> int:
        """The most urgent of its kinds."""
        return min(NOTICES[each.kind].priority for each in self.notices)

    def count(self, *kinds: NoticeKind) -> int:
        """How many are of these kinds."""
        return sum(each.kind in kinds for each in self.notices)


def grouped(notices: Iterable[Notice], day: Callable[[datetime], date]) -> list[Group]:
    """Put together what one line can say, newest line first.

    That is what the same person did on one ``day`` to the same take, and everybody who joined a
    course that day; read and unread stay apart. Every notice is in exactly one group.
    """
    found: dict[tuple[object, ...], list[Notice]] = {}
    for each in sorted(notices, key=lambda one: (one.created_at, one.event_id, one.id)):
        kind = _TOGETHER.get(each.kind, each.kind)
        place: tuple[str, ...] = (each.take_id, each.actor_id)
        if kind in (NoticeKind.JOINED, NoticeKind.COURSE):
            place = (each.course_id,)
        if kind in (NoticeKind.LINKED, NoticeKind.UNLINKED):
            place = (each.id,)  # each names an account of its own
        key = (each.person_id, day(each.created_at), kind, place, each.read_at is None)
        found.setdefault(key, []).append(each)
    groups = [Group(tuple(each)) for each in found.values()]
    return sorted(groups, key=lambda group: group.last.created_at, reverse=True)
