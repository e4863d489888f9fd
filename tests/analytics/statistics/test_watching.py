"""Watching, second by second against counting them, and waits against scipy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from practika_kernel.analytics.measures.intervals import wilson
from practika_kernel.analytics.measures.survival import kaplan_meier
from practika_kernel.analytics.statistics.watching import (
    average_completion,
    time_on_task,
    watch_map,
    watched,
)
from practika_kernel.domain.errors import InvalidInput

stretches = st.lists(
    st.tuples(st.integers(0, 6000), st.integers(0, 4000)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(stretches, st.integers(1, 7000))
def test_what_was_watched_is_what_counting_milliseconds_gives(
    rows: list[tuple[int, int]], duration: int
) -> None:
    played = [0] * duration
    for start, end in rows:
        for at in range(start, min(end, duration)):
            played[at] += 1
    found, each = watched(rows, duration), watch_map(rows, duration)
    assert (found.watch_ms, found.covered_ms) == (sum(played), sum(one > 0 for one in played))
    assert found.completion == pytest.approx(found.covered_ms / duration)
    seconds = [played[at : at + 1000] for at in range(0, duration, 1000)]
    assert each == pytest.approx([sum(one) / len(one) for one in seconds])


def test_nothing_played() -> None:
    found = watched([], 5000)
    assert (found.watch_ms, found.completion, found.rewatch) == (0, 0, None)
    assert watch_map([], 1500) == [0, 0]
    assert average_completion([]).value is None


def test_a_break_ends_a_session_and_a_long_gap_counts_ten_minutes() -> None:
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    moments = [start + timedelta(minutes=m) for m in (5, 0, 20, 50, 81, 82)]
    # 5 + 10 (of 15) + 10 (of 30), a break of 31, then 1.
    assert time_on_task(moments) == (timedelta(minutes=26), 2)
    assert time_on_task([]) == (timedelta(), 0)
    assert time_on_task([start]) == (timedelta(), 1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: watched([(0, 1)], 0),
        lambda: watch_map([(-1, 1)], 5),
        lambda: watched([(3, 1)], 5),
        lambda: time_on_task([datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)]),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=r"\.$"):
        wrong()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(1, 60))
def test_wilsons_interval_is_that_of_scipy(hits: int, more: int) -> None:
    n = hits + more
    theirs = stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert wilson(hits, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=2, max_size=40))
def test_kaplan_meier_and_greenwood_are_those_of_scipy(waits: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(waits)
    theirs = stats.ecdf(
        stats.CensoredData(
            uncensored=[t for t, ended in waits if ended],
            right=[t for t, ended in waits if not ended],
        )
    ).sf
    assert [s.waiting for s in curve.steps] == pytest.approx(
        [float(theirs.evaluate(s.time)) for s in curve.steps], abs=1e-12
    )
    limits = theirs.confidence_interval(0.95, method="log-log")
    for step in curve.steps:
        if step.low is not None and step.waiting < 1:
            assert step.low == pytest.approx(float(limits.low.evaluate(step.time)), abs=1e-9)
            assert step.high == pytest.approx(float(limits.high.evaluate(step.time)), abs=1e-9)
