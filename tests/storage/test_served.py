"""Videos out of a real bucket, through the server: sent on to be played, and safe there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.practice import Rendition, RenditionKind
from server.serving import VIDEO, Running, finish, run
from storage import seaweed as seaweed_server
from storage.seaweed import Service

WAVE = b"[0.5, 1.0]"


@pytest.fixture(scope="module")
def server(seaweed: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in seaweed_server.KEYS.items():
            patch.setenv(name, value)
        folder = tmp_path_factory.mktemp("served")
        place = f"s3://{seaweed.bucket}/served"
        running = run(folder, media_url=place, s3_endpoint=seaweed.endpoint)
        add_wave(running)
        yield running
        finish(running)


def add_wave(running: Running) -> None:
    """Give the take a waveform, as the worker would."""
    practika = running.practika
    file = practika.settings.data / "wave"
    file.write_bytes(WAVE)
    practika.blobs.put("assets/wave.json", file, "application/json")
    with practika.record.write() as uow:
        take = uow.takes.get(running.school.take)
        assert take is not None
        row = (RenditionKind.WAVE, "assets/wave.json", "application/json", len(WAVE), utc_now())
        uow.assets.put_rendition(Rendition(take.asset_id, *row))


def test_a_browser_is_sent_on_and_plays_parts(server: Running, seaweed: Service) -> None:
    mira, address = server.browser("mira"), server.url(f"/media/take/{server.school.take}/video")
    sent_on = mira.get(address, allow_redirects=False)
    assert sent_on.status_code == 302
    assert "no-cache" in sent_on.headers["Cache-Control"]
    assert sent_on.headers["Location"].startswith(seaweed.endpoint)
    part = mira.get(address, headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, VIDEO[100:300])
    assert part.headers["Content-Type"] == "video/mp4"
    assert part.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''%C3%89tude")


def test_a_download_is_offered_as_a_file(server: Running) -> None:
    address = server.url(f"/media/take/{server.school.take}/original?download=1")
    saved = server.browser("ada").get(address)
    assert saved.content == VIDEO
    name = "attachment; filename*=UTF-8''%C3%89tude%20%22one%22.mp4"
    assert saved.headers["Content-Disposition"] == name


def test_it_can_be_asked_about_without_being_sent(server: Running) -> None:
    address = server.url(f"/media/take/{server.school.take}/video")
    head = server.browser("mira").head(address, allow_redirects=False)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(VIDEO))
    assert head.headers["Accept-Ranges"] == "bytes"


def test_what_scripts_read_comes_from_the_page_s_own_server(server: Running) -> None:
    mira, address = server.browser("mira"), server.url(f"/media/take/{server.school.take}/wave")
    answer = mira.get(address, allow_redirects=False)
    assert (answer.status_code, answer.content) == (200, WAVE)
    assert answer.headers["Content-Type"] == "application/json"
    part = mira.get(address, headers={"Range": "bytes=1-3"}, allow_redirects=False)
    assert (part.status_code, part.content) == (206, WAVE[1:4])
    etag = {"If-None-Match": answer.headers["Etag"]}
    assert mira.get(address, headers=etag, allow_redirects=False).status_code == 304


def test_others_are_not_sent_on_and_the_bucket_answers_nobody(server: Running) -> None:
    address = server.url(f"/media/take/{server.school.take}/video")
    refused = server.browser("noah").get(address, allow_redirects=False)
    assert (refused.status_code, "Location" in refused.headers) == (404, False)
    sent_on = server.browser("mira").get(address, allow_redirects=False).headers["Location"]
    bare = urlsplit(sent_on)._replace(query="").geturl()
    assert requests.get(bare, timeout=10).status_code == 403
    assert server.practika.services.health.check()["media"].startswith("bucket takes")
