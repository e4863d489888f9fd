"""Whether two videos of a page play together, by their clocks and by the pictures they show."""

from __future__ import annotations

import statistics

from playwright.sync_api import Page

FRAME = 1 / 25
WINDOW = 2.0
"""Seconds that are looked at in one go."""

PLAYED = """seconds => new Promise(done => {
  const shown = [...document.querySelectorAll('.pane video')].map(() => []);
  const end = performance.now() + seconds * 1000;
  document.querySelectorAll('.pane video').forEach((video, n) => {
    const heard = (now, frame) => {
      shown[n].push([frame.expectedDisplayTime, frame.mediaTime]);
      if (performance.now() < end) video.requestVideoFrameCallback(heard);
    };
    video.requestVideoFrameCallback(heard);
  });
  const errors = [];
  const look = setInterval(() => {
    const [a, b] = [...document.querySelectorAll('.pane video')].map(v => v.currentTime);
    errors.push(b - a);
    if (performance.now() > end) { clearInterval(look); done({ shown, errors }); }
  }, 25);
})"""


def _frame_errors(shown: list[list[list[float]]]) -> list[float]:
    """How far B's picture was from A's, each time A showed a new one."""
    a, b = shown
    found = []
    for at, picture in a:
        near = min(b, key=lambda other: abs(other[0] - at), default=None)
        if near is not None and abs(near[0] - at) < 60:
            found.append(abs(near[1] - picture))
    return found


def play_together(page: Page, apart: float = 0.0) -> None:
    """Look until they keep within a frame of each other for a while, five times at most.

    On a machine that is busy with other things they come together later.
    """
    seen: list[tuple[float, float]] = []
    for _ in range(5):
        found = page.evaluate(PLAYED, WINDOW)
        clocks = statistics.median(abs(error - apart) for error in found["errors"])
        pictures = statistics.median(_frame_errors(found["shown"])) if not apart else 0.0
        if clocks < FRAME and pictures <= FRAME + 1e-6:
            return
        seen.append((clocks, pictures))
    raise AssertionError(f"Clocks and pictures were apart by these seconds: {seen}")
