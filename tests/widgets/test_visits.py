"""What counts as looking at two videos together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import school as world
from desk_page import desk
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.events import EventKind, Watermark
from practika_widgets import CompareWidget

from .test_compare import pair, say

Seat = Callable[[str], Practika]


def test_a_glance_is_no_comparison(school: world.School, seat: Seat, video: Path) -> None:
    _, take = (school.submitted("Mira", video) for _ in range(2))

    def compared() -> int:
        with school.practika.record.read() as uow:
            events, _ = uow.events.after(Watermark(), 10_000)
        return sum(event.kind is EventKind.COMPARED for event in events)

    student = CompareWidget(practika=seat("Mira"), take=take)
    assert student.view["looked_after"] == 10
    assert say(student, "looked") == {"ok": True, "result": False}, "it was never opened"
    assert say(student, "opened")["ok"]
    assert say(student, "looked") == {"ok": True, "result": False}
    assert compared() == 0
    student._since -= timedelta(seconds=10)  # as if it had been opened then
    assert say(student, "looked") == {"ok": True, "result": True}
    assert compared() == 1


@pytest.mark.e2e
def test_a_pair_that_stays_in_view_is_told_of_once(
    browser: Browser, video: Path, tmp_path: Path
) -> None:
    for name in ("take.mp4", "ref.mp4"):
        shutil.copyfile(video, tmp_path / name)
    with desk(tmp_path, "compare", pair(looked_after=1)) as address:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_function("sent.some(m => m.verb === 'looked')")
        page.wait_for_timeout(2500)
        assert page.evaluate("sent.filter(m => m.verb === 'looked').length") == 1
        page.close()
