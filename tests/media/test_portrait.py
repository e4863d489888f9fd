"""A photo becomes a small square picture, and nothing else of it is kept."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from practika_kernel.domain.errors import InvalidInput, UnusableFile
from practika_kernel.media import isolate
from practika_kernel.media.portrait import EDGE, portrait

RED, BLUE = (220, 30, 30), (30, 30, 220)
TURNED = 6
"""The camera lay on its side: the picture has to be turned clockwise (EXIF orientation)."""


def photo(kind: str = "JPEG", size: tuple[int, int] = (300, 200), **more: object) -> bytes:
    """Red on the left half, blue on the right, with the place it was taken at."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112] = TURNED
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    out = io.BytesIO()
    image.save(out, kind, exif=exif, **more)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""

    def chunk(name: bytes, content: bytes) -> bytes:
        whole = name + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def made(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "photo").write_bytes(content)
    out = tmp_path / "out.webp"
    assert portrait(tmp_path / "photo", out) == out.stat().st_size
    return out


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(has - is_) < 40 for has, is_ in zip(pixel, colour, strict=False))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_turned_upright_cut_square_and_told_of_nothing(tmp_path: Path, kind: str) -> None:
    out = made(tmp_path, photo(kind))
    with Image.open(out) as image:
        assert (image.format, image.size) == ("WEBP", (EDGE, EDGE))
        assert not image.getexif()
        assert not set(image.info) & {"exif", "icc_profile", "xmp"}
        upright = image.convert("RGB")
    assert near(upright.getpixel((EDGE // 2, 20)), RED)  # what was on the left is above now
    assert near(upright.getpixel((EDGE // 2, EDGE - 20)), BLUE)
    assert b"Secret" not in out.read_bytes()


def test_what_can_be_seen_through_stands_on_white(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(out, "PNG")
    with Image.open(made(tmp_path, out.getvalue())) as image:
        assert near(image.convert("RGB").getpixel((128, 128)), (255, 255, 255))


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (64, 64)).save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>', "no picture"),
        (b"<html><script>alert(1)</script>", "no picture"),
        (b"%PDF-1.7 " + bytes(500), "no picture"),
        (gif(), "no picture"),
        (photo()[:900], "no picture"),
        (bomb(), "too many pixels"),
        (photo(size=(400, 20)), "too small"),
        (b"", "no picture"),
    ],
    ids=["SVG", "HTML", "PDF", "GIF", "cut short", "bomb", "too small", "nothing"],
)
def test_what_is_no_photo_is_refused_with_one_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "photo").write_bytes(content)
    with pytest.raises(InvalidInput, match=says):
        portrait(tmp_path / "photo", tmp_path / "out.webp")
    assert [each.name for each in tmp_path.iterdir()] == ["photo"]


def test_it_is_made_in_a_child_that_has_little_memory_and_time(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(photo(size=(3000, 2000)))
    given = {"src": str(tmp_path / "photo"), "out": str(tmp_path / "out.webp")}
    assert isolate.run("portrait", given, limit=20, memory=1 << 30)["size"] > 100
    (tmp_path / "photo").write_bytes(bomb())
    with pytest.raises(InvalidInput, match="too many pixels") as told:
        isolate.run("portrait", given, limit=20, memory=1 << 30)
    assert not isinstance(told.value, UnusableFile)  # those are about videos
