"""The closed table of media work that `practika_kernel.media.isolate` runs in a child process.

Every task takes JSON values (paths as text, times as exact "num/den" text) and returns some.
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
from practika_kernel.domain.video import ClipReport, facts_to_json
from practika_kernel.media import renditions
from practika_kernel.media.clip import clip
from practika_kernel.media.copies import remux, web_copy
from practika_kernel.media.playable import decide
from practika_kernel.media.probe import probe
from practika_kernel.media.publish import Progress, beside, part_of

Task = Callable[[Mapping[str, Any], Progress], Any]


def _probe(given: Mapping[str, Any], progress: Progress) -> Any:
    return facts_to_json(probe(Path(given["src"])))


def _poster(given: Mapping[str, Any], progress: Progress) -> Any:
    at = given.get("at")
    renditions.poster(Path(given["src"]), Path(given["out"]), None if at is None else Fraction(at))
    return {}


def _filmstrip(given: Mapping[str, Any], progress: Progress) -> Any:
    tiles = int(given.get("tiles", 12))
    return asdict(renditions.filmstrip(Path(given["src"]), Path(given["out"]), tiles))


def _waveform(given: Mapping[str, Any], progress: Progress) -> Any:
    return renditions.waveform(Path(given["src"]), int(given.get("buckets", 600)))


def _remux(given: Mapping[str, Any], progress: Progress) -> Any:
    remux(Path(given["src"]), Path(given["out"]), progress)
    return {}


def _web_copy(given: Mapping[str, Any], progress: Progress) -> Any:
    web_copy(Path(given["src"]), Path(given["out"]), progress)
    return {}


def _clip(given: Mapping[str, Any], progress: Progress) -> Any:
    span = TimeRange(Fraction(given["start"]), Fraction(given["end"]))
    return report_to_json(clip(Path(given["src"]), Path(given["out"]), span, progress))


def _ingest(given: Mapping[str, Any], progress: Progress) -> Any:
    return ingest(Path(given["src"]), Path(given["folder"]), progress)


def ingest(src: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Make everything a new video needs, into an existing scratch folder.

    Returns
    -------
    dict
        ``facts`` (see `facts_to_json`), ``decision`` (mode, reason), ``filmstrip`` (tiles, width,
        height), ``files``: kind to file name in the folder, with the kinds poster, filmstrip,
        waveform (a JSON list, empty when silent) and, where a browser needs it, remux or web.

    Raises `UnusableFile` as `probe` does.
    """
    facts = probe(src)
    progress(0.1)
    decision = decide(facts)
    files = {"poster": "poster.jpg", "filmstrip": "filmstrip.jpg", "waveform": "waveform.json"}
    small = 0.9 if decision.mode == "original" else 0.3
    renditions.poster(src, folder / files["poster"])
    progress(0.1 + small * 0.2)
    strip = renditions.filmstrip(src, folder / files["filmstrip"])
    progress(0.1 + small * 0.7)
    peaks = renditions.waveform(src)
    with beside(folder / files["waveform"]) as part:
        part.write_text(json.dumps(peaks))
    progress(0.1 + small)
    mode = decision.mode
    if mode == "remux":
        name = "remux.mp4" if facts.video_codec == "h264" else "remux.webm"
        try:
            remux(src, folder / name, part_of(progress, 0.4, 1.0))
            files["remux"] = name
        except UnusableFile:
            mode = "web"
    if mode == "web":
        files["web"] = "web.mp4"
        web_copy(src, folder / files["web"], part_of(progress, 0.4, 1.0))
    progress(1.0)
    return {
        "facts": facts_to_json(facts),
        "decision": {"mode": mode, "reason": decision.reason},
        "filmstrip": asdict(strip),
        "files": files,
    }


def report_to_json(report: ClipReport) -> dict[str, Any]:
    """Plain values of a clip's report; times as exact "num/den" text."""
    return {
        name: f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value
        for name, value in asdict(report).items()
    }


def report_from_json(values: Mapping[str, Any]) -> ClipReport:
    """Read what `report_to_json` wrote."""
    times = {name: Fraction(values[name]) for name in ("start", "end", "duration")}
    return ClipReport(**{**values, **times})


TASKS: dict[str, Task] = {
    "probe": _probe,
    "poster": _poster,
    "filmstrip": _filmstrip,
    "waveform": _waveform,
    "remux": _remux,
    "web_copy": _web_copy,
    "clip": _clip,
    "ingest": _ingest,
}
