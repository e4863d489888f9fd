"""What leaves for a study shows no more than it may, says nothing of its origin, and is stable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import videos
from practika_kernel.domain.errors import UnusableFile
from practika_kernel.media.probe import probe
from practika_kernel.media.release import BLOCKS, release

PLACE, NAME = "+52.5200+013.4050/", "Mira Lindqvist"


@pytest.fixture
def told(take: Callable[..., Path], tmp_path: Path) -> Path:
    """A recording whose file says where it was made, by whom and when, in several places."""
    source, out = take(frames=50), tmp_path / "told.mp4"
    options = {"movflags": "+use_metadata_tags"}
    with (
        av.open(str(source)) as read,
        av.open(str(out), "w", format="mp4", container_options=options) as target,
    ):
        target.metadata.update(
            location=PLACE, title=NAME, artist=NAME, creation_time="2026-11-01T10:00:00Z"
        )
        copies = {each.index: target.add_stream_from_template(each) for each in read.streams}
        for each in copies.values():
            each.metadata["handler_name"] = NAME
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream_index]
                target.mux(packet)
    assert all(word.encode() in out.read_bytes() for word in (PLACE, NAME))
    return out


def made(source: Path, level: str, folder: Path) -> Path:
    folder.mkdir()
    done = release(source, folder / "t1", level)
    (out,) = folder.iterdir()
    assert out.name == f"t1.{done.ending}"
    return out


@pytest.mark.parametrize("level", ["audio", "pixelated", "full"])
def test_it_says_nothing_of_its_origin_and_is_the_same_twice(told, level, tmp_path):
    first, second = (made(told, level, tmp_path / name) for name in ("one", "two"))
    assert [word for word in (PLACE, NAME, "2026") if word.encode() in first.read_bytes()] == []
    digests = {hashlib.sha256(each.read_bytes()).hexdigest() for each in (first, second)}
    assert len(digests) == 1


def test_a_bare_copy_shows_the_same(told, tmp_path):
    before, after = videos.see(told), videos.see(made(told, "full", tmp_path / "out"))
    assert (after.indices, after.times) == (before.indices, before.times)
    assert after.clicks == pytest.approx(before.clicks, abs=0.001)


def test_a_phone_s_recording_keeps_its_pictures_too(take, tmp_path):
    source = take(codec="hevc", frames=20, rotation=90)
    out = made(source, "full", tmp_path / "out")
    assert videos.see(out).indices == videos.see(source).indices
    assert (probe(out).video_codec, probe(out).rotation) == ("hevc", probe(source).rotation)


def test_sound_alone_holds_no_picture_and_stays_in_time(take, tmp_path):
    source = take(first=Fraction(3), frames=50)
    out = made(source, "audio", tmp_path / "out")
    with av.open(str(out)) as sound:
        assert [stream.type for stream in sound.streams] == ["audio"]
        blocks = [frame.to_ndarray()[0] for frame in sound.decode(audio=0)]
        rate = sound.streams.audio[0].rate
    loud = np.flatnonzero(np.abs(np.concatenate(blocks)) > 0.3) / rate
    starts = loud[np.insert(np.diff(loud) > 0.1, 0, True)]
    assert list(starts) == pytest.approx(videos.see(source).clicks, abs=0.03)


def test_of_a_silent_film_no_sound_can_be_given(take, tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(UnusableFile):
        release(take(audio=None, frames=10), tmp_path / "out" / "t1", "audio")
    assert list((tmp_path / "out").iterdir()) == []


def test_in_blocks_nothing_finer_than_a_block_is_left(tmp_path):
    """A picture of one-pixel stripes becomes grey: each block is one colour, their average."""
    source = tmp_path / "stripes.mkv"
    fine = np.zeros((360, 640, 3), dtype=np.uint8)
    fine[:, ::2] = 255
    fine[:180, 320:] = (255, 0, 0)
    with av.open(str(source), "w") as target:
        stream = target.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "bgr0"
        for place in range(25):
            frame = av.VideoFrame.from_ndarray(fine, format="rgb24").reformat(format="bgr0")
            frame.pts = place
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    out = made(source, "pixelated", tmp_path / "out")
    with av.open(str(out)) as shown:
        pictures = [frame.to_ndarray(format="rgb24") for frame in shown.decode(video=0)]
    assert len(pictures) == 9, "ten a second, and never closer: each third of 25"
    height, width = pictures[0].shape[:2]
    assert (width // BLOCKS, height % (width // BLOCKS)) == (20, 0)
    blocks = pictures[-1].astype(int).reshape(height // 20, 20, BLOCKS, 20, 3)
    inside = blocks[:, 4:16, :, 4:16]
    assert np.ptp(inside, axis=(1, 3)).max() <= 12, "flat, but for what coding leaves"
    grey = inside[:, :, :8].mean(axis=(0, 1, 2, 3))
    assert np.abs(grey - 127).max() < 15
    assert inside[0, :, 12, :, 0].mean() > inside[0, :, 12, :, 1].mean() + 100


def test_blocks_keep_the_time_and_the_sound(take, tmp_path):
    source = take(first=Fraction(2), frames=50)
    out = made(source, "pixelated", tmp_path / "out")
    facts = probe(out)
    assert float(facts.duration) == pytest.approx(2, abs=0.05)
    assert facts.audio_codec == "aac"
    assert facts.width == 320
