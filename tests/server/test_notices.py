"""The bell and the links of e-mails over HTTP; and how soon an open page hears of something."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from practika_kernel.bootstrap import utc_now
from practika_kernel.services.telling import Telling
from server.fortress import NOBODY, Fortress


def test_a_mail_program_stops_e_mails_by_the_link_alone(place: Fortress) -> None:
    address = place.url(f"/unsubscribe/{place.known['letter']}")
    page = requests.get(address, timeout=20)
    assert "A teacher replied to my take" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    rows = place.session("Mira").get(place.url("/api/notices/choices")).json()["rows"]
    kept = [row["mail"] for row in rows]
    done = requests.post(address, data={"List-Unsubscribe": "One-Click"}, timeout=20)
    assert "No more of these e-mails" in done.text
    assert not done.cookies.get("practika-session")
    rows = place.session("Mira").get(place.url("/api/notices/choices")).json()["rows"]
    assert [row["mail"] for row in rows] == ["off", *kept[1:]]
    assert requests.get(place.url("/unsubscribe/" + "x" * 43), timeout=20).status_code == 404


def test_the_choices_are_a_click_away_from_an_e_mail(place: Fortress) -> None:
    there = place.session("Mira").get(place.url("/notices"), allow_redirects=False)
    assert there.headers["Location"] == "/student?notices=choose"
    door = place.session(NOBODY).get(place.url("/notices"), allow_redirects=False)
    assert "/login?next=%2Fnotices" in door.headers["Location"]


def test_an_open_page_hears_of_a_notification_within_two_seconds(place: Fortress) -> None:
    services, ada = place.school.practika.services, place.school.id("Ada")
    telling = Telling(place.school.practika.record, utc_now, mails=False)
    take = place.school.handed_in("Jonas")
    telling.catch_up()
    with listening(place, "Jonas") as heard:
        took = []
        for key in ("n1", "n2", "n3"):
            began = time.monotonic()
            services.replies.save(ada, take, client_key=key, kind="fix", text="Now.")
            services.replies.release(ada, take)
            telling.catch_up()
            while "notice.changed" not in {change["kind"] for change in next(heard)}:
                pass
            took.append(time.monotonic() - began)
    assert min(took) < 2
    news = place.session("Jonas").get(place.url("/api/notices?news=1")).json()
    assert any("Ada Example left" in g["text"] for day in news["days"] for g in day["groups"])
    mine = place.session("Mira").get(place.url("/api/notices")).json()
    assert not any(g["take_id"] == take for day in mine["days"] for g in day["groups"])
    wrong = place.session("Jonas").post(place.url("/api/notices"), json={"ids": [7]})
    assert (wrong.status_code, "Reload the page" in wrong.text) == (400, True)
    assert place.session("Jonas").post(place.url("/api/notices"), json={"all": True}).json()["read"]


@contextmanager
def listening(place: Fortress, name: str) -> Iterator[Iterator[list[dict[str, str]]]]:
    """Listen as an open page does; give what it is told, batch by batch."""
    stream = place.session(name).get(place.url("/live"), stream=True, timeout=20)
    lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
    next(line for line in lines if line.startswith("id:"))
    try:
        yield (json.loads(line[6:]) for line in lines if line.startswith("data: "))
    finally:
        stream.close()
