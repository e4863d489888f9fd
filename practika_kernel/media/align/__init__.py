"""Find where each moment of one recording is in another one of the same piece.

`features` measures a recording once; `align` compares two. By sound: the energy of pitch classes
and the onsets of notes; without sound: movements in the pictures. `departures` measures how the
two differ along the map.
"""

from __future__ import annotations

from practika_kernel.media.align.aligning import align, align_files
from practika_kernel.media.align.departing import departures
from practika_kernel.media.align.recording import features
from practika_kernel.media.align.traits import VERSION, Features

__all__ = ["RECIPE", "VERSION", "Features", "align", "align_files", "departures", "features"]

RECIPE = f"sound-motion-{VERSION}.1"
"""Names the way maps are made; a stored map of another recipe is made anew."""
