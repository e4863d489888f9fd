"""Who of a class may be stuck, and a student's own way, on a past that is known day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import school as world
from diary import Diary
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.ledger import Verdict
from practika_kernel.domain.people import Role
from practika_kernel.services.classroom import Classroom
from practika_kernel.services.own import OwnProgress


@pytest.fixture
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[world.School]:
    yield from world.made_on(request, tmp_path)


@pytest.fixture
def now() -> list[datetime]:
    return [utc_now() + timedelta(days=1)]


@pytest.fixture
def diary(school: world.School, now: list[datetime]) -> Diary:
    return Diary(school, now[0])


@pytest.fixture
def classroom(school: world.School, now: list[datetime]) -> Classroom:
    return Classroom(school.practika.record, lambda: now[0])


def signs(view: dict[str, Any]) -> dict[str, list[str]]:
    return {
        one["student"]["name"].split()[0]: [sign["why"] for sign in one["signs"]]
        for one in view["stuck"]
    }


def sentences(view: dict[str, Any]) -> str:
    return " ".join(sign["sentence"] for one in view["stuck"] for sign in one["signs"])


def test_silence_counts_from_the_last_take_and_breaks_of_the_class_do_not(
    school: world.School, diary: Diary, classroom: Classroom
) -> None:
    ada, mira, jonas = (school.id(name) for name in ("Ada", "Mira", "Jonas"))
    lena, nora = diary.student("Lena Gone", active=False), diary.student("Nora New")
    steady = diary.student("Stella Steady")
    diary.take(mira, 40)
    diary.take(jonas, 13)
    diary.take(lena, 60)
    for days in (38, 34, 30, 26, 22, 18, 14, 10, 6, 2):
        diary.take(steady, days)
    view = classroom.view(ada)
    assert signs(view) == {"Mira": ["quiet"]}
    assert sentences(view) == "No take for 40 days. The last was take 1 of Hanon 1."
    assert view["line"] == "1 of 4 students may be stuck."
    assert [row["name"].split()[0] for row in view["students"]] == [
        "Jonas",
        "Mira",
        "Nora",
        "Stella",
    ]
    assert nora in {row["id"] for row in view["students"]}  # without a take nobody is stuck


def test_a_holiday_of_all_is_nobodys_silence(
    school: world.School, diary: Diary, classroom: Classroom
) -> None:
    ada, mira, jonas = (school.id(name) for name in ("Ada", "Mira", "Jonas"))
    third = diary.student("Third")
    for student in (mira, jonas, third):
        diary.take(student, 30)
    assert signs(classroom.view(ada)) == {}
    diary.take(third, 1)  # back first: the others have had no more time than that
    assert signs(classroom.view(ada)) == {}
    diary.take(mira, 37)
    assert signs(classroom.view(ada)) == {}


def test_a_reply_on_the_newest_answered_take_lies_unseen_for_a_week(
    school: world.School, diary: Diary, classroom: Classroom
) -> None:
    ada, mira, jonas = (school.id(name) for name in ("Ada", "Mira", "Jonas"))
    old = diary.take(mira, 12)
    diary.comment(old, 11)
    assert signs(classroom.view(ada)) == {"Mira": ["unseen"]}
    assert sentences(classroom.view(ada)) == (
        "Your reply to take 1 of Hanon 1 has not been seen for 11 days."
    )
    newer = diary.take(mira, 5)
    diary.comment(newer, 4, seen=3)  # what was said about the older one is past
    assert signs(classroom.view(ada)) == {}
    marked = diary.take(mira, 10, "scale")
    diary.mark(marked, 9, seen=False, pulse=3)  # marks alone are a reply, too
    assert (
        sentences(classroom.view(ada))
    ) == "Your reply to take 1 of Scales, F has not been seen for 9 days."
    diary.mark(marked, 8, pulse=4)  # corrected, and read since
    assert signs(classroom.view(ada)) == {}
    young = diary.take(jonas, 9)
    diary.comment(young, 6.9)
    assert signs(classroom.view(ada)) == {}
    (link,) = [
        sign["link"]
        for one in Classroom(school.practika.record, lambda: diary.at(-1)).view(ada)["stuck"]
        for sign in one["signs"]
    ]
    assert link == f"?take={young}&with="


@world.both
def test_two_equal_takes_need_something_that_shows_it(
    school: world.School, diary: Diary, classroom: Classroom
) -> None:
    ada, mira, jonas = (school.id(name) for name in ("Ada", "Mira", "Jonas"))
    one, two = diary.take(mira, 9), diary.take(mira, 5)
    assert signs(classroom.view(ada)) == {}  # nobody marked or judged them
    diary.mark(one, 8, pulse=2, tone=3)
    diary.mark(two, 4, pulse=2, tone=3)
    said = diary.comment(one, 8, seen=7)
    assert sentences(classroom.view(ada)) == (
        "Takes 1 and 2 of Hanon 1 have the same marks: 5 of 8 points."
    )
    diary.verdict(said, two, Verdict.FIXED, 4)  # something is better
    assert signs(classroom.view(ada)) == {}
    diary.verdict(said, two, Verdict.SAME, 4)
    assert signs(classroom.view(ada)) == {"Mira": ["equal"]}
    diary.mark(two, 3.5, tone=2, pulse=3)  # one up, one down
    assert "come to the same: 5 of 8 points." in sentences(classroom.view(ada))
    diary.mark(two, 3.4, hands=4)  # marked in the later take alone
    assert "come to the same where both were marked." in sentences(classroom.view(ada))
    diary.mark(two, 3, tone=4)  # corrected: the newest mark holds
    assert signs(classroom.view(ada)) == {}
    first, second = diary.take(jonas, 9, "scale"), diary.take(jonas, 5, "scale")
    told = diary.comment(first, 8, seen=7)
    diary.verdict(told, second, Verdict.RETURNED, 4)
    assert signs(classroom.view(ada)) == {"Jonas": ["equal"]}
    assert "Nothing that was said about take 1 of Scales, F is better in take 2." in (
        sentences(classroom.view(ada))
    )
    for days in (3, 2):
        diary.mark(diary.take(jonas, days, "scale"), days, pulse=4)
    assert signs(classroom.view(ada)) == {}  # full marks twice are no standstill


@world.both
def test_a_sign_is_put_aside_for_a_week_by_one_teacher_for_herself(
    school: world.School, diary: Diary, classroom: Classroom, now: list[datetime]
) -> None:
    ada, mira = school.id("Ada"), school.id("Mira")
    other = diary.student("Else")
    school.practika.services.accounts.enrol(school.id("Piet"), school.course, Role.TEACHER)
    piet = school.id("Piet")
    diary.take(mira, 40)
    diary.take(other, 30)
    exercise = ""
    classroom.put_off(ada, mira, school.course, exercise, "quiet")
    assert signs(classroom.view(ada)) == {"Else": ["quiet"]}
    assert classroom.view(ada)["aside"] == 1
    assert signs(classroom.view(piet)) == {"Mira": ["quiet"], "Else": ["quiet"]}
    now[0] += timedelta(days=7, seconds=1)
    assert classroom.view(ada)["aside"] == 0
    classroom.put_off(ada, mira, school.course, exercise, "quiet")
    classroom.put_off(ada, other, school.course, exercise, "quiet")
    assert classroom.view(ada)["line"] == "Nobody seems to be stuck."
    assert classroom.bring_back(ada) == 2
    assert set(signs(classroom.view(ada))) == {"Mira", "Else"}
    for args in (
        (school.id("Helen"), mira, school.course, ""),
        (mira, mira, school.course, ""),
        (ada, mira, school.other_course, ""),
        (ada, school.id("Rosa"), school.course, ""),
        (ada, mira, school.course, school.exercises["turn"].id),
    ):
        with pytest.raises(NotFound):
            classroom.put_off(*args, "quiet")
    with pytest.raises(InvalidInput, match="no such sign"):
        classroom.put_off(ada, mira, school.course, "", "lazy")


def test_only_teachers_see_their_own_classes(
    school: world.School, diary: Diary, classroom: Classroom
) -> None:
    diary.take(school.id("Mira"), 40)
    assert classroom.view(school.id("Piet"), school.course)["students"] == []
    assert classroom.view(school.id("Piet"))["line"] == "No student is enrolled here yet."
    for name in ("Mira", "Helen", "Rosa", "Tom"):
        with pytest.raises(NotFound):
            classroom.view(school.id(name))


@world.both
def test_a_student_sees_marks_practice_and_what_was_fixed_and_nobody_elses(
    school: world.School, diary: Diary, now: list[datetime]
) -> None:
    own = OwnProgress(school.practika.record, lambda: now[0], "Europe/Berlin")
    mira, jonas = school.id("Mira"), school.id("Jonas")
    assert own.view(mira)["empty"] == "It starts with your first submitted take."
    first = diary.take(mira, 20)
    diary.mark(first, 19, pulse=2, tone=1)
    (found,) = own.view(mira)["exercises"]
    assert found["line"] == "38 % in one take. The second one shows the way."
    fixed, still = (diary.comment(first, 19, seen=18) for _ in range(2))
    second = diary.take(mira, 10)
    diary.mark(second, 9, pulse=3, tone=4)
    diary.verdict(fixed, second, Verdict.FIXED, 9)
    diary.mark(diary.take(jonas, 10), 9, pulse=4, tone=4)
    view = own.view(mira)
    (found,) = view["exercises"]
    assert [point["text"] for point in found["points"]] == [
        "38 %, 3 of 8 points",
        "88 %, 7 of 8 points",
    ]
    assert found["line"] == "From 38 % to 88 % over 2 takes."
    assert (found["curve"], found["words"]) == ([], "")  # a curve takes five takes
    assert view["fixed"] == {
        "fixed": 1, "better": 0, "open": 1, "line": "1 still to look at.",
    }  # fmt: skip
    assert still
    assert len(view["weeks"]) == 8
    assert str(jonas) not in str(view)
    for name in ("Ada", "Helen", "Tom"):
        with pytest.raises(NotFound):
            own.view(school.id(name))


def test_an_imported_score_stands_among_the_marks(
    school: world.School, diary: Diary, classroom: Classroom, now: list[datetime]
) -> None:
    ada, mira = school.id("Ada"), school.id("Mira")
    takes = [diary.brought(mira, days, score=score, of=20) for days, score in ((9, 14), (5, 15))]
    own = OwnProgress(school.practika.record, lambda: now[0], "UTC")
    (found,) = own.view(mira)["exercises"]
    assert [point["text"] for point in found["points"]] == [
        "70 %, 14 of 20 points",
        "75 %, 15 of 20 points",
    ]
    assert signs(classroom.view(ada)) == {}  # one level of six, and not the same score
    diary.brought(mira, 3, score=15, of=20)
    assert sentences(classroom.view(ada)) == (
        "Takes 2 and 3 of Hanon 1 have the same marks: 15 of 20 points."
    )
    diary.brought(mira, 2, score=None, of=None)
    assert len(own.view(mira)["exercises"][0]["points"]) == 3
    assert len(takes) == 2
