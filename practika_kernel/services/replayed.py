"""What was played of replies: kept as it was told, and noted once when it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from practika_kernel.domain import ledger
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.ledger import Stretch, Watch
from practika_kernel.domain.played import LOOK_BACK, counted, of_reply
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.services.happenings import take_event

MOST_VIDEOS = 4
"""Video replies in one report: one stands beside the take, and few play in a few seconds."""

_TOLD = (EventKind.VIEWED, EventKind.REPLY_VIEWED)


def note_played(
    uow: UnitOfWork,
    take: Take,
    before: Watch | None,
    now: datetime,
    views: Sequence[Stretch],
    length: int,
    videos: Mapping[str, Sequence[Stretch]],
) -> bool:
    """Keep what a take's own student played of it and of the videos that reply to it.

    Parameters
    ----------
    before
        What was known before this report; it bounds how much may have been played.
    views
        What was played of the take, bounded already; ``length`` is the take's, in milliseconds.
    videos
        What the page says was played of video replies, by reply.

    Returns
    -------
    bool
        Whether there was anything to keep. When with this report half a minute of the take's
        replies was played in one sitting, `REPLY_PLAYED` is noted beside it, once a sitting.

    What is told of anything but a released video reply to this take is left out. Raises
    `InvalidInput` for times that do not lie on its video, and for too many videos at once.
    """
    if len(videos) > MOST_VIDEOS:
        raise InvalidInput("The page reported more than anybody can have played.")
    released = [
        reply
        for reply in (uow.replies.of_takes([take.id]) if views or videos else [])
        if reply.state is ReplyState.RELEASED and reply.author_id != take.student_id
    ]
    marked = any(mark.released_at for mark in uow.marks.of_takes([take.id])) if views else False
    played = {
        reply_id: _bounded(uow, released, reply_id, spans, before, now)
        for reply_id, spans in videos.items()
    }
    played = {reply_id: found for reply_id, found in played.items() if found[0]}
    if not views and not played:
        return False
    answered = bool(released) or marked
    seconds = of_reply(views, [spans for spans, _ in played.values()], answered)
    actor, rest = take.student_id, {"reply_seconds": round(seconds, 3)} if seconds else {}
    if views:
        told = {"spans": [list(one) for one in views], "length_ms": length}
        uow.events.append(take_event(EventKind.VIEWED, take, now, actor=actor, **told, **rest))
        rest = {}
    for reply_id, (spans, lasts) in played.items():
        told = {"spans": [list(one) for one in spans], "length_ms": lasts}
        event = take_event(EventKind.REPLY_VIEWED, take, now, actor=actor, **told, **rest)
        uow.events.append(replace(event, reply_id=reply_id))
        rest = {}
    if seconds and _counts_now(uow, take, now):
        uow.events.append(take_event(EventKind.REPLY_PLAYED, take, now, actor=actor))
    return True


def _bounded(
    uow: UnitOfWork,
    released: Sequence[Reply],
    reply_id: str,
    spans: Sequence[Stretch],
    before: Watch | None,
    now: datetime,
) -> tuple[list[Stretch], int]:
    reply = next((one for one in released if one.id == reply_id and one.asset_id), None)
    asset = uow.assets.get(reply.asset_id) if reply is not None and reply.asset_id else None
    if asset is None or asset.duration is None:
        return [], 0  # taken back while it played, or never one of this take's
    lasts = int(asset.duration * 1000)
    return ledger.viewed(before, now, spans, lasts), lasts


def _counts_now(uow: UnitOfWork, take: Take, now: datetime) -> bool:
    reports = [
        (event.at, float(event.data.get("reply_seconds") or 0.0))
        for event in uow.events.of_takes([take.id], _TOLD, now - LOOK_BACK)
        if event.actor_id == take.student_id
    ]
    return now in counted(sorted(reports))
