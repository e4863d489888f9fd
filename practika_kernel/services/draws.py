"""Drawing takes for a blind second rating, when their first marks are released."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Role
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.domain.rating import Rating, RatingState, Share, is_drawn, rater, share_of
from practika_kernel.domain.rubrics import MarkState


def draw(uow: UnitOfWork, take: Take, now: datetime) -> bool:
    """Ask a second teacher to rate a take that was just marked, if its lot says so.

    Returns whether somebody is asked. Nobody is where the course has no share, the take was not
    drawn, or everybody who teaches has had a hand in it. What waits for somebody who left since
    goes to another teacher on the way.
    """
    shares = uow.ratings.shares(take.course_id)
    if not any(share.percent for share in shares):
        return False
    teachers = _teachers(uow, take.course_id)
    for rating in uow.ratings.asked_in(take.course_id):
        on = uow.takes.get(rating.take_id) if _stranded(rating, teachers) else None
        if on is not None:
            _ask(uow, shares[0], on, teachers, now)
    share = share_of(shares, take.exercise_id)
    marked = _first(uow, [take]).get(take.id)
    if share is None or marked is None or not _wants(share, take, marked):
        return False
    return _ask(uow, share, take, teachers, now)


def tend(uow: UnitOfWork, course_id: str, now: datetime) -> int:
    """Bring a course's second ratings in line with its share; return how many are asked anew.

    Takes that were marked since the share holds are drawn; ratings that wait for somebody who
    left go to another teacher; those nobody has begun and that are drawn no more are dropped.
    """
    shares = uow.ratings.shares(course_id)
    if not shares:
        return 0
    teachers = _teachers(uow, course_id)
    submitted = uow.takes.in_courses([course_id], TakeState.SUBMITTED)
    takes = {t.id: t for t in submitted if t.asset_id}  # what cannot be watched cannot be rated
    first = _first(uow, takes.values())
    known = {one.take_id: one for one in uow.ratings.of_course(course_id)}
    begun = {level.rating_id for level in uow.ratings.levels([one.id for one in known.values()])}
    asked = 0
    for take_id, take in takes.items():
        share, marked = share_of(shares, take.exercise_id), first.get(take_id)
        wanted = share is not None and marked is not None and _wants(share, take, marked)
        old = known.get(take_id)
        if wanted and share and (old is None or _stranded(old, teachers)):
            asked += _ask(uow, share, take, teachers, now)
        elif old is not None and not wanted and old.id not in begun:
            uow.ratings.drop(old)
    return asked


def _wants(share: Share, take: Take, marked: datetime) -> bool:
    return marked >= share.since and is_drawn(share, take.id)


def _ask(
    uow: UnitOfWork, share: Share, take: Take, teachers: Collection[str], now: datetime
) -> bool:
    old = uow.ratings.of_take(take.id)
    if old is not None and not _stranded(old, teachers):
        return False
    chosen = rater(share, take.id, set(teachers) - _hands(uow, take))
    if old is not None:
        if chosen is None:
            uow.ratings.drop(old)
            return False
        return uow.ratings.give(old, chosen)
    if chosen is None or not any(one.active for one in uow.criteria.of_exercise(take.exercise_id)):
        return False
    return uow.ratings.ask(Rating(new_id(), take.id, take.course_id, chosen, now))


def _stranded(rating: Rating, teachers: Collection[str]) -> bool:
    """Whether it waits for somebody who teaches here no more."""
    return rating.state is RatingState.ASKED and rating.rater_id not in teachers


def _hands(uow: UnitOfWork, take: Take) -> set[str]:
    """Return who has marked the take or written about it, be it as a draft."""
    marked = {mark.author_id for mark in uow.marks.of_takes([take.id])}
    return marked | {reply.author_id for reply in uow.replies.of_takes([take.id])}


def _teachers(uow: UnitOfWork, course_id: str) -> set[str]:
    teaching = {place.person_id for place in uow.courses.members([course_id], Role.TEACHER)}
    people = uow.people.many(teaching).values()
    return {one.id for one in people if one.active and one.role is Role.TEACHER}


def _first(uow: UnitOfWork, takes: Iterable[Take]) -> dict[str, datetime]:
    """Return when the first marks of each marked take were released.

    Marks by the rubric of an exercise it was moved from are none a second rating could agree with.
    """
    first: dict[str, datetime] = {}
    where = {take.id: take.exercise_id for take in takes}
    marks = uow.marks.of_takes(list(where))
    criteria = uow.criteria.many({mark.criterion_id for mark in marks})
    for mark in marks:
        here = criteria[mark.criterion_id].exercise_id == where[mark.take_id]
        if here and mark.state is MarkState.RELEASED and mark.released_at is not None:
            earlier = first.get(mark.take_id, mark.released_at)
            first[mark.take_id] = min(earlier, mark.released_at)
    return first
