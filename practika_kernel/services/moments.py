"""Suggested moments: where a take departs most from its reference, for the teacher to judge."""

from __future__ import annotations

from practika_kernel.domain.departures import (
    RULES,
    STEP,
    TRUST,
    Decision,
    Departures,
    Moment,
    suggested,
)
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import ReplyKind, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Priority
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.domain.timemap import TimeMap
from practika_kernel.services import access
from practika_kernel.services.alignments import Alignments
from practika_kernel.services.happenings import take_event
from practika_kernel.services.replies import Replies
from practika_kernel.services.views import View

_LINES = {
    "none": "",
    "waiting": "The take is being compared with the reference. Suggestions appear by themselves.",
    "failed": "The take could not be compared with the reference, so nothing is suggested.",
    "unsure": (
        "Nothing is suggested: it is not sure enough that take and reference are the same music "
        "(confidence {confidence:.0%}, needed {needed:.0%})."
    ),
    "silent": "Nothing is suggested: only what is heard can be compared, and here it was pictures.",
    "even": "Nothing stands out: the take stays near the reference everywhere.",
    "done": "You have looked at every suggestion.",
}


class Moments:
    """What the comparison with the reference suggests, and what the teacher makes of it."""

    def __init__(
        self, record: Record, clock: Clock, alignments: Alignments, replies: Replies
    ) -> None:
        self._record, self._clock = record, clock
        self._alignments, self._replies = alignments, replies

    def view(self, actor: str, take_id: str) -> View:
        """Return the moments still to be judged, the curves behind them and what they mean.

        Returns
        -------
        dict
            ``state`` (none, waiting, failed, unsure, silent, even, done or open), ``line`` (a
            sentence for it), ``items``, ``dismissed`` (how many were put aside), ``curves`` by
            measure with their ``step`` in seconds, and ``rules`` (title, unit, threshold and
            definition by measure). Without a reference the state is none.

        Raises `NotFound` for anybody who may not reply to the take.
        """
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            ref, own = _reference(uow, take), take.asset_id
            if ref is None or own is None or ref == own:
                return _empty("none")
            kept = self._alignments.known(uow, ref, own)
            asked = self._alignments.under_way(uow, ref, own)
            if kept is not None:
                return _view(uow, take, kept.found)
        if asked is None:
            with self._record.write() as uow:
                self._alignments.ask(uow, ref, own, Priority.PERSON_WAITS)
        return _empty("failed" if asked is False else "waiting")

    def accept(self, actor: str, take_id: str, name: str) -> View:
        """Make a draft comment of a suggested moment; return it. Twice makes one comment.

        Raises `NotFound` when there is no such moment.
        """
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            moment = self._find(uow, take, name)
            asset = uow.assets.get(take.asset_id or "")
            length = int(((asset and asset.duration) or 0) * 1000)
            again = _made_before(uow, take, name)
        start = max(0, min(round(moment.start * 1000), length - 1))
        saved = self._replies.save(
            actor,
            take.id,
            client_key=new_id() if again else f"{take.id}-{name}",
            kind=str(ReplyKind.FIX),
            text=moment.sentence,
            start_ms=start,
            end_ms=max(start + 1, min(round(moment.end * 1000), length)),
        )
        self._decide(actor, take, name, accepted=True, reply_id=str(saved["id"]))
        return saved

    def dismiss(self, actor: str, take_id: str, name: str) -> None:
        """Put a suggested moment aside; it stays aside for this take."""
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            self._find(uow, take, name)
        self._decide(actor, take, name, accepted=False)

    def restore(self, actor: str, take_id: str) -> int:
        """Bring back what was put aside on a take; return how many moments that were."""
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            aside = [d for d in uow.decisions.of_take(take.id).values() if not d.accepted]
            for decision in aside:
                uow.decisions.delete(take.id, decision.name)
        return len(aside)

    def _decide(
        self, actor: str, take: Take, name: str, *, accepted: bool, reply_id: str | None = None
    ) -> None:
        now = self._clock()
        with self._record.write() as uow:
            uow.decisions.put(Decision(take.id, name, actor, accepted, now, reply_id))
            data = {"moment": name, "accepted": accepted}
            uow.events.append(take_event(EventKind.MOMENT_DECIDED, take, now, actor=actor, **data))

    def _find(self, uow: UnitOfWork, take: Take, name: str) -> Moment:
        ref = _reference(uow, take)
        own = take.asset_id
        kept = self._alignments.known(uow, ref, own) if ref and own else None
        found = _moments(kept.found) if kept is not None else []
        for moment in found:
            if moment.name == name:
                return moment
        raise NotFound


def _reference(uow: UnitOfWork, take: Take) -> str | None:
    exercise = uow.exercises.get(take.exercise_id)
    return exercise.reference_asset_id if exercise else None


def _made_before(uow: UnitOfWork, take: Take, name: str) -> bool:
    """Whether the moment became a comment that was thrown away since."""
    decision = uow.decisions.of_take(take.id).get(name)
    reply = uow.replies.get(decision.reply_id) if decision and decision.reply_id else None
    return reply is not None and reply.state is ReplyState.WITHDRAWN


def _moments(found: dict[str, object]) -> list[Moment]:
    measured = found.get("departures")
    if not isinstance(measured, dict):
        return []
    return suggested(Departures.from_json(measured), TimeMap.from_json(found))


def _empty(state: str, **facts: float) -> View:
    line = _LINES[state].format(**facts)
    return {"state": state, "line": line, "items": [], "dismissed": 0, "curves": {}, "rules": {}}


def _view(uow: UnitOfWork, take: Take, found: dict[str, object]) -> View:
    way = TimeMap.from_json(found)
    if not way.aligned or way.confidence < TRUST:
        return _empty("unsure", confidence=way.confidence, needed=TRUST)
    measured = found.get("departures")
    if not isinstance(measured, dict):
        return _empty("silent")
    decisions = uow.decisions.of_take(take.id)
    moments = _moments(found)
    still = [
        moment
        for moment in moments
        if moment.name not in decisions or _made_before(uow, take, moment.name)
    ]
    state = "open" if still else ("done" if moments else "even")
    return {
        "state": state,
        "line": _LINES.get(state, ""),
        "items": [_item(moment) for moment in still],
        "dismissed": sum(not d.accepted for d in decisions.values()),
        "step": STEP,
        "confidence": way.confidence,
        "curves": measured["curves"],
        "rules": {
            str(measure): {
                "title": rule.title,
                "unit": rule.unit,
                "threshold": rule.threshold,
                "definition": rule.definition,
            }
            for measure, rule in RULES.items()
        },
    }


def _item(moment: Moment) -> View:
    return {
        "name": moment.name,
        "measure": str(moment.measure),
        "title": RULES[moment.measure].title,
        "start": round(moment.start, 3),
        "end": round(moment.end, 3),
        "sentence": moment.sentence,
    }
