"""The measures beyond a coordinator's page, on a school one can count on one's fingers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.adoption import feature_adoption
from practika_kernel.analytics.measures.catalogue import CATALOGUE
from practika_kernel.analytics.measures.comments import (
    comments_per_minute,
    improved,
    resolved,
    seen_rate,
)
from practika_kernel.analytics.measures.coverage import coverage
from practika_kernel.analytics.measures.effort import (
    hours_on_task,
    practice_minutes,
    weekly_regularity,
)
from practika_kernel.analytics.measures.funnel import activation_funnel
from practika_kernel.analytics.measures.marks import improvement, teacher_agreement
from practika_kernel.analytics.measures.retention import retention, rolling_retention
from practika_kernel.analytics.measures.turnaround import feedback_turnaround
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Role
from practika_kernel.domain.ports import Record
from practika_kernel.domain.tags import Tag, TagColour

from .world import NOW, World, hours_ago

ZONE = ZoneInfo("Europe/Berlin")
DAY, WEEK = 24.0, 168.0


def scope(world: World, **more: object) -> Scope:
    return Scope((world.course.id,), **more)  # type: ignore[arg-type]


def comment(
    world: World, take: str, student: str, released: float, seen: float | None = None, tag: str = ""
) -> str:
    about = {"take_id": take, "student_id": student, "reply_id": new_id()}
    about["exercise_id"] = world.exercises[0].id
    world.happen(EventKind.REPLY_RELEASED, released, world.teacher, **about, data={"tag": tag})
    if seen is not None:
        world.happen(EventKind.REPLY_SEEN, seen, student, **about)
    return str(about["reply_id"])


def test_retention_counts_weeks_that_are_over_for_those_who_can_have_them(
    record: Record, facts: Facts
) -> None:
    world = World(record, students=8)
    # Now is a Tuesday. Six began in the week of 12 October: five full weeks lie behind it.
    for student in world.students[:6]:
        world.take(student, 6 * WEEK)
    for student in world.students[:2]:
        world.happen(EventKind.COMPARED, 2 * WEEK, student)  # in week 4
    world.happen(EventKind.COMPARED, WEEK, world.students[2])  # in week 5
    world.happen(EventKind.SIGNED_IN, 2 * WEEK, world.students[3])  # looking does not count
    world.take(world.students[6], 2 * WEEK)  # began too lately for a fourth week
    world.take(world.students[7], 2.0)  # began in the running week
    facts.refresh()
    bounded, rolling = (
        measure(facts, scope(world), ZONE) for measure in (retention, rolling_retention)
    )
    assert (bounded.shown, bounded.n) == ("33", "2 of 6 students")
    assert (rolling.shown, rolling.n) == ("50", "3 of 6 students")
    assert bounded.left_out.startswith("1 student whose week 4 is not over")
    assert [row["hits"] for row in bounded.detail["weeks"]] == [7, 0, 0, 0, 2, 1]
    assert [row["hits"] for row in rolling.detail["weeks"]] == [7, 3, 3, 3, 3, 1]
    first, second = bounded.detail["cohorts"]
    assert (first["week"], len(first["weeks"])) == (date(2026, 10, 12), 6)
    # One student alone is nobody's business.
    assert all(cell["hidden"] and cell["hits"] is None for cell in second["weeks"])


def test_retention_of_those_who_began_in_a_chosen_time(record: Record, facts: Facts) -> None:
    world = World(record, students=10)
    for place, student in enumerate(world.students):
        world.take(student, (6 if place < 5 else 8) * WEEK)
        world.happen(EventKind.COMPARED, (2 if place < 5 else 7) * WEEK, student)
    facts.refresh()
    early = scope(world, until=hours_ago(7 * WEEK))
    assert retention(facts, scope(world), ZONE).n == "5 of 10 students"
    assert retention(facts, early, ZONE).n == "0 of 5 students"


def test_adoption_is_of_those_who_could(record: Record, facts: Facts) -> None:
    world = World(record, students=7)
    takes = {student: world.take(student, 100) for student in world.students[:6]}
    for student in world.students[:5]:
        comment(world, takes[student], student, 90)
    for student, times in ((0, 2), (1, 3), (2, 1), (6, 5)):  # the last one has no take
        for _ in range(times):
            actor = world.students[student]
            world.happen(EventKind.COMPARED, 80, actor, student_id=actor)
    for _ in range(2):
        actor = world.students[0]
        world.happen(EventKind.PRACTISED, 70, actor, student_id=actor, data={"seconds": 90})
    facts.refresh()
    found = feature_adoption(facts, scope(world), ZONE)
    assert (found.shown, found.n) == ("33", "2 of 6 students")
    assert {row["feature"]: (row["hits"], row["n"]) for row in found.detail["features"]} == {
        "compare": (2, 6),
        "loop": (1, 5),
        "verdict": (0, 5),
        "answer": (0, 5),
    }


def test_the_funnel_counts_who_did_every_step_before(record: Record, facts: Facts) -> None:
    world = World(record, students=6)
    a, b, c, d, e, _ = world.students
    for student in (a, b, c):
        world.take(student, 200, replied=150, seen=None if student == c else 140)
        world.take(student, 100, number=2)
    world.take(d, 200)
    world.happen(EventKind.SIGNED_IN, 300, e)
    for student in (a, c):
        world.happen(EventKind.COMPARED, 90, student)
    facts.refresh()
    found = activation_funnel(facts, scope(world), ZONE)
    assert [step["hits"] for step in found.detail["steps"]] == [6, 5, 4, 3, 2, 1, 1]
    assert found.n == "1 of 6 students"


def test_coverage_waits_until_two_weeks_are_over(record: Record, facts: Facts) -> None:
    world = World(record)
    for student in world.students[:3]:
        world.take(student, 20 * DAY, replied=19 * DAY)
    world.take(world.students[3], 40 * DAY, replied=20 * DAY)  # after twenty days: too late
    world.take(world.students[4], 20 * DAY)
    world.take(world.students[5], 10 * DAY, replied=9 * DAY)
    facts.refresh()
    found = coverage(facts, scope(world), ZONE)
    assert (found.n, found.left_out) == ("3 of 5 takes", "1 take submitted less than 14 days ago")


def test_comments_are_seen_within_a_week_or_not(record: Record, facts: Facts) -> None:
    world = World(record)
    for place, student in enumerate(world.students[:5]):
        take = world.take(student, 30 * DAY)
        comment(world, take, student, 20 * DAY, (20 - 2 * place) * DAY)  # after 0, 2, 4, 6, 8 days
        comment(world, take, student, 3 * DAY, 2 * DAY)
    trial = world.person("Trial", Role.STUDENT, is_test=True)
    comment(world, world.take(trial, 30 * DAY), trial, 20 * DAY)
    facts.refresh()
    found = seen_rate(facts, scope(world), ZONE)
    assert (found.shown, found.n) == ("80", "4 of 5 comments")
    assert found.left_out == "5 comments released less than 7 days ago"


def test_comments_a_minute_of_what_was_answered(record: Record, facts: Facts) -> None:
    world = World(record)
    for place, student in enumerate(world.students):
        about = {"exercise_id": world.exercises[0].id, "student_id": student, "take_id": new_id()}
        data = {"number": 1, "seconds": 90.0}
        world.happen(EventKind.TAKE_SUBMITTED, 100, student, **about, data=data)
        for _ in range(place):  # nobody answered the first one
            comment(world, about["take_id"], student, 90)
    world.take(world.students[0], 50, replied=40, number=2)  # its length was not noted
    facts.refresh()
    found = comments_per_minute(facts, scope(world), ZONE)
    assert (found.value, found.n) == (2.0, "15 comments in 7.5 minutes of 5 students")
    assert found.left_out.startswith("1 answered take whose length was not noted")
    assert found.interval is not None
    assert 0.5 < found.interval[0] < 2 < (found.interval[1] or 0) < 3.4


def test_what_became_of_comments_by_tag(record: Record, facts: Facts) -> None:
    world = World(record)
    colour, kind = TagColour.BLUE, ReplyKind.FIX
    tags = [
        Tag(new_id(), world.course.id, place, name, colour, 0, kind, NOW)
        for place, name in enumerate(("rhythm", "posture"))
    ]
    with record.write() as uow:
        for tag in tags:
            uow.tags.add(tag)
    words = (("fixed",), ("same", "fixed"), ("better",), ("fixed", ""), ("same",), ("returned",))
    for student, verdicts in zip(world.students, words, strict=True):
        take = world.take(student, 300)
        reply = comment(world, take, student, 290, tag=tags[0].id)
        comment(world, take, student, 290, tag=tags[1].id)
        for hours, verdict in zip((200, 100), verdicts, strict=False):
            about = {"take_id": take, "student_id": student, "reply_id": reply}
            world.happen(EventKind.REPLY_JUDGED, hours, student, **about, data={"verdict": verdict})
    facts.refresh()
    found = resolved(facts, scope(world), ZONE)
    assert (found.n, found.shown) == ("2 of 5 judged comments", "40")
    assert found.left_out.startswith("7 comments nobody judged")
    assert improved(facts, scope(world), ZONE).n == "3 of 5 judged comments"
    posture, rhythm = found.detail["tags"]
    assert (rhythm["tag"], rhythm["hits"], rhythm["n"], rhythm["comments"]) == ("rhythm", 2, 5, 6)
    assert (posture["tag"], posture["hidden"], posture["comments"]) == ("posture", True, None)


def test_regularity_time_on_task_and_loops(record: Record, facts: Facts) -> None:
    world = World(record, students=5)
    for student in world.students:
        world.take(student, 3 * WEEK)
        for minutes in (5, 20, 100):  # 5 min, 10 of 15, and a break
            world.happen(EventKind.COMPARED, 3 * WEEK - minutes / 60, student)
        data = {"seconds": 90.0, "repetitions": 3}
        world.happen(EventKind.PRACTISED, 3 * WEEK - 100 / 60, student, data=data)
    facts.refresh()
    # Active in the first of the weeks of 2, 9 and 16 November.
    steady = weekly_regularity(facts, scope(world), ZONE)
    assert (steady.value, steady.interval, steady.n) == (
        pytest.approx(100 / 3),
        (pytest.approx(100 / 3), pytest.approx(100 / 3)),
        "5 students",
    )
    task = hours_on_task(facts, scope(world), ZONE)
    assert task.value == pytest.approx(15 / 60)
    assert task.detail["sessions"] == 2
    assert practice_minutes(facts, scope(world), ZONE).value == 1.5


def test_watching_again_counts_as_time_but_not_as_completion(record: Record, facts: Facts) -> None:
    world = World(record, students=5)
    for student in world.students:
        one, two = (world.take(student, 100, number=number) for number in (1, 2))
        for take, spans in ((one, [[0, 6000]]), (one, [[3000, 6000]]), (two, [[0, 3000]])):
            about = {"take_id": take, "student_id": student}
            data = {"spans": spans, "length_ms": 12_000}
            world.happen(EventKind.VIEWED, 50, student, **about, data=data)
    facts.refresh()
    completion, minutes, again = (
        CATALOGUE[name][1](facts, scope(world), ZONE)
        for name in ("completion", "watch-time", "rewatch")
    )
    assert (completion.value, completion.detail["takes"]) == (37.5, 10)  # 50 % and 25 %
    assert minutes.value == 0.2  # twelve seconds
    assert again.value == 25
    late = scope(world, since=hours_ago(40))
    assert CATALOGUE["rewatch"][1](facts, late, ZONE).line == "nothing to measure yet"


def marked(world: World, take: str, levels: dict[str, int], by: str, hours: float) -> None:
    for criterion, level in levels.items():
        data = {"criterion": criterion, "level": level}
        world.happen(EventKind.MARK_RELEASED, hours, by, take_id=take, data=data)


def test_improvement_compares_first_and_last_marks_of_the_same_criteria(
    record: Record, facts: Facts
) -> None:
    world = World(record)
    for place, student in enumerate(world.students[:5]):
        first, middle, last = (
            world.take(student, 300 - 50 * number, number=number) for number in (1, 2, 3)
        )
        marked(world, first, {"flow": 1, "tone": 2}, world.teacher, 240)
        marked(world, middle, {"flow": 4}, world.teacher, 190)
        marked(world, last, {"flow": 1}, world.teacher, 140)
        marked(world, last, {"flow": 2 + place % 2, "tone": 4}, world.teacher, 130)  # corrected
    once = world.take(world.students[5], 100)
    marked(world, once, {"flow": 4}, world.teacher, 90)
    facts.refresh()
    found = improvement(facts, scope(world), ZONE)
    # From 1.5 to 3 or 3.5: three times 1.5 and twice 2.
    assert (found.value, found.n) == (pytest.approx(1.7), "5 students")
    assert found.detail["stacks"] == 5
    assert found.detail["g"] > 1


def test_agreement_is_of_teachers_who_marked_the_same_take(record: Record, facts: Facts) -> None:
    world = World(record)
    second = world.person("Second Teacher", Role.TEACHER)
    for place, student in enumerate(world.students):
        take = world.take(student, 100)
        marked(world, take, {"flow": 1 + place % 4}, world.teacher, 90)
        marked(world, take, {"flow": 1 + place % 4 + (place == 0)}, second, 80)
        marked(world, take, {"tone": 2}, second, 80)
    facts.refresh()
    found = teacher_agreement(facts, scope(world), ZONE)
    assert found.value is not None
    assert found.interval is not None
    assert 0.7 < found.value < 1
    assert found.detail["percent"] == pytest.approx(5 / 6)
    assert found.left_out == "6 criteria marked by one teacher"
    assert [row["criterion"] for row in found.detail["criteria"]] == ["flow"]


def test_times_narrow_what_is_counted(record: Record, facts: Facts) -> None:
    world = World(record)
    for student in world.students:
        world.take(student, 30 * DAY, replied=29 * DAY)
        world.take(student, 20 * DAY, replied=18 * DAY, number=2)
    facts.refresh()
    late = scope(world, since=hours_ago(25 * DAY))
    early = scope(world, until=hours_ago(25 * DAY))
    assert feedback_turnaround(facts, late, ZONE).value == 48
    assert feedback_turnaround(facts, early, ZONE).value == 24
    empty = scope(world, since=datetime(2030, 1, 1, tzinfo=UTC))
    assert feedback_turnaround(facts, empty, ZONE).line == "nothing to measure yet"


@pytest.mark.parametrize("students", [0, 4, 6])
def test_every_measure_explains_itself_hides_the_few_and_stands_nothing(
    record: Record, facts: Facts, students: int
) -> None:
    world = World(record, students=students)
    for student in world.students:
        take = world.take(student, 8 * WEEK, replied=8 * WEEK - 24, seen=7 * WEEK)
        marked(world, take, {"flow": 2}, world.teacher, 7 * WEEK)
    facts.refresh()
    for key, (measure, function) in CATALOGUE.items():
        found = function(facts, scope(world), ZONE)
        assert (found.measure, measure.key) == (measure, key)
        assert all((measure.label, measure.definition, measure.unit, measure.source))
        assert measure.definition.endswith(".")
        assert facts.rows(found.sql) is not None
        assert found.hidden is (students == 4) or found.line == "nothing to measure yet"
        assert students == 6 or found.value is None


def test_every_measure_is_in_the_documentation_as_it_is() -> None:
    told = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
    for key, (measure, _) in CATALOGUE.items():
        assert f"## `{key}`: {measure.label} ({measure.unit})\n\n{measure.definition}\n" in told
        assert f"Source: {measure.source}." in told


def test_a_filter_that_matches_nothing_is_nothing_to_measure(record: Record, facts: Facts) -> None:
    world = World(record)
    facts.refresh()
    for _, function in CATALOGUE.values():
        found = function(facts, Scope((new_id(),)), ZONE)
        assert (found.value, found.line) == (None, "nothing to measure yet")
    assert world
