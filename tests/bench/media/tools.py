"""The commands that cut a clip, ours and those beside it, and what one run of them takes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OURS = "practika"
COPY, ENCODE, SMARTCUT, MOVIEPY = "ffmpeg copy", "ffmpeg x264", "smartcut", "moviepy"
PEERS = (COPY, ENCODE, SMARTCUT, MOVIEPY)
PATIENCE = 240
"""Seconds of wall clock a tool has for one clip or one alignment."""
FIGURES = ("cpu_s", "wall_s", "rss_mb", "read_mb", "wrote_mb")


class Failed(Exception):
    """A tool ended without a clip; the text is the last it said."""


def ffmpeg(python: Path) -> str:
    """The program that comes with imageio-ffmpeg in the peers' environment."""
    words = [str(python), "-c", "import imageio_ffmpeg as i; print(i.get_ffmpeg_exe())"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def command(
    tool: str, python: Path, program: str, src: Path, out: Path, begin: float, end: float
) -> list[str]:
    """The words that cut ``[begin, end)`` seconds with one of the tools.

    ``python`` is the peers', ``program`` their ffmpeg.
    """
    start, stop, files = f"{begin:.3f}", f"{end:.3f}", [str(src), str(out)]
    if tool == OURS:
        practika = Path(sys.executable).with_name("practika")
        return [str(practika), "clip", *files, "--start", start, "--end", stop, "--json"]
    if tool == SMARTCUT:
        return [str(python.with_name("smartcut")), *files, "--keep", f"{start},{stop}"]
    if tool == MOVIEPY:
        return [str(python), str(HERE / "peers" / "movie.py"), *files, start, stop]
    how = ["-c", "copy"] if tool == COPY else ["-c:v", "libx264", "-preset", "veryfast"]
    length = f"{end - begin:.3f}"
    return [
        program,
        "-v",
        "error",
        "-y",
        "-ss",
        start,
        "-i",
        files[0],
        "-t",
        length,
        *how,
        files[1],
    ]


def ending(tool: str, src: Path) -> str:
    """How the clip's name ends: those that copy stay in the source's wrapping."""
    return src.suffix if tool in (COPY, SMARTCUT) else ".mp4"


def run(words: list[str], **how: Any) -> str:
    """Run a command; gives what it printed. `Failed` when it does not end well, or too late."""
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **how,
    ) as child:
        try:
            printed, said = child.communicate(timeout=PATIENCE)
        except BaseException as over:
            os.killpg(child.pid, signal.SIGKILL)
            if not isinstance(over, subprocess.TimeoutExpired):
                raise
            raise Failed(f"It did not end within {PATIENCE} s.") from None
    if child.returncode:
        lines = (said or printed).strip().splitlines()
        raise Failed(lines[-1] if lines else f"It ended with code {child.returncode}.")
    return printed


def measured(words: list[str], folder: Path) -> dict[str, float]:
    """Run a command by itself; gives `FIGURES`. `Failed` when it does not end well."""
    figures = folder / "figures.json"
    meter = [sys.executable, "-I", "-S", str(HERE / "meter.py"), str(figures)]
    own = {name: text for name, text in os.environ.items() if not name.startswith("PRACTIKA_")}
    run([*meter, *words], env=own, cwd=folder)
    found: dict[str, float] = json.loads(figures.read_text("ascii"))
    return found
