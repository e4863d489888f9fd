"""Takes as their student sees them: drafts, submitting, stacks, and what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from practika_kernel.domain.errors import Conflict, InvalidInput
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import (
    AssetState,
    Exercise,
    StackStatus,
    Take,
    TakeState,
    clean_text,
)
from practika_kernel.domain.rubrics import Mark
from practika_kernel.services import access
from practika_kernel.services.badges import named
from practika_kernel.services.carrying import duration_ms
from practika_kernel.services.happenings import take_event
from practika_kernel.services.markdown import as_plain, as_prose
from practika_kernel.services.moving import moved_lately
from practika_kernel.services.upload_rules import FILE_TYPES
from practika_kernel.services.uploads import Uploads
from practika_kernel.services.views import Shelf, View, age, iso

MOVED_LATELY = timedelta(days=14)
"""How long the student page says that somebody else has moved a take."""

_BADGES = {
    StackStatus.NONE: "Nothing yet",
    StackStatus.DRAFT: "Draft, only you see it",
    StackStatus.REPLIED: "New reply",
    StackStatus.SEEN: "Reply seen",
    StackStatus.IMPORTED: "Imported",
}


class Takes:
    """One student's own work; ``submitted`` is told of each take that is handed in."""

    def __init__(
        self,
        record: Record,
        clock: Clock,
        uploads: Uploads,
        submitted: Callable[[UnitOfWork, Take], None] = lambda uow, take: None,
    ) -> None:
        self._record, self._clock, self._uploads = record, clock, uploads
        self._submitted = submitted

    def take(self, actor: str, take_id: str) -> View:
        """Return one take; `NotFound` when it is not there for this person."""
        with self._record.read() as uow:
            found = access.take(uow, actor, take_id, Verb.SEE)
            return Shelf.gather(uow, [found], self._clock()).take(found)

    def set_note(self, actor: str, take_id: str, note: str) -> None:
        """Keep what the student writes beside a draft; `NotAllowed` once it is submitted."""
        text = clean_text(note, what="note")
        with self._record.write() as uow:
            found = access.take(uow, actor, take_id, Verb.CHANGE)
            uow.takes.save(replace(found, note=text), expected=TakeState.DRAFT)

    def submit(self, actor: str, take_id: str) -> View:
        """Hand a draft to the teachers of its course.

        Returns the take. A second call returns it unchanged. Raises `Conflict` while the
        video is still being prepared and `InvalidInput` when it could not be.
        """
        now = self._clock()
        with self._record.write() as uow:
            seen = access.take(uow, actor, take_id, Verb.SEE)
            if seen.state is TakeState.DRAFT or seen.student_id != actor:
                found = access.take(uow, actor, take_id, Verb.SUBMIT)
                _check_playable(uow, found)
                _check_ongoing(uow, found)
                seen = replace(found, state=TakeState.SUBMITTED, submitted_at=now)
                if not uow.takes.save(seen, expected=TakeState.DRAFT):
                    raise Conflict("This take changed in between. Reload the page.")
                lasts = duration_ms(uow, seen) / 1000
                event = take_event(EventKind.TAKE_SUBMITTED, seen, now, actor=actor, seconds=lasts)
                uow.events.append(event)
                self._submitted(uow, seen)
            return Shelf.gather(uow, [seen], now).take(seen)

    def stacks(self, actor: str) -> list[View]:
        """Return the student's stacks, newest first; empty when there is no exercise yet."""
        return list(self.home(actor)["stacks"])

    def home(self, actor: str) -> View:
        """Return everything the student page shows: what is new, what is next, how it goes."""
        now = self._clock()
        with self._record.read() as uow:
            person = access.demand_page(uow, actor, Thing.STUDENT_PAGE)
            courses = access.course_ids(uow, actor, Verb.ADD, Thing.TAKE)
            ongoing = set(access.ongoing(uow, courses))
            takes = uow.takes.of_student(actor)
            exercises = uow.exercises.in_courses(courses)
            offered = [e for e in exercises if e.course_id in ongoing and not e.archived_at]
            tried = {take.exercise_id for take in takes}
            exercises = [e for e in exercises if e in offered or e.id in tried]
            shelf = Shelf.gather(uow, takes, now, exercises)
            stacks = _stacks(shelf, exercises, takes)
            view: View = {
                "person": {
                    **named(person.id, person),
                    "first": person.name.split()[0],
                },
                "new": _new(shelf, takes, actor),
                "next": _next(shelf, offered, takes, now),
                "stacks": stacks,
                "drafts": [shelf.take(t) for t in takes if t.state is TakeState.DRAFT],
                "exercises": [_exercise(shelf, e, takes) for e in offered],
                "doing": _doing(shelf, takes, now),
                "teachers": _teachers(uow, sorted(ongoing)),
                "moved": _moved(uow, shelf, takes, now, actor),
                "upload": {"limit": self._uploads.limit, "types": list(FILE_TYPES)},
            }
        view["greeting_line"] = _line(view)
        view["uploads"] = self._uploads.view(actor)
        return view


def _check_playable(uow: UnitOfWork, take: Take) -> None:
    asset = uow.assets.get(take.asset_id or "")
    if asset is None or asset.state is AssetState.FAILED:
        raise InvalidInput("This video cannot be played. Remove the draft and upload it again.")
    if asset.state is AssetState.PREPARING:
        raise Conflict("The video is still being prepared. Submit it in a moment.")


def _check_ongoing(uow: UnitOfWork, take: Take) -> None:
    """Refuse to hand in where nobody looks any more; a draft at an archived exercise may be."""
    course = uow.courses.get(take.course_id)
    if course is not None and course.archived_at:
        raise Conflict(f"{course.title}, {course.term} is over: nobody would see this take.")


def _teachers(uow: UnitOfWork, courses: list[str]) -> dict[str, list[str]]:
    from practika_kernel.domain.people import Role

    places = [p for p in uow.courses.members(courses) if p.role is Role.TEACHER]
    people = uow.people.many({place.person_id for place in places})
    names: dict[str, list[str]] = {course: [] for course in courses}
    for place in places:
        names[place.course_id].append(people[place.person_id].name)
    return names


def _moved(
    uow: UnitOfWork, shelf: Shelf, takes: list[Take], now: datetime, actor: str
) -> list[View]:
    """Takes somebody else has moved of late, and where they lay before."""
    from_where = moved_lately(uow, takes, now - MOVED_LATELY, but_by=actor)
    return [
        {
            "id": take.id,
            "title": f"{shelf.exercise(take.exercise_id)['title']}, take {take.number}",
            "from": from_where[take.id],
        }
        for take in takes
        if take.id in from_where
    ]


def _answers(shelf: Shelf, take: Take) -> list[Reply]:
    return [
        reply
        for reply in shelf.replies.get(take.id, [])
        if reply.state is ReplyState.RELEASED and reply.author_id != take.student_id
    ]


def _released_at(shelf: Shelf, take: Take, replies: list[Reply]) -> list[datetime]:
    """When each part of a reply came, comments and marks alike, an imported one, too."""
    times = [reply.released_at for reply in replies]
    times += [mark.released_at for mark in shelf.marks.get(take.id, [])]
    if take.id in shelf.histories:
        times.append(shelf.histories[take.id].replied_at)
    return [at for at in times if at]


def _new(shelf: Shelf, takes: list[Take], actor: str) -> list[View]:
    """Takes with a reply not opened yet, the newest reply first."""
    rows = []
    for take in takes:
        fresh = [reply for reply in _answers(shelf, take) if reply.seen_at is None]
        marks = [mark for mark in shelf.marks.get(take.id, []) if mark.seen_at is None]
        if take.state is not TakeState.SUBMITTED or not (fresh or marks):
            continue
        top = [reply for reply in fresh if reply.parent_id is None] or fresh
        news: list[Reply | Mark] = [*fresh, *marks]
        newest = max(news, key=lambda one: one.released_at or one.created_at)
        lead = next((as_plain(r.text) for r in top if r.start_ms is None and r.text), "")
        timed = [r for r in top if r.start_ms is not None] or top
        rows.append(
            {
                "take": shelf.take(take),
                "teacher": shelf.person(newest.author_id),
                "released": iso(newest.released_at),
                "lead": lead,
                "items": [shelf.reply(reply, actor) for reply in timed[:3]],
                "count": len(top),
                "marks": len({mark.criterion_id for mark in marks}),
                "fix": sum(reply.kind == "fix" for reply in top),
            }
        )
    rows.sort(key=lambda row: str(row["released"]), reverse=True)
    return rows


def _stacks(shelf: Shelf, exercises: list[Exercise], takes: list[Take]) -> list[View]:
    groups: dict[str, list[Take]] = {}
    for take in takes:
        groups.setdefault(take.exercise_id, []).append(take)
    rows = []
    for exercise in exercises:
        stack = sorted(groups.get(exercise.id, []), key=lambda take: take.number)
        newest = stack[-1] if stack else None
        status = shelf.status(newest) if newest else StackStatus.NONE
        touched = (newest.submitted_at or newest.created_at) if newest else exercise.created_at
        rows.append(
            {
                "exercise": shelf.exercise(exercise.id),
                "takes": [
                    {
                        "id": take.id,
                        "number": take.number,
                        "state": str(take.state),
                        "status": str(shelf.status(take)),
                        "poster": shelf.video(take.asset_id, f"take/{take.id}")["poster"],
                        "at": iso(take.submitted_at or take.created_at),
                        "bare": take.asset_id is None,
                        "answered": bool(_released_at(shelf, take, _answers(shelf, take))),
                    }
                    for take in stack
                ],
                "status": str(status),
                "badge": _badge(status, touched, shelf.now),
                "at": iso(touched) if newest else None,
                "age": age(touched, shelf.now) if newest else "",
                "newest": newest.id if newest else None,
            }
        )
    rows.sort(key=lambda row: str(row["at"] or ""), reverse=True)
    return rows


def _badge(status: StackStatus, since: datetime, now: datetime) -> str:
    return _BADGES.get(status) or f"Waiting {age(since, now)}"


def _next(shelf: Shelf, exercises: list[Exercise], takes: list[Take], now: datetime) -> list[View]:
    """Exercises still to come by due date, those without a take first among the undated."""
    count = Counter(take.exercise_id for take in takes)
    done = {t.exercise_id for t in takes if t.state is TakeState.SUBMITTED}
    open_ones = [e for e in exercises if (e.due_at and e.due_at >= now) or e.id not in done]
    open_ones.sort(key=lambda e: (e.due_at is None, e.due_at or now, e.position))
    rows = []
    for exercise in open_ones[:4]:
        left = age(now, exercise.due_at) if exercise.due_at and exercise.due_at >= now else ""
        reference = shelf.assets.get(exercise.reference_asset_id or "")
        parts = [f"Due in {left}" if left else "No date"]
        if reference is not None and reference.duration:
            parts.append(
                f"reference {int(reference.duration) // 60}:{int(reference.duration) % 60:02d}"
            )
        rows.append(
            {
                "exercise": shelf.exercise(exercise.id),
                "number": count[exercise.id] + 1,
                "due": iso(exercise.due_at),
                "line": " · ".join(parts),
            }
        )
    return rows


def _exercise(shelf: Shelf, exercise: Exercise, takes: list[Take]) -> View:
    reference = exercise.reference_asset_id
    return {
        **shelf.exercise(exercise.id),
        "category": exercise.category,
        "instructions": as_prose(exercise.instructions),
        "tags": list(exercise.tags),
        "due": iso(exercise.due_at),
        "reference": shelf.video(reference, f"exercise/{exercise.id}") if reference else None,
        "reference_by": exercise.reference_by,
        "takes": sum(take.exercise_id == exercise.id for take in takes),
        "newest": next((t.id for t in takes if t.exercise_id == exercise.id), None),
    }


def _doing(shelf: Shelf, takes: list[Take], now: datetime) -> View:
    """Count what is there: takes, answers, the usual wait, and takes in each of eight weeks."""
    sent = [take for take in takes if take.state is TakeState.SUBMITTED and take.submitted_at]
    answered = [(take, _answers(shelf, take)) for take in sent]
    waits = sorted(
        (min(told) - take.submitted_at).total_seconds() / 3600
        for take, replies in answered
        if take.submitted_at and (told := _released_at(shelf, take, replies))
    )
    monday = (now - timedelta(days=now.weekday())).date()
    weeks = Counter(
        (monday - (t.submitted_at - timedelta(days=t.submitted_at.weekday())).date()).days // 7
        for t in sent
        if t.submitted_at
    )
    comments = [reply for _, replies in answered for reply in replies]
    return {
        "takes": len(sent),
        "answered": len(waits),
        "usual_wait_hours": round(waits[len(waits) // 2], 1) if waits else None,
        "comments": len(comments),
        "seen": sum(reply.seen_at is not None for reply in comments),
        "per_week": [weeks.get(back, 0) for back in range(7, -1, -1)],
    }


def _line(view: dict[str, Any]) -> str:
    new = len(view["new"])
    head = {0: "No new reply today", 1: "One new reply"}.get(new, f"{new} new replies")
    due = next((row for row in view["next"] if row["due"]), None)
    if due is None:
        return head + "."
    day = datetime.fromisoformat(due["due"])
    return f"{head}, and {due['exercise']['title']} is due on {day:%A}."
