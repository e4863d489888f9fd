"""The anchors of one pair of videos as the record keeps them, for those who may set them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from practika_kernel.domain.anchors import MOST_ANCHORS, Anchor, demand_fits, ordered
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Asset
from practika_kernel.services.views import View


@dataclass(frozen=True, slots=True)
class SeenPair:
    """The two assets a person looks at, A and B, and whether they may set anchors between."""

    a: Asset
    b: Asset
    may_anchor: bool


class KeptAnchors:
    """Reads, sets and removes the anchors of a pair.

    Parameters
    ----------
    find
        Looks the pair up for the acting person, anew in each call: what they may can change.
        Raises `NotFound` for what is not there for them.
    actor
        Who acts.
    """

    def __init__(
        self, record: Record, clock: Clock, actor: str, find: Callable[[], SeenPair]
    ) -> None:
        self._record, self._clock, self._actor, self._find = record, clock, actor, find

    @property
    def may_anchor(self) -> bool:
        """Whether this person may set them, and there are two videos to set them between."""
        pair = self._find()
        return pair.may_anchor and pair.a.id != pair.b.id

    def all(self) -> list[View]:
        """Return ``{id, a, b}`` each, seconds of A and of B, by time."""
        pair = self._find()
        with self._record.read() as uow:
            return anchors_of(uow, pair)

    def add(self, a: float, b: float) -> View:
        """Set one: second ``a`` of A is second ``b`` of B; the errors are those of `Syncing`."""
        pair = self._demanded()
        _demand_inside(pair, a, b)
        new = ordered(
            Anchor(
                new_id(),
                pair.a.id,
                pair.b.id,
                round(a, 4),
                round(b, 4),
                self._actor,
                self._clock(),
            )
        )
        with self._record.write() as uow:
            known = [(one["a"], one["b"]) for one in anchors_of(uow, pair)]
            if len(known) >= MOST_ANCHORS:
                raise Conflict(f"There are {MOST_ANCHORS} anchors already. Remove some first.")
            demand_fits(known, a, b)
            uow.anchors.add(new)
        return _shown(new, pair.a.id)

    def remove(self, anchor_id: str) -> None:
        """Remove one; `NotFound` when it is not one of this pair."""
        pair = self._demanded()
        with self._record.write() as uow:
            if anchor_id not in {one["id"] for one in anchors_of(uow, pair)}:
                raise NotFound("This anchor is gone already.")
            uow.anchors.remove([anchor_id])

    def _demanded(self) -> SeenPair:
        pair = self._find()
        if not pair.may_anchor:
            raise NotAllowed("Anchors are set by the student of a take and by its teachers.")
        if pair.a.id == pair.b.id:
            raise InvalidInput("Both are the same video; they need no anchor.")
        return pair


def anchors_of(uow: UnitOfWork, pair: SeenPair) -> list[View]:
    """Return the anchors of a pair as a view has them, by time of A."""
    found = uow.anchors.between(pair.a.id, pair.b.id)
    return sorted((_shown(one, pair.a.id) for one in found), key=lambda one: float(one["a"]))


def _shown(anchor: Anchor, a_asset: str) -> View:
    a, b = anchor.seen_from(a_asset)
    return {"id": anchor.id, "a": a, "b": b}


def _demand_inside(pair: SeenPair, a: float, b: float) -> None:
    for at, asset in ((a, pair.a), (b, pair.b)):
        length = float(asset.duration or 0)
        if not isfinite(at) or not 0 <= at <= (length or 86_400):
            raise InvalidInput("This moment lies outside the video. Nothing was set.")
