"""What keeps two videos together: the measured map, the anchors of people, the tempo between."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

from practika_kernel.domain.anchors import (
    MOST_ANCHORS,
    Anchor,
    demand_fits,
    ordered,
    pinned,
)
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Asset, Take
from practika_kernel.domain.tempo import bands, sayings
from practika_kernel.domain.timemap import TimeMap
from practika_kernel.services import access
from practika_kernel.services.alignments import Alignments, Pending
from practika_kernel.services.comparisons import Comparisons
from practika_kernel.services.views import View

_UNLIKE = (
    "These two do not sound or look alike enough to be kept together by content (confidence "
    "{confidence:.2f} of 1). They are kept together by offset; an anchor helps."
)


def sync_view(
    found: TimeMap | Pending | None, anchors: list[View], *, may_anchor: bool = False
) -> View:
    """Describe how B follows A.

    Parameters
    ----------
    found
        The map from A to B, how far it is, or None when nobody made one.
    anchors
        ``{id, a, b}`` each, in seconds; the points pass through them.
    may_anchor
        Whether this person sets and removes anchors.

    Returns
    -------
    dict
        ``state`` (none, pending, ready, unlike, failed), ``problem``, ``progress``, ``points``
        as (a, b) pairs, ``confidence``, ``offset``, ``breaks``, ``bands`` and ``sayings`` of the
        tempo ribbon, ``anchors``, ``can``.
    """
    known = found if isinstance(found, TimeMap) else None
    measured = list(known.points) if known is not None and known.aligned else []
    points = pinned(measured, [(one["a"], one["b"]) for one in anchors])
    cut = bands(points)
    apart = [each.ref for each in known.breaks] if known is not None and measured else []
    state, problem = _state(found)
    return {
        "state": state,
        "problem": problem,
        "progress": found.progress if isinstance(found, Pending) else 1.0,
        "points": [[round(a, 4), round(b, 4)] for a, b in points],
        "confidence": round(known.confidence, 2) if known is not None else 0.0,
        "offset": known.offset if known is not None else None,
        "breaks": [
            {"kind": str(each.kind), "a": list(each.ref), "b": list(each.take)}
            for each in (known.breaks if known is not None and measured else ())
        ],
        "bands": [
            {"a": list(b.a), "b": list(b.b), "change": round(b.change, 4), "kind": b.kind}
            for b in cut
        ],
        "sayings": [{"a": list(s.a), "change": round(s.change, 4)} for s in sayings(cut, apart)],
        "anchors": anchors,
        "can": {"anchor": may_anchor},
    }


def _state(found: TimeMap | Pending | None) -> tuple[str, str]:
    if found is None:
        return "none", ""
    if isinstance(found, Pending):
        return ("failed" if found.problem else "pending"), found.problem
    if found.aligned:
        return "ready", ""
    return "unlike", _UNLIKE.format(confidence=found.confidence)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two assets a person looks at: A, the take's, and B, what stands beside it."""

    take: Take
    a: Asset
    b: Asset
    may_anchor: bool


class Syncing:
    """Shows what keeps a pair together, and takes anchors from those who may set them."""

    def __init__(
        self, record: Record, clock: Clock, comparisons: Comparisons, alignments: Alignments
    ) -> None:
        self._record, self._clock = record, clock
        self._comparisons, self._alignments = comparisons, alignments

    def view(self, actor: str, take_id: str, with_: str = "") -> View | None:
        """Return how what stands beside a take follows it, as `sync_view` tells it.

        None when nothing stands there. Asks for no alignment: `Alignments.beside` does, once
        somebody looks. Raises `NotFound` as the comparison does.
        """
        pair = self._pair(actor, take_id, with_)
        if pair is None:
            return None
        found = self._alignments.so_far(pair.b.id, pair.a.id)
        with self._record.read() as uow:
            anchors = _anchors(uow, pair)
        turned = found.inverse() if isinstance(found, TimeMap) else found
        return sync_view(turned, anchors, may_anchor=pair.may_anchor)

    def anchor(self, actor: str, take_id: str, with_: str, a: float, b: float) -> View:
        """Set an anchor: second ``a`` of the take is second ``b`` of what stands beside it.

        Returns ``{id, a, b}``. Raises `NotFound` as `view` does, `NotAllowed` unless the person
        teaches there or made the take, `InvalidInput` outside the videos, and `Conflict` when
        it would cross another anchor.
        """
        pair = self._demanded(actor, take_id, with_)
        _demand_inside(pair, a, b)
        new = ordered(
            Anchor(new_id(), pair.a.id, pair.b.id, round(a, 4), round(b, 4), actor, self._clock())
        )
        with self._record.write() as uow:
            known = [(one["a"], one["b"]) for one in _anchors(uow, pair)]
            if len(known) >= MOST_ANCHORS:
                raise Conflict(f"There are {MOST_ANCHORS} anchors already. Remove some first.")
            demand_fits(known, a, b)
            uow.anchors.add(new)
        return _shown(new, pair.a.id)

    def lift(self, actor: str, take_id: str, with_: str, anchor_id: str) -> None:
        """Remove an anchor of this pair; `NotFound` when it is not one of it."""
        pair = self._demanded(actor, take_id, with_)
        with self._record.write() as uow:
            if anchor_id not in {one["id"] for one in _anchors(uow, pair)}:
                raise NotFound("This anchor is gone already.")
            uow.anchors.remove([anchor_id])

    def _demanded(self, actor: str, take_id: str, with_: str) -> _Pair:
        pair = self._pair(actor, take_id, with_)
        if pair is None:
            raise InvalidInput("Nothing stands beside this take.")
        if not pair.may_anchor:
            raise NotAllowed("Anchors are set by the student of a take and by its teachers.")
        if pair.a.id == pair.b.id:
            raise InvalidInput("Both are the same video; they need no anchor.")
        return pair

    def _pair(self, actor: str, take_id: str, with_: str) -> _Pair | None:
        ids = self._comparisons.assets(actor, take_id, with_)
        if ids is None:
            return None
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            relations = access.take_relations(uow, access.acting(uow, actor), take)
            assets = uow.assets.many(set(ids))
        if len(assets) < len(set(ids)):
            raise NotFound
        may = allowed(Verb.CHANGE, Thing.ANCHOR, relations)
        return _Pair(take, assets[ids[1]], assets[ids[0]], may)


def _anchors(uow: UnitOfWork, pair: _Pair) -> list[View]:
    found = uow.anchors.between(pair.a.id, pair.b.id)
    return sorted((_shown(one, pair.a.id) for one in found), key=lambda one: float(one["a"]))


def _shown(anchor: Anchor, a_asset: str) -> dict[str, Any]:
    a, b = anchor.seen_from(a_asset)
    return {"id": anchor.id, "a": a, "b": b}


def _demand_inside(pair: _Pair, a: float, b: float) -> None:
    for at, asset in ((a, pair.a), (b, pair.b)):
        length = float(asset.duration or 0)
        if not isfinite(at) or not 0 <= at <= (length or 86_400):
            raise InvalidInput("This moment lies outside the video. Nothing was set.")
