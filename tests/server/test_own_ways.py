"""Picture, keys and language over HTTP: the forms of the profile, and what pages say of them."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator

import pytest
import requests
from PIL import Image

from practika_kernel.domain.languages import TONGUES, Language, said_in
from practika_kernel.server.base import SENTENCES
from server.serving import Running

DEUTSCH = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (90, 60), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def mira(server: Running) -> Iterator[requests.Session]:
    """Mira, who leaves everything as she found it."""
    session = server.browser("mira")
    yield session
    session.post(server.url("/profile"), data={"name": "Mira", "zone": "", "language": ""})
    session.post(server.url("/profile/picture"), data={"do": "remove"})
    session.post(server.url("/api/keys"), data=json.dumps({"keys": {}, "single": True}))


def test_a_picture_is_sent_shown_for_ever_and_taken_away(
    server: Running, mira: requests.Session
) -> None:
    address = server.url("/profile/picture")
    refused = mira.post(address, files={"picture": ("x.svg", b"<svg onload='alert(1)'/>")})
    assert (refused.status_code, "no picture that can be used" in refused.text) == (400, True)
    sent = mira.post(
        address, files={"picture": ("../../x.html", photo(), "text/html")}, allow_redirects=False
    )
    assert sent.headers["Location"] == "/profile?done=picture"
    page = mira.get(server.url("/profile?done=picture")).text
    assert "shown from now on" in page
    (where,) = set(re.findall(r'src="(/portraits/[^"]+)"', page))
    shown = mira.get(server.url(where))
    assert shown.headers["Content-Type"] == "image/webp"
    assert shown.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.content[8:12] == b"WEBP"
    assert where in mira.get(server.url("/nothing")).text  # in the top bar of every page
    assert server.browser("ada").get(server.url(where)).ok
    for stranger in ("noah", "rosa"):
        assert server.browser(stranger).get(server.url(where)).status_code == 404
    removed = mira.post(address, data={"do": "remove"}, allow_redirects=False)
    assert removed.headers["Location"] == "/profile?done=nopicture"
    assert mira.get(server.url(where)).status_code == 404


def told(page: str) -> dict[str, object]:
    """What a page says to its players of the person's keys."""
    found = re.search(r'data-keys="([^"]*)"', page)
    assert found is not None
    return dict(json.loads(html.unescape(found[1])))


def test_a_page_brings_the_keys_of_its_person(server: Running, mira: requests.Session) -> None:
    keys = server.url("/api/keys")
    assert told(mira.get(server.url("/profile")).text)["single"] is True
    put = mira.post(keys, data=json.dumps({"key": ["comment", '"'], "single": False}))
    assert put.json()["keys"] == {"comment": '"'}
    assert told(mira.get(server.url("/student")).text) == {
        "stored": True,
        "single": False,
        "pro": False,
        "keys": {"comment": '"'},
    }
    wrong = mira.post(keys, data=json.dumps({"key": ["comment", "d"]}))
    assert (wrong.status_code, wrong.text) == (
        400,
        "D means “Draw” when replying. Change that one first.",
    )
    assert mira.post(keys, data=b"[").status_code == 400
    assert "data-keys" not in server.browser().get(server.url("/login")).text


def test_whoever_is_not_signed_in_is_spoken_to_as_their_browser_asks(
    server: Running, mira: requests.Session
) -> None:
    german, visitor = TONGUES[Language.GERMAN], server.browser()
    page = visitor.get(server.url("/login"), headers=DEUTSCH).text
    assert '<html lang="de"' in page
    assert "<h1>Anmelden</h1>" in page
    form = {"email": "nobody@example.org", "password": "wrong"}
    failed = visitor.post(server.url("/login"), data=form, headers=DEUTSCH)
    assert (failed.status_code, german["error.signin"] in failed.text) == (401, True)
    assert german["forgot.nomail"] in visitor.get(server.url("/forgot"), headers=DEUTSCH).text
    assert "<h1>Sign in</h1>" in visitor.get(server.url("/login")).text
    gone = visitor.get(server.url("/join/" + "x" * 43), headers=DEUTSCH)
    assert (gone.status_code, german["error.invitation"] in gone.text) == (404, True)
    assert {german["error.first"], german["error.foreign"], german["error.missing"]} == {
        said_in(Language.GERMAN, SENTENCES[status]) for status in (401, 403, 404)
    }
    assert german["message.missing"] not in mira.get(server.url("/x"), headers=DEUTSCH).text
    # A link to a new password knows its person better than the browser does.
    saved = {"name": "Mira", "zone": "", "language": "de"}
    assert mira.post(server.url("/profile"), data=saved, allow_redirects=False).status_code == 303
    assert 'value="de" lang="de" selected' in mira.get(server.url("/profile")).text
    link = server.practika.services.resets.link_for("mira@example.org")[1]
    reset = server.url("/reset/" + link.rpartition("/")[2])
    assert german["renew.title"] in visitor.get(reset).text
    short = visitor.post(reset, data={"new": "short"})
    assert (short.status_code, german["error.short"] in short.text) == (400, True)
    made = server.practika.services.invitations.make(
        server.school.people["adam"].id, "admin", "", uses=1
    )
    join = server.url("/join/" + made[0]["link"].rpartition("/")[2])
    assert "Adam lädt Sie ein, als Verwaltung" in visitor.get(join, headers=DEUTSCH).text
