"""Decide which packets can be copied up to the end of a range."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from practika_kernel.media.smart.nal import NotSmart


class Coded(NamedTuple):
    """A picture's packet; times and length in ticks."""

    data: bytes
    pts: int
    dts: int
    whole: bool
    length: int


class Window:
    """Holds back pictures until it is sure that all shown before them are copied as well.

    Pictures come in decoding order. The longest run of them that, shown, has no gap is copied;
    what is shown after it is encoded anew. A picture is let go as soon as that is certain, at
    the latest one reordering depth later, so only a handful is ever held.
    """

    def __init__(self) -> None:
        self._held: list[Coded] = []
        self._shown: int | None = None

    def add(self, coded: Coded) -> list[Coded]:
        """Take a picture of the range; gives those that are now certain to be copied.

        Every later picture is decoded, hence shown, after this one's decoding time.
        """
        self._check(coded.pts)
        self._held.append(coded)
        sure = max(
            (i for i in range(1, len(self._held)) if self._whole_run(i, [], coded.dts)), default=0
        )
        return self._let_go(sure)

    def _whole_run(self, count: int, others: list[int], limit: int | None = None) -> bool:
        last = max(held.pts for held in self._held[:count])
        later = [held.pts for held in self._held[count:]] + others
        return (limit is None or last <= limit) and all(at > last for at in later)

    def _let_go(self, count: int) -> list[Coded]:
        gone, self._held = self._held[:count], self._held[count:]
        if gone:
            self._shown = max(held.pts for held in gone)
        return gone

    def _check(self, pts: int) -> None:
        if self._shown is not None and pts <= self._shown:
            raise NotSmart("The file's pictures do not come in the order of its times.")

    def settle(self, others: list[int], end: int) -> tuple[list[Coded], list[int]]:
        """End the range at ``end``; ``others`` are the showing times of pictures not added.

        Returns the last pictures to copy, with their lengths, and the times of those to encode.
        """
        for pts in others:
            self._check(pts)
        count = max(
            (i for i in range(1, len(self._held) + 1) if self._whole_run(i, others)), default=0
        )
        copied = self._let_go(count)
        left = sorted([held.pts for held in self._held] + others)
        marks = [*sorted([held.pts for held in copied] + left), end]
        following = dict(itertools.pairwise(marks))
        return [c._replace(length=following[c.pts] - c.pts) for c in copied], left
