"""What a guest gets who holds a link to one take: the door, the room with its video, and a pen.

Whoever has no account here acts: a link says what is shown, and what the browser was given at
the door says who wrote. Both are asked for each time, so a link that ends ends at once. Nothing
else of the school can be come by, and neither is the student named.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from practika_kernel.domain.attempts import Purpose
from practika_kernel.domain.drawings import MOST_POINTS, MOST_SHAPES
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.guests import (
    LONGEST_PHRASE,
    MOST_COMMENTS,
    MOST_VISITS,
    GuestComment,
    GuestLink,
    GuestVisit,
    NoGuestLink,
    guest_name,
)
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import NOTE_LIMIT, Take, clean_text
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.accounts import session_id as token_hash
from practika_kernel.services.attempts import Tries
from practika_kernel.services.content import Content, checked
from practika_kernel.services.guest_words import comment_view
from practika_kernel.services.guests import shown_take, told
from practika_kernel.services.media import MediaFile, media_file
from practika_kernel.services.views import Shelf, View

SHOWN = ("video", "poster", "film", "wave", "frames")
"""What a guest's player loads; what else is stored of a take is nobody's outside."""


class WrongPhrase(InvalidInput):
    """The pass phrase is another one."""

    def __init__(self) -> None:
        super().__init__("That is not the pass phrase. Ask whoever sent you the link.")


class GuestRoom:
    """One take by a link. Every link that does not open is `NoGuestLink`, whatever the reason."""

    def __init__(
        self, record: Record, hasher: Callable[[], Hasher], clock: Clock, tries: Tries
    ) -> None:
        self._record, self._hasher, self._clock, self._tries = record, hasher, clock, tries

    def door(self, token: str) -> View:
        """Return what stands on the door: nobody has come in by looking.

        ``by`` (who asks), ``title`` and ``course`` of the exercise, ``guest`` ("" for nobody
        named), ``phrase`` (whether one is asked for) and ``writes`` (whether guests may comment).
        """
        with self._record.read() as uow:
            link, take = self._link(uow, token)
            return {**_about(uow, link, take), "guest": link.guest, "phrase": bool(link.phrase)}

    def enter(self, token: str, name: str, phrase: str, client: str) -> tuple[str, int]:
        """Let a browser in; return what its cookie holds, and for how many seconds.

        Raises `InvalidInput` for no name or another phrase, `TooManyTries` after many of those
        (counted for the link and for the client), `Conflict` when fifty browsers are in already.
        """
        called = guest_name(name)
        if not called:
            raise InvalidInput("Write your name, as the teacher will see it.")
        with self._record.read() as uow:
            link, _ = self._link(uow, token)
        if link.phrase:
            self._demand_phrase(link, phrase, client)
        cookie, now = secrets.token_urlsafe(32), self._clock()
        with self._record.write() as uow:
            link, take = self._link(uow, token)
            visit = GuestVisit(new_id(), link.id, token_hash(cookie), called, now)
            if not uow.guests.visit(visit, MOST_VISITS):
                raise Conflict("This link was opened too often. Ask for a new one.")
            uow.events.append(told(EventKind.GUEST_OPENED, link, take, now, ""))
        return cookie, int((link.expires_at - now).total_seconds()) + 1

    def room(self, token: str, cookie: str) -> View | None:
        """Return all the guest's page shows; None for a browser that has not come in yet.

        That is what `door` gives, ``name``, ``video`` (a VideoView with addresses below the
        link), the guest's own ``comments``, the released ``replies`` where the link shows them
        (else None), and ``limits``.
        """
        with self._record.read() as uow:
            link, take = self._link(uow, token)
            visit = self._visit(uow, link, cookie)
            if visit is None:
                return None
            shelf = Shelf.gather(uow, [take], self._clock())
            mine = [one for one in uow.guests.comments([link.id]) if one.visit_id == visit.id]
            return {
                **_about(uow, link, take),
                "name": visit.name,
                "video": _video(shelf, take, token),
                "comments": [comment_view(one, visit.name) for one in mine],
                "replies": _replies(shelf, take) if link.replies else None,
                "limits": {"text": NOTE_LIMIT, "shapes": MOST_SHAPES, "points": MOST_POINTS},
            }

    def media(self, token: str, cookie: str, kind: str) -> MediaFile:
        """Find the bytes of what the player loads; everything else raises `NoGuestLink`."""
        with self._record.read() as uow:
            link, take = self._link(uow, token)
            if kind not in SHOWN or self._visit(uow, link, cookie) is None:
                raise NoGuestLink
            try:
                return media_file(uow, take.asset_id or "", "take.mp4", kind)
            except NotFound:
                raise NoGuestLink from None

    def opens(self, token: str) -> bool:
        """Tell whether a link leads somewhere still: for whoever is sending its video."""
        with self._record.read() as uow:
            try:
                self._link(uow, token)
            except NoGuestLink:
                return False
        return True

    def write(self, token: str, cookie: str, key: str, content: Content) -> View:
        """Keep a guest's comment and return it; the same key of the same browser is kept once.

        It is held to what a teacher's comment is held to. Raises `InvalidInput` for what is
        none, `NotAllowed` where guests only look, `Conflict` after two hundred comments.
        """
        now = self._clock()
        with self._record.write() as uow:
            link, take = self._link(uow, token)
            visit = self._visit(uow, link, cookie)
            if visit is None:
                raise NoGuestLink
            if not link.comments:
                raise NotAllowed("This link is for looking only.")
            fields = checked(uow, take, content)
            name = clean_text(key, what="key", limit=64) or new_id()
            comment = GuestComment(
                new_id(), link.id, visit.id, fields["kind"], fields["text"], now, name,
                fields["start_ms"], fields["end_ms"], fields["drawing"],
            )  # fmt: skip
            if not comment.text and comment.drawing is None:
                raise InvalidInput("Write a comment, or draw.")
            stored = uow.guests.keep(comment, MOST_COMMENTS)
            if stored is None:
                raise Conflict("No more comments fit here. Ask whoever sent you the link.")
            if stored.id == comment.id:
                at = {"start_ms": comment.start_ms}
                event = told(EventKind.GUEST_COMMENTED, link, take, now, "", **at)
                uow.events.append(event)
        return comment_view(stored, visit.name)

    def take_back(self, token: str, cookie: str, comment_id: str) -> None:
        """Remove one of this browser's comments.

        Raises `NoGuestLink` for anybody else's, `Conflict` once a teacher has dealt with it.
        """
        with self._record.write() as uow:
            link, _ = self._link(uow, token)
            visit = self._visit(uow, link, cookie)
            found = uow.guests.comment(comment_id) if is_id(comment_id) else None
            if visit is None or found is None or found.visit_id != visit.id:
                raise NoGuestLink
            if not uow.guests.take_back(found.id):
                raise Conflict("The teacher has this comment already. Write to them to change it.")

    def _link(self, uow: UnitOfWork, token: str) -> tuple[GuestLink, Take]:
        """Return a link that opens, and its take."""
        link = uow.guests.by_token(token_hash(token))
        take = shown_take(uow, link, self._clock())
        assert link is not None  # without one there is no take
        return link, take

    def _visit(self, uow: UnitOfWork, link: GuestLink, cookie: str) -> GuestVisit | None:
        """Return the visit of a cookie, if it was to this very link."""
        found = uow.guests.visitor(token_hash(cookie)) if cookie else None
        return found if found is not None and found.link_id == link.id else None

    def _demand_phrase(self, link: GuestLink, phrase: str, client: str) -> None:
        attempt = self._tries.begin(Purpose.JOIN, f"guest {link.id}", client)
        if not self._hasher().verify(link.phrase, phrase.strip()[:LONGEST_PHRASE]):
            raise WrongPhrase
        self._tries.passed(attempt)


def _about(uow: UnitOfWork, link: GuestLink, take: Take) -> View:
    exercise, course = uow.exercises.get(take.exercise_id), uow.courses.get(take.course_id)
    by = uow.people.get(link.made_by)
    return {
        "by": by.name if by else "",
        "title": exercise.title if exercise else "A take",
        "course": course.title if course else "",
        "writes": link.comments,
    }


def _video(shelf: Shelf, take: Take, token: str) -> View:
    """Describe the video as the player wants it, with addresses that lead by the link alone."""
    found = shelf.video(take.asset_id, "guest")
    own: dict[str, Any] = {
        key: f"guest/{token}/{kind}" if found[key] else ""
        for key, kind in (("src", "video"), *((kind, kind) for kind in SHOWN[1:]))
    }
    return {**found, **own, "qualities": [], "captions": "", "retry": False, "unmade": []}


def _replies(shelf: Shelf, take: Take) -> list[View]:
    """Describe the released comments on a take: words, drawing and moment; nobody's name."""
    kept = ("id", "kind", "text", "html", "start", "end", "drawing", "shown")

    def told_to_guests(reply: Reply) -> bool:
        out = reply.state is ReplyState.RELEASED and reply.parent_id is None
        return out and bool(reply.text or reply.drawing) and reply.author_id != take.student_id

    found = [one for one in shelf.replies.get(take.id, []) if told_to_guests(one)]
    return [{key: shelf.reply(one, "")[key] for key in kept} for one in found]
