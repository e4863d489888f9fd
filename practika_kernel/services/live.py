"""What open pages are told, read from the record so that every server process agrees."""

from __future__ import annotations

from collections.abc import Sequence

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import KINDS, Audience, Event, Watermark
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Record
from practika_kernel.services import access

Change = dict[str, str]


class Live:
    """Follows the event table."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def now(self) -> Watermark:
        """Return the watermark behind everything that has happened so far."""
        with self._record.read() as uow:
            return uow.events.now()

    def behind(self, last: str) -> Watermark:
        """Return where a page carries on that has heard everything up to ``last``.

        ``last`` is a watermark as text. What is none means from now on, and so does one that
        lies ahead of the record: the record was restored from an older copy since, and waiting
        for it to come so far again would leave the page deaf until then.
        """
        mark, now = Watermark.parse(last), self.now()
        known = (0, 0) < (mark.xid, mark.id) <= (now.xid, now.id)
        return mark if known else now

    def since(self, mark: Watermark) -> tuple[list[Event], Watermark]:
        """Return what happened behind a watermark, and the next watermark; often nothing.

        What was imported happened long ago and is left out; that takes were, is an event itself.
        """
        with self._record.read() as uow:
            return uow.events.heard_after(mark)

    def concerns(self, actor: str, events: Sequence[Event]) -> list[Change]:
        """Return the changes this person may hear of, without names or texts; often nothing."""
        # What concerns one person alone has nobody else looked up.
        interesting = [e for e in events if _may_concern(actor, e)]
        if not interesting:
            return []
        with self._record.read() as uow:
            try:
                courses = set(access.course_ids(uow, actor, Verb.REPLY, Thing.TAKE))
                counted = set(access.course_ids(uow, actor, Verb.SEE, Thing.PROGRESS))
                members = set[str]()
                if any(KINDS[e.kind].audience is Audience.COURSE for e in interesting):
                    members = set(access.course_ids(uow, actor, Verb.SEE, Thing.COURSE))
            except NotFound:
                return []
        return [
            {
                "kind": str(event.kind),
                "take_id": event.take_id,
                "exercise_id": event.exercise_id,
            }
            for event in interesting
            if _hears(actor, event, courses, counted, members)
        ]


def _may_concern(actor: str, event: Event) -> bool:
    audience = KINDS[event.kind].audience
    mine = event.student_id == actor
    return audience is not Audience.NOBODY and (audience is not Audience.PERSON or mine)


def _hears(
    actor: str, event: Event, taught: set[str], counted: set[str], members: set[str]
) -> bool:
    audience = KINDS[event.kind].audience
    if event.actor_id == actor:
        return True
    about_me = event.student_id == actor
    in_my_course = bool(event.course_id) and event.course_id in taught
    if audience in (Audience.STUDENT, Audience.PERSON):
        return about_me
    if audience is Audience.COURSE:
        return event.course_id in members
    if audience is Audience.TEACHERS:
        return in_my_course
    if audience is Audience.STAFF:
        return in_my_course or event.course_id in counted
    if audience is Audience.BOTH:
        # Whoever reads the numbers of a course hears that they changed, and nothing else.
        return about_me or in_my_course or event.course_id in counted
    return False
