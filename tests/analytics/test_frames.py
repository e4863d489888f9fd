"""What a researcher gets: typed, without names, without drafts, the same in pandas and SQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pandas
import pytest

from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import Record, UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState, Take, TakeState
from practika_kernel.domain.rubrics import Criterion, Mark, MarkState, check_levels
from practika_kernel.research.codebook import TABLES, columns
from practika_kernel.research.frames import Frames
from practika_kernel.research.pseudonyms import Pseudonyms

from .world import NOW, World, hours_ago

KEY = b"the key of this test, long enough"


@pytest.fixture
def frames(record: Record) -> Frames:
    return Frames(record, Pseudonyms(KEY), lambda: NOW)


def store(world: World, student: str, hours: float, state: TakeState, *, reply: bool) -> str:
    """A take as rows of the record and as events, like the services write it."""
    take_id = world.take(student, hours, replied=hours - 20 if reply else None)
    asset = Asset(
        new_id(),
        new_id().ljust(64, "0"),
        9,
        "video/mp4",
        NOW,
        state=AssetState.READY,
        duration=Fraction(7, 3),
        width=640,
        height=360,
        audio_codec="aac",
    )
    sent = hours_ago(hours) if state is TakeState.SUBMITTED else None
    with world.record.write() as uow:
        uow.assets.add(asset)
        exercise = world.exercises[0].id
        number = uow.takes.next_number(exercise, student)
        take = Take(take_id, exercise, world.course.id, student, number, asset.id, NOW)
        uow.takes.add(
            Take(
                **{f: getattr(take, f) for f in take.__slots__}
                | {"state": state, "submitted_at": sent}
            )
        )
        for text, kept in (("Count the rest.", True), ("Still a draft", False)) if reply else ():
            at = hours_ago(hours - 20)
            uow.replies.add(
                Reply(
                    new_id(),
                    take_id,
                    world.teacher,
                    ReplyKind.FIX,
                    text,
                    at,
                    at,
                    new_id(),
                    start_ms=1500,
                    state=ReplyState.RELEASED if kept else ReplyState.DRAFT,
                    released_at=at if kept else None,
                )
            )
        if reply:
            marked(world, uow, take, hours_ago(hours - 20))
    if reply:
        spans = {"spans": [[0, 1500], [500, 2333]], "length_ms": 2333}
        told = {"take_id": take_id, "student_id": student, "data": spans}
        world.happen(EventKind.VIEWED, hours - 21, student, **told)
    return take_id


def marked(world: World, uow: UnitOfWork, take: Take, at: datetime) -> None:
    """Mark a take 1, later 3 of 4; a draft says 4."""
    levels = check_levels([(word, "") for word in ("stops", "bends", "holds", "sings")])
    known = uow.criteria.of_exercise(take.exercise_id)
    pulse = known[0] if known else Criterion(new_id(), take.exercise_id, 0, "Pulse", levels, at)
    if not known:
        uow.criteria.add(pulse)
    for level, later in ((1, 0), (3, 1), (4, None)):
        released = None if later is None else at + timedelta(hours=later)
        state = MarkState.DRAFT if later is None else MarkState.RELEASED
        mark = Mark(new_id(), take.id, pulse.id, world.teacher, level, at, at, state, released)
        uow.marks.add(mark)


def test_without_data_the_frames_are_empty_but_typed(frames: Frames) -> None:
    for table in TABLES:
        frame = frames.table(table)
        assert len(frame) == 0
        assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
            column.name: column.dtype for column in columns(table)
        }
    assert frames.takes.query("answered").hours.median() is pandas.NA
    assert frames.duckdb.execute("SELECT count(*) FROM replies").fetchall() == [(0,)]


def test_takes_and_replies_are_as_in_the_record(record: Record, frames: Frames) -> None:
    world = World(record)
    answered = store(world, world.students[0], 100, TakeState.SUBMITTED, reply=True)
    waiting = store(world, world.students[1], 30, TakeState.SUBMITTED, reply=False)
    takes = frames.takes.set_index("take_id")
    assert list(takes.hours[[answered, waiting]]) == [20.0, 30.0]
    assert list(takes.answered[[answered, waiting]]) == [True, False]
    first = takes.loc[answered]
    assert (first.duration_ms, first.section, first.exercise) == (2333, "First", "Hanon 1")
    assert str(first.submitted_at) == "2026-11-20 09:30:00+00:00"
    replies = frames.replies
    assert len(replies) == 1  # the draft is its author's alone
    assert (replies.characters[0], replies.start_ms[0], replies.author_role[0]) == (
        15,
        1500,
        "teacher",
    )
    assert replies.end_ms.isna().all()


def test_marks_are_told_as_they_were_given(record: Record, frames: Frames) -> None:
    world = World(record)
    take = store(world, world.students[0], 100, TakeState.SUBMITTED, reply=True)
    marks = frames.marks
    assert list(marks.level) == [1, 3], "the draft is its teacher's alone; the newest is the last"
    assert set(marks.levels) == {4}
    names = Pseudonyms(KEY)
    told = marks[["take_id", "person", "rater", "criterion"]].drop_duplicates()
    assert told.values.tolist() == [
        [take, names.of(world.students[0]), names.of(world.teacher), "Pulse"]
    ]
    assert str(marks.released_at[1]) == "2026-11-21 06:30:00+00:00"


def test_what_was_played_is_told_stretch_by_stretch(record: Record, frames: Frames) -> None:
    world = World(record)
    take = store(world, world.students[0], 100, TakeState.SUBMITTED, reply=True)
    store(world, world.students[1], 90, TakeState.DRAFT, reply=True)
    played = frames.segments
    assert set(played.take_id) == {take}, "what happened to a draft is its student's alone"
    assert set(played.person) == {Pseudonyms(KEY).of(world.students[0])}
    told = played[["start_ms", "end_ms", "length_ms"]].astype(int).values.tolist()
    assert told == [[0, 1500, 2333], [500, 2333, 2333]]


def test_types_hold_with_data_too(record: Record, frames: Frames) -> None:
    world = World(record)
    store(world, world.students[0], 100, TakeState.SUBMITTED, reply=True)
    for table in TABLES:
        types = {name: str(kind) for name, kind in frames.table(table).dtypes.items()}
        assert types == {column.name: column.dtype for column in columns(table)}


def test_nobody_can_be_read_out_of_it(record: Record, frames: Frames) -> None:
    world = World(record)
    store(world, world.students[0], 100, TakeState.SUBMITTED, reply=True)
    text = "".join(frames.table(table).to_csv() for table in TABLES)
    for person in (world.teacher, world.coordinator, *world.students):
        assert person not in text
    for secret in ("Okafor", "Student A", "@example.org", "Count the rest"):
        assert secret not in text
    names = Pseudonyms(KEY)
    assert names.of(world.students[0]) in set(frames.people.person)
    assert set(frames.takes.person) == {names.of(world.students[0])}
    assert Pseudonyms(b"another key of the same kind").of(world.teacher) not in text


def test_drafts_leave_no_trace(record: Record, frames: Frames) -> None:
    world = World(record)
    draft = store(world, world.students[0], 100, TakeState.DRAFT, reply=False)
    world.happen(EventKind.REPLY_SAVED, 5, world.teacher, reply_id="draft reply")
    assert draft not in frames.takes.to_csv() + frames.events.to_csv()
    assert "draft reply" not in frames.events.to_csv()


def test_sql_answers_what_pandas_does(record: Record, frames: Frames) -> None:
    world = World(record)
    for place, student in enumerate(world.students):
        store(world, student, 100 + place, TakeState.SUBMITTED, reply=place % 2 == 0)
    for table in TABLES:
        answer = frames.duckdb.execute(f"SELECT * FROM {table}")
        names = [name for name, *_ in answer.description]
        assert len(answer.fetchall()) == len(frames.table(table)) > 0
        assert names == list(frames.table(table).columns)
    hours = frames.duckdb.execute("SELECT sum(hours) FROM takes").fetchall()[0][0]
    assert hours == pytest.approx(float(frames.takes.hours.sum()))


def test_what_happens_later_is_there_the_next_time(record: Record, frames: Frames) -> None:
    world = World(record)
    before = frames.takes
    store(world, world.students[0], 10, TakeState.SUBMITTED, reply=False)
    assert (len(before), len(frames.takes)) == (0, 1)
    assert frames.duckdb.execute("SELECT count(*) FROM takes").fetchall() == [(1,)]


def test_only_the_courses_one_studies(record: Record) -> None:
    world, other = World(record), World(record)
    store(other, other.students[0], 10, TakeState.SUBMITTED, reply=True)
    mine = Frames(record, Pseudonyms(KEY), lambda: NOW, lambda: [world.course.id])
    assert len(mine.takes) == len(mine.replies) == 0
    assert len(mine.people) == 8
    assert not set(mine.events.take_id) - {""}


def test_the_codebook_knows_every_column(frames: Frames) -> None:
    book = frames.codebook
    assert list(book.columns) == ["table", "name", "dtype", "unit", "sentence"]
    assert all(sentence.endswith(".") for sentence in book.sentence)


def test_the_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "pseudonym-key"
    first, second = Pseudonyms.kept_in(path), Pseudonyms.kept_in(path)
    assert first.of("x") == second.of("x") != Pseudonyms(KEY).of("x")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
