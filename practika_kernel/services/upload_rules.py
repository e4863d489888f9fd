"""What can be said of a file before a byte of it is taken: its name, its kind and its size."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePath

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import InvalidInput, NoRoom
from practika_kernel.domain.practice import Purpose

FILE_TYPES = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mts", ".m2ts", ".3gp", ".ogv")
"""Names a page accepts before sending; what the bytes really are is looked at afterwards."""

SOUND_TYPES = (".m4a", ".mp3", ".wav", ".ogg", ".oga", ".opus", ".aac", ".flac", ".weba")
"""Names a reply may have besides, since a voice is reply enough."""


def check_size(size: int, limit: int) -> None:
    """Raise `InvalidInput` unless a file of ``size`` bytes fits."""
    if size <= 0:
        raise InvalidInput("This file is empty. Choose the video itself. Nothing was stored.")
    if size > limit:
        raise InvalidInput(
            f"This file has {human_size(size)}; up to {human_size(limit)} fit. "
            "Shorten the video or record it smaller. Nothing was stored."
        )


def check_room(folder: Path, size: int, keep_free: int) -> None:
    """Raise `NoRoom` unless ``size`` bytes fit on the folder's disk and ``keep_free`` remain.

    A video can come again tomorrow. What would be lost on a disk that is full to the last byte
    are the words of everybody else.
    """
    if shutil.disk_usage(folder).free - size < keep_free:
        raise NoRoom(
            "The server has no room for this video at the moment. Nothing was stored; "
            "tell whoever looks after it, and try again later."
        )


def check_kind(name: str, media_type: str, purpose: Purpose) -> None:
    """Raise `InvalidInput` for what neither its name nor its sender takes for a video.

    A take and a reference need a picture; a reply may be a voice alone.

    >>> check_kind("voice.m4a", "", Purpose.REPLY)
    >>> check_kind("voice.webm", "audio/webm", Purpose.REPLY)
    """
    if takes_sound(purpose) and (_ends(name, SOUND_TYPES) or media_type.startswith("audio/")):
        return
    if not _ends(name, FILE_TYPES) and not media_type.startswith("video/"):
        raise InvalidInput(
            f"{name or 'This file'} does not look like a video. "
            "MP4, MOV and WebM work best. Nothing was stored."
        )


def takes_sound(purpose: Purpose) -> bool:
    """Whether an upload for this may be sound without a picture."""
    return purpose is Purpose.REPLY


def _ends(name: str, endings: tuple[str, ...]) -> bool:
    return PurePath(name).suffix.lower() in endings
