"""The trash of takes: thrown away by their student, put back, and removed when time is up."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from practika_kernel.domain.errors import Conflict, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Relation, Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.domain.trash import Thrown
from practika_kernel.services import access, exemplars
from practika_kernel.services.erasures import Erasures
from practika_kernel.services.happenings import take_event

View = dict[str, Any]


class Trash:
    """What students threw away. ``days`` is how long it can be put back."""

    def __init__(self, record: Record, clock: Clock, days: int, erasures: Erasures) -> None:
        self._record, self._clock, self._days = record, clock, days
        self._erasures = erasures

    def throw(self, actor: str, take_id: str) -> None:
        """Throw a take of one's own away: a draft, or a submitted one nobody has replied to.

        Raises `NotFound` for what is not there for this person and `NotAllowed` for a take of
        another or one with a reply.
        """
        now = self._clock()
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.WITHDRAW)
            if take.state is TakeState.SUBMITTED and answered(uow, take):
                raise NotAllowed(
                    "Your teacher has replied to this take, so it stays. Under “My data” you "
                    "can take it back for good."
                )
            gone = replace(take, state=TakeState.WITHDRAWN)
            if not uow.takes.save(gone, expected=take.state):
                raise Conflict("This take changed in between. Reload the page.")
            until = now + timedelta(days=self._days)
            uow.trash.add(Thrown(new_id(), take.id, take.student_id, take.state, now, until))
            uow.events.append(take_event(EventKind.TAKE_THROWN, gone, now, actor=actor))
            exemplars.gone(uow, take.id, now)

    def restore(self, actor: str, take_id: str) -> None:
        """Put a take of one's own back exactly as it was; `NotFound` when it is not there."""
        now = self._clock()
        with self._record.write() as uow:
            person = access.acting(uow, actor)
            found = uow.trash.of_take(take_id) if is_id(take_id) else None
            take = uow.takes.get(take_id) if found else None
            if found is None or take is None or found.expires_at <= now:
                raise NotFound
            mine = take.student_id == person.id
            thing = Thing.DRAFT_TAKE if found.state is TakeState.DRAFT else Thing.TAKE
            relations = frozenset({Relation.OWNER}) if mine else frozenset[Relation]()
            access.demand(relations, Verb.WITHDRAW, thing)
            back = replace(take, state=found.state)
            if not uow.takes.save(back, expected=TakeState.WITHDRAWN):
                raise Conflict("This take changed in between. Reload the page.")
            uow.trash.forget([take.id])
            uow.events.append(take_event(EventKind.TAKE_RESTORED, back, now, actor=actor))

    def view(self, actor: str) -> list[View]:
        """Return what the acting student can put back, the newest first; empty when nothing."""
        now = self._clock()
        with self._record.read() as uow:
            person = access.demand_page(uow, actor, Thing.STUDENT_PAGE)
            found = [one for one in uow.trash.of_person(person.id) if one.expires_at > now]
            return [_view(uow, one, now) for one in found]

    def sweep(self) -> int:
        """Have what lay there too long removed for good, for the worker; return how many."""
        with self._record.read() as uow:
            found = uow.trash.expired(self._clock())
        for one in found:
            with suppress(Conflict, NotFound):
                self._erasures.expire(one.person_id, one.take_id)
        return len(found)


def answered(uow: UnitOfWork, take: Take) -> bool:
    """Tell whether somebody has replied to a take: a comment or marks that were released."""
    said = uow.replies.of_takes([take.id])
    if any(one.state is ReplyState.RELEASED and one.author_id != take.student_id for one in said):
        return True
    return any(mark.released_at is not None for mark in uow.marks.of_takes([take.id]))


def _view(uow: UnitOfWork, one: Thrown, now: datetime) -> View:
    take = uow.takes.get(one.take_id)
    exercise = uow.exercises.get(take.exercise_id) if take else None
    title = f"{exercise.title}, take {take.number}" if take and exercise else "A take"
    return {
        "id": one.take_id,
        "title": title,
        "state": str(one.state),
        "thrown": one.thrown_at.isoformat(),
        "expires": one.expires_at.isoformat(),
    }
