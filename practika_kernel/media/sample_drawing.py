"""Draw a sample take: notes fall onto a keyboard, struck keys glow, wrong ones are red."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from practika_kernel.media.sample_canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    Sprite,
    from_image,
    sprite,
    to_planes,
)
from practika_kernel.media.sample_performance import GroundTruth, Played

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

FPS = 25
FALL = 6
"""Pixels a note falls in one frame: whole and even, so that it stays sharp and codes small."""
LANE = 402
LOWEST, HIGHEST = 48, 84
_KEYS = 22
_KEY = WIDTH / _KEYS
_FINE = 3
_BLACK_LENGTH, _BLACK_WIDTH = 84, 27
_BLACK_PITCHES = {1, 3, 6, 8, 10}

Colour = tuple[int, int, int]
LEFT = {"take": (63, 127, 196), "reference": (207, 127, 53)}
RIGHT = {"take": (111, 180, 245), "reference": (243, 181, 107)}
GLOW = {"take": (191, 224, 255), "reference": (255, 227, 189)}
WRONG, WRONG_GLOW = (229, 105, 78), (255, 190, 170)


def is_black(pitch: int) -> bool:
    """Whether the pitch has a black key."""
    return pitch % 12 in _BLACK_PITCHES


def key_middle(pitch: int) -> float:
    """Pixels from the left edge to the middle of a key."""
    octave, place = divmod(pitch - LOWEST, 12)
    whites = sum(1 for p in range(place) if p not in _BLACK_PITCHES) + 7 * octave
    return whites * _KEY if is_black(pitch) else (whites + 0.5) * _KEY


@dataclass(frozen=True, slots=True)
class _Placed:
    """A note with its patches, its left edge, and its path: bottom edge in frame 0 and height."""

    note: Played
    plain: Sprite
    lit: Sprite
    key: Sprite
    glow: Sprite
    left: int
    key_left: int
    glow_left: int
    fall: int
    height: int


class Scene:
    """Everything of one take that does not change from frame to frame."""

    def __init__(self, truth: GroundTruth) -> None:
        style = "reference" if truth.performance.is_reference else "take"
        self._canvas = Canvas(_backdrop())
        placed = [_place(note, style) for note in truth.notes]
        self._notes = sorted(placed, key=lambda item: is_black(item.note.pitch))
        self._felt = _felt()
        self.frames = round(truth.duration * FPS)

    def draw(self, number: int) -> NDArray[np.uint8]:
        """Frame ``number`` as stacked YUV planes."""
        canvas, at = self._canvas, number / FPS
        canvas.clear()
        down = number * FALL
        sounding = []
        for item in self._notes:
            bottom = item.fall + down
            if bottom <= 0 or bottom - item.height >= LANE:
                continue
            struck = item.note.onset <= at < item.note.offset
            patch = item.lit if struck else item.plain
            canvas.put(patch, item.left - _HALO, bottom - item.height - _HALO, floor=LANE)
            if struck:
                sounding.append(item)
        for item in sounding:
            canvas.put(item.key, item.key_left, LANE)
        canvas.put(self._felt, 0, LANE - 6)
        for item in sounding:
            age = at - float(item.note.onset)
            canvas.put(
                item.glow, item.glow_left, LANE - _GLOW_UP, strength=0.5 + 0.5 * 0.1 ** (age / 0.3)
            )
        return canvas.frame()


def _place(note: Played, style: str) -> _Placed:
    colour = WRONG if note.is_wrong else (LEFT if note.hand == "left" else RIGHT)[style]
    glow = WRONG_GLOW if note.is_wrong else GLOW[style]
    black = is_black(note.pitch)
    width = 24 if black else 34
    height = max(18, round(float(note.offset - note.onset) * FPS * FALL / 2) * 2)
    middle = key_middle(note.pitch)
    fall = LANE - round(float(note.onset) * FPS * FALL / 2) * 2
    key, key_left = _key(note.pitch, colour)
    return _Placed(
        note=note,
        plain=_bar(width, height, colour, lit=False),
        lit=_bar(width, height, colour, lit=True),
        key=key,
        glow=_glow(glow),
        left=round((middle - width / 2) / 2) * 2,
        key_left=key_left,
        glow_left=round((middle - _GLOW_WIDE) / 2) * 2,
        fall=fall,
        height=height,
    )


_HALO = 6


@lru_cache(maxsize=512)
def _bar(width: int, height: int, colour: Colour, lit: bool) -> Sprite:
    """A falling note: rounded, a little lighter towards its lower end, with a faint halo."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFilter

    size = (width + 2 * _HALO, height + 2 * _HALO)
    big = Image.new("L", (size[0] * _FINE, size[1] * _FINE))
    box = [_HALO * _FINE, _HALO * _FINE, (_HALO + width) * _FINE - 1, (_HALO + height) * _FINE - 1]
    ImageDraw.Draw(big).rounded_rectangle(box, radius=7 * _FINE, fill=255)
    shape = np.asarray(big.resize(size, Image.Resampling.BOX), dtype=np.float32) / 255
    soft = Image.fromarray((shape * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(3.2))
    halo = np.asarray(soft, dtype=np.float32) / 255 * (0.55 if lit else 0.22)
    ramp = np.linspace(0.92, 1.06, size[1], dtype=np.float32)[:, None, None]
    body = np.array(colour, dtype=np.float32) * ramp
    if lit:
        body = body + (255 - body) * 0.22
    edge = np.clip(shape - np.roll(shape, 2, axis=0), 0, 1)[..., None]
    body = np.clip(body + edge * 26, 0, 255)
    body = np.broadcast_to(body, (size[1], size[0], 3))
    return sprite(body, np.clip(np.maximum(shape, halo), 0, 1))


_GLOW_WIDE, _GLOW_UP, _GLOW_DOWN = 70, 110, 50


@lru_cache(maxsize=8)
def _glow(colour: Colour) -> Sprite:
    """Light where the hammer falls, and a faint beam up the lane."""
    import numpy as np

    y, x = np.mgrid[-_GLOW_UP:_GLOW_DOWN, -_GLOW_WIDE:_GLOW_WIDE].astype(np.float32)
    distance = np.hypot(x / 66, y / 50)
    light = 0.62 * np.clip(1 - distance, 0, 1) ** 1.4
    beam = np.exp(-((x / 15) ** 2)) * np.clip(1 + y / _GLOW_UP, 0, 1) ** 2 * (y < 0) * 0.26
    opacity = np.clip(np.maximum(light, beam), 0, 1).astype(np.float32)
    body = np.broadcast_to(np.array(colour, dtype=np.float32), (*opacity.shape, 3))
    return sprite(body, opacity)


def _ramp(stops: list[tuple[float, Colour]], height: int) -> NDArray[np.float32]:
    import numpy as np

    rows = np.linspace(0, 1, height)
    places = [place for place, _ in stops]
    channels = [np.interp(rows, places, [colour[c] for _, colour in stops]) for c in range(3)]
    return np.stack(channels, axis=1).astype(np.float32)


@lru_cache(maxsize=1)
def _backdrop() -> tuple[NDArray[np.uint8], ...]:
    import numpy as np

    image = np.empty((HEIGHT, WIDTH, 3), dtype=np.float32)
    image[:] = _ramp([(0, (13, 26, 28)), (1, (29, 54, 54))], HEIGHT)[:, None]
    for white in range(0, _KEYS + 1):
        if white % 7 in (0, 3):
            left = round(white * _KEY)
            lane = image[:LANE, left : left + 2]
            lane += (255 - lane) * 0.055
    keys = np.asarray(_keyboard((244, 241, 232), (22, 27, 27)), dtype=np.float32)
    image[LANE:] = keys
    shade = np.linspace(0.5, 0, 22, dtype=np.float32)[:, None, None]
    image[LANE : LANE + 22] *= 1 - shade
    return to_planes(image, noise=0.5)


def _keyboard(white: Colour, black: Colour) -> Image:
    """The whole keyboard with its keys in two colours, drawn fine and made small."""
    import numpy as np
    from PIL import Image, ImageDraw

    height = HEIGHT - LANE
    stops = [(0.0, _dark(white, 0.86)), (0.25, white), (1.0, _dark(white, 0.93))]
    rows = np.repeat(_ramp(stops, height), _FINE, axis=0)
    board = np.broadcast_to(rows[:, None], (height * _FINE, WIDTH * _FINE, 3)).astype(np.uint8)
    image = Image.fromarray(board.copy())
    pen = ImageDraw.Draw(image)
    for edge in range(1, _KEYS):
        x = edge * _KEY * _FINE
        pen.rectangle([x - 3, 0, x + 2, height * _FINE], fill=(141, 137, 125))
    for pitch in range(LOWEST, HIGHEST + 1):
        if is_black(pitch):
            box = _black_box(pitch)
            pen.rounded_rectangle(box, radius=4 * _FINE, fill=black)
            inner = [box[0] + 4 * _FINE, box[1], box[2] - 4 * _FINE, box[3] - 9 * _FINE]
            pen.rounded_rectangle(inner, radius=3 * _FINE, fill=_light(black, 0.09))
    return image.resize((WIDTH, height), Image.Resampling.BOX)


def _black_box(pitch: int) -> list[float]:
    middle = key_middle(pitch)
    half = _BLACK_WIDTH / 2
    return [
        (middle - half) * _FINE,
        -10 * _FINE,
        (middle + half) * _FINE,
        _BLACK_LENGTH * _FINE,
    ]


@lru_cache(maxsize=8)
def _coloured(colour: Colour, black: bool) -> Image:
    if black:
        return _keyboard((244, 241, 232), _dark(colour, 0.92))
    return _keyboard(colour, (22, 27, 27))


@lru_cache(maxsize=256)
def _key(pitch: int, colour: Colour) -> tuple[Sprite, int]:
    """A struck key and its left edge; black keys lying over a white one stay black."""
    from PIL import Image, ImageDraw

    height, black = HEIGHT - LANE, is_black(pitch)
    middle = key_middle(pitch)
    half = (_BLACK_WIDTH if black else _KEY) / 2
    mask = Image.new("L", (WIDTH * _FINE, height * _FINE))
    pen = ImageDraw.Draw(mask)
    if black:
        pen.rounded_rectangle(_black_box(pitch), radius=4 * _FINE, fill=255)
    else:
        edges = [(middle - half) * _FINE + 2, 0, (middle + half) * _FINE - 3, height * _FINE]
        pen.rectangle(edges, fill=255)
    whole = _coloured(colour, black).copy()
    whole.putalpha(mask.resize((WIDTH, height), Image.Resampling.BOX))
    left = max(0, int((middle - half) // 2) * 2 - 2)
    right = min(WIDTH, int((middle + half) // 2) * 2 + 4)
    return from_image(whole.crop((left, 0, right, height))), left


@lru_cache(maxsize=1)
def _felt() -> Sprite:
    """The red felt behind the keys, eight pixels high."""
    import numpy as np

    rows = _ramp([(0, (150, 62, 56)), (0.4, (124, 47, 44)), (1, (86, 30, 29))], 8)
    image = np.broadcast_to(rows[:, None], (8, WIDTH, 3)).astype(np.float32)
    return sprite(image, np.ones((8, WIDTH), dtype=np.float32))


def _dark(colour: Colour, share: float) -> Colour:
    return (round(colour[0] * share), round(colour[1] * share), round(colour[2] * share))


def _light(colour: Colour, share: float) -> Colour:
    red, green, blue = (round(c + (255 - c) * share) for c in colour)
    return (red, green, blue)
