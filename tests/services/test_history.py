"""Takes from a table over a real record: every row or none, never twice, and on every page."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas
import pytest

import school as world
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.history import NEEDED, told
from practika_kernel.domain.practice import AssetState, Take, TakeState
from practika_kernel.domain.sheets import Line
from practika_kernel.services.history import Imports, Source
from practika_kernel.services.history_plan import Plan

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
HEAD = (
    "person", "course", "exercise", "submitted_at", "replied_at", "score", "max_score",
    "outcome", "withdrawn_at", "video",
)  # fmt: skip
MIRA = "mira@example.org,Keyboard I,Hanon 1"
TABLE = (
    f"{MIRA},2024-03-04T10:00Z,2024-03-05T10:00Z,12,20,withdrawn,,",
    f"{MIRA},2024-04-04T10:00Z,,16,20,,,",
    "jonas@example.org,Keyboard I,hanon 1,2024-03-04T10:00Z,,,,,,",
)


def table(*texts: str, folder: Path = Path()) -> Source:
    cells = [dict(zip(HEAD, text.split(","), strict=False)) for text in texts]
    lines = [Line(number, each) for number, each in enumerate(cells, 2)]
    sha256 = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return Source(lambda: lines, folder, sha256, len(lines))


@pytest.fixture
def imports(school: world.School) -> Imports:
    return school.practika.services.imports


def counts(plan: Plan, *names: str) -> tuple[int, ...]:
    assert plan.problems == []
    return tuple(plan.counts()[name] for name in names or ("new", "changed", "kept", "renumbered"))


def why(plan: Plan) -> list[str]:
    return [str(problem) for problem in plan.problems]


def stack(school: world.School, who: str) -> list[Take]:
    with school.practika.record.read() as uow:
        return uow.takes.stack(school.exercises["hanon"].id, school.id(who))


def events(school: world.School) -> int:
    with school.practika.record.read() as uow:
        return uow.events.now().id


def test_a_history_comes_in_once(school: world.School, imports: Imports) -> None:
    before = events(school)
    assert counts(imports.plan("", table(*TABLE))) == (3, 0, 0, 0)
    assert events(school) == before  # a plan changes nothing
    assert counts(imports.bring("", table(*TABLE))) == (3, 0, 0, 0)
    after = events(school)
    assert counts(imports.bring("", table(*TABLE))) == (0, 0, 3, 0)
    assert events(school) == after
    first, second = stack(school, "Mira")
    assert (first.number, second.number, first.state) == (1, 2, TakeState.SUBMITTED)
    assert (first.asset_id, first.imported) == (None, True)
    assert first.submitted_at == datetime(2024, 3, 4, 10, tzinfo=UTC)
    with school.practika.record.read() as uow:
        kept = uow.histories.of_takes([first.id, second.id])
        (noted,) = (e for e in uow.events.after(Watermark())[0] if e.kind is EventKind.IMPORTED)
    assert (kept[first.id].score, kept[first.id].max_score) == (12, 20)
    assert (kept[first.id].outcome, kept[first.id].withdrawn_at) == ("withdrawn", None)
    assert (kept[second.id].replied_at, kept[second.id].outcome) == (None, "")
    assert noted.data == {"sha256": table(*TABLE).sha256, "rows": 3, "takes": 3}


def test_a_later_table_fills_in_and_erases_nothing(school: world.School, imports: Imports) -> None:
    imports.bring("", table(*TABLE))
    more = (
        f"{MIRA},2024-03-04T10:00Z,,,,,2024-05-01T00:00Z,",
        f"{MIRA},2024-04-04T10:00Z,2024-04-05T10:00Z,20,20,,,",
    )
    assert counts(imports.bring("", table(*more))) == (0, 2, 0, 0)
    assert counts(imports.bring("", table(*more))) == (0, 0, 2, 0)
    first, second = stack(school, "Mira")
    with school.practika.record.read() as uow:
        kept = uow.histories.of_takes([first.id, second.id])
    assert (kept[first.id].score, kept[first.id].outcome) == (12, "withdrawn")
    assert kept[first.id].withdrawn_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert (kept[second.id].score, kept[second.id].level) == (20, 6)
    other = imports.bring("", table(f"{MIRA},2024-03-04T10:00Z,2024-03-06T10:00Z,,,,,"))
    assert why(other) == [
        "Line 2: the reply came at 2024-03-05T10:00:00+00:00 by an earlier import. "
        "When somebody was answered is not changed afterwards."
    ]


def test_older_takes_go_before_those_that_are_there(school: world.School, imports: Imports) -> None:
    here = school.handed_in("Mira")
    imports.bring("", table(TABLE[1]))
    assert [take.number for take in stack(school, "Mira")] == [1, 2]
    assert counts(imports.bring("", table(*TABLE))) == (2, 0, 1, 2)
    shown = stack(school, "Mira")
    assert [(take.number, take.imported) for take in shown] == [(1, True), (2, True), (3, False)]
    assert shown[2].id == here
    facts = school.practika.services.progress.facts
    facts.refresh()
    assert facts.rows("SELECT number, replaced_at IS NULL FROM submitted ORDER BY 1, 2") == [
        (1, False),
        (1, True),
        (2, True),
    ]  # Mira's own take was only written down, so no event told of it


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("nobody@x.example,Keyboard I,Hanon 1,2024-03-04T10:00Z", "nobody here has the id or"),
        ("mira@example.com,Keyboard I,Hanon 1,2024-03-04T10:00Z", "Did you mean mira@example.org?"),
        ("ada@example.org,Keyboard I,Hanon 1,2024-03-04T10:00Z", "Ada Example is here as teacher"),
        ("mira@example.org,Keybord I,Hanon 1,2024-03-04T10:00Z", "Did you mean Keyboard I?"),
        ("mira@example.org,Keyboard I,Hannon 1,2024-03-04T10:00Z", "Did you mean Hanon 1?"),
        ("mira@example.org,Dance basics,Turn,2024-03-04T10:00Z", "no exercise Turn in Dance"),
        (f"{MIRA},yesterday", "submitted_at is yesterday, not a time like"),
        (f"{MIRA},NA", "submitted_at is missing."),
        (f"{MIRA},2024-03-04", "a day without a time"),
        (f"{MIRA},2999-03-04T10:00Z", "is still to come"),
        (f"{MIRA},2024-03-04T10:00Z,2024-03-04T09:59Z", "replied_at lies before submitted_at"),
        (f"{MIRA},2024-03-04T10:00Z,,21,20", "score is 21, more than the 20 of max_score"),
        (f"{MIRA},2024-03-04T10:00Z,,-1", "score is -1; it must lie between"),
        (f"{MIRA},2024-03-04T10:00Z,,good", "score is good, not a number."),
        (f"{MIRA},2024-03-04T10:00Z,,nan,", ""),
        (f"{MIRA},2024-03-04T10:00Z,,1,0", "max_score is 0"),
        (f"{MIRA},2024-03-04T10:00Z,,,,,,../secret.mp4", "lies outside of"),
        (f"{MIRA},2024-03-04T10:00Z,,,,,,/etc/passwd", "lies outside of"),
        (f"{MIRA},2024-03-04T10:00Z,,,,,,none.mp4", "there is no file none.mp4."),
        (f"{MIRA},2024-03-04T10:00Z,,,,,,text.mp4", "text.mp4: This file is text, not a video"),
    ],
)
def test_a_wrong_row_says_why_and_keeps_everything(
    school: world.School, imports: Imports, tmp_path: Path, row: str, sentence: str
) -> None:
    (tmp_path / "text.mp4").write_text("no video " * 20_000)
    before = events(school)
    plan = imports.bring("", table(TABLE[1], row, folder=tmp_path))
    if not sentence:
        assert plan.problems == []
        return
    (problem,) = plan.problems
    assert problem.line == 3
    assert sentence in problem.sentence
    assert (events(school), stack(school, "Mira")) == (before, [])


def test_the_same_take_twice_names_both_lines(imports: Imports) -> None:
    plan = imports.bring("", table(*TABLE, f"{MIRA},2024-03-04 11:00+01:00"))
    assert why(plan) == [
        "Line 5: the same person, exercise and submitted_at stand on line 2 already."
    ]


def test_hours_that_clocks_skip_or_show_twice_are_asked_about() -> None:
    def at(text: str) -> datetime:
        cells = dict.fromkeys(NEEDED, "x") | {"submitted_at": text}
        return told(Line(2, cells), BERLIN, NOW).submitted_at

    assert at("2024-03-31T01:30").isoformat() == "2024-03-31T00:30:00+00:00"
    assert at("2024-10-27T02:30+01:00").isoformat() == "2024-10-27T01:30:00+00:00"
    with pytest.raises(InvalidInput, match="was skipped when the clocks went forward in Europe"):
        at("2024-03-31T02:30")
    with pytest.raises(InvalidInput, match="was shown twice in Europe/Berlin"):
        at("2024-10-27T02:30")


def test_what_is_missing_is_made_when_that_is_asked_for(
    school: world.School, imports: Imports
) -> None:
    rows = (
        "mira@example.org,Guitar,Tremolo,2024-03-04T10:00Z",
        "jonas@example.org,Guitar,Arpeggio,2023-03-04T10:00Z",
        "mira@example.org,Keyboard I,Etude,2024-03-04T10:00Z",
    )
    assert len(imports.plan("", table(*rows)).problems) == 3
    names = ("new", "courses", "exercises", "places")
    assert counts(imports.plan("", table(*rows), create=True), *names) == (3, 1, 3, 2)
    assert counts(imports.bring("", table(*rows), create=True), *names) == (3, 1, 3, 2)
    assert counts(imports.bring("", table(*rows), create=True), "kept", "exercises") == (3, 0)
    with school.practika.record.read() as uow:
        (guitar,) = (course for course in uow.courses.all() if course.title == "Guitar")
        made = uow.exercises.in_courses([guitar.id])
        (jonas,) = uow.courses.of_person(school.id("Jonas"))[-1:]
    assert [(each.title, each.position) for each in made] == [("Tremolo", 0), ("Arpeggio", 1)]
    assert jonas.created_at == datetime(2023, 3, 4, 10, tzinfo=UTC)


def test_it_never_waits_for_a_teacher(school: world.School, imports: Imports) -> None:
    teacher = school.practika.services.queue
    here = school.handed_in("Mira")
    imports.bring("", table(*TABLE))
    home = teacher.home(school.id("Ada"))
    assert [item["take"]["id"] for item in home["queue"]] == [here]
    (jonas,) = (row for row in home["grid"]["rows"] if row["student"]["name"] == "Jonas Example")
    assert jonas["cells"][0]["status"] == "imported"
    desk = school.practika.services.replies.desk(school.id("Ada"), stack(school, "Jonas")[0].id)
    assert (desk["position"]["index"], desk["position"]["total"]) == (None, 1)
    school.practika.services.replies.save(
        school.id("Ada"), desk["take_id"], client_key="k", kind="keep", text="Begun"
    )
    assert teacher.home(school.id("Ada"))["title"] == "One take waits for you"


def test_pages_say_calmly_that_there_is_no_video(school: world.School, imports: Imports) -> None:
    services, mira = school.practika.services, school.id("Mira")
    imports.bring("", table(*TABLE))
    first, _ = stack(school, "Mira")
    home = services.takes.home(mira)
    shown = home["stacks"][0]
    assert (shown["status"], shown["badge"]) == ("imported", "Imported")
    assert [(take["bare"], take["poster"]) for take in shown["takes"]] == [(True, "")] * 2
    assert (home["doing"]["takes"], home["doing"]["answered"]) == (2, 1)
    assert home["new"] == []
    view = services.comparisons.view(mira, first.id)
    assert view["a"]["video"]["problem"] == "Imported without video."
    assert (view["a"]["video"]["src"], view["a"]["video"]["poster"]) == ("", "")
    assert (view["b"], view["options"]) == (None, [])
    assert view["take"]["history"] == {
        "replied": "2024-03-05T10:00:00+00:00",
        "score": "12 of 20",
        "outcome": "withdrawn",
        "withdrawn": None,
    }
    assert services.syncing.view(mira, first.id) is None
    for kind in ("video", "original", "poster"):
        with pytest.raises(NotFound):
            services.media.open(mira, "take", first.id, kind)
    with pytest.raises(NotFound):
        services.media.thumbnails(mira, "take", first.id)
    assert services.media.captions(mira, "take", first.id).startswith("WEBVTT")
    assert services.ledger.report(mira, first.id, [(0.0, 1.0)], {}) == []
    ada = school.id("Ada")
    assert services.ledger.beside(ada, stack(school, "Mira")[1].id)["waiting"] is False
    assert services.moments.view(ada, first.id)["state"] == "none"
    with pytest.raises(InvalidInput, match="nothing to cut from"):
        services.clips.ask(ada, first.id, 0, 1)
    with pytest.raises(NotFound, match="Imported without video"):
        services.comparisons.asset(mira, "take", first.id)


def test_a_take_with_a_video_is_never_compared_with_one_without(
    school: world.School, imports: Imports, video: Path
) -> None:
    imports.bring("", table(*TABLE))
    here = school.submitted("Mira", video)
    view = school.practika.services.comparisons.view(school.id("Mira"), here)
    assert (view["take"]["number"], view["options"], view["choice"]) == (3, [], "")
    assert [note["key"] for note in view["options"]] == []
    desk = school.practika.services.replies.desk(school.id("Ada"), here)
    assert desk["earlier"]["take"]["video"]["state"] == "none"


def test_a_teacher_can_still_answer_it(school: world.School, imports: Imports) -> None:
    services, ada = school.practika.services, school.id("Ada")
    imports.bring("", table(*TABLE))
    first, _ = stack(school, "Mira")
    services.replies.save(ada, first.id, client_key="k", kind="keep", text="Well done, then.")
    assert services.replies.release(ada, first.id) == 1
    (new,) = services.takes.home(school.id("Mira"))["new"]
    assert new["lead"] == "Well done, then."
    with pytest.raises(InvalidInput, match="about the whole take"):
        services.replies.save(ada, first.id, client_key="l", kind="fix", text="Here", start_ms=1000)


def test_nobody_is_told_what_happened_long_ago(school: world.School, imports: Imports) -> None:
    live = school.practika.services.live
    mark = live.now()
    imports.bring("", table(*TABLE))
    heard, after = live.since(mark)
    assert [event.kind for event in heard] == [EventKind.IMPORTED]
    assert live.concerns(school.id("Mira"), heard) == []
    assert len(live.concerns(school.id("Helen"), heard)) == 1
    assert live.since(after) == ([], after)
    school.practika.services.accounts.sign_in("mira@example.org", world.PASSWORD)
    assert [event.kind for event in live.since(after)[0]] == [EventKind.SIGNED_IN]


def test_a_video_comes_in_as_an_upload_does(
    school: world.School, imports: Imports, tmp_path: Path, video: Path
) -> None:
    films = tmp_path / "films"
    films.mkdir()
    (films / "take.mp4").write_bytes(video.read_bytes())
    (films / "cut.mp4").write_bytes(video.read_bytes()[:3000])
    imports.bring("", table(*TABLE))
    filmed = f"{MIRA},2024-03-04T10:00Z,,,,,,take.mp4"
    broken = table(filmed, f"{MIRA},2024-04-04T10:00Z,,,,,,cut.mp4", folder=films)
    assert why(imports.bring("", broken))[0].startswith("Line 3: cut.mp4: ")
    assert stack(school, "Mira")[0].asset_id is None
    assert counts(imports.bring("", table(filmed, folder=films))) == (0, 1, 0, 0)
    assert counts(imports.bring("", table(filmed, folder=films))) == (0, 0, 1, 0)
    (films / "take.mp4").write_bytes(b"changed afterwards")
    assert school.work() > 0
    first, _ = stack(school, "Mira")
    with school.practika.record.read() as uow:
        asset = uow.assets.get(first.asset_id or "")
    assert asset is not None
    assert asset.state is AssetState.READY
    assert asset.size == video.stat().st_size
    opened = school.practika.services.media.open(school.id("Mira"), "take", first.id, "original")
    assert b"".join(school.practika.blobs.read(opened.key)) == video.read_bytes()
    facts = school.practika.services.progress.facts
    facts.refresh()
    asked = f"SELECT round(seconds), number FROM takes WHERE take_id = '{first.id}'"
    assert facts.rows(asked) == [(round(float(asset.duration or 0)), 1)]


def test_only_admins_and_the_operator_may(school: world.School, imports: Imports) -> None:
    with pytest.raises(NotFound):
        imports.plan(school.id("Ada"), table(*TABLE))
    assert counts(imports.bring(school.id("Tom"), table(*TABLE)), "new") == (3,)


def test_researchers_find_what_the_table_said_and_nothing_more(
    school: world.School, imports: Imports
) -> None:
    imports.bring("", table(*TABLE))
    takes = school.practika.frames.takes.sort_values(["submitted_at", "score"])
    assert list(takes.imported) == [True] * 3
    assert [None if pandas.isna(each) else each for each in takes.score] == [12, None, 16]
    said = [None if pandas.isna(each) else each for each in takes.outcome]
    assert said == ["withdrawn", None, None]
    assert takes.withdrawn_at.isna().all()
    assert takes.duration_ms.isna().all()
    assert list(takes.answered) == [True, False, False]


def test_coordinators_see_whose_replies_nobody_knows(
    school: world.School, imports: Imports
) -> None:
    progress = school.practika.services.progress
    imports.bring("", table(*TABLE))
    assert progress.overview(school.id("Helen"))["waiting"]["total"] == 0
    chart = progress.board.section(school.id("Helen"), "teachers")
    assert "Imported replies" in str(chart)
