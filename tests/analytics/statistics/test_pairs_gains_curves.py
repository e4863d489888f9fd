"""Scales, gains and curves against scikit-learn, scipy and published examples."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from sklearn.linear_model import LogisticRegression

from practika_kernel.analytics.statistics.curves import learning_curve
from practika_kernel.analytics.statistics.gains import (
    normalised_gain,
    paired_effect,
    raw_gain,
    reliable_change,
)
from practika_kernel.analytics.statistics.pairs import bradley_terry, infit
from practika_kernel.domain.errors import InvalidInput

# Agresti 1990, table 10.5: American League 1987, wins of the row's team over the column's.
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
WINS = (
    (0, 7, 9, 7, 7, 9, 11),
    (6, 0, 7, 5, 11, 9, 9),
    (4, 6, 0, 7, 7, 8, 12),
    (6, 8, 6, 0, 6, 7, 10),
    (6, 2, 6, 7, 0, 7, 12),
    (4, 4, 5, 6, 6, 0, 6),
    (2, 4, 1, 3, 1, 7, 0),
)
GAMES = [
    (TEAMS[i], TEAMS[j], 1.0)
    for i, row in enumerate(WINS)
    for j, number in enumerate(row)
    for _ in range(number)
]


def test_the_baseball_season_of_the_textbook() -> None:
    scale = bradley_terry(GAMES)
    above = [round(scale.places[team] - scale.places["Baltimore"], 3) for team in TEAMS]
    assert above == [1.581, 1.436, 1.294, 1.248, 1.108, 0.684, 0.0]  # as published
    assert scale.n == 273
    assert sum(scale.places.values()) == pytest.approx(0, abs=1e-9)
    assert scale.chance("Boston", "Baltimore") == pytest.approx(1 / (1 + exp(-1.108)), abs=1e-3)


def test_who_won_every_time_has_a_place_when_all_are_pulled_to_the_middle() -> None:
    games = [("a", "b", 1.0), ("a", "c", 1.0), ("b", "c", 1.0), ("c", "b", 1.0), ("d", "a", 0.0)]
    assert bradley_terry(games).places == {}
    names, pull = "abcd", 0.5

    def penalised(at: np.ndarray) -> float:
        place = dict(zip(names, at, strict=True))
        told = sum(
            np.log1p(np.exp(-(place[one] - place[other]) * (1 if won else -1)))
            for one, other, won in games
        )
        return float(told + pull * sum(np.log1p(np.exp(v)) + np.log1p(np.exp(-v)) for v in at))

    theirs = optimize.minimize(penalised, np.zeros(4), method="BFGS", options={"gtol": 1e-9}).x
    scale = bradley_terry(games, pull=pull)
    ours = np.array([scale.places[name] for name in names])
    assert ours == pytest.approx(theirs - theirs.mean(), abs=1e-5)
    assert max(scale.places, key=lambda name: scale.places[name]) == "a"
    assert all(0 < error < 3 for error in scale.errors.values())
    apart = bradley_terry([("a", "b", 1.0), ("c", "d", 1.0)], pull=pull)
    assert "2 groups" in apart.why
    with pytest.raises(InvalidInput):
        bradley_terry(games, pull=-1)


def test_a_judge_against_the_scale_stands_out() -> None:
    scale = bradley_terry(GAMES)
    fair = infit(scale, GAMES)
    assert fair is not None
    assert 0.8 < fair < 1.2  # everybody together judged as the scale says
    best, worst = TEAMS[0], TEAMS[-1]
    with_it = infit(scale, [(best, worst, 1.0)] * 4)
    against = infit(scale, [(best, worst, 0.0)] * 4)
    assert with_it is not None
    assert against is not None
    assert with_it < 0.3 < 4 < against
    assert infit(scale, [("nobody", "else", 1.0)]) is None


def test_a_scale_is_a_logistic_regression_and_so_are_its_errors() -> None:
    rows = np.zeros((len(GAMES), len(TEAMS)))
    for place, (one, other, _) in enumerate(GAMES):
        rows[place, TEAMS.index(one)], rows[place, TEAMS.index(other)] = 1, -1
    doubled, won = np.vstack([rows, -rows]), np.repeat([1, 0], len(GAMES))
    model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10, max_iter=5000)
    theirs = model.fit(doubled, won).coef_[0]
    scale = bradley_terry(GAMES)
    ours = np.array([scale.places[team] for team in TEAMS])
    assert ours == pytest.approx(theirs - theirs.mean(), abs=1e-4)
    chance = 1 / (1 + np.exp(-rows @ ours))
    information = rows.T @ np.diag(chance * (1 - chance)) @ rows
    expected = np.sqrt(np.diag(np.linalg.pinv(information)))
    assert [scale.errors[team] for team in TEAMS] == pytest.approx(expected)
    error = float((expected**2).mean())
    assert scale.reliability == pytest.approx(1 - error / ours.var(ddof=1))


def test_a_tie_is_half_a_win_for_each() -> None:
    rest = [("a", "b", 1), ("b", "c", 1), ("c", "a", 1), ("a", "b", 1)]
    tied = bradley_terry([*rest, ("a", "c", 0.5), ("a", "c", 0.5)])
    split = bradley_terry([*rest, ("a", "c", 1), ("a", "c", 0)])
    assert tied.places == pytest.approx(split.places)


@pytest.mark.parametrize(
    ("judgements", "why"),
    [
        ([], "Nothing was compared yet."),
        ([("a", "b", 1), ("b", "a", 1), ("c", "d", 1), ("d", "c", 1)], "fall into 2 groups"),
        ([("a", "b", 1), ("b", "c", 1), ("c", "b", 1)], "a won every comparison"),
        ([("a", "b", 1), ("b", "a", 1), ("a", "c", 1)], "a and b won every comparison"),
    ],
)
def test_no_scale_is_made_where_none_is(judgements: list[tuple[str, str, float]], why: str) -> None:
    scale = bradley_terry(judgements)
    assert (dict(scale.places), scale.reliability) == ({}, None)
    assert why in scale.why


def test_two_things_and_equals_have_no_reliability() -> None:
    assert bradley_terry([("a", "b", 1), ("a", "b", 0)]).reliability is None
    ring = [("a", "b", 0.5), ("b", "c", 0.5), ("c", "a", 0.5)]
    assert bradley_terry(ring).reliability is None


def test_gains_of_a_class() -> None:
    before, after = [40, 50, 60, 30], [70, 80, 75, 65]
    assert raw_gain(before, after).value == pytest.approx(27.5)
    assert normalised_gain(before, after, 100).value == pytest.approx(27.5 / 55)
    assert normalised_gain([100, 100], [100, 90], 100).value is None
    assert raw_gain([], []).value is None


def test_paired_effect_stands_in_the_known_relation_to_students_t() -> None:
    before, after = [3.0, 5, 4, 6, 2, 5, 4], [4.0, 7, 4, 9, 3, 6, 6]
    found = paired_effect(before, after)
    t = float(stats.ttest_rel(after, before).statistic)
    assert found.d_z == pytest.approx(t / np.sqrt(7))


def test_paired_effect_of_what_does_not_differ() -> None:
    assert paired_effect([1], [2]).why == "This takes at least two pairs."
    same = paired_effect([3, 3], [4, 4])
    assert (same.difference, same.d_av, same.g_av) == (1, None, None)
    level = paired_effect([1, 2], [2, 3])
    assert level.d_z is None
    assert level.g_av is not None
    assert level.why


def test_reliable_change_needs_an_error() -> None:
    assert reliable_change(1, 5, spread=2, reliability=1).value is None
    assert reliable_change(1, 5, spread=0, reliability=0.8).why.endswith(".")
    assert reliable_change(5, 5, spread=2, reliability=0.8).value == 0


@pytest.mark.parametrize("shape", ["power", "exponential"])
def test_a_curve_without_noise_is_found_again(shape: str) -> None:
    def true(take: int) -> float:
        return 10 - 7 * (take**-0.6 if shape == "power" else exp(-0.6 * (take - 1)))

    found = learning_curve([true(take) for take in range(1, 9)], limit=10)
    assert (found.shape, found.n) == (shape, 8)
    assert (found.scale, found.rate) == (pytest.approx(-7, rel=1e-4), pytest.approx(0.6, rel=1e-4))
    assert found.value(20) == pytest.approx(true(20), rel=1e-4)
    steps = [take for take in range(1, 1000) if true(take + 1) - true(take) < 0.05]
    assert (
        learning_curve([true(t) for t in range(1, 9)], limit=10, smallest=0.05).plateau
        == (steps[0])
    )


def test_a_noisy_curve_is_fitted_as_scipy_fits_it() -> None:
    times = [41.0, 30.5, 27.2, 22.9, 22.1, 19.4, 19.9, 17.6]  # seconds for a passage
    found = learning_curve(times, limit=0)
    takes = np.arange(1, len(times) + 1)
    (scale, rate), _ = optimize.curve_fit(lambda t, b, c: b * t**-c, takes, times, p0=(40, 0.5))
    assert found.shape == "power"
    assert (found.scale, found.rate) == (
        pytest.approx(scale, rel=1e-5),
        pytest.approx(rate, rel=1e-5),
    )
    rest = float(((scale * takes**-rate - times) ** 2).sum())
    assert found.aicc is not None
    assert found.aicc["power"] == pytest.approx(8 * log(rest / 8) + 6 + 24 / 4)


def test_scores_that_go_up_and_down_are_called_level() -> None:
    found = learning_curve([5, 6, 5, 6, 5, 6], limit=10)
    assert (found.shape, found.value(3), found.plateau) == ("level", 5.5, 1)
    still = learning_curve([4, 4, 4, 4, 4], limit=10)
    assert (still.shape, still.value(9)) == ("level", 4)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=5, max_size=12),
    st.floats(-1e6, 1e6, allow_subnormal=False),
)
def test_any_scores_have_a_curve_or_are_level(scores: list[float], limit: float) -> None:
    found = learning_curve(scores, limit=limit)
    assert found.shape in {"power", "exponential", "level"}
    assert np.isfinite(found.value(len(scores)))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: bradley_terry([("a", "a", 1)]),
        lambda: bradley_terry([("a", "b", 2)]),
        lambda: bradley_terry(GAMES).chance("Boston", "nobody"),
        lambda: raw_gain([1], []),
        lambda: raw_gain([float("inf")], [1]),
        lambda: normalised_gain([5], [11], 10),
        lambda: reliable_change(1, 2, spread=-1, reliability=0.5),
        lambda: reliable_change(1, 2, spread=1, reliability=1.5),
        lambda: learning_curve([1, 2, float("nan"), 3, 4], limit=5),
        lambda: learning_curve([1, 2, 3, 4, 5], limit=5, smallest=0),
        lambda: learning_curve([1, 2], limit=5).value(1),
        lambda: learning_curve([1, 2, 3, 4, 5], limit=9).value(0),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=r"\.$"):
        wrong()
