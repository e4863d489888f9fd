"""A worker that lets go of originals, and kills itself at a point it is told.

Started as a process: the point, or "" to come to the end. Killed really, by SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys

from practika_kernel.bootstrap import assemble
from practika_kernel.settings import Settings

POINTS = ("record", "file")


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(point: str) -> None:
    practika = assemble(Settings.read(os.environ))
    blobs = practika.blobs
    rename = blobs.rename

    def renaming(key: str, target: str) -> None:
        if point == "record":
            kill()
        rename(key, target)
        if point == "file":
            kill()

    blobs.rename = renaming  # type: ignore[method-assign]
    print(practika.services.worker().run_until_idle())


if __name__ == "__main__":
    main(sys.argv[1])
