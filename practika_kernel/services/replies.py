"""Replies: comments as they are typed, saved, released and seen."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from practika_kernel.domain.drawings import MOST_POINTS, MOST_SHAPES
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Draft, Reply, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take, TakeState, clean_text
from practika_kernel.services import access, bank, edits, marks, tagging, threads
from practika_kernel.services.content import Content, check_not_empty, checked, is_empty
from practika_kernel.services.happenings import take_event
from practika_kernel.services.queue import place_in_line
from practika_kernel.services.reply_trash import put_away
from practika_kernel.services.uploads import Uploads
from practika_kernel.services.views import Shelf, View

DRAFT_LIMIT = 48_000
"""Longest draft in bytes of JSON: a full comment in any script, with a full drawing."""


class Replies:
    """A teacher's answers. ``trash_days`` is how long one that was thrown away can be put back."""

    def __init__(self, record: Record, clock: Clock, uploads: Uploads, trash_days: int) -> None:
        self._record, self._clock, self._uploads = record, clock, uploads
        self._trash_days = trash_days

    def desk(self, actor: str, take_id: str) -> View:
        """Return all a teacher needs for answering a take.

        That is the take, its comments and marks, what was taken back, the take before it with
        its own, the place in the queue, tags, comment bank, and what was typed last.
        """
        now = self._clock()
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            stack = uow.takes.stack(take.exercise_id, take.student_id)
            hidden = access.hidden(uow, actor)
            before = [
                t for t in stack if t.number < take.number and _is_sent(t) and t.id not in hidden
            ]
            earlier = before[-1] if before else None
            shelf = Shelf.gather(uow, [take, *([earlier] if earlier else [])], now)
            view: View = {
                "take": shelf.take(take),
                "position": place_in_line(uow, actor, take.id, now),
                "replies": shelf.replies_on(take, actor),
                "earlier": None,
                "draft": _load(uow.drafts.get(actor, f"take:{take.id}")),
                "taken_back": edits.taken_back(uow, shelf, actor, take),
                "rubric": marks.rubric(uow, actor, take, earlier),
                "tags": tagging.offered(uow, take.course_id),
                "tag_words": tagging.words(uow, take.course_id),
                "bank": bank.shown(uow, shelf, actor, take),
                "upload": {"limit": self._uploads.limit},
                "take_id": take.id,
                "can": {"reply": True, "answer": True},
                "drawing": {"shapes": MOST_SHAPES, "points": MOST_POINTS},
            }
            if earlier is not None:
                view["earlier"] = {
                    "take": shelf.take(earlier),
                    "replies": shelf.replies_on(earlier, actor),
                }
            typed = threads.typed(uow, actor, [reply["id"] for reply in view["replies"]])
        for reply in view["replies"]:
            reply["typed"] = typed.get(reply["id"])
        self._uploads.beside(actor, take_id, view["replies"])
        return view

    def save(
        self,
        actor: str,
        take_id: str,
        *,
        client_key: str,
        kind: str,
        text: str,
        start_ms: int | None = None,
        end_ms: int | None = None,
        parent_id: str | None = None,
        clip_id: str | None = None,
        reply_id: str | None = None,
        has_video: bool = False,
        drawing: object = None,
        tag_id: str | None = None,
        typed: bool = True,
    ) -> View:
        """Save a comment as a draft, or change the draft ``reply_id``.

        Parameters
        ----------
        client_key
            The page's own name for the comment; saving it twice stores it once.
        kind, text
            ``fix``, ``keep`` or ``ask``, and up to 4,000 characters.
        start_ms, end_ms
            Milliseconds on the take: a range, a moment (no end), or neither.
        parent_id, clip_id
            The comment it answers, and a clip of this take to show with it.
        has_video
            True when a video is about to be uploaded for it, so that the text may be empty.
        drawing, tag_id
            What is drawn over the picture (see `practika_kernel.domain.drawings`), and a tag
            of the take's course.
        typed
            True when this is what was being typed: then the draft of it is forgotten.

        Raises `InvalidInput`: empty, too long, an unknown kind, a time outside the take, a
        drawing that is none or has no moment. `NotFound`: a clip or tag of somewhere else.
        """
        content = Content(kind, text, start_ms, end_ms, clip_id, drawing, tag_id)
        now = self._clock()
        with self._record.write() as uow:
            take = access.commentable(uow, actor, take_id, parent_id)
            fields: dict[str, Any] = {**checked(uow, take, content), "updated_at": now}
            if reply_id is not None:
                reply = self._own_draft(uow, actor, reply_id, take, fields)
            else:
                key = clean_text(client_key, what="key", limit=64) or new_id()
                fields |= {"created_at": now, "client_key": key, "parent_id": parent_id}
                reply = Reply(id=new_id(), take_id=take.id, author_id=actor, **fields)
            reply = self._kept(uow, reply, has_video, new=reply_id is None)
            event = take_event(EventKind.REPLY_SAVED, take, now, actor=actor)
            uow.events.append(replace(event, reply_id=reply.id))
            if typed:
                uow.drafts.delete(actor, f"take:{take.id}")
            return Shelf.gather(uow, [take], now).reply(reply, actor)

    def _kept(self, uow: UnitOfWork, reply: Reply, has_video: bool, *, new: bool) -> Reply:
        """Store the comment; one that the page sent before comes back as it was stored."""
        check_not_empty(reply, has_video)
        if new:
            return uow.replies.add(reply)
        uow.replies.save(reply)
        return reply

    def _own_draft(
        self, uow: UnitOfWork, actor: str, reply_id: str, take: Take, fields: dict[str, Any]
    ) -> Reply:
        old, on = access.reply(uow, actor, reply_id, Verb.CHANGE)
        if on.id != take.id:
            raise NotFound
        return replace(old, **fields)

    def remove(self, actor: str, reply_id: str) -> None:
        """Throw one of the author's own drafts away, into their trash."""
        now = self._clock()
        with self._record.write() as uow:
            reply, take = access.reply(uow, actor, reply_id, Verb.CHANGE)
            put_away(uow, reply, now, self._trash_days)
            event = take_event(EventKind.REPLY_SAVED, take, now, actor=actor, removed=True)
            uow.events.append(replace(event, reply_id=reply.id))

    def release(self, actor: str, take_id: str) -> int:
        """Let the student see the author's drafts on a take, marks too; return how many.

        A reply may be comments, marks, or both. A second call releases nothing and returns 0.
        Raises `InvalidInput` when there is nothing to release at all, and when a video reply
        has not arrived yet. Answers in threads are no part of it: they go out by themselves.
        """
        now = self._clock()
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            mine = [
                r
                for r in uow.replies.of_takes([take.id])
                if r.author_id == actor and r.parent_id is None
            ]
            drafts = [r for r in mine if r.state is ReplyState.DRAFT]
            if not mine and not any(m.author_id == actor for m in uow.marks.of_takes([take.id])):
                raise InvalidInput(
                    "There is nothing to release yet. Write a comment or mark the take first."
                )
            if any(is_empty(r) for r in drafts):
                raise InvalidInput(
                    "A video reply is still on its way. Release when it has arrived, or remove it."
                )
            released = uow.replies.release(take.id, actor, now)
            for reply in released:
                data = {
                    "kind": str(reply.kind),
                    "start_ms": reply.start_ms,
                    "end_ms": reply.end_ms,
                    "has_video": reply.asset_id is not None,
                    "has_clip": reply.clip_id is not None,
                    "length": len(reply.text),
                    "answer": False,
                    "has_drawing": reply.drawing is not None,
                    "tag": reply.tag_id or "",
                }
                event = take_event(EventKind.REPLY_RELEASED, take, now, actor=actor, **data)
                uow.events.append(replace(event, reply_id=reply.id))
            return len(released) + marks.release(uow, actor, take, now)

    def put_draft(self, actor: str, take_id: str, body: dict[str, Any]) -> None:
        """Keep what is being typed about a take, replacing what was kept before.

        An empty body forgets it. Raises `InvalidInput` above 20 kB.
        """
        text = json.dumps(body)
        if len(text) > DRAFT_LIMIT:
            raise InvalidInput("This comment is too long to keep. Save it in two parts.")
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            place = f"take:{take.id}"
            if body:
                uow.drafts.put(Draft(actor, place, text, self._clock()))
            else:
                uow.drafts.delete(actor, place)

    def draft(self, actor: str, take_id: str) -> dict[str, Any] | None:
        """Return what was typed last about a take; None when there is nothing."""
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            return _load(uow.drafts.get(actor, f"take:{take.id}"))


def _is_sent(take: Take) -> bool:
    return take.state is TakeState.SUBMITTED


def _load(draft: Draft | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    body: dict[str, Any] = json.loads(draft.body)
    return {**body, "saved": draft.updated_at.isoformat()}
