"""Originals that go under a rule: everything that was served by them is served by the copy."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import school as world
import videos
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.consent import Consent, MediaLevel
from practika_kernel.domain.consent import Purpose as ConsentPurpose
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState
from practika_kernel.domain.originals import LetGo
from practika_kernel.domain.practice import RenditionKind, Take
from practika_kernel.services.assets import original_key
from practika_kernel.services.originals import LettingGo, job_key

DAYS = 30


@pytest.fixture(scope="session")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A phone's film at 120 pictures a second: its copy has every other one."""
    path = tmp_path_factory.mktemp("video") / "phone.mov"
    videos.make(path, codec="hevc", container="mov", frames=180, fps=Fraction(120))
    return path


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path, PRACTIKA_ORIGINAL_DAYS=str(DAYS))
    yield made
    made.practika.close()


@pytest.fixture
def take(school: world.School, phone: Path) -> str:
    return school.submitted("Mira", phone)


def aged(school: world.School, take: str, days: int = DAYS + 1) -> None:
    """Have a take, and the bytes of its video, come so many days ago."""
    at = utc_now() - timedelta(days=days)
    with school.practika.record.write() as uow:
        found = uow.takes.get(take)
        assert found is not None
        uow.takes.save(replace(found, created_at=at), expected=found.state)
        for made in uow.assets.renditions([found.asset_id or ""]):
            uow.assets.put_rendition(replace(made, created_at=at))


def asset_of(school: world.School, take: str) -> str:
    with school.practika.record.read() as uow:
        found = uow.takes.get(take)
    assert found is not None
    return found.asset_id or ""


def original_of(school: world.School, take: str) -> str:
    with school.practika.record.read() as uow:
        asset = uow.assets.get(asset_of(school, take))
    assert asset is not None
    return original_key(asset.sha256)


def gone(school: world.School, take: str) -> LetGo | None:
    asset = asset_of(school, take)
    with school.practika.record.read() as uow:
        return uow.originals.gone([asset]).get(asset)


def let_go(school: world.School, take: str) -> None:
    """Follow the rules once the take is old enough, as a worker does."""
    aged(school, take)
    assert school.practika.services.originals.queue() == 1
    school.work()
    assert school.practika.blobs.size(original_of(school, take)) is None


def seen(school: world.School, clip: str) -> list[int]:
    file = school.practika.services.media.open(school.id("Ada"), "clip", clip, "video")
    path = school.practika.blobs.local(file.key)
    assert path is not None
    return videos.see(path).indices


def test_a_clip_shows_the_same_moments_before_and_after(school: world.School, take: str) -> None:
    clips, ada = school.practika.services.clips, school.id("Ada")
    before = clips.ask(ada, take, "0.5", "1.0")["id"]
    school.work()
    assert seen(school, before) == list(range(60, 120))
    let_go(school, take)
    after = [clips.ask(ada, take, *span)["id"] for span in (("0.5", "1.01"), ("0.25", "0.5"))]
    school.work()
    assert [seen(school, clip) for clip in after] == [
        list(range(60, 122, 2)),
        list(range(30, 60, 2)),
    ]
    assert clips.ask(ada, take, "0.5", "1.0")["id"] == before
    assert clips.ask(ada, take, "0.5", "1.0")["state"] == "ready"
