"""What Practika would do with one video, and why: for ``practika doctor --media``."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.timeline import clock
from practika_kernel.domain.video import (
    ClipReport,
    PlayDecision,
    VideoFacts,
    facts_from_json,
    facts_to_json,
)

if TYPE_CHECKING:
    from practika_kernel.settings import Settings

TRIAL = Fraction(4)
"""Seconds of the trial clip: long enough for whole pictures to be inside."""

_GIVEN = {
    "original": "The original itself, nothing is made.",
    "remux": "The same pictures in a new wrapping; nothing is encoded.",
    "web": "A web copy: H.264 and AAC of at most 1920 by 1080, a whole picture each second.",
}
_CUT = {
    "copy": "Every picture is copied.",
    "smart": "Pictures are copied; only those beside the whole ones are encoded.",
    "encode": "Every picture is encoded anew.",
}


@dataclass(frozen=True)
class MediaReport:
    """What was found; ``refused`` is a sentence when the file cannot be used at all."""

    file: Path
    refused: str = ""
    facts: VideoFacts | None = None
    decision: PlayDecision | None = None
    trial: ClipReport | None = None
    no_clip: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; times as exact "num/den" text."""
        from practika_kernel.domain.video import report_to_json

        if self.facts is None or self.decision is None:
            return {"file": str(self.file), "ok": False, "sentence": self.refused}
        return {
            "file": str(self.file),
            "ok": True,
            "facts": {**facts_to_json(self.facts), "cheap_to_clip": self.facts.cheap_to_clip},
            "decision": asdict(self.decision),
            "trial_clip": report_to_json(self.trial) if self.trial else None,
            "no_clip": self.no_clip,
        }

    def lines(self) -> list[str]:
        """Return the same in words."""
        if self.facts is None or self.decision is None:
            return [f"{self.file.name}: refused", f"  {self.refused}"]
        return [
            f"{self.file.name}: taken",
            *(f"  {line}" for line in _about(self.facts)),
            "",
            "In a browser",
            f"  {_GIVEN[self.decision.mode]}",
            f"  {self.decision.reason}",
            "",
            "Clips of it",
            *(f"  {line}" for line in self._clips(self.facts)),
        ]

    def _clips(self, facts: VideoFacts) -> list[str]:
        if self.trial is None:
            return [self.no_clip]
        trial = self.trial
        lines = [_CUT[trial.mode]]
        lines += [trial.why_not_smart] if trial.why_not_smart else []
        lines.append(
            f"Tried with {float(trial.duration):.1f} s from the middle: {trial.frames_copied} "
            f"pictures copied, {trial.frames_encoded} encoded."
        )
        if trial.mode != "encode" and not facts.cheap_to_clip:
            lines.append("Whole pictures stand far apart, so much has to be encoded at each cut.")
        return lines


def look_at(file: Path, settings: Settings) -> MediaReport:
    """Measure a video in a child process, decide what a browser gets, and cut a trial clip.

    Nothing is stored, and the file is only read.
    """
    from practika_kernel.domain.video import report_from_json
    from practika_kernel.media.isolate import run
    from practika_kernel.media.playable import decide

    limit, memory = settings.job_minutes * 60, settings.job_memory
    try:
        given = {"src": str(file)}
        facts = facts_from_json(run("probe", given, limit=limit, memory=memory))
    except PractikaError as error:
        return MediaReport(file, refused=error.sentence)
    decision = decide(facts)
    # Where people cut: hardly ever at a whole picture.
    start = facts.duration * 3 / 7
    end = start + min(TRIAL, facts.duration / 2)
    with tempfile.TemporaryDirectory() as folder:
        given |= {"out": f"{folder}/clip.mp4", "start": str(start), "end": str(end)}
        try:
            trial = report_from_json(run("clip", given, limit=limit, memory=memory))
        except PractikaError as error:
            return MediaReport(file, facts=facts, decision=decision, no_clip=error.sentence)
    return MediaReport(file, facts=facts, decision=decision, trial=trial)


def _about(facts: VideoFacts) -> list[str]:
    """Say what was measured, one thing a line."""
    rate = (
        f"{float(facts.frame_rate):.6g} pictures a second"
        if facts.frame_rate
        else "pictures at uneven times"
    )
    turned = f", turned by {facts.rotation} degrees" if facts.rotation else ""
    lines = [
        f"{human_size(facts.size)} of {facts.container}, {clock(facts.duration, tenths=True)} long",
        f"{facts.video_codec} ({facts.pixel_format}), {facts.width} by {facts.height}{turned}, "
        f"{rate}",
        f"sound: {facts.audio_codec or 'none'}",
    ]
    if facts.mirrored:
        lines.append("stored mirrored")
    if facts.hdr:
        lines.append(f"HDR ({facts.hdr})")
    if facts.first:
        lines.append(f"its clock shows {float(facts.first):.3f} s at the first picture")
    jumps = "every picture is whole"
    if facts.keyframe_gap:
        jumps = f"at most {float(facts.keyframe_gap):.1f} s from one whole picture to the next"
    if not facts.closed_gop:
        jumps += ", not all of them to begin at"
    return [*lines, jumps]
