"""Two videos of a notebook, and the thread that finds what keeps them together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from os import PathLike, fspath
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from practika_kernel.bootstrap import pair

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika
    from practika_kernel.domain.timemap import TimeMap
    from practika_kernel.services.pairing import Source


def source_of(thing: object) -> Source | None:
    """Where the bytes of a side are; None for an address, which only a browser reaches.

    >>> source_of("https://example.org/a.mp4"), source_of({"kind": "take", "id": "k1"})
    (None, ('take', 'k1'))
    """
    if isinstance(thing, str | PathLike):
        text = fspath(thing)
        return (
            None if text.startswith(("http://", "https://", "data:")) else Path(text).expanduser()
        )
    if (
        isinstance(thing, Mapping)
        and thing.get("kind") in ("take", "reference")
        and thing.get("id")
    ):
        return str(thing["kind"]), str(thing["id"])
    return None


class Together:
    """A pair whose map is found without holding anything up.

    Parameters
    ----------
    a, b
        What stands left and right, as `CompareWidget` takes it.
    practika
        Whose things they are; else what they themselves remember.
    time_map
        The map, when it is known already.
    heard
        Called when something was found, or could not be: in the kernel's own loop if one runs.
    """

    def __init__(
        self,
        a: object,
        b: object,
        practika: Practika | None,
        time_map: TimeMap | None,
        heard: Callable[[], None],
    ) -> None:
        known = [practika, *(getattr(side, "practika", None) for side in (a, b))]
        whose = next((one for one in known if one is not None), None)
        self.pair = pair(source_of(a), source_of(b), whose, time_map)
        self._heard = heard
        self._loop = _running()
        self._thread: Thread | None = None

    def begin(self) -> None:
        """Start finding what has to be found."""
        if self.pair.unfinished:
            find, told = self.pair.find, (self._tell,)
            self._thread = Thread(target=find, args=told, name="practika-align", daemon=True)
            self._thread.start()

    def wait(self, seconds: float | None) -> None:
        """Wait until everything was found, or for so long; what was found is told at once."""
        if self._thread is not None:
            self._thread.join(seconds)
            self._heard()  # the loop comes to its turn only after whoever waits here

    def _tell(self) -> None:
        if self._loop is None:
            self._heard()
            return
        with suppress(RuntimeError):  # the kernel has ended meanwhile, and its loop with it
            self._loop.call_soon_threadsafe(self._heard)


def _running() -> asyncio.AbstractEventLoop | None:
    """The loop of a kernel; None in plain Python, where nothing runs that news could wait for."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
