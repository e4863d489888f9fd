"""Run librosa or synctoolbox on two files, in an environment of their own; one JSON line."""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import librosa
import numpy as np

RATE, FRAMES = 22_050, 50


def by_librosa(ref: Any, take: Any) -> Any:
    """Chroma and time warping as in librosa's own example of music synchronisation."""
    hop = 512
    one, two = (librosa.feature.chroma_cqt(y=y, sr=RATE, hop_length=hop) for y in (ref, take))
    _, path = librosa.sequence.dtw(X=one, Y=two, metric="cosine")
    return path[::-1] * hop / RATE


def by_synctoolbox(ref: Any, take: Any) -> Any:
    """Chroma and onsets in several resolutions, as in synctoolbox's notebook."""
    from synctoolbox.dtw.mrmsdtw import sync_via_mrmsdtw
    from synctoolbox.dtw.utils import make_path_strictly_monotonic
    from synctoolbox.feature.chroma import pitch_to_chroma, quantize_chroma
    from synctoolbox.feature.dlnco import pitch_onset_features_to_DLNCO
    from synctoolbox.feature.pitch import audio_to_pitch_features
    from synctoolbox.feature.pitch_onset import audio_to_pitch_onset_features
    from synctoolbox.feature.utils import estimate_tuning

    found = []
    for sound in (ref, take):
        given = {"f_audio": sound, "Fs": RATE, "verbose": False}
        given["tuning_offset"] = estimate_tuning(sound, RATE)
        pitches = audio_to_pitch_features(feature_rate=FRAMES, **given)
        chroma = quantize_chroma(f_chroma=pitch_to_chroma(f_pitch=pitches))
        onsets = pitch_onset_features_to_DLNCO(
            f_peaks=audio_to_pitch_onset_features(**given),
            feature_rate=FRAMES,
            feature_sequence_length=chroma.shape[1],
            visualize=False,
        )
        found += [chroma, onsets]
    path = sync_via_mrmsdtw(
        f_chroma1=found[0],
        f_onset1=found[1],
        f_chroma2=found[2],
        f_onset2=found[3],
        input_feature_rate=FRAMES,
        step_weights=np.array([1.5, 1.5, 2.0]),
        threshold_rec=10**6,
        verbose=False,
    )
    return make_path_strictly_monotonic(path).T / FRAMES


def main() -> None:
    """Words: librosa or synctoolbox, the reference, the take."""
    peer, *files = sys.argv[1:]
    sounds = [librosa.load(file, sr=RATE)[0] for file in files]
    began = time.process_time()
    points = (by_librosa if peer == "librosa" else by_synctoolbox)(*sounds)
    cost = {
        "cpu_s": round(time.process_time() - began, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print("\n" + json.dumps({"points": np.asarray(points, dtype=float).tolist(), **cost}))


if __name__ == "__main__":
    main()
