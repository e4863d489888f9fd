"""Cut a clip with moviepy: the video, the clip, start and end in seconds."""

from __future__ import annotations

import sys

from moviepy import VideoFileClip


def main() -> None:
    """Like the example of moviepy's documentation, at the speed x264 has beside it."""
    src, out, start, end = sys.argv[1:]
    with VideoFileClip(src) as video:
        part = video.subclipped(float(start), float(end))
        part.write_videofile(
            out, codec="libx264", preset="veryfast", audio_codec="aac", logger=None
        )


if __name__ == "__main__":
    main()
