"""What two recordings are compared by: shares of twelve fields in time, and sudden beginnings.

Of sound the fields are pitch classes and the beginnings are notes; of silent pictures the fields
are parts of the picture and the beginnings are movements.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from practika_kernel.domain.errors import UnusableFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIELDS = 12
SHARES = 50
"""Moments a second at which shares are kept."""
VERSION = 2
"""Of the stored form and of what is measured; anything older is measured anew."""

_NOT_FEATURES = "These stored features cannot be read; they have to be made anew from the video."


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """``shares`` is (moments, 12): parts that sum to 1, or to less where little goes on.

    Sudden beginnings: ``times`` in seconds, in order; ``kinds`` (a field and how high it lies:
    ``kind % 12`` is the field); ``strengths`` from 0 to 1, compared with what is around them.
    ``levels`` are decibels below full scale at the same moments as the shares; None of pictures.
    """

    shares: NDArray[np.float32]
    times: NDArray[np.float32]
    kinds: NDArray[np.int16]
    strengths: NDArray[np.float32]
    levels: NDArray[np.float32] | None = None

    @property
    def seconds(self) -> float:
        """How long the recording lasts."""
        return len(self.shares) / SHARES

    def turned(self, steps: int) -> Traits:
        """The same a number of semitones higher."""
        import numpy as np

        kinds = (self.kinds + steps).astype(np.int16)
        shares = np.roll(self.shares, steps, axis=1)
        return Traits(shares, self.times, kinds, self.strengths, self.levels)


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Everything about a recording that aligning it needs; measured once and stored.

    ``sound`` is None when it is silent; ``motion`` is None unless it was asked for or needed;
    ``duration`` is in seconds.
    """

    duration: float
    sound: Traits | None = None
    motion: Traits | None = None

    def to_bytes(self) -> bytes:
        """A compressed npz, to be read by `from_bytes`."""
        import numpy as np

        arrays: dict[str, NDArray[np.generic]] = {
            "version": np.array(VERSION),
            "duration": np.array(self.duration),
        }
        for name, traits in (("sound", self.sound), ("motion", self.motion)):
            if traits is None:
                continue
            arrays[f"{name}_shares"] = np.rint(traits.shares * 255).astype(np.uint8)
            arrays[f"{name}_times"] = traits.times.astype(np.float32)
            arrays[f"{name}_kinds"] = traits.kinds.astype(np.int16)
            arrays[f"{name}_strengths"] = np.rint(traits.strengths * 255).astype(np.uint8)
            if traits.levels is not None:
                halves = np.clip(np.rint(-2 * traits.levels), 0, 255)  # half decibels
                arrays[f"{name}_levels"] = halves.astype(np.uint8)
        held = io.BytesIO()
        np.savez_compressed(held, allow_pickle=False, **arrays)
        return held.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Features:
        """Read what `to_bytes` wrote; `UnusableFile` for anything else and older versions."""
        import numpy as np

        try:
            with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
                if int(arrays["version"]) != VERSION:
                    raise UnusableFile(_NOT_FEATURES)
                found = {
                    name: _traits(arrays, name) if f"{name}_shares" in arrays else None
                    for name in ("sound", "motion")
                }
                return cls(float(arrays["duration"]), found["sound"], found["motion"])
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise UnusableFile(_NOT_FEATURES) from error


def _traits(arrays: np.lib.npyio.NpzFile, name: str) -> Traits:
    import numpy as np

    levels = f"{name}_levels"
    return Traits(
        (arrays[f"{name}_shares"] / 255).astype(np.float32),
        arrays[f"{name}_times"],
        arrays[f"{name}_kinds"],
        (arrays[f"{name}_strengths"] / 255).astype(np.float32),
        (arrays[levels] / np.float32(-2)).astype(np.float32) if levels in arrays else None,
    )
