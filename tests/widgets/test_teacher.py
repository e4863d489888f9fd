"""The teacher's page: what waits, oldest first, and the class as a grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import school as world
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.errors import Conflict, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState
from practika_kernel.domain.practice import AssetState
from practika_kernel.services.preparing import FEATURES, FILM, extra_job, web_job
from practika_widgets import HealthWidget, PeopleWidget, QueueWidget, ReplyWidget, StacksWidget
from stage import keep

from .live_page import shown

Seat = Callable[[str], Practika]
SLOW = "This video took longer than one step may take, so the step was stopped."


@pytest.fixture
def waiting(school: world.School, video: Path) -> list[str]:
    """Mira and Jonas each wait with one take."""
    return [school.submitted("Mira", video), school.submitted("Jonas", video)]


def test_only_teachers_have_a_queue(school: world.School, seat: Seat) -> None:
    for name in ("Mira", "Helen"):
        made = QueueWidget(seat(name))
        assert set(made.view) == {"problem"}
        made.close()


def test_a_course_of_somebody_else_is_not_shown(school: world.School, seat: Seat) -> None:
    made = QueueWidget(seat("Ada"))
    asked = {"course": school.other_course, "sort": "age"}
    assert made.answer({"verb": "choose", "args": asked})["ok"]
    assert [course["id"] for course in made.view["courses"]] == [school.course]
    assert made.view["grid"]["title"] == "Keyboard I"
    made.close()


def test_an_empty_queue_says_what_will_come(
    browser: Browser, school: world.School, seat: Seat
) -> None:
    with shown(browser, QueueWidget(seat("Ada")), "teacher") as page:
        expect(page.locator("h1")).to_have_text("No take waits for you")
        expect(page.locator(".empty")).to_contain_text("Everybody has an answer")
        expect(page.locator(".matrix tbody tr")).to_have_count(2)


def test_the_next_take_is_large_and_one_press_away(
    browser: Browser, seat: Seat, waiting: list[str], school: world.School
) -> None:
    widget = QueueWidget(seat("Ada"))
    with shown(browser, widget, "teacher") as page:
        expect(page.locator("h1")).to_have_text("Two takes wait for you")
        up = page.get_by_role("article", name="Up next")
        expect(up).to_contain_text("Mira")
        reply = up.get_by_role("link", name="Reply to take 1")
        assert reply.get_attribute("href") == f"?take={waiting[0]}"
        expect(page.locator("#pk-queue a")).to_have_count(1)
        up.get_by_role("button", name="Next in the queue").click()
        expect(up).to_contain_text("Jonas")
        page.locator("label", has_text="Due first").click()
        expect(page.get_by_label("Due first")).to_be_checked()
        assert "sort=due" in page.url
        cell = page.get_by_role("link", name="Mira")
        assert cell.last.get_attribute("href") == f"?take={waiting[0]}"


@pytest.fixture
def failed(school: world.School, waiting: list[str]) -> str:
    """Jonas's take, whose copy for browsers could not be made."""
    now = utc_now()
    with school.practika.record.write() as uow:
        take = uow.takes.get(waiting[1])
        assert take
        asset = uow.assets.get(take.asset_id)
        assert asset
        other = replace(asset, id=new_id(), sha256="0" * 64, state=AssetState.PREPARING)
        uow.assets.add(other)
        uow.takes.save(replace(take, asset_id=other.id), expected=take.state)
        key = web_job(other.id)
        payload = {"step": "web", "asset": other.id}
        uow.jobs.add(Job(new_id(), key, JobKind.INGEST, payload, now, now))
        job = uow.jobs.claim("elsewhere/1", now, now + timedelta(hours=1))
        assert job
        assert job.key == key
        uow.jobs.end(job, SLOW, now, JobState.FAILED)
    return key


def test_failed_work_on_a_take_is_tried_again_by_its_teacher(
    browser: Browser, school: world.School, seat: Seat, waiting: list[str], failed: str
) -> None:
    with shown(browser, QueueWidget(seat("Ada")), "teacher", width=390) as page:
        up = page.get_by_role("article", name="Up next")
        expect(up).to_contain_text("Mira")
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
        expect(page.locator("#pk-queue a")).to_contain_text("video failed")
        up.get_by_role("button", name="Next in the queue").click()
        expect(up).to_contain_text(SLOW)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        keep(page, "teacher-failed-390")
        up.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
        expect(page.locator("h1")).to_be_focused()
    with school.practika.record.read() as uow:
        job = uow.jobs.by_keys([failed])[failed]
        events, _ = uow.events.after(Watermark())
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    (event,) = [each for each in events if each.kind is EventKind.JOB_RETRIED]
    assert (event.actor_id, event.take_id) == (school.id("Ada"), waiting[1])


def test_the_desk_shows_why_a_video_failed_and_has_it_tried_again(
    browser: Browser, school: world.School, seat: Seat, waiting: list[str], failed: str
) -> None:
    with shown(browser, ReplyWidget(seat("Ada"), waiting[1]), "reply") as page:
        stage = page.locator("[data-stage]")
        expect(stage).to_contain_text(SLOW)
        keep(page, "desk-failed-1280")
        stage.get_by_role("button", name="Try again").click()
        expect(stage).to_contain_text("Getting this video ready")
        expect(page.locator("h1")).to_be_focused()


@pytest.fixture
def bare(school: world.School, waiting: list[str]) -> list[str]:
    """Jonas's take, which can be watched, but whose filmstrip and features failed: their jobs."""
    now = utc_now()
    with school.practika.record.write() as uow:
        take = uow.takes.get(waiting[1])
        assert take
        asset = uow.assets.get(take.asset_id)
        assert asset
        other = replace(asset, id=new_id(), sha256="1" * 64, state=AssetState.READY)
        uow.assets.add(other)
        uow.takes.save(replace(take, asset_id=other.id), expected=take.state)
        keys = [extra_job(step, other.id) for step in (FILM, FEATURES)]
        for key, kind in zip(keys, (JobKind.INGEST, JobKind.ALIGN), strict=True):
            payload = {"step": key.partition(":")[0], "asset": other.id}
            uow.jobs.add(Job(new_id(), key, kind, payload, now, now))
            job = uow.jobs.claim("elsewhere/1", now, now + timedelta(hours=1))
            assert job
            assert job.key == key
            uow.jobs.end(job, SLOW, now, JobState.FAILED)
    return keys


def test_a_video_that_lacks_its_filmstrip_says_so_and_has_it_tried_again(
    browser: Browser, school: world.School, seat: Seat, waiting: list[str], bare: list[str]
) -> None:
    with shown(browser, ReplyWidget(seat("Ada"), waiting[1]), "reply") as page:
        lacks = page.locator("[data-unmade]")
        expect(lacks).to_contain_text(f"The filmstrip and the waveform could not be made. {SLOW}")
        expect(lacks).to_contain_text("What its sound is compared by could not be made.")
        keep(page, "desk-unmade-1280")
        page.set_viewport_size({"width": 390, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        keep(page, "desk-unmade-390")
        lacks.get_by_role("button", name="Try again").click()
        expect(lacks).to_have_count(0)
        expect(page.locator("h1")).to_be_focused()
    with school.practika.record.read() as uow:
        jobs = uow.jobs.by_keys(bare)
        events, _ = uow.events.after(Watermark())
    assert {job.state for job in jobs.values()} == {JobState.QUEUED}
    retried = [each for each in events if each.kind is EventKind.JOB_RETRIED]
    assert {each.data["job"] for each in retried} == {job.id for job in jobs.values()}
    assert {(each.actor_id, each.take_id) for each in retried} == {(school.id("Ada"), waiting[1])}


def test_nobody_else_has_it_tried_again(
    school: world.School, seat: Seat, waiting: list[str], failed: str
) -> None:
    jobs = school.practika.services.jobs
    for who in ("Piet", "Mira", "Helen", "Tom"):
        with pytest.raises(NotFound):
            jobs.retry_take(school.id(who), waiting[1])
    for who in ("Rosa", "Jonas"):  # who see the take, and no more
        with pytest.raises(NotAllowed):
            jobs.retry_take(school.id(who), waiting[1])
    with pytest.raises(Conflict, match="does not wait for another try"):
        jobs.retry_take(school.id("Ada"), waiting[0])  # nothing of it failed
    with school.practika.record.read() as uow:
        assert uow.jobs.by_keys([failed])[failed].state is JobState.FAILED


def test_a_new_take_appears_by_itself(
    browser: Browser, school: world.School, seat: Seat, video: Path
) -> None:
    with shown(browser, QueueWidget(seat("Ada")), "teacher", width=390) as page:
        expect(page.locator("h1")).to_have_text("No take waits for you")
        school.submitted("Mira", video)
        page.evaluate("window.dispatchEvent(new CustomEvent('practika:changed', {detail: []}))")
        expect(page.locator("h1")).to_have_text("One take waits for you")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_class_narrows_by_name_exercise_and_status(
    browser: Browser, seat: Seat, waiting: list[str], school: world.School
) -> None:
    with shown(browser, StacksWidget(seat("Ada")), "teacher", "?view=stacks") as page:
        rows = page.locator(".matrix tbody tr")
        expect(rows).to_have_count(2)
        page.get_by_role("searchbox", name="Student").fill("mir")
        expect(rows).to_have_count(1)
        assert "student=mir" in page.url
        assert "view=stacks" in page.url
        page.get_by_role("searchbox", name="Student").fill("")
        page.get_by_role("button", name="Replied").wait_for(state="detached")
        page.get_by_role("button", name="Waiting 2").click()
        expect(rows).to_have_count(2)
        page.get_by_label("Exercise", exact=True).select_option(index=2)
        expect(page.locator(".empty")).to_contain_text("No stack like this")


def test_an_admin_gives_somebody_a_sign_in_once(
    browser: Browser, school: world.School, seat: Seat
) -> None:
    with shown(browser, PeopleWidget(seat("Tom")), "admin") as page:
        page.get_by_label("Name", exact=True).fill("Nora Lind")
        page.get_by_label("E-mail").last.fill("nora@example.org")
        page.get_by_label("Role").select_option("teacher")
        page.get_by_role("button", name="Add person").click()
        password = page.locator("#pk-given code").inner_text()
        expect(page.locator("#pk-people")).to_contain_text("Nora Lind")
        accounts = school.practika.services.accounts
        assert accounts.sign_in("nora@example.org", password)[1].name == "Nora Lind"
        page.get_by_role("button", name="Done").click()
        assert password not in page.content()
        page.get_by_role("button", name="Switch off Nora Lind").click()
        expect(page.get_by_role("button", name="Switch on Nora Lind")).to_be_visible()
        assert accounts.by_email("nora@example.org").active is False
        page.get_by_label("Name", exact=True).fill("Nora Lind")
        page.get_by_label("E-mail").last.fill("nora@example.org")
        page.get_by_role("button", name="Add person").click()
        expect(page.get_by_role("alert")).to_contain_text(".")


def test_health_says_what_is_there(school: world.School, seat: Seat) -> None:
    made = HealthWidget(seat("Tom"))
    parts = {one["key"]: one for one in made.view["condition"]["parts"]}
    assert (parts["record"]["state"], parts["worker"]["state"]) == ("good", "bad")
    assert parts["record"]["words"].startswith("SQLite")
    assert "password" not in str(made.view)
    made.close()
    for name in ("Mira", "Ada", "Helen"):
        other = PeopleWidget(seat(name))
        assert set(other.view) == {"problem"}
        assert not other.answer(
            {"verb": "add", "args": {"name": "X", "email": "x@example.org", "role": "admin"}}
        )["ok"]
        other.close()
