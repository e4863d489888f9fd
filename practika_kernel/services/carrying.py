"""Comments on earlier takes, carried to the matching moments of a later one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from practika_kernel.domain import ledger
from practika_kernel.domain.drawings import shown_ms
from practika_kernel.domain.feedback import Reply, ReplyKind, ReplyState
from practika_kernel.domain.ledger import Carried, Outcome, Verdict
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import RenditionKind, Take, TakeState
from practika_kernel.domain.proposals import Ground, Proposal, propose
from practika_kernel.domain.tags import Tag
from practika_kernel.domain.timemap import TimeMap
from practika_kernel.services.alignments import Alignments
from practika_kernel.services.views import View, iso, tag_view

_OLDER = 2
"""Takes before the last commented one whose open comments are shown as well."""
_MOST_POINTS = 200
"""Of a map that only a button follows; a straight line between them is as good."""

_WAITING = (
    "The two takes are still being compared. Until then each time is the one in the earlier take."
)
_UNSURE = (
    "These two takes could not be matched moment by moment, so each time is the one in the "
    "earlier take."
)


_BECAUSE = {
    Ground.TAG: "same tag: {tag}",
    Ground.PRAISE: "{tag} is praised here this time",
    Ground.ELSEWHERE: "{tag} was said elsewhere this time, not here",
    Ground.GONE: "{tag} was not said this time",
    Ground.KIND: "the same was said here again",
    Ground.QUIET: "nothing was said here this time",
}
"""What a proposal rests on, as people read it beside the button."""


def duration_ms(uow: UnitOfWork, take: Take) -> int:
    """Milliseconds a take lasts; 0 while nobody has looked at it."""
    asset = uow.assets.get(take.asset_id or "")
    return int(asset.duration * 1000) if asset and asset.duration else 0


class Carrying:
    """What was said about the takes of a stack, seen from one of them; within one unit of work.

    ``missing`` are the pairs of assets whose map nobody has asked for yet.
    """

    def __init__(
        self,
        uow: UnitOfWork,
        alignments: Alignments,
        take: Take,
        stack: Sequence[Take],
        actor: str,
    ) -> None:
        self._uow, self._alignments, self._take = uow, alignments, take
        self._stack, self._actor = stack, actor
        self._ways: dict[str, TimeMap | None] = {}
        self.missing: list[tuple[str, str]] = []
        self.waiting = False

    @cached_property
    def _duration(self) -> int:
        return duration_ms(self._uow, self._take)

    @cached_property
    def _replies(self) -> dict[str, list[Reply]]:
        """Comments that stand by themselves, by take: released ones and the actor's drafts."""
        ids = {self._take.id, *(t.id for t in self._stack)}
        found: dict[str, list[Reply]] = {}
        for reply in self._uow.replies.of_takes(list(ids)):
            own = reply.state is ReplyState.RELEASED or reply.author_id == self._actor
            if own and reply.parent_id is None:
                found.setdefault(reply.take_id, []).append(reply)
        return found

    @cached_property
    def _outcomes(self) -> dict[str, Outcome]:
        ids = [reply.id for group in self._replies.values() for reply in group]
        return self._uow.outcomes.of_replies(ids)

    def lives(self) -> dict[str, str]:
        """Where each released comment on this take is, by comment."""
        return {
            reply.id: str(ledger.life(reply, self._stack, self._outcomes.get(reply.id)))
            for reply in self._replies.get(self._take.id, [])
            if reply.state is ReplyState.RELEASED
        }

    def last(self) -> View:
        """What was said before this take: ``last``, ``previous``, ``line`` and ``waiting``."""
        said = [t for t in self._stack if t.number < self._take.number and self._released(t)]
        previous = said[-1] if said else None
        rows: list[tuple[Take, Reply]] = []
        for take in reversed(said[-1 - _OLDER :]):
            for reply in self._released(take):
                if take is previous or self._is_open(reply):
                    rows.append((take, reply))
        items = [self._item(take, reply) for take, reply in rows]
        items.sort(key=lambda item: (-item["take"]["number"], item["at"] or 0))
        return {
            "last": items,
            "previous": None if previous is None else self._previous(previous),
            "line": self._line(items),
            "waiting": self.waiting,
        }

    def _released(self, take: Take) -> list[Reply]:
        return [r for r in self._replies.get(take.id, []) if r.state is ReplyState.RELEASED]

    def _is_open(self, reply: Reply) -> bool:
        state = ledger.life(reply, self._stack, self._outcomes.get(reply.id))
        return reply.kind is not ReplyKind.KEEP and ledger.is_open(reply, state)

    def _previous(self, take: Take) -> View:
        way = self._way(take)
        points = list(way.points) if way is not None else []
        thin = points[:: max(1, len(points) // _MOST_POINTS)]
        if points and thin[-1] != points[-1]:
            thin.append(points[-1])
        return {"id": take.id, "number": take.number, "points": thin}

    def _line(self, items: list[View]) -> str:
        if not any(item["why"] == "unsure" for item in items):
            return ""
        return _WAITING if self.waiting else _UNSURE

    def carried(self, reply: Reply, on: Take) -> Carried:
        """Where a comment on an earlier take lies on this one."""
        way = self._way(on)
        return ledger.carry(reply.start_ms, reply.end_ms, way, self._duration)

    def _way(self, earlier: Take) -> TimeMap | None:
        """The map from an earlier take to this one, if there is one to be trusted."""
        if earlier.id not in self._ways:
            self._ways[earlier.id] = self._looked_up(earlier.asset_id, self._take.asset_id)
        return self._ways[earlier.id]

    def _looked_up(self, ref: str | None, take: str | None) -> TimeMap | None:
        if ref is None or take is None:  # imported without a video: nothing to match
            return None
        if ref == take:
            length = max(self._duration / 1000, 0.001)
            return TimeMap(((0.0, 0.0), (length, length)), 1.0, 0.0)
        kept = self._alignments.known(self._uow, ref, take)
        if kept is not None:
            way = TimeMap.from_json(kept.found)
            return way if way.aligned and way.confidence >= ledger.TRUST else None
        under_way = self._alignments.under_way(self._uow, ref, take)
        if under_way is None:
            self.missing.append((ref, take))
        self.waiting = self.waiting or under_way is not False
        return None

    def _item(self, on: Take, reply: Reply) -> View:
        found, outcome = self.carried(reply, on), self._outcomes.get(reply.id)
        here = outcome if outcome and outcome.take_id == self._take.id else None
        before = outcome if outcome and here is None else None
        author = self._uow.people.get(reply.author_id)
        proposed = None
        if here is None and self._take.state is TakeState.SUBMITTED:
            said = self._replies.get(self._take.id, [])
            mine = [r for r in said if r.author_id != self._take.student_id]
            proposed = propose(reply, found, mine, self._duration, before)
        return {
            "id": reply.id,
            "kind": str(reply.kind),
            "text": reply.text,
            "drawn": self._drawn(on, reply),
            "author": author.name if author else "Somebody",
            "take": {"id": on.id, "number": on.number, "bare": self._bare(on)},
            "start": _seconds(reply.start_ms),
            "end": _seconds(reply.end_ms),
            "at": _seconds(found.start),
            "until": _seconds(found.end),
            "why": found.why,
            "life": str(ledger.life(reply, self._stack, outcome)),
            "judged": reply.kind is not ReplyKind.KEEP and self._take.state is TakeState.SUBMITTED,
            "verdict": str(here.verdict) if here else "",
            "mended": bool(before and before.verdict in (Verdict.FIXED, Verdict.BETTER)),
            "proposed": str(proposed.verdict) if proposed else "",
            "because": self._because(reply, proposed) if proposed else "",
            "tag": tag_view(self._tag(reply)),
            "decided": self._decided(outcome),
        }

    def _drawn(self, on: Take, reply: Reply) -> View | None:
        """What was drawn on an earlier take, when, and the filmstrip that shows on what."""
        asset = self._uow.assets.get(on.asset_id or "")
        if reply.drawing is None or reply.start_ms is None or asset is None:
            return None
        begin, end = shown_ms(reply.start_ms, reply.end_ms)
        made = {each.kind for each in self._uow.assets.renditions([asset.id])}
        return {
            "drawing": reply.drawing,
            "shown": {"from": begin / 1000, "to": end / 1000},
            "video": {
                "film": f"media/take/{on.id}/film" if RenditionKind.FILM in made else "",
                "film_tiles": asset.film_tiles,
                "seconds": float(asset.duration or 0),
                "width": asset.width,
                "height": asset.height,
            },
        }

    def _bare(self, on: Take) -> bool:
        """Whether the two takes cannot stand side by side: one was imported without a video."""
        return on.asset_id is None or self._take.asset_id is None

    def _tag(self, reply: Reply) -> Tag | None:
        return self._uow.tags.get(reply.tag_id) if reply.tag_id else None

    def _because(self, reply: Reply, proposed: Proposal) -> str:
        tag = self._tag(reply)
        return _BECAUSE[proposed.ground].format(tag=tag.name if tag else "")

    def _decided(self, outcome: Outcome | None) -> View | None:
        if outcome is None:
            return None
        who = self._uow.people.get(outcome.person_id)
        on = self._uow.takes.get(outcome.take_id)
        return {
            "by": "You" if outcome.person_id == self._actor else (who.name if who else "Somebody"),
            "at": iso(outcome.decided_at),
            "take": on.number if on else None,
            "verdict": str(outcome.verdict),
        }


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
