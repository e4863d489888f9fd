"""The sample course as rows and events: what the services would have written, week by week."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from practika_kernel.domain.collections import Collection, Item
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.exemplars import Exemplar
from practika_kernel.domain.feedback import Clip, ClipState, Reply, ReplyKind, ReplyState
from practika_kernel.domain.guests import GuestComment, GuestLink, GuestVisit
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ledger import Outcome
from practika_kernel.domain.people import Cohort, Course, Enrolment, Person, Role
from practika_kernel.domain.practice import (
    Asset,
    Exercise,
    Purpose,
    Take,
    TakeState,
    Upload,
    UploadState,
)
from practika_kernel.domain.rubrics import Criterion, Mark
from practika_kernel.domain.tags import Tag
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.services.happenings import joined, take_event
from practika_kernel.services.sample import marking, script, watching
from practika_kernel.services.sample.words import Remark

_DAY = timedelta(days=1)
_SETTLED = 5.0
"""Takes older than this many days are moved to an afternoon; younger ones keep their age."""


@dataclass
class Book:
    """Collects rows and events, and writes all of them in one unit of work."""

    now: datetime
    people: dict[str, Person] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    course: Course = field(init=False)
    cohorts: list[Cohort] = field(default_factory=list)
    places: list[Enrolment] = field(default_factory=list)
    exercises: dict[str, Exercise] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    takes: list[Take] = field(default_factory=list)
    clips: list[Clip] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    tags: dict[str, Tag] = field(init=False)
    criteria: dict[str, list[Criterion]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    exemplars: list[Exemplar] = field(default_factory=list)
    guests: list[tuple[GuestLink, GuestVisit, GuestComment]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    lengths: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        opened = self.now - script.OPENED_DAYS_AGO * _DAY
        season = "Autumn" if opened.month >= 7 else "Spring"
        self.course = Course(new_id(), script.COURSE, f"{season} {opened.year}", opened)
        self.tags = marking.tags(self.course.id, opened)
        self.cohorts = [Cohort(new_id(), self.course.id, name) for name in script.SECTIONS]

    def enrol(self, hashes: Mapping[str, str]) -> None:
        """Give everybody of the cast a sign-in and a place in the course."""
        at, students = self.course.created_at, 0
        for name, role in script.CAST:
            person = Person(new_id(), script.email_of(name), name, role, at)
            self.people[name], self.hashes[person.id] = person, hashes[name]
            cohort = None
            if role is Role.STUDENT:
                cohort = self.cohorts[students * len(self.cohorts) // 8].id
                students += 1
            place = Enrolment(new_id(), person.id, self.course.id, role, at, cohort)
            self.places.append(place)
            self.events.append(Event(EventKind.PERSON_ADDED, at, data={"role": str(role)}))
            self.events.append(joined(place))

    def open_exercise(self, place: int, task: script.Task, title: str, reference: Asset) -> None:
        """Add an exercise with its reference take."""
        at, teacher = self.now - task.opened * _DAY, self.people[script.REFERENCE_BY]
        due = (self.now + task.due_in * _DAY).replace(hour=18, minute=0, second=0, microsecond=0)
        exercise = Exercise(
            id=new_id(),
            course_id=self.course.id,
            title=title,
            category=task.category,
            created_at=at,
            position=place,
            instructions=task.instructions,
            due_at=due,
            reference_asset_id=reference.id,
            reference_by=teacher.name,
        )
        self.exercises[task.piece] = exercise
        self.criteria[exercise.id] = marking.rubric(exercise)
        self.events.append(
            Event(EventKind.EXERCISE_ADDED, at, teacher.id, self.course.id, exercise.id)
        )
        self._arrived(
            teacher, f"{task.piece}-reference.mp4", reference, at, Purpose.REFERENCE, exercise
        )

    def sent_at(self, scene: script.Scene) -> datetime:
        """Return when a take came in: an afternoon for old ones, the exact age for new ones."""
        at = self.now - scene.days * _DAY
        if scene.days > _SETTLED:
            draw = random.Random(f"{scene.student}/{scene.piece}/{scene.days}")
            at = at.replace(hour=draw.randrange(13, 20), minute=draw.randrange(60), second=7)
        return at

    def add_take(self, scene: script.Scene, asset: Asset) -> Take:
        """Add a take as it was uploaded and, a few minutes later, submitted."""
        student, exercise = self.people[scene.student], self.exercises[scene.piece]
        sent = self.sent_at(scene)
        here = timedelta(minutes=4) if scene.sent else timedelta()
        stack = (exercise.id, student.id)
        number = 1 + sum((t.exercise_id, t.student_id) == stack for t in self.takes)
        take = Take(
            id=new_id(),
            exercise_id=exercise.id,
            course_id=exercise.course_id,
            student_id=student.id,
            number=number,
            asset_id=asset.id,
            created_at=sent - here,
            name=f"{scene.piece}-take-{number}.mp4",
            note=scene.note,
            state=TakeState.SUBMITTED if scene.sent else TakeState.DRAFT,
            submitted_at=sent if scene.sent else None,
        )
        self.takes.append(take)
        self.signed_in(student, take.created_at - timedelta(minutes=6))
        self._arrived(student, take.name, asset, take.created_at, Purpose.TAKE, exercise, take)
        self._about(EventKind.TAKE_ADDED, take, take.created_at, student.id)
        self._about(EventKind.ASSET_READY, take, take.created_at + timedelta(seconds=40), "")
        if scene.sent:
            length = float(asset.duration or 0)
            self.lengths[take.id] = round(length * 1000)
            self._about(EventKind.TAKE_SUBMITTED, take, sent, student.id, seconds=length)
        return take

    def cut(self, take: Take, by: str, span: TimeRange, key: str, size: int, frames: int) -> Clip:
        """Add a finished clip of a take."""
        teacher = self.people[by]
        at = (take.submitted_at or take.created_at) + timedelta(minutes=30)
        clip = Clip(
            id=new_id(),
            key=key,
            take_id=take.id,
            asset_id=take.asset_id or "",
            start=span.start,
            end=span.end,
            created_by=teacher.id,
            created_at=at,
            state=ClipState.READY,
            size=size,
            frames=frames,
        )
        self.clips.append(clip)
        return clip

    def begin_reply(self, take: Take, by: str, remark: Remark) -> None:
        """Add a draft comment that its author has not released."""
        at = self.now - timedelta(minutes=12)
        reply = self._reply(take, self.people[by], remark, at)
        self.replies.append(reply)
        self._about(EventKind.REPLY_SAVED, take, at, reply.author_id, reply.id)

    def answer(
        self,
        take: Take,
        told: script.Answer,
        skill: float,
        remarks: list[Remark],
        clip: Clip | None,
        video: tuple[str, Asset] | None,
    ) -> None:
        """Add a teacher's reply, released at once, and whether the student has seen it."""
        teacher, sent = self.people[told.by], take.submitted_at or take.created_at
        out = sent + timedelta(hours=told.after)
        seen = None if told.seen_after is None else out + timedelta(hours=told.seen_after)
        self.signed_in(teacher, out - timedelta(minutes=25))
        if clip is not None:
            self._clipped(take, clip, out - timedelta(minutes=9))
        rows = []
        for place, remark in enumerate(remarks):
            at = out - timedelta(minutes=2) * (len(remarks) - place + 1)
            reply = replace(
                self._reply(take, teacher, remark, at),
                state=ReplyState.RELEASED,
                released_at=out,
                seen_at=seen,
                clip_id=clip.id if clip is not None and remark.is_wait else None,
            )
            clip = None if reply.clip_id else clip
            rows.append((reply, remark))
        if video is not None:
            rows.append(self._video(take, teacher, video, out, seen))
        for reply, _ in rows:
            self.replies.append(reply)
            self._about(EventKind.REPLY_SAVED, take, reply.created_at, teacher.id, reply.id)
            self._released(take, reply, out)
        for mark, event in marking.marks(
            take, self.criteria[take.exercise_id], teacher.id, skill, out, seen
        ):
            self.marks.append(mark)
            self.events.append(event)
        if seen is not None:
            self._seen(take, rows, seen)

    def _video(
        self,
        take: Take,
        teacher: Person,
        video: tuple[str, Asset],
        out: datetime,
        seen: datetime | None,
    ) -> tuple[Reply, Remark]:
        text, asset = video
        remark = Remark(ReplyKind.KEEP, text)
        at = out - timedelta(minutes=1)
        reply = replace(
            self._reply(take, teacher, remark, at),
            state=ReplyState.RELEASED,
            released_at=out,
            seen_at=seen,
            asset_id=asset.id,
        )
        exercise = self.exercises[self._piece(take)]
        self._arrived(teacher, "reply.mp4", asset, at, Purpose.REPLY, exercise, take, reply.id)
        self._about(EventKind.ASSET_READY, take, at, teacher.id, reply.id)
        return reply, remark

    def _piece(self, take: Take) -> str:
        return next(p for p, e in self.exercises.items() if e.id == take.exercise_id)

    def _seen(self, take: Take, rows: list[tuple[Reply, Remark]], seen: datetime) -> None:
        student = next(p for p in self.people.values() if p.id == take.student_id)
        self.signed_in(student, seen - timedelta(minutes=1))
        for reply, remark in rows:
            self._about(EventKind.REPLY_SEEN, take, seen, student.id, reply.id)
            if remark.thread is not None:
                self._converse(take, reply, remark.thread, student.id, seen)
        other = {"other": "reference"}
        self._about(EventKind.COMPARED, take, seen + timedelta(minutes=3), student.id, **other)
        self._practised(take, [reply for reply, _ in rows], seen, student.id)

    def _practised(self, take: Take, replies: list[Reply], seen: datetime, student: str) -> None:
        """Note what the student played of the take beside the reply, and what they looped."""
        length = self.lengths[take.id]
        told = {"spans": watching.spans(replies, length, take.number), "length_ms": length}
        self._about(EventKind.VIEWED, take, seen + timedelta(minutes=2), student, **told)
        for reply, loop in watching.loops(replies, take.number):
            at = seen + timedelta(minutes=4, seconds=loop["seconds"])
            self._about(EventKind.PRACTISED, take, at, student, reply.id, reply=reply.id, **loop)

    def _converse(
        self, take: Take, parent: Reply, thread: tuple[str, str], student: str, seen: datetime
    ) -> None:
        """Add the student's answer to a question, and the teacher's word on it a day later."""
        first, second = seen + timedelta(minutes=6), seen + timedelta(hours=22)
        for author, text, at, read in (
            (student, thread[0], first, second),
            (parent.author_id, thread[1], second, second + timedelta(hours=3)),
        ):
            reply = Reply(
                id=new_id(),
                take_id=take.id,
                author_id=author,
                kind=parent.kind,
                text=text,
                created_at=at,
                updated_at=at,
                client_key=new_id(),
                parent_id=parent.id,
                state=ReplyState.RELEASED,
                released_at=at,
                # As the services do it: only what a student receives is ever marked as seen.
                seen_at=read if author != student else None,
            )
            self.replies.append(reply)
            self._about(EventKind.REPLY_SAVED, take, at, author, reply.id)
            self._released(take, reply, at)
            if author != student:
                self._about(EventKind.REPLY_SEEN, take, read, student, reply.id)

    def _reply(self, take: Take, author: Person, remark: Remark, at: datetime) -> Reply:
        return Reply(
            id=new_id(),
            take_id=take.id,
            author_id=author.id,
            kind=remark.kind,
            text=remark.text,
            created_at=at,
            updated_at=at,
            client_key=new_id(),
            start_ms=None if remark.start is None else round(remark.start * 1000),
            end_ms=None if remark.end is None else round(remark.end * 1000),
            tag_id=self.tags[remark.topic].id if remark.topic in self.tags else None,
        )

    def _released(self, take: Take, reply: Reply, at: datetime) -> None:
        data = {
            "kind": str(reply.kind),
            "start_ms": reply.start_ms,
            "end_ms": reply.end_ms,
            "has_video": reply.asset_id is not None,
            "has_clip": reply.clip_id is not None,
            "length": len(reply.text),
            "answer": reply.parent_id is not None,
            "has_drawing": reply.drawing is not None,
            "tag": reply.tag_id or "",
        }
        self._about(EventKind.REPLY_RELEASED, take, at, reply.author_id, reply.id, **data)

    def _clipped(self, take: Take, clip: Clip, at: datetime) -> None:
        self._about(EventKind.CLIP_ASKED, take, at, clip.created_by, clip=clip.id)
        ready = at + timedelta(seconds=4)
        self._about(EventKind.CLIP_READY, take, ready, clip.created_by, clip=clip.id)

    def signed_in(self, person: Person, at: datetime) -> None:
        """Note that somebody came by."""
        self.events.append(Event(EventKind.SIGNED_IN, at, actor_id=person.id))

    def _about(
        self,
        kind: EventKind,
        take: Take,
        at: datetime,
        actor: str,
        reply_id: str = "",
        /,
        **data: Any,
    ) -> None:
        event = take_event(kind, take, at, actor=actor, **data)
        self.events.append(replace(event, reply_id=reply_id))

    def _arrived(
        self,
        person: Person,
        name: str,
        asset: Asset,
        at: datetime,
        purpose: Purpose,
        exercise: Exercise,
        take: Take | None = None,
        reply_id: str | None = None,
    ) -> None:
        """Note an upload from its beginning, three minutes before, to its last byte."""
        begun = at - timedelta(minutes=3)
        upload = Upload(
            id=new_id(),
            person_id=person.id,
            name=name,
            size=asset.size,
            purpose=purpose,
            created_at=begun,
            expires_at=begun + 2 * _DAY,
            state=UploadState.ACCEPTED,
            exercise_id=None if purpose is Purpose.REPLY else exercise.id,
            take_id=take.id if take else None,
            reply_id=reply_id,
            asset_id=asset.id,
        )
        self.uploads.append(upload)
        told = {"upload": upload.id, "size": upload.size, "purpose": str(purpose)}
        for kind, when in ((EventKind.UPLOAD_STARTED, begun), (EventKind.UPLOAD_RECEIVED, at)):
            self.events.append(
                Event(
                    kind,
                    when,
                    person.id,
                    exercise_id=upload.exercise_id or "",
                    take_id=upload.take_id or "" if purpose is Purpose.REPLY else "",
                    reply_id=reply_id or "",
                    data=told,
                )
            )
