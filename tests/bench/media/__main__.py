"""`make bench-media`: clips beside ffmpeg, smartcut and moviepy; alignment beside librosa and
synctoolbox.

python tests/bench/media [clip] [align] [recordings] [--rounds N] [--minutes N] [--folder F]
    [--source NAME] [--pair A B] [--peers PYTHON] [--recordings F]

One JSON object a line; a tool that fails is told as one, too. Ratios within a run count; machines
differ. Each tool is measured as a whole process with its children, from the command line to the
finished clip (see meter.py). The tools take turns, so that all meet the same weather.
"small" is a video so little that cutting it takes no more than the tool's start.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]

from bench.media import align, clips, recordings, sources  # noqa: E402 - found through the line above

PEERS = HERE.parents[2] / ".bench" / "media" / "bin" / "python"
RECORDINGS = HERE.parents[2] / ".bench" / "recordings"


def _clip(asked: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    until = time.monotonic() + asked.minutes * 60 / 2
    return clips.measure(folder, asked.peers, asked.rounds, asked.source, until)


def _align(asked: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    until = time.monotonic() + asked.minutes * 60 / 3
    return align.measure(folder, asked.peers, asked.pair, until)


def _recordings(asked: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    return recordings.measure(asked.recordings, asked.peers)


PARTS = {"clip": _clip, "align": _align, "recordings": _recordings}


def main() -> None:
    """Run the parts asked for; all of them when none is named."""
    reader = argparse.ArgumentParser(prog="python tests/bench/media")
    reader.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar=" | ".join(PARTS))
    reader.add_argument("--rounds", type=int, default=3, help="cuts by each tool, 1 to 5 places")
    reader.add_argument("--minutes", type=float, default=15, help="fewer rounds when it takes more")
    reader.add_argument("--folder", type=Path, help="keep the generated videos there, or use them")
    names = [source.name for source in sources.SOURCES]
    reader.add_argument("--source", action="append", choices=names, help="only this video")
    reader.add_argument("--pair", nargs=2, type=Path, help="two recordings to align as well")
    reader.add_argument("--recordings", type=Path, default=RECORDINGS, help="real ones, fetched")
    reader.add_argument("--peers", type=Path, default=PEERS if PEERS.exists() else None)
    asked = reader.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.folder or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        for name in asked.parts or PARTS:
            begun = time.monotonic()
            for line in PARTS[name](asked, folder):
                print(json.dumps({"bench": "media", "part": name, **line}), flush=True)
            took = {"took_s": round(time.monotonic() - begun)}
            print(json.dumps({"bench": "media", "part": name, **took}), flush=True)


if __name__ == "__main__":
    main()
