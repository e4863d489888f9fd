"""Exemplars: asking a student whether the class may see a take, the answer, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.exemplars import (
    WORDING,
    WORDINGS,
    WORDS_LIMIT,
    Exemplar,
    ExemplarState,
    demand_open,
)
from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take, TakeState, clean_text
from practika_kernel.services import access
from practika_kernel.services.exemplar_views import brief_views, exemplar_view, open_views
from practika_kernel.services.happenings import take_event
from practika_kernel.services.views import Shelf, View, iso

_ASKED = {
    ExemplarState.ASKED: "This take was asked about already; the answer is to come.",
    ExemplarState.SHOWN: "The class sees this take already.",
    ExemplarState.REFUSED: "The student said no to this. Only they can change that.",
    ExemplarState.TAKEN_BACK: "The student took their yes back. Only they can change that.",
}


_OPEN = (ExemplarState.ASKED, ExemplarState.SHOWN)
"""What teachers may end."""


class Exemplars:
    """Questions to students, and what came of them. ``cut`` asks for a clip of a take."""

    def __init__(self, record: Record, clock: Clock, cut: Callable[..., View]) -> None:
        self._record, self._clock, self._cut = record, clock, cut

    def ask(
        self,
        actor: str,
        take_id: str,
        *,
        words: str = "",
        start: float | None = None,
        end: float | None = None,
        reply_id: str = "",
        marks: bool = False,
    ) -> str:
        """Ask a take's student whether the class may see it; return the id of the question.

        Parameters
        ----------
        take_id
            A take that was handed in to a course of the acting teacher.
        words
            What the others can learn from it, at most 400 characters; students read it.
        start, end
            Seconds of the take, when only a part is to be seen; both None for all of it. The
            part is cut, and nobody gets at the rest.
        reply_id
            A released comment of the acting teacher on that take, to stand beside it; or "".
        marks
            Whether the rubric marks are shown with it.

        Raises
        ------
        NotFound, NotAllowed
            A take or a comment that is not there for this person.
        InvalidInput
            Half a range, or a take without a video.
        Conflict
            It was asked about already, or the student said no.
        """
        if (start is None) != (end is None):
            raise InvalidInput("A part has a start and an end. Set both, or neither.")
        told = clean_text(words, what="line", limit=WORDS_LIMIT)
        with self._record.read() as uow:
            _demand_new(uow, _askable(uow, actor, take_id))
        clip = self._part(actor, take_id, start, end)
        now = self._clock()
        with self._record.write() as uow:
            take = _askable(uow, actor, take_id)
            _demand_new(uow, take)
            _end_elsewhere(uow, take, actor, now)
            comment = _comment(uow, actor, take, reply_id) if reply_id else None
            asked = Exemplar(
                new_id(), *_of(take), actor, now, told, clip_id=clip, reply_id=comment, marks=marks
            )
            uow.exemplars.add(asked)
            uow.events.append(exemplar_event(EventKind.EXEMPLAR_ASKED, asked, take, actor, now))
        return asked.id

    def _part(self, actor: str, take_id: str, start: float | None, end: float | None) -> str | None:
        """Have the part cut that is asked for; None for the whole take."""
        if start is None or end is None:
            return None
        return str(self._cut(actor, take_id, f"{start:.3f}", f"{end:.3f}")["id"])

    def answer(self, actor: str, exemplar_id: str, *, yes: bool, named: bool = False) -> None:
        """Say yes or no, as the take's student; later answers count as well as the first.

        With a yes the class sees the take from now on, and with ``named`` whose it is; a no where
        it is shown takes the yes back. Raises
        `NotFound` for everybody else, `InvalidInput` once the teacher has ended it.
        """
        now = self._clock()
        with self._record.write() as uow:
            found, take = access.exemplar(uow, actor, exemplar_id, Verb.ANSWER)
            demand_open(found.state)
            if not yes and found.state is ExemplarState.SHOWN:
                end(uow, found, take, ExemplarState.TAKEN_BACK, actor, now)
                return
            state = ExemplarState.SHOWN if yes else ExemplarState.REFUSED
            # The name is no new yes: comment and marks stay those that were agreed to.
            again = yes and found.state is ExemplarState.SHOWN
            after = replace(
                found,
                state=state,
                named=yes and named,
                wording=WORDING if yes else "",
                answered_at=found.answered_at if again else now,
                ended_at=None,
            )
            _save(uow, after, found.state)
            kind = EventKind.EXEMPLAR_ANSWERED
            more = {"yes": yes, "named": after.named, "wording": WORDING}
            uow.events.append(exemplar_event(kind, after, take, actor, now, **more))
            if yes:
                tell_course(uow, after, now)

    def take_back(self, actor: str, exemplar_id: str) -> None:
        """Take a yes back, as the take's student: from now on it is nowhere to be seen.

        Raises `NotFound` for everybody else and for what is not shown.
        """
        now = self._clock()
        with self._record.write() as uow:
            found, take = access.exemplar(uow, actor, exemplar_id, Verb.SEE)
            if found.student_id != actor or found.state is not ExemplarState.SHOWN:
                raise NotFound
            access.exemplar(uow, actor, exemplar_id, Verb.WITHDRAW)
            end(uow, found, take, ExemplarState.TAKEN_BACK, actor, now)

    def stop(self, actor: str, exemplar_id: str) -> None:
        """End what was asked, or is shown, as a teacher of the course; it may be asked anew.

        A student's no stays: `NotAllowed` to end that. `NotFound` for everybody else.
        """
        now = self._clock()
        with self._record.write() as uow:
            found, take = access.exemplar(uow, actor, exemplar_id, Verb.MANAGE)
            if found.state not in _OPEN:
                raise Conflict("There is nothing to end: the class does not see this take.")
            end(uow, found, take, ExemplarState.ENDED, actor, now)

    def shown(self, actor: str) -> list[View]:
        """Return every ExemplarView (see `exemplar_views`) this person sees, by exercise.

        ``own`` is the newest take of the person's own there, to compare with it, or "". The oldest
        yes of each exercise first; empty where nobody said yes.
        """
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            places = {place.course_id for place in uow.courses.of_person(person.id)}
            asked = uow.exemplars.of_courses(places)
            found = access.exemplars(
                uow, actor, (o for o in asked if o.state is ExemplarState.SHOWN)
            )
            found = sorted((o for o in found if not _moved(*o)), key=_by_exercise)
            rows = views(uow, found, actor, self._clock())
            newest = _newest(uow, actor) if rows else {}
        for row, (one, take) in zip(rows, found, strict=True):
            own = newest.get(one.exercise_id, "")
            row["own"] = "" if own == take.id else own
        return rows

    def aside(self, actor: str) -> View:
        """Return what the acting student's page says of exemplars beside everything else.

        ``exemplars`` are ``{id, exercise: {id}, who, mine, own, video: {poster}}``, short forms of
        what `shown` gives; ``asked`` is what waits for an answer, ``{id, asked_by, title}``.
        """
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            places = {place.course_id for place in uow.courses.of_person(person.id)}
            asked = [
                one
                for one in uow.exemplars.of_courses(places)
                if one.state is ExemplarState.SHOWN
                or (one.state is ExemplarState.ASKED and one.student_id == person.id)
            ]
            if not asked:
                return {"exemplars": [], "asked": []}
            found = sorted(access.exemplars(uow, actor, asked), key=_by_exercise)
            open_ = [o for o in found if o[0].state is ExemplarState.ASKED and not _moved(*o)]
            seen = [o for o in found if o[0].state is ExemplarState.SHOWN and not _moved(*o)]
            own = _newest(uow, actor)
            return {
                "exemplars": brief_views(uow, seen, actor, own),
                "asked": open_views(uow, open_),
            }

    def about(self, actor: str, take_id: str) -> View | None:
        """Return ``{id, state, asked, asked_by}`` of what was asked about a take; None of nothing.

        For its teachers. Raises `NotFound` as the take does.
        """
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            asked = (
                one
                for one in uow.exemplars.of_takes([take.id])
                if one.state is not ExemplarState.ENDED
            )
            for one, _ in access.exemplars(uow, actor, asked):
                asker = uow.people.get(one.asked_by)
                return {
                    "id": one.id,
                    "state": str(one.state),
                    "asked": iso(one.asked_at),
                    "asked_by": asker.name if asker else "Somebody",
                }
        return None

    def questions(self, actor: str) -> list[View]:
        """Return what the acting student was asked, or what was asked in a teacher's courses.

        Each is an ExemplarView with ``state``, ``asked`` (when), ``asked_by``, ``student``,
        ``take_id``, ``number``, ``with_marks``, ``part``, ``moved`` (to another exercise since),
        ``sentence`` (what a yes means) and ``named``; the newest first. What a teacher ended, what
        nobody can answer because the take was moved, and takes that are gone, are left out.
        """
        with self._record.read() as uow:
            access.acting(uow, actor)
            taught = access.course_ids(uow, actor, Verb.ADD, Thing.ASKED_EXEMPLAR)
            asked = {one.id: one for one in uow.exemplars.of_student(actor)}
            asked |= {one.id: one for one in uow.exemplars.of_courses(taught)}
            standing = (o for o in asked.values() if o.state is not ExemplarState.ENDED)
            found = [
                (one, take)
                for one, take in access.exemplars(uow, actor, standing)
                if one.state is not ExemplarState.ASKED or not _moved(one, take)
            ]
            rows = views(uow, found, actor, self._clock())
            askers = uow.people.many({one.asked_by for one, _ in found})
            names = uow.people.many({one.student_id for one, _ in found})
        for row, (one, take) in zip(rows, found, strict=True):
            row |= {
                "state": str(one.state),
                "asked": iso(one.asked_at),
                "asked_by": askers[one.asked_by].name,
                "student": names[one.student_id].name,
                "take_id": take.id,
                "number": take.number,
                "with_marks": one.marks,
                "part": one.clip_id is not None,
                "moved": _moved(one, take),
                "named": one.named,
                "sentence": WORDINGS[one.wording or WORDING],
            }
        return rows


def _newest(uow: UnitOfWork, actor: str) -> dict[str, str]:
    """A person's newest take with a video, by exercise: what they would compare."""
    newest: dict[str, str] = {}
    for take in uow.takes.of_student(actor):
        if take.asset_id:
            newest.setdefault(take.exercise_id, take.id)
    return newest


def _by_exercise(found: tuple[Exemplar, Take]) -> tuple[str, str, str]:
    one, _ = found
    return one.exercise_id, iso(one.answered_at) or "", one.id


def views(
    uow: UnitOfWork, found: list[tuple[Exemplar, Take]], actor: str, now: datetime
) -> list[View]:
    """Describe exemplars the person may see, as `exemplar_views` says."""
    if not found:
        return []
    asked_at = uow.exercises.many({one.exercise_id for one, _ in found})
    shelf = Shelf.gather(uow, [take for _, take in found], now, asked_at.values())
    return [exemplar_view(uow, shelf, one, take, actor) for one, take in found]


def end(
    uow: UnitOfWork, found: Exemplar, take: Take, state: ExemplarState, actor: str, now: datetime
) -> None:
    """Show it no longer; whoever calls has made sure that the person may."""
    _save(uow, replace(found, state=state, ended_at=now), found.state)
    kind, told = EventKind.EXEMPLAR_ENDED, {"state": str(state)}
    uow.events.append(exemplar_event(kind, found, take, actor, now, **told))
    if found.state is ExemplarState.SHOWN:
        tell_course(uow, found, now)


def withdrawn(uow: UnitOfWork, student_id: str, actor: str, now: datetime) -> None:
    """Take every yes of a student back: they withdrew their consent to any example."""
    for one in uow.exemplars.of_student(student_id):
        take = uow.takes.get(one.take_id)
        if take is not None and one.state is ExemplarState.SHOWN:
            end(uow, one, take, ExemplarState.TAKEN_BACK, actor, now)


def gone(uow: UnitOfWork, take_id: str, now: datetime) -> None:
    """Have a course look again whose exemplar went into the trash with its take."""
    for one in uow.exemplars.of_takes([take_id]):
        if one.state is ExemplarState.SHOWN:
            tell_course(uow, one, now)


def tell_course(uow: UnitOfWork, about: Exemplar, now: datetime) -> None:
    """Have open pages of the course look again; whose take it is, it does not say."""
    kind = EventKind.EXEMPLARS_CHANGED
    uow.events.append(Event(kind, now, course_id=about.course_id, exercise_id=about.exercise_id))


def _askable(uow: UnitOfWork, actor: str, take_id: str) -> Take:
    """A take the person may ask about; a draft is nobody's to ask about."""
    person = access.acting(uow, actor)
    take = access.take(uow, actor, take_id, Verb.SEE)
    relations = access.take_relations(uow, person, take)
    access.demand(relations, Verb.ADD, Thing.ASKED_EXEMPLAR)
    if take.state is not TakeState.SUBMITTED:
        raise NotFound
    if take.asset_id is None:
        raise InvalidInput("There is no video of this take to show.")
    return take


def _of(take: Take) -> tuple[str, str, str, str]:
    return take.id, take.exercise_id, take.course_id, take.student_id


def _moved(one: Exemplar, take: Take) -> bool:
    """Whether the take is at another exercise or course than was asked about."""
    return (one.exercise_id, one.course_id) != (take.exercise_id, take.course_id)


def _end_elsewhere(uow: UnitOfWork, take: Take, actor: str, now: datetime) -> None:
    """End what was asked where the take was before; a no stays a no."""
    for one in uow.exemplars.of_takes([take.id]):
        if one.state in _OPEN:
            end(uow, one, take, ExemplarState.ENDED, actor, now)


def _demand_new(uow: UnitOfWork, take: Take) -> None:
    for one in uow.exemplars.of_takes([take.id]):
        if one.state in _ASKED and not (one.state in _OPEN and _moved(one, take)):
            raise Conflict(_ASKED[one.state])


def _comment(uow: UnitOfWork, actor: str, take: Take, reply_id: str) -> str:
    """A comment that may go with it: the asking teacher's own, released, on that take."""
    reply, on = access.reply(uow, actor, reply_id, Verb.SEE)
    if on.id != take.id or reply.author_id != actor:
        raise NotFound
    if reply.state is not ReplyState.RELEASED or reply.parent_id or not reply.text:
        raise InvalidInput("Choose a comment with words of yours that the student has already.")
    return reply.id


def _save(uow: UnitOfWork, after: Exemplar, expected: ExemplarState) -> None:
    if not uow.exemplars.save(after, expected):
        raise Conflict("This changed in between. Look again.")


def exemplar_event(
    kind: EventKind, about: Exemplar, take: Take, actor: str, now: datetime, /, **data: object
) -> Event:
    """Describe something that happened to an exemplar or to the question about it."""
    more = {"exemplar": about.id, "asker": about.asked_by, **data}
    return take_event(kind, take, now, actor=actor, **more)
