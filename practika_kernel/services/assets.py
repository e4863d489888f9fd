"""How the bytes of a video and what is made of them are named, typed and found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any, Protocol

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.ports import BlobStore, Record
from practika_kernel.domain.practice import Asset, RenditionKind
from practika_kernel.domain.video import VideoFacts

Progress = Callable[[float], None]

_PIECE = 1 << 20
TYPES = {
    RenditionKind.POSTER: "image/jpeg",
    RenditionKind.FILM: "image/jpeg",
    RenditionKind.WAVE: "application/json",
    RenditionKind.FRAMES: "application/json",
    RenditionKind.WEB: "video/mp4",
}
MADE = {
    "poster": RenditionKind.POSTER,
    "filmstrip": RenditionKind.FILM,
    "waveform": RenditionKind.WAVE,
    "frames": RenditionKind.FRAMES,
    "remux": RenditionKind.WEB,
    "web": RenditionKind.WEB,
}
"""What the media room makes, in the words of the record."""

_SOUND_TYPES = {
    "webm": "audio/webm",
    "mkv": "audio/x-matroska",
    "mp4": "audio/mp4",
    "mov": "audio/mp4",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
}
_ENDINGS = {"video/webm": ".webm", "audio/mp4": ".m4a"}
_WEB_CODECS = frozenset({"vp8", "vp9", "av1"})


class MediaRunner(Protocol):
    """Runs one named media task in a child process (`media.isolate.run`)."""

    def __call__(self, task: str, arguments: dict[str, Any], *, on_progress: Progress) -> Any:
        """Return the task's JSON result."""


def original_key(sha256: str) -> str:
    """Name the blob that holds the bytes as they came."""
    return f"assets/{sha256[:2]}/{sha256}/original"


def made_key(sha256: str, kind: RenditionKind, name: str) -> str:
    """Name the blob of something made from those bytes."""
    return f"assets/{sha256[:2]}/{sha256}/{kind}{Path(name).suffix}"


def file_in(blobs: BlobStore, key: str, file: Path) -> Path:
    """Return a file with stored bytes: the store's own, else a copy; `NotFound` without any."""
    source = blobs.local(key)
    if source is None:
        blobs.fetch(key, file)
        return file
    return source


def original_in(blobs: BlobStore, asset: Asset, folder: Path) -> Path:
    """Return a file with the bytes as they came: the store's own, else a copy in the folder."""
    return file_in(blobs, original_key(asset.sha256), folder / f"{asset.id}-original")


def source_in(record: Record, blobs: BlobStore, asset: Asset, folder: Path) -> Path:
    """Return a file that shows the video: as it came, where the original went its copy.

    Both count from their first picture, and a copy was compared with its original picture by
    picture before that went (`practika_kernel.media.same`): a moment is the same in either.
    What is lost is made up for alike. Raises `NotFound` when there is neither.
    """
    with record.read() as uow:
        made = {each.kind: each.key for each in uow.assets.renditions([asset.id])}
    copy = made.get(RenditionKind.WEB)
    if RenditionKind.ORIGINAL in made or copy is None:
        try:
            return original_in(blobs, asset, folder)
        except NotFound:
            if copy is None:
                raise
    return file_in(blobs, copy, folder / f"{asset.id}-copy")


def copy_name(name: str, media_type: str) -> str:
    """Name a web copy after its original.

    >>> copy_name("Etude.MOV", "video/mp4")
    'Etude.mp4'
    """
    return f"{PurePath(name).stem}{_ENDINGS.get(media_type, '.mp4')}"


def digest(file: Path, progress: Progress) -> str:
    """Return the SHA-256 of a file in hex, reading it once in pieces of 1 MiB."""
    total, done, sha = max(file.stat().st_size, 1), 0, hashlib.sha256()
    with file.open("rb") as handle:
        while piece := handle.read(_PIECE):
            sha.update(piece)
            done += len(piece)
            progress(done / total)
    return sha.hexdigest()


def media_type(facts: VideoFacts) -> str:
    """Return the MIME type the bytes deserve, whatever their name said.

    The QuickTime family is called MP4, because that is the name browsers open it under.

    >>> from fractions import Fraction
    >>> facts = VideoFacts("mov", Fraction(1), 2, 2, 0, None, "h264", "yuv420p", None, 9, True)
    >>> media_type(facts)
    'video/mp4'
    """
    if not facts.video_codec:
        return _SOUND_TYPES.get(facts.container, "application/octet-stream")
    if facts.container in ("mp4", "mov"):
        return "video/mp4"
    if facts.container == "webm" and facts.video_codec in _WEB_CODECS:
        return "video/webm"
    if facts.container in ("webm", "mkv"):
        return "video/x-matroska"
    return "application/octet-stream"
