"""Watch maps: who sees them, what is in them, and that an hour of video stays small."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import school as world
from practika_kernel.analytics.statistics.passages import binned, never_played, played_most
from practika_kernel.analytics.statistics.watching import watch_map
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.services.happenings import take_event
from practika_kernel.services.watchmaps import drawn

SPANS = st.lists(
    st.tuples(st.integers(0, 40_000), st.integers(0, 40_000)).map(lambda one: tuple(sorted(one))),
    max_size=6,
)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


@given(SPANS, st.integers(1, 40_000), st.integers(1, 50))
def test_bins_keep_the_watch_time_and_words_say_what_is_in_them(spans, length, most):
    seconds = watch_map([one for one in spans if one[0] < one[1]], length)
    bins = binned(seconds, length, most)
    assert len(bins) <= most
    size = -(-len(seconds) // most) * 1000
    lasts = [min(size, length - n * size) for n in range(len(bins))]
    watch = sum(min(end, length) - start for start, end in spans if start < min(end, length))
    assert sum(n * ms for n, ms in zip(bins, lasts, strict=True)) == pytest.approx(watch)
    often, never = played_most(seconds, length), never_played(seconds, length)
    assert len(often) <= 6
    assert [one.start for one in often] == sorted(one.start for one in often)
    for one in often:
        inside = seconds[int(one.start) : -(-int(one.end * 1000) // 1000)]
        assert all(times >= max(2, max(seconds) / 2) for times in inside)
        assert one.end <= length / 1000
    for one in never:
        assert one.end - one.start >= 3
        assert not any(start < one.end * 1000 and end > one.start * 1000 for start, end in spans
                       if start < end)  # fmt: skip


def test_an_hour_is_six_hundred_bars_and_nothing_is_a_sentence():
    view = drawn([(0, 3_600_000), (60_000, 120_000)] * 40, 3_600_000, "Mira", "this take")
    assert (len(view["counts"]), view["bin"]) == (600, 6)
    assert len(json.dumps(view)) < 8_000
    assert view["often"][0]["text"] == "0:00–1:00:00 played 41 times"
    assert drawn([], 9_000, "You", "this take")["empty"]
    assert drawn([(0, 500)], 0, "You", "this take")["empty"]  # no length is known of it


def test_a_take_is_mapped_for_its_student_and_their_teachers_only(school: world.School) -> None:
    maps, mira = school.practika.services.watchmaps, school.id("Mira")
    take_id = school.handed_in("Mira", seconds=12)
    assert maps.view(mira, take_id)["take"]["empty"] == "You have not played this take here yet."
    with school.practika.record.write() as uow:
        take = uow.takes.get(take_id)
        assert take is not None
        for who, spans in (("Mira", [[0, 4000], [1000, 4000]]), ("Ada", [[0, 12_000]])):
            told = {"spans": spans, "length_ms": 12_000}
            actor = school.id(who)
            event = take_event(EventKind.VIEWED, take, utc_now(), actor=actor, **told)
            uow.events.append(event)
            gone = replace(event, kind=EventKind.REPLY_VIEWED, reply_id="gone")
            uow.events.append(gone)  # of a reply that was taken back
    own, seen = (maps.view(school.id(name), take_id) for name in ("Mira", "Ada"))
    assert own["take"]["counts"] == seen["take"]["counts"] == [1, 2, 2, 2] + [0] * 8
    assert own["take"]["line"] == (
        "You played 0:07 of this take in all, 33 % of it at least once, 43 % of that time again."
    )
    assert seen["take"]["line"].startswith("Mira played 0:07 of this take")
    assert [one["text"] for one in own["take"]["often"]] == ["0:01–0:04 played 2 times"]
    assert [one["text"] for one in own["take"]["never"]] == ["0:04–0:12 not played"]
    assert own["replies"] == {}
    for name in ("Jonas", "Piet", "Helen", "Rosa", "Tom"):
        with pytest.raises(NotFound):
            maps.view(school.id(name), take_id)
