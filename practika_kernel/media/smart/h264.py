"""H.264 in a cut: both encoders' parameter sets in one description, IDR pictures to begin with."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from practika_kernel.media.recipe import Recipe
from practika_kernel.media.smart.head import HeadEncoder
from practika_kernel.media.smart.nal import Inspector, NotSmart, is_idr, merged, read_sets, sequence

if TYPE_CHECKING:
    from av.video.stream import VideoStream

_PROFILES = {66: "baseline", 77: "main", 100: "high"}
"""By the numbers an SPS begins with (section A.2), each holding all the one before can do."""


class H264:
    """8-bit 4:2:0, progressive, of one size; `NotSmart` where a stream is anything else."""

    tag = "avc1"

    def __init__(self, stream: VideoStream) -> None:
        context = stream.codec_context
        self._sets = read_sets(context.extradata)
        profiles = sorted({unit[1] for unit in self._sets.sequences if len(unit) > 1})
        known = [sequence(unit) for unit in self._sets.sequences]
        if not _PROFILES.keys() >= set(profiles) or not all(one.plain for one in known):
            name = context.profile or profiles[-1]
            raise NotSmart(f"The pictures use H.264's {name} profile, which is not copied.")
        if not all(one.progressive for one in known):
            raise NotSmart("The pictures are interlaced, which is not copied.")
        if len({one.size for one in known}) != 1:
            raise NotSmart("The file holds pictures of several sizes.")
        self._profile = _PROFILES[profiles[-1]]
        self._inspector = Inspector(self._sets)

    @property
    def room(self) -> int:
        """Bytes the file's description of its pictures takes."""
        sets = self._sets
        return len(sets.rest) + sum(map(len, sets.sequences + sets.pictures))

    def begins(self, data: bytes) -> bool:
        """Whether the packet is an IDR picture."""
        return is_idr(data)

    def look(self, data: bytes) -> None:
        """Raise `NotSmart` for a packet that is not to be copied."""
        self._inspector.look(data)

    def encoder(self, stream: Any, tick: Fraction, reordered: bool, recipe: Recipe) -> HeadEncoder:
        """Make an x264 of the same profile, under a number the file does not use."""
        return HeadEncoder(stream, tick, reordered, recipe, self._profile, self._sets.free_id())

    def described(self, sets: bytes) -> bytes:
        """The avcC record of both."""
        return merged(self._sets, sets)
