"""Which of two takes is better: setting a judging up, and one pair after another for a judge.

A judging, as `Judgings.overview` and `Judgings.pair` describe it: ``id``, ``question``,
``exercise``, ``course``, ``takes``, ``wanted``, ``said`` (judgements so far), ``mine``,
``judges``, ``closed``, ``complete``, and what the person ``can`` do: judge, manage, look.
"""

from __future__ import annotations

from datetime import datetime

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.judging import (
    FEWEST_TAKES,
    MOST_LOOKS,
    Judgement,
    Judging,
    Outcome,
    check_looks,
    check_question,
    check_takes,
    next_pair,
)
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import AssetState, Take, TakeState
from practika_kernel.services import access
from practika_kernel.services.views import Shelf, View, iso

LOOKS = 12
"""How often each take is compared when nobody says otherwise: 10 to 14 times gave a reliability of
0.7 in a meta-analysis, 26 to 37 times 0.9 (Verhavert et al. 2019)."""

_SAYS = {"left": Outcome.LEFT, "right": Outcome.RIGHT, "skip": Outcome.SKIPPED}


class Judgings:
    """Takes in pairs, without names, for the teachers of a course to judge."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def overview(self, actor: str) -> View:
        """Return the ``judgings`` of the person's courses, newest first, and where to begin one.

        ``exercises`` are those a judging can be set up at, each with how many students and
        takes there are. `NotFound` for people who may see no judging at all.
        """
        with self._record.read() as uow:
            courses = access.course_ids(uow, actor, Verb.SEE, Thing.JUDGING)
            if not courses:
                raise NotFound
            found = uow.judgings.in_courses(courses)
            counts = uow.judgings.counts([one.id for one in found])
            return {
                "judgings": [_view(uow, actor, one, counts.get(one.id, {})) for one in found],
                "exercises": self._places(uow, actor),
                "looks": {"usual": LOOKS, "most": MOST_LOOKS},
                "fewest": FEWEST_TAKES,
            }

    def set_up(
        self, actor: str, exercise_id: str, question: str, looks: int, every: bool = False
    ) -> str:
        """Begin a judging of an exercise's submitted takes; return its id.

        Parameters
        ----------
        question
            What judges are asked, up to 120 characters; "" asks which is better.
        looks
            How often each take is compared on average, 2 to `MOST_LOOKS`.
        every
            All takes of the exercise instead of each student's newest.

        Raises `NotFound` like the exercise, `NotAllowed` for who may only look at it and
        `InvalidInput` for too few or too many takes that can be played.
        """
        words, often = check_question(question), check_looks(looks)
        with self._record.write() as uow:
            exercise = access.exercise(uow, actor, exercise_id, Verb.MANAGE, Thing.JUDGING)
            takes = _playable(uow, exercise.course_id, exercise.id, every=every)
            judging = Judging(
                new_id(),
                exercise.id,
                exercise.course_id,
                words,
                check_takes([take.id for take in takes]),
                often,
                actor,
                self._clock(),
            )
            uow.judgings.add(judging)
        return judging.id

    def close(self, actor: str, judging_id: str, *, again: bool = False) -> None:
        """Judge no more from now on; ``again`` goes on after all."""
        with self._record.write() as uow:
            judging = access.judging(uow, actor, judging_id, Verb.MANAGE)
            uow.judgings.close(judging.id, None if again else self._clock())

    def pair(self, actor: str, judging_id: str) -> View:
        """Return the pair that is before this judge.

        Returns
        -------
        dict
            The ``judging`` and the ``pair``: its ``id``, ``left`` and ``right`` videos, nothing
            of whose they are. Without a pair it is None; then either ``line`` says why there is
            nothing to judge, or ``more`` that `next` will find one.

        Raises `NotFound` and `NotAllowed` for everybody who does not judge here.
        """
        with self._record.read() as uow:
            judging = access.judging(uow, actor, judging_id, Verb.JUDGE)
            rows, takes = uow.judgings.judgements(judging.id), _there(uow, judging)
            view: View = {
                "judging": describe(uow, actor, judging, rows),
                "pair": None,
                "line": _why_nothing(judging, rows),
                "more": False,
            }
            if view["line"]:
                return view
            one = _mine(rows, actor)
            if one is not None and one.pair <= takes.keys():
                shelf = Shelf.gather(uow, [takes[one.left_id], takes[one.right_id]], self._clock())
                sides = (("left", one.left_id), ("right", one.right_id))
                return view | {"pair": {"id": one.id, **_videos(shelf, takes, one, sides)}}
            if next_pair(judging, actor, [row for row in rows if row is not one], takes):
                return view | {"more": True}
            return view | {"line": "You have seen every pair. Thank you."}

    def next(self, actor: str, judging_id: str) -> bool:
        """Choose a pair and put it before this judge, where there is none yet.

        Returns whether there is one now; it stays, also for other pages of theirs, until they
        said something of it or one of its takes was withdrawn. Raises as `pair` does.
        """
        with self._record.write() as uow:
            judging = access.judging(uow, actor, judging_id, Verb.JUDGE)
            rows, takes = uow.judgings.judgements(judging.id), _there(uow, judging)
            if _why_nothing(judging, rows):
                return False
            one = _mine(rows, actor)
            if one is not None:
                if one.pair <= takes.keys():
                    return True
                uow.judgings.forget(one)
                rows.remove(one)
            chosen = next_pair(judging, actor, rows, takes)
            if chosen is not None:
                new = Judgement(new_id(), judging.id, actor, *chosen, self._clock())
                uow.judgings.show(new)  # or another page of theirs has just done so
            return chosen is not None

    def judge(self, actor: str, judgement_id: str, better: str) -> bool:
        """Say which of the pair is better: ``left``, ``right``, or ``skip`` for "cannot tell".

        Returns False when that was said already and nothing changed. Raises `NotFound` for a
        pair that is not before this person, `Conflict` when the judging was closed.
        """
        if better not in _SAYS:
            raise InvalidInput("Say which is better: the left one or the right one.")
        now = self._clock()
        with self._record.write() as uow:
            one, judging = _before(uow, actor, judgement_id)
            if one.outcome is not Outcome.OPEN:
                return False
            if judging.closed_at is not None:
                raise Conflict("This judging was closed, so nothing more is counted.")
            said = uow.judgings.say(one, _SAYS[better], now)
            if said and better != "skip":
                uow.events.append(_event(judging, one, better, now))
            return said

    def _places(self, uow: UnitOfWork, actor: str) -> list[View]:
        courses = access.ongoing(uow, access.course_ids(uow, actor, Verb.MANAGE, Thing.JUDGING))
        names = {course.id: course.title for course in uow.courses.all()}
        takes: dict[str, list[Take]] = {}
        for take in uow.takes.in_courses(courses, TakeState.SUBMITTED):
            if take.asset_id:
                takes.setdefault(take.exercise_id, []).append(take)
        return [
            {
                "id": each.id,
                "title": each.title,
                "course": names.get(each.course_id, ""),
                "takes": len(takes.get(each.id, [])),
                "students": len({take.student_id for take in takes.get(each.id, [])}),
            }
            for each in uow.exercises.in_courses(courses)
        ]


def side(uow: UnitOfWork, actor: str, judgement_id: str, which: str) -> Take:
    """Return the take that stands ``left`` or ``right`` in a pair put before this judge.

    Raises `NotFound` for everybody else, and for a take that was withdrawn since.
    """
    one, _ = _before(uow, actor, judgement_id)
    take = uow.takes.get(one.left_id if which == "left" else one.right_id)
    if take is None or take.state is not TakeState.SUBMITTED:
        raise NotFound
    return take


def _before(uow: UnitOfWork, actor: str, judgement_id: str) -> tuple[Judgement, Judging]:
    one = uow.judgings.judgement(judgement_id) if is_id(judgement_id) else None
    if one is None or one.judge_id != actor:
        raise NotFound
    return one, access.judging(uow, actor, one.judging_id, Verb.JUDGE)


def _mine(rows: list[Judgement], actor: str) -> Judgement | None:
    """Return the pair that is before this judge."""
    open_ones = (row for row in rows if row.outcome is Outcome.OPEN and row.judge_id == actor)
    return next(open_ones, None)


def _videos(
    shelf: Shelf, takes: dict[str, Take], one: Judgement, sides: tuple[tuple[str, str], ...]
) -> View:
    return {
        side: shelf.video(takes[take_id].asset_id, f"{side}/{one.id}") for side, take_id in sides
    }


def describe(uow: UnitOfWork, actor: str, judging: Judging, rows: list[Judgement]) -> View:
    """Describe a judging (see the module) with what was judged of it."""
    return _view(uow, actor, judging, _counted(rows))


def _event(judging: Judging, one: Judgement, better: str, now: datetime) -> Event:
    data = {"judging": judging.id, "left": one.left_id, "right": one.right_id, "better": better}
    return Event(
        EventKind.PAIR_JUDGED,
        now,
        actor_id=one.judge_id,
        course_id=judging.course_id,
        exercise_id=judging.exercise_id,
        data=data,
    )


def _there(uow: UnitOfWork, judging: Judging) -> dict[str, Take]:
    """Return the takes of a judging that can still be looked at, and lie at its exercise."""
    wanted, where = set(judging.take_ids), judging.exercise_id
    takes = uow.takes.in_courses([judging.course_id], TakeState.SUBMITTED)
    return {take.id: take for take in takes if take.id in wanted and take.exercise_id == where}


def _playable(uow: UnitOfWork, course_id: str, exercise_id: str, *, every: bool) -> list[Take]:
    takes = [
        take
        for take in uow.takes.in_courses([course_id], TakeState.SUBMITTED)
        if take.exercise_id == exercise_id
    ]
    assets = uow.assets.many({take.asset_id for take in takes if take.asset_id})
    takes = [t for t in takes if t.asset_id in assets and _ready(assets[t.asset_id].state)]
    if every:
        return takes
    newest: dict[str, Take] = {}
    for take in sorted(takes, key=lambda one: one.number):
        newest[take.student_id] = take
    return list(newest.values())


def _ready(state: AssetState) -> bool:
    return state is AssetState.READY


def _counted(rows: list[Judgement]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        if row.said:
            counts[row.judge_id] = counts.get(row.judge_id, 0) + 1
    return counts


def _why_nothing(judging: Judging, rows: list[Judgement]) -> str:
    if judging.closed_at is not None:
        return "This judging is closed."
    if sum(row.said for row in rows) >= judging.wanted:
        return "Every take was compared often enough. Thank you."
    return ""


def _view(uow: UnitOfWork, actor: str, judging: Judging, counts: dict[str, int]) -> View:
    person = access.acting(uow, actor)
    relations = frozenset(access.course_relations(uow, person, judging.course_id))
    exercise, course = uow.exercises.get(judging.exercise_id), uow.courses.get(judging.course_id)
    closed = judging.closed_at is not None
    said = sum(counts.values())
    standing = Thing.FINAL_STANDING if closed else Thing.STANDING
    return {
        "id": judging.id,
        "question": judging.question,
        "exercise": exercise.title if exercise else "",
        "course": f"{course.title}, {course.term}" if course else "",
        "takes": len(judging.take_ids),
        "wanted": judging.wanted,
        "said": said,
        "mine": counts.get(actor, 0),
        "judges": len(counts),
        "created": iso(judging.created_at),
        "closed": closed,
        "complete": said >= judging.wanted,
        "can": {
            "judge": allowed(Verb.JUDGE, Thing.JUDGING, relations),
            "manage": allowed(Verb.MANAGE, Thing.JUDGING, relations),
            "look": allowed(Verb.SEE, standing, relations),
        },
    }
