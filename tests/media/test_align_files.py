"""Videos and plain sound files are aligned from the command line; silent ones by what moves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner

import tunes
from practika_kernel.cli import practika
from practika_kernel.domain.errors import UnusableFile
from practika_kernel.domain.timemap import Method, TimeMap
from practika_kernel.media.align import align_files, features

REF, TAKE = tunes.play(tunes.TUNE), tunes.play(tunes.TUNE, tempo=0.8, late=1.5)


def write_coded(path: Path, played: tunes.Played, codec: str) -> Path:
    """The same sound at a rate every encoder knows."""
    frame = av.AudioFrame.from_ndarray(played.sound[None], format="flt", layout="mono")
    frame.rate = tunes.RATE
    with av.open(str(path), "w") as out:
        voice = out.add_stream(codec, rate=48000, layout="stereo", options={"strict": "-2"})
        resampler = av.AudioResampler(
            format=voice.codec_context.format.name,
            layout="stereo",
            rate=48000,
            frame_size=voice.codec_context.frame_size or 1024,
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(voice.encode(piece))
        out.mux(voice.encode(None))
    return path


def off(found: TimeMap, one: tunes.Played = REF, other: tunes.Played = TAKE) -> float:
    pairs = zip(one.times, other.times, strict=True)
    return float(np.median([abs(found.take_at(a or 0) - (b or 0)) for a, b in pairs]))


@pytest.mark.parametrize(
    ("suffix", "codec"), [("flac", "flac"), ("mp3", "libmp3lame"), ("ogg", "libopus")]
)
def test_sound_files_of_all_kinds_stand_at_the_same_place(tmp_path, suffix, codec):
    ref = tunes.write_wav(tmp_path / "ref.wav", REF)
    take = write_coded(tmp_path / f"take.{suffix}", TAKE, codec)
    found = align_files(ref, take)
    assert off(found) < 0.012
    same = align_files(tunes.write_wav(tmp_path / "take.wav", TAKE), take)
    assert same.offset is not None
    assert abs(same.offset) < 0.006


def test_a_video_is_counted_from_its_first_picture(tmp_path):
    tunes.film(tmp_path / "take.mp4", TAKE)
    found = align_files(tunes.write_wav(tmp_path / "ref.wav", REF), tmp_path / "take.mp4")
    assert found.method is Method.SOUND
    assert off(found) < 0.012


def test_silent_videos_are_aligned_by_what_moves(tmp_path):
    tunes.film(tmp_path / "ref.mp4", REF, silent=True)
    tunes.film(tmp_path / "take.mp4", TAKE)
    found = align_files(tmp_path / "ref.mp4", tmp_path / "take.mp4")
    assert found.method is Method.MOTION
    assert off(found) < 0.07


def test_pictures_in_which_nothing_moves_are_not_aligned(tmp_path):
    still = tunes.Played([], REF.sound)
    tunes.film(tmp_path / "still.mp4", still, silent=True)
    tunes.film(tmp_path / "ref.mp4", REF)
    assert features(tmp_path / "still.mp4").motion is None
    assert align_files(tmp_path / "ref.mp4", tmp_path / "still.mp4").points == ()


def test_what_is_no_recording_is_refused(tmp_path):
    for name, content in (("text.mp4", b"hello"), ("empty.wav", b""), ("list.m3u", b"#EXTM3U\nx")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnusableFile, match="could not be read"):
            features(tmp_path / name)


def run(*words: str):
    return CliRunner().invoke(practika, ["align", *words])


def test_the_command_prints_the_map(tmp_path):
    ref = str(tunes.write_wav(tmp_path / "ref.wav", REF))
    take = str(tunes.write_wav(tmp_path / "take.wav", TAKE))
    done = run(ref, take, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert {"points", "confidence", "offset"} <= set(told)
    assert off(TimeMap.from_json(told)) < 0.012
    assert told["confidence"] > 0.8
    assert 1.5 < told["offset"] < 4
    words = run(ref, take).stdout
    assert "take.wav follows ref.wav by sound" in words
    assert re.search(r"mostly 0\.(79|80|81) times its tempo", words)


def test_the_command_is_honest_about_different_pieces(tmp_path):
    ref = str(tunes.write_wav(tmp_path / "ref.wav", REF))
    other = str(tunes.write_wav(tmp_path / "other.wav", tunes.play(tunes.OTHER)))
    assert run(ref, other).stdout.startswith("No alignment: other.wav does not seem")
    told = json.loads(run(ref, other, "--json").stdout)
    assert told["points"] == []
    assert told["confidence"] < 0.5
