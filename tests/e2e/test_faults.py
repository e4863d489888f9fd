"""What people see when something is killed, cut off or wrong: each is really killed or cut."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket
from playwright.sync_api import Browser, Error, Page, expect

import stage
import videos
from cable import Cable, cable
from cli_helpers import until
from faults import (
    banner,
    box,
    child,
    enter,
    fill_in,
    goes_on_unheard,
    kernel,
    new_draft,
    process_behind,
    process_of,
    seconds_until,
    somebody,
    told,
    waiting_take,
    who,
)
from practika_kernel.bootstrap import Practika, assemble
from practika_kernel.domain.ids import new_id
from practika_kernel.settings import Settings
from stage import SignIn, keep

pytestmark = pytest.mark.e2e

SAFE = "What you saved is safe. Reload it to carry on."
STOPPED = f"This page stopped working on the server. {SAFE}"
RESTED = f"This page rested while it was not used. {SAFE}"
CLOSED_SENDING = "What you saved is safe and your upload goes on; reload the page when it has"
SIGNED_OUT = "You have been signed out. Reload the page to sign in again."
LOST = "Connection lost. Trying again…"


@pytest.fixture(scope="module")
def place(sample_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[stage.Place]:
    """A server of this file alone: nearly everything of it is killed once."""
    folder = tmp_path_factory.mktemp("faults")
    shutil.copytree(sample_course, folder / "data")
    with stage.running(folder) as running:
        yield running


@pytest.fixture(scope="module")
def practika(place: stage.Place) -> Iterator[Practika]:
    """Another process's view of the same record."""
    opened = assemble(Settings.read({"PRACTIKA_DATA": str(place.data)}))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds that any browser plays."""
    file = tmp_path_factory.mktemp("clip") / "short.mp4"
    videos.make(file)
    return file


@pytest.fixture(scope="module")
def forgotten(
    sample_course: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[tuple[Page, Cable, stage.Place]]:
    """A teacher's desk whose laptop fell asleep when this file began."""
    folder = tmp_path_factory.mktemp("forgotten")
    shutil.copytree(sample_course, folder / "data")
    with (
        stage.running(folder, PRACTIKA_KERNEL_IDLE_MINUTES=1) as running,
        cable(running.url) as wire,
        browser.new_context() as context,
    ):
        page = enter(context, running, "teacher", url=wire.url)
        page.locator("#main a[href*='take=']").first.click()
        expect(box(page)).to_be_visible()
        box(page).fill("Typed before the lid was closed")
        expect(page.get_by_text(re.compile("Draft saved")).first).to_be_attached()
        wire.cut()
        yield page, wire, running


def test_a_killed_kernel_loses_no_word(
    sign_in: SignIn,
    place: stage.Place,
    practika: Practika,
    forgotten: tuple[Page, Cable, stage.Place],
    capsys: pytest.CaptureFixture[str],
) -> None:
    teacher = sign_in("teacher")
    teacher.goto(f"{place.url}/teacher?take={waiting_take(practika, place)}")
    box(teacher).fill("This one is saved.")
    box(teacher).press("Enter")
    comments = teacher.get_by_role("region", name="Comments on take")
    expect(comments.get_by_text("This one is saved.")).to_be_visible()
    box(teacher).fill("And this one is half")
    expect(teacher.get_by_text(re.compile("Draft saved")).first).to_be_attached()

    process_of(place, kernel(teacher)).send_signal(signal.SIGKILL)
    is_whole = goes_on_unheard(teacher)
    took = seconds_until(lambda: expect(banner(teacher)).to_contain_text(STOPPED, timeout=15_000))
    told(capsys, f"banner {took:.1f} s after the kernel was killed")
    expect(box(teacher)).to_have_value("And this one is half typed")
    keep(teacher, "fault-kernel-killed")

    banner(teacher).get_by_role("button", name="Reload").click()
    expect(box(teacher)).to_have_value("And this one is half typed")
    expect(comments.get_by_text("This one is saved.")).to_be_visible()
    expect(banner(teacher)).to_be_hidden()
    is_whole()


def test_an_upload_outlives_a_killed_server(
    browser: Browser,
    place: stage.Place,
    practika: Practika,
    clip: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    big = tmp_path / "evening.mp4"
    filler = 60_000_000
    # A box that says "skip me": a valid MP4 of any size.
    big.write_bytes(
        clip.read_bytes() + (filler + 8).to_bytes(4, "big") + b"free" + bytes(range(256)) * 234_375
    )
    student = who(practika, place, "student", 2)
    before = {take["id"] for take in practika.services.takes.home(student)["drafts"]}
    with browser.new_context() as context:
        page = enter(context, place, "student", 2)
        page.locator("input[type=file]").first.wait_for(state="attached")
        line = context.new_cdp_session(page)
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
        line.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": 12_000_000})
        page.locator("input[type=file]").first.set_input_files(big)
        bar = page.get_by_role("progressbar", name="Upload of evening.mp4")
        page.wait_for_function(
            "(bar) => Number(bar.getAttribute('aria-valuenow')) >= 25", arg=bar.element_handle()
        )
        old = child(place, "server")
        old.send_signal(signal.SIGKILL)
        expect(banner(page)).to_be_visible()
        until(lambda: not old.is_running() or old.status() == "zombie")
        took = seconds_until(
            lambda: expect(page.get_by_text(re.compile("Received|Checking")).first).to_be_visible(
                timeout=30_000
            )
        )
        told(capsys, f"upload whole {took:.1f} s after the server was killed at a quarter")
        expect(banner(page)).to_contain_text(CLOSED_SENDING)
        keep(page, "fault-server-killed")
        banner(page).get_by_role("button", name="Reload").click()
        draft = page.get_by_role("region", name=re.compile("Draft:"))
        expect(draft.get_by_role("button", name="Submit to").first).to_be_enabled(timeout=30_000)
        made = [
            take["id"]
            for take in practika.services.takes.home(student)["drafts"]
            if take["id"] not in before
        ]
        assert len(made) == 1
        stored = context.request.get(f"{place.url}/media/take/{made[0]}/original")
        digest = hashlib.sha256(stored.body()).hexdigest()
        assert digest == hashlib.sha256(big.read_bytes()).hexdigest()


def test_a_killed_worker_only_takes_longer(
    sign_in: SignIn, place: stage.Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "camera.mkv"
    videos.make(file, codec="mpeg4", container="mkv", frames=120, size=(960, 540))
    student = sign_in("student", number=3)
    student.locator("input[type=file]").first.set_input_files(file)
    expect(student.get_by_text(re.compile("Preparing…")).first).to_be_visible(timeout=30_000)
    child(place, "worker").send_signal(signal.SIGKILL)
    draft = student.get_by_role("region", name=re.compile("Draft:"))
    expect(draft).to_have_count(1)
    submit = draft.get_by_role("button", name="Submit to")
    took = seconds_until(lambda: expect(submit).to_be_enabled(timeout=60_000))
    told(capsys, f"draft ready {took:.1f} s after the worker was killed")
    expect(draft).to_have_count(1)


def test_a_browser_that_dies_while_somebody_types_keeps_the_words(
    browser: Browser, place: stage.Place, practika: Practika
) -> None:
    take = waiting_take(practika, place, 1)
    words = "Count aloud through the rest and put the thumb under earlier than you think"
    with browser.new_context() as context:
        page = enter(context, place, "teacher")
        page.goto(f"{place.url}/teacher?take={take}")
        # Never a pause long enough for "they have finished typing".
        box(page).press_sequentially(words, delay=60)
        with contextlib.suppress(Error):
            page.goto("chrome://crash", timeout=5_000)
    with browser.new_context() as context:
        page = enter(context, place, "teacher")
        page.goto(f"{place.url}/teacher?take={take}")
        expect(box(page)).to_have_value(re.compile("^Count aloud through the rest"))
        kept = box(page).input_value()
        assert words.startswith(kept)
        assert len(words) - len(kept) < 35


def test_ten_seconds_without_a_network(
    browser: Browser, place: stage.Place, practika: Practika, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = who(practika, place, "teacher")
    take = waiting_take(practika, place)
    owner = practika.services.takes.take(teacher, take)["student"]["id"]
    number = next(i for i in range(8) if who(practika, place, "student", i) == owner)
    with cable(place.url) as wire, browser.new_context() as context:
        page = enter(context, place, "student", number, url=wire.url)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.evaluate("window.sameDocument = true")
        # "Offline" alone leaves open connections as they are: the cable goes as well.
        context.set_offline(True)
        wire.cut()
        begun = time.monotonic()
        expect(banner(page)).to_contain_text(LOST)
        save = practika.services.replies.save
        save(teacher, take, client_key=new_id(), kind="keep", text="Said while you were away.")
        practika.services.replies.release(teacher, take)
        until(lambda: time.monotonic() - begun > 10)
        expect(banner(page)).to_contain_text(LOST)
        reply = page.locator(f".new a[href*='{take}']").first
        expect(reply).to_be_hidden()
        keep(page, "fault-offline")
        wire.mend()
        context.set_offline(False)
        took = seconds_until(lambda: expect(reply).to_be_visible(timeout=8_000))
        told(capsys, f"a reply released meanwhile is there {took:.1f} s after the network is back")
        expect(banner(page)).to_be_hidden(timeout=15_000)
        page.get_by_role("link", name="My stacks").click()
        expect(page.get_by_role("heading", name="My stacks", level=1)).to_be_visible()
        assert page.evaluate("window.sameDocument")


def test_open_pages_hear_of_each_other_within_two_seconds(
    sign_in: SignIn,
    place: stage.Place,
    practika: Practika,
    clip: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mira = who(practika, place, "student")
    take, second = (new_draft(practika, mira, clip) for _ in range(2))
    student, teacher = sign_in("student"), sign_in("teacher")
    teacher.goto(f"{place.url}/teacher?view=class")
    name = teacher.get_by_label("Student", exact=True)
    name.press_sequentially("Mira")
    note = student.locator(f"#note-{second}")
    draft = student.get_by_role("region", name=re.compile("Draft:")).filter(
        has=student.locator(f"#note-{take}")
    )
    submit = draft.get_by_role("button", name="Submit to")
    expect(submit).to_be_enabled()
    begun = time.monotonic()
    submit.click()
    teacher.locator(f"a[href*='{take}']").first.wait_for(timeout=5_000)
    arrived = time.monotonic() - begun
    expect(name).to_be_focused()
    expect(name).to_have_value("Mira")

    teacher.goto(f"{place.url}/teacher?take={take}")
    box(teacher).fill("Better than last week.")
    box(teacher).press("Enter")
    expect(teacher.get_by_role("region", name="Comments on take")).to_contain_text("Better than")
    note.press_sequentially("Half a sentence")
    note.evaluate("(field) => field.setSelectionRange(4, 4)")
    begun = time.monotonic()
    teacher.get_by_role("button", name="Release reply").first.click()
    student.locator(f".new a[href*='{take}']").first.wait_for(timeout=5_000)
    replied = time.monotonic() - begun
    told(capsys, f"take on the teacher's page after {arrived:.2f} s, reply after {replied:.2f} s")
    expect(note).to_be_focused()
    expect(note).to_have_value("Half a sentence")
    assert note.evaluate("(field) => field.selectionStart") == 4
    assert arrived < 2
    assert replied < 2


def test_another_persons_things_are_as_if_they_did_not_exist(
    sign_in: SignIn, place: stage.Place, practika: Practika
) -> None:
    theirs, nobodys = waiting_take(practika, place), new_id()
    owner = practika.services.takes.take(who(practika, place, "teacher"), theirs)["student"]["id"]
    number = next(i for i in range(3) if who(practika, place, "student", i) != owner)
    student, teacher = sign_in("student", number=number), sign_in("teacher")
    expect(teacher.get_by_role("heading", level=1)).to_be_visible()
    seen = []
    for take in (theirs, nobodys):
        student.goto(f"{place.url}/student?take={take}")
        expect(student.get_by_role("heading", name="Nothing to show")).to_be_visible()
        media = student.request.get(f"{place.url}/media/take/{take}/video")
        seen.append((student.locator("main").inner_text(), media.status, media.text()))
    assert seen[0] == seen[1]
    assert seen[0][1] == 404

    cookies = "; ".join(f"{each['name']}={each['value']}" for each in student.context.cookies())
    unknown = "00000000-0000-4000-8000-000000000000"
    answers = []
    for each in (kernel(teacher), unknown):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            websocket.create_connection(
                f"{place.url.replace('http', 'ws')}/api/kernels/{each}/channels",
                cookie=cookies,
                origin=place.url,
            )
        answers.append((refused.value.status_code, refused.value.resp_body))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404

    student.context.clear_cookies()
    student.goto(f"{place.url}/student?view=stacks")
    expect(student.get_by_role("heading", name="Sign in")).to_be_visible()
    fill_in(student, somebody(place, "student", number))
    expect(student).to_have_url(f"{place.url}/student?view=stacks")
    expect(student.get_by_role("heading", name="My stacks")).to_be_visible()


def test_files_that_are_no_video_leave_nothing_behind(
    sign_in: SignIn, place: stage.Place, practika: Practika, clip: Path, tmp_path: Path
) -> None:
    student_id = who(practika, place, "student", 4)
    before = practika.services.takes.home(student_id)
    assets = place.data / "media" / "assets"
    stored = sorted(assets.rglob("original"))  # what is made of earlier ones may still arrive
    sentences = {
        "empty.mp4": "empty.mp4 is empty. Choose the video itself.",
        "homework.txt": "homework.txt does not look like a video.",
        "letter.mp4": "This file is text, not a video.",
        "cut.mp4": "This file",
    }
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "homework.txt").write_text("not a video at all")
    (tmp_path / "letter.mp4").write_text("Dear teacher, " * 5000)
    videos.truncated(clip, tmp_path / "cut.mp4", 0.02)
    page = sign_in("student", number=4)
    for name, sentence in sentences.items():
        page.locator("input[type=file]").first.set_input_files(tmp_path / name)
        note = page.locator(".note.bad").filter(has_text=name)
        expect(note.first).to_contain_text(sentence, timeout=20_000)
    keep(page, "fault-no-video")
    after = practika.services.takes.home(student_id)
    assert (after["stacks"], after["drafts"]) == (before["stacks"], before["drafts"])
    assert stored == sorted(assets.rglob("original"))
    assert len([*assets.glob("*/*")]) == len(stored)
    parts = practika.services.uploads.part(new_id()).parent
    assert not [each for each in parts.iterdir() if "cut" in each.name or each.stat().st_size]


def test_signing_out_in_one_tab_closes_the_other(
    sign_in: SignIn, place: stage.Place, capsys: pytest.CaptureFixture[str]
) -> None:
    first = sign_in("student", number=5)
    second = first.context.new_page()
    second.goto(f"{place.url}/student?view=exercises")
    expect(second.get_by_role("heading", name="Exercises", exact=True)).to_be_visible()
    behind = process_of(place, kernel(second))
    first.locator(".pk-profile summary").click()
    first.get_by_role("button", name="Sign out").click()
    expect(first.get_by_role("heading", name="Sign in")).to_be_visible()
    took = seconds_until(lambda: expect(banner(second)).to_contain_text(SIGNED_OUT))
    until(lambda: not behind.is_running() or behind.status() == "zombie", 10)
    told(capsys, f"the other tab says so after {took:.1f} s")
    banner(second).get_by_role("button", name="Reload").click()
    fill_in(second, somebody(place, "student", 5))
    expect(second).to_have_url(f"{place.url}/student?view=exercises")
    expect(second.get_by_role("heading", name="Exercises", exact=True)).to_be_visible()


def test_a_page_whose_kernel_was_culled_is_rebuilt_from_its_address(
    forgotten: tuple[Page, Cable, stage.Place],
) -> None:
    page, wire, where = forgotten
    address, gone = page.url, kernel(page)
    expect(banner(page)).to_contain_text(LOST)
    until(lambda: process_behind(where, gone) is None, 100)
    wire.mend()
    expect(banner(page)).to_contain_text(RESTED, timeout=20_000)
    banner(page).get_by_role("button", name="Reload").click()
    expect(box(page)).to_have_value("Typed before the lid was closed")
    assert page.url == address
