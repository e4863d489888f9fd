"""What a student or teacher is shown of one person is what the measures count: one definition."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest

import school as world
from diary import Diary
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.effort import hours_on_task
from practika_kernel.analytics.measures.learning import still_learning
from practika_kernel.analytics.measures.watching import (
    average_completion,
    rewatch_ratio,
    watch_time,
)
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.events import EventKind
from practika_kernel.services.classroom import PRACTICE, Classroom
from practika_kernel.services.happenings import take_event
from practika_kernel.services.own import OwnProgress, own_weeks
from practika_kernel.services.watchmaps import WatchMaps

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


@pytest.fixture
def diary(school: world.School) -> Diary:
    return Diary(school, NOW)


@pytest.fixture
def facts(school: world.School) -> Iterator[Facts]:
    made = Facts(school.practika.record, lambda: NOW, zone=ZONE.key)
    yield made
    made.close()


def test_practice_of_the_class_and_of_each_week_is_time_on_task(
    school: world.School, diary: Diary, facts: Facts
) -> None:
    chance = random.Random(7)
    students = [diary.student(f"Student {n}") for n in range(6)]
    for student in students:
        for _ in range(60):  # some minutes, some half hours, some days apart
            day = chance.choice((1, 2, 9, 16, 27)) + chance.random() / 12
            diary.deed(student, day, chance.choice((EventKind.COMPARED, EventKind.VIEWED)))
    facts.refresh()
    # The school itself was founded later than all of this.
    month = Scope((school.course,), since=NOW - PRACTICE, until=NOW)
    view = Classroom(school.practika.record, lambda: NOW).view(school.id("Ada"))
    shown = [one["practice"]["minutes"] for one in view["students"] if one["id"] in students]
    measured = hours_on_task(facts, month, ZONE)
    assert measured.value is not None
    assert fmean(shown) == pytest.approx(60 * measured.value, abs=0.06)  # shown to a tenth
    with school.practika.record.read() as uow:
        since = NOW - timedelta(weeks=9)
        moments = uow.events.moments(students, [school.course], since)
    weeks = {one: own_weeks(moments[one], NOW, ZONE) for one in students}
    for place in (-1, -2, -3):
        monday = weeks[students[0]][place][0]
        start, end = (
            datetime.combine(day, time(), ZONE) for day in (monday, monday + timedelta(weeks=1))
        )
        found = hours_on_task(facts, Scope((school.course,), since=start, until=end), ZONE)
        if found.value is None:
            assert not any(weeks[one][place][1] for one in students)
            continue
        minutes = [weeks[one][place][1] for one in students]
        assert fmean(minutes) == pytest.approx(60 * found.value)
    own = OwnProgress(school.practika.record, lambda: NOW, ZONE.key).view(students[0])
    assert [row["minutes"] for row in own["weeks"]] == [
        round(spent, 1) for _, spent in weeks[students[0]]
    ]


def test_a_students_curve_is_the_measures(school: world.School, diary: Diary, facts: Facts) -> None:
    rising = [(1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (3, 4)]
    flat = [(2, 3), (3, 2), (2, 3), (3, 2), (2, 3)]
    there = [(1, 1), (4, 3), (4, 4), (4, 4), (4, 4), (4, 4)]
    lines = [rising, flat, there, rising[:5], flat, [(4, 4)] * 5]
    students = [diary.student(f"Student {n}") for n in range(len(lines))]
    for student, levels in zip(students, lines, strict=True):
        for n, (pulse, tone) in enumerate(levels):
            diary.mark(diary.take(student, 50 - 5 * n), 48 - 5 * n, pulse=pulse, tone=tone)
    facts.refresh()
    learnt = still_learning(facts, Scope((school.course,)), ZONE).drawn
    by_student = {one.stack.student_id: one for one in learnt}
    own = OwnProgress(school.practika.record, lambda: NOW, ZONE.key)
    said = set()
    for student, levels in zip(students, lines, strict=True):
        (shown,) = own.view(student)["exercises"]
        curve = by_student[student].curve
        takes = range(1, len(levels) + 1) if curve.shape != "level" else ()
        assert shown["curve"] == [round(100 * curve.value(take) / 4, 1) for take in takes]
        assert ("goes up" in shown["words"]) is by_student[student].rises
        said.add(shown["words"])
    assert len(said) == 5
    assert not any(word in text for text in said for word in ("AICc", "exponential", "plateau"))


def test_a_watch_map_holds_what_the_measures_of_watching_count(
    school: world.School, diary: Diary, facts: Facts
) -> None:
    chance, length = random.Random(3), 20_000
    students = [diary.student(f"Student {n}") for n in range(5)]
    takes = {student: diary.take(student, 10) for student in students}
    for take_id in takes.values():
        take = diary.takes[take_id]
        for _ in range(4):
            start = chance.randrange(0, 19_000)
            spans = [[start, min(length, start + chance.randrange(500, 9_000))]]
            event = take_event(
                EventKind.VIEWED, take, diary.at(5), actor=take.student_id, spans=spans,
                length_ms=length,
            )  # fmt: skip
            with school.practika.record.write() as uow:
                uow.events.append(event)
    facts.refresh()
    maps = WatchMaps(school.practika.record)
    drawn = [maps.view(school.id("Ada"), take)["take"] for take in takes.values()]
    scope = Scope((school.course,))
    minutes = [sum(one["counts"]) * one["bin"] / 60 for one in drawn]
    watched = watch_time(facts, scope, ZONE).value
    assert watched == pytest.approx(fmean(minutes), abs=0.002)  # counts are to a hundredth
    for measure, place in ((average_completion, 1), (rewatch_ratio, 2)):
        value = measure(facts, scope, ZONE).value
        assert value is not None
        parts = [one["line"].split(", ")[place:] for one in drawn]
        said = [float(part[0].split(" %")[0]) if part else 0.0 for part in parts]
        assert fmean(said) == pytest.approx(value, abs=0.6)  # said in whole per cent
