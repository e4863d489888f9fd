"""When enough of a reply was played: against a model that looks at every sitting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from practika_kernel.domain.played import counted, of_reply
from practika_kernel.domain.visits import is_new

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
REPORTS = st.lists(st.tuples(st.integers(1, 45), st.integers(0, 40)), max_size=12)


@given(REPORTS)
def test_each_sitting_counts_once_from_half_a_minute_on(steps):
    reports, at = [], START
    for minutes, seconds in steps:
        at += timedelta(minutes=minutes)
        reports.append((at, float(seconds)))
    sittings: list[list[tuple[datetime, float]]] = []
    for report in reports:
        if sittings and report[0] - sittings[-1][-1][0] <= timedelta(minutes=30):
            sittings[-1].append(report)
        else:
            sittings.append([report])
    expected = []
    for sitting in sittings:
        sums = [sum(s for _, s in sitting[: n + 1]) for n in range(len(sitting))]
        expected += [sitting[n][0] for n, total in enumerate(sums) if total >= 30][:1]
    assert counted(reports) == expected
    assert counted(reports[:-1]) == [one for one in expected if reports and one != reports[-1][0]]


def test_a_hundred_short_reports_are_as_long_as_one():
    tenths = [(START + timedelta(seconds=n), 0.3) for n in range(100)]
    assert counted(tenths) == [tenths[-1][0]]
    assert counted(tenths[:-1]) == []


def test_take_and_video_that_run_together_count_once_and_a_take_alone_is_no_reply():
    assert of_reply([(0, 8000)], [[(0, 5000)], [(0, 4000)]], True) == 9.0
    assert of_reply([(0, 9000)], [], False) == 0.0
    assert of_reply([], [], True) == 0.0


@given(st.lists(st.integers(0, 10), max_size=60))
def test_a_storm_of_reloads_is_at_most_two_visits_an_hour(gaps):
    last, at, noted = None, START, []
    for minutes in gaps:
        at += timedelta(minutes=minutes)
        if is_new(last, at):
            last = at
            noted.append(at)
    hours = (at - START) / timedelta(hours=1)
    assert len(noted) <= 2 * hours + 1
    assert bool(noted) is bool(gaps)
