"""What the players share: a video from a file, an address, a take or an exercise."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from practika_kernel.domain.errors import InvalidInput

Side = dict[str, Any]
"""One video of a comparison: label, kind, id, who, video."""

EMBED_LIMIT = 20_000_000
"""Bytes of a local file that still fit into a notebook's cell."""

_PLAYABLE = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/mp4", ".webm": "video/webm"}


def side_of(thing: object) -> Side:
    """Describe a video for a player.

    Parameters
    ----------
    thing
        What ``practika.take(id)`` or ``practika.exercise(id)`` gave, an ``http(s)`` address, or
        the path of a file of less than 20 MB, which is then embedded in the page.

    Returns
    -------
    dict
        ``{label, kind, id, who, video}``.

    Raises
    ------
    InvalidInput
        No such file, too large to be embedded, or nothing that has a video.

    Examples
    --------
    >>> side_of("https://example.org/lesson/reference.mp4")["label"]
    'reference.mp4'
    """
    if isinstance(thing, str | PathLike):
        return _from_text(fspath(thing))
    if isinstance(thing, Mapping) and isinstance(thing.get("video"), Mapping):
        return _from_view(thing)
    raise InvalidInput(
        "A player shows what practika.take(id) and practika.exercise(id) give, files, and "
        f"addresses of videos; {type(thing).__name__} is none of these."
    )


def plain_video(src: str) -> dict[str, Any]:
    """Describe a video of which only the address is known; the browser finds out the rest."""
    return {
        "ready": True,
        "state": "ready",
        "progress": 1.0,
        "problem": "",
        "src": src,
        "poster": "",
        "film": "",
        "film_tiles": 0,
        "wave": "",
        "seconds": 0.0,
        "width": 0,
        "height": 0,
        "frame_rate": None,
        "sound": True,
    }


def _from_text(text: str) -> Side:
    is_address = text.startswith(("http://", "https://", "data:video/"))
    name = "Video" if text.startswith("data:") else text.split("?")[0].rstrip("/").split("/")[-1]
    src = text if is_address else _embedded(Path(text).expanduser())
    return {"label": name, "kind": "file", "id": "", "who": "", "video": plain_video(src)}


def _embedded(path: Path) -> str:
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}. Give a path that exists, or an address.")
    size = path.stat().st_size
    if size >= EMBED_LIMIT:
        raise InvalidInput(
            f"{path.name} has {size / 1e6:.0f} MB; up to {EMBED_LIMIT / 1e6:.0f} MB fit into a "
            "cell. Give the address (https://…) of the video instead."
        )
    known = _PLAYABLE.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
    if not known.startswith("video/"):
        raise InvalidInput(f"{path.name} is not named like a video. MP4 and WebM work best.")
    return f"data:{known};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _from_view(view: Mapping[str, Any]) -> Side:
    number = view.get("number")
    return {
        "label": str(view.get("label") or (f"Take {number}" if number else "Video")),
        "kind": str(view.get("kind", "take")),
        "id": str(view.get("id", "")),
        "who": str(view.get("who", "")),
        "video": dict(view["video"]),
    }
