"""Who may be stuck: the laws against models that count step by step, and what is never said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from practika_kernel.domain import stuck
from practika_kernel.domain.ledger import Verdict
from practika_kernel.domain.scores import score
from practika_kernel.domain.stuck import Alike

START = datetime(2026, 9, 1, tzinfo=UTC)

STEP, DAY = timedelta(hours=6), 4
"""Moments lie so far apart; so many steps are a day."""
LAST = DAY * 100
NOW = START + LAST * STEP
MOMENTS = st.lists(st.integers(0, LAST).map(lambda n: START + n * STEP), max_size=6)
CLASS = st.lists(MOMENTS, max_size=5).map(lambda each: {str(n): at for n, at in enumerate(each)})
LEVELS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 4), max_size=4)
VERDICTS = st.lists(st.sampled_from(Verdict), max_size=3)


def rested(submitted: dict[str, list[datetime]], step: int) -> bool:
    """Whether a step lies in a week without a take, found by looking at every take."""
    begun = [times for times in submitted.values() if times]
    if len(begun) < 3:
        return False
    start, end = START + step * STEP, START + (step + 1) * STEP
    every = [at for times in begun for at in times]
    before = [at for at in every if at <= start]
    after = [at for at in every if at >= end]
    if not before:
        return False
    return min(after, default=NOW) - max(before) >= timedelta(days=7)


@given(CLASS, st.integers(0, LAST))
def test_days_are_counted_without_the_breaks_of_the_class(submitted, began):
    rests = stuck.breaks(submitted, NOW)
    assert all(start < end for start, end in rests)
    assert all(one[1] <= two[0] for one, two in pairwise(rests))
    last = START + began * STEP
    counted = sum(not rested(submitted, step) for step in range(began, LAST))
    assert stuck.quiet_for(last, rests, NOW) == counted * STEP
    assert stuck.is_quiet(last, rests, NOW) is (14 * DAY <= counted < 84 * DAY)


def test_after_a_holiday_the_first_take_makes_nobody_else_late():
    day = lambda n: START + timedelta(days=n)  # noqa: E731
    takes = {"first": [day(1), day(40)], "second": [day(2)], "third": [day(2)]}
    rests = stuck.breaks(takes, day(41))
    assert rests == [(day(2), day(40))]
    assert not stuck.is_quiet(day(2), rests, day(41))
    assert stuck.breaks({"alone": [day(1)]}, day(41)) == []
    assert stuck.is_quiet(day(1), [], day(41))


@given(st.lists(st.tuples(st.integers(0, LAST), st.none() | st.integers(0, LAST)), max_size=6))
def test_the_oldest_unseen_reply_is_told_after_a_week(told):
    rows = [(START + a * STEP, None if seen is None else START + seen * STEP) for a, seen in told]
    found = stuck.unseen_since(rows, NOW)
    unseen = [a for a, seen in told if seen is None and LAST - a < 84 * DAY]
    late = bool(unseen) and LAST - min(unseen) > 7 * DAY
    assert found == (START + min(unseen) * STEP if late else None)


@given(LEVELS, LEVELS, VERDICTS, st.booleans())
def test_two_takes_are_equal_only_where_something_shows_it(before, after, verdicts, full):
    found = stuck.alike(before, after, verdicts, full=full)
    better = any(one in (Verdict.FIXED, Verdict.BETTER) for one in verdicts)
    pairs = [(before[one], after[one]) for one in before if one in after]
    if full or better:
        assert found is None
    elif pairs:
        assert (found is Alike.MARKS) is (sum(a for a, _ in pairs) == sum(b for _, b in pairs))
        assert found in (Alike.MARKS, None)
    else:
        assert found is (Alike.COMMENTS if verdicts else None)
    # What people said comes in no order.
    assert stuck.alike(before, after, reversed(verdicts), full=full) is found


@given(LEVELS, LEVELS)
def test_points_add_up_and_what_was_not_marked_is_not_asked_for(levels, above):
    tops = {one: 4 + above.get(one, 0) for one in "abcd"}
    found = score(levels, tops)
    if not levels:
        assert found is None
        return
    assert found is not None
    assert (found.points, found.of) == (sum(levels.values()), sum(tops[one] for one in levels))
    assert 0 < found.percent <= 100
    assert found.full is all(levels[one] == tops[one] for one in levels)
