"""The Kaplan-Meier estimate against a published table and against another way to compute it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practika_kernel.analytics.measures.intervals import wilson
from practika_kernel.analytics.measures.survival import kaplan_meier

# Freireich et al. 1963, weeks in remission on 6-mercaptopurine: the example of most textbooks.
REMISSION = [
    *[(time, True) for time in (6, 6, 6, 7, 10, 13, 16, 22, 23)],
    *[(time, False) for time in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)],
]

# time, at risk, S(t), and its 95 % limits on the log(-log) scale, as published.
PUBLISHED = [
    (6, 21, 0.8571, 0.6197, 0.9516),
    (7, 17, 0.8067, 0.5631, 0.9228),
    (10, 15, 0.7529, 0.5032, 0.8894),
    (13, 12, 0.6902, 0.4316, 0.8491),
    (16, 11, 0.6275, 0.3675, 0.8049),
    (22, 7, 0.5378, 0.2678, 0.7468),
    (23, 6, 0.4482, 0.1881, 0.6801),
]


def test_the_textbook_table_comes_out() -> None:
    curve = kaplan_meier(REMISSION)
    found = [(s.time, s.at_risk, s.waiting, s.low, s.high) for s in curve.steps]
    for row, published in zip(found, PUBLISHED, strict=True):
        assert row == pytest.approx(published, abs=5e-5)


def test_median_and_its_limits_are_the_published_ones() -> None:
    curve = kaplan_meier(REMISSION)
    assert curve.percentile(0.5) == 23
    assert curve.percentile_limits(0.5) == (13, None)  # not bounded above: too few events
    assert curve.percentile(0.8) is None
    assert (curve.n, curve.ended) == (21, 9)


def test_with_nothing_unanswered_it_is_the_plain_share() -> None:
    curve = kaplan_meier([(hours, True) for hours in (1, 2, 3, 4)])
    assert [step.waiting for step in curve.steps] == pytest.approx([0.75, 0.5, 0.25, 0])
    assert curve.percentile(0.5) == 2  # the smallest time by which at least half has ended
    assert curve.steps[-1].low is None


def test_nothing_at_all_and_nothing_answered() -> None:
    assert kaplan_meier([]).percentile(0.5) is None
    waiting = kaplan_meier([(5.0, False), (9.0, False)])
    assert (waiting.steps, waiting.censored) == ((), (5.0, 9.0))
    assert waiting.percentile_limits(0.5) is None


def test_dropping_unanswered_takes_would_flatter() -> None:
    answered = [(float(hours), True) for hours in range(1, 11)]
    honest = kaplan_meier([*answered, *[(20.0, False)] * 8]).percentile(0.5)
    flattering = kaplan_meier(answered).percentile(0.5)
    assert (flattering, honest) == (5, 9)


waits = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=40)


@given(waits)
def test_it_equals_redistribution_to_the_right(rows: list[tuple[int, bool]]) -> None:
    """Efron 1967: a censored wait hands its weight on to all longer ones, in equal parts."""
    ordered = sorted(rows, key=lambda row: (row[0], not row[1]))
    weights = [Fraction(1, max(1, len(ordered)))] * len(ordered)
    for place, (_, ended) in enumerate(ordered):
        later = len(ordered) - place - 1
        if not ended and later:
            share = weights[place] / later
            weights = [
                weight + share if at > place else weight for at, weight in enumerate(weights)
            ]
            weights[place] = Fraction(0)
    curve = kaplan_meier((float(time), ended) for time, ended in rows)
    for moment in range(14):
        gone = sum(
            (
                weight
                for weight, (time, ended) in zip(weights, ordered, strict=True)
                if ended and time <= moment
            ),
            Fraction(0),
        )
        assert math.isclose(curve.waiting(moment), float(1 - gone), abs_tol=1e-9)


@given(waits)
def test_limits_hold_the_estimate(rows: list[tuple[int, bool]]) -> None:
    for step in kaplan_meier((float(time), ended) for time, ended in rows).steps:
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.waiting <= step.high <= 1


# Newcombe 1998, table I, method 3.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_as_published(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_may_be_anything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)
