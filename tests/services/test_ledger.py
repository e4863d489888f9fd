"""A comment's life through the services: seen by playing, tried, judged, carried, to be fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import school as world
import tunes
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Asset, AssetState, Take, TakeState
from practika_kernel.services.assets import digest, original_key
from practika_kernel.services.ledger import Ledger


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tune, the tune played slower and later, and something else."""
    folder = tmp_path_factory.mktemp("tunes")
    for name, played in (
        ("first", tunes.play(tunes.TUNE)),
        ("slower", tunes.play(tunes.TUNE, tempo=0.8, late=1.5)),
        ("other", tunes.play(tunes.OTHER)),
    ):
        tunes.film(folder / f"{name}.mp4", played)
    return {name: folder / f"{name}.mp4" for name in ("first", "slower", "other")}


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


def take(school: world.School, video: Path, *, submit: bool = True) -> str:
    """File a video as Mira's draft and submit it; how it gets there is tested elsewhere."""
    sha256, now = digest(video, lambda share: None), utc_now()
    copy = school.practika.settings.data / f"{new_id()}.mp4"
    copy.write_bytes(video.read_bytes())
    size = school.practika.blobs.put(original_key(sha256), copy, "video/mp4")
    exercise, mira = school.exercises["hanon"], school.id("Mira")
    with school.practika.record.write() as uow:
        asset = uow.assets.by_sha256(sha256)
        if asset is None:
            ready = AssetState.READY
            asset = Asset(new_id(), sha256, size, "video/mp4", now, ready, duration=Fraction(9))
            uow.assets.add(asset)
        number = uow.takes.next_number(exercise.id, mira)
        new = Take(new_id(), exercise.id, school.course, mira, number, asset.id, now, video.name)
        uow.takes.add(new)
    if submit:
        school.practika.services.takes.submit(mira, new.id)
    return new.id


def said(school: world.School, take_id: str, kind: str = "fix", **more: Any) -> str:
    """A comment by Ada, released."""
    replies, ada = school.practika.services.replies, school.id("Ada")
    saved = replies.save(ada, take_id, client_key=new_id(), kind=kind, text=f"{kind}.", **more)
    replies.release(ada, take_id)
    return str(saved["id"])


def kinds(school: world.School, kind: EventKind) -> list[dict[str, object]]:
    with school.practika.record.read() as uow:
        events, _ = uow.events.after(Watermark(), 10_000)
    return [{"reply": e.reply_id, **e.data} for e in events if e.kind is kind]


def test_half_a_range_is_needed_and_each_comment_has_its_own_event(school, films):
    mira, ledger = school.id("Mira"), school.practika.services.ledger
    one = take(school, films["first"])
    early, late = said(school, one, start_ms=1000, end_ms=3000), said(school, one, start_ms=6000)
    whole, keep = said(school, one), said(school, one, "keep", start_ms=500)
    assert ledger.report(mira, one, [(1000, 1900)], {}) == []
    assert ledger.report(mira, one, [(1900, 2000)], {}) == [early]
    assert ledger.beside(mira, one)["lives"] == {
        early: "seen", late: "given", whole: "given", keep: "given",
    }  # fmt: skip
    assert ledger.report(mira, one, [], {whole: 5000, "nobody": 5000}) == []
    assert [event["by"] for event in kinds(school, EventKind.REPLY_SEEN)] == ["played"]


def test_nobody_reads_or_plays_faster_than_time_passes(school, films):
    mira = school.id("Mira")
    now = [datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(days=400)]
    services = school.practika.services
    ledger = Ledger(school.practika.record, lambda: now[0], services.alignments)
    one = take(school, films["first"])
    whole, late = said(school, one), said(school, one, start_ms=5000, end_ms=9000)
    assert ledger.report(mira, one, [(0, 500)], {whole: 1000}) == []
    now[0] += timedelta(seconds=0.5)
    # A second and a half is believed, with the slack; twice that can have been played.
    assert ledger.report(mira, one, [(5000, 9000)], {whole: 60_000}) == [late]
    now[0] += timedelta(seconds=1.5)
    assert ledger.report(mira, one, [], {whole: 60_000}) == [whole]
    assert [e["by"] for e in kinds(school, EventKind.REPLY_SEEN)] == ["played", "read"]


def test_what_is_played_is_noted_again_and_again_also_without_a_comment(school, films):
    mira, ada = school.id("Mira"), school.id("Ada")
    now = [datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(days=400)]
    services = school.practika.services
    ledger = Ledger(school.practika.record, lambda: now[0], services.alignments)
    one = take(school, films["first"])
    ledger.report(mira, one, [(0, 3000), (1000, 4000)], {})
    now[0] += timedelta(seconds=1)
    ledger.report(mira, one, [(0, 9000)], {})  # two seconds with the slack, at double speed
    ledger.report(ada, one, [(0, 9000)], {})  # a teacher's looking is no practice
    ledger.report(mira, one, [], {})
    views = kinds(school, EventKind.VIEWED)
    assert [view["spans"] for view in views] == [[[0, 3000], [1000, 4000]], [[0, 4000]]]
    assert {view["length_ms"] for view in views} == {9000}


def test_a_forged_report_is_refused_and_nothing_is_kept(school, films):
    mira, ledger = school.id("Mira"), school.practika.services.ledger
    one = take(school, films["first"])
    comment = said(school, one, start_ms=1000)
    for played in ([(0, 600_000)], [(5, 5)], [(9, 3)], [(-5, 3)]):
        with pytest.raises(InvalidInput, match="does not lie on the take"):
            ledger.report(mira, one, played, {})
    with pytest.raises(InvalidInput):
        ledger.report(mira, one, [], {comment: -1})
    assert ledger.report(school.id("Ada"), one, [(0, 9000)], {}) == []
    with pytest.raises(NotFound):
        ledger.report(school.id("Jonas"), one, [(0, 9000)], {})
    assert ledger.beside(mira, one)["lives"] == {comment: "given"}


def test_a_comment_is_carried_to_the_matching_moment_of_the_next_take(school, films):
    mira, ada, ledger = school.id("Mira"), school.id("Ada"), school.practika.services.ledger
    one = take(school, films["first"])
    arrow = {"tool": "arrow", "colour": "blue", "points": [0.1, 0.1, 0.5, 0.5]}
    comment = said(school, one, start_ms=2100, end_ms=3000, drawing=[arrow])
    ledger.report(mira, one, [(2000, 3000)], {})
    two = take(school, films["slower"])
    before = ledger.beside(ada, two)
    assert before["waiting"]
    assert (before["last"][0]["at"], before["last"][0]["why"]) == (2.1, "unsure")
    assert "still being compared" in before["line"]
    assert school.work() == 1, "submitting had the two takes aligned"
    found = ledger.beside(ada, two)
    (item,) = found["last"]
    assert not found["waiting"]
    assert found["line"] == ""
    assert item["at"] == pytest.approx(1.5 + 0.3 + 1.8 / 0.8, abs=0.06)
    assert item["until"] - item["at"] == pytest.approx(0.9 / 0.8, abs=0.08)
    assert (item["life"], item["verdict"], item["proposed"]) == ("tried", "", "")
    assert found["previous"]["number"] == 1
    assert item["drawn"]["drawing"] == [arrow]
    assert item["drawn"]["shown"] == {"from": 2.1, "to": 3.0}, "as it stood on the earlier take"
    todo = ledger.to_fix(mira)
    assert todo["open"] == 1
    assert todo["items"][0]["id"] == comment
    assert todo["items"][0]["later"] == {"id": two, "number": 2}
    assert todo["items"][0]["at"] == item["at"]


def test_without_a_map_to_trust_the_original_time_is_shown_and_said(school, films):
    ada, ledger = school.id("Ada"), school.practika.services.ledger
    one = take(school, films["first"])
    said(school, one, start_ms=2100)
    two = take(school, films["other"])
    school.work()
    found = ledger.beside(ada, two)
    assert not found["waiting"]
    assert (found["last"][0]["at"], found["last"][0]["why"]) == (2.1, "unsure")
    assert "could not be matched" in found["line"]
    assert found["previous"]["points"] == []


def test_what_became_of_a_comment_is_proposed_confirmed_and_changed(school, films):
    mira, ada, ledger = school.id("Mira"), school.id("Ada"), school.practika.services.ledger
    one = take(school, films["first"])
    again, mended = said(school, one, start_ms=1500), said(school, one, start_ms=6000)
    praise = said(school, one, "keep", start_ms=4000)
    two = take(school, films["slower"])
    school.work()
    said(school, two, start_ms=3500)

    def rows(take_id: str) -> dict[str, dict[str, object]]:
        return {row["id"]: row for row in ledger.beside(ada, take_id)["last"]}

    proposed = {name: rows(two)[name]["proposed"] for name in (again, mended, praise)}
    assert proposed == {again: "same", mended: "fixed", praise: ""}
    assert rows(two)[again]["because"] == "the same was said here again"
    ledger.judge(mira, again, "fixed", two)
    assert rows(two)[again]["verdict"] == "fixed"
    assert rows(two)[again]["decided"]["by"] == "Mira Example"
    ledger.judge(ada, again, "better", two)
    ledger.judge(ada, again, "better", two)
    assert rows(two)[again]["life"] == "better"
    assert rows(two)[again]["decided"]["by"] == "You"
    told = [(e["before"], e["verdict"], e["on"]) for e in kinds(school, EventKind.REPLY_JUDGED)]
    assert told == [("", "fixed", two), ("fixed", "better", two)]
    three = take(school, films["first"])
    school.work()
    said(school, three, start_ms=1600)
    assert rows(three)[again]["proposed"] == "returned", "it had been better"
    assert rows(three)[again]["mended"]
    assert rows(three)[again]["take"]["number"] == 1
    assert praise not in rows(three), "praise of older takes does not come along"
    ledger.judge(ada, again, "", two)
    assert rows(three)[again]["proposed"] == "same"


def test_a_proposal_rests_on_the_tag_first_and_says_so(school, films):
    ada, services = school.id("Ada"), school.practika.services
    timing, tone = (
        services.tagging.put(ada, school.course, name=name, colour="blue")["id"]
        for name in ("Timing", "Tone")
    )
    one, two = take(school, films["first"]), take(school, films["first"])
    late = said(school, one, start_ms=1500, tag_id=timing)
    thin = said(school, one, start_ms=6000, tag_id=tone)
    said(school, two, "ask", start_ms=1600, tag_id=timing)
    said(school, two, start_ms=6100, tag_id=timing)
    found = {row["id"]: row for row in services.ledger.beside(ada, two)["last"]}
    assert (found[late]["proposed"], found[late]["because"]) == ("same", "same tag: Timing")
    assert found[late]["tag"]["name"] == "Timing"
    assert (found[thin]["proposed"], found[thin]["because"]) == (
        "fixed",
        "Tone was not said this time",
    ), "another matter at the same moment, though of the same kind"


def test_verdicts_are_for_those_it_concerns_on_later_takes_of_the_stack(school, films):
    mira, ada, ledger = school.id("Mira"), school.id("Ada"), school.practika.services.ledger
    one = take(school, films["first"])
    comment = said(school, one, start_ms=1500)
    two = take(school, films["slower"])
    for who in ("Jonas", "Piet", "Helen"):
        with pytest.raises(NotFound):
            ledger.judge(school.id(who), comment, "fixed", two)
    for verdict, on in (("perfect", two), ("fixed", one)):
        with pytest.raises(InvalidInput):
            ledger.judge(ada, comment, verdict, on)
    draft = take(school, films["other"], submit=False)
    with pytest.raises(NotFound):
        ledger.judge(ada, comment, "fixed", draft)
    ledger.judge(mira, comment, "fixed", two)
    assert ledger.to_fix(mira)["open"] == 0


def test_three_things_fixes_before_questions_before_praise_newest_first(school, films):
    mira, ledger = school.id("Mira"), school.practika.services.ledger
    one = take(school, films["first"])
    old = [said(school, one, kind, start_ms=at) for kind, at in (("keep", 0), ("fix", 2000))]
    ask = said(school, one, "ask")
    two = take(school, films["slower"])
    new = [said(school, two, start_ms=at) for at in (7000, 3000)]
    todo = ledger.to_fix(mira)
    assert [row["id"] for row in todo["items"]] == [new[1], new[0], old[1], ask, old[0]]
    assert todo["open"] == 5
    three = take(school, films["other"])
    for comment in (new[1], new[0]):
        ledger.judge(mira, comment, "fixed", three)
    assert [row["id"] for row in ledger.to_fix(mira)["items"]] == [old[1], ask, old[0]]
    assert ledger.to_fix(school.id("Jonas")) == {"open": 0, "fixed": 0, "items": []}
    with pytest.raises(NotFound):
        ledger.to_fix(school.id("Ada"))


def test_what_was_seen_before_the_ledger_stays_seen(school, films):
    mira, ledger = school.id("Mira"), school.practika.services.ledger
    one = take(school, films["first"])
    comment = said(school, one, start_ms=1000)
    with school.practika.record.write() as uow:
        reply = uow.replies.get(comment)
        uow.replies.save(replace(reply, seen_at=utc_now()))
    assert ledger.beside(mira, one)["lives"] == {comment: "seen"}
    assert school.practika.services.takes.home(mira)["new"] == []
    take(school, films["slower"])
    assert ledger.beside(mira, one)["lives"] == {comment: "tried"}
    with school.practika.record.read() as uow:
        assert uow.takes.get(one).state is TakeState.SUBMITTED
