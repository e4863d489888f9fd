"""A small school whose store holds a few files of every kind, without a video being made."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.feedback import Clip, ClipState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import BlobStore, UnitOfWork
from practika_kernel.domain.practice import Asset, AssetState, Rendition, RenditionKind, Take
from practika_kernel.services.clips import clip_blob

TYPES = {
    RenditionKind.ORIGINAL: "video/mp4",
    RenditionKind.POSTER: "image/jpeg",
    RenditionKind.WAVE: "application/json",
}


@dataclass
class Stocked:
    """The school, the keys of its files by what they are, and their bytes by key."""

    school: world.School
    keys: dict[str, str]
    content: dict[str, bytes]

    @property
    def blobs(self) -> BlobStore:
        return self.school.practika.blobs

    def put(self, key: str, content: bytes) -> None:
        put(self.school, key, content)

    def replace(self, key: str, content: bytes) -> None:
        self.blobs.delete(key)
        self.put(key, content)


def put(school: world.School, key: str, content: bytes, media_type: str = "video/mp4") -> None:
    file = school.practika.settings.data / "file"
    file.write_bytes(content)
    school.practika.blobs.put(key, file, media_type)
    file.unlink(missing_ok=True)


def stocked(folder: Path, settings: Mapping[str, str]) -> Stocked:
    """Mira's take with a poster, a waveform and a clip, and the reference for another exercise."""
    school = world.make(folder, **settings)
    made = Stocked(school, {}, {})
    with school.practika.record.write() as uow:
        asset = _asset(made, uow, "take", 30_000)
        exercise = school.exercises["hanon"]
        take = Take(
            id=new_id(),
            exercise_id=exercise.id,
            course_id=exercise.course_id,
            student_id=school.id("Mira"),
            number=2,
            asset_id=asset.id,
            created_at=utc_now(),
        )
        uow.takes.add(take)
        clip = Clip(
            id=new_id(),
            key=hashlib.sha256(b"clip").hexdigest(),
            take_id=take.id,
            asset_id=asset.id,
            start=Fraction(3, 2),
            end=Fraction(3),
            created_by=school.id("Ada"),
            created_at=utc_now(),
            state=ClipState.READY,
            size=5000,
        )
        uow.clips.add(clip)
        _keep(made, "clip", clip_blob(clip), os.urandom(5000), "video/mp4")
        reference = _asset(made, uow, "reference", 20_000)
        scale = school.exercises["scale"]
        uow.exercises.save(replace(scale, reference_asset_id=reference.id, reference_by="Ada"))
    return made


def _asset(made: Stocked, uow: UnitOfWork, name: str, size: int) -> Asset:
    content = os.urandom(size)
    digest = hashlib.sha256(content).hexdigest()
    asset = Asset(new_id(), digest, size, "video/mp4", utc_now(), AssetState.READY)
    uow.assets.add(asset)
    for kind, mime in TYPES.items():
        key = f"assets/{digest[:2]}/{digest}/{kind}"
        kept = content if kind is RenditionKind.ORIGINAL else f"{name} {kind}".encode()
        _keep(made, f"{name} {kind}", key, kept, mime)
        uow.assets.put_rendition(Rendition(asset.id, kind, key, mime, len(kept), utc_now()))
    return asset


def _keep(made: Stocked, name: str, key: str, content: bytes, media_type: str) -> None:
    put(made.school, key, content, media_type)
    made.keys[name] = key
    made.content[key] = content
