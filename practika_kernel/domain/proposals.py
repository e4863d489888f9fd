"""What probably became of a comment, for a teacher or student to confirm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from practika_kernel.domain.feedback import Reply, ReplyKind
from practika_kernel.domain.ledger import Carried, Outcome, Verdict, same_moment


class Ground(StrEnum):
    """What a proposal rests on."""

    TAG = "tag"
    PRAISE = "praise"
    ELSEWHERE = "elsewhere"
    GONE = "gone"
    KIND = "kind"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What probably became of a comment, and what that rests on."""

    verdict: Verdict
    ground: Ground


def propose(
    reply: Reply,
    carried: Carried,
    here: Iterable[Reply],
    duration: int,
    outcome: Outcome | None,
) -> Proposal | None:
    """Propose what became of a comment, from what was said about the later take.

    Tags say what a comment is about, so they are asked first. A comment without a tag, and
    an untagged one at its moment, are compared by kind.

    Parameters
    ----------
    reply, carried
        The earlier comment, and where it lies on the later take.
    here
        The comments on the later take.
    duration
        Of the later take, in milliseconds.
    outcome
        What was decided about it before, in a take between the two.

    Returns
    -------
    Proposal or None
        The same tag again at the same moment: same, or returned when it had been fixed or
        better; fixed, if this time it is praised. The tag elsewhere in the take only: better.
        Then by kind: an untagged comment of the same kind at the same moment, or any for a
        comment without a tag: same, or returned. Others were said, but not this: fixed. None
        when nothing was said yet, when it cannot be known where it lies, and for praise.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 11, 22, tzinfo=UTC)
    >>> def said(name: str, tag: str | None, start: int) -> Reply:
    ...     return Reply(name, "t", "p", ReplyKind.FIX, "", at, at, name, start, tag_id=tag)
    >>> before, place = said("a", "timing", 2_000), Carried(2_500, None)
    >>> propose(before, place, [said("b", "timing", 3_000)], 60_000, None).ground
    <Ground.TAG: 'tag'>
    >>> propose(before, place, [said("b", "posture", 3_000)], 60_000, None).verdict
    <Verdict.FIXED: 'fixed'>
    """
    rows = [one for one in here if one.parent_id is None]
    if reply.kind is ReplyKind.KEEP or not rows or not carried.known:
        return None
    at_it = [one for one in rows if same_moment(carried, one, duration)]
    mended = outcome is not None and outcome.verdict in (Verdict.FIXED, Verdict.BETTER)
    again = Verdict.RETURNED if mended else Verdict.SAME
    return _by_tag(reply, at_it, again) or _by_kind(reply, at_it, again) or _not_here(reply, rows)


def _by_tag(reply: Reply, at_it: list[Reply], again: Verdict) -> Proposal | None:
    tagged = [one for one in at_it if reply.tag_id and one.tag_id == reply.tag_id]
    if any(one.kind is not ReplyKind.KEEP for one in tagged):
        return Proposal(again, Ground.TAG)
    return Proposal(Verdict.FIXED, Ground.PRAISE) if tagged else None


def _by_kind(reply: Reply, at_it: list[Reply], again: Verdict) -> Proposal | None:
    """A comment with another tag at the same moment is about another matter."""
    alike = (one for one in at_it if one.kind is reply.kind)
    if any(not (reply.tag_id and one.tag_id) for one in alike):
        return Proposal(again, Ground.KIND)
    return None


def _not_here(reply: Reply, rows: list[Reply]) -> Proposal:
    if not reply.tag_id:
        return Proposal(Verdict.FIXED, Ground.QUIET)
    tagged = (one for one in rows if one.tag_id == reply.tag_id)
    if any(one.kind is not ReplyKind.KEEP for one in tagged):
        return Proposal(Verdict.BETTER, Ground.ELSEWHERE)
    return Proposal(Verdict.FIXED, Ground.GONE)
