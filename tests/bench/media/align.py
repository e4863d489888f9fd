"""How near alignment comes to the truth, at what cost, beside librosa and synctoolbox."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import tunes
from bench.media import tools
from practika_kernel.media.align import align, features

HERE = Path(__file__).resolve().parent
PEERS = ("librosa", "synctoolbox")
LONG = tuple(note + shift for shift in (0, 2, -3, 5) for note in tunes.TUNE + tunes.OTHER[::-1])
TAKES: dict[str, dict[str, Any]] = {
    "slower, swaying": {"tempo": 0.8, "rubato": 0.25, "late": 2.0},
    "another instrument, a room": {"voice": "struck", "room": 1.2, "tempo": 1.1, "rubato": 0.2},
    "noise, hands apart, mistakes": {
        "noise": 20, "spread": 0.02, "wrong": (7, 40, 90), "missing": (22, 60), "rubato": 0.2,
    },
    "half the tempo": {"tempo": 0.5},
    "a pause": {"pause": (60, 5.0), "rubato": 0.15},
}  # fmt: skip


def ours(ref: Path, take: Path) -> dict[str, Any]:
    """Align two files; CPU seconds of measuring and of comparing are told apart."""
    began = time.process_time()
    measured = features(ref), features(take)
    middle = time.process_time()
    found = align(*measured)
    return {
        "points": found.points,
        "confidence": round(found.confidence, 3),
        "features_s": round(middle - began, 2),
        "align_s": round(time.process_time() - middle, 2),
    }


def theirs(python: Path, peer: str, ref: Path, take: Path) -> dict[str, Any]:
    """Align two files in the peers' environment."""
    words = [str(python), str(HERE / "peers" / "aligners.py"), peer, str(ref), str(take)]
    answer: dict[str, Any] = json.loads(tools.run(words).splitlines()[-1])
    return answer


def line(case: str, who: str, answer: dict[str, Any], truth: np.ndarray) -> dict[str, Any]:
    """How far the map is from the truth at each note, and what it cost."""
    points = np.array(answer.pop("points"))
    told: dict[str, Any] = {"case": case, "who": who}
    if len(points):
        off = np.abs(np.interp(truth[:, 0], *points.T) - truth[:, 1]) * 1000
        told["median_ms"] = round(float(np.median(off)), 1)
        told["p95_ms"] = round(float(np.percentile(off, 95)), 1)
    return told | answer


def measure(
    folder: Path, python: Path | None, pair: tuple[Path, Path] | None, until: float
) -> Iterator[dict[str, Any]]:
    """Align every case, then the pair of recordings if there is one.

    Peers are asked up to ``until`` (`time.monotonic`); a line says where one was not, or failed.
    The pair has no truth: it tells how far the peers' maps, made by ``python``, are from ours.
    """
    one = tunes.play(LONG)
    ref = tunes.write_wav(folder / "ref.wav", one)
    for case, how in TAKES.items():
        other = tunes.play(LONG, seed=7, **how)
        take = tunes.write_wav(folder / "take.wav", other)
        pairs = zip(one.times, other.times, strict=True)
        truth = np.array([p for p in pairs if None not in p], dtype=float)
        yield from _all(case, python, ref, take, truth, until)
    if pair is not None:
        yield from _all(pair[1].name, python, *pair, None, until)


def _all(
    case: str, python: Path | None, ref: Path, take: Path, truth: np.ndarray | None, until: float
) -> Iterator[dict[str, Any]]:
    answer = ours(ref, take)
    ruler = np.array(answer["points"]) if truth is None else truth
    yield line(case, "practika", answer, ruler)
    for peer in PEERS if python else ():
        try:
            if time.monotonic() > until:
                raise tools.Failed("Left out: the time of the bench was over.")
            yield line(case, peer, theirs(python, peer, ref, take), ruler)
        except tools.Failed as failure:
            yield {"case": case, "who": peer, "failed": str(failure)}
