"""What is said under a comment, as part of a larger step: what was typed, and letting it out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.services import access
from practika_kernel.services.happenings import take_event
from practika_kernel.services.views import View


def typed(uow: UnitOfWork, actor: str, parents: Iterable[str]) -> dict[str, View]:
    """Return what the person had typed under these comments and not sent, by comment."""
    kept = {parent: uow.drafts.get(actor, place(parent)) for parent in parents}
    return {parent: json.loads(draft.body) for parent, draft in kept.items() if draft}


def send(uow: UnitOfWork, reply: Reply, take: Take, now: datetime) -> bool:
    """Let an answer out, in the caller's transaction; False where its place is gone.

    That is when the comment was taken back, or its author may no longer answer there.
    """
    if reply.state is not ReplyState.DRAFT:
        return False
    try:
        access.commentable(uow, reply.author_id, take.id, reply.parent_id)
    except NotFound:
        return False
    uow.replies.save(replace(reply, state=ReplyState.RELEASED, released_at=now))
    data = {"answer": True, "has_video": reply.asset_id is not None}
    event = take_event(EventKind.REPLY_RELEASED, take, now, actor=reply.author_id, **data)
    uow.events.append(replace(event, reply_id=reply.id))
    return True


def place(parent_id: str) -> str:
    """Name the draft of an answer to this comment."""
    return f"answer:{parent_id}"
