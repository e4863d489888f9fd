"""Recording in the page: what reaches the server at once, and what a crash leaves to find."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from cli_helpers import until
from faults import banner, box, kernel, process_of
from stage import Place, SignIn, keep, running
from touch import choose

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def place(sample_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server of this file alone: its drafts and comments are in nobody's way."""
    folder = tmp_path_factory.mktemp("recording")
    shutil.copytree(sample_course, folder / "data")
    with running(folder) as started:
        yield started


def kept(page: Page) -> list[dict[str, Any]]:
    """What the server holds of this person's unfinished recordings."""
    found: list[dict[str, Any]] = page.evaluate(
        "fetch('/api/recordings').then(answer => answer.json()).then(all => all.recordings)"
    )
    return found


def recorded(page: Page, seconds: float) -> Locator:
    """A dialog in which so many seconds have been recorded, and go on being."""
    page.get_by_role("button", name="Record a video or voice reply").click()
    dialog = page.get_by_role("dialog", name="Record a reply")
    dialog.get_by_role("button", name="Record", exact=True).click()
    until_recorded(page, seconds)
    return dialog


def until_recorded(page: Page, seconds: float) -> None:
    page.wait_for_function(
        "least => { const [m, s] = (document.querySelector('[role=timer]')?.textContent ?? '0:0')"
        ".match(/\\d+/g).map(Number); return m * 60 + s >= least; }",
        arg=seconds,
    )


def until_sent(page: Page, least: int = 1) -> dict[str, Any]:
    """Wait until the server holds so much of the one recording there is."""
    until(lambda: [one["offset"] >= least for one in kept(page)] == [True], 20)
    return kept(page)[0]


def comment(page: Page, words: str) -> Locator:
    """Save the comment the recording hangs on; gives it in the list."""
    page.get_by_label("Comment", exact=True).fill(words)
    page.get_by_role("button", name="Save comment").click()
    return page.get_by_role("region", name="Comments on take").locator("li", has_text=words)


def length(media: Locator) -> float:
    """Seconds of what a comment shows, once the browser knows."""
    until(lambda: media.evaluate("one => one.readyState > 0"), 30)
    return float(media.evaluate("one => Math.min(one.duration, 1e6)"))


def on_a_take(sign_in: SignIn, **more: Any) -> Page:
    page = sign_in("teacher", **more)
    page.locator("#main a[href*='take=']").first.click()
    expect(page.get_by_label("Comment", exact=True)).to_be_visible()
    return page


def test_record_pause_retake_look_and_attach(sign_in: SignIn) -> None:
    page = on_a_take(sign_in)
    status = page.locator("[role=status][aria-live]")
    dialog = recorded(page, 1)
    expect(status).to_have_text("Recording")
    loudness = dialog.get_by_role("meter", name="Loudness")
    expect(loudness).to_have_attribute("aria-valuenow", re.compile("^[1-9]"))
    keep(page, "recording-1280")
    until_sent(page)

    page.keyboard.press("Enter")  # the focus stands on Pause
    expect(status).to_have_text("Paused")
    stands = dialog.get_by_role("timer").inner_text()
    page.wait_for_timeout(1200)
    assert dialog.get_by_role("timer").inner_text() == stands
    page.keyboard.press("Enter")
    until_recorded(page, 2)
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()  # a slip of the finger ends no recording
    dialog.get_by_role("button", name="Stop").click()
    film = dialog.get_by_label("What was recorded")
    page.wait_for_function(
        "() => document.querySelector('dialog video').duration < 60", timeout=10_000
    )
    first = until_sent(page)["id"]
    dialog.get_by_role("button", name="Record again").click()
    dialog.get_by_role("button", name="Record", exact=True).click()
    until_recorded(page, 1)
    assert until_sent(page)["id"] != first, "the one before is gone from the server"
    dialog.get_by_role("button", name="Stop").click()
    expect(film).to_be_visible()
    film.evaluate("one => one.play()")
    page.wait_for_function("() => document.querySelector('dialog video').currentTime > 0.2")
    keep(page, "recording-look-1280")
    dialog.get_by_role("button", name="Attach").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Record a video or voice reply")).to_be_focused()
    saved = comment(page, "Elbow a little lower.")
    expect(saved.locator("video")).to_be_visible(timeout=60_000)
    assert 0.8 < length(saved.locator("video")) < 60  # it was wrapped anew, and says how long it is
    assert kept(page) == []


def test_a_voice_alone_is_a_reply_and_cancel_keeps_nothing(sign_in: SignIn) -> None:
    page = on_a_take(sign_in, width=390)
    page.get_by_role("button", name="Record a video or voice reply").click()
    dialog = page.get_by_role("dialog", name="Record a reply")
    choose(dialog.get_by_role("radio", name="Voice only"))
    dialog.get_by_role("button", name="Record", exact=True).click()
    until_recorded(page, 2)
    keep(page, "recording-voice-390")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    dialog.get_by_role("button", name="Stop").click()
    dialog.get_by_role("button", name="Attach").click()
    saved = comment(page, "Listen to how I sing it.")
    heard = saved.locator("audio")
    expect(heard).to_be_visible(timeout=60_000)
    assert 1 < length(heard) < 60
    assert kept(page) == []

    dialog = recorded(page, 1)
    until_sent(page)
    dialog.get_by_role("button", name="Stop").click()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Throw away").click()
    until(lambda: kept(page) == [], 20)
    expect(page.get_by_text("Your video reply")).to_have_count(0)


def test_the_screen_is_recorded_with_the_microphone(sign_in: SignIn) -> None:
    """Chromium captures a test screen of its own; nothing of ours is bent."""
    page = on_a_take(sign_in)
    page.get_by_role("button", name="Record a video or voice reply").click()
    dialog = page.get_by_role("dialog", name="Record a reply")
    choose(dialog.get_by_role("radio", name="Screen"))
    shared = dialog.get_by_label("What is shared")
    expect(shared).to_be_visible()
    page.wait_for_function("() => document.querySelector('dialog video').videoWidth > 0")
    tracks = shared.evaluate(
        "one => one.srcObject.getTracks().map(track => [track.kind, track.getSettings()])"
    )
    assert sorted(kind for kind, _ in tracks) == ["audio", "video"], "both sounds are one track"
    assert next(told for kind, told in tracks if kind == "video")["displaySurface"] == "monitor"
    dialog.get_by_role("button", name="Record", exact=True).click()
    expect(dialog.get_by_role("meter", name="Loudness")).to_have_attribute(
        "aria-valuenow", re.compile("^[1-9]")
    )
    until_recorded(page, 2)
    keep(page, "recording-screen-1280")
    dialog.get_by_role("button", name="Stop").click()
    dialog.get_by_role("button", name="Attach").click()
    film = comment(page, "As on my screen.").locator("video")
    expect(film).to_be_visible(timeout=60_000)
    assert 1 < length(film) < 60
    assert film.evaluate("one => one.videoWidth") >= 1280
    assert kept(page) == []

    # The person ends the sharing with the browser's own button: what was recorded is there.
    page.get_by_role("button", name="Record a video or voice reply").click()
    choose(dialog.get_by_role("radio", name="Screen"))
    dialog.get_by_role("button", name="Record", exact=True).click()
    until_recorded(page, 1)
    shared.evaluate(
        "one => one.srcObject.getVideoTracks().forEach(track => {"
        " track.stop(); track.dispatchEvent(new Event('ended')); })"
    )
    expect(dialog.get_by_text("went away, so the recording ended here")).to_be_visible()
    dialog.get_by_role("button", name="Throw away").click()
    until(lambda: kept(page) == [], 20)


def test_a_killed_kernel_stops_no_recording_and_a_crash_of_the_page_loses_seconds(
    sign_in: SignIn, place: Place
) -> None:
    page = on_a_take(sign_in)
    address, context = page.url, page.context
    box(page).fill("As I said, and listen")
    expect(page.get_by_text(re.compile("Draft saved")).first).to_be_attached()
    page.get_by_role("button", name="Record a video or voice reply").click()
    dialog = page.get_by_role("dialog", name="Record a reply")
    choose(dialog.get_by_role("radio", name="Voice only"))
    dialog.get_by_role("button", name="Record", exact=True).click()
    until_recorded(page, 1)
    before = until_sent(page)["offset"]

    process_of(place, kernel(page)).send_signal(signal.SIGKILL)
    expect(banner(page)).to_contain_text("This page stopped working on the server", timeout=20_000)
    until_recorded(page, 4)
    assert until_sent(page, before + 1)["offset"] > before, "it goes on being sent"
    keep(page, "recording-kernel-killed-1280")
    with contextlib.suppress(Error):  # the page that is asked to crash gives no answer
        context.new_cdp_session(page).send("Page.crash", timeout=2000)

    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(address)
    expect(box(page)).to_have_value("As I said, and listen")
    expect(
        page.locator(".strong", has_text=re.compile(r"A recording of 0:0\d was kept"))
    ).to_be_visible()
    page.get_by_role("button", name="Attach to a comment").click()
    saved = comment(page, "As I said, and listen to this.")
    heard = saved.locator("audio")
    expect(heard).to_be_visible(timeout=60_000)
    assert 2.5 < length(heard) < 60
    assert kept(page) == []


def test_a_student_answers_by_video_and_the_teacher_sees_it(sign_in: SignIn) -> None:
    page = sign_in("student")
    page.locator("#main .hero a[href*='take=']").first.click()
    address = page.url
    page.get_by_role("button", name="Answer", exact=True).first.click()
    page.get_by_role("button", name="Record a video or voice answer").click()
    dialog = page.get_by_role("dialog", name="Record an answer")
    dialog.get_by_role("button", name="Record", exact=True).click()
    until_recorded(page, 2)
    until_sent(page)  # while it is being made
    page.close()  # and a crash finds its way back to the comment

    page = page.context.new_page()
    page.set_default_timeout(30_000)
    page.goto(address)
    page.get_by_role("button", name="Attach to an answer").click()
    expect(page.get_by_label("Your video answer")).to_be_visible()
    page.get_by_label("Your answer", exact=True).fill("Like this?")
    page.get_by_role("button", name="Send answer").scroll_into_view_if_needed()
    keep(page, "answer-video-1280")
    page.set_viewport_size({"width": 390, "height": 844})
    keep(page, "answer-video-390")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Send answer").click()
    thread = page.locator(".thread", has_text="Like this?")
    expect(thread.locator("video")).to_be_visible(timeout=60_000)
    assert 0.8 < length(thread.locator("video")) < 60
    expect(thread.get_by_role("button", name="Take your answer back")).to_be_visible()
    keep(page, "answer-video-sent-390")
    assert kept(page) == []

    teacher = sign_in("teacher")
    teacher.goto(address.replace("/student", "/teacher").partition("&")[0])
    thread = teacher.locator(".thread", has_text="Like this?")
    expect(thread.locator("video")).to_be_visible()
    assert 0.8 < length(thread.locator("video")) < 60
    stranger = sign_in("student", number=1)
    found = thread.locator("video").get_attribute("src")
    status = "path => fetch(path).then((answer) => answer.status)"
    assert teacher.evaluate(status, found) == 200
    assert stranger.evaluate(status, found) == 404


def test_a_crash_while_recording_loses_seconds_at_most(sign_in: SignIn) -> None:
    page = on_a_take(sign_in)
    address, context = page.url, page.context
    recorded(page, 2)
    there = until_sent(page)["offset"]
    context.set_offline(True)
    until_recorded(page, 5)
    expect(page.get_by_text("the recording is kept in this browser")).to_be_visible()
    page.close()  # nothing of ours hears of it: no handler runs when a page goes
    context.set_offline(False)

    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(address)
    found = page.locator(".strong", has_text=re.compile(r"A recording of 0:0\d was kept"))
    expect(found).to_be_visible()
    assert kept(page)[0]["offset"] >= there
    page.get_by_role("button", name="Play", exact=True).last.click()
    page.wait_for_function(
        "() => document.activeElement.currentTime > 0.3"
    )  # it plays, and has the focus
    keep(page, "recording-kept-1280")
    page.get_by_role("button", name="Attach to a comment").click()
    expect(found).to_have_count(0)
    saved = comment(page, "From before the crash.")
    expect(saved.locator("video")).to_be_visible(timeout=60_000)
    assert 3.5 < length(saved.locator("video")) < 60
    assert kept(page) == []


@pytest.mark.parametrize("open_already", [False, True], ids=["a new page", "one beside it"])
def test_what_was_used_without_a_network_is_sent_after_a_crash(
    sign_in: SignIn, open_already: bool
) -> None:
    page = sign_in("student", number=1)
    address, context = page.url, page.context
    page.get_by_role("button", name="Record now").click()
    dialog = page.get_by_role("dialog", name="Record a take")
    dialog.get_by_role("button", name="Record", exact=True).click()
    until_recorded(page, 1)
    until_sent(page)
    drafts = page.get_by_role("region", name=re.compile("^Draft: ")).count()
    beside = context.new_page()
    if open_already:
        beside.goto(address)
        beside.get_by_role("button", name="Record now").wait_for()
        page.bring_to_front()
    context.set_offline(True)
    until_recorded(page, 3)
    dialog.get_by_role("button", name="Stop").click()
    dialog.get_by_role("button", name="Use this recording").click()
    expect(page.get_by_text("No connection, tries again")).to_be_visible()
    page.close()  # nothing of ours hears of it: no handler runs when a page goes
    context.set_offline(False)

    page = beside
    if not open_already:
        page.goto(address)
    found = page.get_by_role("region", name=re.compile("^Draft: "))
    expect(found).to_have_count(drafts + 1, timeout=60_000)
    until(lambda: kept(page) == [], 20)
    expect(page.get_by_text(re.compile("A recording of"))).to_have_count(0)


def test_a_closed_browser_leaves_a_take_that_another_one_sends(
    sign_in: SignIn, place: Place
) -> None:
    page = sign_in("student")
    page.get_by_role("button", name="Record now").click()
    dialog = page.get_by_role("dialog", name="Record a take")
    expect(dialog.get_by_role("radio", name="Voice only")).to_have_count(0)
    dialog.get_by_role("button", name="Record", exact=True).click()
    until_recorded(page, 3)
    upload = until_sent(page, 20_000)["id"]
    page.context.close()

    (part,) = place.data.rglob(upload)
    os.utime(part, (0, 0))  # nobody records it anywhere any more
    page = sign_in("student", width=390)
    found = page.locator(".strong", has_text=re.compile("A recording of .* kB was kept"))
    expect(found).to_be_visible(timeout=40_000)  # what was on its way may have come since
    keep(page, "recording-kept-390")
    page.get_by_role("button", name="Continue to send").click()
    until(lambda: kept(page) == [], 20)
    draft = page.get_by_role("region", name=re.compile("Draft: Hanon 1")).first
    expect(draft).to_be_visible(timeout=60_000)
    expect(draft.get_by_role("button", name="Submit to")).to_be_enabled(timeout=60_000)
