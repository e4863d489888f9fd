"""Cronbach's alpha against published figures."""

from __future__ import annotations

import pytest

from practika_kernel.analytics.statistics.consistency import cronbach_alpha
from practika_kernel.domain.errors import InvalidInput

SHROUT_FLEISS = [
    (9, 2, 5, 8),
    (6, 1, 3, 2),
    (8, 4, 6, 8),
    (7, 1, 2, 6),
    (10, 5, 6, 9),
    (6, 2, 4, 7),
]
"""Shrout and Fleiss 1979, table 2."""


def test_it_is_the_consistency_of_a_mean_of_all_parts() -> None:
    # Alpha equals ICC(3,k), which the authors give as 0.91 in their table 4.
    found = cronbach_alpha(SHROUT_FLEISS)
    assert (found.n, round(found.value or 0, 2)) == (6, 0.91)


def test_parts_that_say_the_same_and_parts_that_contradict() -> None:
    assert cronbach_alpha([(1, 1), (2, 2), (4, 4)]).value == 1
    assert (cronbach_alpha([(1, 5), (2, 3), (4, 2)]).value or 0) < 0


def test_what_cannot_be_computed_says_why() -> None:
    for rows in ([], [(1, 2)], [(1,), (2,)], [(1, 2), (2, 1)]):
        found = cronbach_alpha(rows)
        assert found.value is None
        assert found.why.endswith(".")
    with pytest.raises(InvalidInput):
        cronbach_alpha([(1, 2), (1,)])
