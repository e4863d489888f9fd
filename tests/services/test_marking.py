"""Marking: light Markdown, drawings, tags, rubric, comment bank, and what is changed later."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

import school as world
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.services.content import Content
from practika_kernel.services.markdown import as_html

LINE = {"tool": "line", "colour": "blue", "points": [0.1, 0.2, 0.9, 0.8]}


@pytest.fixture
def take(school: world.School) -> str:
    return school.handed_in("Mira")


def say(school: world.School, take: str, text: str = "Softer.", **more: Any) -> dict[str, Any]:
    more = {"client_key": new_id(), "kind": "fix", "text": text, **more}
    view: dict[str, Any] = school.practika.services.replies.save(school.id("Ada"), take, **more)
    return view


def released(school: world.School, take: str, text: str = "Softer.", **more: Any) -> str:
    reply = say(school, take, text, **more)["id"]
    school.practika.services.replies.release(school.id("Ada"), take)
    return str(reply)


def told(school: world.School, take: str, who: str = "Mira") -> list[dict[str, Any]]:
    view = school.practika.services.comparisons.view(school.id(who), take)
    return list(view["replies"])


# --- words ----------------------------------------------------------------------


class _Tags(HTMLParser):
    """Every tag with its attributes, as a browser would read it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "- <svg onload=alert(1)>\n  - <iframe src=//evil>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x) ![y](javascript:z) <javascript:alert(1)>",
        '[x](https://e.org/"onmouseover="alert(1))',
        "[x](https://e.org 'a\"onclick=\"alert(1)')",
        'https://e.org/"onclick=alert(1)',
        "[x]: javascript:alert(1)\n\n[x]",
        "`<b onclick=1>` **<b onclick=1>** 0:42<b>",
        "[<img src=x onerror=alert(1)>](https://e.org)",
        "<a href='https://e.org' onclick='x'>0:12</a>",
        "&lt;script&gt; &#60;script&#62;",
        "# <u>\n> <u>\n\n    <u>\n```\n<u>\n```\n| <u> |\n|---|\n",
    ],
)
def test_nothing_somebody_types_becomes_more_than_light_markdown(text: str) -> None:
    allowed: dict[str, set[str]] = {
        **{tag: set() for tag in ("p", "em", "strong", "ul", "ol", "li", "code", "br")},
        "a": {"href", "rel", "target"},
        "button": {"type", "class", "data-seek"},
    }
    for tag, given in _Tags(as_html(text)).found:
        assert set(given) <= allowed[tag], (tag, given)
        assert tag != "a" or str(given["href"]).lower().startswith(("https://", "http://"))
        assert tag != "a" or given["rel"] == "noopener"


def test_light_markdown_is_what_it_says() -> None:
    assert as_html("- one\n- **two**\n\n1. a") == (
        "<ul>\n<li>one</li>\n<li><strong>two</strong></li>\n</ul>\n<ol>\n<li>a</li>\n</ol>"
    )
    assert as_html("2 * 3 ** 4 <b> & snake_case_word") == (
        "<p>2 * 3 ** 4 &lt;b&gt; &amp; snake_case_word</p>"
    )
    assert 'href="https://e.org/a?b=1&amp;c=2"' in as_html("see https://e.org/a?b=1&c=2 now")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("at 0:42", ["42"]),
        ("1:02:03.", ["3723"]),
        ("from 0:26.2 to 12:30", ["26.2", "750"]),
        ("2:60, 3:4, 1.0:30, 10:30:99, `0:12`, [0:12](https://e.org)", []),
    ],
)
def test_times_are_places_to_go_to(text: str, seconds: list[str]) -> None:
    found = [given["data-seek"] for tag, given in _Tags(as_html(text)).found if tag == "button"]
    assert found == seconds


def test_the_longest_comment_of_any_kind_is_read_at_once() -> None:
    for piece in ("*", "[", "- ", "`", "[a](", "**a ", "- a\n", "<", "1:", "[a](b", "https://"):
        assert len(as_html((piece * 4000)[:4000])) < 200_000


# --- changed later ----------------------------------------------------------------


def test_a_released_comment_is_changed_and_what_it_said_stays(
    school: world.School, take: str
) -> None:
    edits, ada, mira = school.practika.services.edits, school.id("Ada"), school.id("Mira")
    reply = released(school, take, "Softer, at **bar 5**.", start_ms=500)
    same = edits.edit(ada, reply, Content("fix", "Softer, at **bar 5**.", 500))
    assert same["edited"] is None, "nothing was changed, nothing is kept"
    edits.edit(ada, reply, Content("fix", "Softer, at bar 6.", 700))
    edits.edit(ada, reply, Content("keep", "Softer, at bar 6, as in bar 1.", 700))
    [seen] = told(school, take)
    assert (seen["text"], seen["kind"]) == ("Softer, at bar 6, as in bar 1.", "keep")
    assert seen["edited"]
    for who in (ada, mira):
        before = edits.history(who, reply)
        assert [each["number"] for each in before] == [1, 2]
        assert [each["start"] for each in before] == [0.5, 0.7]
        assert before[0]["html"] == "<p>Softer, at <strong>bar 5</strong>.</p>"
    for who in ("Jonas", "Piet", "Helen", "Tom"):
        with pytest.raises(NotFound):
            edits.history(school.id(who), reply)


def test_only_its_author_changes_a_comment_and_never_to_nothing(
    school: world.School, take: str
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    reply = released(school, take)
    with pytest.raises(NotAllowed):
        services.edits.edit(school.id("Mira"), reply, Content("fix", "All is well."))
    with pytest.raises(NotAllowed):
        services.edits.withdraw(school.id("Mira"), reply)
    with pytest.raises(NotFound):
        services.edits.edit(school.id("Jonas"), reply, Content("fix", "x"))
    with pytest.raises(InvalidInput):
        services.edits.edit(ada, reply, Content("fix", " "))
    with pytest.raises(NotAllowed):
        services.replies.remove(ada, reply)
    draft = say(school, take, "not out yet")["id"]
    with pytest.raises(NotFound):
        services.edits.edit(school.id("Mira"), draft, Content("fix", "x"))
    assert [each["text"] for each in told(school, take)] == ["Softer."]


def test_a_comment_taken_back_is_gone_for_its_student_with_its_answers(
    school: world.School, take: str
) -> None:
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    reply = released(school, take, "Wrong take, sorry.")
    answer = services.answers.give(mira, reply, "Which one?", "a1")
    services.edits.withdraw(ada, reply)
    assert told(school, take) == []
    assert services.takes.home(mira)["new"] == []
    for gone in (reply, answer["id"]):
        with pytest.raises(NotFound):
            services.edits.history(mira, gone)
    with pytest.raises(NotFound):
        services.answers.give(mira, reply, "Hello?", "a2")
    desk = services.replies.desk(ada, take)
    assert desk["replies"] == []
    [kept] = desk["taken_back"]
    assert (kept["text"], bool(kept["withdrawn"])) == ("Wrong take, sorry.", True)
    say(school, take, "a draft")
    services.replies.remove(ada, services.replies.desk(ada, take)["replies"][0]["id"])
    there = services.replies.desk(ada, take)["taken_back"]
    assert [(one["text"], bool(one["until"])) for one in there] == [
        ("a draft", True),
        ("Wrong take, sorry.", True),
    ]


def test_two_who_change_a_comment_at_once_are_told(school: world.School, take: str) -> None:
    reply = released(school, take)
    school.practika.services.edits.edit(school.id("Ada"), reply, Content("fix", "One."))
    with school.practika.record.write() as uow:
        [first] = uow.versions.of_reply(reply)
        with pytest.raises(Conflict, match="changed elsewhere"):
            uow.versions.add(first)


# --- drawings ---------------------------------------------------------------------


def test_a_drawing_is_kept_as_it_is_drawn_and_shown_for_its_time(
    school: world.School, take: str
) -> None:
    text = {"tool": "text", "colour": "white", "points": [0.5, 0.5], "text": " wrist\nlevel "}
    say(school, take, "", start_ms=400, drawing=[LINE, text])
    say(school, take, "", start_ms=400, end_ms=1500, drawing=[LINE])
    school.practika.services.replies.release(school.id("Ada"), take)
    first, second = told(school, take)
    assert first["drawing"] == [LINE, {**text, "text": "wrist level"}]
    assert first["shown"] == {"from": 0.4, "to": 2.4}
    assert second["shown"] == {"from": 0.4, "to": 1.5}


def _many(tool: str, count: int) -> dict[str, Any]:
    return {"tool": tool, "colour": "violet", "points": [0.5] * count}


@pytest.mark.parametrize(
    "drawing",
    [
        "a drawing",
        [[0.1, 0.2]],
        [{**LINE, "tool": "bomb"}],
        [{**LINE, "tool": ["pen"]}],
        [{**LINE, "colour": "url(//evil)"}],
        [{**LINE, "points": [0.1, 0.2, 0.9]}],
        [{**LINE, "points": [0.1, 0.2, 0.9, 1.01]}],
        [{**LINE, "points": [0.1, 0.2, 0.9, float("nan")]}],
        [{**LINE, "points": [0.1, 0.2, 0.9, True]}],
        [{**LINE, "points": [0.1, 0.2, 0.9, "0"]}],
        [{**LINE, "onload": "alert(1)"}],
        [{"tool": "text", "colour": "white", "points": [0.5, 0.5]}],
        [{"tool": "text", "colour": "white", "points": [0.5, 0.5], "text": "x" * 81}],
        [_many("pen", 802)],
        [_many("pen", 800), _many("pen", 402)],
        [LINE] * 25,
    ],
)
def test_a_drawing_that_is_none_or_too_much_is_refused(
    school: world.School, take: str, drawing: object
) -> None:
    with pytest.raises(InvalidInput):
        say(school, take, "Here.", start_ms=400, drawing=drawing)
    assert school.practika.services.replies.desk(school.id("Ada"), take)["replies"] == []


def test_a_drawing_needs_a_moment_and_the_fullest_fits_a_draft(
    school: world.School, take: str
) -> None:
    with pytest.raises(InvalidInput, match="needs a moment"):
        say(school, take, "Here.", drawing=[LINE])
    full = [{**_many("pen", 400), "points": [0.1234] * 400}] * 3
    body = {"text": "é" * 4000, "drawing": full}
    replies, ada = school.practika.services.replies, school.id("Ada")
    replies.put_draft(ada, take, body)
    assert replies.desk(ada, take)["draft"]["drawing"] == full
    say(school, take, "é" * 4000, start_ms=0, drawing=full)


# --- rubric -------------------------------------------------------------------------


@pytest.fixture
def pulse(school: world.School) -> str:
    levels = [("stops", "It stops."), ("uneven", "It bends."), ("steady", "It holds.")]
    rubrics, where = school.practika.services.rubrics, school.exercises["hanon"].id
    return str(rubrics.add(school.id("Ada"), where, "Steady pulse", levels))


def test_marks_go_out_with_the_reply_and_every_one_is_kept(
    school: world.School, take: str, pulse: str
) -> None:
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    services.marks.mark(ada, take, pulse, 1)
    services.marks.mark(ada, take, pulse, 2)
    [line] = services.replies.desk(ada, take)["rubric"]
    assert (line["level"], line["draft"], line["released"]) == (2, True, None)
    assert services.comparisons.view(mira, take)["rubric"][0]["level"] is None
    say(school, take)
    assert services.replies.release(ada, take) == 2
    [line] = services.comparisons.view(mira, take)["rubric"]
    assert (line["released"], line["by"]) == (2, "Ada Example")
    assert line["levels"][line["released"] - 1]["description"] == "It bends."
    services.marks.mark(ada, take, pulse, 3)
    services.marks.mark(ada, take, pulse, 2)
    assert not services.replies.desk(ada, take)["rubric"][0]["draft"], "the old mark is no news"
    services.marks.mark(ada, take, pulse, 3)
    services.marks.mark(ada, take, pulse, None)
    assert services.replies.release(ada, take) == 0
    services.marks.mark(ada, take, pulse, 3)
    assert services.replies.release(ada, take) == 1
    [line] = services.comparisons.view(mira, take)["rubric"]
    assert [each["level"] for each in line["history"]] == [2, 3]


def test_the_mark_of_the_take_before_stands_beside(
    school: world.School, take: str, pulse: str
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    services.marks.mark(ada, take, pulse, 2)
    released(school, take)
    later = school.handed_in("Mira")
    [line] = services.replies.desk(ada, later)["rubric"]
    assert (line["last"], line["level"]) == (2, None)


def test_only_teachers_of_the_course_mark_and_only_its_levels(
    school: world.School, take: str, pulse: str
) -> None:
    services = school.practika.services
    for who in ("Jonas", "Piet", "Helen", "Tom"):
        with pytest.raises(NotFound):
            services.marks.mark(school.id(who), take, pulse, 1)
    for who in ("Mira", "Rosa"):
        with pytest.raises(NotAllowed):
            services.marks.mark(school.id(who), take, pulse, 1)
    for level in (0, 4, -1):
        with pytest.raises(InvalidInput, match="levels 1 to 3"):
            services.marks.mark(school.id("Ada"), take, pulse, level)
    other = school.handed_in("Jonas", "scale")
    with pytest.raises(NotFound):
        services.marks.mark(school.id("Ada"), other, pulse, 1)
    with pytest.raises(InvalidInput):
        services.rubrics.add(school.id("Ada"), school.exercises["hanon"].id, "One", [("only", "")])


# --- tags and bank ------------------------------------------------------------------


def test_a_tag_makes_a_comment_before_the_press(school: world.School, take: str) -> None:
    tagging, ada = school.practika.services.tagging, school.id("Ada")
    tone = tagging.put(ada, school.course, name="Tone", colour="green", kind="keep", lead_ms=1000)
    school.practika.services.replies.put_draft(ada, take, {"key": "k", "text": "half a thou"})
    first = tagging.press(ada, take, tone["id"], 1700, "p1")
    assert tagging.press(ada, take, tone["id"], 1700, "p1")["id"] == first["id"]
    assert (first["start"], first["kind"], first["tag"]["sign"]) == (0.7, "keep", "To")
    assert tagging.press(ada, take, tone["id"], 300, "p2")["start"] == 0.0
    desk = school.practika.services.replies.desk(ada, take)
    assert desk["draft"]["text"] == "half a thou", "what was being typed stays"
    school.practika.services.replies.release(ada, take)
    tagging.remove(ada, school.course, tone["id"])
    assert school.practika.services.replies.desk(ada, take)["tags"] == []
    assert [each["tag"]["name"] for each in told(school, take)] == ["Tone", "Tone"]


def test_tags_belong_to_their_course(school: world.School, take: str) -> None:
    tagging, ada, piet = school.practika.services.tagging, school.id("Ada"), school.id("Piet")
    theirs = tagging.put(piet, school.other_course, name="Hips", colour="plum")
    with pytest.raises(NotFound):
        tagging.press(ada, take, theirs["id"], 0, "p")
    with pytest.raises(NotFound):
        say(school, take, tag_id=theirs["id"])
    for who in ("Mira", "Piet", "Helen"):
        with pytest.raises(NotFound):
            tagging.put(school.id(who), school.course, name="Mine", colour="blue")
    for bad in ({"name": " "}, {"colour": "red"}, {"kind": "shout"}, {"lead_ms": 30_001}):
        with pytest.raises(InvalidInput):
            tagging.put(ada, school.course, **{"name": "Tone", "colour": "blue", **bad})
    for n in range(9):
        tagging.put(ada, school.course, name=f"Tag {n}", colour="sky")
    with pytest.raises(InvalidInput, match="up to 9"):
        tagging.put(ada, school.course, name="Tenth", colour="sky")


def test_the_comment_bank_is_each_teachers_own(school: world.School, take: str) -> None:
    services, ada = school.practika.services, school.id("Ada")
    starters = len(services.replies.desk(ada, take)["bank"])
    text = "{name}, {exercise} from {time}: <b>{grade}</b>"
    entry = services.bank.put(ada, text)
    assert services.bank.put(ada, text) == entry
    bank = services.replies.desk(ada, take)["bank"]
    assert len(bank) == starters + 1
    assert bank[0]["filled"] == "Mira, Hanon 1 from {time}: <b>{grade}</b>"
    services.bank.put(ada, "Shorter.", entry)
    assert services.replies.desk(ada, take)["bank"][0]["text"] == "Shorter."
    for change in (
        lambda: services.bank.put(school.id("Piet"), "mine", entry),
        lambda: services.bank.remove(school.id("Piet"), entry),
        lambda: services.bank.put(school.id("Mira"), "a student"),
    ):
        with pytest.raises(NotFound):
            change()
    with pytest.raises(InvalidInput):
        services.bank.put(ada, "  ")
    services.bank.remove(ada, entry)
    assert len(services.replies.desk(ada, take)["bank"]) == starters


def test_what_a_desk_shows_is_plain_json(school: world.School, take: str, pulse: str) -> None:
    released(school, take, start_ms=100, drawing=[LINE])
    desk = school.practika.services.replies.desk(school.id("Ada"), take)
    assert json.loads(json.dumps(desk)) == desk
