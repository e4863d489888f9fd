"""Where notes begin in each of two files, found with librosa in each by itself; one JSON line."""

from __future__ import annotations

import json
import sys

import librosa

RATE, HOP = 22_050, 256


def begins(path: str) -> list[float]:
    """Seconds of what sounds like the beginning of a note."""
    sound, _ = librosa.load(path, sr=RATE)
    found = librosa.onset.onset_detect(y=sound, sr=RATE, hop_length=HOP, units="time")
    return [round(float(at), 4) for at in found]


print(json.dumps([begins(path) for path in sys.argv[1:3]]))
