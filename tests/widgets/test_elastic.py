"""Elastic sync in a real browser: what both pictures show, ribbon, anchors, modes, practice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import stage
import videos
import warps
from desk_page import desk
from desk_page import video as film
from practika_kernel.domain.captions import Cue, webvtt_of
from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.timemap import TimeMap
from practika_kernel.media.renditions import frame_times
from practika_kernel.services.pairing import Pair
from practika_kernel.services.syncing import sync_view
from practika_widgets import CompareWidget
from touch import choose

SECONDS = 20.0
READY = "[...document.querySelectorAll('.pane video')].every(v => v.readyState > 2 && !v.seeking)"
TIMES = "[...document.querySelectorAll('.pane video')].map(v => v.currentTime)"
POINTS = warps.swinging(SECONDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("warp")
    warps.make(made, POINTS)
    return made


def pair(sync: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return warps.compared(sync, SECONDS, POINTS[-1][1], **more)


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, folder: Path) -> Iterator[Opened]:
    """Open a desk; whatever went wrong in the page fails the test."""
    ends: list[Any] = []
    wrong: list[str] = []

    def open_(view: dict[str, Any], query: str = "", *, width: int = 1280, **more: Any) -> Page:
        serving = desk(folder, "compare", view, **more)
        address = serving.__enter__()
        context = browser.new_context(
            viewport={"width": width, "height": 900}, has_touch=width < 500
        )
        page = context.new_page()
        ends.extend([lambda: serving.__exit__(None, None, None), context.close])
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.set_default_timeout(8000)
        page.goto(f"{address}?{query}")
        page.wait_for_function(READY)
        return page

    yield open_
    for end in reversed(ends):
        end()
    assert wrong == []


def answering_with_anchors(page: Page) -> None:
    """Let the page's model do what Python does with anchors: refuse, keep, show again."""
    kept = Pair(TimeMap(tuple(POINTS), 0.93, 0.0))

    def anchor(args: dict[str, float]) -> dict[str, Any]:
        try:
            new = kept.anchor(args["a"], args["b"])
        except Conflict as error:
            return {"sentence": error.sentence}
        return {"new": new, "view": pair(kept.view())}

    def lift(args: dict[str, str]) -> dict[str, Any]:
        kept.lift(args["anchor"])
        return {"view": pair(kept.view())}

    page.expose_function("pyAnchor", anchor)
    page.expose_function("pyLift", lift)
    page.evaluate(
        """() => {
        window.answers.anchor = async (args) => {
          const { new: made, view, sentence } = await window.pyAnchor(args);
          if (sentence) return { sentence };
          window.model.change('view', view);
          return made;
        };
        window.answers.unanchor = async (args) => {
          window.model.change('view', (await window.pyLift(args)).view);
          return null;
        };
      }"""
    )


def settled_times(page: Page) -> list[float]:
    page.wait_for_function(READY)
    page.wait_for_timeout(150)
    page.wait_for_function(READY)
    return [round(value, 3) for value in page.evaluate(TIMES)]


@pytest.mark.e2e
def test_both_pictures_show_the_same_moment_though_the_tempo_swings(opened: Opened) -> None:
    page = opened(pair(warps.view_of(POINTS)), "meter=1")
    page.get_by_role("button", name="Play both").first.click()
    page.wait_for_function(f"({TIMES})[0] > 1")
    # The machine may be busy with other tests: the best of three stretches counts.
    for _ in range(3):
        seen = page.evaluate(warps.READ, 4)
        found = warps.figures(seen["found"])
        if found["median"] <= 1 and found["p95"] <= 2 and not seen["seeks"]:
            break
    assert found["median"] <= 1, found
    assert found["p95"] <= 2, found
    assert found["n"] > 30
    assert seen["seeks"] == 0
    assert seen["rates"][0] == 1
    assert seen["rates"][1] != 1
    assert seen["pitch"] is True
    said = page.locator("[data-meter]").inner_text()
    assert "no jumps" in said
    page.keyboard.press("k")
    a, b = settled_times(page)
    assert b == pytest.approx(warps.read(POINTS, a), abs=0.012)


@pytest.mark.e2e
def test_the_ribbon_the_badge_and_the_words_tell_the_tempo(opened: Opened) -> None:
    page = opened(pair(warps.view_of(POINTS)), "t=4")
    assert page.get_by_role("heading", name="Where you are slower and faster").is_visible()
    assert page.get_by_text("Elastic sync, sure (0.93)").is_visible()
    assert page.locator(".ribbon path.slow").count() > 2
    assert page.locator(".ribbon path.fast").count() > 2
    words = page.get_by_role("list", name="Difference of tempo").inner_text()
    assert "% slower" in words
    assert "% faster" in words
    assert "% slower here" in page.locator("[data-here]").inner_text()
    stage.keep(page, "compare-elastic-1280")
    page.get_by_role("button", name="Tempo", exact=True).click()
    assert page.locator(".ribbon").count() == 0
    page.wait_for_function("location.search.includes('tempo=0')")


@pytest.mark.e2e
def test_what_is_unlike_is_kept_together_by_offset_and_says_so(opened: Opened) -> None:
    page = opened(pair(sync_view(TimeMap((), 0.31), [], may_anchor=True)), "t=2")
    assert page.get_by_text("They are kept together by offset").is_visible()
    assert page.get_by_role("radio", name="Offset").is_checked()
    assert page.get_by_role("radio", name="Content").is_disabled()
    assert settled_times(page) == [2.0, 2.0]
    page.evaluate("sync => model.change('sync', sync)", warps.view_of(POINTS))
    expect(page.get_by_text("Elastic sync")).to_be_visible()
    assert settled_times(page)[1] != 2.0, "a map that was found later leads from then on"


@pytest.mark.e2e
def test_an_anchor_is_set_by_key_leads_the_map_and_goes_away(opened: Opened) -> None:
    page = opened(pair(warps.view_of(POINTS)), "t=8")
    answering_with_anchors(page)
    before = settled_times(page)[1]
    for _ in range(5):
        page.keyboard.press("Alt+ArrowRight")
    moved = settled_times(page)
    assert moved[1] == pytest.approx(before + 0.2, abs=0.002)
    page.keyboard.press("a")
    expect(page.get_by_text("and 1 anchor")).to_be_visible()
    assert settled_times(page) == pytest.approx(moved, abs=0.002), "nothing moves by setting it"
    assert page.locator("[id$=-nudge]").input_value() == "0"
    choose(page.get_by_role("radio", name="Free"))
    for _ in range(30):
        page.keyboard.press("Alt+ArrowLeft")
    for _ in range(3):
        page.keyboard.press(".")
    assert settled_times(page)[0] > moved[0] + 0.05
    page.get_by_role("button", name="Set an anchor").click()
    expect(page.get_by_role("alert")).to_contain_text("would cross the anchor")
    choose(page.get_by_role("radio", name="Content"))
    page.get_by_role("button", name="Remove the anchor").click()
    expect(page.get_by_text("and 1 anchor")).to_have_count(0)
    page.get_by_role("slider", name="Time in both videos").press("Home")
    assert settled_times(page) == [0, 0]


@pytest.mark.e2e
def test_let_go_of_each_other_each_line_moves_its_own_video(opened: Opened) -> None:
    page = opened(pair(warps.view_of(POINTS)), "t=8")
    a, b = settled_times(page)
    choose(page.get_by_role("radio", name="Free"))
    assert settled_times(page) == pytest.approx([a, b], abs=0.002), "letting go moves nothing"
    lines = page.locator(".sync .lane:has(.ab) > div")
    box = lines.nth(1).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + 20)
    alone = settled_times(page)
    assert alone[0] == pytest.approx(a, abs=0.002)
    assert alone[1] == pytest.approx(0.25 * max(SECONDS, POINTS[-1][1]), abs=0.2)
    page.wait_for_function("Number(new URLSearchParams(location.search).get('off')) < -2")
    assert "sync=free" in page.url
    page.reload()
    page.wait_for_function(READY)
    assert settled_times(page) == pytest.approx(alone, abs=0.01)


@pytest.mark.e2e
def test_a_wipe_is_dragged_and_moved_by_keys_and_numbers(opened: Opened) -> None:
    page = opened(pair(warps.view_of(POINTS)), "view=wipe")
    box = page.locator(".panes").bounding_box()
    grip = page.locator(".edge .grip").bounding_box()
    assert box
    assert grip
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, grip["y"] + 100, steps=4)
    page.mouse.up()
    number = page.get_by_label("The same as a number")
    assert int(number.input_value()) == pytest.approx(20, abs=2)
    page.keyboard.press("Alt+ArrowUp")
    assert int(number.input_value()) == pytest.approx(25, abs=2)
    clip = page.evaluate("getComputedStyle(document.querySelector('.pane.b .video')).clipPath")
    assert clip.startswith("inset(")
    page.keyboard.press("o")
    assert page.locator(".panes").get_attribute("data-view") == "overlay"
    opacity = page.evaluate("getComputedStyle(document.querySelector('.pane.b .video')).opacity")
    assert float(opacity) == pytest.approx(0.25, abs=0.02)


@pytest.mark.e2e
def test_one_press_on_a_comment_practises_it_and_python_hears_for_how_long(opened: Opened) -> None:
    page = opened(pair(warps.view_of(POINTS)))
    page.evaluate(
        'localStorage.setItem(\'practika.practice\', \'{"from":90,"to":100,"step":10,"times":1}\')'
    )
    page.reload()
    page.wait_for_function(READY)
    page.get_by_role("button", name="Practise this").first.click()
    card = page.get_by_role("region", name="Practice loop")
    expect(card).to_contain_text("1 of 1 at 90 %")
    expect(card).to_contain_text("1 of 1 at 100 %")
    card.get_by_label("Times").fill("2")
    card.get_by_label("Times").press("Enter")
    expect(card).to_contain_text("2 of 2 at 100 %")
    expect(card).to_contain_text("Done, up to 100 %")
    told = page.evaluate("sent.filter(m => m.verb === 'practised').map(m => m.args)")
    assert sum(one["repetitions"] for one in told) == 3
    assert 2 <= sum(one["seconds"] for one in told) <= 8
    assert told[0]["reply"] == "r1"
    card.get_by_role("button", name="End practice").click()
    expect(card).to_have_count(0)
    assert page.evaluate("document.querySelector('.pane.a video').playbackRate") == 1


@pytest.mark.e2e
def test_pro_keys_shuttle_and_step_and_the_help_says_so(opened: Opened) -> None:
    page = opened(pair(warps.view_of(POINTS)), "t=8")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    dialog.get_by_label("Pro keys").check()
    expect(dialog).to_contain_text("back; again faster")
    page.keyboard.press("Escape")
    start = settled_times(page)[0]
    page.keyboard.press("ArrowRight")
    assert settled_times(page)[0] == pytest.approx(start + 0.06, abs=0.021)
    page.keyboard.press("j")
    page.wait_for_function(f"({TIMES})[0] < 7.5")
    page.keyboard.press("k")
    stood = settled_times(page)[0]
    page.keyboard.press("i")
    page.keyboard.press("l")
    page.wait_for_function(f"({TIMES})[0] > {stood} + 0.6")
    page.keyboard.press("k")
    page.keyboard.press("o")
    page.wait_for_function("location.search.includes('loop=')")
    assert page.locator(".panes").get_attribute("data-view") == "side", "O ends the range now"
    page.wait_for_function(
        "model.get('loop')?.length === 2 && model.get('loop')[0] < model.get('loop')[1]"
    )
    page.evaluate("model.change('loop', null)")
    page.wait_for_function("!location.search.includes('loop=')")


@pytest.mark.e2e
def test_uneven_pictures_captions_and_the_original(opened: Opened, folder: Path) -> None:
    lengths = [40, 40, 120, 20, 20, 60, 40, 200, 40, 40, 80, 40]
    times = tuple(Fraction(sum(lengths[:n]), 1000) for n in range(len(lengths)))
    videos.make(folder / "uneven.mp4", times=times)
    (folder / "uneven-frames.json").write_text(json.dumps(frame_times(folder / "uneven.mp4")))
    (folder / "said.vtt").write_text(webvtt_of([Cue("Count.", 100, 400)]))
    view = pair(None)
    files = [{"key": k, "label": k.title(), "src": f"{n}.mp4", "type": "video/mp4"}
             for k, n in (("web", "uneven"), ("original", "take"))]  # fmt: skip
    more = {"frames": "uneven-frames.json", "captions": "said.vtt", "qualities": files}
    view["a"]["video"] = film("uneven", 0.74, film="", wave="", **more)
    page = opened(view)
    shown = []
    for _ in range(len(lengths)):
        page.keyboard.press(".")
        settled_times(page)
        shown.append(page.evaluate(warps.PICTURE))
    assert shown == [*range(1, len(lengths)), len(lengths) - 1]
    page.keyboard.press("v")
    track = "document.querySelector('.pane.a video').textTracks[0]"
    page.wait_for_function(f"{track}.mode === 'showing' && {track}.cues?.length === 1")
    assert page.evaluate(f"{track}.cues[0].text") == "Count."
    before = settled_times(page)[0]
    choose(page.get_by_role("radio", name="Original"))
    page.wait_for_function("document.querySelector('.pane.a video').src.endsWith('take.mp4')")
    assert settled_times(page)[0] == pytest.approx(before, abs=0.01)


@pytest.mark.e2e
def test_at_390_px_all_of_it_is_there_for_a_thumb(opened: Opened) -> None:
    page = opened(pair(warps.view_of(POINTS)), "t=8", width=390, theme="dark")
    for way in ("Side", "Overlay", "Wipe", "Stack"):
        choose(page.get_by_role("radio", name=way, exact=True))
        assert page.evaluate("document.documentElement.scrollWidth") == 390, way
        inside = "document.querySelector('[data-stage]')"
        assert page.evaluate(f"{inside}.scrollWidth <= {inside}.clientWidth"), way
    small = page.evaluate(
        """[...document.querySelectorAll('button, input, select, a')]
        .filter(e => e.checkVisibility() && !e.closest('.vh, dialog'))
        .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 80)])
        .filter(([r]) => r.width && (r.width < 24 || r.height < 24)).map(([, h]) => h)"""
    )
    assert small == []
    page.get_by_role("button", name="Set an anchor").tap()
    page.wait_for_function("sent.some(m => m.verb === 'anchor')")
    stage.keep(page, "compare-elastic-390-dark")


def test_in_a_notebook_anchors_loop_and_map_are_plain_values() -> None:
    given = TimeMap(((0.0, 0.0), (8.0, 10.0)), 0.9, 1.0)
    widget = CompareWidget(
        "https://example.org/ref.mp4", "https://example.org/t.mp4", time_map=given
    )
    assert widget.sync["points"] == [[0.0, 0.0], [8.0, 10.0]]
    assert widget.answer({"verb": "anchor", "args": {"a": 4.0, "b": 6.0}})["ok"]
    assert widget.anchors == [(4.0, 6.0)]
    refused = widget.answer({"verb": "anchor", "args": {"a": 5.0, "b": 5.5}})
    assert "would cross" in refused["sentence"]
    widget.set_state({"loop": [1.5, 4]})
    assert widget.loop == [1.5, 4.0]
    for forged in ([4, 1], "all", [1], [0, float("inf")]):
        widget.set_state({"loop": forged})
    assert widget.loop == [1.5, 4.0]
    widget.set_state({"loop": None})
    assert widget.loop is None
    name = widget.sync["anchors"][0]["id"]
    assert widget.answer({"verb": "unanchor", "args": {"anchor": name}})["ok"]
    assert widget.anchors == []
