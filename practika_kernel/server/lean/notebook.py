"""A notebook as the server needs it, read once for each version of its file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

LEAN = "lean"
STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Notebook:
    """What a page runs: ``front`` says which way it is served, ``code`` its cells in order."""

    front: str
    code: tuple[str, ...]
    whole: Any

    @property
    def lean(self) -> bool:
        """Whether the lean front end serves it."""
        return self.front == LEAN


def load(file: Path) -> Notebook:
    """Read a notebook; raises `FileNotFoundError` where there is none."""
    return _load(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _load(file: Path, _stamp: int) -> Notebook:
    import nbformat

    whole = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    asked = whole.metadata.get("practika", {})
    front = asked.get("front") if isinstance(asked, dict) else None
    code = (cell.source for cell in whole.cells if cell.cell_type == "code")
    return Notebook(
        front=LEAN if front == LEAN else STOCK,
        code=tuple(source for source in code if source.strip()),
        whole=whole,
    )
