"""Mutated bytes: either a right result or a refusal in a whole sentence, whatever is mutated."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

import videos
from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.media.clip import clip
from practika_kernel.media.probe import probe

SMALL = {"size": (64, 48), "frames": 12, "gop": 6}
SEEDS: tuple[dict[str, object], ...] = (
    SMALL,
    {**SMALL, "index_first": False, "audio": None},
    {**SMALL, "codec": "vp8", "container": "webm", "audio": "libopus"},
    {**SMALL, "codec": "vp9", "container": "webm", "gop": 4, "audio": None},
    {**SMALL, "container": "ts", "audio": None},
    {**SMALL, "container": "avi", "codec": "mpeg4", "audio": "mp3"},
)
PIECES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"moov", b"mdat", b"trak", b"\x7f\xff")

Change = tuple[str, float, int]
changes = some.lists(
    some.tuples(
        some.sampled_from(["flip", "piece", "cut", "drop", "twice"]),
        some.floats(0, 1, exclude_max=True),
        some.integers(0, 255),
    ),
    min_size=1,
    max_size=12,
)
bounded = settings(
    max_examples=130,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)


def mutated(data: bytes, changes: list[Change]) -> bytes:
    """Harm bytes at places given as shares of their length."""
    harmed = bytearray(data)
    for kind, share, number in changes:
        at = int(share * len(harmed))
        if kind == "flip" and harmed:
            harmed[at] ^= number or 1
        elif kind == "piece":
            piece = PIECES[number % len(PIECES)]
            harmed[at : at + len(piece)] = piece
        elif kind == "cut" and number < 40:
            del harmed[at:]
        elif kind == "drop":
            del harmed[at : at + number]
        elif kind == "twice":
            harmed[at:at] = harmed[at : at + number]
    return bytes(harmed)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    """Good videos, as bytes with their ending."""
    folder, made = tmp_path_factory.mktemp("seeds"), []
    for number, options in enumerate(SEEDS):
        file = folder / f"{number}.{options.get('container', 'mp4')}"
        videos.make(file, **options)
        made.append((file.suffix, file.read_bytes()))
    return made


def answered(work: Callable[[], object]) -> bool:
    """Whether it went well; a refusal is a `PractikaError` with a sentence, and nothing else."""
    refused = None
    try:
        work()
    except PractikaError as error:
        refused = error.sentence
    assert refused is None or (refused[:1].isupper() and refused.endswith(".")), refused
    return refused is None


def test_probe_and_clip_answer_whatever_the_bytes_are(
    seeds: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    src, out = tmp_path / "src", tmp_path / "clip.mp4"

    @bounded
    @given(some.integers(0, len(SEEDS) - 1), changes)
    def carry_out(which: int, harm: list[Change]) -> None:
        ending, data = seeds[which]
        harmed = mutated(data, harm)
        file = src.with_suffix(ending)
        file.write_bytes(harmed)
        out.unlink(missing_ok=True)
        answered(lambda: probe_well(file))
        if answered(lambda: clip(file, out, TimeRange(Fraction(1, 10), Fraction(3, 10)))):
            assert pictures_in(out), "what is published can be shown"
        else:
            assert not out.exists()
        assert file.read_bytes() == harmed, "the original is only read"
        assert {each.suffix for each in tmp_path.iterdir()} <= {ending, ".mp4", *others}

    others = {ending for ending, _ in seeds}
    carry_out()


def pictures_in(file: Path) -> int:
    with av.open(str(file)) as opened:
        return sum(1 for _ in opened.decode(video=0))


def probe_well(file: Path) -> None:
    facts = probe(file)
    assert 0 < facts.duration < 24 * 60 * 60
    assert 0 < facts.width <= 8192
    assert 0 < facts.height <= 8192
