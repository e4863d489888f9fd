"""The figures of the whole that a monitor draws: jobs, uploads, events, stored bytes, room left."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from practika_kernel.domain.ports import Clock, Record

MARK = "run/last-backup"
"""A file of the data folder whose age is that of the last back-up."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the record and the disks say at one moment; the same, whichever process is asked.

    ``ages`` are seconds since the oldest job of a state was queued. ``free`` are bytes by place.
    ``backed_up`` is when a back-up was last made from here, in seconds since 1970; 0 for never.
    """

    jobs: dict[str, int] = field(default_factory=dict)
    ages: dict[str, float] = field(default_factory=dict)
    uploads: dict[str, int] = field(default_factory=dict)
    stored: dict[str, int] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)
    event: int = 0
    backed_up: float = 0.0


class Standing:
    """Reads the figures.

    Parameters
    ----------
    data, media
        The data folder, and that of the videos when they lie in one.
    """

    def __init__(self, record: Record, clock: Clock, data: Path, media: Path | None) -> None:
        self._record, self._clock = record, clock
        self._places = {"data": data} | ({"media": media} if media else {})
        self._data = data

    def figures(self) -> Figures:
        """Read them all; raises what the database raises when it does not answer."""
        with self._record.read() as uow:
            oldest = uow.jobs.oldest()
            now = self._clock()
            return Figures(
                jobs=uow.jobs.counts(),
                ages={state.value: (now - at).total_seconds() for state, at in oldest.items()},
                uploads=uow.uploads.counts(),
                stored=uow.assets.sizes(),
                free=self._free(),
                event=uow.events.now().id,
                backed_up=backed_up(self._data),
            )

    def _free(self) -> dict[str, int]:
        found = {}
        for name, place in self._places.items():
            with suppress(OSError):  # not made yet
                found[name] = shutil.disk_usage(place).free
        return found


def backed_up(data: Path) -> float:
    """Return when one was last made from a data folder, in seconds since 1970; 0 for never."""
    try:
        return (data / MARK).stat().st_mtime
    except OSError:
        return 0.0


def mark_back_up(data: Path) -> None:
    """Note that one was made now."""
    mark = data / MARK
    mark.parent.mkdir(mode=0o700, exist_ok=True)
    mark.touch()
