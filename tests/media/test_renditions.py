"""Posters, filmstrips and waveforms show the moment they claim, upright."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import videos
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.media.renditions import filmstrip, poster, waveform


def number_of(image: Image.Image) -> int:
    return videos.frame_index(np.asarray(image.convert("RGB"), dtype=float))


def test_a_poster_shows_the_picture_of_its_moment(kind: Path, tmp_path: Path) -> None:
    out, seen = tmp_path / "poster.jpg", videos.see(kind)
    poster(kind, out, Fraction(61, 100))
    shown = [i for i, at in zip(seen.indices, seen.times, strict=True) if at <= Fraction(61, 100)]
    image = Image.open(out)
    assert image.format == "JPEG"
    assert image.size == (seen.width, seen.height)
    assert number_of(image) == shown[-1]


def test_a_poster_is_made_small_and_without_a_moment_too(
    take: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "poster.jpg"
    poster(take(size=(1920, 1080), frames=3, audio=None), out)
    assert Image.open(out).size == (960, 540)
    with pytest.raises(InvalidInput, match="ends at"):
        poster(take(), out, Fraction(2))


def test_a_filmstrip_walks_evenly_through_the_take(kind: Path, tmp_path: Path) -> None:
    out, seen = tmp_path / "strip.jpg", videos.see(kind)
    strip = filmstrip(kind, out, tiles=4)
    image = Image.open(out)
    assert image.size == (strip.width * 4, strip.height)
    assert (strip.tiles, strip.width) == (4, 160)
    assert strip.height == pytest.approx(160 * seen.height / seen.width, abs=1)
    length = float(seen.times[-1] + Fraction(1, 25))
    for tile in range(4):
        shown = number_of(image.crop((160 * tile, 0, 160 * (tile + 1), strip.height)))
        at = float(seen.times[seen.indices.index(shown)])
        assert length * tile / 4 - 0.1 <= at <= length * (tile + 0.5) / 4 + 0.1


def test_the_waveform_stands_where_the_clicks_are(kind: Path) -> None:
    peaks, seen = waveform(kind, 40), videos.see(kind)
    if not seen.clicks:
        assert peaks == []
        return
    length = float(seen.times[-1] + (seen.times[-1] - seen.times[-2]))
    assert len(peaks) == 40
    assert max(peaks) == 100
    for place, peak in enumerate(peaks):
        begin, end = place * length / 40, (place + 1) * length / 40
        near = any(begin - 0.004 < click < end + 0.004 for click in seen.clicks)
        assert near or peak < 10
        inside = any(begin + 0.004 < click < end - 0.004 for click in seen.clicks)
        assert peak > 60 or not inside


def test_silence_has_no_waveform(take: Callable[..., Path]) -> None:
    assert waveform(take(silent=True)) == []
