"""Read a record for a study: who consents, what they did, under the study's names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.consent import Consent, MediaLevel
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.people import Enrolment, Person, Role
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Exercise, Take, TakeState
from practika_kernel.research.export.naming import Names, Shift
from practika_kernel.research.export.rows import (
    Dataset,
    ExerciseRow,
    PersonRow,
    PlaceRow,
    ReplyRow,
    TakeRow,
)

NOT_ASKED = "texts were not asked for"
NO_CONSENT = "its author does not consent"


@dataclass(frozen=True, slots=True)
class Recording:
    """A video that may go with the data set: whose row it is of, and how much of it may be shown.

    ``table`` is "take" or "reply", ``name`` what the row is called in the study.
    """

    table: str
    name: str
    asset_id: str
    level: MediaLevel


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows, the videos behind them, and who (by the record's ids) is in it."""

    data: Dataset
    recordings: list[Recording]
    people: list[str]


@dataclass
class Gathering:
    """One reading of the record.

    Parameters
    ----------
    uow
        One moment of the record.
    names
        What people and things are called, and when things happen.
    scope
        Courses, section, exercise, and when takes were submitted.
    consents
        The consent in force of each person who consents; a row is theirs to give only if it
        lies in the consent's period.
    texts
        Whether what people wrote comes along.
    """

    uow: UnitOfWork
    names: Names
    scope: Scope
    consents: Mapping[str, Consent]
    texts: bool = False
    left_out: Counter[str] = field(default_factory=Counter)

    def gathered(self) -> Gathered:
        """Return rows in their order; `marking` adds marks, and `happenings` what happened."""
        recordings: list[Recording] = []
        data = Dataset(
            person=self._persons(),
            place=self._places(),
            exercise=self._exercises(),
            take=self._takes(recordings),
            reply=self._replies(recordings),
            left_out=self.left_out,
        )
        return Gathered(data, recordings, sorted(self.people))

    def may(self, person_id: str, at: datetime | None) -> bool:
        """Tell whether a person is in the data set with what happened at a moment."""
        if at is None or person_id not in self.people:
            return False
        consent = self.consents[person_id]
        return consent.starts_at <= at and (consent.ends_at is None or at < consent.ends_at)

    @cached_property
    def members(self) -> list[Enrolment]:
        """Places in the chosen courses; students of other sections are none."""
        found = self.uow.courses.members(self.scope.course_ids)
        cohort = self.scope.cohort_id
        return [e for e in found if not cohort or e.role != Role.STUDENT or e.cohort_id == cohort]

    @cached_property
    def everybody(self) -> dict[str, Person]:
        """People by id, whether they consent or not."""
        return {person.id: person for person in self.uow.people.all()}

    @cached_property
    def people(self) -> dict[str, Person]:
        """Those who consent and have a place; trial accounts are nobody."""
        placed = {place.person_id for place in self.members}
        return {
            name: self.everybody[name]
            for name in sorted(placed & set(self.consents) & set(self.everybody))
            if not self.everybody[name].is_test
        }

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """The chosen exercises by id."""
        found = self.uow.exercises.in_courses(self.scope.course_ids)
        wanted = self.scope.exercise_id
        return {one.id: one for one in found if not wanted or one.id == wanted}

    @cached_property
    def sections(self) -> dict[str, str]:
        """Names of sections by id."""
        ids = self.scope.course_ids
        return {c.id: c.section for i in ids for c in self.uow.courses.cohorts(i)}

    @cached_property
    def takes(self) -> list[Take]:
        """Submitted takes of those who consent, within the scope and their period."""
        students = {e.person_id for e in self.members if e.role is Role.STUDENT}
        kept = []
        for take in self.uow.takes.in_courses(self.scope.course_ids, TakeState.SUBMITTED):
            if take.exercise_id not in self.exercises or take.student_id not in students:
                continue
            if not self.in_time(take.submitted_at):
                continue
            if take.student_id not in self.people:
                self.left_out["takes of students who do not consent"] += 1
            elif not self.may(take.student_id, take.submitted_at):
                self.left_out["takes outside the time consented to"] += 1
            else:
                kept.append(take)
        return kept

    def in_time(self, at: datetime | None) -> bool:
        """Tell whether a moment lies within the scope's days."""
        since, until = self.scope.since, self.scope.until
        return at is not None and (since is None or since <= at) and (until is None or at < until)

    @cached_property
    def released(self) -> list[Reply]:
        """Released replies on those takes, in the time their students consent to."""
        students = {take.id: take.student_id for take in self.takes}
        found = self.uow.replies.of_takes(list(students))
        standing, kept = {reply.id for reply in found}, []
        for reply in found:
            if reply.state is not ReplyState.RELEASED or reply.released_at is None:
                continue
            if reply.parent_id and reply.parent_id not in standing:
                continue  # an answer goes with what it answers
            student = students[reply.take_id]
            if not self.may(student, reply.released_at):
                self.left_out["replies outside the time consented to"] += 1
            else:
                kept.append(reply)
        return kept

    @property
    def kept_replies(self) -> set[str]:
        """Ids of the replies that are in the data set."""
        return {reply.id for reply in self.released}

    def _persons(self) -> list[PersonRow]:
        rows = [
            PersonRow(self.names.person(p.id), str(p.role), str(self.consents[p.id].media))
            for p in self.people.values()
        ]
        return sorted(rows, key=lambda row: row.person)

    def _places(self) -> list[PlaceRow]:
        rows = {
            PlaceRow(
                self.names.person(e.person_id),
                self.names.thing("course", e.course_id),
                str(e.role),
                self.sections.get(e.cohort_id or "", ""),
            )
            for e in self.members
            if e.person_id in self.people
        }
        return sorted(rows, key=lambda row: (row.person, row.course, row.role, row.section))

    def _exercises(self) -> list[ExerciseRow]:
        courses = {course.id: course for course in self.uow.courses.all()}
        hidden = self.names.shift is not Shift.NONE
        rows = [
            ExerciseRow(
                exercise=self.names.thing("exercise", one.id),
                course=self.names.thing("course", one.course_id),
                course_title=courses[one.course_id].title,
                term=courses[one.course_id].term,
                title=one.title,
                category=one.category,
                position=one.position,
                due_at=None if hidden else one.due_at,
            )
            for one in self.exercises.values()
        ]
        return sorted(rows, key=lambda row: (row.course_title, row.course, row.position, row.title))

    def _takes(self, recordings: list[Recording]) -> list[TakeRow]:
        assets = self.uow.assets.many({take.asset_id for take in self.takes if take.asset_id})
        places = {
            (e.person_id, e.course_id): e.cohort_id for e in self.members if e.role is Role.STUDENT
        }
        told = self.uow.histories.of_takes([take.id for take in self.takes if take.imported])
        rows = []
        for take in self.takes:
            before = told.get(take.id)
            asset = assets.get(take.asset_id or "")
            moved = self.moved(take.submitted_at, take.student_id)
            name = self.names.thing("take", take.id)
            length = asset.duration if asset else None
            due = self.exercises[take.exercise_id].due_at
            rows.append(
                TakeRow(
                    take=name,
                    person=self.names.person(take.student_id),
                    course=self.names.thing("course", take.course_id),
                    section=self.sections.get(
                        places.get((take.student_id, take.course_id)) or "", ""
                    ),
                    exercise=self.names.thing("exercise", take.exercise_id),
                    number=take.number,
                    submitted_at=moved,
                    late=None
                    if due is None or take.submitted_at is None
                    else take.submitted_at > due,
                    duration_ms=None if length is None else round(length * 1000),
                    width=(asset.width or None) if asset else None,
                    height=(asset.height or None) if asset else None,
                    has_sound=bool(asset.audio_codec) if asset else None,
                    note=take.note if self.texts else "",
                    note_left_out="" if self.texts or not take.note else NOT_ASKED,
                    imported=take.imported,
                    replied_elsewhere_at=self.names.moved(
                        before.replied_at if before else None, take.student_id
                    ),
                    score=before.score if before else None,
                    max_score=before.max_score if before else None,
                    outcome=before.outcome if before else "",
                )
            )
            if asset is not None:
                level = self.consents[take.student_id].media
                recordings.append(Recording("take", name, asset.id, level))
        return sorted(rows, key=lambda row: (row.person, row.submitted_at, row.take))

    def _replies(self, recordings: list[Recording]) -> list[ReplyRow]:
        students = {take.id: take.student_id for take in self.takes}
        tags = self.uow.tags.many({r.tag_id for r in self.released if r.tag_id})
        kept, rows = self.kept_replies, []
        for reply in self.released:
            assert reply.released_at is not None  # `released` has no others
            student, name = students[reply.take_id], self.names.thing("reply", reply.id)
            consents = self.may(reply.author_id, reply.released_at)
            if not consents and reply.text:
                self.left_out["texts of authors who do not consent"] += 1
            why = "" if not reply.text else NO_CONSENT if not consents else NOT_ASKED
            author = self.everybody.get(reply.author_id)
            rows.append(
                ReplyRow(
                    reply=name,
                    take=self.names.thing("take", reply.take_id),
                    person=self.names.person(student),
                    author=self.names.person(reply.author_id) if consents else "",
                    author_role=str(author.role) if author else "",
                    parent=self.names.thing("reply", reply.parent_id)
                    if reply.parent_id in kept
                    else "",
                    kind=str(reply.kind),
                    tag=tags[reply.tag_id].name if reply.tag_id in tags else "",
                    start_ms=reply.start_ms,
                    end_ms=reply.end_ms,
                    released_at=self.moved(reply.released_at, student),
                    seen_at=self.names.moved(reply.seen_at, student),
                    edited_at=self.names.moved(reply.edited_at, student),
                    characters=len(reply.text),
                    text=reply.text if consents and self.texts else "",
                    text_left_out="" if consents and self.texts else why,
                    has_drawing=bool(reply.drawing),
                    has_clip=reply.clip_id is not None,
                )
            )
            if reply.asset_id is not None:
                level = self._both(student, reply.author_id) if consents else MediaLevel.NONE
                recordings.append(Recording("reply", name, reply.asset_id, level))
        return sorted(rows, key=_by_moment)

    def _both(self, one: str, other: str) -> MediaLevel:
        """Who answers by video may name the student: it shows no more than both allow."""
        first, second = self.consents[one].media, self.consents[other].media
        return second if first.covers(second) else first

    def moved(self, at: datetime | None, person_id: str) -> datetime:
        """Return a moment there certainly is, as it is told of a person."""
        moved = self.names.moved(at, person_id)
        assert moved is not None  # what was submitted or released has a time
        return moved


def _by_moment(row: ReplyRow) -> tuple[str, str, int, int, datetime, str]:
    start = -1 if row.start_ms is None else row.start_ms
    return (row.person, row.take, start, row.end_ms or 0, row.released_at, row.reply)
