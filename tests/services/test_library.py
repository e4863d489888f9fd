"""Exercises that are written, ordered, tagged and archived; courses that go into another term."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import school as world
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind

WORDS = {
    "title": "Arpeggios",
    "category": "technique",
    "instructions": "**Slowly**, then <b>faster</b> from 0:10.",
    "due": "2026-10-12T18:00",
    "tags": ["left hand", "Left hand", "scales"],
}


@pytest.fixture
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[world.School]:
    yield from world.made_on(request, tmp_path)


def made(school: world.School, **more: Any) -> str:
    library = school.practika.services.library
    return str(library.save(school.id("Ada"), school.course, "", **WORDS | more))


def seen(school: world.School, name: str = "Mira") -> dict[str, dict[str, Any]]:
    """The exercises a student is offered, by title."""
    home = school.practika.services.takes.home(school.id(name))
    return {one["title"]: one for one in home["exercises"]}


def course_of(school: world.School, course: str, who: str = "Ada") -> dict[str, Any]:
    view = school.practika.services.library.view(school.id(who))
    return next(one for one in view["courses"] if one["id"] == course)


def measured(school: world.School) -> str:
    """Of how many submitted takes of the course the time until a reply is told."""
    found = school.practika.services.measuring.measured("turnaround", course=school.course)
    return str(found["n"])


@world.both
def test_an_exercise_is_written_and_its_students_read_it(school: world.School) -> None:
    library, ada = school.practika.services.library, school.id("Ada")
    one = made(school)
    shown = seen(school)["Arpeggios"]
    assert shown["instructions"] == (
        "<p><strong>Slowly</strong>, then &lt;b&gt;faster&lt;/b&gt; from 0:10.</p>"
    )
    assert (shown["due"], shown["tags"]) == ("2026-10-12T18:00:00+00:00", ["left hand", "scales"])
    written = library.editor(ada, exercise_id=one)
    assert written["tags"] == ["left hand", "scales"]
    stamp = written["exercise"]["stamp"]
    library.save(ada, "", one, **WORDS | {"due": "", "title": "Arpeggios, F"}, stamp=stamp)
    assert seen(school)["Arpeggios, F"]["due"] is None
    with pytest.raises(Conflict, match="just changed elsewhere"):
        library.save(ada, "", one, **WORDS, stamp=stamp)
    found = school.practika.services.search.find(school.id("Mira"), "scales")
    assert "Arpeggios, F" in str(found), "an exercise is found by its tags"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Give it a title"),
        ({"title": "x" * 121}, "120 fit"),
        ({"due": "tomorrow"}, "due date"),
        ({"due": "0001-01-01T00:00"}, "between the years"),
        ({"tags": [str(n) for n in range(13)]}, "up to 12 tags"),
        ({"instructions": "x" * 8001}, "8000 fit"),
    ],
)
def test_what_is_no_exercise_is_refused(
    school: world.School, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        made(school, **wrong)
    assert "Arpeggios" not in seen(school)


@pytest.mark.parametrize(
    ("who", "error"),
    [("Piet", NotFound), ("Mira", NotAllowed), ("Helen", NotAllowed), ("Rosa", NotAllowed)],
)
def test_nobody_else_writes_exercises(
    school: world.School, who: str, error: type[Exception]
) -> None:
    library, one = school.practika.services.library, school.exercises["hanon"].id
    with pytest.raises(error):
        library.save(school.id(who), school.course, "", **WORDS)
    with pytest.raises(error):
        library.archive(school.id(who), one, archived=True)
    with pytest.raises(error):
        library.editor(school.id(who), exercise_id=one)
    if who == "Piet":
        assert [one["id"] for one in library.view(school.id(who))["courses"]] == [
            school.other_course
        ]
    else:
        with pytest.raises(NotFound):
            library.view(school.id(who))
    library.save(school.id("Tom"), school.course, "", **WORDS)  # admins, in every course


def test_exercises_stand_in_the_order_they_are_put_into(school: world.School) -> None:
    library, ada = school.practika.services.library, school.id("Ada")
    made(school)
    ids = [one["id"] for one in course_of(school, school.course)["exercises"]]
    library.arrange(ada, school.course, ids[::-1])
    assert list(seen(school)) == ["Arpeggios", "Scales, F", "Hanon 1"]
    for wrong in (ids[:2], [*ids, ids[0]], []):
        with pytest.raises(Conflict):
            library.arrange(ada, school.course, wrong)


def test_an_archived_exercise_takes_no_takes_and_keeps_those_it_has(
    school: world.School, video: Path
) -> None:
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    hanon = school.exercises["hanon"].id
    take = school.handed_in("Mira")
    services.library.archive(ada, hanon, archived=True)
    assert list(seen(school)) == ["Scales, F"]
    with pytest.raises(Conflict, match="Hanon 1 is archived"):
        school.upload("Mira", video)
    [stack] = [row for row in services.takes.stacks(mira) if row["takes"]]
    assert stack["takes"][0]["id"] == take
    home = services.queue.home(ada)
    assert [row["take"]["id"] for row in home["queue"]] == [take], "it waits for its reply"
    assert [one["title"] for one in home["grid"]["exercises"]] == ["Hanon 1", "Scales, F"]
    services.library.archive(ada, hanon, archived=False)
    assert list(seen(school)) == ["Scales, F", "Hanon 1"], "brought back, it stands last"


def test_a_teacher_gives_an_exercise_its_reference_video(school: world.School, video: Path) -> None:
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    scale, live = school.exercises["scale"].id, services.live
    mark = live.now()
    school.upload("Ada", video, "scale", purpose="reference")
    school.work()
    shown = services.library.editor(ada, exercise_id=scale)
    assert shown["reference"]["ready"]
    assert shown["exercise"]["reference_by"] == "Ada Example"
    heard = live.concerns(mira, live.since(mark)[0])
    assert {"kind": "exercise.changed", "take_id": "", "exercise_id": scale} in heard
    assert seen(school)["Scales, F"]["reference"]["ready"]
    services.library.drop_reference(ada, scale)
    assert seen(school)["Scales, F"]["reference"] is None


def test_words_are_renamed_and_made_one(school: world.School) -> None:
    library, ada = school.practika.services.library, school.id("Ada")
    made(school)
    made(school, title="Thirds", tags=["Scale"], category="Technique")
    assert library.rename(ada, school.course, "tag", "scales", "Scale") == 1
    assert library.rename(ada, school.course, "category", "Technique", "fingers") == 4
    course = course_of(school, school.course)
    assert (course["tags"], course["categories"]) == (["left hand", "Scale"], ["fingers"])
    with pytest.raises(InvalidInput, match="No exercise here has the tag nothing"):
        library.rename(ada, school.course, "tag", "nothing", "something")


@world.both
def test_pressed_tags_are_made_one_with_their_comments(school: world.School) -> None:
    services, ada = school.practika.services, school.id("Ada")
    names = ("Tempo", "Pace")
    one, other = (
        services.tagging.put(ada, school.course, name=name, colour="blue")["id"] for name in names
    )
    take = school.handed_in("Mira")
    services.tagging.press(ada, take, one, 1500, "key-1")
    assert services.tagging.merge(ada, school.course, one, other) == 1
    [comment] = services.replies.desk(ada, take)["replies"]
    assert comment["tag"]["name"] == "Pace"
    assert [tag["name"] for tag in course_of(school, school.course)["pressed"]] == ["Pace"]
    with pytest.raises(InvalidInput):
        services.tagging.merge(ada, school.course, other, other)
    with pytest.raises(NotFound):
        services.tagging.merge(school.id("Piet"), school.course, one, other)


def test_a_pressed_tag_is_renamed_into_another_and_comes_back_with_its_comments(
    school: world.School,
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    put, take = services.tagging.put, school.handed_in("Mira")
    tempo = put(ada, school.course, name="Tempo", colour="blue")["id"]
    pace = put(ada, school.course, name="Pace", colour="green")["id"]
    services.tagging.press(ada, take, tempo, 1500, "key-1")
    for name, tag in (("tempo", None), ("TEMPO", pace)):
        with pytest.raises(InvalidInput, match="There is a tag"):
            put(ada, school.course, name=name, colour="blue", tag_id=tag)
    assert services.tagging.rename(ada, school.course, tempo, "Beat") == 0
    assert services.tagging.rename(ada, school.course, tempo, "pace") == 1
    assert [tag["name"] for tag in course_of(school, school.course)["pressed"]] == ["Pace"]
    with pytest.raises(NotFound):
        services.tagging.rename(school.id("Piet"), school.course, pace, "Mine")
    made(school)
    services.tagging.remove(ada, school.course, pace)
    assert services.replies.desk(ada, take)["tag_words"] == ["left hand", "Pace", "scales"]
    assert put(ada, school.course, name="Pace", colour="plum")["name"] == "Pace"
    desk = services.replies.desk(ada, take)
    assert (len(desk["tags"]), desk["tag_words"]) == (1, ["left hand", "scales"])
    assert desk["replies"][0]["tag"]["name"] == "Pace"


@world.both
def test_a_course_goes_into_the_next_term(school: world.School) -> None:
    services, ada, helen = school.practika.services, school.id("Ada"), school.id("Helen")
    one = made(school)
    services.rubrics.add(ada, one, "Pulse", [("stops", ""), ("steady", "It holds.")])
    services.tagging.put(ada, school.course, name="Tempo", colour="blue")
    services.library.archive(ada, school.exercises["scale"].id, archived=True)
    school.handed_in("Mira")
    desk = services.courses
    [course] = desk.view(helen)["courses"]
    desk.change(helen, course["id"], course["title"], course["term"], "2026-10-05", course["stamp"])
    done = desk.copy(helen, school.course, "Keyboard I", "Spring 2027", "2027-01-11")
    assert (done["exercises"], done["dated"]) == (2, 1)
    new = course_of(school, done["id"], "Tom")
    assert [row["title"] for row in new["exercises"]] == ["Hanon 1", "Arpeggios"]
    copy = new["exercises"][1]
    assert (copy["due"], copy["tags"]) == ("2027-01-18T18:00", ["left hand", "scales"])
    assert (copy["criteria"], new["pressed"][0]["name"]) == (["Pulse"], "Tempo")
    with school.practika.record.read() as uow:
        people = uow.courses.members([done["id"]])
        assert [place.person_id for place in people] == [helen], "nobody comes along"
        assert uow.takes.recorded([done["id"]]) == []
    with pytest.raises(Conflict, match="was copied to Spring 2027 already"):
        desk.copy(helen, school.course, "Keyboard II", "spring 2027", "")
    for name in ("Monday", "Friday"):
        desk.section(helen, school.course, name)
    later = desk.copy(helen, school.course, "Keyboard I", "Autumn 2027", "", sections=True)
    assert later["dated"] == 0, "nobody knows when that term starts"
    named = {one["id"]: one["sections"] for one in desk.view(helen)["courses"]}
    assert (later["sections"], done["sections"]) == (2, 0)
    assert {one["name"] for one in named[later["id"]]} == {"Monday", "Friday"}
    assert named[done["id"]] == []


def test_chosen_exercises_go_into_another_course_once(school: world.School) -> None:
    services, tom = school.practika.services, school.id("Tom")
    hanon, scale = (school.exercises[name].id for name in ("hanon", "scale"))
    desk = services.courses
    assert desk.copy_exercises(tom, [hanon], school.other_course) == {"copied": 1, "there": []}
    again = desk.copy_exercises(tom, [hanon, scale], school.other_course)
    assert again == {"copied": 1, "there": ["Hanon 1"]}
    with pytest.raises(Conflict, match="Already in Dance basics, Autumn 2026: Hanon 1, Scales, F"):
        desk.copy_exercises(tom, [scale, hanon], school.other_course)
    with pytest.raises(InvalidInput):
        desk.copy_exercises(tom, [hanon], school.course)
    with pytest.raises(NotFound):
        desk.copy_exercises(school.id("Ada"), [hanon], school.other_course)


def test_an_archived_course_is_read_and_nothing_more(school: world.School, video: Path) -> None:
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    take, tom = school.submitted("Mira", video), school.id("Tom")
    [invited] = services.invitations.make(tom, "student", school.course)
    token = invited["link"].rpartition("/")[2]
    assert services.joinings.offer(token)
    before = measured(school)
    services.courses.archive(tom, school.course, archived=True)
    assert before == measured(school) == "fewer than 5 people", "it counts as before; none is 0"
    with pytest.raises(NotFound):
        services.joinings.offer(token)
    home = services.queue.home(ada)
    assert (home["queue"], home["courses"], home["grid"]["exercises"]) == ([], [], [])
    assert services.queue.home(ada, school.course)["queue"], "who asks for it sees it"
    assert seen(school) == {}
    assert services.takes.take(mira, take)["id"] == take
    assert services.replies.desk(ada, take)["take"]["id"] == take
    with pytest.raises(Conflict, match="Keyboard I, Autumn 2026 is archived"):
        school.upload("Mira", video)
    with pytest.raises(Conflict, match="This course is archived"):
        made(school)
    assert all(one["id"] != school.course for one in services.invitations.view(tom)["offers"])
    services.courses.archive(tom, school.course, archived=False)
    assert len(seen(school)) == 2
    assert services.queue.home(ada)["queue"]


def test_who_may_order_courses(school: world.School) -> None:
    desk, helen = school.practika.services.courses, school.id("Helen")
    for name in ("Ada", "Mira", "Rosa", "Piet"):
        with pytest.raises(NotFound):
            desk.view(school.id(name))
        with pytest.raises(NotFound):
            desk.add(school.id(name), "Singing", "Autumn 2026")
        with pytest.raises((NotFound, NotAllowed)):
            desk.archive(school.id(name), school.course, archived=True)
    with pytest.raises(NotFound):
        desk.archive(helen, school.other_course, archived=True)
    new = desk.add(helen, "Singing", "Autumn 2026", "2026-10-05")
    assert [one["title"] for one in desk.view(helen)["courses"]] == ["Singing", "Keyboard I"]
    with pytest.raises(Conflict, match="There is a course Singing in Autumn 2026 already"):
        desk.add(school.id("Tom"), "singing", "Autumn 2026")
    one = desk.section(helen, new, "A")
    assert desk.section(helen, new, "B", one) == one
    with pytest.raises(InvalidInput, match="a section b in this course"):
        desk.section(helen, new, "b")
    assert desk.view(helen)["courses"][0]["sections"] == [{"id": one, "name": "B"}]


def test_open_pages_of_a_course_hear_of_it(school: world.School) -> None:
    live = school.practika.services.live
    mark = live.now()
    one = made(school)
    events, _ = live.since(mark)
    assert [event.kind for event in events] == [EventKind.EXERCISE_ADDED]
    for name in ("Mira", "Ada", "Helen", "Tom"):
        [told] = live.concerns(school.id(name), events)
        assert told["exercise_id"] == one
    assert live.concerns(school.id("Piet"), events) == []
    assert events[0].at <= datetime.now(UTC)
