"""The whole loop as four people walk it, in Chromium, with real files; pictures are kept."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import stage
from practika_kernel.bootstrap import assemble
from practika_kernel.media.sample_take import performance, write_take
from practika_kernel.settings import Settings
from stage import SignIn, keep

pytestmark = pytest.mark.e2e

COMMENT = "Count through the rest, you wait too long."


@pytest.fixture(scope="module")
def new_take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A take nobody has seen yet, as it would come from a camera."""
    file = tmp_path_factory.mktemp("camera") / "hanon-evening.mp4"
    write_take(file, "hanon-1", performance("hanon-1", 0.7, 4242))
    return file


def frame_rate_aware_gap(page: Page) -> float:
    """How far the two videos are apart, in seconds, read in one moment."""
    return float(
        page.evaluate(
            "() => { const [a, b] = document.querySelectorAll('.panes video');"
            " return Math.abs(a.currentTime - b.currentTime); }"
        )
    )


def test_upload_reply_compare_progress(sign_in: SignIn, place: stage.Place, new_take: Path) -> None:
    teacher = sign_in("teacher")
    expect(teacher.get_by_role("heading", name="takes wait for you")).to_be_visible()
    keep(teacher, "teacher-1280")

    student = sign_in("student", number=1)
    take = upload(student, new_take)
    begun = time.monotonic()
    student.get_by_role("button", name="Submit to").click()
    expect(
        teacher.get_by_role("link", name="Jonas Weber").filter(has_text="take 1").first
    ).to_be_visible()
    expect(teacher.locator(f"a[href*='{take}']").first).to_be_visible(timeout=5_000)
    assert time.monotonic() - begun < 5

    reply_key = reply(teacher, take)
    compare(student, take)
    answer_in_the_thread(student)
    assert reply_key
    coordinator(sign_in, place)


def upload(page: Page, file: Path) -> str:
    """Choose a file on the student's page, watch it arrive, write a note; return the take."""
    page.get_by_label("Exercise").select_option(label="Hanon 1, even fingers")
    page.locator("input[type=file]").first.set_input_files(file)
    draft = page.get_by_role("region", name=re.compile("Draft: Hanon 1"))
    expect(draft).to_be_visible(timeout=60_000)
    draft.get_by_label("Note for your teacher").fill("The left hand feels calmer now.")
    expect(draft.get_by_role("button", name="Submit to")).to_be_enabled(timeout=60_000)
    keep(page, "student-draft-1280")
    label = draft.get_by_label("Note for your teacher").get_attribute("id")
    assert label is not None
    return label.removeprefix("note-")


def reply(page: Page, take: str) -> bool:
    """Comment at a time and at a range, cut a clip, record a video, release."""
    page.locator(f"a[href*='{take}']").first.click()
    box = page.get_by_label("Comment", exact=True)
    expect(box).to_be_visible()
    expect(page.get_by_text("The left hand feels calmer now.")).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('.canvas video, .stage video').readyState > 1"
    )

    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('.stage video').currentTime > 1")
    box.click()
    box.press_sequentially("Even and light. Just like this.")
    assert page.evaluate("() => document.querySelector('.stage video').paused")
    page.get_by_label("Keep", exact=True).check()
    box.press("Enter")
    comments = page.get_by_role("region", name="Comments on take")
    expect(comments.get_by_text("Even and light. Just like this.")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('.stage video').paused")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="From here").click()
    page.wait_for_function("() => document.querySelector('.stage video').currentTime > 4")
    page.get_by_role("button", name="To here").click()
    page.get_by_role("button", name="Cut this range as a clip").click()
    expect(page.get_by_label(re.compile("^Clip")).first).to_be_visible(timeout=60_000)
    page.get_by_label("Fix", exact=True).check()
    box.fill(COMMENT)
    keep(page, "reply-1280")
    page.get_by_role("button", name="Save comment").click()
    expect(comments.get_by_text(COMMENT)).to_be_visible()

    record_a_video_reply(page)
    page.get_by_role("button", name="Release reply").first.click()
    expect(page).not_to_have_url(re.compile(take), timeout=20_000)
    return True


def record_a_video_reply(page: Page) -> None:
    """Two seconds from the camera, looked at, sent with a comment."""
    page.get_by_role("button", name="Record a video or voice reply").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(2_000)
    dialog.get_by_role("button", name="Stop").click()
    dialog.locator(".btn.primary").click()
    page.get_by_label("Comment", exact=True).fill("Watch my wrist.")
    page.get_by_role("button", name="Save comment").click()
    comments = page.get_by_role("region", name="Comments on take")
    film = comments.locator("li", has_text="Watch my wrist.").locator("video")
    expect(film).to_be_visible(timeout=60_000)


def compare(page: Page, take: str) -> None:
    """The reply came without reloading; take and reference run together under one clock."""
    fresh = page.get_by_role("link", name=re.compile("Compare")).first
    expect(page.get_by_text(COMMENT)).to_be_visible(timeout=10_000)
    keep(page, "student-1280")
    expect(fresh).to_be_visible()
    page.goto(page.url.split("?")[0] + f"?take={take}&with=reference&sync=free")
    expect(page.get_by_text("beside the reference")).to_be_visible()
    page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('.panes video')];"
        " return all.length === 2 && all.every((one) => one.readyState > 1); }"
    )
    page.get_by_role("button", name=re.compile("^Play both|^Play$")).first.click()
    page.wait_for_function("() => document.querySelector('.panes video').currentTime > 1.5")
    gaps = []
    for _ in range(10):
        page.wait_for_timeout(100)
        gaps.append(frame_rate_aware_gap(page))
    assert sorted(gaps)[5] < 0.08
    muted = page.evaluate(
        "() => [...document.querySelectorAll('.panes video')].map((v) => v.muted)"
    )
    assert muted.count(False) == 1
    page.locator("body").press("Space")
    go_to_a_comment(page)
    keep(page, "compare-1280")
    page.set_viewport_size({"width": 390, "height": 844})
    keep(page, "compare-390")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})


def go_to_a_comment(page: Page) -> None:
    """A comment's time is a place: pressing it takes both videos there, and the address too."""
    page.locator("li", has_text=COMMENT).locator("button.at").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.panes video')].every((v) => v.currentTime > 0.9)"
    )
    assert frame_rate_aware_gap(page) < 0.08
    page.wait_for_function("() => new URLSearchParams(location.search).get('t') > 0")
    page.get_by_label("Overlay").check()
    page.wait_for_function("() => new URLSearchParams(location.search).get('view') === 'overlay'")
    page.reload()
    page.wait_for_selector(".panes[data-view=overlay] video")
    page.get_by_label("Side", exact=True).check()


def answer_in_the_thread(page: Page) -> None:
    comment = page.locator("li", has_text=COMMENT)
    comment.get_by_role("button", name="Answer").click()
    comment.locator("textarea").fill("I will count aloud.")
    comment.get_by_role("button", name=re.compile("Send|Answer")).last.click()
    expect(page.get_by_text("I will count aloud.")).to_be_visible()


def coordinator(sign_in: SignIn, place: stage.Place) -> None:
    """The new take and its reply are in the numbers; charts are drawn; the CSV holds rows."""
    page = sign_in("coordinator")
    expect(page.get_by_text("Feedback turnaround").first).to_be_visible()
    page.wait_for_selector(".js-plotly-plot .scatterlayer path", timeout=60_000)
    row = page.locator("tr", has_text="Jonas Weber").filter(has_text=" of ")
    expect(row.first).to_contain_text("4")
    keep(page, "coordinator-1280")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == 8
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
    keep(page, "coordinator-390")


def test_the_coordinators_numbers_follow_another_process_within_two_seconds(
    sign_in: SignIn, place: stage.Place
) -> None:
    page = sign_in("coordinator")
    waiting = page.locator("section", has=page.locator("#pk-w")).locator("tbody tr")
    expect(waiting.first).to_be_visible()
    before = waiting.count()
    page.get_by_label("Exercise", exact=True).focus()
    other = assemble(Settings.read({"PRACTIKA_DATA": str(place.data)}))
    ada = other.services.accounts.by_email(place.person("teacher")["email"])
    take = other.services.queue.home(ada.id)["queue"][-1]["take"]["id"]
    other.services.replies.save(ada.id, take, client_key="k", kind="keep", text="It sings.")
    other.services.replies.release(ada.id, take)
    expect(waiting).to_have_count(before - 1, timeout=2_000)
    assert page.evaluate("document.activeElement.id") == "pk-f-exercise"
    other.close()


@pytest.mark.parametrize("role", ["student", "teacher", "coordinator", "admin"])
def test_pages_fit_a_phone_and_the_dark(sign_in: SignIn, role: str) -> None:
    for width, dark in ((390, False), (1280, True)):
        page = sign_in(role, width=width, dark=dark)
        page.wait_for_selector(".pk-page .card")
        page.wait_for_timeout(500)
        keep(page, f"{role}-{width}-{'dark' if dark else 'light'}")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_no_page_asks_another_host(sign_in: SignIn, place: stage.Place) -> None:
    asked: list[str] = []
    page = sign_in("student")
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_selector(".pk-page .card")
    elsewhere = [u for u in asked if not u.startswith((place.url, "blob:", "data:"))]
    assert elsewhere == []
    assert json.dumps(asked).count("/media/") > 0
