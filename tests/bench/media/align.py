"""How near alignment comes to the truth, at what cost, beside librosa and synctoolbox.

One JSON object a line. ``--peers`` names the Python of an environment with what
``align_peers.txt`` lists; without it ours is measured alone. ``--pair REF TAKE`` aligns two files
of one's own as well (without truth: how far the peers' maps are from ours).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import tunes  # noqa: E402 - found through the line above
from practika_kernel.media.align import align, features  # noqa: E402

PEERS = ("librosa", "synctoolbox")
LONG = tuple(note + shift for shift in (0, 2, -3, 5) for note in tunes.TUNE + tunes.OTHER[::-1])
TAKES: dict[str, dict[str, object]] = {
    "slower, swaying": {"tempo": 0.8, "rubato": 0.25, "late": 2.0},
    "another instrument, a room": {"voice": "struck", "room": 1.2, "tempo": 1.1, "rubato": 0.2},
    "noise, hands apart, mistakes": {
        "noise": 20, "spread": 0.02, "wrong": (7, 40, 90), "missing": (22, 60), "rubato": 0.2,
    },
    "half the tempo": {"tempo": 0.5},
    "a pause": {"pause": (60, 5.0), "rubato": 0.15},
}  # fmt: skip


def write(path: Path, played: tunes.Played) -> Path:
    """Write a tune as a sound file both ours and the peers read."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(tunes.RATE)
        out.writeframes((played.sound * 32767).astype("<i2").tobytes())
    return path


def ours(ref: Path, take: Path) -> dict[str, object]:
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


def theirs(python: str, peer: str, ref: Path, take: Path) -> dict[str, object]:
    """Align two files in the peers' environment."""
    words = [python, str(HERE / "align_peers.py"), peer, str(ref), str(take)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def told(case: str, who: str, answer: dict[str, object], truth: np.ndarray) -> None:
    """Print one line: how far the map is from the truth at each note, and what it cost."""
    points = np.array(answer.pop("points"))
    line: dict[str, object] = {"case": case, "who": who}
    if len(points):
        off = np.abs(np.interp(truth[:, 0], *points.T) - truth[:, 1]) * 1000
        line["median_ms"] = round(float(np.median(off)), 1)
        line["p95_ms"] = round(float(np.percentile(off, 95)), 1)
    print(json.dumps(line | answer), flush=True)


def main() -> None:
    """Measure every case, then the pair of files if there is one."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--peers", default="")
    words.add_argument("--pair", nargs=2, type=Path)
    given = words.parse_args()
    peers = PEERS if given.peers else ()
    with tempfile.TemporaryDirectory() as name:
        one = tunes.play(LONG)
        ref = write(Path(name) / "ref.wav", one)
        for case, how in TAKES.items():
            other = tunes.play(LONG, seed=7, **how)
            take = write(Path(name) / "take.wav", other)
            pairs = zip(one.times, other.times, strict=True)
            truth = np.array([p for p in pairs if None not in p], dtype=float)
            told(case, "practika", ours(ref, take), truth)
            for peer in peers:
                told(case, peer, theirs(given.peers, peer, ref, take), truth)
    if given.pair:
        answer = ours(*given.pair)
        ruler = np.array(answer["points"])
        told(given.pair[1].name, "practika", answer, ruler)
        for peer in peers:
            told(given.pair[1].name, peer, theirs(given.peers, peer, *given.pair), ruler)


if __name__ == "__main__":
    main()
