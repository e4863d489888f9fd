"""The admin's list of media work: what failed, why, and having it tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import school as world
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState, Priority
from practika_widgets import HealthWidget

from .live_page import shown

Seat = Callable[[str], Practika]
SLOW = "This video took longer than one step may take, so the step was stopped."


@pytest.fixture
def jobs(school: world.School) -> dict[JobState, str]:
    """One job in each state, an hour old."""
    ids = {}
    for state in (JobState.DONE, JobState.FAILED, JobState.REFUSED, JobState.RUNNING):
        ids[state] = _put(school, state)
    with school.practika.record.write() as uow:
        film = {"step": "film", "asset": "a"}
        queued = uow.jobs.add(_job(JobKind.INGEST, priority=Priority.NORMAL, payload=film))
    return ids | {JobState.QUEUED: queued.id}


def _job(kind: JobKind, **more: Any) -> Job:
    ago = utc_now() - timedelta(hours=1)
    return replace(Job(new_id(), new_id(), kind, {"key": "k", "upload": "u"}, ago, ago), **more)


def _put(school: world.School, state: JobState) -> str:
    now = utc_now() - timedelta(minutes=30)
    with school.practika.record.write() as uow:
        uow.jobs.add(_job(JobKind.CLIP, priority=Priority.PERSON_WAITS))
        job = uow.jobs.claim("elsewhere/1", now, utc_now() + timedelta(hours=1))
        assert job
        uow.jobs.beat(job, utc_now() + timedelta(hours=1), 0.4)
        if state is JobState.DONE:
            uow.jobs.finish(job, now)
        elif state is not JobState.RUNNING:
            uow.jobs.end(job, SLOW if state is JobState.FAILED else "No video.", now, state)
    return job.id


@pytest.fixture
def admin(jobs: Any, seat: Seat) -> Iterator[HealthWidget]:
    widget = HealthWidget(seat("Tom"))
    yield widget
    widget.close()


def test_failed_work_is_shown_with_its_reason_and_tried_again(
    school: world.School, jobs: dict[JobState, str], admin: HealthWidget, browser: Browser
) -> None:
    with shown(browser, admin, "health") as page:
        rows = page.locator("#pk-jobs > li")
        expect(rows).to_have_count(4)
        failed = rows.first
        expect(failed).to_contain_text("Failed")
        expect(failed).to_contain_text("for 30 min, attempt 1 of 5")
        expect(failed).to_contain_text(SLOW)
        expect(rows.nth(1)).to_contain_text("At work")
        expect(rows.nth(1)).to_contain_text("40 %")
        expect(rows.nth(3)).to_contain_text("No video.")
        expect(rows.nth(2)).to_contain_text("Filmstrip and waveform")
        again = page.get_by_role("button", name="Try again")
        expect(again).to_have_count(1)
        again.click()
        expect(again).to_have_count(0)
        expect(page.locator("#pk-work")).to_be_focused()
    with school.practika.record.read() as uow:
        job = uow.jobs.get(jobs[JobState.FAILED])
        events, _ = uow.events.after(Watermark())
    assert job
    assert (job.state, job.attempt, job.problem) == (JobState.QUEUED, 0, "")
    (event,) = [each for each in events if each.kind is EventKind.JOB_RETRIED]
    assert (event.actor_id, event.data) == (school.id("Tom"), {"job": job.id, "kind": "clip"})


def test_only_failed_work_can_be_tried_again_and_only_by_admins(
    school: world.School, jobs: dict[JobState, str], admin: HealthWidget, seat: Seat
) -> None:
    for state in set(JobState) - {JobState.FAILED}:
        answer = admin.answer({"verb": "retry", "args": {"job": jobs[state]}})
        sentence = "This work does not wait for another try any more."
        assert answer == {"ok": False, "sentence": sentence}, state
    for who in ("Mira", "Ada", "Helen", "Rosa"):
        widget = HealthWidget(seat(who))
        answer = widget.answer({"verb": "retry", "args": {"job": jobs[JobState.FAILED]}})
        assert answer == {"ok": False, "sentence": "There is nothing here under that address."}, who
        assert "work" not in widget.view
        widget.close()
    with school.practika.record.read() as uow:
        assert uow.jobs.counts()["failed"] == 1


def test_emails_stand_apart_from_media_work(school: world.School, jobs: Any) -> None:
    """A mail server that is down fills neither the figures nor the list of media work."""
    desk = school.practika.services.jobs
    before = desk.view(school.id("Tom"))
    with school.practika.record.write() as uow:
        mail = uow.jobs.add(_job(JobKind.MAIL, payload={"letter": "l"}))
    after = desk.view(school.id("Tom"))
    assert before["mails"] == []
    assert [row["id"] for row in after["mails"]] == [mail.id]
    assert (after["counts"], len(after["jobs"])) == (before["counts"], len(before["jobs"]))
