"""Agreement statistics against published tables, scikit-learn, krippendorff and scipy."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from practika_kernel.analytics.statistics.agreement import (
    cohen_kappa,
    fleiss_kappa,
    percent_agreement,
)
from practika_kernel.analytics.statistics.alpha import alpha_limits, krippendorff_alpha
from practika_kernel.analytics.statistics.distributions import beta_cdf, f_cdf, f_quantile
from practika_kernel.analytics.statistics.icc import icc_2_1
from practika_kernel.analytics.statistics.resampling import bootstrap, bootstrap_ratio
from practika_kernel.domain.errors import InvalidInput

# Fleiss 1971, table 1: thirty patients, six psychiatrists each, five diagnoses.
DIAGNOSES = """00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050
02031 00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"""

# Krippendorff 2011, example C: four observers, twelve units, missing data.
OBSERVERS = ("1233214 12...", "1233224 125.3", ".333234 2251.", "1233244 1251.")
UNITS = [
    tuple(None if one == "." else int(one) for one in unit)
    for unit in zip(*(row.replace(" ", "") for row in OBSERVERS), strict=True)
]

# Shrout and Fleiss 1979, table 2: six targets, four judges.
JUDGES = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]

ratings = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=30)
with_gaps = st.lists(
    st.tuples(*[st.one_of(st.none(), st.integers(1, 4))] * 3), min_size=2, max_size=20
)


def test_fleiss_own_table_gives_his_kappa() -> None:
    rows = [
        [kind for kind, number in enumerate(row) for _ in range(int(number))]
        for row in DIAGNOSES.split()
    ]
    assert [sum(row.count(kind) for row in rows) for kind in range(5)] == [26, 26, 30, 55, 43]
    found = fleiss_kappa(rows)
    assert (found.value, found.n) == (pytest.approx(0.430, abs=5e-4), 30)
    assert percent_agreement(rows).value == pytest.approx(0.5556, abs=5e-4)  # his P-bar


@pytest.mark.parametrize(
    ("scale", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_own_data_give_his_alpha(scale: str, value: float) -> None:
    found = krippendorff_alpha(UNITS, scale)
    assert (found.value, found.n) == (pytest.approx(value, abs=5e-4), 11)


def test_shrout_and_fleiss_own_data_give_their_icc() -> None:
    found = icc_2_1(JUDGES)
    assert (round(found.value or 0, 2), found.n) == (0.29, 6)
    # Limits as other packages publish them for these data.
    assert found.limits == pytest.approx((0.02, 0.76), abs=5e-3)


@settings(max_examples=40, deadline=None)
@given(ratings)
def test_cohens_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    first, second = zip(*pairs, strict=True)
    assume(len({*first, *second}) > 1)
    for weights, theirs in (("none", None), ("linear", "linear"), ("quadratic", "quadratic")):
        found = cohen_kappa(first, second, weights=weights, categories=(1, 2, 3, 4)).value
        expected = cohen_kappa_score(first, second, weights=theirs, labels=[1, 2, 3, 4])
        assert found == pytest.approx(float(expected), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(with_gaps)
def test_alpha_is_that_of_the_package_krippendorff(rows: list[tuple[int | None, ...]]) -> None:
    paired = [row for row in rows if sum(one is not None for one in row) > 1]
    assume(len({one for row in paired for one in row if one is not None}) > 1)
    data = np.array([[np.nan if one is None else one for one in row] for row in rows]).T
    for scale in ("nominal", "ordinal", "interval"):
        expected = krippendorff.alpha(reliability_data=data, level_of_measurement=scale)
        assert krippendorff_alpha(rows, scale).value == pytest.approx(float(expected), abs=1e-9)


def test_distributions_are_those_of_scipy() -> None:
    for above, below in ((1, 1), (5, 15), (3.7, 41.2), (200, 2), (40, 1000)):
        for share in (0.001, 0.025, 0.5, 0.975, 0.999):
            x = float(stats.f.ppf(share, above, below))
            assert f_quantile(share, above, below) == pytest.approx(x, rel=1e-9)
            assert f_cdf(x, above, below) == pytest.approx(share, abs=1e-12)
    assert beta_cdf(0.3, 0.5, 8) == pytest.approx(float(stats.beta.cdf(0.3, 0.5, 8)), abs=1e-14)


def test_bootstrap_limits_are_those_of_scipy() -> None:
    values = [3.1, 4.7, 2.2, 8.0, 5.5, 6.1, 1.9, 7.4, 4.4, 3.8]
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=9999, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    ours = bootstrap(values, lambda drawn: float(np.mean(drawn)), draws=9999)
    assert ours.limits == pytest.approx((theirs.low, theirs.high), abs=0.1)
    assert ours == bootstrap(values, lambda drawn: float(np.mean(drawn)), draws=9999)


def test_limits_of_kappa_by_resampling_items() -> None:
    pairs = [("a", "a")] * 14 + [("b", "b")] * 10 + [("a", "b")] * 4 + [("b", "a")] * 2

    def kappa(drawn: list[tuple[str, str]]) -> float | None:
        return cohen_kappa([a for a, _ in drawn], [b for _, b in drawn]).value

    found = bootstrap(pairs, kappa, draws=500)
    assert found.limits is not None
    low, high = found.limits
    assert low < (kappa(pairs) or 0) < high
    assert (found.draws, found.undefined) == (500, 0)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_the_fast_limits_of_alpha_are_the_slow_ones(scale: str) -> None:
    groups = [[unit, unit[:2]] for unit in UNITS] + [[(1, 2, 1), (4, 4)], [(5, 3)]]

    def slow(drawn: list[list[tuple[int | None, ...]]]) -> float | None:
        return krippendorff_alpha([row for group in drawn for row in group], scale).value

    paired = [g for g in groups if any(sum(one is not None for one in row) > 1 for row in g)]
    fast = alpha_limits(groups, scale, draws=300)
    assert fast.limits == pytest.approx(bootstrap(paired, slow, draws=300).limits)


def test_the_fast_limits_of_a_ratio_are_the_slow_ones() -> None:
    pairs = [(3.0, 2.0), (1.0, 4.0), (7.0, 3.0), (2.0, 2.0), (5.0, 1.0)]
    slow = bootstrap(pairs, lambda drawn: sum(a for a, _ in drawn) / sum(b for _, b in drawn))
    fast = bootstrap_ratio([a for a, _ in pairs], [b for _, b in pairs])
    assert fast.limits == pytest.approx(slow.limits)
    assert bootstrap_ratio([1.0]).limits is None
    assert alpha_limits([[(1, 2)]]).why.startswith("One group")


def test_limits_are_not_made_from_the_draws_that_happen_to_have_a_value() -> None:
    found = bootstrap([1.0, 2.0], lambda drawn: None if len(set(drawn)) == 1 else 1.0)
    assert found.limits is None
    assert "is not defined in" in found.why
    assert bootstrap([1.0], lambda drawn: 1.0).why.startswith("One unit")


@pytest.mark.parametrize(
    "found",
    [
        cohen_kappa([1, 1], [1, 1]),
        cohen_kappa([], []),
        cohen_kappa([None, 1], [1, None]),
        fleiss_kappa([(1, 1), (1, 1)]),
        fleiss_kappa([]),
        percent_agreement([(1, None), (None, 2)]),
        krippendorff_alpha([(2, 2), (2, 2)]),
        krippendorff_alpha([(1,), (2,)]),  # one rater
        krippendorff_alpha([]),
        icc_2_1([(1, 2)]),  # one item
        icc_2_1([(1,), (2,)]),  # one rater
        icc_2_1([(3, 3), (3, 3)]),
    ],
)
def test_what_is_not_defined_has_no_value_and_a_reason(found: object) -> None:
    assert found.value is None  # type: ignore[attr-defined]
    assert found.why.endswith(".")  # type: ignore[attr-defined]


def test_perfect_agreement_is_one() -> None:
    assert cohen_kappa([1, 2, 3], [1, 2, 3], weights="quadratic").value == 1
    assert krippendorff_alpha([(1, 1), (2, 2)], "ordinal").value == 1
    found = icc_2_1([(1, 1), (2, 2), (3, 3)])
    assert (found.value, found.limits) == (1, None)  # nothing is left to chance


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: cohen_kappa([1], [1, 2]),
        lambda: cohen_kappa([1], [1], weights="cubic"),
        lambda: cohen_kappa([1], ["x"]),
        lambda: cohen_kappa([1], [9], categories=(1, 2)),
        lambda: fleiss_kappa([(1, 1), (1, 1, 1)]),
        lambda: fleiss_kappa([(1,)]),
        lambda: krippendorff_alpha([(1, 2)], "ratio-ish"),
        lambda: krippendorff_alpha([("a", "b")], "interval"),
        lambda: icc_2_1([(1, 2), (1,)]),
        lambda: icc_2_1([(1, 2), (1, float("nan"))]),
        lambda: icc_2_1(JUDGES, level=95),
        lambda: bootstrap([1, 2], len, draws=3),
        lambda: bootstrap([1, 2], len, level=0),
        lambda: bootstrap_ratio([1.0, 2.0], [1.0]),
        lambda: alpha_limits([[(1, 2)]], "ratio-ish"),
        lambda: f_quantile(1.0, 2, 2),
        lambda: f_cdf(1.0, 0, 2),
        lambda: beta_cdf(2.0, 1, 1),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=r"\.$"):
        wrong()
