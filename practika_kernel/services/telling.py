"""Makes notifications of what happens, once each, and marks those read whose thing was seen.

Events are followed by a watermark in the record. It moves in the same transaction as the
notifications are written, and only for one of several who look at the same time: nothing is
lost by a kill, and nothing comes twice.
"""

from __future__ import annotations

from practika_kernel.domain.events import Event, EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.notices import (
    NOTICES,
    Around,
    By,
    Notice,
    NoticeKind,
    Reader,
    kind_of,
    told,
)
from practika_kernel.domain.people import Role
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.services.notice_sight import may_see

BATCH = 200
"""Events a look goes through; others write to the record between two looks."""
FAR = 5_000
"""Events that told nobody anything, after which the watermark is written all the same."""

_ANSWERED = (EventKind.EXEMPLAR_ANSWERED, EventKind.EXEMPLAR_ENDED)
_READS = {
    *_ANSWERED,
    EventKind.REPLY_SEEN,
    EventKind.REPLY_SAVED,
    EventKind.REPLY_WITHDRAWN,
    EventKind.GUEST_DECIDED,
    EventKind.TAKE_WITHDRAWN,
    EventKind.TAKE_THROWN,
}


class Telling:
    """Follows the events for everybody.

    ``mails`` is whether e-mails can be sent; what happens while they cannot is never mailed.
    """

    def __init__(self, record: Record, clock: Clock, *, mails: bool) -> None:
        self._record, self._clock, self._mails = record, clock, mails
        self._stored = self._looked = Watermark()

    def catch_up(self) -> int:
        """Go through all that happened; return how many notifications that made."""
        made = 0
        while True:
            found = self.look()
            if found is None:
                return made
            made += found

    def look(self) -> int | None:
        """Go through the next events; return how many notifications they made.

        None when there are no more for now.
        """
        with self._record.read() as uow:
            mark = uow.notices.mark()
            if mark != self._stored:
                self._stored = self._looked = mark
            found, after = uow.events.after(self._looked, BATCH)
            events = [event for event in found if not event.data.get("imported")]
            # Looked up before anything is written: others may write meanwhile.
            news = self._news(uow, events)
        if not found:
            return None
        matters = any(event.kind in _READS or kind_of(event) for event in events)
        if not matters and after.id - mark.id < FAR:
            self._looked = after  # nobody has to wait for the record to note that
            return 0
        with self._record.write() as uow:
            if not uow.notices.move_mark(mark, after):
                return 0  # somebody else goes through them
            return self._tell(uow, events, news)

    def _tell(self, uow: UnitOfWork, events: list[Event], news: dict[int, list[Notice]]) -> int:
        made, touched = 0, set[str]()
        for event in events:
            read = self._mark_read(uow, event)
            added = [one for one in news.get(event.id, []) if uow.notices.add(one)]
            made += len(added)
            touched |= {one.person_id for one in read + added if one.page}
        now = self._clock()
        for person_id in sorted(touched):
            uow.events.append(Event(EventKind.NOTICED, now, student_id=person_id))
        return made

    def _mark_read(self, uow: UnitOfWork, event: Event) -> list[Notice]:
        """Mark as read what the event shows somebody has seen, or what is there no more."""
        if event.kind is EventKind.REPLY_SEEN and event.data.get("marks"):
            mine, kinds = event.student_id, [NoticeKind.MARKS]
            return uow.notices.read(event.at, mine, take_id=event.take_id, kinds=kinds)
        if event.kind is EventKind.REPLY_SEEN and event.reply_id:
            return uow.notices.read(event.at, event.student_id, reply_id=event.reply_id)
        if event.kind in _ANSWERED:
            mine, kinds = event.student_id, [NoticeKind.EXEMPLAR]
            return uow.notices.read(event.at, mine, take_id=event.take_id, kinds=kinds)
        if event.kind is EventKind.REPLY_SAVED and event.actor_id and event.take_id:
            mine, kinds = event.actor_id, [NoticeKind.TAKE]
            return uow.notices.read(event.at, mine, take_id=event.take_id, kinds=kinds)
        if event.kind is EventKind.GUEST_DECIDED:
            mine, kinds = event.actor_id, [NoticeKind.GUEST_COMMENT]
            return uow.notices.read(event.at, mine, take_id=event.take_id, kinds=kinds)
        if kind_of(event) in (NoticeKind.REPLY, NoticeKind.MARKS):
            # One teacher has answered: for the others the take is no news any more.
            return uow.notices.read(event.at, take_id=event.take_id, kinds=[NoticeKind.TAKE])
        if event.kind is EventKind.REPLY_WITHDRAWN and event.reply_id:
            return uow.notices.read(event.at, reply_id=event.reply_id)
        if event.kind in (EventKind.TAKE_WITHDRAWN, EventKind.TAKE_THROWN) and event.take_id:
            return uow.notices.read(event.at, take_id=event.take_id)
        return []

    def _news(self, uow: UnitOfWork, events: list[Event]) -> dict[int, list[Notice]]:
        circle = Circle(uow)
        return {event.id: self._notices(circle, event) for event in events if kind_of(event)}

    def _notices(self, circle: Circle, event: Event) -> list[Notice]:
        found, uow = [], circle.uow
        for person_id, kind in told(event, circle.around(event), self._clock()):
            usual = NOTICES[kind]
            chosen = uow.choices.of_person(person_id).get(kind, (usual.page, usual.mail))
            mailed = self._mails and circle.proven(person_id)
            page, mail = chosen if mailed else (chosen[0], By.OFF)
            if page or mail is not By.OFF:
                notice = Notice(
                    id=new_id(),
                    person_id=person_id,
                    kind=kind,
                    event_id=event.id,
                    created_at=event.at,
                    page=page,
                    mail=mail,
                    actor_id=_whose(event, kind),
                    course_id=event.course_id,
                    exercise_id=event.exercise_id,
                    take_id=event.take_id,
                    reply_id=event.reply_id,
                    at_ms=circle.moment(event),
                )
                found.append(notice)
        return found


def _whose(event: Event, kind: NoticeKind) -> str:
    """Return whose doing a line tells of: for who teaches it now, a moved take is its student's."""
    anew = event.kind is EventKind.TAKE_MOVED and kind is NoticeKind.TAKE
    return event.student_id if anew else event.actor_id


class Circle:
    """Looks up who stands around events; who teaches a course, once for all of them."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self._teachers: dict[str, frozenset[str]] = {}
        self._proven: dict[str, bool] = {}

    def around(self, event: Event) -> Around:
        """Return who stands around an event, and who of them may see it now."""
        kind = kind_of(event)
        reader = NOTICES[kind].reader if kind else None
        sent = event.reply_id or event.kind is EventKind.UPLOAD_REJECTED
        owner = event.actor_id if sent else event.student_id
        host = str(event.data.get("host", ""))
        teachers = self._teaching(event.course_id) if reader is Reader.TEACHERS else frozenset()
        thread = self._thread(event) if reader is Reader.THREAD else frozenset[str]()
        asker = str(event.data.get("asker", "")) if reader is Reader.ASKER else ""
        people = self.uow.people.many(
            {event.student_id, event.actor_id, owner, host, asker, *teachers, *thread} - {""}
        )
        joined = kind is NoticeKind.JOINED
        may = {
            each.id
            for each in people.values()
            if each.active
            and not each.is_test
            and may_see(
                self.uow,
                each.id,
                course_id=event.course_id,
                take_id="" if joined else event.take_id,
                reply_id="" if joined else event.reply_id,
            )
        }
        actor = people.get(event.actor_id)
        return Around(
            event.student_id,
            owner,
            teachers,
            thread,
            host,
            frozenset(may),
            genuine=actor is None or not actor.is_test,
            asker=asker,
        )

    def moment(self, event: Event) -> int | None:
        """Return where on the take it is, in ms: an answer is where its comment is."""
        start = event.data.get("start_ms")
        if event.data.get("answer"):
            answer = self.uow.replies.get(event.reply_id)
            parent = answer and self.uow.replies.get(answer.parent_id or "")
            start = parent.start_ms if parent else None
        return start if isinstance(start, int) else None

    def proven(self, person_id: str) -> bool:
        """Tell whether the person's address is known to be theirs: others are not written to."""
        if person_id not in self._proven:
            self._proven[person_id] = not self.uow.addresses.unproven(person_id)
        return self._proven[person_id]

    def _teaching(self, course_id: str) -> frozenset[str]:
        if course_id not in self._teachers:
            places = self.uow.courses.members([course_id]) if course_id else []
            teachers = (place.person_id for place in places if place.role is Role.TEACHER)
            self._teachers[course_id] = frozenset(teachers)
        return self._teachers[course_id]

    def _thread(self, event: Event) -> frozenset[str]:
        """Everybody who wrote in the thread of an answer, and whose take it is."""
        answer = self.uow.replies.get(event.reply_id) if event.reply_id else None
        if answer is None or answer.parent_id is None:
            return frozenset()
        said = [
            reply.author_id
            for reply in self.uow.replies.of_takes([answer.take_id])
            if answer.parent_id in (reply.id, reply.parent_id) and reply.was_released
        ]
        return frozenset({*said, event.student_id})
