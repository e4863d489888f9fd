"""A researcher's morning: `practika lab`, the first notebook from top to bottom, both videos."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, Route, expect

import axe
import machine
from stage import keep

pytestmark = pytest.mark.e2e

NEW_CHECKPOINT = {"id": "checkpoint", "last_modified": "2026-01-01T00:00:00Z"}

SHOWN = """videos => videos.map(video => {
  const canvas = new OffscreenCanvas(64, 36), pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 64, 36);
  const colours = new Set(new Uint32Array(pen.getImageData(0, 0, 64, 36).data.buffer));
  return { time: video.currentTime, colours: colours.size, src: video.currentSrc };
})"""
"""Where each video stands and how many colours its picture has; a blank one has one."""


@pytest.fixture(scope="module")
def lab(sample_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, with its token, that `practika lab` prints to somebody without any settings.

    The data folder is named by a relative path, as one would type it.
    """
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(sample_course, folder / "data")
    environ = machine.without_settings() | {"HOME": str(folder), "PRACTIKA_DATA": "data"}
    environ = {name: word for name, word in environ.items() if not name.startswith("JUPYTER")}
    command = [machine.PRACTIKA, "lab", "--no-browser", "--port", str(machine.free_port())]
    with (folder / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=folder, stdout=log, stderr=log)
    try:
        yield _address(process, folder / "lab.log")
    finally:
        family = [*psutil.Process(process.pid).children(recursive=True)]
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        _gone, left = psutil.wait_procs(family, timeout=5)
        for each in left:
            each.kill()
        process.kill()
        process.wait(5)
    assert not left, "JupyterLab left kernels behind."


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"http://127\S+/lab\?token=\w+", log.read_text())
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def notebook(lab: str, browser: Browser) -> Iterator[Page]:
    """The first notebook, opened and ready to run; what is done to it is never written down."""
    context = browser.new_context(viewport={"width": 1440, "height": 1160})
    page = context.new_page()
    page.set_default_timeout(40_000)
    page.route("**/api/contents/**", _read_only)
    page.goto(lab.replace("/lab?", "/lab/tree/first_look.ipynb?"))
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=40_000)
    yield page
    context.close()


def _read_only(route: Route) -> None:
    """The notebook under test is the project's own: no copy is made of it and nothing saved."""
    if route.request.method == "GET":
        route.continue_()
    elif route.request.method == "POST" and "/checkpoints" in route.request.url:
        route.fulfill(status=201, json=NEW_CHECKPOINT)
    else:
        route.abort()


def choose(page: Page, *path: str) -> None:
    """Go through Lab's menus."""
    page.locator(".lm-MenuBar-item", has_text=path[0]).click()
    for words in path[1:]:
        page.locator(".lm-Menu-item", has_text=words).first.click()


def shown(videos: Locator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = videos.evaluate_all(SHOWN)
    return found


def test_the_first_notebook_runs_and_both_videos_play_in_their_cell(
    notebook: Page, lab: str
) -> None:
    loud: list[str] = []
    notebook.on("pageerror", lambda error: loud.append(str(error)))
    choose(notebook, "Run", "Run All Cells")
    compare = notebook.locator(".pk-compare")
    videos = compare.locator("video")
    expect(videos).to_have_count(2, timeout=40_000)
    expect(compare.get_by_text("Elastic sync")).to_be_visible(timeout=40_000)
    compare.get_by_role("button", name="Play both").first.click()
    notebook.wait_for_function(
        "() => [...document.querySelectorAll('.pk-compare video')].every(v => v.currentTime > 1)"
    )

    first = shown(videos)
    assert min(video["colours"] for video in first) > 20
    assert "/media/take/" in first[0]["src"]
    assert "/media/exercise/" in first[1]["src"]
    notebook.wait_for_function(
        "past => [...document.querySelectorAll('.pk-compare video')]"
        ".every((v, i) => v.currentTime > past[i] + 1)",
        arg=[video["time"] for video in first],
    )

    assert notebook.locator(".jp-RenderedText[data-mime-type*=error]").count() == 0
    assert loud == []
    compare.locator(".deskbar").scroll_into_view_if_needed()
    _look_right(notebook, compare)
    _only_for_whoever_holds_the_token(first[0]["src"], lab)


def _look_right(notebook: Page, compare: Locator) -> None:
    """Practika's own look within Lab's, light or dark as Lab is."""
    button = compare.get_by_role("button", name="From here")
    expect(button).to_have_css("border-radius", "10px")
    expect(compare).to_have_css("background-color", "rgb(243, 246, 244)")
    keep(notebook, "lab-first-look")
    assert axe.problems(notebook, ".pk-compare") == []
    choose(notebook, "Settings", "Theme", "JupyterLab Dark")
    expect(compare).to_have_css("background-color", "rgb(15, 21, 20)")
    assert axe.problems(notebook, ".pk-compare", looks=True) == []
    keep(notebook, "lab-first-look-dark")
    assert notebook.get_by_text("Jupyter news").count() == 0


def _only_for_whoever_holds_the_token(video: str, lab: str) -> None:
    part = {"Range": "bytes=4-7"}
    token = {"Authorization": f"token {lab.partition('token=')[2]}"}
    inside = requests.get(video, headers=part | token, timeout=10)
    assert (inside.status_code, inside.content) == (206, b"ftyp")
    outside = requests.get(video, headers=part, timeout=10)
    assert outside.status_code == 401
    assert b"ftyp" not in outside.content
    wrong = requests.get(video, headers=part | {"Authorization": "token guessed"}, timeout=10)
    assert wrong.status_code in (401, 403)
    assert requests.post(video.partition("/media")[0] + "/files", timeout=10).status_code >= 400
