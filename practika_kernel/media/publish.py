"""Write a file beside its place and move it there whole: nobody ever sees half of one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from practika_kernel.domain.errors import InvalidInput

Progress = Callable[[float], None]
"""Told a share from 0 to 1, never going back."""


def unheard(share: float) -> None:
    """Take progress that nobody wants to hear."""


def part_of(progress: Progress, begin: float, end: float) -> Progress:
    """Let a step report 0 to 1 while the whole goes from ``begin`` to ``end``.

    >>> heard = []
    >>> part_of(heard.append, 0.5, 1.0)(0.5)
    >>> heard
    [0.75]
    """
    return lambda share: progress(begin + (end - begin) * min(max(share, 0.0), 1.0))


@contextmanager
def beside(out: Path, source: Path | None = None) -> Iterator[Path]:
    """Give a ``.part`` path in the folder of ``out``; move it into place when the block ends well.

    On any error, also a stop from outside that Python sees, the part is deleted and ``out`` stays
    as it was. Raises `InvalidInput` when ``out`` is the ``source`` itself.
    """
    if source is not None:
        refuse_same(out, source)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)


def refuse_same(out: Path, source: Path) -> None:
    """Raise `InvalidInput` when both paths lead to the same file."""
    if out.resolve() == source.resolve() or (
        out.exists() and source.exists() and out.samefile(source)
    ):
        raise InvalidInput("The result may not replace the original. Nothing was written.")


def sweep(folder: Path, process: int) -> None:
    """Delete the parts a killed process left in a folder; those of others stay."""
    for part in folder.glob(f"*.{process}-*.part"):
        part.unlink(missing_ok=True)
