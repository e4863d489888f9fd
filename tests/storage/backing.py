"""Steps of the tests that back up and restore."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from practika_kernel.bootstrap import Practika, assemble, keeping, utc_now
from practika_kernel.domain.backups import Manifest
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Asset, AssetState, Rendition, RenditionKind
from practika_kernel.services.assets import original_key
from practika_kernel.services.backup import moment
from practika_kernel.settings import Settings
from storage.stocked import Stocked

Words = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs `practika` with these words to its end."""


def back_up(shop: Stocked, to: Path, keep: int = 0) -> tuple[Manifest, int]:
    made = keeping.backup(shop.school.practika.settings, to).run(keep)
    assert made.manifest.problems == ()
    return made.manifest, made.size


def content(folder: Path) -> dict[str, bytes]:
    files = (each for each in folder.rglob("*") if each.is_file())
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in files}


def opened(data: Path, **settings: str) -> Practika:
    return assemble(Settings.read({"PRACTIKA_DATA": str(data)} | settings), migrate=True)


def upload(practika: Practika, content: bytes) -> str:
    """Store a video as the worker does: the file, then its row. Returns its key."""
    digest = hashlib.sha256(content).hexdigest()
    file = practika.settings.data / digest
    file.write_bytes(content)
    practika.blobs.put(original_key(digest), file, "video/mp4")
    asset = Asset(new_id(), digest, len(content), "video/mp4", utc_now(), AssetState.READY)
    key, size = original_key(digest), len(content)
    with practika.record.write() as uow:
        uow.assets.add(asset)
        uow.assets.put_rendition(
            Rendition(asset.id, RenditionKind.ORIGINAL, key, "video/mp4", size, utc_now())
        )
    return key


def delete(practika: Practika, key: str) -> None:
    """Take a video away for good: its row, then the file."""
    with practika.record.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(text("DELETE FROM renditions WHERE key = :key"), {"key": key})
    practika.blobs.delete(key)


def restored_keys(to: Path, generation: str, place: Path) -> tuple[set[str], set[str]]:
    """The files a restored record speaks of, and those that are there."""
    keeping.restore(to, place).run(generation)
    practika = opened(place)
    with practika.record.read() as uow:
        wanted = {each.key for each in moment(uow).held}
    there = set(practika.blobs.keys())
    practika.close()
    return wanted, there
