"""Alignment of real recordings: two singers and pianists, and two pianists, at the same piece.

The recordings are those that come with synctoolbox's source (``tools/bench-media`` fetches it;
nothing of it is kept here), with bars of the songs annotated by people. Of the piano piece there
are no annotations: notes are found in each recording by itself, and of those that were found in
both (each the other's nearest) it is told how far apart the map puts them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.media import tools
from bench.media.align import HERE, PEERS, line, ours, theirs

MEDIAN_MS, P95_MS = 30.0, 120.0
"""At most so far off, for two people playing the same piece."""
SONGS = ("Schubert_D911-01", "Schubert_D911-03")
SINGERS = ("HU33", "SC06")
PIECE, PIANISTS = "Chopin_Op010-03-Measures1-8", ("Igoshina", "Varsi")


def measure(folder: Path, python: Path | None) -> Iterator[dict[str, Any]]:
    """Align each pair in ``folder``; without the recordings there is one line that says so."""
    music, notes = folder / "data_music", folder / "data_csv"
    if not music.is_dir():
        yield {"failed": f"No recordings in {folder.name}; tools/bench-media fetches them."}
        return
    for song in SONGS:
        ref, take = (music / f"{song}_{who}.wav" for who in SINGERS)
        bars = [_bars(notes / f"{song}_{who}.csv") for who in SINGERS]
        truth = np.array([(bars[0][bar], bars[1][bar]) for bar in bars[0] if bar in bars[1]])
        yield from _judged(f"{song}, bars", ref, take, truth)
        for peer in PEERS if python else ():
            yield line(f"{song}, bars", peer, theirs(python, peer, ref, take), truth)
    if python is not None:
        ref, take = (music / f"{PIECE}_{who}.wav" for who in PIANISTS)
        words = [str(python), str(HERE / "peers" / "onsets.py"), str(ref), str(take)]
        found = [np.array(each) for each in json.loads(tools.run(words).splitlines()[-1])]
        yield from _judged(f"{PIECE}, notes", ref, take, found)


def _judged(case: str, ref: Path, take: Path, truth: Any) -> Iterator[dict[str, Any]]:
    answer = ours(ref, take)
    points = np.array(answer["points"])
    pairs = truth if isinstance(truth, np.ndarray) else _mutual(points, *truth)
    told = line(case, "practika", answer, pairs) | {"marks": len(pairs)}
    yield told
    for name, target in (("median_ms", MEDIAN_MS), ("p95_ms", P95_MS)):
        value = told[name]
        yield {
            "case": case, "measure": name, "value": value, "target": target, "met": value <= target,
        }  # fmt: skip


def _bars(path: Path) -> dict[str, float]:
    with path.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter=";")
        return {row["measure"]: float(row["start"]) for row in rows}


def _mutual(points: np.ndarray, ref: np.ndarray, take: np.ndarray) -> np.ndarray:
    """Notes that were heard in both: each the other's nearest by the map."""
    there = np.interp(ref, *points.T)
    apart = np.abs(there[:, None] - take[None, :])
    nearest, back = apart.argmin(axis=1), apart.argmin(axis=0)
    both = [place for place, other in enumerate(nearest) if back[other] == place]
    return np.array([(ref[place], take[nearest[place]]) for place in both])
