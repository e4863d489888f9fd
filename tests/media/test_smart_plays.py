"""A smart clip plays in a browser: every picture in its place, on both sides of each join."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import videos
from practika_kernel.domain.timeline import TimeRange
from practika_kernel.media.clip import clip

LOOK = """async ([data, times]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const video = document.createElement("video");
  video.muted = true;
  document.body.append(video);
  video.src = URL.createObjectURL(new Blob([bytes], {type: "video/mp4"}));
  await new Promise((done, failed) => {
    video.onloadeddata = done;
    video.onerror = () => failed(new Error(video.error.message));
  });
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const drawing = canvas.getContext("2d", {willReadFrequently: true});
  const seen = [];
  for (const time of times) {
    const shown = new Promise((done) => video.requestVideoFrameCallback(done));
    video.currentTime = time;
    await new Promise((done) => { video.onseeked = done; });
    await shown;
    drawing.drawImage(video, 0, 0);
    let number = 0;
    for (let bit = 0; bit < 12; bit += 1) {
      const x = Math.floor(((2 * (bit % 4) + 1) * canvas.width) / 8);
      const y = Math.floor(((2 * Math.floor(bit / 4) + 1) * canvas.height) / 6);
      number |= (drawing.getImageData(x, y, 1, 1).data[0] > 120) << bit;
    }
    seen.push(number);
  }
  video.currentTime = 0;
  await video.play();
  await new Promise((done) => { video.onended = done; });
  return {seen, duration: video.duration, width: video.videoWidth,
          dropped: video.getVideoPlaybackQuality().corruptedVideoFrames};
}"""


@pytest.mark.e2e
@pytest.mark.parametrize(
    "form", [{}, {"codec": "vp9", "container": "webm", "audio": "libopus"}], ids=["h264", "vp9"]
)
def test_it_plays_in_chromium(
    take: Callable[..., Path], tmp_path: Path, browser: Browser, form: dict[str, str]
) -> None:
    out = tmp_path / "clip.mp4"
    report = clip(take(size=(160, 90), frames=60, gop=12, **form), out, TimeRange.of("0.2", "1.6"))
    assert (report.mode, report.frames) == ("smart", 35)
    assert report.frames_copied > 20
    context = browser.new_context()
    try:
        data = base64.b64encode(out.read_bytes()).decode()
        times = [(number + 0.5) / 25 for number in (0, 3, 6, 7, 8, 20, 32, 33, 34, 1)]
        told = context.new_page().evaluate(LOOK, [data, times])
    finally:
        context.close()
    assert told["seen"] == [5, 8, 11, 12, 13, 25, 37, 38, 39, 6]
    assert told["duration"] == pytest.approx(1.4, abs=0.06)  # Opus ends with a whole packet
    assert (told["width"], told["dropped"]) == (160, 0)
    assert videos.see(out).indices == list(range(5, 40))
