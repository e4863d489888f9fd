"""What the players share: a video from a file, an address, a take or an exercise."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Mapping
from datetime import UTC, datetime
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

Side = dict[str, Any]
"""One video of a comparison: label, kind, id, who, video."""

EMBED_LIMIT = 20_000_000
"""Bytes of a local file that still fit into a notebook's cell."""

_PLAYABLE = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/mp4", ".webm": "video/webm"}


def side_of(thing: object, practika: Practika | None = None) -> Side:
    """Describe a video for a player.

    Parameters
    ----------
    thing
        A take or an exercise (then its reference video), a view of one that holds ``video``,
        an ``http(s)`` address, or the path of a file of less than 20 MB.
    practika
        Where takes and exercises are looked up; connected when it is needed and not given.

    Returns
    -------
    dict
        ``{label, kind, id, who, video}``.

    Raises
    ------
    InvalidInput
        No such file, too large to be embedded, or nothing that has a video.
    NotFound
        A take or exercise that is not there (for this person).

    Examples
    --------
    >>> side_of("https://example.org/lesson/reference.mp4")["label"]
    'reference.mp4'
    """
    if isinstance(thing, str | PathLike):
        return _from_text(fspath(thing))
    if isinstance(thing, Mapping) and isinstance(thing.get("video"), Mapping):
        return _from_view(thing)
    kind = _kind(thing)
    if kind is None:
        raise InvalidInput(
            "A player shows takes, exercises, files and addresses of videos; "
            f"{type(thing).__name__} is none of these."
        )
    return _from_record(practika or _connected(), kind, str(getattr(thing, "id", "")))


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
    label = view.get("label") or (f"Take {number}" if number else "Video")
    return {
        "label": str(label),
        "kind": str(view.get("kind", "take")),
        "id": str(view.get("id", "")),
        "who": "",
        "video": dict(view["video"]),
    }


def _kind(thing: object) -> str | None:
    """Take or exercise, by what it bears: both come as domain objects or as likenesses."""
    if not getattr(thing, "id", ""):
        return None
    if hasattr(thing, "exercise_id") or hasattr(thing, "exercise"):
        return "take"
    return "exercise" if hasattr(thing, "title") else None


def _connected() -> Practika:
    import practika_kernel

    practika: Practika = practika_kernel.connect()
    return practika


def _from_record(practika: Practika, kind: str, name: str) -> Side:
    """Read it for the acting person; a researcher's own notebook reads the record itself."""
    from practika_kernel.services.views import Shelf

    if practika.actor and kind == "take":
        return _from_view(practika.services.takes.take(practika.actor, name))
    if practika.actor:
        raise InvalidInput("Choose the reference through CompareWidget(practika=…, take=…) here.")
    now = datetime.now(UTC)
    with practika.record.read() as uow:
        if kind == "take":
            take = uow.takes.get(name)
            if take is None:
                raise NotFound
            return _from_view(Shelf.gather(uow, [take], now).take(take))
        exercise = uow.exercises.get(name)
        if exercise is None:
            raise NotFound
        if not exercise.reference_asset_id:
            raise InvalidInput(f"{exercise.title} has no reference video.")
        shelf = Shelf.gather(uow, [], now, [exercise])
        video = shelf.video(exercise.reference_asset_id, f"exercise/{exercise.id}")
        label = "Reference" + (f", {exercise.reference_by}" if exercise.reference_by else "")
        return {"label": label, "kind": "reference", "id": name, "who": "", "video": video}
