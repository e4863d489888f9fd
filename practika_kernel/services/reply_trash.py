"""The trash of replies: thrown away by their author, put back, and removed when time is up.

A comment that was released is out of its student's sight at once, with its video and the answers
to it. Whatever becomes of its take comes first: with a take that is gone its replies are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from practika_kernel.domain.errors import NotAllowed, NotFound, PractikaError
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.domain.trash import ThrownReply
from practika_kernel.services import access
from practika_kernel.services.assets import original_key
from practika_kernel.services.clips import clip_file
from practika_kernel.services.content import is_empty
from practika_kernel.services.discarding import discard
from practika_kernel.services.happenings import take_event
from practika_kernel.services.markdown import as_plain

View = dict[str, Any]

BEGINNING = 120
"""Characters of a comment that tell it from others."""


class ReplyTrash:
    """What authors threw away. ``parts`` is where files on their way lie."""

    def __init__(self, record: Record, clock: Clock, blobs: BlobStore, parts: Path) -> None:
        self._record, self._clock = record, clock
        self._blobs, self._parts = blobs, parts

    def view(self, actor: str) -> list[View]:
        """Return what the acting person can put back, the newest first; empty when nothing.

        Each has ``id``, ``title``, ``quote`` (its beginning, or ""), ``state`` (draft or
        released), and when it was ``thrown`` and ``expires`` (ISO 8601). What hangs on a take
        that is not there for them is left out.
        """
        now = self._clock()
        with self._record.read() as uow:
            access.acting(uow, actor)
            rows = [
                _view(uow, actor, one)
                for one in uow.reply_trash.of_person(actor)
                if one.expires_at > now
            ]
        return [row for row in rows if row]

    def restore(self, actor: str, reply_id: str) -> None:
        """Put a reply of one's own back exactly as it was, with the answers to it.

        Raises `NotFound` when it is not there (any more), its take or what it answers is not,
        or its author may no longer reply there.
        """
        now = self._clock()
        with self._record.write() as uow:
            access.acting(uow, actor)
            found = uow.reply_trash.of_reply(reply_id) if is_id(reply_id) else None
            reply = uow.replies.get(reply_id) if found else None
            if found is None or reply is None or found.person_id != actor:
                raise NotFound
            if found.expires_at <= now or reply.state is not ReplyState.WITHDRAWN:
                raise NotFound
            take = _place(uow, actor, reply)
            uow.replies.save(replace(reply, state=found.state, updated_at=now))
            uow.reply_trash.forget([reply.id])
            _tell(uow, take, reply, found.state, now)

    def sweep(self) -> int:
        """Remove for good what lay there too long, with its files (worker); return how many."""
        now = self._clock()
        with self._record.read() as uow:
            expired = uow.reply_trash.expired(now)
        return sum(self._remove(one, now) for one in expired)

    def _remove(self, one: ThrownReply, now: datetime) -> bool:
        with self._record.write() as uow:
            reply = uow.replies.get(one.reply_id)
            if reply is None or uow.reply_trash.of_reply(one.reply_id) != one:
                return False  # its take went, or it was put back meanwhile
            gone = uow.erasing.remove_reply(one.reply_id)
        for name in gone.uploads:
            (self._parts / name).unlink(missing_ok=True)
        for asset in gone.assets:
            folder = original_key(asset.sha256).removesuffix("original")
            for stored in list(self._blobs.stored(folder)):
                discard(self._blobs, stored.key, now, partial(self._sent, asset.sha256))
        for key in gone.clip_keys:
            discard(self._blobs, clip_file(key), now, partial(self._cut, key))
        return True

    def _sent(self, sha256: str) -> bool:
        """Whether somebody sent the same bytes since."""
        with self._record.read() as uow:
            return uow.assets.by_sha256(sha256) is not None

    def _cut(self, key: str) -> bool:
        """Whether somebody cut the same clip since."""
        with self._record.read() as uow:
            return bool(uow.clips.by_key(key))


def put_away(uow: UnitOfWork, reply: Reply, now: datetime, days: int) -> None:
    """Take a reply out of everybody's sight, to be put back until a day.

    One that holds nothing, because its video never came, leaves nothing to put back.
    """
    uow.replies.save(replace(reply, state=ReplyState.WITHDRAWN, updated_at=now))
    if not is_empty(reply):
        until = now + timedelta(days=days)
        thrown = ThrownReply(new_id(), reply.id, reply.author_id, reply.state, now, until)
        uow.reply_trash.add(thrown)


def _place(uow: UnitOfWork, actor: str, reply: Reply) -> Take:
    """Return the take a reply may be put back on; `NotFound` for everything that stops it."""
    try:
        return access.commentable(uow, actor, reply.take_id, reply.parent_id)
    except NotAllowed:
        raise NotFound from None


def _tell(uow: UnitOfWork, take: Take, reply: Reply, state: ReplyState, now: datetime) -> None:
    kind, author = EventKind.REPLY_SAVED, reply.author_id
    if state is not ReplyState.RELEASED:
        event = take_event(kind, take, now, actor=author, restored=True)
        uow.events.append(replace(event, reply_id=reply.id))
        return
    event = take_event(EventKind.REPLY_RESTORED, take, now, actor=author)
    answers = [
        one.id
        for one in uow.replies.of_takes([take.id])
        if one.parent_id == reply.id and one.state is ReplyState.RELEASED
    ]
    for each in (reply.id, *answers):
        uow.events.append(replace(event, reply_id=each))


def _view(uow: UnitOfWork, actor: str, one: ThrownReply) -> View:
    """Describe what lies there; empty when its take is not there for its author."""
    reply = uow.replies.get(one.reply_id)
    try:
        take = access.take(uow, actor, reply.take_id if reply else "", Verb.SEE)
    except PractikaError:
        return {}
    assert reply is not None  # without one there is no take
    exercise, student = uow.exercises.get(take.exercise_id), uow.people.get(take.student_id)
    where = f"{exercise.title if exercise else 'a take'}, take {take.number}"
    whose = f"{student.name}, " if student and student.id != actor else ""
    words = as_plain(reply.text)
    quote = words if len(words) <= BEGINNING else words[: BEGINNING - 1].rstrip() + "…"
    return {
        "id": reply.id,
        "take": take.id,
        "title": f"{'Answer' if reply.parent_id else 'Comment'} on {whose}{where}",
        "quote": quote,
        "state": str(one.state),
        "thrown": one.thrown_at.isoformat(),
        "expires": one.expires_at.isoformat(),
    }
