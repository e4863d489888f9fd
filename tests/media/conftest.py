"""Takes are written once a run, however many tests look at them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import videos


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give the path of a take made with these options; treat the file as read-only."""
    folder = tmp_path_factory.mktemp("takes")
    made: dict[str, Path] = {}

    def give(**options: object) -> Path:
        key = repr(sorted(options.items()))
        if key not in made:
            container = str(options.get("container", "mp4"))
            made[key] = folder / f"take{len(made)}.{container}"
            videos.make(made[key], **options)
        return made[key]

    return give


KINDS: dict[str, dict[str, object]] = {
    "phone": {},
    "upright phone": {"rotation": 90},
    "upside down": {"rotation": 180},
    "other side, mov": {"rotation": 270, "container": "mov"},
    "index at the end": {"index_first": False},
    "hevc": {"codec": "hevc"},
    "vp9 webm": {"codec": "vp9", "container": "webm", "audio": "libopus"},
    "browser recording": {"codec": "vp8", "container": "webm", "audio": "libopus", "live": True},
    "avi": {"codec": "mpeg4", "container": "avi", "audio": "mp3"},
    "full-range mjpeg": {
        "codec": "mjpeg",
        "container": "avi",
        "pixels": "yuvj420p",
        "audio": "pcm_s16le",
    },
    "ts": {"container": "ts", "first": videos.Fraction(7)},
    "uneven": {"times": tuple(videos.Fraction(i * i + 40 * i, 1500) for i in range(40))},
    "late start": {"first": videos.Fraction(2, 5)},
    "no sound": {"audio": None},
    "mkv, raw sound": {"container": "mkv", "audio": "pcm_s16le"},
    "ntsc": {"fps": videos.Fraction(30000, 1001)},
    "late sound": {"sound_late": videos.Fraction(1, 3)},
}
"""What cameras, phones and browsers hand in, each with one thing that goes wrong elsewhere."""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, take: Callable[..., Path]) -> Path:
    """Every kind of take, one after the other."""
    return take(**KINDS[request.param])
