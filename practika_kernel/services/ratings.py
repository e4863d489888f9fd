"""Blind second ratings: what a second teacher sees and gives, and who looks after the share.

ShareView, as `Ratings.shares` answers it, one a course: ``id``, ``title``, ``percent``, ``since``
(a day), ``teachers`` (how many could rate), ``drawn``, ``handed_in`` and ``waiting``.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.people import Role
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.domain.rating import RatedLevel, Rating, RatingState, Share, check_percent
from practika_kernel.domain.rubrics import Criterion, check_level
from practika_kernel.services import access, draws, marks
from practika_kernel.services.happenings import take_event
from practika_kernel.services.queue import blind_take, place_in_line
from practika_kernel.services.views import Shelf, View

REACH = timedelta(days=28)
"""From how long ago on marked takes are drawn when nobody says otherwise."""


class Ratings:
    """A second teacher's ratings, kept apart from marks: no student ever has them.

    Parameters
    ----------
    record, clock
        Where ratings are kept, and what time it is.
    zone
        The institution's zone, in which the day begins from which on takes are drawn.
    """

    def __init__(self, record: Record, clock: Clock, zone: str = "UTC") -> None:
        self._record, self._clock, self._zone = record, clock, ZoneInfo(zone)

    def is_mine(self, actor: str, rating_id: str) -> bool:
        """Tell whether this is the id of a second rating asked of this person."""
        if not is_id(rating_id):
            return False
        with self._record.read() as uow:
            try:
                access.rating(uow, actor, rating_id, Verb.SEE)
            except NotFound:
                return False
        return True

    def desk(self, actor: str, rating_id: str) -> View:
        """Return what a second rater needs, and nothing of what was said of the take.

        Returns
        -------
        dict
            ``take`` (under the rating's name), ``rubric`` as `marks.rubric` describes it, but
            with this rating's levels alone, ``position`` in the queue and ``done``. Once it is
            handed in, each line has the ``first`` rating too, and ``take_id`` opens the take.

        Raises `NotFound` for everybody else.
        """
        now = self._clock()
        with self._record.read() as uow:
            rating, take = access.rating(uow, actor, rating_id, Verb.SEE)
            shelf = Shelf.gather(uow, [take], now)
            done = rating.state is RatingState.HANDED_IN
            given = {level.criterion_id: level for level in uow.ratings.levels([rating.id])}
            lines = uow.criteria.of_exercise(take.exercise_id)
            view: View = {
                "take": blind_take(shelf, rating, take),
                "title": shelf.exercise(take.exercise_id)["title"],
                "rubric": [
                    _line(one, given.get(one.id)) for one in lines if one.active or one.id in given
                ],
                "position": place_in_line(uow, actor, rating.id, now),
                "done": done,
                "take_id": take.id if done else "",
            }
            if done:
                first = {one["id"]: one for one in marks.rubric(uow, actor, take, None)}
                for line in view["rubric"]:
                    line["first"] = _first(first.get(line["id"]))
            return view

    def mark(
        self, actor: str, rating_id: str, criterion_id: str, level: int | None, wording: int
    ) -> None:
        """Give a level on a criterion; None takes it back. It is kept at once.

        Raises `NotFound` for a criterion of another exercise, `InvalidInput` for a level it does
        not have, `Conflict` when its words were changed since and when all was handed in.
        """
        with self._record.write() as uow:
            rating, take = access.rating(uow, actor, rating_id, Verb.MARK)
            _still_open(rating)
            criterion = uow.criteria.get(criterion_id) if is_id(criterion_id) else None
            if criterion is None or criterion.exercise_id != take.exercise_id:
                raise NotFound
            if level is None:
                uow.ratings.drop_level(rating.id, criterion.id)
                return
            marks.check_current(criterion, wording)
            level = check_level(criterion, level)
            now = self._clock()
            uow.ratings.put_level(
                RatedLevel(rating.id, criterion.id, level, criterion.wording, now)
            )

    def hand_in(self, actor: str, rating_id: str) -> str | None:
        """Close the rating; from now on it counts, and cannot be changed.

        Returns what waits next in the queue, or None. A second call changes nothing. Raises
        `InvalidInput` while a criterion has no level.
        """
        now = self._clock()
        with self._record.write() as uow:
            rating, take = access.rating(uow, actor, rating_id, Verb.RELEASE)
            place = place_in_line(uow, actor, rating.id, now)
            following = place["next"] or place["previous"]
            if rating.state is RatingState.ASKED:
                self._close(uow, rating, take, now)
        return str(following) if following else None

    def _close(self, uow: UnitOfWork, rating: Rating, take: Take, now: datetime) -> None:
        lines = [one for one in uow.criteria.of_exercise(take.exercise_id) if one.active]
        given = {level.criterion_id: level for level in uow.ratings.levels([rating.id])}
        missing = [one.title for one in lines if _missing(one, given.get(one.id))]
        if missing or not lines:
            which = missing[0] if missing else "This exercise"
            raise InvalidInput(
                f"{which} has no level yet. Rate every criterion, then hand it in."
                if missing
                else f"{which} is marked by a rubric no more, so there is nothing to hand in."
            )
        if not uow.ratings.hand_in(rating, now):
            raise Conflict("This rating was just handed in elsewhere. Reload the page.")
        for one in lines:
            level = given[one.id]
            data = {"criterion": one.id, "level": level.level, "wording": level.wording}
            event = take_event(EventKind.RATED, take, now, actor=rating.rater_id, **data)
            uow.events.append(event)

    def shares(self, actor: str) -> list[View]:
        """Return the ShareViews (see the module) of the courses the person looks after."""
        with self._record.read() as uow:
            mine = access.course_ids(uow, actor, Verb.SEE, Thing.SHARE)
            return [self._share(uow, actor, course_id) for course_id in mine]

    def set_share(self, actor: str, course_id: str, percent: int, since: str = "") -> int:
        """Have so many percent of a course's marked takes rated a second time; 0 ends it.

        ``since`` is the day (2026-09-01) of the first marks from which on takes are drawn; ""
        leaves it as it is, and at first goes back `REACH`. Returns how many takes are asked for
        now that were not before. What was begun stays, also under a smaller share.

        Raises `NotFound` for a course that is not theirs, `InvalidInput` for what is no share
        and no day.
        """
        percent, begins, now = check_percent(percent), self._midnight(since), self._clock()
        with self._record.write() as uow:
            course = access.course(uow, actor, course_id, Verb.CHANGE, Thing.SHARE)
            old = uow.ratings.share(course.id)
            begins = begins or (old.since if old else now - REACH)
            key = old.key if old else secrets.token_hex(32)
            uow.ratings.put_share(Share(course.id, percent, begins, key, actor, now))
            data = {"percent": percent, "since": begins.isoformat()}
            kind = EventKind.SHARE_SET
            uow.events.append(Event(kind, now, actor_id=actor, course_id=course.id, data=data))
            return draws.tend(uow, course.id, now)

    def _share(self, uow: UnitOfWork, actor: str, course_id: str) -> View:
        course, share = uow.courses.get(course_id), uow.ratings.share(course_id)
        found = uow.ratings.of_course(course_id)
        done = sum(one.state is RatingState.HANDED_IN for one in found)
        teachers = uow.courses.members([course_id], Role.TEACHER)
        person = access.acting(uow, actor)
        relations = frozenset(access.course_relations(uow, person, course_id))
        begins = share.since if share else self._clock() - REACH
        return {
            "id": course_id,
            "title": f"{course.title}, {course.term}" if course else "",
            "percent": share.percent if share else 0,
            "since": begins.astimezone(self._zone).date().isoformat(),
            "teachers": len({one.person_id for one in teachers}),
            "drawn": len(found),
            "handed_in": done,
            "waiting": len(found) - done,
            "may": allowed(Verb.CHANGE, Thing.SHARE, relations),
        }

    def _midnight(self, day: str) -> datetime | None:
        if not day.strip():
            return None
        try:
            found = date.fromisoformat(day.strip())
        except ValueError:
            found = None
        if found is None or not 1970 <= found.year <= 2200:
            raise InvalidInput(f"“{day[:20]}” is no day. Write one such as 2026-09-01.")
        return datetime.combine(found, time(), self._zone).astimezone(UTC)


def _still_open(rating: Rating) -> None:
    if rating.state is not RatingState.ASKED:
        raise Conflict("This rating was handed in; it can no longer be changed.")


def _missing(criterion: Criterion, level: RatedLevel | None) -> bool:
    """A level by words that were changed since says nothing about those of now."""
    return level is None or level.wording != criterion.wording


def _line(criterion: Criterion, level: RatedLevel | None) -> dict[str, Any]:
    holds = None if _missing(criterion, level) else level
    return {
        "id": criterion.id,
        "title": criterion.title,
        "levels": criterion.levels,
        "wording": criterion.wording,
        "active": criterion.active,
        "level": holds.level if holds else None,
        "draft": holds is not None,
        "shown": {},
        "released": None,
        "given": {},
        "by": "",
        "new": False,
        "last": None,
        "history": [],
        "first": None,
    }


def _first(line: View | None) -> View | None:
    """Return the mark that holds, in the words it was given by; None without one."""
    if not line or not line["given"]:
        return None
    return {"level": line["given"]["level"], "name": line["given"]["name"], "by": line["by"]}
