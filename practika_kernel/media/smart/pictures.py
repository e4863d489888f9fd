"""Write the pictures of a clip, encoded or copied, and remember how they must look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from practika_kernel.media.recipe import Recipe
from practika_kernel.media.smart.head import intact, sample
from practika_kernel.media.smart.nal import NotSmart
from practika_kernel.media.smart.output import Output
from practika_kernel.media.smart.plan import Plan
from practika_kernel.media.smart.window import Coded
from practika_kernel.media.source import shown_size

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from practika_kernel.media.smart.coding import Encoder

_REMEMBERED = 600
"""Pictures whose samples are kept for the check, the latest ones: at most 6 MB."""


class Pictures:
    """Takes pictures with times of the source; ``zero`` is the first one's, in ticks.

    ``size`` is how large they are shown, in square pixels.
    """

    def __init__(
        self, stream: VideoStream, plan: Plan, recipe: Recipe, encoder: Encoder, output: Output
    ) -> None:
        self.zero: int | None = None
        self.size = (0, 0)
        self.encoded = self.copied = 0
        self.likeness: dict[int, tuple[bytes, bool]] = {}
        self._stream, self._plan, self._recipe = stream, plan, recipe
        self._encoder: Encoder | None = encoder
        self._sets, self._output = encoder.sets, output

    def encode(self, frame: VideoFrame) -> None:
        """Add a decoded picture after all those before it."""
        if self._encoder is None:
            self._encoder = self._plan.encoder(self._stream, self._recipe)
            if self._encoder.sets != self._sets:
                raise NotSmart("The encoder changed its form between two runs.")
        self._remember(frame, exact=False)
        self._write(self._encoder.encode(frame))

    def flush(self, end: int | None = None) -> None:
        """Write all that was encoded; another run of encoded pictures may come later.

        ``end`` is when the last one ends, if it is the clip's last.
        """
        if self._encoder is not None:
            self._write(self._encoder.flush(), end)
            self._encoder = None

    def _write(self, packets: Iterable[tuple[bytes, int, bool]], end: int | None = None) -> None:
        for data, pts, whole in packets:
            at = pts - self._from()
            length = 0 if end is None else max(0, end - pts)
            self._output.picture(data, at, at - self._plan.delay, whole, length)
            self.encoded += 1

    def _from(self) -> int:
        assert self.zero is not None
        return self.zero

    def copy(self, coded: Iterable[Coded]) -> None:
        """Add packets of the source as they are."""
        zero = self._from()
        for one in coded:
            self._output.picture(one.data, one.pts - zero, one.dts - zero, one.whole, one.length)
            self.copied += 1

    def compare(self, frames: Iterable[VideoFrame]) -> None:
        """Remember how copied pictures look; they must come out equal to the last point."""
        for frame in frames:
            self._remember(frame, exact=True)

    def _remember(self, frame: VideoFrame, exact: bool) -> None:
        assert frame.pts is not None
        if not self.likeness:
            shape = self._stream.sample_aspect_ratio
            self.size = shown_size(frame, shape or self._stream.codec_context.sample_aspect_ratio)
        self.likeness[frame.pts - self._from()] = (sample(intact(frame)), exact)
        if len(self.likeness) > _REMEMBERED:
            del self.likeness[next(iter(self.likeness))]
