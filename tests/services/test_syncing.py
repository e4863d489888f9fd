"""What keeps two videos together: anchors of people over a map, for those who may."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import school as world
import videos
from practika_kernel.domain.anchors import pinned, read
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.tempo import bands, sayings
from practika_kernel.domain.timemap import Break, BreakKind, Method, TimeMap
from practika_kernel.services.alignments import Pending
from practika_kernel.services.syncing import sync_view


@pytest.fixture
def pair(school: world.School, video: Path, tmp_path: Path) -> tuple[world.School, str, str]:
    """A take of Mira's and, to stand beside it, an earlier one of other bytes."""
    videos.make(tmp_path / "earlier.mp4", frames=40)
    earlier = school.submitted("Mira", tmp_path / "earlier.mp4")
    return school, school.submitted("Mira", video), f"take:{earlier}"


def anchors(school: world.School, who: str, take: str, beside: str) -> list[tuple[float, float]]:
    view = school.practika.services.syncing.view(school.id(who), take, beside)
    assert view is not None
    return [(one["a"], one["b"]) for one in view["anchors"]]


def test_an_anchor_is_kept_for_the_pair_and_seen_from_both_sides(pair):
    school, take, beside = pair
    syncing = school.practika.services.syncing
    syncing.anchor(school.id("Mira"), take, beside, 1.0, 0.5)
    syncing.anchor(school.id("Ada"), take, beside, 1.5, 1.2)
    assert anchors(school, "Ada", take, beside) == [(1.0, 0.5), (1.5, 1.2)]
    other_way = beside.removeprefix("take:"), f"take:{take}"
    assert anchors(school, "Mira", *other_way) == [(0.5, 1.0), (1.2, 1.5)]
    view = syncing.view(school.id("Mira"), take, beside)
    assert view["points"] == [[1.0, 0.5], [1.5, 1.2]], "without a map the anchors are one"
    assert view["can"] == {"anchor": True}
    syncing.lift(school.id("Ada"), take, beside, view["anchors"][0]["id"])
    assert anchors(school, "Mira", take, beside) == [(1.5, 1.2)]
    with pytest.raises(NotFound, match="gone already"):
        syncing.lift(school.id("Ada"), take, beside, view["anchors"][0]["id"])


def test_an_anchor_that_would_cross_another_is_refused_in_a_sentence(pair):
    school, take, beside = pair
    syncing, mira = school.practika.services.syncing, school.id("Mira")
    syncing.anchor(mira, take, beside, 1.0, 0.8)
    for a, b in ((1.2, 0.6), (0.5, 1.1), (1.3, 0.8)):
        with pytest.raises(Conflict, match=r"would cross the anchor at 0:01\.0 = 0:00\.8"):
            syncing.anchor(mira, take, beside, a, b)
    with pytest.raises(Conflict, match="an anchor here already"):
        syncing.anchor(mira, take, beside, 1.01, 0.81)
    for a, b in ((-1.0, 0.2), (0.2, 77.0), (float("nan"), 1.0)):
        with pytest.raises(InvalidInput, match="outside the video"):
            syncing.anchor(mira, take, beside, a, b)
    assert anchors(school, "Mira", take, beside) == [(1.0, 0.8)]


def test_only_the_student_and_teachers_set_anchors(pair):
    school, take, beside = pair
    syncing = school.practika.services.syncing
    kept = syncing.anchor(school.id("Mira"), take, beside, 1.0, 0.5)
    assert syncing.view(school.id("Rosa"), take, beside)["can"] == {"anchor": False}
    with pytest.raises(NotAllowed):
        syncing.anchor(school.id("Rosa"), take, beside, 0.2, 0.2)
    with pytest.raises(NotAllowed):
        syncing.lift(school.id("Rosa"), take, beside, kept["id"])
    for stranger in ("Jonas", "Piet", "Helen"):
        for call in (
            lambda who: syncing.view(who, take, beside),
            lambda who: syncing.anchor(who, take, beside, 0.2, 0.2),
            lambda who: syncing.lift(who, take, beside, kept["id"]),
        ):
            with pytest.raises(NotFound):
                call(school.id(stranger))
    assert syncing.view(school.id("Mira"), take, "") is not None
    same = school.submitted("Jonas", school.practika.settings.data.parent / "earlier.mp4")
    assert syncing.view(school.id("Jonas"), same, "") is None


def test_a_map_goes_through_every_anchor_and_stays_rising():
    line = [(0.0, 0.0), (4.0, 3.0), (8.0, 9.0), (12.0, 12.0)]
    fixed = [(2.0, 2.5), (6.0, 5.0), (10.0, 11.0)]
    moved = pinned(line, fixed)
    for a, b in fixed:
        assert read(moved, a) == pytest.approx(b)
    assert all(x < u and y < v for (x, y), (u, v) in pairwise(moved))
    before = read(moved, 0.0) - read(line, 0.0)
    assert before == pytest.approx(2.5 - read(line, 2.0)), "before the first it moves as a whole"


def test_the_ribbon_says_slower_faster_and_nothing_where_it_is_the_same():
    points = [(0.0, 0.0), (10.0, 10.0), (20.0, 18.8), (30.0, 29.6)]
    said = [(round(one.a[0]), round(one.change, 2)) for one in sayings(bands(points))]
    assert [change for _, change in said] == pytest.approx([-0.12, 0.08], abs=0.02)
    assert [at for at, _ in said] == pytest.approx([10, 20], abs=1.1)
    assert bands([]) == []
    steady = bands([(0.0, 1.0), (30.0, 30.6)])
    assert {band.kind for band in steady} == {"same"}


def test_the_view_says_what_is_known_and_falls_back_in_a_sentence():
    assert sync_view(None, [])["state"] == "none"
    assert sync_view(Pending(0.4), [])["state"] == "pending"
    failed = sync_view(Pending(0.4, "One of the two videos is gone."), [])
    assert (failed["state"], failed["problem"]) == ("failed", "One of the two videos is gone.")
    unlike = sync_view(TimeMap((), 0.31), [])
    assert (unlike["state"], unlike["points"], unlike["confidence"]) == ("unlike", [], 0.31)
    assert "kept together by offset" in unlike["problem"]
    known = TimeMap(
        ((0.0, 0.0), (5.0, 4.0)),
        0.93,
        -0.5,
        Method.SOUND,
        (Break(BreakKind.PAUSE, (2.0, 3.0), (2.0, 2.0)),),
    )
    ready = sync_view(known, [{"id": "x", "a": 5.0, "b": 4.5}])
    assert (ready["state"], ready["confidence"]) == ("ready", 0.93)
    assert ready["points"][-1] == [5.0, 4.5], "the anchor has the last word"
    assert ready["breaks"] == [{"kind": "pause", "a": [2.0, 3.0], "b": [2.0, 2.0]}]


def comment(school: world.School, take: str, *, end: int | None, start: int | None = 500) -> str:
    replies, ada = school.practika.services.replies, school.id("Ada")
    saved = replies.save(
        ada,
        take,
        client_key="k",
        kind="fix",
        text="**Lighter** & softer",
        start_ms=start,
        end_ms=end,
    )
    replies.release(ada, take)
    return str(saved["id"])


def practised(school: world.School) -> list[dict[str, object]]:
    with school.practika.record.read() as uow:
        events, _ = uow.events.after(Watermark())
    return [dict(e.data) for e in events if e.kind is EventKind.PRACTISED]


def test_practice_is_counted_for_the_student_within_what_is_possible(school, video):
    take = school.submitted("Mira", video)
    reply = comment(school, take, end=1500)
    looped = school.practika.services.practising.looped
    assert looped(school.id("Mira"), take, reply, 30.0, 12, 0.7)
    assert not looped(school.id("Ada"), take, reply, 30.0, 12, 0.7), "a teacher only tries it"
    told = practised(school)
    assert [(one["seconds"], one["repetitions"], one["reply"]) for one in told] == [(30, 12, reply)]
    for seconds, times, rate in ((30.0, 90, 1.0), (1e6, 3, 1.0), (-1.0, 1, 1.0), (9.0, 1, 9.0)):
        with pytest.raises(InvalidInput):
            looped(school.id("Mira"), take, reply, seconds, times, rate)
    with pytest.raises(NotFound):
        looped(school.id("Jonas"), take, reply, 30.0, 3, 1.0)
    assert len(practised(school)) == 1


def test_a_comment_on_the_whole_take_has_nothing_to_practise(school, video):
    take = school.submitted("Mira", video)
    reply = comment(school, take, start=None, end=None)
    with pytest.raises(InvalidInput, match="no moment"):
        school.practika.services.practising.looped(school.id("Mira"), take, reply, 9.0, 1, 1.0)
    assert school.practika.services.media.captions(school.id("Mira"), "take", take) == "WEBVTT\n"


def test_captions_show_the_released_comments_of_a_take_to_those_who_see_it(school, video):
    take = school.submitted("Mira", video)
    comment(school, take, end=None)
    captions = school.practika.services.media.captions
    shown = captions(school.id("Mira"), "take", take)
    assert "00:00:00.500 --> 00:00:04.500\nLighter &amp; softer\n" in shown
    with pytest.raises(NotFound):
        captions(school.id("Jonas"), "take", take)
    with pytest.raises(NotFound):
        captions(school.id("Mira"), "exercise", school.exercises["hanon"].id)


def test_the_times_of_uneven_pictures_are_served(school, tmp_path):
    import json
    from fractions import Fraction

    times = tuple(Fraction(n, 25) + (Fraction(1, 50) if n % 2 else 0) for n in range(40))
    videos.make(tmp_path / "uneven.mp4", times=times)
    take = school.submitted("Mira", tmp_path / "uneven.mp4")
    found = school.practika.services.media.open(school.id("Mira"), "take", take, "frames")
    file = school.practika.blobs.local(found.key)
    runs = json.loads(file.read_text())
    lengths = [length for length, count in runs for _ in range(count)]
    assert len(lengths) == 40
    at = [sum(lengths[:n]) / 1e6 for n in range(40)]
    assert at == pytest.approx([float(t) for t in times], abs=1e-4)
    side = school.practika.services.comparisons.take(school.id("Mira"), take)
    assert side["video"]["frames"] == f"media/take/{take}/frames"


def test_the_original_is_offered_beside_a_web_copy(school, tmp_path):
    videos.make(tmp_path / "phone.mp4", codec="hevc", frames=25)
    take = school.submitted("Mira", tmp_path / "phone.mp4")
    shown = school.practika.services.comparisons.take(school.id("Mira"), take)["video"]
    assert [one["key"] for one in shown["qualities"]] == ["web", "original"]
    assert "hvc1" in shown["qualities"][1]["type"]
    assert shown["captions"] == f"media/take/{take}/captions"
