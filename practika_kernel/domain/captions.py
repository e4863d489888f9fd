"""Comments as captions: WebVTT that any player shows under the picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_FOR = 4000
"""Milliseconds a comment at a moment stays; one with a range stays as long as that."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from ``start_ms`` on, until ``end_ms`` or for four seconds."""

    text: str
    start_ms: int
    end_ms: int | None = None


def webvtt_of(cues: Iterable[Cue]) -> str:
    """Write comments as WebVTT, in order of time.

    Signs that mean something in WebVTT are written so that they mean themselves, and stars
    that make words strong are left out.

    >>> print(webvtt_of([Cue("**Count** the rest, 1 < 2.", 61_500)]))
    WEBVTT
    <BLANKLINE>
    00:01:01.500 --> 00:01:05.500
    Count the rest, 1 &lt; 2.
    <BLANKLINE>
    """
    parts = ["WEBVTT\n"]
    for cue in sorted(cues, key=lambda one: one.start_ms):
        end = max(cue.end_ms or cue.start_ms + SHOWN_FOR, cue.start_ms + 500)
        parts.append(f"{_stamp(cue.start_ms)} --> {_stamp(end)}\n{_plain(cue.text)}\n")
    return "\n".join(parts)


def _plain(text: str) -> str:
    bare = re.sub(r"\*+", "", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = [line.strip() for line in bare.splitlines()]
    return "\n".join(line for line in lines if line)


def _stamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"
