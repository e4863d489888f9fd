"""A person's picture, from whatever photo they chose: square, small, and nothing but the picture.

Loaded in a child process alone: what people send is opened here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps, features

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.media.publish import beside

EDGE = 256
"""Pixels of a side as it is stored: a badge of 2 rem, sharp on any screen, and larger ones."""
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
"""More than any camera's photo; a file of a few kilobytes can ask for more than a machine has."""
SMALLEST = 32
_QUALITY = 82
_GROUND = (255, 255, 255)

_TOO_LARGE = "This picture has too many pixels. Choose a smaller one."
_NO_PICTURE = "This file is no picture that can be used. Choose a JPEG, PNG or WebP photo."

Image.init()  # every reader, before the memory is bounded
features.check("webp")


def portrait(src: Path, out: Path) -> int:
    """Write a photo as a square WebP of `EDGE` pixels, the middle of it; return its bytes.

    It is turned the way it was taken. Nothing else of the file is kept: no place, no time, no
    camera. Raises `InvalidInput`, with nothing written, for what is no photo, damaged, smaller
    than `SMALLEST` pixels a side or larger than `MOST_PIXELS` in all.
    """
    try:
        with Image.open(src, formats=FORMATS) as found:
            _demand_fit(*found.size)
            found.draft("RGB", (2 * EDGE, 2 * EDGE))  # a JPEG is read as small as will do
            upright = ImageOps.exif_transpose(found)
            square = ImageOps.fit(_opaque(upright), (EDGE, EDGE), Image.Resampling.LANCZOS)
    except Image.DecompressionBombError:
        raise InvalidInput(_TOO_LARGE) from None
    except (OSError, SyntaxError, ValueError):
        raise InvalidInput(_NO_PICTURE) from None
    plain = Image.frombytes("RGB", square.size, square.tobytes())  # with it goes all it was told
    with beside(out) as part:
        plain.save(part, "WEBP", quality=_QUALITY, method=6)
        return part.stat().st_size


def _demand_fit(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise InvalidInput(_TOO_LARGE)
    if min(width, height) < SMALLEST:
        raise InvalidInput(f"This picture is too small. It needs {SMALLEST} pixels a side.")


def _opaque(image: Image.Image) -> Image.Image:
    """Lay what can be seen through on white."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, _GROUND)
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
