"""The replies to a take as WebVTT: any player shows them under the picture."""

from __future__ import annotations

from practika_kernel.domain.captions import Cue, webvtt_of
from practika_kernel.research.export.lanes import laid_out, words
from practika_kernel.research.export.rows import ReplyRow, TakeRow


def captions(take: TakeRow, replies: list[ReplyRow]) -> str:
    """Return comments and answers as cues "author: words", in order of time.

    A range is as long as it is; a moment stays four seconds, as in Practika's own player. What
    is said about the whole take is a cue over all of it.
    """
    cues = []
    for one in laid_out(replies, take.duration_ms):
        who = one.reply.author or one.reply.author_role
        moment = one.end_ms - one.start_ms <= 1
        said = f"{who}: {words(one.reply)}"
        cues.append(Cue(said, one.start_ms, None if moment else one.end_ms))
    return webvtt_of(cues)
