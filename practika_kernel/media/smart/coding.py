"""What a smart cut needs of a picture coding: where pictures begin afresh, and how to make more."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from practika_kernel.media.recipe import Recipe

if TYPE_CHECKING:
    from av.video.frame import VideoFrame


class Encoder(Protocol):
    """Encodes pictures in showing order so that they can stand beside copied ones."""

    @property
    def sets(self) -> bytes:
        """What decoders must know before the first picture; empty when each whole one says it."""
        ...

    def encode(self, frame: VideoFrame) -> Iterator[tuple[bytes, int, bool]]:
        """Add a picture; gives finished ones as (packet, showing time in ticks, whole)."""
        ...

    def flush(self) -> Iterator[tuple[bytes, int, bool]]:
        """What the encoder still holds; nothing may be added afterwards."""
        ...


class Coding(Protocol):
    """The coding of one file's pictures."""

    @property
    def tag(self) -> str:
        """Four letters, under which an MP4 holds these pictures."""
        ...

    @property
    def room(self) -> int:
        """Bytes the file's description of its pictures takes."""
        ...

    def begins(self, data: bytes) -> bool:
        """Whether decoding can start with this packet, nothing being shown before its picture."""
        ...

    def look(self, data: bytes) -> None:
        """Raise `NotSmart` for a packet that is not to be copied."""
        ...

    def encoder(self, stream: Any, tick: Fraction, reordered: bool, recipe: Recipe) -> Encoder:
        """Make an encoder whose pictures can stand beside the file's.

        ``tick`` is the file's clock; its pictures may be ``reordered``: decoded before others
        that are shown first.
        """
        ...

    def described(self, sets: bytes) -> bytes | None:
        """How a file with pictures of both describes them; None where it need not say."""
        ...
