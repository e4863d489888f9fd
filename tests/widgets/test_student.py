"""The student's page: what it shows, what may be done there, and how its address decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import school as world
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_widgets import StudentWidget, student_page, teacher_page
from practika_widgets.pages import Page
from practika_widgets.router import read_query, write_query

Seat = Callable[[str], Practika]


@pytest.fixture
def page(seat: Seat) -> Iterator[Page]:
    made = student_page(seat("Mira"))
    yield made
    made.close()


def go(page: Page, query: str) -> None:
    """What the browser says when a link is pressed."""
    answer = page.router.answer({"verb": "went", "args": {"query": query, "how": "link"}})
    assert answer["ok"], answer


def test_note_submit_and_what_the_teacher_then_has(
    school: world.School, seat: Seat, video: Path
) -> None:
    take = school.draft("Mira", video)
    home = StudentWidget(seat("Mira"))
    assert home.view["teachers"][school.course] == ["Ada Example"]
    assert home.answer({"verb": "note", "args": {"take": take, "text": "Slower in bar 9."}})["ok"]
    assert home.view["drafts"][0]["note"] == "Slower in bar 9."
    assert home.answer({"verb": "submit", "args": {"take": take}})["ok"]
    assert home.view["drafts"] == []
    assert home.view["stacks"][0]["status"] == "waiting"
    (waiting,) = school.practika.services.queue.home(school.id("Ada"))["queue"]
    assert waiting["take"]["note"] == "Slower in bar 9."
    late = home.answer({"verb": "note", "args": {"take": take, "text": "changed"}})
    assert not late["ok"]


def test_a_withdrawn_draft_is_gone(school: world.School, seat: Seat, video: Path) -> None:
    take = school.draft("Mira", video)
    home = StudentWidget(seat("Mira"))
    assert home.answer({"verb": "withdraw", "args": {"take": take}})["ok"]
    assert [one["id"] for one in home.view["trash"]] == [take]
    assert home.answer({"verb": "restore", "args": {"take": take}})["ok"]
    assert home.view["trash"] == []
    assert home.answer({"verb": "withdraw", "args": {"take": take}})["ok"]
    assert home.view["drafts"] == []


def test_nobody_touches_anothers_draft(school: world.School, seat: Seat, video: Path) -> None:
    take = school.draft("Mira", video)
    for name in ("Jonas", "Piet"):
        other = StudentWidget(seat(name))
        for verb, args in (("note", {"text": "mine"}), ("submit", {}), ("withdraw", {})):
            answer = other.answer({"verb": verb, "args": {"take": take, **args}})
            assert not answer["ok"]
    (draft,) = StudentWidget(seat("Mira")).view["drafts"]
    assert draft["note"] == ""


def test_a_new_reply_stands_first(school: world.School, seat: Seat, video: Path) -> None:
    take = school.submitted("Mira", video)
    home = StudentWidget(seat("Mira"))
    assert home.view["new"] == []
    replies, ada = school.practika.services.replies, school.id("Ada")
    replies.save(ada, take, client_key="k1", kind="fix", text="Softer.", start_ms=500)
    home.refresh()
    assert home.view["new"] == []
    replies.release(ada, take)
    home.refresh()
    (new,) = home.view["new"]
    assert new["items"][0]["start"] == 0.5
    assert home.view["greeting_line"].startswith("One new reply")


def test_the_address_decides_the_view(page: Page) -> None:
    assert page.router.view["title"] == "Today"
    for query, shown, title in (
        ("?view=stacks", "stacks", "My stacks"),
        ("?view=exercises", "exercises", "Exercises"),
        ("?view=progress", "progress", "Progress"),
        ("", "today", "Today"),
    ):
        go(page, query)
        assert isinstance(page.current, StudentWidget)
        assert page.current.view["page"] == shown
        assert page.router.view["title"] == title


def test_a_take_opens_beside_its_comparison(school: world.School, page: Page, video: Path) -> None:
    take = school.submitted("Mira", video)
    go(page, f"?take={take}&t=1.5")
    assert page.current.view["take_id"] == take
    assert page.router.view["title"] == "Hanon 1, take 1"


def test_parts_of_one_page_are_one_widget_and_a_take_is_another(
    school: world.School, page: Page, video: Path
) -> None:
    take = school.submitted("Mira", video)
    before = page.current
    go(page, "?view=today")
    go(page, "?view=stacks")
    assert page.current is before
    go(page, f"?view=today&exercise={before.view['exercises'][0]['id']}")
    assert page.current is before
    assert before.view["exercise_id"] == before.view["exercises"][0]["id"]
    go(page, f"?take={take}")
    assert page.current is not before
    assert before.comm is None, "the view left behind was not closed"
    go(page, "?view=stacks")
    assert page.current.view["page"] == "stacks"


def test_what_the_browser_draws_ahead_is_what_python_then_shows(seat: Seat, page: Page) -> None:
    pages = (page, teacher_page(seat("Ada")))
    for one in pages:
        turns = one.current.view["turns"]
        assert len(turns) >= 4
        for query, name in turns.items():
            go(one, query)
            assert name in (one.current.view.get("page"), one.current.view.get("part"))


@pytest.mark.parametrize("query", ["?take=nope", "?view=secret", "?take="])
def test_nothing_there_is_said_with_a_way_back(page: Page, query: str) -> None:
    go(page, query)
    assert page.current is None
    assert page.router.view["missing"] == str(NotFound())
    go(page, "?")
    assert page.router.view["missing"] == ""
    assert page.current is not None


def test_anothers_take_answers_as_if_it_did_not_exist(
    school: world.School, page: Page, video: Path
) -> None:
    take = school.submitted("Jonas", video)
    go(page, f"?take={take}")
    assert page.router.view["missing"] == str(NotFound())


def test_an_address_of_a_megabyte_is_refused(page: Page) -> None:
    answer = page.router.answer(
        {"verb": "went", "args": {"query": "?take=" + "x" * 5_000, "how": "load"}}
    )
    assert not answer["ok"]
    assert page.current is not None


def test_python_may_send_the_browser_elsewhere(page: Page) -> None:
    before = page.router.view["seq"]
    page.router.go({"view": "stacks"})
    assert page.router.view["query"] == "?view=stacks"
    assert page.router.view["seq"] > before


def test_the_first_view_follows_the_address_the_server_saw(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUERY_STRING", "view=progress")
    assert student_page(seat("Mira")).router.view["title"] == "Progress"


def test_an_unknown_part_of_the_page_is_refused(seat: Seat) -> None:
    with pytest.raises(NotFound):
        StudentWidget(seat("Mira"), page="admin")


def test_queries_read_back_as_written() -> None:
    query = {"take": "ab", "with": "take:cd", "t": "1.5", "x": "a&b=c ü"}
    assert read_query(write_query(query)) == query
    with pytest.raises(InvalidInput):
        read_query("x" * 3_000)
