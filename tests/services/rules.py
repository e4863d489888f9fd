"""Steps of the tests in which originals go under a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import school as world
import videos
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.originals import LetGo
from practika_kernel.domain.practice import RenditionKind, Take
from practika_kernel.services.assets import digest, original_key

DAYS = 30


def aged(school: world.School, take: str, days: int = DAYS + 1) -> None:
    """Have a take, and the bytes of its video, come so many days ago."""
    at = utc_now() - timedelta(days=days)
    with school.practika.record.write() as uow:
        found = uow.takes.get(take)
        assert found is not None
        uow.takes.save(replace(found, created_at=at), expected=found.state)
        for made in uow.assets.renditions([found.asset_id or ""]):
            uow.assets.put_rendition(replace(made, created_at=at))


def found(school: world.School, take: str) -> Take:
    with school.practika.record.read() as uow:
        one = uow.takes.get(take)
    assert one is not None
    return one


def keys_of(school: world.School, take: str) -> dict[RenditionKind, str]:
    """The stored files of a take, and where its original is, or was."""
    asset_id = found(school, take).asset_id or ""
    with school.practika.record.read() as uow:
        asset = uow.assets.get(asset_id)
        made = {one.kind: one.key for one in uow.assets.renditions([asset_id])}
    assert asset is not None
    return made | {RenditionKind.ORIGINAL: original_key(asset.sha256)}


def gone(school: world.School, take: str) -> LetGo | None:
    asset = found(school, take).asset_id or ""
    with school.practika.record.read() as uow:
        return uow.originals.gone([asset]).get(asset)


def let_go(school: world.School, take: str) -> None:
    """Follow the rules once the take is old enough, as a worker does."""
    school.work()  # what waits for the video goes first
    aged(school, take)
    assert school.practika.services.originals.queue() == 1
    school.work()
    assert school.practika.blobs.size(keys_of(school, take)[RenditionKind.ORIGINAL]) is None


def went(school: world.School, take: str) -> None:
    """Have an original gone as the rules would, without comparing its copy first."""
    keys, asset = keys_of(school, take), found(school, take).asset_id or ""
    copy = school.practika.blobs.local(keys[RenditionKind.WEB])
    assert copy is not None
    sha256 = digest(copy, lambda share: None)
    with school.practika.record.write() as uow:
        known = uow.assets.get(asset)
        assert known is not None
        uow.originals.let_go(LetGo(asset, utc_now(), DAYS, known.size, sha256, 90))
    assert school.practika.services.originals.sweep() == 1


def seen(school: world.School, clip: str) -> list[int]:
    file = school.practika.services.media.open(school.id("Ada"), "clip", clip, "video")
    path = school.practika.blobs.local(file.key)
    assert path is not None
    return videos.see(path).indices
