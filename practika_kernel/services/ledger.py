"""The feedback ledger: what was seen of comments, what became of them, and where they lie now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from practika_kernel.domain import ledger
from practika_kernel.domain.errors import Conflict, InvalidInput
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.ledger import Outcome, Stretch, Verdict, Watch
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.services import access
from practika_kernel.services.alignments import Alignments
from practika_kernel.services.carrying import Carrying, duration_ms
from practika_kernel.services.happenings import take_event
from practika_kernel.services.markdown import as_html, as_plain
from practika_kernel.services.marks import read as read_marks
from practika_kernel.services.replayed import note_played
from practika_kernel.services.views import View, iso

MOST = 6
"""Open comments told of: three to fix at a time, and as many that a new reply shows already."""
_TRIES = 4


class Ledger:
    """Follows each comment from being given to being fixed."""

    def __init__(self, record: Record, clock: Clock, alignments: Alignments) -> None:
        self._record, self._clock, self._alignments = record, clock, alignments

    def report(
        self,
        actor: str,
        take_id: str,
        played: Sequence[Stretch],
        read: Mapping[str, int],
        replies: Mapping[str, Sequence[Stretch]] | None = None,
    ) -> list[str]:
        """Add what a page saw of its person playing and reading; return what is seen by it now.

        Parameters
        ----------
        played
            Stretches of the take that were played since the last report, in milliseconds.
        read
            Milliseconds each comment's words stood in view since then, by comment.
        replies
            Stretches of video replies to it that were played since then, by reply.

        Returns
        -------
        list of str
            Comments that count as seen from now on, and ``marks`` when the take's marks do;
            ``read`` tells of them by that name. Only the take's own student's playing and
            reading counts; for everybody else it is empty and nothing is kept.

        Raises `NotFound` like the take, and `InvalidInput` for times that do not lie on it.
        """
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            if take.student_id != actor:
                return []
        for _ in range(_TRIES):
            marked = self._add(actor, take, played, read, replies or {})
            if marked is not None:
                return marked
        raise Conflict("Another page reports at the same moment.")

    def _add(
        self,
        actor: str,
        take: Take,
        played: Sequence[Stretch],
        read: Mapping[str, int],
        replies: Mapping[str, Sequence[Stretch]],
    ) -> list[str] | None:
        """Write the report; None when another page of the same student was faster."""
        now = self._clock()
        with self._record.write() as uow:
            fresh = [r for r in uow.replies.of_takes([take.id]) if _unseen(r, actor)]
            before, length = uow.watches.get(take.id), duration_ms(uow, take)
            marks = [ledger.MARKS] if uow.marks.unseen(take.id) else []
            watch = ledger.told(before, take.id, now, played, read, length, fresh, marks)
            views = ledger.viewed(before, now, played, length)
            nothing = not views and not replies
            if before is not None and nothing and _says_nothing_new(before, watch):
                return []
            if not uow.watches.put(watch, before.reported_at if before else None):
                return None
            note_played(uow, take, before, now, views, length, replies)
            seen = [r.id for r in fresh if ledger.is_seen(r, watch, length)]
            marked = uow.replies.mark_seen(take.id, seen, now) if seen else []
            for reply in marked:
                by = "read" if watch.read.get(reply.id, 0) >= ledger.READ_MS else "played"
                event = take_event(EventKind.REPLY_SEEN, take, now, actor=actor, by=by)
                uow.events.append(replace(event, reply_id=reply.id))
            names = [reply.id for reply in marked]
            if watch.read.get(ledger.MARKS, 0) >= ledger.READ_MS and read_marks(
                uow, actor, take, now
            ):
                names.append(ledger.MARKS)
        return names

    def judge(self, actor: str, reply_id: str, verdict: str, take_id: str) -> None:
        """Say what became of a comment in a later take; an empty verdict takes it back.

        The take's student and the teachers of its course may; the newest word counts, and
        every one is an event. Raises `InvalidInput` for an unknown verdict or a take that is
        not a later one of the same stack, `NotFound` for what the person may not see.
        """
        if verdict not in ("", *Verdict):
            raise InvalidInput("A comment is fixed, better, the same, or it has returned.")
        now = self._clock()
        with self._record.write() as uow:
            reply, on = access.reply(uow, actor, reply_id, Verb.JUDGE)
            later = access.take(uow, actor, take_id, Verb.SEE)
            if _stack(later) != _stack(on) or later.number <= on.number:
                raise InvalidInput("What became of a comment is seen in a later take.")
            before = uow.outcomes.of_replies([reply.id]).get(reply.id)
            if (before.verdict if before else "") == verdict and (
                before is None or before.take_id == later.id
            ):
                return
            if verdict:
                uow.outcomes.put(Outcome(reply.id, later.id, Verdict(verdict), actor, now))
            else:
                uow.outcomes.delete(reply.id)
            data = {"verdict": verdict, "before": str(before.verdict) if before else ""}
            event = take_event(EventKind.REPLY_JUDGED, on, now, actor=actor, on=later.id, **data)
            uow.events.append(replace(event, reply_id=reply.id))

    def beside(self, actor: str, take_id: str) -> View:
        """Return the ledger of one take: its comments' lives, and what was said last time.

        Returns
        -------
        dict
            ``mine`` (the acting person's own take), ``lives`` by comment, ``last``: comments on
            earlier takes with where they lie on this one, what became of them and what is
            proposed; ``previous`` (the take most of them come from, with the time map to this
            one), ``line`` (what to know about the times) and ``waiting`` (maps are being made).

        The first time, maps that are missing are asked for.
        """
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            person = access.acting(uow, actor)
            relations = access.take_relations(uow, person, take)
            hidden = access.hidden(uow, actor)
            stack = [
                t
                for t in uow.takes.stack(take.exercise_id, take.student_id)
                if _sent(t) and t.id not in hidden
            ]
            carrying = Carrying(uow, self._alignments, take, stack, actor)
            view: View = {
                "mine": take.student_id == actor,
                "teacher": allowed(Verb.REPLY, Thing.TAKE, relations),
                "lives": carrying.lives(),
                **carrying.last(),
            }
            missing = carrying.missing
        if missing:
            with self._record.write() as uow:
                for ref, other in missing:
                    self._alignments.ask(uow, ref, other)
        return view

    def to_fix(self, actor: str) -> View:
        """Return the most important open comments on a student's takes, and how many are open.

        To fix stands before questions before praise, the newest reply first. Each names the
        newest later take, if there is one, and where the comment lies on it.
        """
        with self._record.read() as uow:
            access.demand_page(uow, actor, Thing.STUDENT_PAGE)
            takes = {t.id: t for t in uow.takes.of_student(actor) if _sent(t)}
            replies = [
                r
                for r in uow.replies.of_takes(list(takes))
                if r.state is ReplyState.RELEASED and r.author_id != actor and not r.parent_id
            ]
            outcomes = uow.outcomes.of_replies([r.id for r in replies])
            lives = {
                r.id: ledger.life(r, _with(takes, takes[r.take_id]), outcomes.get(r.id))
                for r in replies
            }
            still = [r for r in replies if ledger.is_open(r, lives[r.id])]
            still.sort(key=ledger.weight)
            return {
                "open": len(still),
                "fixed": sum(o.verdict is Verdict.FIXED for o in outcomes.values()),
                "items": [
                    {**self._thing(uow, r, takes), "life": str(lives[r.id])} for r in still[:MOST]
                ],
            }

    def _thing(self, uow: UnitOfWork, reply: Reply, takes: Mapping[str, Take]) -> View:
        take = takes[reply.take_id]
        later = [t for t in _with(takes, take) if t.number > take.number]
        newest = max(later, key=lambda t: t.number, default=None)
        exercise = uow.exercises.get(take.exercise_id)
        author = uow.people.get(reply.author_id)
        view: View = {
            "id": reply.id,
            "kind": str(reply.kind),
            "text": reply.text,
            "html": as_html(reply.text),
            "plain": as_plain(reply.text),
            "start": None if reply.start_ms is None else reply.start_ms / 1000,
            "take": {"id": take.id, "number": take.number, "bare": take.asset_id is None},
            "exercise": exercise.title if exercise else "",
            "author": author.name if author else "Somebody",
            "released": iso(reply.released_at),
            "later": None,
            "at": None,
            "why": "",
        }
        if newest is not None:
            carrying = Carrying(uow, self._alignments, newest, [], take.student_id)
            found = carrying.carried(reply, take)
            view["take"]["bare"] = None in (take.asset_id, newest.asset_id)
            view["later"] = {"id": newest.id, "number": newest.number}
            view["at"] = None if found.start is None else found.start / 1000
            view["why"] = found.why
        return view

    def prepare(self, uow: UnitOfWork, take: Take) -> None:
        """Have a new take aligned with what stands beside it when a teacher opens it.

        That is the reference, and the earlier takes whose comments are still open.
        """
        exercise = uow.exercises.get(take.exercise_id)
        wanted = [exercise.reference_asset_id] if exercise else []
        stack = [t for t in uow.takes.stack(take.exercise_id, take.student_id) if _sent(t)]
        earlier = {t.id: t for t in stack if t.number < take.number}
        replies = uow.replies.of_takes(list(earlier))
        outcomes = uow.outcomes.of_replies([r.id for r in replies])
        for reply in replies:
            state = ledger.life(reply, [], outcomes.get(reply.id))
            if ledger.is_open(reply, state):
                wanted.append(earlier[reply.take_id].asset_id)
        own = take.asset_id
        for asset_id in dict.fromkeys(one for one in wanted if one and own and one != own):
            self._alignments.ask(uow, asset_id, str(own))


def _sent(take: Take) -> bool:
    return take.state is TakeState.SUBMITTED


def _stack(take: Take) -> tuple[str, str]:
    return take.exercise_id, take.student_id


def _with(takes: Mapping[str, Take], take: Take) -> list[Take]:
    return [t for t in takes.values() if _stack(t) == _stack(take)]


def _unseen(reply: Reply, student: str) -> bool:
    return (
        reply.state is ReplyState.RELEASED and reply.seen_at is None and reply.author_id != student
    )


def _says_nothing_new(before: Watch, after: Watch) -> bool:
    return dict(before.played) == dict(after.played) and dict(before.read) == dict(after.read)
