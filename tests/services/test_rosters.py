"""A class from a table, over a real record: all of it or nothing, and never twice."""

from __future__ import annotations

import pytest

import school as world
from practika_kernel.domain.errors import NotFound, SignInFailed
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.people import Role
from practika_kernel.domain.roster import COLUMNS
from practika_kernel.domain.sheets import Line
from practika_kernel.services.roster import Plan, Rosters

HEAD = ("first_name", "last_name", "email", "role", "course", "section", "term", "id")


def rows(*texts: str) -> list[Line]:
    """Lines from words as in a CSV, beginning on line 2."""
    assert set(HEAD) <= set(COLUMNS)
    cells = [dict(zip(HEAD, text.split(","), strict=False)) for text in texts]
    return [Line(number, each) for number, each in enumerate(cells, 2)]


@pytest.fixture
def rosters(school: world.School) -> Rosters:
    return school.practika.services.rosters


def told(plan: Plan, **expected: int) -> None:
    nothing = dict.fromkeys(plan.counts(), 0)
    assert plan.counts() == nothing | expected


CLASS = (
    "Ingrid,Solheim,ingrid@school.example,teacher,Guitar,A,2027-spring,t1",
    "Noé,Blanc,noe@school.example,student,Guitar,A,2027-spring,s1",
    "Uma,Rao,UMA@school.example,,guitar,B,,s2",
    "Helen,Roe,helen@school.example,coordinator,,,,",
)


def test_a_class_is_brought_in_once(school: world.School, rosters: Rosters) -> None:
    expected = {"rows": 4, "people": 4, "courses": 1, "cohorts": 2, "places": 3}
    told(rosters.plan("", rows(*CLASS)), **expected)
    told(rosters.plan("", rows(*CLASS)), **expected)  # a plan changes nothing
    plan, passwords = rosters.bring("", rows(*CLASS))
    told(plan, **expected)
    assert passwords == {}
    told(rosters.bring("", rows(*CLASS))[0], rows=4, kept=4)
    with school.practika.record.read() as uow:
        uma = uow.people.by_email("uma@school.example")
        assert uma is not None
        (place,) = uow.courses.of_person(uma.id)
        course = uow.courses.get(place.course_id)
        assert course is not None
        sections = {cohort.id: cohort.section for cohort in uow.courses.cohorts(course.id)}
    assert (uma.name, uma.role, uma.roster_id) == ("Uma Rao", Role.STUDENT, "s2")
    assert (course.title, course.term) == ("Guitar", "2027-spring")
    assert sections[place.cohort_id or ""] == "B"


def test_new_people_sign_in_with_the_passwords_made_for_them(
    school: world.School, rosters: Rosters
) -> None:
    _, passwords = rosters.bring("", rows(*CLASS[:2]), with_passwords=True)
    assert set(passwords) == {"ingrid@school.example", "noe@school.example"}
    sign_in = school.practika.services.accounts.sign_in
    for email, password in passwords.items():
        assert sign_in(email, password)[1].email == email
    assert rosters.bring("", rows(*CLASS), with_passwords=True)[1].keys() == {
        "uma@school.example",
        "helen@school.example",
    }
    assert sign_in("noe@school.example", passwords["noe@school.example"])


def test_names_addresses_and_sections_follow_the_roster(
    school: world.School, rosters: Rosters
) -> None:
    rosters.bring("", rows(*CLASS))
    plan, _ = rosters.bring(
        "", rows("Noé,Leblanc,leblanc@school.example,student,Guitar,B,2027-spring,s1")
    )
    told(plan, rows=1, changed=1, moved=1, absent=1)
    with school.practika.record.read() as uow:
        noe = uow.people.by_email("leblanc@school.example")
        assert noe is not None
        assert uow.people.by_email("noe@school.example") is None
        (place,) = uow.courses.of_person(noe.id)
        sections = {each.id: each.section for each in uow.courses.cohorts(place.course_id)}
    assert (noe.name, sections[place.cohort_id or ""]) == ("Noé Leblanc", "B")


def test_who_is_missing_is_switched_off_and_comes_back(
    school: world.School, rosters: Rosters
) -> None:
    _, passwords = rosters.bring("", rows(*CLASS), with_passwords=True)
    sign_in = school.practika.services.accounts.sign_in
    token, uma = sign_in("uma@school.example", passwords["uma@school.example"])
    plan, _ = rosters.bring("", rows(*CLASS[:2]))
    assert [person.name for person in plan.absent] == ["Uma Rao"]
    assert school.practika.services.accounts.who(token)  # told, not done
    rosters.bring("", rows(*CLASS[:2]), switch_off_absent=True)
    assert school.practika.services.accounts.who(token) is None
    with pytest.raises(SignInFailed):
        sign_in(uma.email, passwords[uma.email])
    told(rosters.bring("", rows(*CLASS))[0], rows=4, kept=3, changed=1)
    assert sign_in(uma.email, passwords[uma.email])


def test_a_person_may_be_in_several_courses(rosters: Rosters) -> None:
    plan, _ = rosters.bring("", rows(CLASS[1], CLASS[1].replace("Guitar", "Choir")))
    told(plan, rows=2, people=1, courses=2, cohorts=2, places=2)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Mira,,mira at school,student", "mira at school is no"),
        (",,who@school.example,student", "has no name"),
        ("Mira,,who@school.example,pupil", "pupil is no role. Known are student"),
        ("Mira,,who@school.example,student,,A", "a section, but no course"),
        ("Mira,,who@school.example,researcher,Guitar", "researcher is no role in a course"),
        ("M" * 130 + ",,who@school.example,student", "120 fit"),
        ("Ada,Example,ada@example.org,student", "here as teacher, not as student"),
        ("Noé,Blanc,noe@school.example,,,,,s9", "has the id s1, not s9"),
        ("Uma,Rao,uma@school.example,,,,,s1", "belongs to Noé Blanc, but uma@school"),
        ("Uma,Roy,uma@school.example,,,,,s2", "is Uma Rao, uma@school.example on line 2"),
    ],
)
def test_one_wrong_row_keeps_everything_as_it_was(
    rosters: Rosters, school: world.School, row: str, why: str
) -> None:
    rosters.bring("", rows(*CLASS))
    wrong = rows("Uma,Rao,uma@school.example,,,,,s2", "New,One,new@school.example", row)
    plan, _ = rosters.bring("", wrong, switch_off_absent=True, with_passwords=True)
    (problem,) = plan.problems
    assert str(problem).startswith("Line 4: ")
    assert why.replace("is no", "is not an e-mail") in str(problem) or why in str(problem)
    assert school.practika.services.accounts.by_email("new@school.example") is None


def test_a_course_of_two_terms_must_be_told(rosters: Rosters) -> None:
    later = [text.replace("2027-spring", "2027-autumn") for text in CLASS[:2]]
    told(rosters.bring("", rows(*later))[0], rows=2, people=2, courses=1, cohorts=1, places=2)
    rosters.bring("", rows(CLASS[0]))
    (problem,) = rosters.plan("", rows(CLASS[2])).problems
    assert "several terms (2027-autumn, 2027-spring)" in problem.sentence


def test_only_the_operator_and_admins_bring_people(rosters: Rosters, school: world.School) -> None:
    for who in ("Mira", "Ada"):
        with pytest.raises(NotFound):
            rosters.bring(school.id(who), rows(*CLASS))
        with pytest.raises(NotFound):
            rosters.plan(school.id(who), rows(*CLASS))
    assert school.practika.services.accounts.by_email("noe@school.example") is None


def test_what_was_done_is_among_the_events(rosters: Rosters, school: world.School) -> None:
    rosters.bring("", rows(*CLASS))
    with school.practika.record.read() as uow:
        events, _ = uow.events.after(Watermark(), 10_000)
    kinds = [str(event.kind) for event in events]
    assert kinds[-7:] == ["person.added"] * 4 + ["person.enrolled"] * 3
