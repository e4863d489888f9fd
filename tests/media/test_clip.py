"""A clip holds exactly the pictures of its range, with their sound, or there is no clip."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import videos
from practika_kernel.domain.errors import InvalidInput, UnusableFile
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.media import source
from practika_kernel.media.clip import RECIPE, clip, clip_key, verify
from practika_kernel.media.encode import Written, rewrite
from practika_kernel.media.probe import probe
from practika_kernel.media.publish import sweep, unheard

SPANS = [("0", "0.5"), ("0.61", "1.37"), ("0.96", "1"), ("1.5", "99")]


def assert_exact(src: Path, out: Path, span: TimeRange) -> None:
    """Read numbers, times and clicks back and compare with the original's."""
    before, after = videos.see(src), videos.see(out)
    inside = [
        (i, at) for i, at in zip(before.indices, before.times, strict=True)
        if span.start <= at < span.end
    ]  # fmt: skip
    begin = inside[0][1]
    assert after.indices == [i for i, _ in inside]
    assert after.times == [at - begin for _, at in inside]
    assert (after.width, after.height) == (before.width, before.height)
    # A click within 10 ms of an edge is cut through; the sound tells nothing about it.
    clear = [c - float(begin) for c in before.clicks if begin + 0.01 < c < span.end - 0.01]
    heard = [c for c in after.clicks if 0.01 < c < float(span.end - begin) - 0.01]
    assert heard == pytest.approx(clear, abs=0.0012)


@pytest.mark.parametrize(("start", "end"), SPANS)
def test_every_kind_is_cut_exactly(kind: Path, tmp_path: Path, start: str, end: str) -> None:
    span, out, bytes_before = TimeRange.of(start, end), tmp_path / "clip.mp4", kind.read_bytes()
    report = clip(kind, out, span)
    assert_exact(kind, out, span.within(probe(kind).duration))
    facts = probe(out)
    kept = "vp9" if probe(kind).video_codec == "vp9" and report.frames_copied else "h264"
    assert (facts.index_first, facts.video_codec) == (True, kept)
    assert (facts.pixel_format, facts.container) == ("yuv420p", "mp4")
    assert report.size == out.stat().st_size
    with av.open(str(out)) as file:
        assert report.duration == pytest.approx(file.duration / av.time_base, abs=0.025)
    assert kind.read_bytes() == bytes_before
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]


def test_touching_ranges_share_no_picture_and_lose_none(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    source, numbers = take(), []
    marks = ["0", "0.333", "0.84", "0.8401", "1.2", "2"]
    for place, (start, end) in enumerate(itertools.pairwise(marks)):
        out = tmp_path / f"{place}.mp4"
        try:
            clip(source, out, TimeRange.of(start, end))
        except InvalidInput:
            continue
        numbers += videos.see(out).indices
    assert numbers == list(range(50))


def test_the_same_request_gives_the_same_bytes(take: Callable[..., Path], tmp_path: Path) -> None:
    one, two = tmp_path / "one.mp4", tmp_path / "two.mp4"
    for out in (one, two):
        clip(take(), out, TimeRange.of("0.3", "1.7"))
    assert one.read_bytes() == two.read_bytes()


def test_a_whole_picture_stands_at_every_second(take: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    clip(take(frames=120, gop=120), out, TimeRange.of("0.5", "4.5"))
    assert probe(out).keyframe_gap == 1


def test_colour_tags_stay(take: Callable[..., Path], tmp_path: Path) -> None:
    tags = {"color_range": 1, "colorspace": 1, "color_primaries": 1, "color_trc": 1}
    out = tmp_path / "clip.mp4"
    clip(take(tags=tags), out, TimeRange.of(0, 1))
    with av.open(str(out)) as file:
        context = file.streams.video[0].codec_context
        assert {name: getattr(context, name) for name in tags} == tags


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [("5", "6", "ends at"), ("2", "3", "ends at"), ("0.601", "0.639", "No picture lies")],
)
def test_ranges_without_a_picture_are_refused(
    take: Callable[..., Path], tmp_path: Path, start: str, end: str, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        clip(take(), tmp_path / "clip.mp4", TimeRange.of(start, end))
    assert list(tmp_path.iterdir()) == []


def test_the_original_is_never_overwritten(tmp_path: Path) -> None:
    source, link = tmp_path / "take.mp4", tmp_path / "same.mp4"
    videos.make(source)
    link.hardlink_to(source)
    before = hashlib.sha256(source.read_bytes()).digest()
    for out in (source, link, tmp_path / "x" / ".." / "take.mp4"):
        with pytest.raises(InvalidInput, match="original"):
            clip(source, out, TimeRange.of(0, 1))
    assert hashlib.sha256(source.read_bytes()).digest() == before


def test_damage_inside_the_range_is_refused_not_patched(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    source, broken, out = take(frames=150), tmp_path / "broken.mp4", tmp_path / "clip.mp4"
    data = bytearray(source.read_bytes())
    with av.open(str(source)) as file:
        packets = [p for p in file.demux(video=0) if p.size and 60 <= p.pts / 512 < 70]
    for packet in packets:
        data[packet.pos + 4 : packet.pos + packet.size] = bytes(packet.size - 4)
    broken.write_bytes(bytes(data))
    with pytest.raises(UnusableFile, match="damaged"):
        clip(broken, out, TimeRange.of("2", "4"))
    assert not out.exists()
    clip(broken, out, TimeRange.of("4", "5"))
    assert videos.see(out).indices == list(range(100, 125))


Tamper = Callable[[int, av.VideoFrame], "np.ndarray[Any, Any]"]


def as_it_is(number: int, frame: av.VideoFrame) -> np.ndarray[Any, Any]:
    return frame.to_ndarray(format="rgb24")


TAMPERED: dict[str, Tamper] = {
    "mirrored": lambda number, frame: as_it_is(number, frame)[:, ::-1],
    "upside down": lambda number, frame: as_it_is(number, frame)[::-1],
    "dark": lambda number, frame: as_it_is(number, frame) // 4,
    "another first one": lambda number, frame: as_it_is(number, frame) | (128 * (number == 0)),
    "another last one": lambda number, frame: as_it_is(number, frame) ^ (255 * (number == 49)),
}


def written(src: Path, part: Path, tamper: Tamper | None = None) -> Written:
    """Encode a whole take as a clip's first step does, before it is read back."""

    def chosen(frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
        for number, frame in enumerate(frames):
            if tamper is None:
                yield frame
                continue
            image = np.ascontiguousarray(tamper(number, frame).astype(np.uint8))
            other = av.VideoFrame.from_ndarray(image, format="rgb24")
            other.pts, other.time_base = frame.pts, frame.time_base
            yield other

    with source.opened(src) as (container, stream):
        frames = chosen(source.frames(container, stream))
        made = rewrite(src, part, RECIPE, frames, Fraction(2), None, Fraction(25), unheard)
    assert made is not None
    return made


@pytest.mark.parametrize("wrong", TAMPERED)
def test_an_encoded_clip_that_shows_something_else_is_refused(
    take: Callable[..., Path], tmp_path: Path, wrong: str
) -> None:
    right, other = tmp_path / "right.mp4", tmp_path / "wrong.mp4"
    made = written(take(codec="hevc"), right)
    verify(right, made)
    assert written(take(codec="hevc"), other, TAMPERED[wrong]).times == made.times
    with pytest.raises(UnusableFile, match="did not come out exact"):
        verify(other, made)


def test_a_turned_original_is_compared_upright(take: Callable[..., Path], tmp_path: Path) -> None:
    part = tmp_path / "part.mp4"
    for turn in ({"rotation": 90}, {"rotation": 270}, {"mirrored": True, "rotation": 90}):
        made = written(take(**turn), part)
        verify(part, made)
        written(take(**turn), part, as_it_is)  # without the word that it is to be turned
        with pytest.raises(UnusableFile, match="did not come out exact"):
            verify(part, made)


def test_the_key_names_bytes_range_and_recipe() -> None:
    span = TimeRange.of(1, 2)
    keys = {
        clip_key("aa", span),
        clip_key("AA", TimeRange.of("1.0", Fraction(2))),
        clip_key("bb", span),
        clip_key("aa", TimeRange.of(1, "2.001")),
        clip_key("aa", span, type(RECIPE)("another", RECIPE.crf, RECIPE.preset)),
    }
    assert len(keys) == 4


def test_leftovers_of_one_process_are_swept_others_stay(tmp_path: Path) -> None:
    for name in ("clip.mp4.71-aa.part", "clip.mp4.72-aa.part", "clip.mp4"):
        (tmp_path / name).touch()
    sweep(tmp_path, 71)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clip.mp4", "clip.mp4.72-aa.part"]
