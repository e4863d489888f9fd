"""Released comments that are changed or taken back; what they said before stays readable."""

from __future__ import annotations

from dataclasses import replace

from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyState, ReplyVersion
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take
from practika_kernel.services import access
from practika_kernel.services.content import Content, check_not_empty, checked
from practika_kernel.services.happenings import take_event
from practika_kernel.services.markdown import as_html
from practika_kernel.services.reply_trash import put_away
from practika_kernel.services.views import Shelf, View, iso

_CONTENT = ("kind", "text", "start_ms", "end_ms", "clip_id", "drawing", "tag_id")


class Edits:
    """What an author may still do to a released comment, and its history."""

    def __init__(self, record: Record, clock: Clock, trash_days: int) -> None:
        self._record, self._clock, self._trash_days = record, clock, trash_days

    def edit(self, actor: str, reply_id: str, content: Content) -> View:
        """Change a released comment; what it said before is kept as a version.

        The same content again changes nothing. Raises `InvalidInput` as saving does,
        `NotAllowed` for somebody else's comment, `Conflict` when it was just changed elsewhere.
        """
        now = self._clock()
        with self._record.write() as uow:
            old, take = self._own(uow, actor, reply_id, Verb.EDIT)
            fields = checked(uow, take, content)
            if all(getattr(old, name) == fields[name] for name in _CONTENT):
                return Shelf.gather(uow, [take], now).reply(old, actor)
            new = replace(old, **fields, edited_at=now, updated_at=now)
            check_not_empty(new, has_video=False)
            uow.versions.add(_version(uow, old))
            uow.replies.save(new)
            event = take_event(EventKind.REPLY_EDITED, take, now, actor=actor)
            uow.events.append(replace(event, reply_id=new.id))
            return Shelf.gather(uow, [take], now).reply(new, actor)

    def reword(self, actor: str, reply_id: str, text: str) -> View:
        """Change the words of an own released answer or comment; all else of it stays.

        Errors are those of `edit`.
        """
        with self._record.read() as uow:
            old, _ = access.reply(uow, actor, reply_id, Verb.EDIT)
        place = (old.start_ms, old.end_ms, old.clip_id, old.drawing, old.tag_id)
        return self.edit(actor, reply_id, Content(old.kind, text, *place))

    def withdraw(self, actor: str, reply_id: str) -> None:
        """Take a released comment back: its student sees neither it nor the answers to it.

        It lies in its author's trash, from where it can be put back (`ReplyTrash`).

        An answer goes with what it answers, so the events say that of each of them, too:
        nobody was answered by what cannot be seen.
        """
        now = self._clock()
        with self._record.write() as uow:
            reply, take = self._own(uow, actor, reply_id, Verb.WITHDRAW)
            put_away(uow, reply, now, self._trash_days)
            event = take_event(EventKind.REPLY_WITHDRAWN, take, now, actor=actor)
            gone = [
                r.id
                for r in uow.replies.of_takes([take.id])
                if r.parent_id == reply.id and r.state is ReplyState.RELEASED
            ]
            for each in (reply.id, *gone):
                uow.events.append(replace(event, reply_id=each))

    def history(self, actor: str, reply_id: str) -> list[View]:
        """Return what a comment said before, oldest first, for everybody who may read it now."""
        with self._record.read() as uow:
            access.reply(uow, actor, reply_id, Verb.SEE)
            return [_describe(version) for version in uow.versions.of_reply(reply_id)]

    def _own(self, uow: UnitOfWork, actor: str, reply_id: str, verb: Verb) -> tuple[Reply, Take]:
        """Return the released comment; its author must still be one who may comment there."""
        reply, take = access.reply(uow, actor, reply_id, verb)
        access.commentable(uow, actor, take.id, reply.parent_id)
        return reply, take


def taken_back(uow: UnitOfWork, shelf: Shelf, actor: str, take: Take) -> list[View]:
    """Describe what the acting person threw away on a take, without answers; theirs alone.

    ``until`` is the day until which it can be put back; None for what never can.
    """
    thrown = {one.reply_id: one for one in uow.reply_trash.of_person(actor)}
    found = {reply.id: reply for reply in uow.replies.taken_back(take.id, actor)}
    found |= uow.replies.many(set(thrown) - set(found))
    rows = [one for one in found.values() if one.take_id == take.id and one.parent_id is None]
    return [
        {
            **shelf.reply(reply, actor),
            "withdrawn": iso(reply.updated_at),
            "until": iso(thrown[reply.id].expires_at) if reply.id in thrown else None,
        }
        for reply in sorted(rows, key=lambda one: one.updated_at, reverse=True)
    ]


def _version(uow: UnitOfWork, old: Reply) -> ReplyVersion:
    return ReplyVersion(
        id=new_id(),
        reply_id=old.id,
        number=len(uow.versions.of_reply(old.id)) + 1,
        at=old.edited_at or old.released_at or old.created_at,
        **{name: getattr(old, name) for name in _CONTENT},
    )


def _describe(version: ReplyVersion) -> View:
    return {
        "number": version.number,
        "kind": str(version.kind),
        "html": as_html(version.text),
        "start": None if version.start_ms is None else version.start_ms / 1000,
        "end": None if version.end_ms is None else version.end_ms / 1000,
        "drawn": version.drawing is not None,
        "at": iso(version.at),
    }
