"""A worker that removes what was taken back, and kills itself at a point it is told.

Started as a process: the point, or "" to come to the end. Killed really, by SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from practika_kernel.bootstrap import assemble
from practika_kernel.settings import Settings

POINTS = ("rows", "first file", "another file", "file of the record")


def kill(*_: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def main(point: str) -> None:
    practika = assemble(Settings.read(os.environ))
    blobs, record = practika.blobs, practika.record
    delete, deleted = blobs.delete, []

    def deleting(key: str) -> None:
        deleted.append(key)
        if point == "first file" or (point == "another file" and len(deleted) == 7):
            kill()
        delete(key)

    if point == "rows":
        type(practika.services.worker()._trades["erase"])._remove_files = kill
    elif point == "file of the record":
        record.scrub = kill  # type: ignore[method-assign]
    blobs.delete = deleting  # type: ignore[method-assign]
    print(practika.services.worker().run_until_idle())


if __name__ == "__main__":
    main(sys.argv[1])
