"""Links that show one take to a guest: making, listing and ending them.

What guests do with one is in `practika_kernel.services.guest_room`, what teachers make of their
words in `practika_kernel.services.guest_words`.

LinkView, as plain JSON values::

    id, guest    "" where nobody is named
    by, made     who made it, and when
    until, state open, expired or revoked
    refused      whether the student ended it, and wants no more guests for the take
    phrase       whether a pass phrase is asked for
    replies      whether released comments are shown
    comments     whether guests may write
    letter       what became of the e-mail with it, as `LetterState`; "" for none, and for the
                 student
    opened       [{name, at}], in the order they came
    written      how many comments came by it; 0 for the student, whom they are kept from
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.guests import (
    LONGEST_DAYS,
    SHORTEST_PHRASE,
    USUAL_DAYS,
    GuestLetter,
    GuestLink,
    GuestLinkState,
    NoGuestLink,
    checked_address,
    checked_days,
    checked_phrase,
    demand_room,
    guest_name,
)
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.letters import Letter
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.services import access
from practika_kernel.services.accounts import Hasher
from practika_kernel.services.accounts import session_id as token_hash
from practika_kernel.services.happenings import take_event
from practika_kernel.services.letter_jobs import job_of

View = dict[str, Any]
_NO_MAIL = "No mail server is set, so the link can only be copied."
LISTED = 200
"""Links in the list of a course's staff, the newest."""


class Guests:
    """Links for guests. ``address`` is where people reach Practika, with a slash at the end.

    With ``mails`` a link can be sent to its guest.
    """

    def __init__(
        self,
        record: Record,
        hasher: Callable[[], Hasher],
        clock: Clock,
        address: str,
        *,
        mails: bool = False,
    ) -> None:
        self._record, self._hasher, self._clock = record, hasher, clock
        self._address, self._mails = address, mails

    def make(
        self,
        actor: str,
        take_id: str,
        *,
        guest: str = "",
        days: int = USUAL_DAYS,
        phrase: str = "",
        replies: bool = False,
        comments: bool = True,
        email: str = "",
    ) -> View:
        """Make a link to a take; its student is told.

        Parameters
        ----------
        actor, take_id
            A teacher of the course, and a take that was submitted to it.
        guest, days
            Whom it is for, in one line of at most 80 characters, or ""; how long it opens, 1
            to 90 days.
        phrase
            What guests are asked for besides, 6 to 200 characters; "" for nothing.
        replies, comments
            Whether guests see the comments that are released, and whether they may write.
        email
            Have the link mailed to this one address, without the pass phrase; "" for nobody. It
            is then not told here: it is made when its letter leaves.

        Returns
        -------
        dict
            ``id``, ``guest``, ``until`` and ``link``, which is kept nowhere: show it once ("" where
            it is mailed).

        Raises
        ------
        NotFound, NotAllowed
            The person does not see the take, or may not show it to guests.
        InvalidInput
            A number or text outside its bounds; a take without a video; an address where there
            is no mail server.
        Conflict
            Twenty links to the take are open, or its student has ended one.
        """
        name, span, asked = guest_name(guest), checked_days(days), checked_phrase(phrase)
        to = self._addressed(email)
        with self._record.read() as uow:
            access.take(uow, actor, take_id, Verb.INVITE)
        hashed = self._hasher().hash(asked) if asked else ""  # slow on purpose: before we write
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.INVITE)
            made = GuestLink(
                new_id(), token_hash(token), take.id, actor, now, now + span,
                name, hashed, replies, comments,
            )  # fmt: skip
            _add(uow, made, take, to)
        link = "" if to else f"{self._address}guest/{token}"
        return {"id": made.id, "guest": name, "until": made.expires_at.isoformat(), "link": link}

    def _addressed(self, email: str) -> str:
        to = checked_address(email)
        if to and not self._mails:
            raise InvalidInput(_NO_MAIL)
        return to

    def end(self, actor: str, link_id: str) -> None:
        """End a link for whoever holds it; a second time changes nothing.

        For the take's student, and the staff of its course. `NotFound` for one not seen.
        """
        now = self._clock()
        with self._record.write() as uow:
            person = access.acting(uow, actor)
            found = uow.guests.get(link_id) if is_id(link_id) else None
            take = uow.takes.get(found.take_id) if found else None
            if found is None or take is None or take.state is TakeState.WITHDRAWN:
                raise NotFound
            access.demand(access.take_relations(uow, person, take), Verb.MANAGE, Thing.GUEST_LINK)
            if uow.guests.revoke(found.id, actor, now):
                uow.events.append(told(EventKind.GUEST_ENDED, found, take, now, actor))

    def allow(self, actor: str, take_id: str) -> None:
        """Let teachers show a take of one's own again, after having ended a link to it.

        `NotFound` for everybody but its student. What has ended stays ended.
        """
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            if take.student_id != actor:
                raise NotFound
            uow.guests.allow(take.id, actor)

    def of_take(self, actor: str, take_id: str) -> list[View]:
        """Return the LinkViews (see the module) of a take, newest first.

        Open ones alone for its student, with nothing of what guests wrote. `NotFound` for
        whoever does not see the take.
        """
        now = self._clock()
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            relations = access.take_relations(uow, access.acting(uow, actor), take)
            if not allowed(Verb.SEE, Thing.GUEST_LINK, relations):
                return []
            links = uow.guests.of_takes([take.id])
            if take.student_id == actor:
                return shown(uow, [one for one in links if _open(one, now)], now, words=False)
            return shown(uow, links, now)

    def of_student(self, actor: str) -> list[View]:
        """Return the LinkViews to the acting student's takes, newest first, each with its take.

        ``take`` is the id and ``title`` what it is called. Links that are over are there, too.
        """
        now = self._clock()
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            takes = {take.id: take for take in uow.takes.of_student(me.id)}
            links = uow.guests.of_takes(list(takes))
            return _titled(uow, links, takes, shown(uow, links, now, words=False))

    def of_courses(self, actor: str) -> list[View]:
        """Return the newest 200 LinkViews of the courses whose staff the person is.

        Each with ``take``, ``title``, ``course`` and ``student``. Links to takes the person is
        to rate blind are left out. Empty for everybody else.
        """
        now = self._clock()
        with self._record.read() as uow:
            courses = access.course_ids(uow, actor, Verb.MANAGE, Thing.GUEST_LINK)
            unseen = access.hidden(uow, actor)
            links = [
                one for one in uow.guests.of_courses(courses, LISTED) if one.take_id not in unseen
            ]
            found = uow.takes.many({one.take_id for one in links})
            takes = {i: t for i, t in found.items() if t.state is not TakeState.WITHDRAWN}
            links = [one for one in links if one.take_id in takes]
            rows = _titled(uow, links, takes, shown(uow, links, now))
            people = uow.people.many({take.student_id for take in takes.values()})
            names = {course.id: course.title for course in uow.courses.all()}
            for row in rows:
                take = takes[row["take"]]
                row |= {"course": names[take.course_id], "student": people[take.student_id].name}
        return rows

    def limits(self) -> View:
        """Return what a form for a link needs to know."""
        known = {"days": USUAL_DAYS, "longest": LONGEST_DAYS, "phrase": SHORTEST_PHRASE}
        return known | {"mails": self._mails}


def shown_take(uow: UnitOfWork, link: GuestLink | None, now: datetime) -> Take:
    """Return what a link opens; `NoGuestLink` when it opens nothing (any more)."""
    if link is None or link.state(now) is not GuestLinkState.OPEN:
        raise NoGuestLink
    take, maker = uow.takes.get(link.take_id), uow.people.get(link.made_by)
    if take is None or take.state is not TakeState.SUBMITTED or take.asset_id is None:
        raise NoGuestLink
    if maker is None or not maker.active:
        raise NoGuestLink
    relations = frozenset(access.course_relations(uow, maker, take.course_id))
    if not allowed(Verb.INVITE, Thing.TAKE, relations):
        raise NoGuestLink
    return take


def _add(uow: UnitOfWork, link: GuestLink, take: Take, email: str) -> None:
    """Store a link, and have it mailed where there is an address: its maker's letter."""
    if take.asset_id is None:
        raise InvalidInput("This take has no video that could be shown.")
    demand_room(uow.guests.of_takes([take.id]), take.student_id, link.created_at)
    uow.guests.add(link)
    mailed = {"mailed": True} if email else {}
    at, by = link.created_at, link.made_by
    uow.events.append(told(EventKind.GUEST_INVITED, link, take, at, by, **mailed))
    if email:
        letter = Letter(new_id(), by, at)
        uow.letters.add(letter)
        uow.guests.mail(GuestLetter(letter.id, link.id, email))
        uow.jobs.add(job_of(letter))


def end_all(uow: UnitOfWork, take: Take, actor: str, at: datetime) -> None:
    """End every open link to a take: it leaves the course whose teachers showed it."""
    for link in uow.guests.of_takes([take.id]):
        if link.state(at) is GuestLinkState.OPEN and uow.guests.revoke(link.id, actor, at):
            uow.events.append(told(EventKind.GUEST_ENDED, link, take, at, actor))


def told(
    kind: EventKind, link: GuestLink, take: Take, at: datetime, actor: str, **more: Any
) -> Event:
    """Describe something that happened to a link; who the guest is is told nowhere."""
    return take_event(kind, take, at, actor=actor, link=link.id, host=link.made_by, **more)


def shown(
    uow: UnitOfWork, links: Sequence[GuestLink], now: datetime, *, words: bool = True
) -> list[View]:
    """Describe links; without ``words`` nothing of what guests wrote. The caller authorised."""
    ids = [one.id for one in links]
    opened: dict[str, list[View]] = {}
    for visit in uow.guests.visits(ids):
        named = {"name": visit.name or "A guest", "at": visit.opened_at.isoformat()}
        opened.setdefault(visit.link_id, []).append(named)
    written = Counter(one.link_id for one in uow.guests.comments(ids)) if words else Counter[str]()
    posted = {one.link_id: one.id for one in uow.guests.letters(ids)} if words else {}
    states = {one.id: str(one.state) for one in uow.letters.many(list(posted.values())).values()}
    takes = uow.takes.many({one.take_id for one in links})
    makers = uow.people.many({one.made_by for one in links})
    return [
        {
            "id": one.id,
            "guest": one.guest,
            "by": makers[one.made_by].name,
            "made": one.created_at.isoformat(),
            "until": one.expires_at.isoformat(),
            "state": str(one.state(now)),
            "refused": one.revoked_by == takes[one.take_id].student_id,
            "phrase": bool(one.phrase),
            "replies": one.replies,
            "comments": one.comments,
            "letter": states.get(posted.get(one.id, ""), ""),
            "opened": opened.get(one.id, []),
            "written": written[one.id],
        }
        for one in links
    ]


def _open(link: GuestLink, now: datetime) -> bool:
    return link.state(now) is GuestLinkState.OPEN


def _titled(
    uow: UnitOfWork, links: Sequence[GuestLink], takes: dict[str, Take], views: list[View]
) -> list[View]:
    exercises = uow.exercises.many({takes[one.take_id].exercise_id for one in links})
    for link, view in zip(links, views, strict=True):
        take = takes[link.take_id]
        title = exercises[take.exercise_id].title
        view |= {"take": take.id, "title": f"{title}, take {take.number}"}
    return views
