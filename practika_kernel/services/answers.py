"""Answers in the threads of comments: typed, sent, with a video that follows, taken back."""

from __future__ import annotations

import json
from typing import Any

from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.feedback import Draft, ReplyState
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.services import access, threads
from practika_kernel.services.edits import Edits
from practika_kernel.services.replies import DRAFT_LIMIT, Replies
from practika_kernel.services.views import View


class Answers:
    """What a student, or a teacher, says under a comment."""

    def __init__(self, record: Record, clock: Clock, replies: Replies, edits: Edits) -> None:
        self._record, self._clock = record, clock
        self._replies, self._edits = replies, edits

    def give(
        self, actor: str, parent_id: str, text: str, client_key: str, *, has_video: bool = False
    ) -> View:
        """Answer a released comment in its thread; the same key answers once.

        It is out at once. With ``has_video`` the text may be empty, and it goes out by itself
        when the video has arrived and was looked at: until then its author alone sees it.
        `NotFound` for who does not see the comment, exactly as for one that never was.
        """
        with self._record.read() as uow:
            parent, take = access.reply(uow, actor, parent_id, Verb.SEE)
        saved = self._replies.save(
            actor,
            take.id,
            client_key=client_key,
            kind=parent.kind,
            text=text,
            parent_id=parent_id,
            has_video=has_video,
            typed=False,
        )
        with self._record.write() as uow:
            uow.drafts.delete(actor, threads.place(parent_id))
            reply = uow.replies.get(saved["id"])
            if has_video or reply is None:
                return saved
            threads.send(uow, reply, take, self._clock())
        return {**saved, "state": str(ReplyState.RELEASED)}

    def take_back(self, actor: str, reply_id: str) -> None:
        """Take an own answer back; one that waits for its video is thrown away.

        `NotAllowed` for somebody else's answer, `NotFound` for a comment that is none.
        """
        with self._record.read() as uow:
            reply, _ = access.reply(uow, actor, reply_id, Verb.SEE)
        if reply.parent_id is None:
            raise NotFound
        if reply.state is ReplyState.DRAFT:
            self._replies.remove(actor, reply_id)
        else:
            self._edits.withdraw(actor, reply_id)

    def keep(self, actor: str, parent_id: str, body: dict[str, Any]) -> None:
        """Keep what is being typed under a comment; an empty body forgets it."""
        text = json.dumps(body)
        if len(text) > DRAFT_LIMIT:
            raise InvalidInput("This answer is too long to keep. Send it in two parts.")
        with self._record.write() as uow:
            parent, take = access.reply(uow, actor, parent_id, Verb.SEE)
            access.commentable(uow, actor, take.id, parent.id)
            if body:
                uow.drafts.put(Draft(actor, threads.place(parent.id), text, self._clock()))
            else:
                uow.drafts.delete(actor, threads.place(parent.id))
