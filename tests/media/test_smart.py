"""Clips of H.264 and VP9 are copied, stay exact wherever cut, and say how they were made."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import videos
from practika_kernel.domain.errors import InvalidInput, UnusableFile
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.domain.video import ClipReport
from practika_kernel.media.clip import clip

SMALL: dict[str, Any] = {"size": (160, 90), "frames": 60}
"""60 pictures at 25 a second: 2.4 s, whole ones every ``gop``."""


@lru_cache
def seen(src: Path) -> videos.Seen:
    return videos.see(src)


def cut(src: Path, out: Path, start: object, end: object) -> ClipReport:
    """Cut and check every picture's number and time, and each click of the sound."""
    span = TimeRange.of(Fraction(str(start)), Fraction(str(end)))
    report = clip(src, out, span)
    before, after = seen(src), videos.see(out)
    inside = [
        (i, at) for i, at in zip(before.indices, before.times, strict=True)
        if span.start <= at < span.end
    ]  # fmt: skip
    begin = inside[0][1]
    assert after.indices == [i for i, _ in inside]
    assert after.times == [at - begin for _, at in inside]
    length = float(min(span.end, before.times[-1] + 1) - begin)
    clear = [c - float(begin) for c in before.clicks if begin + 0.01 < c < span.end - 0.01]
    heard = [c for c in after.clicks if 0.01 < c < length - 0.01]
    assert heard == pytest.approx(clear, abs=0.001)
    assert report.frames == len(inside) == report.frames_copied + report.frames_encoded
    assert report.size == out.stat().st_size
    assert (report.mode == "encode") == bool(report.why_not_smart)
    return report


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "clip.mp4"


PLACES = [
    ("0", "9", "copy", 0),  # the whole video
    ("0.8", "1.6", "copy", 0),  # from a whole picture to the one before a whole picture
    ("0.76", "1.6", "smart", 1),  # one picture earlier
    ("0.84", "2", "smart", 19),  # one later
    ("0.8", "0.84", "copy", 0),  # one picture, a whole one
    ("2.32", "9", "encode", 2),  # the last pictures
    ("2.36", "2.4", "encode", 1),  # the very last
    ("0.12", "0.6", "encode", 12),  # between two whole pictures
    ("1.601", "1.639", "encode", 0),  # nothing at all
    ("0.7999", "1.64001", "copy", 0),  # off the grid of pictures
]


@pytest.mark.parametrize(("start", "end", "mode", "encoded"), PLACES)
def test_every_place(
    take: Callable[..., Path], out: Path, start: str, end: str, mode: str, encoded: int
) -> None:
    src = take(**SMALL, gop=20, b_frames=0)
    if not encoded and mode == "encode":
        with pytest.raises(InvalidInput, match="No picture"):
            cut(src, out, start, end)
        return
    report = cut(src, out, start, end)
    assert (report.mode, report.frames_encoded) == (mode, encoded)


FORMS: dict[str, dict[str, Any]] = {
    "only whole pictures": {"gop": 1, "b_frames": 0},
    "25, two B": {"gop": 25, "b_frames": 2},
    "pyramid": {
        "gop": 25,
        "b_frames": 3,
        "coder": {"x264-params": "b-pyramid=normal:b-adapt=0:bframes=3:ref=4"},
    },
    "many B": {"gop": 25, "coder": {"x264-params": "b-pyramid=normal:b-adapt=0:bframes=8:ref=6"}},
    "main": {"gop": 25, "coder": {"x264-params": "cabac=1:8x8dct=0"}},
    "mov, turned": {"gop": 25, "container": "mov", "rotation": 270},
    "index last": {"gop": 25, "index_first": False},
    "mkv": {"gop": 25, "container": "mkv"},
    "browser recording": {
        "gop": 25,
        "wrapping": {"movflags": "frag_keyframe+delay_moov+default_base_moof"},
    },
    "mkv, live": {"gop": 25, "container": "mkv", "live": True},
    "late first picture": {"gop": 25, "first": Fraction(2, 5)},
    "late sound": {"gop": 25, "sound_late": Fraction(4, 3)},
    "no sound": {"gop": 25, "audio": None},
    "44.1 kHz": {"gop": 25, "rate": 44100},
    "opus": {"gop": 25, "audio": "libopus"},
    "mp3": {"gop": 25, "audio": "mp3"},
    "raw sound": {"gop": 25, "container": "mov", "audio": "pcm_s16le"},
    "ntsc": {"gop": 25, "fps": Fraction(30000, 1001)},
    "slices": {"gop": 25, "coder": {"x264-params": "slices=4"}},
    "full range": {"gop": 25, "pixels": "yuvj420p"},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_cut_smartly(take: Callable[..., Path], out: Path, form: str) -> None:
    src = take(**(SMALL | FORMS[form]))
    for start, end in (("0.35", "1.37"), ("0.96", "2.05"), ("0.81", "9")):
        report = cut(src, out, start, end)
        assert report.mode != "encode", report
        assert report.has_sound == (FORMS[form].get("audio", "aac") is not None)
        assert report.frames_encoded <= 25
        assert (report.frames_encoded == 0) == (report.mode == "copy")


VP9: dict[str, Any] = SMALL | {"codec": "vp9", "gop": 12}
VP9_FORMS: dict[str, dict[str, Any]] = {
    "webm": {"container": "webm", "audio": "libopus"},
    "browser recording": {"container": "webm", "audio": "libopus", "live": True},
    "mkv, raw sound": {"container": "mkv", "audio": "pcm_s16le"},
    "mp4": {},
    "no sound": {"container": "webm", "audio": None},
    "hidden pictures": {"container": "webm", "audio": None, "coder": {
        "deadline": "good", "lag-in-frames": "12", "auto-alt-ref": "1", "arnr-maxframes": "3",
    }},
}  # fmt: skip


@pytest.mark.parametrize("form", VP9_FORMS)
def test_vp9_is_cut_smartly(take: Callable[..., Path], out: Path, form: str) -> None:
    src = take(**(VP9 | VP9_FORMS[form]))
    for start, end, mode in (
        ("0.2", "1.6", "smart"),  # 7 pictures before the first whole one
        ("0.48", "1.9", "copy"),  # from a whole picture to the midst of a group
        ("0", "9", "copy"),
        ("1.37", "2.05", "smart"),
    ):
        report = cut(src, out, start, end)
        assert (report.mode, report.frames_encoded < 12) == (mode, True), report
        with av.open(str(out)) as file:
            assert file.streams.video[0].codec_context.name == "vp9"
            assert [s.codec_context.name for s in file.streams.audio] in ([], ["opus"], ["aac"])


def test_damaged_vp9_is_refused_or_shown_as_the_original_shows_it(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    src = take(**(VP9 | VP9_FORMS["no sound"]))
    draw, out, copied = random.Random(9), tmp_path / "clip.mp4", 0
    for turn in range(24):
        bad = tmp_path / f"{turn}.webm"
        data = bytearray(src.read_bytes())
        for _ in range(3):
            data[draw.randrange(2000, len(data))] ^= 1 << draw.randrange(8)
        bad.write_bytes(data)
        try:
            report = clip(bad, out, TimeRange.of("0.48", "1.6"))
        except (InvalidInput, UnusableFile):
            continue
        before, after = videos.see(bad), videos.see(out)
        if report.mode == "copy":
            copied += 1
            first = before.times.index(report.start)
            assert after.indices == before.indices[first : first + report.frames]
    assert copied


def test_uneven_pictures(take: Callable[..., Path], out: Path) -> None:
    times = tuple(Fraction(i * i + 60 * i, 3000) for i in range(60))
    src = take(times=times, size=(160, 90), gop=20)
    for start, end in (("0.1", "1.2"), ("0.5", "1.9"), ("0.7", "9")):
        assert cut(src, out, start, end).mode == "smart"


def test_before_the_sound_begins_there_is_no_sound_track(
    take: Callable[..., Path], out: Path
) -> None:
    report = cut(take(**(SMALL | FORMS["late sound"])), out, "0.2", "1.2")
    assert (report.mode, report.has_sound) == ("encode", False)
    with av.open(str(out)) as file:
        assert not file.streams.audio


def test_one_group_of_pictures_is_encoded(take: Callable[..., Path], out: Path) -> None:
    src = take(**SMALL, gop=250)
    assert cut(src, out, 0, "1.5").mode in ("copy", "smart")
    report = cut(src, out, "0.5", "1.5")
    assert report.mode == "encode"
    assert "no whole picture" in report.why_not_smart


def test_open_groups_are_left_at_the_next_closed_one(take: Callable[..., Path], out: Path) -> None:
    open_gop = {
        "gop": 10,
        "coder": {"x264-params": "open-gop=1:b-adapt=0:bframes=2:keyint=10:min-keyint=10"},
    }
    src = take(**SMALL, **open_gop)
    assert cut(src, out, "0.5", "1.5").mode == "encode"
    assert cut(src, out, 0, "1.1").mode in ("copy", "smart")


def test_pictures_hidden_by_an_edit_list(take: Callable[..., Path], tmp_path: Path) -> None:
    hidden = tmp_path / "hidden.mp4"
    shift(take(**SMALL, gop=25), hidden, Fraction(-3, 10))
    assert videos.see(hidden).indices[0] == 8
    for start, end in (("0.2", "1.4"), ("0", "1"), ("0.68", "1.3")):
        assert cut(hidden, tmp_path / "clip.mp4", start, end).mode != "encode"


def shift(src: Path, out: Path, by: Fraction) -> None:
    """Copy a file with all times moved; what comes before 0 is hidden by an edit list."""
    with av.open(str(src)) as old, av.open(str(out), "w") as new:
        tracks = [old.streams.video[0], old.streams.audio[0]]
        outlets = {track.index: new.add_stream_from_template(track) for track in tracks}
        for packet in old.demux(tracks):
            if packet.size and packet.dts is not None and packet.pts is not None:
                moved = round(by / packet.time_base)
                packet.pts, packet.dts = packet.pts + moved, packet.dts + moved
                packet.stream = outlets[packet.stream_index]
                new.mux(packet)


def test_touching_clips_share_no_picture_and_lose_none(
    take: Callable[..., Path], out: Path
) -> None:
    src, numbers = take(**SMALL, gop=12), list[int]()
    for start, end in itertools.pairwise(["0", "0.333", "0.84", "1.2", "1.93", "3"]):
        clip(src, out, TimeRange.of(start, end))
        numbers += videos.see(out).indices
    assert numbers == list(range(60))


def test_a_clip_of_a_clip(take: Callable[..., Path], tmp_path: Path) -> None:
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    cut(take(**SMALL, gop=10), first, "0.3", "2.2")
    report = cut(first, second, "0.5", "1.6")
    assert report.mode == "smart"


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    form=st.sampled_from(["25, two B", "many B", "mkv", "opus", "ntsc"]),
    start=st.fractions(0, Fraction(3, 2)),
    length=st.fractions(Fraction(1, 10), 2),
)
def test_any_range_holds_exactly_its_pictures(
    take: Callable[..., Path], tmp_path: Path, form: str, start: Fraction, length: Fraction
) -> None:
    cut(take(**(SMALL | FORMS[form])), tmp_path / "clip.mp4", start, start + length)


def coded(path: Path) -> Iterator[bytes]:
    with av.open(str(path)) as file:
        yield from (bytes(packet) for packet in file.demux(video=0) if packet.size)


def test_what_is_copied_is_the_original_byte_for_byte(take: Callable[..., Path], out: Path) -> None:
    src = take(**SMALL, gop=25)
    report = cut(src, out, "0.35", "1.96")
    same = set(coded(src)) & set(coded(out))
    assert len(same) == report.frames_copied


def test_colours_shape_and_turn_stay(take: Callable[..., Path], out: Path) -> None:
    tags = {"color_range": 1, "colorspace": 1, "color_primaries": 1, "color_trc": 1}
    cut(take(**SMALL, gop=25, tags=tags, rotation=90), out, "0.5", "2")
    with av.open(str(out)) as file:
        for frame in file.decode(video=0):
            assert {name: getattr(frame, name) for name in tags} == tags
            assert frame.rotation == -90


def test_a_form_that_only_the_pictures_tell(take: Callable[..., Path], tmp_path: Path) -> None:
    tags = {"color_range": 1, "colorspace": 1, "color_primaries": 1, "color_trc": 1}
    data = bytearray(take(**SMALL, gop=25, tags=tags).read_bytes())
    colours, entry = data.index(b"colr"), data.index(b"avc1", data.index(b"stsd"))
    data[colours : colours + 4] = b"free"
    for name, size in (("size", data[entry + 28 : entry + 32]), ("no size", bytes(4))):
        src, out = tmp_path / f"{name}.mp4", tmp_path / "clip.mp4"
        data[entry + 28 : entry + 32] = size
        src.write_bytes(data)
        report = cut(src, out, "0.5", "2")
        assert (report.mode, report.width, report.height) == ("smart", 160, 90), name
        with av.open(str(out)) as file:
            for frame in file.decode(video=0):
                assert {tag: getattr(frame, tag) for tag in tags} == tags, name


def noise(count: int) -> bytes:
    draw = random.Random(1)
    return bytes(draw.randrange(1, 256) for _ in range(count))


def test_damage_in_the_midst_is_never_passed_on(take: Callable[..., Path], tmp_path: Path) -> None:
    src, broken = take(**SMALL, gop=20), tmp_path / "broken.mp4"
    with av.open(str(src)) as file:
        packets = [p for p in file.demux(video=0) if p.size and 25 <= p.pts / 512 < 32]
    worst = max(packets, key=lambda packet: packet.size)
    harms: dict[str, Callable[[bytearray, int, int], None]] = {
        "never written": lambda data, a, b: data.__setitem__(slice(a + 8, b), bytes(b - a - 8)),
        "length": lambda data, a, b: data.__setitem__(slice(a, a + 4), b"\0\0\x7f\xff"),
        "kind": lambda data, a, b: data.__setitem__(a + 4, 0xFE),
        "midst": lambda data, a, b: data.__setitem__(
            slice((a + b) // 2, b), noise(b - (a + b) // 2)
        ),
    }
    for name, harm in harms.items():
        out = tmp_path / f"{name}.mp4"
        data = bytearray(src.read_bytes())
        harm(data, worst.pos, worst.pos + worst.size)
        broken.write_bytes(bytes(data))
        with pytest.raises(UnusableFile, match="damaged"):
            clip(broken, out, TimeRange.of("0.3", "2"))
        assert not out.exists(), name
        clip(broken, out, TimeRange.of("1.6", "2.2"))
        assert videos.see(out).indices == list(range(40, 55)), name
