"""What counts as practising, and who looks at their page, on a school one can count on."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.active import active_students
from practika_kernel.analytics.measures.dashboards import dashboards_used
from practika_kernel.analytics.measures.effort import hours_on_task, weekly_regularity
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.people import Role
from practika_kernel.domain.ports import Record
from practika_kernel.domain.visits import PARTS

from .world import World, hours_ago

ZONE = ZoneInfo("Europe/Berlin")
DAY = 24.0


def look(record: Record, who: str, part: str, hours: float) -> None:
    event = Event(EventKind.PAGE_OPENED, hours_ago(hours), who, data={"page": part})
    with record.write() as uow:
        uow.events.append(event)


def test_playing_a_reply_makes_active_and_looking_at_a_page_does_not(
    record: Record, facts: Facts
) -> None:
    world = World(record)
    takes = [world.take(student, 30 * DAY) for student in world.students]
    for place in (0, 1):
        actor = world.students[place]
        about = {"student_id": actor, "take_id": takes[place]}
        world.happen(EventKind.REPLY_PLAYED, 3 * DAY, actor, **about)
    world.happen(EventKind.VIEWED, 3 * DAY, world.students[2], student_id=world.students[2])
    look(record, world.students[3], "student/today", 3 * DAY)
    facts.refresh()
    scope = Scope((world.course.id,))
    assert active_students(facts, scope, ZONE).value == 2
    # All were active in the first of five full weeks, two of them in the last as well.
    regular = weekly_regularity(facts, scope, ZONE)
    assert (regular.value, regular.detail["weeks"]) == ((4 * 20 + 2 * 40) / 6, 5)
    week = Scope((world.course.id,), since=hours_ago(4 * DAY))
    assert hours_on_task(facts, week, ZONE).hidden  # three people did anything; looking is none


def test_use_of_each_dashboard_is_of_those_it_is_for(record: Record, facts: Facts) -> None:
    world = World(record, students=6)
    teachers = [world.teacher, *(world.person(f"T {n}", Role.TEACHER) for n in range(4))]
    test = world.person("Test", Role.STUDENT, is_test=True)
    gone = world.person("Gone", Role.STUDENT, active=False)
    for student in world.students[:3]:
        look(record, student, "student/today", 50)
        look(record, student, "student/today", 2)
    look(record, world.students[0], "student/progress", 50)
    look(record, test, "student/today", 50)
    look(record, gone, "student/today", 50)
    look(record, teachers[0], "teacher/class", 50)
    look(record, world.coordinator, "coordinator/progress", 50)
    facts.refresh()
    found = dashboards_used(facts, Scope((world.course.id,)), ZONE)
    assert (found.shown, found.n) == ("50", "3 of 6 students")
    assert found.line == "19 to 81 %, n = 6"  # Wilson, by hand: (0.1876, 0.8124)
    rows = {row["page"]: (row["hits"], row["n"]) for row in found.detail["pages"]}
    assert rows["student"] == rows["student/today"] == (3, 6)
    assert rows["student/progress"] == (1, 6)
    assert rows["student/stacks"] == (0, 6)
    assert rows["teacher"] == rows["teacher/class"] == (1, 5)
    assert rows["coordinator"] == (None, None)  # one person is nobody's business
    assert set(rows) == {"student", "teacher", "coordinator"} | {
        part for part in PARTS if part.startswith(("student/", "teacher/"))
    }
    late = Scope((world.course.id,), since=hours_ago(10))
    assert dashboards_used(facts, late, ZONE).n == "3 of 6 students"
    early = Scope((world.course.id,), until=hours_ago(60))
    assert dashboards_used(facts, early, ZONE).n == "0 of 6 students"
    assert len(facts.rows(found.behind)) == 6
