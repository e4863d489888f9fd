"""Two videos with a known map between them: the second shows the first one's numbers, bent.

A's picture at t seconds shows the number t * 25. B's picture at f(t) shows the same number, so
that the two pictures on a screen tell by themselves how far they are apart, whatever any clock
says about it.
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import desk_page
import videos
from practika_kernel.domain.anchors import Point, read
from practika_kernel.domain.timemap import Method, TimeMap
from practika_kernel.services.syncing import sync_view

FPS = 25


def swinging(
    seconds: float, low: float = 0.7, high: float = 1.4, period: float = 7.0
) -> list[Point]:
    """Points of a map whose slope swings between two values, four a second."""
    middle, reach = (low + high) / 2, (high - low) / 2
    points = [(0.0, 0.0)]
    while points[-1][0] < seconds:
        a, b = points[-1]
        points.append((a + 0.25, b + 0.25 * (middle + reach * math.sin(2 * math.pi * a / period))))
    return points


def make(folder: Path, points: list[Point]) -> tuple[float, float]:
    """Write ``take.mp4`` and ``ref.mp4``; returns how many seconds each lasts."""
    seconds, other = points[-1]
    back = [(b, a) for a, b in points]
    numbers = [int(read(back, n / FPS) * FPS + 1e-6) for n in range(int(other * FPS))]
    plain: dict[str, Any] = {"fps": Fraction(FPS), "size": (320, 180)}
    videos.make(folder / "take.mp4", frames=int(seconds * FPS), **plain)
    videos.make(folder / "ref.mp4", frames=len(numbers), numbers=tuple(numbers), **plain)
    return int(seconds * FPS) / FPS, len(numbers) / FPS


def view_of(points: list[Point], **more: Any) -> dict[str, Any]:
    """What Python tells the page about this map."""
    known = TimeMap(tuple(points), 0.93, 0.0, Method.SOUND)
    return sync_view(known, [], may_anchor=True, **more)


def compared(
    sync: dict[str, Any] | None, seconds: float, other: float, **more: Any
) -> dict[str, Any]:
    """The view of a compare desk with these two videos and two comments."""
    plain = {"film": "", "wave": ""}
    take = {"label": "Take 3, you", "kind": "take", "id": "k3", "who": "Jonas Weber"}
    reference = {"label": "Reference", "kind": "reference", "id": "e1", "who": "Ada Okafor"}
    return {
        "title": "Arabesque",
        "line": "Take 3 beside the reference",
        "a": {**take, "video": desk_page.video("take", seconds, **plain)},
        "b": {**reference, "video": desk_page.video("ref", other, **plain)},
        "options": [],
        "choice": "reference",
        "replies": [
            desk_page.reply(1, "fix", 4.0, "Count the rest.", end=5.0),
            desk_page.reply(2, "ask", 9.0, "Which voice leads?"),
        ],
        "exercise": {"id": "e1", "title": "Arabesque"},
        "take_id": "k3",
        "can": {"reply": False, "answer": True, "upload": True},
        "sync": sync,
        **more,
    }


_READER = """  const canvas = new OffscreenCanvas(320, 180);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const read = video => {
    pen.drawImage(video, 0, 0, 320, 180);
    const { data } = pen.getImageData(0, 0, 320, 180);
    let number = 0;
    for (let bit = 0; bit < 12; bit += 1) {
      const x = (2 * (bit % 4) + 1) * 40, y = (2 * Math.floor(bit / 4) + 1) * 30;
      if (data[(y * 320 + x) * 4 + 1] > 120) number |= 1 << bit;
    }
    return number;
  };
"""

PICTURE = f"() => {{ {_READER} return read(document.querySelector('.pane.a video')); }}"
"""The number of A's picture."""

READ = f"""seconds => new Promise(done => {{
  const [a, b] = document.querySelectorAll('.pane video');
  {_READER}
  const found = [];
  let seeks = 0;
  for (const video of [a, b]) video.addEventListener('seeking', () => {{ seeks += 1; }});
  const end = performance.now() + seconds * 1000;
  const each = () => {{
    found.push(read(b) - read(a));
    if (performance.now() < end) a.requestVideoFrameCallback(each);
    else done({{ found, seeks, rates: [a.playbackRate, b.playbackRate], pitch: b.preservesPitch }});
  }};
  a.requestVideoFrameCallback(each);
}})"""
"""Read both pictures each time A shows a new one: how many of A's pictures B is off."""


def figures(found: list[int]) -> dict[str, int]:
    """Median, 95 % and most, in A's pictures."""
    sizes = sorted(abs(one) for one in found)
    places = {"median": 0.5, "p95": 0.95, "max": 1.0}
    at = {name: min(len(sizes) - 1, int(share * len(sizes))) for name, share in places.items()}
    return {"n": len(sizes), **{name: sizes[place] for name, place in at.items()}}
