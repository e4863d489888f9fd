"""Two videos of a notebook: kept together by content without a word, and without waiting for it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import pytest

import school as world
import tunes
from practika_kernel.bootstrap import Practika, Shown
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.timemap import TimeMap
from practika_widgets import CompareWidget

Seat = Callable[[str], Practika]

SLOWER = 1.5 + 0.3 + 2.7 / 0.8
"""Where second 3 of the tune is when it is played at 0.8 of its tempo, 1.5 s later;
it begins 0.3 s after its film."""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tunes")
    for name, played in (
        ("first", tunes.play(tunes.TUNE)),
        ("slower", tunes.play(tunes.TUNE, tempo=0.8, late=1.5)),
        ("other", tunes.play(tunes.OTHER)),
    ):
        tunes.film(folder / f"{name}.mp4", played)
    return {name: folder / f"{name}.mp4" for name in ("first", "slower", "other")}


def frame_count(file: Path) -> int:
    with av.open(str(file)) as film:
        return sum(1 for _ in film.decode(video=0))


def found(widget: CompareWidget) -> TimeMap:
    way = widget.wait(60)
    assert way is not None
    return way


def test_two_files_are_aligned_while_they_are_shown_already(films: dict[str, Path]) -> None:
    widget = CompareWidget(films["slower"], str(films["first"]))
    assert widget.sync["state"] == "pending", "the page says so meanwhile"
    assert (widget.time_map, widget.sync["points"]) == (None, [])
    widget.set_state({"time": 2.5})
    assert widget.answer({"verb": "anchor", "args": {"a": 0.0, "b": 1.5}})["ok"]
    shown = widget.view
    assert found(widget).take_at(3.0) == pytest.approx(SLOWER, abs=0.06)
    assert widget.sync["state"] == "ready"
    assert widget.sync["confidence"] > 0.8
    assert widget.sync["points"]
    assert (widget.time, widget.anchors) == (2.5, [(0.0, 1.5)]), "nothing was lost by it"
    assert widget.view is shown, "the videos are not sent again"
    pictures = {side: sum(n for _, n in widget.sync["frames"][side]) for side in "ab"}
    whole = {"a": films["first"], "b": films["slower"]}
    assert pictures == {side: frame_count(file) for side, file in whole.items()}


def test_another_piece_is_told_with_its_score_and_kept_by_offset(films: dict[str, Path]) -> None:
    widget = CompareWidget(films["other"], films["first"])
    way = found(widget)
    assert not way.aligned
    assert widget.sync["state"] == "unlike"
    assert f"confidence {way.confidence:.2f} of 1" in widget.sync["problem"]
    assert "kept together by offset" in widget.sync["problem"]


def test_a_file_that_cannot_be_heard_says_why(films: dict[str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(films["first"].read_bytes()[:900])
    widget = CompareWidget(broken, films["first"])
    assert widget.wait(60) is None
    assert widget.sync["state"] == "failed"
    assert widget.sync["problem"].endswith(".")
    assert sorted(widget.sync["frames"]) == ["a"], "the other one is stepped by its pictures"


def test_takes_use_the_map_that_is_kept_or_keep_the_one_they_find(
    school: world.School, seat: Seat, films: dict[str, Path]
) -> None:
    one, other = (school.submitted("Mira", films[name]) for name in ("first", "slower"))
    rosa = seat("Rosa")
    widget = CompareWidget(rosa.take(other), rosa.take(one))
    assert widget.sync["state"] == "pending"
    assert found(widget).take_at(3.0) == pytest.approx(SLOWER, abs=0.06)
    again = CompareWidget(rosa.take(other), rosa.take(one))
    assert again.sync["state"] == "ready", "at once"
    turned = CompareWidget(school.practika.take(one), school.practika.take(other))
    assert turned.time_map is not None
    assert turned.time_map.ref_at(3.0) == pytest.approx(SLOWER, abs=0.06)
    mixed = CompareWidget(films["slower"], rosa.take(one))
    assert found(mixed).take_at(3.0) == pytest.approx(SLOWER, abs=0.06)
    assert not list(school.practika.settings.scratch_folder.rglob("original"))


def test_takes_keep_their_anchors_where_the_page_has_them(
    school: world.School, seat: Seat, films: dict[str, Path]
) -> None:
    one, other = (school.submitted("Mira", films[name]) for name in ("first", "slower"))
    given = TimeMap(((0.0, 0.0), (8.0, 10.0)), 0.9, 1.0)

    def cell(who: str) -> CompareWidget:
        return CompareWidget(seat(who).take(other), seat(who).take(one), time_map=given)

    assert cell("Ada").answer({"verb": "anchor", "args": {"a": 1.0, "b": 1.5}})["ok"]
    page = CompareWidget(practika=seat("Mira"), take=one, with_=f"take:{other}")
    page.set_anchor(2.0, 2.75)
    assert cell("Ada").anchors == page.anchors == [(1.0, 1.5), (2.0, 2.75)]
    turned = CompareWidget(seat("Mira").take(one), seat("Mira").take(other), time_map=given)
    assert turned.anchors == [(1.5, 1.0), (2.75, 2.0)]

    rosa = cell("Rosa")
    rosa.set_anchor(4.0, 5.5)
    assert rosa.anchors == [(1.0, 1.5), (2.0, 2.75), (4.0, 5.5)]
    assert [1.0, 1.5] in rosa.sync["points"]
    ids = [each["id"] for each in rosa.sync["anchors"]]
    refused = rosa.answer({"verb": "unanchor", "args": {"anchor": ids[0]}})
    assert refused["sentence"].startswith("Anchors are set by the student")
    rosa.remove_anchor(ids[2])
    turned.remove_anchor(ids[0])
    assert cell("Rosa").anchors == cell("Mira").anchors == [(2.0, 2.75)], "hers stayed with her"
    seen = [school.practika.take(name) for name in (other, one)]
    operator = CompareWidget(*seen, time_map=given)
    assert operator.anchors == [(2.0, 2.75)]


def test_what_somebody_may_not_see_is_not_compared_either(
    school: world.School, seat: Seat, video: Path
) -> None:
    take = school.submitted("Mira", video)
    forged = Shown(seat("Ada").take(take), seat("Jonas"))
    with pytest.raises(NotFound):
        CompareWidget(forged, forged)


def test_a_given_map_counts_and_addresses_stay_at_their_offset(films: dict[str, Path]) -> None:
    given = TimeMap(((0.0, 0.0), (8.0, 10.0)), 0.9, 1.0)
    told = CompareWidget(films["slower"], films["first"], time_map=given)
    assert (told.time_map, told.sync["state"]) == (given, "ready")
    assert told.wait(60) == given
    assert sorted(told.sync["frames"]) == ["a", "b"], "files are stepped by their own pictures"
    far = CompareWidget("https://example.org/ref.mp4", films["first"])
    assert (far.wait(60), far.sync["state"]) == (None, "none")
    assert sorted(far.sync["frames"]) == ["a"]


def test_a_kernel_goes_on_and_hears_of_it_in_its_own_thread(films: dict[str, Path]) -> None:
    async def kernel() -> tuple[float, set[str], CompareWidget]:
        begun = time.perf_counter()
        widget = CompareWidget(films["slower"], films["first"])
        built = time.perf_counter() - begun
        threads: set[str] = set()
        heard = asyncio.Event()

        def hear(_change: object) -> None:
            threads.add(threading.current_thread().name)
            heard.set()

        widget.observe(hear, "sync")
        await asyncio.wait_for(heard.wait(), 60)
        return built, threads, widget

    # A thread of its own: the browser of other tests has a loop in this one.
    with ThreadPoolExecutor(1, thread_name_prefix="kernel") as own:
        built, threads, widget = own.submit(asyncio.run, kernel()).result()
    assert widget.sync["state"] == "ready"
    assert threads == {"kernel_0"}
    assert built < 0.5
