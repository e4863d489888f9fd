"""Lots that nobody can steer, and pairs that come about equally often."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from practika_kernel.domain.judging import Judgement, Judging, Outcome, next_pair, parts
from practika_kernel.domain.rating import Share, is_drawn, lot, rater

NOW = datetime(2026, 11, 30, tzinfo=UTC)
KEYS = st.binary(min_size=16, max_size=32).map(bytes.hex)
NAMES = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=26, max_size=26)


def share(key: str, percent: int) -> Share:
    return Share("course", percent, NOW, key, "helen", NOW)


@given(KEYS, NAMES, st.integers(0, 100), st.integers(0, 100))
def test_a_larger_share_only_adds_takes(key: str, take: str, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert is_drawn(share(key, low), take) <= is_drawn(share(key, high), take)
    assert not is_drawn(share(key, 0), take)
    assert is_drawn(share(key, 100), take)


@given(KEYS, st.integers(1, 99))
@settings(max_examples=20, deadline=None)
def test_about_so_many_are_drawn_as_the_share_says(key: str, percent: int) -> None:
    drawn = sum(is_drawn(share(key, percent), f"take-{n}") for n in range(2000))
    # Six standard deviations of a fair draw: once in half a thousand million.
    assert abs(drawn - 20 * percent) <= 6 * (2000 * percent / 100 * (1 - percent / 100)) ** 0.5


@given(KEYS, KEYS, NAMES)
def test_without_the_key_a_lot_says_nothing(key: str, other: str, take: str) -> None:
    assert 0 <= lot(key, take) < 1
    assert key == other or lot(key, take) != lot(other, take)


@given(KEYS, NAMES, st.sets(NAMES, min_size=1, max_size=6), st.data())
def test_only_takes_of_who_leaves_change_hands(
    key: str, take: str, teachers: set[str], data: st.DataObject
) -> None:
    has = rater(share(key, 50), take, teachers)
    assert has in teachers
    leaves = data.draw(st.sampled_from(sorted(teachers)))
    left = rater(share(key, 50), take, teachers - {leaves})
    assert left == has or has == leaves


def judged(takes: list[str], judges: list[str], looks: int, skips: set[int]) -> list[Judgement]:
    """Let judges take turns until each take had its looks, or nobody finds a pair any more."""
    judging = Judging("j", "e", "c", "Which is better?", takes, looks, "helen", NOW)
    rows: list[Judgement] = []
    idle = 0
    while sum(row.said for row in rows) < judging.wanted and idle < len(judges):
        judge = judges[len(rows) % len(judges)]
        pair = next_pair(judging, judge, rows, takes)
        if pair is None:
            idle += 1
            judges = [*judges[1:], judges[0]]
            continue
        outcome = Outcome.SKIPPED if len(rows) in skips else Outcome.LEFT
        rows.append(Judgement(str(len(rows)), "j", judge, *pair, NOW, outcome, NOW))
    return rows


@given(
    st.integers(3, 9), st.integers(1, 4), st.integers(2, 8), st.sets(st.integers(0, 30), max_size=4)
)
@settings(max_examples=40, deadline=None)
def test_pairs_are_fair_new_and_soon_connected(
    number: int, judges: int, looks: int, skips: set[int]
) -> None:
    takes = [f"take-{n}" for n in range(number)]
    rows = judged(takes, [f"judge-{n}" for n in range(judges)], looks, skips)
    for judge in {row.judge_id for row in rows}:
        pairs = [row.pair for row in rows if row.judge_id == judge]
        assert len(set(pairs)) == len(pairs)
        assert all(len(pair) == 2 for pair in pairs)
    said = [row for row in rows if row.said]
    looked = Counter(name for row in said for name in row.pair)
    if not skips:
        assert max(looked.values()) - min(looked[take] for take in takes) <= 2
        connected = parts(takes, (row.pair for row in said[: 2 * number]))
        assert len(said) < number - 1 or len(set(connected.values())) == 1


def test_neither_side_is_favoured() -> None:
    takes = [f"take-{n}" for n in range(12)]
    rows = judged(takes, ["ada", "ben", "cem"], 12, set())
    left, looked = Counter(row.left_id for row in rows), Counter(n for r in rows for n in r.pair)
    assert all(abs(left[take] - looked[take] / 2) <= 2 for take in takes)


def test_no_pair_is_left_when_everything_was_seen() -> None:
    takes = ["a", "b", "c"]
    rows = judged(takes, ["ada"], 40, set())
    assert len(rows) == 3
