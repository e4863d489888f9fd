"""What a back-up says of itself: one manifest for each moment that is kept (a generation)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

from practika_kernel.domain.errors import InvalidInput

FORMAT = 1
"""The way generations are written; a larger number is from a newer Practika."""

GENERATION = re.compile(r"[0-9]{8}t[0-9]{6}z(-[0-9]+)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """One file that is kept.

    ``name`` is where it belongs: a key of the media store, or a path in the data folder.
    ``pieces`` are the hashes of the objects that make it up, in order; none of them means that
    one object is the whole file. ``at`` says since when the store had it, as ISO text.
    """

    name: str
    size: int
    sha256: str
    pieces: tuple[str, ...] = ()
    at: str = ""
    media_type: str = ""

    @property
    def objects(self) -> tuple[str, ...]:
        """The hashes of the objects it is made of."""
        return self.pieces or (self.sha256,)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation: a record of one moment and every file that record speaks of.

    ``rows`` counts the rows of each table, ``problems`` are sentences about what was missing or
    damaged in the store at that time, and could not be kept.
    """

    name: str
    made_at: datetime
    practika: str
    engine: str
    schema: str
    rows: dict[str, int]
    record: tuple[Kept, ...]
    media: tuple[Kept, ...]
    files: tuple[Kept, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Everything in it."""
        return (*self.record, *self.media, *self.files)

    @property
    def size(self) -> int:
        """Bytes it stands for; many of them are shared with other generations."""
        return sum(each.size for each in self.kept)

    def objects(self) -> Iterator[str]:
        """Return the hashes of everything it needs, some more than once."""
        return (one for each in self.kept for one in each.objects)

    def to_text(self) -> str:
        """Write it as JSON that tells when it was damaged."""
        body = {**asdict(self), "made_at": self.made_at.isoformat(), "format": FORMAT}
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        return json.dumps({"sha256": _digest(text), "generation": json.loads(text)}, indent=1)

    @classmethod
    def from_text(cls, name: str, text: str) -> Manifest:
        """Read it again.

        Raises `InvalidInput` for one that was damaged, is of a newer Practika, holds no record,
        or names a file outside of where it belongs.

        >>> Manifest.from_text("20261130t020000z", "{}")
        Traceback (most recent call last):
            ...
        practika_kernel.domain.errors.InvalidInput: The generation 20261130t020000z is damaged...
        """
        damaged = f"The generation {name} is damaged: what it says of itself cannot be read."
        try:
            whole = json.loads(text)
            body: dict[str, Any] = whole["generation"]
            same = _digest(json.dumps(body, ensure_ascii=False, sort_keys=True))
            if same != whole["sha256"]:
                raise InvalidInput(damaged)
            if body.pop("format") > FORMAT:
                raise InvalidInput(
                    f"The generation {name} was made by Practika {body['practika']}, which keeps "
                    "back-ups another way. Restore it with that version or a newer one."
                )
            parts = {part: tuple(map(_kept, body[part])) for part in ("record", "media", "files")}
            _keep_apart(parts)
            if not parts["record"] or not all(type(each) is int for each in body["rows"].values()):
                raise InvalidInput(damaged)
            if not all(isinstance(body[each], str) for each in ("practika", "engine", "schema")):
                raise InvalidInput(damaged)
            made_at = datetime.fromisoformat(body["made_at"]).astimezone(UTC)
            problems = tuple(body["problems"])
            return cls(**body | parts | {"made_at": made_at, "problems": problems})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidInput(damaged) from error


@dataclass(frozen=True, slots=True)
class Dump(Generic[T]):
    """A record of one moment as files: its schema, its rows by table, what was asked of it."""

    engine: str
    schema: str
    rows: dict[str, int]
    files: list[Path]
    seen: T


def generation_name(at: datetime, taken: set[str]) -> str:
    """Name a generation by its moment.

    >>> generation_name(datetime(2026, 11, 30, 2, tzinfo=UTC), {"20261130t020000z"})
    '20261130t020000z-2'
    """
    name = f"{at.astimezone(UTC):%Y%m%dt%H%M%Sz}"
    number = 1
    while (each := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return each


def _kept(given: dict[str, Any]) -> Kept:
    kept = Kept(**given | {"pieces": tuple(given["pieces"])})
    path = PurePosixPath(kept.name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(kept.name)
    if "\0" in kept.name or len(kept.name) > 1024 or any(len(p.encode()) > 255 for p in path.parts):
        raise ValueError(kept.name)
    if type(kept.size) is not int or kept.size < 0:
        raise ValueError(kept.size)
    if not all(_SHA256.fullmatch(each) for each in (kept.sha256, *kept.pieces)):
        raise ValueError(kept.sha256)
    return kept


def _keep_apart(parts: dict[str, tuple[Kept, ...]]) -> None:
    """Raise `ValueError` when two files would be written to one place."""
    for kept in parts.values():
        if len({PurePosixPath(each.name) for each in kept}) != len(kept):
            raise ValueError("twice")
    for each in parts["files"]:
        if PurePosixPath(each.name).parts[0] in {"media", "record", "practika.sqlite3"}:
            raise ValueError(each.name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
