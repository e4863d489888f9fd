"""Everybody's accounts, for admins: finding people, their roles and places, their sign-ins.

PeopleView, as `view` answers it (plain values)::

    rows      [PersonRow], by name
    more      where the next page begins; "" when this is the last
    counts    {role: {"on": n, "off": n}} of everybody
    courses   [{id, title}]
    roles     the roles there are
    me        the id of who asks

PersonRow::

    id, name, initials, email, role, active, added, seen, sessions
    second    whether a second step is asked for
    places    [{id, course, title, role}]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from practika_kernel.domain.audit import Deed, DeedKind
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.people import Enrolment, Person, Role
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.roll import COURSE_ROLES, Sessions, fits
from practika_kernel.services import access
from practika_kernel.services.accounts import Accounts, keep_an_admin
from practika_kernel.services.badges import named
from practika_kernel.services.happenings import joined
from practika_kernel.services.invitations import may_invite
from practika_kernel.services.link_news import LinkNews
from practika_kernel.services.resets import Resets

View = dict[str, Any]

PAGE = 50
"""People of one page."""


class PeopleDesk:
    """For admins only; everybody else gets `NotFound`, whatever they ask for."""

    def __init__(
        self,
        record: Record,
        clock: Clock,
        accounts: Accounts,
        resets: Resets,
        link_news: LinkNews,
    ) -> None:
        self._record, self._clock = record, clock
        self._accounts, self._resets, self._link_news = accounts, resets, link_news

    def view(
        self, actor: str, find: str = "", role: str = "", course: str = "", after: str = ""
    ) -> View:
        """Return one page of everybody as a PeopleView (see the module).

        Parameters
        ----------
        find
            Words of which each is to be in the name or the address; "" for everybody.
        role, course
            A role, "off" for accounts that are switched off, or ""; the id of a course, or "".
        after
            What the page before gave as ``more``.
        """
        active = False if role == "off" else None
        only = Role(role) if role in set(Role) else None
        name, _, ident = after.rpartition("\n")
        with self._record.read() as uow:
            me = _admin(uow, actor)
            found = uow.roll.page(
                find.strip()[:120],
                PAGE + 1,
                role=only,
                active=active,
                course_id=course if is_id(course) else "",
                after=(name, ident) if after else None,
            )
            rows = self._rows(uow, found[:PAGE])
            counts = uow.roll.counts()
            courses = uow.courses.all()
        last = found[PAGE - 1] if len(found) > PAGE else None
        return {
            "rows": rows,
            "more": f"{last.name}\n{last.id}" if last else "",
            "counts": {
                str(each): {"on": counts.get((each, True), 0), "off": counts.get((each, False), 0)}
                for each in Role
            },
            "courses": [{"id": one.id, "title": f"{one.title}, {one.term}"} for one in courses],
            "roles": self.roles(),
            "me": me.id,
        }

    def person(self, actor: str, person_id: str) -> View:
        """Return one PersonRow, and how many accounts of a provider they sign in by: ``linked``.

        Raises `NotFound` for nobody, and for somebody who was erased.
        """
        with self._record.read() as uow:
            _admin(uow, actor)
            (row,) = self._rows(uow, [_known(uow, person_id)])
            return row | {"linked": len(uow.links.of_person(person_id))}

    def roles(self) -> list[str]:
        """Return the words of all roles."""
        return [str(each) for each in Role]

    def set_role(self, actor: str, person_id: str, role: str) -> None:
        """Give an account another role; its places follow, and it is signed out everywhere.

        A place in a course gets the new role as well. An admin has no places, for they stand to
        every course as one; who was an admin gets none. Raises `InvalidInput` for what is no
        role and for one's own account, `Conflict` when nobody would be an admin any more.
        """
        wanted, now = _role(role), self._clock()
        with self._record.write() as uow:
            me, person = _admin(uow, actor, Verb.MANAGE), _known(uow, person_id)
            if person.id == me.id:
                raise InvalidInput("You cannot change your own role. Ask another admin.")
            if not may_invite(uow, me, wanted, None):
                raise InvalidInput(f"You may not make anybody {wanted}.")
            if person.role is wanted:
                return
            keep_an_admin(uow, person)
            uow.people.save(replace(person, role=wanted))
            moved = _follow(uow, person, wanted)
            uow.sign_ins.revoke_all(person.id, now)
            told = {"before": str(person.role), "after": role, "places": moved}
            self._tell(uow, DeedKind.ROLE_CHANGED, me, person, told)

    def give_place(self, actor: str, person_id: str, course_id: str, role: str) -> None:
        """Give somebody a place in a course; the same place again changes nothing.

        Raises `InvalidInput` for a role that is above the account's, and `NotFound` for a course
        there is none of.
        """
        wanted, now = _role(role), self._clock()
        with self._record.write() as uow:
            me, person = _admin(uow, actor, Verb.MANAGE), _known(uow, person_id)
            course = uow.courses.get(course_id) if is_id(course_id) else None
            if course is None:
                raise NotFound
            if course.archived_at is not None:
                raise Conflict(f"The course {course.title}, {course.term} is archived.")
            _demand_fit(uow, me, person, wanted, course.id)
            places = uow.courses.of_person(person.id)
            if any(each.course_id == course.id and each.role is wanted for each in places):
                return
            place = Enrolment(new_id(), person.id, course.id, wanted, now)
            uow.courses.enrol(place)
            uow.events.append(joined(place, given=True))
            told = {"role": str(wanted)}
            self._tell(uow, DeedKind.PLACE_GIVEN, me, person, told, course.id)

    def change_place(self, actor: str, place_id: str, role: str, *, whose: str = "") -> None:
        """Give a place another role; raises as `give_place` does, and `NotFound` for no place.

        With ``whose`` only a place of this person is one.
        """
        wanted = _role(role)
        with self._record.write() as uow:
            me, place = _admin(uow, actor, Verb.MANAGE), _place(uow, place_id, whose)
            person = _known(uow, place.person_id)
            _demand_fit(uow, me, person, wanted, place.course_id)
            if place.role is wanted:
                return
            others = uow.courses.of_person(person.id)
            if any(o.course_id == place.course_id and o.role is wanted for o in others):
                raise Conflict(f"{person.name} is {wanted} in this course already.")
            uow.courses.move(replace(place, role=wanted))
            told = {"before": str(place.role), "after": str(wanted)}
            self._tell(uow, DeedKind.PLACE_CHANGED, me, person, told, place.course_id)

    def take_place(self, actor: str, place_id: str, *, whose: str = "") -> None:
        """Take a place in a course away; takes, replies and marks stay. `NotFound` for none."""
        with self._record.write() as uow:
            me, place = _admin(uow, actor, Verb.MANAGE), _place(uow, place_id, whose)
            person = _known(uow, place.person_id)
            uow.roll.leave(place.id)
            told = {"role": str(place.role)}
            self._tell(uow, DeedKind.PLACE_TAKEN, me, person, told, place.course_id)

    def sign_out(self, actor: str, person_id: str) -> int:
        """End every sign-in of somebody, half ones too; return how many. What is open closes soon.

        Browsers they trust ask for a second step again.
        """
        with self._record.write() as uow:
            me, person = _admin(uow, actor, Verb.MANAGE), _known(uow, person_id)
            ended = uow.sign_ins.revoke_all(person.id, self._clock())
            uow.doorsteps.clear(person.id)
            if ended:
                told = {"ended": ended}
                self._tell(uow, DeedKind.SIGNED_OUT_BY_ADMIN, me, person, told)
            return ended

    def reset(self, actor: str, person_id: str) -> str:
        """Make a link to a new password, to hand over; it opens once, within an hour.

        Raises `InvalidInput` for an account that is switched off.
        """
        with self._record.read() as uow:
            me, person = _admin(uow, actor, Verb.MANAGE), _known(uow, person_id)
        _, link = self._resets.link_for(person.email)
        with self._record.write() as uow:
            self._tell(uow, DeedKind.LINK_MADE, me, person, {})
        return link

    def unlink(self, actor: str, person_id: str) -> int:
        """Take away that somebody signs in by an account of the provider; return how many.

        Their password, if they have one, and what is open stay.
        """
        with self._record.write() as uow:
            me, person = _admin(uow, actor, Verb.MANAGE), _known(uow, person_id)
            return self._link_news.end(uow, person, self._clock(), actor=me.id)

    def switch(self, actor: str, person_id: str, *, active: bool) -> None:
        """Switch an account on or off; off ends every session. Raises as `Accounts.switch`."""
        self._accounts.switch(actor, person_id, active=active)

    def _tell(
        self,
        uow: UnitOfWork,
        kind: DeedKind,
        me: Person,
        person: Person,
        data: View,
        course_id: str = "",
    ) -> None:
        deed = Deed(kind, self._clock(), me.id, person.id, course_id, data=data)
        uow.audit.add([deed])

    def _rows(self, uow: UnitOfWork, people: Sequence[Person]) -> list[View]:
        ids = [person.id for person in people]
        sessions = uow.roll.sessions(ids, self._clock())
        titles = {one.id: f"{one.title}, {one.term}" for one in uow.courses.all()}
        places: dict[str, list[View]] = {}
        for place in uow.courses.of_people(ids):
            course, title = place.course_id, titles[place.course_id]
            told = {"id": place.id, "course": course, "title": title, "role": str(place.role)}
            places.setdefault(place.person_id, []).append(told)
        second = uow.second_steps.on()
        return [
            {
                **_row(one, sessions.get(one.id, Sessions()), places.get(one.id, [])),
                "second": one.id in second,
            }
            for one in people
        ]


def _row(person: Person, sessions: Sessions, places: list[View]) -> View:
    return {
        **named(person.id, person),
        "email": person.email,
        "role": str(person.role),
        "active": person.active,
        "added": person.created_at.isoformat(),
        "seen": sessions.seen_at.isoformat() if sessions.seen_at else "",
        "sessions": sessions.living,
        "places": sorted(places, key=lambda one: str(one["title"])),
        "may": [str(role) for role in COURSE_ROLES if fits(person.role, role)],
    }


def _admin(uow: UnitOfWork, actor: str, verb: Verb = Verb.SEE) -> Person:
    me = access.acting(uow, actor)
    access.demand(access.role_relations(me), verb, Thing.PERSON)
    return me


def _known(uow: UnitOfWork, person_id: str) -> Person:
    person = uow.people.get(person_id) if is_id(person_id) else None
    if person is None or person.erased:
        raise NotFound
    return person


def _place(uow: UnitOfWork, place_id: str, whose: str) -> Enrolment:
    found = uow.courses.places([place_id]) if is_id(place_id) else []
    if not found or whose not in ("", found[0].person_id):
        raise NotFound
    return found[0]


def _role(text: str) -> Role:
    if text not in set(Role):
        raise InvalidInput(f"{text[:40]} is no role. Choose {', '.join(Role)}.")
    return Role(text)


def _demand_fit(uow: UnitOfWork, me: Person, person: Person, role: Role, course_id: str) -> None:
    """Nobody gives what they could not hand out, or what is above the account it is for."""
    if not may_invite(uow, me, role, course_id):
        raise InvalidInput(f"You may not make anybody {role} in this course.")
    if not fits(person.role, role):
        raise InvalidInput(
            f"{person.name} is here as {person.role}. Change that first to make them {role} in a "
            "course."
        )


def _follow(uow: UnitOfWork, person: Person, role: Role) -> int:
    """Have somebody's places follow their new role; return how many changed or went."""
    places, moved = uow.courses.of_person(person.id), 0
    held = {place.course_id for place in places if place.role is role}
    for place in places:
        if place.role is not person.role and fits(role, place.role):
            continue
        moved += 1
        if role in COURSE_ROLES and place.course_id not in held:
            uow.courses.move(replace(place, role=role))
            held.add(place.course_id)
        else:
            uow.roll.leave(place.id)
    return moved
