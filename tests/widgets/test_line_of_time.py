"""The line of time shows what stands under the pointer, out of the filmstrip's one image."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

import videos
from desk_page import desk
from desk_page import video as film
from practika_kernel.domain.timemap import TimeMap
from practika_kernel.media.renditions import filmstrip
from practika_widgets import CompareWidget
from stage import keep

TILES = 26


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two videos whose pictures tell their number, the second shorter, with their filmstrips."""
    made = tmp_path_factory.mktemp("pair")
    for name, frames in (("take", 150), ("ref", 125)):
        videos.make(made / f"{name}.mp4", frames=frames, size=(160, 90), gop=5)
        filmstrip(made / f"{name}.mp4", made / f"{name}.jpg", TILES)
        (made / f"{name}.json").write_text("[0, 100, 50, 20]")
    return made


def side(name: str, seconds: float) -> dict[str, Any]:
    """One side of a comparison."""
    video = film(name, seconds, film_tiles=TILES, width=160, height=90)
    return {"label": name, "kind": "take", "id": name, "who": "Jonas Weber", "video": video}


def number_in(page: Page, selector: str) -> int:
    """Read the number that a small picture on the page shows."""
    picture = Image.open(io.BytesIO(page.locator(selector).first.screenshot()))
    return videos.frame_index(np.asarray(picture.convert("RGB"), dtype=float))


def point_at(page: Page, line: Locator, share: float) -> None:
    """Move the pointer over a line, ``share`` of the way along it."""
    place = line.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] * share, place["y"] + 10)


@pytest.mark.e2e
def test_it_shows_the_moment_under_the_pointer(browser: Browser, folder: Path) -> None:
    view = {
        "title": "Arabesque", "line": "", "a": side("take", 6.0), "b": side("ref", 5.0),
        "options": [], "choice": "", "replies": [], "exercise": None, "take_id": "",
        "can": {"reply": False, "answer": False, "upload": False},
    }  # fmt: skip
    with desk(folder, "compare", view) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(8000)
        page.goto(address)
        page.wait_for_function(
            "[...document.querySelectorAll('.pane video')].every(v => v.readyState > 2)"
        )
        page.locator(".film i").first.wait_for()
        a, b = page.locator(".lane [data-peek]").locator("xpath=..").all()
        shown = page.locator("[data-peek]:visible")
        assert shown.count() == 0
        point_at(page, a, 0.75)
        assert a.locator("[data-peek] span").text_content() == "0:04.5"
        assert 25 * 4.2 < number_in(page, "[data-peek]:visible i") < 25 * 4.8
        keep(page, "compare-preview-1280")
        point_at(page, b, 0.5)
        assert b.locator("[data-peek] span").text_content() == "0:03.0"
        assert shown.count() == 1
        point_at(page, b, 0.9)
        assert shown.count() == 0, "B has ended there"
        tiles = page.locator(".film").first.locator("i").count()
        assert number_in(page, ".film i >> nth=0") < 10
        assert number_in(page, f".film i >> nth={tiles - 1}") > 135
        page.close()


@pytest.mark.e2e
def test_two_files_of_a_notebook_have_their_pictures_and_their_sound(
    browser: Browser, folder: Path
) -> None:
    given = TimeMap(((0.0, 0.0), (5.0, 5.0)), 0.9, 1.0)
    widget = CompareWidget(folder / "ref.mp4", folder / "take.mp4", time_map=given)
    assert widget.strips == {}, "the page does not wait for them"
    widget.wait(60)
    assert sorted(widget.strips) == ["a", "b"]
    assert len(json.dumps(widget.strips)) < 100_000
    with desk(folder, "compare", widget.view) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(8000)
        page.goto(address)
        page.locator(".pane video").nth(1).wait_for()
        assert page.locator(".film i, .wave").count() == 0
        page.evaluate("sync => model.change('sync', sync)", widget.sync)
        page.evaluate("strips => model.change('strips', strips)", widget.strips)
        page.locator(".wave.b").wait_for()
        assert page.locator(".lane .wave").count() == 2
        a = page.locator(".lane [data-peek]").locator("xpath=..").first
        point_at(page, a, 0.75)
        assert 25 * 4 < number_in(page, "[data-peek]:visible i") < 25 * 5
        page.mouse.move(0, 0)
        assert number_in(page, ".film i >> nth=0") < 25
        keep(page, "compare-files-1280")
        page.close()
