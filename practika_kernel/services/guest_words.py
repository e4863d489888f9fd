"""What guests wrote about a take, for the teachers who may take it over into their replies.

Its student never sees it unless a teacher has taken it over and released that reply; whoever is
to rate the take blind does not see it either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from practika_kernel.domain.drawings import shown_ms
from practika_kernel.domain.errors import Conflict, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.guests import GuestComment, GuestWord
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.services import access
from practika_kernel.services.guests import Guests, shown
from practika_kernel.services.happenings import take_event
from practika_kernel.services.markdown import as_html
from practika_kernel.services.replies import Replies
from practika_kernel.services.views import View

_OTHERS = "Somebody else has just dealt with this. Look at it again."


class GuestWords:
    """Reads what guests wrote, takes it over and dismisses it; for teachers of the course."""

    def __init__(self, record: Record, clock: Clock, replies: Replies, guests: Guests) -> None:
        self._record, self._clock = record, clock
        self._replies, self._guests = replies, guests

    def desk(self, actor: str, take_id: str) -> View:
        """Return what a teacher's desk shows of guests.

        Returns
        -------
        dict
            ``links`` (LinkViews of `practika_kernel.services.guests`), ``waiting`` and ``done``
            (comments by time, see `comment_view`), ``origins`` (by reply, whom it was taken over
            from) and ``limits``. Lists are empty when there was no guest.

        Raises `NotFound` for anybody who may not reply to the take.
        """
        now = self._clock()
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            links = uow.guests.of_takes([take.id])
            ids = [one.id for one in links]
            names = {visit.id: visit.name for visit in uow.guests.visits(ids)}
            comments = _now(uow, uow.guests.comments(ids))
            deciders = uow.people.many({one.decided_by for one in comments if one.decided_by})
            views = shown(uow, links, now)
        waiting, done, origins = list[View](), list[View](), dict[str, str]()
        for one in comments:
            by = deciders.get(one.decided_by or "")
            view = comment_view(one, names.get(one.visit_id, "")) | {"by": by.name if by else ""}
            (waiting if one.state is GuestWord.WAITING else done).append(view)
            if one.reply_id:
                origins[one.reply_id] = view["name"]
        return {
            "links": views,
            "waiting": waiting,
            "done": [view for view in done if view["text"] or view["drawing"]],
            "origins": origins,
            "limits": self._guests.limits(),
        }

    def take_over(self, actor: str, take_id: str, comment_id: str = "") -> list[View]:
        """Make draft replies of a guest's comment, or of all that wait for ""; return them.

        Each is a draft of the acting teacher like any other, to be changed, released or thrown
        away; one thrown away waits again. A second call makes none again. Raises `NotFound` for
        a comment on another take, `Conflict` when another teacher was faster.
        """
        waiting = self._waiting(actor, take_id, comment_id)
        return [self._drafted(actor, take_id, one) for one in waiting]

    def _drafted(self, actor: str, take_id: str, one: GuestComment) -> View:
        """Make a draft of a comment that waited a moment ago; `Conflict` when it does no more."""
        thrown_away = one.decided_at is not None
        saved = self._replies.save(
            actor,
            take_id,
            client_key=new_id() if thrown_away else f"guest-{one.id}",
            kind=str(one.kind),
            text=one.text,
            start_ms=one.start_ms,
            end_ms=one.end_ms,
            drawing=one.drawing,
            typed=False,
        )
        reply = str(saved["id"])
        if not self._decide(actor, take_id, one, GuestWord.TAKEN, reply):
            with self._record.read() as uow:
                there = uow.guests.comment(one.id)
            if there is None or there.reply_id != reply:  # else pressed twice: the same draft
                self._replies.remove(actor, reply)
                raise Conflict(_OTHERS)
        return saved

    def dismiss(self, actor: str, take_id: str, comment_id: str = "") -> int:
        """Put a guest's comment aside, or all that wait for ""; return how many."""
        waiting = self._waiting(actor, take_id, comment_id)
        for one in waiting:
            if not self._decide(actor, take_id, one, GuestWord.DISMISSED):
                raise Conflict(_OTHERS)
        return len(waiting)

    def _waiting(self, actor: str, take_id: str, comment_id: str) -> list[GuestComment]:
        """Return the comments asked for that wait, each as it would be if nobody had decided."""
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            comments = _now(uow, _of_take(uow, take))
        if comment_id:
            comments = [one for one in comments if one.id == comment_id]
            if not comments or not is_id(comment_id):
                raise NotFound
        return [one for one in comments if one.state is GuestWord.WAITING]

    def _decide(
        self,
        actor: str,
        take_id: str,
        comment: GuestComment,
        state: GuestWord,
        reply_id: str | None = None,
    ) -> bool:
        now: datetime = self._clock()
        decided = replace(comment, state=state, decided_by=actor, decided_at=now, reply_id=reply_id)
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            there = uow.guests.comment(comment.id)
            if there is None or _now(uow, [there])[0].state is not GuestWord.WAITING:
                return False
            if not uow.guests.decide(decided, expected=there.state):
                return False
            data = {"taken": state is GuestWord.TAKEN}
            event = take_event(EventKind.GUEST_DECIDED, take, now, actor=actor, **data)
            uow.events.append(event)
        return True


def comment_view(one: GuestComment, name: str) -> View:
    """Describe a guest's comment; seconds on the take, ``html`` safe to show."""
    drawn = one.drawing is not None and one.start_ms is not None
    span = shown_ms(one.start_ms or 0, one.end_ms) if drawn else (0, 0)
    return {
        "id": one.id,
        "name": name or "A guest",
        "kind": str(one.kind),
        "text": one.text,
        "html": as_html(one.text),
        "start": None if one.start_ms is None else one.start_ms / 1000,
        "end": None if one.end_ms is None else one.end_ms / 1000,
        "drawing": one.drawing,
        "shown": {"from": span[0] / 1000, "to": span[1] / 1000} if drawn else None,
        "at": one.created_at.isoformat(),
        "state": str(one.state),
        "reply": one.reply_id,
    }


def _of_take(uow: UnitOfWork, take: Take) -> list[GuestComment]:
    return uow.guests.comments([one.id for one in uow.guests.of_takes([take.id])])


def _now(uow: UnitOfWork, comments: Sequence[GuestComment]) -> list[GuestComment]:
    """Return them with those waiting again whose draft reply was thrown away."""
    found = uow.replies.many({one.reply_id for one in comments if one.reply_id})
    gone = {
        each.id
        for each in found.values()
        if each.state is ReplyState.WITHDRAWN and not each.was_released
    }
    return [
        replace(one, state=GuestWord.WAITING, reply_id=None) if one.reply_id in gone else one
        for one in comments
    ]
