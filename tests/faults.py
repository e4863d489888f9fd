"""Steps of the tests that kill and cut: signing in, finding the process behind a page."""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

import stage
from cli_helpers import until
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.ids import new_id
from touch import choose


def enter(
    context: BrowserContext, where: stage.Place, role: str, number: int = 0, url: str = ""
) -> Page:
    """Sign in as somebody in a browser of their own, perhaps over a cable."""
    page = context.new_page()
    page.goto(f"{url or where.url}/login")
    fill_in(page, somebody(where, role, number))
    page.wait_for_url(f"**/{role}*")
    return page


def somebody(where: stage.Place, role: str, number: int = 0) -> dict[str, str]:
    return [each for each in where.people if each["role"] == role][number]


def fill_in(page: Page, person: dict[str, str]) -> None:
    page.get_by_label("E-mail").fill(person["email"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in").click()


def who(practika: Practika, place: stage.Place, role: str, number: int = 0) -> str:
    found = practika.services.accounts.by_email(somebody(place, role, number)["email"])
    assert found is not None
    return str(found.id)


def waiting_take(practika: Practika, place: stage.Place, number: int = 0) -> str:
    """A take in the first teacher's queue."""
    teacher = who(practika, place, "teacher")
    return str(practika.services.queue.home(teacher)["queue"][number]["take"]["id"])


def new_draft(practika: Practika, student: str, video: Path) -> str:
    """A draft take of this student, ready to be submitted."""
    uploads, takes = practika.services.uploads, practika.services.takes
    exercise = takes.home(student)["exercises"][0]["id"]
    name = f"{new_id()}.mp4"
    upload = uploads.begin(student, name=name, size=video.stat().st_size, exercise_id=exercise)
    shutil.copyfile(video, uploads.part(upload.id))
    uploads.received(student, upload.id)
    until(lambda: uploads.get(student, upload.id).take_id)
    take = str(uploads.get(student, upload.id).take_id)
    until(lambda: takes.take(student, take)["video"]["ready"])
    return take


def box(page: Page) -> Locator:
    """The field a comment is typed in."""
    return page.get_by_label("Comment", exact=True)


def banner(page: Page) -> Locator:
    return page.locator("#pk-banner")


def kernel(page: Page) -> str:
    """The id of the kernel behind a page."""
    return str(page.evaluate("document.documentElement.dataset.kernel"))


def process_of(place: stage.Place, kernel_id: str) -> psutil.Process:
    found = process_behind(place, kernel_id)
    assert found is not None, kernel_id
    return found


def process_behind(place: stage.Place, kernel_id: str) -> psutil.Process | None:
    """The process of a page's kernel; None once it is gone.

    A forked one still has its parent's words, but its sockets bear the kernel's name.
    """
    for process in place.kernels():
        with contextlib.suppress(psutil.Error):
            sockets = [str(each.laddr) for each in process.net_connections("unix")]
            if any(kernel_id in word for word in [*process.cmdline(), *sockets]):
                return process
    return None


def child(place: stage.Place, word: str) -> psutil.Process:
    """The server or the worker that the command keeps running."""
    for each in place.family():
        with contextlib.suppress(psutil.Error):
            if word in each.cmdline():
                return each
    raise LookupError(word)


def seconds_until(true: Callable[[], object]) -> float:
    begun = time.monotonic()
    true()
    return time.monotonic() - begun


def told(capsys: pytest.CaptureFixture[str], words: str) -> None:
    """Print a figure into the middle of the test's output."""
    with capsys.disabled():
        print(f"\n  {words}", end=" ")


def goes_on_unheard(teacher: Page) -> Callable[[], None]:
    """Type, tag, draw and mark while no kernel answers; gives the check that all of it is there."""
    box(teacher).press_sequentially(" typed")
    tag = teacher.get_by_role("group", name="Tags").get_by_role("button", name="Waits")
    tag.click()
    teacher.get_by_role("button", name="Draw on the picture").click()
    board = teacher.locator("[data-board]").bounding_box()
    assert board is not None
    teacher.mouse.move(board["x"] + 100, board["y"] + 100)
    teacher.mouse.down()
    teacher.mouse.move(board["x"] + 300, board["y"] + 200, steps=4)
    teacher.mouse.up()
    expect(teacher.get_by_text("1 shape on the picture")).to_be_visible()
    mark = teacher.get_by_role("radio", name=re.compile("3 mostly steady"))
    choose(mark)

    def is_whole() -> None:
        expect(teacher.get_by_text("1 shape on the picture")).to_be_visible()
        expect(tag).to_have_attribute("aria-pressed", "true")
        expect(mark).to_be_checked()
        expect(teacher.get_by_text("not released").first).to_be_visible()
        stage.keep(teacher, "fault-kernel-killed-after")

    return is_whole
