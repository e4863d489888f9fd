"""A guest in a real browser: from the link to what a teacher has of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from playwright.sync_api import Browser, expect

import axe
import videos
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Asset, AssetState, Rendition, RenditionKind
from practika_widgets import ReplyWidget
from server.serving import Running
from touch import choose


def filmed(server: Running, film: Path) -> str:
    """A take of Mira's whose video plays."""
    asset, now = new_id(), utc_now()
    videos.make(film, size=(160, 90), frames=50)
    size = film.stat().st_size
    server.practika.blobs.put(f"test/{asset}", film, "video/mp4")
    with server.practika.record.write() as uow:
        first = uow.takes.get(server.school.take)
        assert first is not None
        video = Asset(asset, asset * 2, size, "video/mp4", now, AssetState.READY)
        uow.assets.add(replace(video, duration=Fraction(2), width=160, height=90, play="original"))
        original = RenditionKind.ORIGINAL
        uow.assets.put_rendition(
            Rendition(asset, original, f"test/{asset}", "video/mp4", size, now)
        )
        number = uow.takes.next_number(first.exercise_id, first.student_id)
        take = replace(first, id=new_id(), asset_id=asset, number=number)
        uow.takes.add(take)
    return take.id


def test_a_guest_opens_the_link_comments_and_the_teacher_takes_it_over(
    server: Running, browser: Browser, tmp_path: Path
) -> None:
    take, ada = filmed(server, tmp_path / "film.mp4"), server.school.people["ada"]
    guests = server.practika.services.guests
    link = server.url("/guest/" + guests.make(ada.id, take)["link"][-43:])
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: line.type == "error" and wrong.append(line.text))
        page.goto(link)
        page.get_by_label("Your name").fill("Ana K.")
        page.get_by_role("button", name="Open the video").click()
        expect(page.locator("h1")).to_have_text("Arabesque")
        page.wait_for_function("() => document.querySelector('video')?.readyState > 1")
        for _ in range(5):
            page.get_by_role("button", name="One frame on").click()
        expect(page.locator(".clock [data-now]")).to_have_text("0:00.2")
        choose(page.get_by_role("radio", name="Keep"))
        page.get_by_label("Comment", exact=True).fill("A **lovely** <i>tone</i>")
        page.get_by_role("button", name="Send comment").click()
        expect(page.locator("[data-reply]")).to_contain_text("A lovely <i>tone</i>")
        assert axe.problems(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        desk = ReplyWidget(replace(server.practika, person=ada), take)
        (said,) = desk.view["guests"]["waiting"]
        assert (said["name"], said["kind"], round(said["start"], 1)) == ("Ana K.", "keep", 0.2)
        assert desk.answer({"verb": "guest_take", "args": {"comment": said["id"]}})["ok"]
        assert [one["text"] for one in desk.view["replies"]] == ["A **lovely** <i>tone</i>"]
        # What the teacher has is theirs; and once the link has ended, the page says so.
        page.get_by_role("button", name="Delete this comment").click()
        page.get_by_role("button", name="Delete", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("The teacher has this comment already.")
        guests.end(ada.id, desk.view["guests"]["links"][0]["id"])
        page.get_by_label("Comment", exact=True).fill("One more")
        page.get_by_label("Comment", exact=True).press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("This link does not open (any more).")
        expect(page.locator("video")).to_have_count(0)
        expect(page.get_by_label("Comment", exact=True)).to_have_value("One more")
        assert [each for each in wrong if "40" not in each] == []
