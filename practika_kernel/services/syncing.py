"""What keeps two videos together: the measured map, the anchors of people, the tempo between."""

from __future__ import annotations

from practika_kernel.domain.anchors import pinned
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.tempo import bands, sayings
from practika_kernel.domain.timemap import TimeMap
from practika_kernel.services import access
from practika_kernel.services.alignments import Alignments, Pending
from practika_kernel.services.comparisons import Comparisons
from practika_kernel.services.kept_anchors import KeptAnchors, SeenPair, anchors_of
from practika_kernel.services.views import View

Place = tuple[str, str]
"""The kind (take, reference) and id of something in the record."""

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
            anchors = anchors_of(uow, pair)
        turned = found.inverse() if isinstance(found, TimeMap) else found
        return sync_view(turned, anchors, may_anchor=pair.may_anchor)

    def anchor(self, actor: str, take_id: str, with_: str, a: float, b: float) -> View:
        """Set an anchor: second ``a`` of the take is second ``b`` of what stands beside it.

        Returns ``{id, a, b}``. Raises `NotFound` as `view` does, `NotAllowed` unless the person
        teaches there or made the take, `InvalidInput` outside the videos, and `Conflict` when
        it would cross another anchor.
        """
        return self._beside(actor, take_id, with_).add(a, b)

    def lift(self, actor: str, take_id: str, with_: str, anchor_id: str) -> None:
        """Remove an anchor of this pair; `NotFound` when it is not one of it."""
        self._beside(actor, take_id, with_).remove(anchor_id)

    def kept(self, actor: str, a: Place, b: Place) -> KeptAnchors:
        """Return the anchors between any two things of the record, for a notebook.

        They are the same as in the dashboards. Set by who may set them in a take of the two;
        by nobody between two references, and not by the operator, who is no person.
        """
        return KeptAnchors(self._record, self._clock, actor, lambda: self._named(actor, a, b))

    def _beside(self, actor: str, take_id: str, with_: str) -> KeptAnchors:
        def find() -> SeenPair:
            pair = self._pair(actor, take_id, with_)
            if pair is None:
                raise InvalidInput("Nothing stands beside this take.")
            return pair

        return KeptAnchors(self._record, self._clock, actor, find)

    def _pair(self, actor: str, take_id: str, with_: str) -> SeenPair | None:
        ids = self._comparisons.assets(actor, take_id, with_)
        if ids is None:
            return None
        with self._record.read() as uow:
            may = _may_anchor(uow, actor, take_id)
            assets = uow.assets.many(set(ids))
        if len(assets) < len(set(ids)):
            raise NotFound
        return SeenPair(assets[ids[1]], assets[ids[0]], may)

    def _named(self, actor: str, a: Place, b: Place) -> SeenPair:
        one, other = (self._comparisons.asset(actor, *place) for place in (a, b))
        takes = [name for kind, name in (a, b) if actor and kind == "take"]
        with self._record.read() as uow:
            may = any(_may_anchor(uow, actor, name) for name in takes)
        return SeenPair(one, other, may)


def _may_anchor(uow: UnitOfWork, actor: str, take_id: str) -> bool:
    take = access.take(uow, actor, take_id, Verb.SEE)
    relations = access.take_relations(uow, access.acting(uow, actor), take)
    return allowed(Verb.CHANGE, Thing.ANCHOR, relations)
