"""Every page once, over a record of a few rows that is thrown away.

The fork server does this before it forks the first kernel: whatever a page does when it is
first built (imports, tables of classes, statements) is then done for every page to come.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from practika_kernel.bootstrap import connect
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Course, Enrolment, Person, Role
from practika_kernel.domain.practice import Asset, AssetState, Exercise, Take, TakeState
from practika_kernel.domain.rubrics import Criterion

from . import pages

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika
    from practika_kernel.domain.ports import UnitOfWork

_ADDRESSES = (
    (Role.STUDENT, pages.student_page, ("today", "stacks", "exercises", "progress")),
    (Role.TEACHER, pages.teacher_page, ("queue", "stacks")),
    (Role.COORDINATOR, pages.coordinator_page, ("progress",)),
    (Role.ADMIN, pages.admin_page, ("people",)),
)


def rehearse() -> None:
    """Build every page and close it again; leaves no file, no connection and no thread."""
    with tempfile.TemporaryDirectory(prefix="practika-rehearsal-") as folder:
        with_nobody = {"PRACTIKA_DATA": folder, "PRACTIKA_DUCKDB_THREADS": "1"}
        first = connect(with_nobody)
        _make_tables(first)
        now = datetime.now(UTC)
        people = {
            role: Person(new_id(), f"{role}@example.org", "Nobody", role, now) for role in Role
        }
        with first.record.write() as uow:
            take_id = _put_rows(uow, people, now)
        _end(first)
        for role, make, views in _ADDRESSES:
            practika = connect({**with_nobody, "PRACTIKA_PERSON": people[role].id})
            page = make(practika)
            for view in views:
                _show(page, {"view": view})
            if role in (Role.STUDENT, Role.TEACHER):
                _show(page, {"take": take_id})
            _close(page)
            _end(practika)


def _end(practika: Practika) -> None:
    """Leave to the next one what the database's engine knows about statements by now."""
    from practika_kernel.storage.record import SqlRecord

    practika.close()
    assert isinstance(practika.record, SqlRecord)
    practika.record.hand_on()


def _make_tables(practika: Practika) -> None:
    """Make them without the migrations, which would load more than any page needs."""
    from practika_kernel.storage.record import SqlRecord
    from practika_kernel.storage.schema import metadata

    assert isinstance(practika.record, SqlRecord)
    metadata.create_all(practika.record.engine)


def _put_rows(uow: UnitOfWork, people: dict[Role, Person], now: datetime) -> str:
    course = Course(new_id(), "Rehearsal", "", now - timedelta(days=9))
    uow.courses.add(course)
    for role, person in people.items():
        uow.people.add(person)
        uow.courses.enrol(Enrolment(new_id(), person.id, course.id, role, now))
    student, teacher = people[Role.STUDENT].id, people[Role.TEACHER].id
    exercise = Exercise(new_id(), course.id, "Rehearsal", "", now)
    asset = Asset(
        new_id(), "0" * 64, 1, "video/mp4", now, AssetState.READY, duration=Fraction(9),
        width=16, height=16, frame_rate=Fraction(25), container="mp4", video_codec="h264",
    )  # fmt: skip
    take = Take(
        new_id(), exercise.id, course.id, student, 1, asset.id, now - timedelta(days=3),
        state=TakeState.SUBMITTED, submitted_at=now - timedelta(days=2),
    )  # fmt: skip
    reply = Reply(
        new_id(), take.id, teacher, ReplyKind.KEEP, "Well", now, now, new_id(), 1000,
        state=ReplyState.RELEASED, released_at=now,
    )  # fmt: skip
    uow.exercises.add(exercise)
    uow.assets.add(asset)
    uow.takes.add(take)
    uow.replies.add(reply)
    levels = [{"name": "one", "description": ""}, {"name": "two", "description": ""}]
    uow.criteria.add(Criterion(new_id(), exercise.id, 0, "Rehearsal", levels, now))
    for kind, actor in ((EventKind.TAKE_SUBMITTED, student), (EventKind.REPLY_RELEASED, teacher)):
        uow.events.append(Event(kind, now, actor, course.id, exercise.id, student, take.id))
    return take.id


def _show(page: pages.Page, query: dict[str, str]) -> None:
    page.show(query)
    shown = getattr(page.current, "view", {"problem": "nothing is there"})
    if "problem" in shown:
        raise RuntimeError(f"The rehearsal of {query} failed: {shown['problem']}")


def _close(page: pages.Page) -> None:
    for each in (*page.children, page):
        each.close()
