"""The laws of the ledger: what counts as seen, where a comment lies on another take."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practika_kernel.domain import ledger
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.ledger import Carried, Life, Outcome, Verdict, Watch
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.domain.proposals import Ground, Proposal, propose
from practika_kernel.domain.timemap import Break, BreakKind, Method, TimeMap

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG = 60_000
STRETCH = st.tuples(st.integers(0, LONG - 1), st.integers(1, LONG)).map(sorted).map(tuple)
STRETCHES = st.lists(STRETCH.filter(lambda one: one[0] < one[1]), max_size=8)


def comment(**more: object) -> Reply:
    known = {"id": "r", "take_id": "t", "author_id": "ada", "kind": ReplyKind.FIX, "text": "x",
             "created_at": NOON, "updated_at": NOON, "client_key": "k",
             "state": ReplyState.RELEASED, "released_at": NOON, **more}  # fmt: skip
    return Reply(**known)


def take(number: int, hours: float) -> Take:
    at = NOON + timedelta(hours=hours)
    return Take(f"t{number}", "e", "c", "mira", number, "a", at, state=TakeState.SUBMITTED,
                submitted_at=at)  # fmt: skip


def played(*stretches: tuple[int, int], **read: int) -> Watch:
    """What a page reported of the comment "r", in as many reports as were needed."""
    return Watch("t", NOON, {"r": ledger.union(stretches)} if stretches else {}, read)


def told(before: Watch | None, seconds: float, stretches=(), reply=None, **read: int) -> Watch:
    now = NOON + timedelta(seconds=seconds)
    return ledger.told(before, "t", now, stretches, read, LONG, [reply or EVERYWHERE])


EVERYWHERE = comment(start_ms=0, end_ms=LONG)


@given(STRETCHES, STRETCHES)
def test_a_union_holds_each_moment_once_whatever_the_order(one, two):
    joined = ledger.union([*one, *two])
    assert joined == ledger.union([*two, *one]) == ledger.union(joined)
    assert all(a < b for a, b in joined)
    assert all(before[1] < after[0] for before, after in pairwise(joined))
    moments = {n for a, b in [*one, *two] for n in (a, b - 1)}
    assert all(any(a <= n < b for a, b in joined) for n in moments)
    assert ledger.length(joined) <= ledger.length(one) + ledger.length(two)


@given(STRETCHES, st.integers(0, LONG - 1), st.integers(1, LONG))
def test_playing_more_never_makes_a_comment_less_seen(stretches, start, long):
    reply = comment(start_ms=start, end_ms=start + long)
    watch, seen = None, False
    for place, one in enumerate(stretches):
        watch = told(watch, 60 * place, [one], reply)
        assert ledger.is_seen(reply, watch, LONG) >= seen
        seen = ledger.is_seen(reply, watch, LONG)
    assert ledger.is_seen(reply, told(watch, 6000, [(0, LONG)], reply), LONG)
    assert not ledger.is_seen(reply, played(), LONG)


@pytest.mark.parametrize(
    ("stretches", "seen"),
    [
        ([(10_000, 15_000)], True),
        ([(10_000, 14_999)], False),
        ([(10_000, 12_500), (17_500, 20_000)], True),
        ([(10_000, 14_000), (11_000, 14_000)], False),  # twice the same is not more of it
        ([(5_000, 10_000), (20_000, 25_000)], False),  # what touches it is not in it
    ],
)
def test_half_of_the_range_has_to_be_played(stretches, seen):
    reply = comment(start_ms=10_000, end_ms=20_000)
    assert ledger.is_seen(reply, told(None, 0, stretches, reply), LONG) is seen


def test_a_moment_is_the_second_before_it_and_three_after():
    assert ledger.speaks_of(10_000, None, LONG) == (9_000, 13_000)
    assert ledger.speaks_of(200, None, LONG) == (0, 3_200)
    assert ledger.speaks_of(LONG, None, LONG) == (LONG - 1_000, LONG)
    moment = comment(start_ms=10_000)
    assert ledger.is_seen(moment, told(None, 0, [(9_000, 11_000)], moment), LONG)
    assert not ledger.is_seen(moment, told(None, 0, [(9_000, 10_999)], moment), LONG)


def test_words_are_read_in_five_seconds():
    whole = comment()
    assert ledger.is_seen(whole, played(r=5_000), LONG)
    assert not ledger.is_seen(whole, told(None, 0, [(0, LONG)], whole, r=4_999), LONG)


def test_what_was_played_before_a_comment_was_there_does_not_count_for_it():
    first = comment(id="first", start_ms=0, end_ms=8_000)
    before = told(None, 0, [(0, 3_000)], first)
    late = comment(start_ms=0, end_ms=4_000)
    after = ledger.told(before, "t", NOON, [(3_000, 4_000)], {}, LONG, [first, late])
    assert after.played == {"first": ((0, 4_000),), "r": ((3_000, 4_000),)}
    assert ledger.is_seen(first, after, LONG)
    assert not ledger.is_seen(late, after, LONG)
    assert ledger.told(after, "t", NOON, [], {}, LONG, [late]).played.keys() == {"r"}


def test_a_report_counts_as_far_as_time_allows():
    first = told(None, 0, [(0, 50_000)], r=3_000)
    assert first.played == {"r": ((0, 50_000),)}
    more = told(first, 2, [(50_000, 59_000)], r=4_000)
    assert more.played == {"r": ((0, 56_000),)}, "3 s with the slack, played at twice the speed"
    assert more.read == {"r": 5_000}, "3 s, and never more than is needed"
    assert told(more, 86_400, [(0, LONG)]).played == {"r": ((0, LONG),)}
    backwards = told(played((0, 10)), -60, [(57_000, 59_500)], r=9_000)
    assert backwards.played == {"r": ((0, 10), (57_000, 59_000))}
    assert backwards.read == {"r": 1_000}, "a clock that was put back allows the slack alone"


@given(STRETCHES, st.integers(0, 100_000))
def test_no_report_adds_more_than_twice_the_time_that_passed(stretches, passed_ms):
    after = told(played((0, 10)), passed_ms / 1000, stretches)
    gained = ledger.length(after.played["r"]) - 10
    assert gained <= 2 * (min(passed_ms, 60_000) + 1_000)


@pytest.mark.parametrize("bad", [(0, LONG + 1_001), (5, 5), (7, 3), (-1, 5)])
def test_what_does_not_lie_on_the_take_is_refused(bad):
    with pytest.raises(InvalidInput):
        told(None, 0, [bad])


def test_a_life_goes_from_given_to_seen_to_tried_to_its_verdict():
    stack = [take(1, -1), take(2, 5)]
    reply = comment()
    assert ledger.life(reply, stack, None) is Life.GIVEN
    early, late = (replace(reply, seen_at=NOON + timedelta(hours=h)) for h in (1, 6))
    assert ledger.life(early, stack, None) is Life.TRIED
    assert ledger.life(late, stack, None) is Life.SEEN, "the later take came before it was seen"
    judged = Outcome("r", "t2", Verdict.BETTER, "ada", NOON)
    assert ledger.life(reply, stack, judged) is Life.BETTER


def test_only_what_is_fixed_is_closed_and_praise_with_the_next_try():
    open_in = {life for life in Life if ledger.is_open(comment(), life)}
    assert open_in == set(Life) - {Life.FIXED}
    praise = comment(kind=ReplyKind.KEEP)
    assert {life for life in Life if ledger.is_open(praise, life)} == {Life.GIVEN, Life.SEEN}
    assert not ledger.is_open(comment(state=ReplyState.DRAFT), Life.GIVEN)
    assert not ledger.is_open(comment(parent_id="p"), Life.GIVEN)


SLOWER = TimeMap(((0.0, 1.0), (10.0, 21.0)), 0.9, 1.0, Method.SOUND)


def test_a_comment_is_carried_along_a_sure_map_only():
    assert ledger.carry(2_000, 3_000, SLOWER, 30_000) == Carried(5_000, 7_000)
    assert ledger.carry(2_000, None, SLOWER, 30_000) == Carried(5_000, None)
    assert ledger.carry(None, None, SLOWER, 30_000).why == "whole"
    for way in (None, replace(SLOWER, confidence=0.69), TimeMap((), 0.2)):
        assert ledger.carry(2_000, 3_000, way, 30_000) == Carried(2_000, 3_000, "unsure")


def test_a_passage_that_is_left_out_is_said_to_be_gone():
    skip = Break(BreakKind.SKIP, (4.0, 6.0), (9.0, 9.0))
    way = TimeMap(((0.0, 1.0), (4.0, 9.0), (6.0, 9.001), (9.0, 15.0)), 0.9, 1.0, Method.SOUND,
                  (skip,))  # fmt: skip
    assert ledger.carry(4_500, 5_500, way, 20_000).why == "gone"
    assert ledger.carry(2_000, None, way, 20_000) == Carried(5_000, None)
    assert ledger.carry(40_000, None, SLOWER, 30_000).why == "gone", "after the other take's end"


@given(st.integers(0, 10_000), st.integers(1, 20_000))
def test_a_carried_range_stays_a_range_on_the_take(start, long):
    found = ledger.carry(start, start + long, SLOWER, 22_000)
    if found.known:
        assert 0 <= found.start < found.end
        assert found.end <= 22_000 or found.end == found.start + 1


def test_the_same_kind_at_the_same_moment_is_the_same_or_has_returned():
    carried = Carried(5_000, 7_000)
    there, elsewhere = comment(id="n", start_ms=7_500), comment(id="m", start_ms=12_000)
    other_kind = comment(id="o", start_ms=5_500, kind=ReplyKind.ASK)

    def proposed(here: list[Reply], outcome: Outcome | None = None) -> Verdict | None:
        found = propose(comment(start_ms=2_000), carried, here, 30_000, outcome)
        return found.verdict if found else None

    assert proposed([]) is None
    assert proposed([there, elsewhere]) is Verdict.SAME
    assert proposed([elsewhere, other_kind]) is Verdict.FIXED
    mended = Outcome("r", "t2", Verdict.FIXED, "ada", NOON)
    assert proposed([there], mended) is Verdict.RETURNED
    unsure = Carried(2_000, None, "unsure")
    assert propose(comment(start_ms=2_000), unsure, [there], 30_000, None) is None
    praise = comment(start_ms=2_000, kind=ReplyKind.KEEP)
    assert propose(praise, carried, [there], 30_000, None) is None


TIMING, TONE = "timing", "tone"


@pytest.mark.parametrize(
    ("here", "verdict", "ground"),
    [
        ([{"tag_id": TIMING}], Verdict.SAME, Ground.TAG),
        ([{"tag_id": TIMING, "kind": ReplyKind.ASK}], Verdict.SAME, Ground.TAG),
        ([{"tag_id": TIMING, "kind": ReplyKind.KEEP}], Verdict.FIXED, Ground.PRAISE),
        ([{"tag_id": TONE}], Verdict.FIXED, Ground.GONE),
        ([{"tag_id": TIMING, "start_ms": 20_000}], Verdict.BETTER, Ground.ELSEWHERE),
        ([{"tag_id": TONE}, {}], Verdict.SAME, Ground.KIND),
        ([{"kind": ReplyKind.ASK}], Verdict.FIXED, Ground.GONE),
    ],
)
def test_a_tag_says_what_a_comment_is_about_and_its_kind_only_where_there_is_none(
    here: list[dict[str, Any]], verdict: Verdict, ground: Ground
) -> None:
    rows = [comment(id=str(n), **{"start_ms": 2_500, **each}) for n, each in enumerate(here)]
    before = comment(id="before", start_ms=2_000, tag_id=TIMING)
    found = propose(before, Carried(2_500, None), rows, 30_000, None)
    assert found == Proposal(verdict, ground)


def test_a_tag_that_was_mended_has_returned() -> None:
    again = comment(id="n", start_ms=2_500, tag_id=TIMING)
    mended = Outcome("r", "t2", Verdict.BETTER, "ada", NOON)
    before = comment(id="before", start_ms=2_000, tag_id=TIMING)
    found = propose(before, Carried(2_500, None), [again], 30_000, mended)
    assert found == Proposal(Verdict.RETURNED, Ground.TAG)
