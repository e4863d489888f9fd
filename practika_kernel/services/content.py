"""What a comment holds, checked against its take before it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from practika_kernel.domain.drawings import check_shapes
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.feedback import Reply, ReplyKind, check_moment
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Take, clean_text
from practika_kernel.services.history_view import NO_VIDEO


@dataclass(frozen=True)
class Content:
    """A comment as the page sent it; nothing in it has been looked at."""

    kind: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    clip_id: str | None = None
    drawing: object = None
    tag_id: str | None = None


def checked(uow: UnitOfWork, take: Take, given: Content) -> dict[str, Any]:
    """Return the fields of a `Reply` on this take; `InvalidInput` or `NotFound` says why not."""
    if given.kind not in set(ReplyKind):
        raise InvalidInput("A comment is something to fix, to keep, or a question.")
    if take.asset_id is None and given.start_ms is not None:
        raise InvalidInput(f"{NO_VIDEO} A comment on it is about the whole take.")
    asset = uow.assets.get(take.asset_id or "")
    check_moment(given.start_ms, given.end_ms, int(((asset and asset.duration) or 0) * 1000))
    drawing = check_shapes(given.drawing)
    if drawing is not None and given.start_ms is None:
        raise InvalidInput("A drawing needs a moment. Set its time, then save again.")
    _check_clip(uow, given.clip_id, take)
    _check_tag(uow, given.tag_id, take)
    return {
        "kind": ReplyKind(given.kind),
        "text": clean_text(given.text),
        "start_ms": given.start_ms,
        "end_ms": given.end_ms,
        "clip_id": given.clip_id,
        "drawing": drawing,
        "tag_id": given.tag_id,
    }


def is_empty(reply: Reply) -> bool:
    """Whether there is nothing in it to see or hear."""
    shown = (reply.text, reply.asset_id, reply.clip_id, reply.drawing, reply.tag_id)
    return not any(shown)


def check_not_empty(reply: Reply, has_video: bool) -> None:
    """Refuse a comment that holds nothing and waits for nothing."""
    if is_empty(reply) and not has_video:
        raise InvalidInput("Write a comment, draw, or attach a video or a clip.")


def _check_clip(uow: UnitOfWork, clip_id: str | None, take: Take) -> None:
    if clip_id is None:
        return
    clip = uow.clips.get(clip_id) if is_id(clip_id) else None
    if clip is None or clip.take_id != take.id:
        raise NotFound


def _check_tag(uow: UnitOfWork, tag_id: str | None, take: Take) -> None:
    if tag_id is None:
        return
    tag = uow.tags.get(tag_id) if is_id(tag_id) else None
    if tag is None or tag.course_id != take.course_id:
        raise NotFound
