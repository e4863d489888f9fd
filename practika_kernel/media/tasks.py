"""The closed table of media work that `practika_kernel.media.isolate` runs in a child process.

Every task takes JSON values (paths as text, times as exact "num/den" text) and returns some. It
loads what it needs when it runs: a child does one task and ends.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.domain.video import PlayDecision, facts_to_json, report_to_json
from practika_kernel.media.publish import Progress, beside, unheard

Task = Callable[[Mapping[str, Any], Progress], Any]


def _probe(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.probe import probe

    return facts_to_json(probe(Path(given["src"])))


def _poster(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media import renditions

    at = given.get("at")
    renditions.poster(Path(given["src"]), Path(given["out"]), None if at is None else Fraction(at))
    return {}


def _filmstrip(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.domain.filmstrip import FEWEST
    from practika_kernel.media import renditions

    tiles = int(given.get("tiles", FEWEST))
    return asdict(renditions.filmstrip(Path(given["src"]), Path(given["out"]), tiles))


def _waveform(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media import renditions

    return renditions.waveform(Path(given["src"]), int(given.get("buckets", 600)))


def _frames(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media import renditions

    return renditions.frame_times(Path(given["src"]))


def _remux(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.copies import remux

    remux(Path(given["src"]), Path(given["out"]), progress)
    return {}


def _web_copy(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.copies import web_copy

    web_copy(Path(given["src"]), Path(given["out"]), progress)
    return {}


def _clip(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.clip import clip

    span = TimeRange(Fraction(given["start"]), Fraction(given["end"]))
    return report_to_json(clip(Path(given["src"]), Path(given["out"]), span, progress))


def _features(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.align import features

    found = features(Path(given["src"]), motion=bool(given.get("motion")), progress=progress)
    with beside(Path(given["out"])) as part:
        part.write_bytes(found.to_bytes())
    return {"sound": found.sound is not None, "motion": found.motion is not None}


def _align(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.align import align_files

    return align_files(Path(given["ref"]), Path(given["take"]), progress).to_json()


def _compare(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.align import Features, align, departures

    ref, take = (Features.from_bytes(Path(given[side]).read_bytes()) for side in ("ref", "take"))
    silent = [side for side, own in (("ref", ref), ("take", take)) if own.sound is None]
    look = [side for side, own in (("ref", ref), ("take", take)) if silent and own.motion is None]
    way = align(ref, take)
    apart = departures(ref, take, way)
    return {
        "map": way.to_json(),
        "departures": None if apart is None else apart.to_json(),
        "look": look,
    }


def _look(given: Mapping[str, Any], progress: Progress) -> Any:
    sound = bool(given.get("sound"))
    return look(Path(given["src"]), Path(given["folder"]), progress, sound=sound)


def _film(given: Mapping[str, Any], progress: Progress) -> Any:
    return film(Path(given["src"]), Path(given["folder"]), int(given["tiles"]), progress)


def _web(given: Mapping[str, Any], progress: Progress) -> Any:
    return web(Path(given["src"]), Path(given["folder"]), progress)


def _same(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.same import same

    try:
        pictures = same(Path(given["original"]), Path(given["copy"]), progress)
    except UnusableFile as error:  # found out, unlike what stops this step
        return {"pictures": 0, "otherwise": error.sentence}
    return {"pictures": pictures, "otherwise": ""}


def _release(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.release import release

    return asdict(release(Path(given["src"]), Path(given["out"]), given["level"], progress))


def _portrait(given: Mapping[str, Any], progress: Progress) -> Any:
    from practika_kernel.media.portrait import portrait

    return {"size": portrait(Path(given["src"]), Path(given["out"]))}


def look(
    src: Path, folder: Path, progress: Progress = unheard, *, sound: bool = False
) -> dict[str, Any]:
    """Measure a new video and take its poster into an existing scratch folder: a second's work.

    With ``sound`` a recording without pictures will do; it has no poster and no tiles.

    Returns
    -------
    dict
        ``facts`` (see `facts_to_json`), ``decision`` (mode, reason), ``tiles``, how many
        pictures its filmstrip is to have, and ``files``, which name the poster.

    Raises `UnusableFile` as `probe` does.
    """
    from practika_kernel.domain.filmstrip import tiles_for
    from practika_kernel.media import renditions, voice
    from practika_kernel.media.playable import decide
    from practika_kernel.media.probe import probe

    if sound and voice.alone(src):
        return {
            "facts": facts_to_json(voice.measure(src)),
            "decision": asdict(voice.COPIED),
            "tiles": 0,
            "files": {},
        }
    facts = probe(src)
    progress(0.6)
    renditions.poster(src, folder / "poster.jpg")
    progress(1.0)
    decision = asdict(decide(facts))
    return {
        "facts": facts_to_json(facts),
        "decision": decision,
        "tiles": tiles_for(facts.duration, facts.whole_pictures),
        "files": {"poster": "poster.jpg"},
    }


def film(src: Path, folder: Path, tiles: int, progress: Progress = unheard) -> dict[str, Any]:
    """Make what a line of time shows: ``filmstrip`` (tiles, width, height) and three ``files``.

    The waveform is a JSON list, empty when silent; the times of the pictures are another. Of
    sound alone there is no filmstrip (None), and no pictures. Raises `UnusableFile` when nothing
    decodes.
    """
    from practika_kernel.media import renditions, voice

    if voice.alone(src):
        with beside(folder / "waveform.json") as part:
            part.write_text(json.dumps(voice.peaks(src)))
        return {"filmstrip": None, "files": {"waveform": "waveform.json"}}
    files = {"filmstrip": "filmstrip.jpg", "waveform": "waveform.json", "frames": "frames.json"}
    strip = renditions.filmstrip(src, folder / files["filmstrip"], tiles)
    progress(0.7)
    with beside(folder / files["waveform"]) as part:
        part.write_text(json.dumps(renditions.waveform(src)))
    with beside(folder / files["frames"]) as part:
        part.write_text(json.dumps(renditions.frame_times(src)))
    progress(1.0)
    return {"filmstrip": asdict(strip), "files": files}


def web(src: Path, folder: Path, progress: Progress = unheard) -> dict[str, Any]:
    """Make what a browser plays: nothing, the pictures wrapped anew, or a web copy.

    Returns ``decision`` (the mode that worked, and the reason) and ``files`` (remux, web or
    none). Raises `UnusableFile` when nothing decodes.
    """
    from practika_kernel.media import voice
    from practika_kernel.media.copies import remux, web_copy
    from practika_kernel.media.playable import decide
    from practika_kernel.media.probe import probe

    if voice.alone(src):
        voice.copy(src, folder / "web.m4a", progress)
        return {"decision": asdict(voice.COPIED), "files": {"web": "web.m4a"}}
    facts = probe(src)
    decision, files = decide(facts), {}
    if decision.mode == "remux":
        name = "remux.mp4" if facts.video_codec == "h264" else "remux.webm"
        try:
            remux(src, folder / name, progress)
            files["remux"] = name
        except UnusableFile as error:
            decision = PlayDecision("web", f"{decision.reason} {error.sentence}")
    if decision.mode == "web":
        files["web"] = "web.mp4"
        web_copy(src, folder / files["web"], progress)
    progress(1.0)
    return {"decision": asdict(decision), "files": files}


def ingest(src: Path, folder: Path) -> dict[str, Any]:
    """Make everything a new video needs at once: what `look`, `film` and `web` give, together."""
    looked = look(src, folder)
    filmed, made = film(src, folder, looked["tiles"]), web(src, folder)
    files = {**looked["files"], **filmed["files"], **made["files"]}
    return {**looked, **filmed, **made, "files": files}


TASKS: dict[str, Task] = {
    "probe": _probe,
    "poster": _poster,
    "filmstrip": _filmstrip,
    "waveform": _waveform,
    "frames": _frames,
    "remux": _remux,
    "web_copy": _web_copy,
    "clip": _clip,
    "features": _features,
    "align": _align,
    "compare": _compare,
    "look": _look,
    "film": _film,
    "web": _web,
    "release": _release,
    "same": _same,
    "portrait": _portrait,
}
