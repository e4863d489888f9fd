"""Rubrics that are written and changed: what was marked keeps its words."""

from __future__ import annotations

from typing import Any

import pytest

import school as world
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound

LEVELS = [("stops", "It stops."), ("uneven", "It bends."), ("steady", "It holds.")]


@pytest.fixture
def take(school: world.School) -> str:
    return school.handed_in("Mira")


@pytest.fixture
def hanon(school: world.School) -> str:
    return school.exercises["hanon"].id


@pytest.fixture
def pulse(school: world.School, hanon: str) -> str:
    made: str = school.practika.services.rubrics.add(school.id("Ada"), hanon, "Pulse", LEVELS)
    return made


def marked(school: world.School, take: str, criterion: str, level: int) -> None:
    services, ada = school.practika.services, school.id("Ada")
    services.marks.mark(ada, take, criterion, level)
    services.replies.release(ada, take)


def told(school: world.School, take: str) -> list[dict[str, Any]]:
    return list(school.practika.services.comparisons.view(school.id("Mira"), take)["rubric"])


def test_a_mark_keeps_the_words_it_was_given_by(
    school: world.School, take: str, hanon: str, pulse: str
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    marked(school, take, pulse, 2)
    new = [("not yet", "It stops often."), *LEVELS]
    assert services.rubrics.change(ada, pulse, "Steady pulse", new, 1) == 2
    assert services.rubrics.change(ada, pulse, "Steady pulse", new, 2) == 2, "nothing was changed"
    [line] = told(school, take)
    assert (line["given"]["title"], line["given"]["name"]) == ("Pulse", "uneven")
    assert len(line["given"]["levels"]) == 3
    [desk] = services.replies.desk(ada, take)["rubric"]
    assert (desk["title"], desk["level"]) == ("Steady pulse", None), "level 2 is another one now"
    assert desk["shown"]["earlier"]
    marked(school, take, pulse, 2)
    [line] = told(school, take)
    assert (line["given"]["title"], line["given"]["name"]) == ("Steady pulse", "stops")
    assert [each["name"] for each in line["history"]] == ["uneven", "stops"]
    [shown] = services.rubrics.view(ada, hanon)["criteria"]
    assert (shown["marks"], shown["wording"]) == (2, 2)


def test_who_marks_by_words_that_were_just_changed_is_told(
    school: world.School, take: str, pulse: str
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    services.marks.mark(ada, take, pulse, 3, 1)
    services.rubrics.change(ada, pulse, "Pulse", LEVELS[:2], 1)
    with pytest.raises(Conflict, match="levels of Pulse were just changed"):
        services.marks.mark(ada, take, pulse, 1, 1)
    with pytest.raises(Conflict, match="changed elsewhere"):
        services.rubrics.change(ada, pulse, "Pulse", LEVELS, 1)
    [line] = services.replies.desk(ada, take)["rubric"]
    assert (line["draft"], line["shown"]["name"]) == (True, "steady"), "a draft keeps its words"
    services.replies.release(ada, take)
    assert told(school, take)[0]["given"]["name"] == "steady"


def test_a_withdrawn_criterion_stays_where_it_was_marked(
    school: world.School, take: str, hanon: str, pulse: str
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    marked(school, take, pulse, 2)
    services.rubrics.withdraw(ada, pulse)
    later = school.handed_in("Mira")
    assert services.replies.desk(ada, later)["rubric"] == []
    assert told(school, take)[0]["given"]["name"] == "uneven"
    with pytest.raises(InvalidInput, match="no longer part"):
        services.marks.mark(ada, take, pulse, 3)
    view = services.rubrics.view(ada, hanon)
    assert (view["criteria"], [each["title"] for each in view["withdrawn"]]) == ([], ["Pulse"])
    services.rubrics.bring_back(ada, pulse)
    assert services.replies.desk(ada, later)["rubric"][0]["title"] == "Pulse"


def test_criteria_are_put_in_order(school: world.School, hanon: str, pulse: str) -> None:
    rubrics, ada = school.practika.services.rubrics, school.id("Ada")
    tone = rubrics.add(ada, hanon, "Tone", LEVELS)
    rubrics.arrange(ada, hanon, [tone, pulse])
    assert [each["title"] for each in rubrics.view(ada, hanon)["criteria"]] == ["Tone", "Pulse"]
    for wrong in ([pulse], [pulse, pulse], [pulse, tone, "0" * 26], []):
        with pytest.raises(Conflict):
            rubrics.arrange(ada, hanon, wrong)


def test_a_rubric_is_taken_over_from_another_exercise(
    school: world.School, hanon: str, pulse: str
) -> None:
    rubrics, ada = school.practika.services.rubrics, school.id("Ada")
    scale = school.exercises["scale"].id
    rubrics.add(ada, hanon, "Tone", LEVELS)
    rubrics.add(ada, scale, "Tone", LEVELS[1:])
    [other] = rubrics.view(ada, scale)["others"]
    assert other["title"] == "Hanon 1"
    assert rubrics.take_over(ada, scale, hanon) == 1
    assert rubrics.take_over(ada, scale, hanon) == 0
    copy = rubrics.view(ada, scale)["criteria"][1]
    rubrics.change(ada, copy["id"], "Even pulse", LEVELS, 1)
    assert rubrics.view(ada, hanon)["criteria"][0]["title"] == "Pulse", "a copy is its own"
    with pytest.raises(NotFound):
        rubrics.take_over(ada, hanon, school.exercises["turn"].id)


def test_what_is_no_criterion_is_refused(school: world.School, hanon: str, pulse: str) -> None:
    rubrics, ada = school.practika.services.rubrics, school.id("Ada")
    for title, levels in ((" ", LEVELS), ("One", LEVELS[:1]), ("Many", LEVELS * 3)):
        with pytest.raises(InvalidInput):
            rubrics.add(ada, hanon, title, levels)
        with pytest.raises(InvalidInput):
            rubrics.change(ada, pulse, title, levels, 1)
    with pytest.raises(InvalidInput, match="Every level needs a name"):
        rubrics.add(ada, hanon, "Tone", [("", "thin"), ("round", "")])
    for number in range(11):
        rubrics.add(ada, hanon, f"Criterion {number}", LEVELS)
    with pytest.raises(InvalidInput, match="up to 12"):
        rubrics.add(ada, hanon, "Thirteenth", LEVELS)


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("Piet", NotFound),
        ("Mira", NotAllowed),
        ("Helen", NotAllowed),
        ("Rosa", NotAllowed),
    ],
)
def test_only_teachers_of_the_course_write_its_rubrics(
    school: world.School, hanon: str, pulse: str, who: str, answer: type[Exception]
) -> None:
    """Coordinators and researchers only look; admins may write in every course."""
    rubrics, actor = school.practika.services.rubrics, school.id(who)
    for attempt in (
        lambda: rubrics.view(actor, hanon),
        lambda: rubrics.add(actor, hanon, "Mine", LEVELS),
        lambda: rubrics.change(actor, pulse, "Mine", LEVELS, 1),
        lambda: rubrics.arrange(actor, hanon, [pulse]),
        lambda: rubrics.withdraw(actor, pulse),
        lambda: rubrics.bring_back(actor, pulse),
        lambda: rubrics.take_over(actor, hanon, hanon),
    ):
        with pytest.raises(answer):
            attempt()


def test_a_teacher_sees_the_rubrics_of_their_own_courses(school: world.School, pulse: str) -> None:
    library = school.practika.services.library
    [mine] = library.view(school.id("Ada"))["courses"]
    assert [(one["title"], one["criteria"]) for one in mine["exercises"]] == [
        ("Hanon 1", ["Pulse"]),
        ("Scales, F", []),
    ]
    [other] = library.view(school.id("Piet"))["courses"]
    assert [one["title"] for one in other["exercises"]] == ["Turn, left"]
    with pytest.raises(NotFound):
        library.view(school.id("Mira"))


def test_marks_alone_are_a_reply(school: world.School, take: str, pulse: str) -> None:
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    with pytest.raises(InvalidInput, match="nothing to release yet"):
        services.replies.release(ada, take)
    services.marks.mark(ada, take, pulse, 2)
    [waiting] = services.queue.home(ada)["queue"]
    assert waiting["draft"], "the teacher has begun"
    assert services.takes.home(mira)["new"] == []
    assert services.replies.release(ada, take) == 1
    assert services.queue.home(ada)["queue"] == []
    assert services.queue.home(ada)["figures"][0]["value"] == "1"
    home = services.takes.home(mira)
    [new] = home["new"]
    assert (new["marks"], new["count"], new["items"]) == (1, 0, [])
    assert new["teacher"]["name"] == "Ada Example"
    assert (home["stacks"][0]["status"], home["doing"]["answered"]) == ("replied", 1)
    assert services.comparisons.view(mira, take)["rubric"][0]["new"]

    assert services.ledger.report(ada, take, [], {"marks": 9_000}) == []
    assert services.ledger.report(mira, take, [], {"marks": 3_000}) == []
    assert services.ledger.report(mira, take, [], {"marks": 900}) == []
    assert services.takes.home(mira)["new"], "a glance is not reading"


def test_marks_are_seen_when_they_were_read(school: world.School, take: str, pulse: str) -> None:
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    services.marks.mark(ada, take, pulse, 2)
    services.replies.release(ada, take)
    assert services.ledger.report(mira, take, [], {"marks": 5_000}) == ["marks"]
    assert services.ledger.report(mira, take, [], {"marks": 5_000}) == []
    home = services.takes.home(mira)
    assert (home["new"], home["stacks"][0]["status"]) == ([], "seen")
    services.marks.mark(ada, take, pulse, 3)
    services.replies.release(ada, take)
    assert services.takes.home(mira)["new"][0]["marks"] == 1, "another mark is news again"
