"""A student's own progress: marks take by take, practice by week, what was fixed.

An OwnView (plain JSON values)::

    exercises   [{id, title, points: [{take, number, percent, text}], line, curve, words}], those
                practised last first; ``curve`` are per cent by take, or empty; ``words`` what it
                says, "" below five marked takes
    weeks       [{monday (ISO date), minutes, text}], eight, the running one last
    practice    one sentence about them
    fixed       {fixed, better, open, line}
    empty       a sentence when there is nothing to show yet, else ""

Nobody is compared with anybody, and no day is missed. The page asks when it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from practika_kernel.analytics.statistics.watching import time_on_task
from practika_kernel.domain import ledger
from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.ledger import Verdict
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Exercise, Take, TakeState
from practika_kernel.services import access
from practika_kernel.services.phrases import practice_text, score_words
from practika_kernel.services.scoring import Scored, scores_of
from practika_kernel.services.views import View

if TYPE_CHECKING:
    from practika_kernel.analytics.measures.learning import Learnt

WEEKS = 8


def own_weeks(
    moments: Sequence[datetime], now: datetime, zone: ZoneInfo, weeks: int = WEEKS
) -> list[tuple[date, float]]:
    """Return Monday and minutes of practice of the last weeks, the running one last.

    A week is Monday to Sunday in the zone, and what was done in it is taken for itself: a gap
    over midnight on Sunday counts in neither.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> found = own_weeks([noon, noon + timedelta(minutes=4)], noon, ZoneInfo("UTC"), 2)
    >>> [(str(day), minutes) for day, minutes in found]
    [('2026-11-16', 0.0), ('2026-11-23', 4.0)]
    """
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    ends = [*days[1:], monday + timedelta(weeks=1)]
    found = []
    for day, end in zip(days, ends, strict=True):
        since, until = (datetime.combine(one, time(), zone) for one in (day, end))
        spent, _ = time_on_task(at for at in moments if since <= at < until)
        found.append((day, spent.total_seconds() / 60))
    return found


class OwnProgress:
    """What a student sees of their own way."""

    def __init__(self, record: Record, clock: Clock, zone: str) -> None:
        self._record, self._clock, self._zone = record, clock, ZoneInfo(zone)

    def view(self, actor: str) -> View:
        """Return the OwnView (see the module); `NotFound` for people without a student's page."""
        now = self._clock()
        with self._record.read() as uow:
            access.demand_page(uow, actor, Thing.STUDENT_PAGE)
            courses = access.course_ids(uow, actor, Verb.ADD, Thing.TAKE)
            exercises = {one.id: one for one in uow.exercises.in_courses(courses)}
            takes = [one for one in uow.takes.of_student(actor) if one.state is TakeState.SUBMITTED]
            scores = scores_of(uow, takes)
            since = now - timedelta(weeks=WEEKS + 1)
            moments = uow.events.moments([actor], courses, since).get(actor, [])
            weeks = own_weeks(moments, now, self._zone)
            rows = _stacks(takes, scores, exercises)
            shown = [_exercise(uow, exercises[key], stack, scores) for key, stack in rows]
            fixed = _fixed(uow, actor, takes)
        nothing = "It starts with your first submitted take." if not takes else ""
        return {
            "exercises": shown,
            "weeks": [
                {
                    "monday": day.isoformat(),
                    "minutes": round(minutes, 1),
                    "text": practice_text(minutes),
                }
                for day, minutes in weeks
            ],
            "practice": _practice(weeks),
            "fixed": fixed,
            "empty": nothing,
        }


def _stacks(
    takes: list[Take], scores: dict[str, Scored], exercises: dict[str, Exercise]
) -> list[tuple[str, list[Take]]]:
    """Marked takes by exercise, in their order; the exercise practised last comes first."""
    found: dict[str, list[Take]] = defaultdict(list)
    for take in takes:  # newest first
        if take.id in scores and take.exercise_id in exercises:
            found[take.exercise_id].insert(0, take)
    return [(key, sorted(rows, key=lambda one: one.number)) for key, rows in found.items()]


def _exercise(
    uow: UnitOfWork, exercise: Exercise, stack: list[Take], scores: dict[str, Scored]
) -> View:
    points: list[View] = []
    for take in stack:
        whole = scores[take.id].score
        if whole is None:
            continue
        points.append(
            {
                "take": take.id,
                "number": take.number,
                "percent": round(whole.percent, 1),
                "text": f"{whole.percent:.0f} %, {whole}",
            }
        )
    curve, words = _curve(uow, exercise, [scores[take.id] for take in stack])
    return {
        "id": exercise.id,
        "title": exercise.title,
        "points": points,
        "line": _line([one["percent"] for one in points]),
        "curve": curve,
        "words": words,
    }


def _curve(uow: UnitOfWork, exercise: Exercise, scored: list[Scored]) -> tuple[list[float], str]:
    """Fit the measure's own curve to a stack, and say what it tells; nothing below five takes."""
    from practika_kernel.analytics.measures.learning import Learnt, Stack
    from practika_kernel.analytics.statistics.curves import FEWEST, learning_curve

    if len(scored) < FEWEST:
        return [], ""
    stack = Stack("", exercise.id, tuple(one.levels for one in scored))
    curve = learning_curve(stack.scores, limit=_highest(uow, exercise))
    learnt = Learnt(stack, curve)
    # Per cent of the points, where a point is the same in every take.
    tops = {one.score.of / len(one.levels) for one in scored if one.score is not None}
    drawn = []
    sloped = curve.shape != "level"  # a flat line through rising marks would contradict them
    if sloped and len(tops) == 1 and not any(one.imported for one in scored):
        (top,) = tops
        drawn = [round(100 * curve.value(take) / top, 1) for take in range(1, len(scored) + 1)]
    full = all(one.score is not None and one.score.full for one in scored)
    return drawn, _told(learnt, full)


def _highest(uow: UnitOfWork, exercise: Exercise) -> int:
    """The highest level given at an exercise: where its curves lead, as the measure has it."""
    takes = [
        one
        for one in uow.takes.in_courses([exercise.course_id], TakeState.SUBMITTED)
        if one.exercise_id == exercise.id
    ]
    people = uow.people.many({one.student_id for one in takes})
    counted = {one.id for one in people.values() if one.active and not one.is_test}
    scores = scores_of(uow, [one for one in takes if one.student_id in counted])
    return max(max(one.levels.values()) for one in scores.values())


def _told(learnt: Learnt, full: bool) -> str:
    if learnt.rises:
        return "The line through your takes still goes up."
    if full:
        return "Full marks, take after take. The next exercise is waiting."
    scores = learnt.stack.scores
    if learnt.curve.shape == "level" and scores[-1] > scores[0]:
        return "Your marks have gone up. A few more takes will show where the way leads."
    if learnt.curve.shape == "level":
        return "Your takes lie around one level. Ask your teacher what to try differently."
    return "You have got most of what can be got here. Polish it, or take the next exercise."


def _line(percents: list[float]) -> str:
    if len(percents) == 1:
        return f"{score_words(percents)}. The second one shows the way."
    words = f"From {score_words(percents)}."
    return words if percents[-1] >= percents[0] else f"{words} One take is no trend."


def _practice(weeks: list[tuple[date, float]]) -> str:
    minutes = [spent for _, spent in weeks]
    if not any(minutes):
        return "Nothing was noted here in the last eight weeks; practice elsewhere is not seen."
    whole = f"{practice_text(sum(minutes))} in the last eight weeks"
    return f"{whole}, {practice_text(minutes[-1])} of it this week." if minutes[-1] else f"{whole}."


def _fixed(uow: UnitOfWork, actor: str, takes: list[Take]) -> View:
    by_id = {take.id: take for take in takes}
    replies = [
        one
        for one in uow.replies.of_takes(list(by_id))
        if one.state is ReplyState.RELEASED and one.author_id != actor and one.parent_id is None
    ]
    outcomes = uow.outcomes.of_replies([one.id for one in replies])
    said = [outcomes[one.id].verdict for one in replies if one.id in outcomes]
    fixed, better = said.count(Verdict.FIXED), said.count(Verdict.BETTER)
    open_ = 0
    for one in replies:
        take = by_id[one.take_id]
        stack = [t for t in takes if t.exercise_id == take.exercise_id]
        open_ += ledger.is_open(one, ledger.life(one, stack, outcomes.get(one.id)))
    return {"fixed": fixed, "better": better, "open": open_, "line": _ledger(fixed, better, open_)}


def _ledger(fixed: int, better: int, open_: int) -> str:
    if not fixed and not better:
        still = f"{open_} to look at" if open_ else "Nothing is open"
        return f"{still}. What you fix is counted here."
    parts = [f"{better} better"] if better else []
    parts += [f"{open_} still to look at"] if open_ else ["nothing left to do"]
    return ", ".join(parts).capitalize() + "."
