"""Whatever people hand in is either playable everywhere afterwards, or refused with a reason."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Iterable
from fractions import Fraction as F
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

import strange
import videos
from practika_kernel.domain.errors import OutOfTime, UnusableFile
from practika_kernel.domain.video import facts_from_json
from practika_kernel.media import tasks
from practika_kernel.media.isolate import run
from practika_kernel.media.playable import decide
from practika_kernel.media.probe import probe

SMALL: dict[str, Any] = {"size": (160, 90), "frames": 20, "gop": 10}
HLG = {"color_range": 1, "colorspace": 9, "color_primaries": 9, "color_trc": 18}
OPEN = {"b_frames": 3, "coder": {"x264-params": "open-gop=1:scenecut=0:b-adapt=0"}}
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov"}
SLOW = tuple(F(300 * i) for i in range(61))
BURST = tuple(F(i, 25) for i in range(10)) + tuple(F(10, 25) + F(i, 240) for i in range(80))
WEBM = {"container": "webm", "audio": "libopus"}

Build = Callable[..., Any]
Made = Callable[..., Path]

make = videos.make

# name: (options, how it is built, what a browser gets, the numbers its pictures show)
TAKEN: dict[str, tuple[dict[str, Any], Build, str, Iterable[int]]] = {
    "one picture": ({"frames": 1}, make, "original", [0]),
    "no sound": ({"audio": None}, make, "original", range(20)),
    "open GOP": (OPEN, make, "original", range(20)),
    "uneven": ({"times": tuple(F(i * i, 500) for i in range(20))}, make, "original", range(20)),
    "turned": ({"rotation": 90}, make, "original", range(20)),
    "10 bits": ({"pixels": "yuv420p10le"}, make, "web", range(20)),
    "4:2:2": ({"pixels": "yuv422p"}, make, "web", range(20)),
    "4:4:4": ({"pixels": "yuv444p"}, make, "web", range(20)),
    "HDR": ({"codec": "hevc", "pixels": "yuv420p10le", "tags": HLG}, make, "web", range(20)),
    "mirrored": ({"mirrored": True}, make, "web", range(20)),
    "mirrored and turned": ({"mirrored": True, "rotation": 90}, make, "web", range(20)),
    "mirrored and on its head": ({"mirrored": True, "rotation": 180}, make, "web", range(20)),
    "a burst of 240 a second": (
        {"times": BURST}, make, "web", [*range(11), *range(14, 90, 4)],
    ),
    "4K60": ({"size": (3840, 2160), "fps": F(60), "frames": 3}, make, "web", range(3)),
    "hours of slides": ({"times": SLOW, "gop": 1, "audio": None}, make, "original", range(61)),
    "hours in one piece": (
        {"times": SLOW, "gop": 1000, "audio": None}, make, "web", range(61),
    ),
    "AV1": ({"codec": "av1", **WEBM}, make, "web", range(20)),
    "ProRes": (
        {"codec": "prores", "container": "mov", "pixels": "yuv422p10le", "audio": "pcm_s16le"},
        make, "web", range(20),
    ),
    "MPEG-2": ({"codec": "mpeg2video", "container": "ts", "audio": "mp3"}, make, "web", range(20)),
    "H.263": (
        {"codec": "h263", "container": "3gp", "size": (176, 144), "b_frames": 0, "audio": None},
        make, "web", range(20),
    ),
    "MPEG-TS": ({"container": "ts"}, make, "remux", range(20)),
    "MPEG-TS, open GOP": ({"container": "ts", **OPEN}, make, "remux", range(20)),
    "MPEG-TS from the middle": ({"frames": 40}, strange.from_the_middle, "remux", range(10, 40)),
    "recorded by a browser": ({"codec": "vp8", "live": True, **WEBM}, make, "remux", range(20)),
    "in fragments": ({"wrapping": FRAGMENTS}, make, "remux", range(20)),
    "H.264 in AVI": (
        {"container": "avi", "audio": "mp3", "b_frames": 0}, make, "remux", range(20),
    ),
    "decoding times below zero": (
        {"b_frames": 3, "wrapping": {"movflags": "+faststart+negative_cts_offsets"}},
        make, "original", range(20),
    ),
    "begins late": ({"first": F(2, 5)}, make, "remux", range(20)),
    "a hidden start": ({"frames": 40}, strange.with_hidden_start, "remux", range(14, 40)),
    "start codes in Matroska": ({"container": "mkv"}, strange.with_start_codes, "web", range(20)),
}  # fmt: skip


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the path of a kind of `TAKEN`; made once a run, to be read only."""
    folder = tmp_path_factory.mktemp("odd")

    def give(name: str) -> Path:
        options, build, _, _ = TAKEN[name]
        file = folder / f"{name.replace(' ', '-')}.{options.get('container', 'mp4')}"
        if not file.exists():
            given = {**SMALL, **options}
            if build is strange.with_start_codes:
                given.pop("container")
            build(file, **given)
        return file

    return give


def played(src: Path, folder: Path) -> tuple[str, Path]:
    """Carry the decision out the way a worker does; the mode, and the file a browser gets."""
    made = tasks.web(src, folder)
    mode = made["decision"]["mode"]
    return mode, folder / made["files"][mode] if made["files"] else src


@pytest.fixture(scope="session")
def given(
    odd: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[str, Path]]:
    """Give the mode and the file a browser gets for a kind of `TAKEN`; made once a run."""

    @cache
    def give(name: str) -> tuple[str, Path]:
        return played(odd(name), tmp_path_factory.mktemp("given"))

    return give


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_is_playable_everywhere(
    given: Callable[[str], tuple[str, Path]], name: str
) -> None:
    _, _, wanted, numbers = TAKEN[name]
    mode, result = given(name)
    assert mode == wanted
    assert decide(probe(result)).mode == "original"
    assert videos.see(result).indices == list(numbers)


@pytest.mark.parametrize("name", ["one picture", "mirrored and turned", "hours in one piece"])
def test_it_has_a_poster_and_a_filmstrip_too(
    odd: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    looked = tasks.look(odd(name), tmp_path)
    assert looked["files"] == {"poster": "poster.jpg"}
    made = tasks.film(odd(name), tmp_path, looked["tiles"])
    assert made["filmstrip"]["tiles"] >= 12
    assert {file.name for file in tmp_path.iterdir()} == {"poster.jpg", *made["files"].values()}


def test_the_facts_name_what_is_special(odd: Callable[[str], Path]) -> None:
    assert probe(odd("HDR")).hdr == "HLG"
    assert probe(odd("mirrored and turned")).mirrored
    assert probe(odd("mirrored and turned")).rotation == 90
    assert not probe(odd("open GOP")).closed_gop
    assert probe(odd("turned")).closed_gop
    assert probe(odd("a burst of 240 a second")).busiest_second == 90
    assert probe(odd("begins late")).first == F(2, 5)
    assert probe(odd("hours in one piece")).duration == 300 * 61


REFUSED: dict[str, tuple[Build, str]] = {
    "no index": (strange.without_index, "lacks the index"),
    "no clock": (strange.without_clock, "clock of this video stands still"),
    "a bomb": (strange.that_swells, "missing or damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_played_is_refused_with_its_reason(tmp_path: Path, name: str) -> None:
    build, words = REFUSED[name]
    file = tmp_path / "take.mp4"
    build(file, **SMALL)
    with pytest.raises(UnusableFile, match=words) as told:
        probe(file)
    assert told.value.sentence.endswith("Nothing was stored.")


@pytest.mark.parametrize("tenth", range(1, 10))
@pytest.mark.parametrize(
    "options",
    [{"container": "ts"}, {"container": "mkv"}, {"codec": "vp8", "live": True, **WEBM},
     {"wrapping": FRAGMENTS}],
    ids=["ts", "mkv", "browser", "fragments"],
)  # fmt: skip
def test_a_file_cut_off_at_any_tenth_plays_to_there_or_is_refused(
    take: Made, tmp_path: Path, options: dict[str, Any], tenth: int
) -> None:
    file = tmp_path / f"short.{options.get('container', 'mp4')}"
    videos.truncated(take(**SMALL | options | {"frames": 40}), file, tenth / 10)
    sentence = ""
    try:
        _, result = played(file, tmp_path)
    except UnusableFile as error:
        sentence = error.sentence
    if sentence:
        assert sentence.endswith(".")
        return
    numbers = videos.see(result).indices
    # Pictures are stored out of order: of the last ones only some may have arrived.
    assert numbers[:-2] == list(range(len(numbers) - 2))
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= 4 * tenth - 15


def test_a_decoder_that_hangs_is_stopped_in_time(tmp_path: Path) -> None:
    pipe = tmp_path / "take.mp4"
    os.mkfifo(pipe)  # opens, and never gives a byte
    with pytest.raises(OutOfTime, match="Nothing was half-stored"):
        run("poster", {"src": str(pipe), "out": str(tmp_path / "poster.jpg")}, limit=1.0)
    assert not (tmp_path / "poster.jpg").exists()


def test_facts_survive_the_way_through_the_record(odd: Callable[[str], Path]) -> None:
    facts = probe(odd("mirrored"))
    assert facts_from_json(run("probe", {"src": str(odd("mirrored"))}, limit=30)) == facts


# --- in a browser -------------------------------------------------------------

SHOWN = """async ({ bytes, type, at }) => {
  const video = document.createElement('video');
  video.muted = true;
  document.body.replaceChildren(video);
  const data = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
  video.src = URL.createObjectURL(new Blob([data], { type }));
  const heard = (name) => new Promise((done, fail) => {
    video.addEventListener(name, done, { once: true });
    video.addEventListener('error', () => fail(new Error(video.error.message)), { once: true });
  });
  await heard('loadeddata');
  const landed = heard('seeked');
  // A busy machine says "seeked" before it has the picture, and what is drawn then is black.
  const painted = new Promise((done) => {
    const look = (_, { mediaTime }) =>
      Math.abs(mediaTime - at) < 0.1 ? done() : video.requestVideoFrameCallback(look);
    video.requestVideoFrameCallback(look);
  });
  video.currentTime = at;
  await landed;
  await painted;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const drawn = canvas.getContext('2d');
  drawn.drawImage(video, 0, 0);
  const ended = heard('ended');
  video.playbackRate = 4;
  await video.play();
  await ended;
  return { seconds: video.duration, picture: canvas.toDataURL('image/png') };
}"""

PLAYED = {
    "open GOP": 20,
    "turned": 20,
    "no sound": 20,
    "mirrored and turned": 20,
    "HDR": 20,
    "MPEG-TS from the middle": 30,
    "a hidden start": 26,
    "recorded by a browser": 20,
    "in fragments": 20,
    "begins late": 20,
    "start codes in Matroska": 20,
}
"""Kinds of `TAKEN`, and how many pictures of 1/25 s a browser has to show."""


@pytest.mark.e2e
def test_a_browser_plays_what_is_made_to_its_end(
    given: Callable[[str], tuple[str, Path]], browser: Browser
) -> None:
    page = browser.new_page()
    page.set_default_timeout(20_000)
    for name, pictures in PLAYED.items():
        _, result = given(name)
        first, *_ = TAKEN[name][3]
        sent = {
            "bytes": base64.b64encode(result.read_bytes()).decode(),
            "type": f"video/{result.suffix.removeprefix('.')}",
            "at": 8.5 / 25,
        }
        seen = page.evaluate(SHOWN, sent)
        assert seen["seconds"] == pytest.approx(pictures / 25, abs=0.06), name
        data = base64.b64decode(seen["picture"].partition(",")[2])
        shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=float)
        assert videos.frame_index(shown) == first + 8, name
    page.close()
