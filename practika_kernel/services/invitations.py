"""Invitations: making, listing and revoking links to join by.

Joining is in `practika_kernel.services.joining`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from practika_kernel.domain.errors import InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.invitations import (
    MOST_ADDRESSES,
    PLACES,
    Invitation,
    checked_days,
    checked_uses,
)
from practika_kernel.domain.letters import Letter
from practika_kernel.domain.people import Course, Person, Role, clean_email
from practika_kernel.domain.permissions import Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.services import access
from practika_kernel.services.accounts import session_id as token_hash
from practika_kernel.services.letter_jobs import job_of

_NO_MAIL = "No mail server is set, so links can only be copied."
_NO_ADDRESS = "Enter the addresses the links are to be sent to."
LISTED = 200
"""Invitations in the list, the newest."""


def may_invite(uow: UnitOfWork, person: Person, role: Role, course_id: str | None) -> bool:
    """Tell whether the person may hand out this role in this course; None is no course."""
    if course_id is None:
        relations = access.role_relations(person)
    else:
        relations = frozenset(access.course_relations(uow, person, course_id))
    return allowed(Verb.INVITE, PLACES[role], relations)


def alive(uow: UnitOfWork, one: Invitation, now: datetime) -> bool:
    """Tell whether it is open, its course is, and whoever made it still may invite like that."""
    by = uow.people.get(one.made_by) if one.made_by else None
    still = one.made_by is None or (
        by is not None and by.active and may_invite(uow, by, one.role, one.course_id)
    )
    course = uow.courses.get(one.course_id) if one.course_id else None
    over = course is not None and course.archived_at is not None
    return still and not over and one.open(now)


class Invitations:
    """Links to join by. ``address`` is where people reach Practika, with a slash at the end.

    With ``mails`` those for an address can be sent there.
    """

    def __init__(self, record: Record, clock: Clock, address: str, *, mails: bool = False) -> None:
        self._record, self._clock, self._address, self._mails = record, clock, address, mails

    def make(
        self,
        actor: str,
        role: str,
        course_id: str,
        *,
        section: str = "",
        uses: int = 1,
        days: int = 14,
        emails: Sequence[str] = (),
        send: bool = False,
    ) -> list[dict[str, Any]]:
        """Make a link, or one for each address, which it is then bound to.

        Parameters
        ----------
        actor
            Who invites; "" is the operator at the command line, who may invite anybody.
        role, course_id, section
            One of `Role`; a course, "" for an admin; the name of one of its sections, or "".
        uses, days
            How many may join by the link, 1 to 500 (with addresses, one each), and for how long
            it leads somewhere, 1 to 365.
        emails
            At most 200; the same one twice counts once.
        send
            Have the links mailed to these addresses. They are then not told here: each is made
            when its letter leaves. `InvalidInput` where no mail server is set.

        Returns
        -------
        list[dict]
            Of each ``id``, ``email`` ("" for none), ``until``, and ``link``: kept nowhere, so show
            it once ("" where it is mailed).

        Raises
        ------
        InvalidInput
            An unknown role or section, a bad address, a number outside its bounds.
        NotFound, NotAllowed
            The person does not see the course, or may not hand out that role there.
        """
        wanted, span, addresses = _checked(role, uses, days, emails)
        if send and not (self._mails and addresses):
            raise InvalidInput(_NO_MAIL if addresses else _NO_ADDRESS)
        now, made = self._clock(), list[dict[str, Any]]()
        with self._record.write() as uow:
            course = self._course(uow, actor, wanted, course_id)
            model = Invitation(
                id="", token="", role=wanted, course_id=course.id if course else None,
                cohort_id=_cohort(uow, course, section), uses=1 if addresses else uses,
                expires_at=now + span, created_at=now, made_by=actor or None,
            )  # fmt: skip
            for email in addresses or [""]:
                token = secrets.token_urlsafe(32)
                one = replace(model, id=new_id(), token=token_hash(token), email=email or None)
                _store(uow, one, actor, send=send)
                made.append(self._shown(one, "" if send else token))
        return made

    def revoke(self, actor: str, invitation_id: str) -> None:
        """End an invitation; a second time changes nothing. `NotFound` for one not seen."""
        now = self._clock()
        with self._record.write() as uow:
            person = access.acting(uow, actor)
            found = uow.invitations.get(invitation_id) if is_id(invitation_id) else None
            if found is None or not may_invite(uow, person, found.role, found.course_id):
                raise NotFound
            if uow.invitations.revoke(found.id, now):
                uow.events.append(told(EventKind.UNINVITED, found, actor, now))

    def view(self, actor: str, course_id: str = "") -> dict[str, Any]:
        """Return the list a person sees, and what they may hand out; of one course, or of all.

        ``rows`` are the newest 200 with ``state``, ``uses``, ``used``, who ``joined``, and what
        became of the e-mail as ``letter`` ("" for none). ``offers`` are the courses with the
        ``roles`` the person may invite and the ``sections``; ``mails`` says whether links can be
        sent. Rows and offers are empty for whoever may not invite.
        """
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            offers = [
                each for each in _offers(uow, person) if not course_id or each["id"] == course_id
            ]
            rows = self._rows(uow, person, {each["id"]: each for each in offers})
        return {"offers": offers, "rows": rows, "mails": self._mails}

    def _rows(
        self, uow: UnitOfWork, person: Person, offers: dict[str, dict[str, Any]]
    ) -> list[dict[str, Any]]:
        if "" in offers:
            found = uow.invitations.all(LISTED)
        else:
            found = uow.invitations.of_courses(offers, LISTED)
        seen = [
            one
            for one in found
            if one.role in offers.get(one.course_id or "", {"roles": ()})["roles"]
        ]
        joined: dict[str, list[tuple[str, datetime]]] = {}
        for each in uow.invitations.joined([one.id for one in seen]):
            joined.setdefault(each.invitation_id, []).append((each.person_id, each.at))
        names = uow.people.many(
            {one.made_by for one in seen if one.made_by}
            | {who for each in joined.values() for who, _ in each}
        )
        letters = {
            each.invitation_id: str(each.state)
            for each in uow.letters.of_invitations([one.id for one in seen])
        }
        now = self._clock()
        return [
            {
                "id": one.id,
                "role": str(one.role),
                "course": offers[one.course_id or ""]["title"],
                "section": offers[one.course_id or ""]["named"].get(one.cohort_id, ""),
                "email": one.email or "",
                "letter": letters.get(one.id, ""),
                "state": str(one.state(now)),
                "uses": one.uses,
                "used": one.used,
                "until": one.expires_at.isoformat(),
                "by": names[one.made_by].name if one.made_by else "",
                "joined": [
                    {"name": names[who].name, "at": at.isoformat()}
                    for who, at in joined.get(one.id, ())
                ],
            }
            for one in seen
        ]

    def _course(self, uow: UnitOfWork, actor: str, role: Role, course_id: str) -> Course | None:
        if (role is Role.ADMIN) == bool(course_id):
            raise InvalidInput(
                "Choose a course." if role is not Role.ADMIN else "An admin belongs to no course."
            )
        course = uow.courses.get(course_id) if is_id(course_id) else None
        if actor:
            person = access.acting(uow, actor)
            if course_id and (
                course is None or not access.course_relations(uow, person, course.id)
            ):
                raise NotFound
            if not may_invite(uow, person, role, course_id or None):
                raise NotAllowed(f"You cannot invite anybody as {role} here.")
        elif course_id and course is None:
            raise NotFound
        return course

    def _shown(self, one: Invitation, token: str) -> dict[str, Any]:
        return {
            "id": one.id,
            "email": one.email or "",
            "until": one.expires_at.isoformat(),
            "link": f"{self._address}join/{token}" if token else "",
        }


def told(kind: EventKind, one: Invitation, actor: str, at: datetime) -> Event:
    """Describe something that happened to an invitation; its address is told nowhere."""
    data = {"invitation": one.id, "role": str(one.role)}
    return Event(kind, at, actor_id=actor, course_id=one.course_id or "", data=data)


def _checked(
    role: str, uses: int, days: int, emails: Sequence[str]
) -> tuple[Role, timedelta, list[str]]:
    if role not in set(Role):
        raise InvalidInput(f"{role[:40]} is no role. Choose {', '.join(Role)}.")
    checked_uses(uses)
    addresses = list(dict.fromkeys(clean_email(each) for each in emails))
    if len(addresses) > MOST_ADDRESSES:
        raise InvalidInput(f"At most {MOST_ADDRESSES} addresses can be invited at a time.")
    return Role(role), checked_days(days), addresses


def _store(uow: UnitOfWork, one: Invitation, actor: str, *, send: bool) -> None:
    uow.invitations.add(one)
    uow.events.append(told(EventKind.INVITED, one, actor, one.created_at))
    if send:
        letter = Letter(new_id(), None, one.created_at, invitation_id=one.id)
        uow.letters.add(letter)
        uow.jobs.add(job_of(letter))


def _cohort(uow: UnitOfWork, course: Course | None, section: str) -> str | None:
    name = section.strip().casefold()
    if not name:
        return None
    there = uow.courses.cohorts(course.id) if course else []
    for each in there:
        if each.section.casefold() == name:
            return each.id
    known = ", ".join(each.section for each in there) or "none"
    raise InvalidInput(f"There is no section {section[:40]} in this course. Sections: {known}.")


def _offers(uow: UnitOfWork, person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for course in (one for one in uow.courses.all() if not one.archived_at):
        roles = [
            str(role)
            for role in Role
            if role is not Role.ADMIN and may_invite(uow, person, role, course.id)
        ]
        if roles:
            cohorts = uow.courses.cohorts(course.id)
            found.append(
                {
                    "id": course.id,
                    "title": course.title,
                    "term": course.term,
                    "roles": roles,
                    "sections": [each.section for each in cohorts],
                    "named": {each.id: each.section for each in cohorts},
                }
            )
    if may_invite(uow, person, Role.ADMIN, None):
        found.append(
            {"id": "", "title": "", "term": "", "roles": ["admin"], "sections": [], "named": {}}
        )
    return found
