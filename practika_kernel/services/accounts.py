"""Sign-in, sign-out, and who people are."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from practika_kernel.domain.errors import Conflict, InvalidInput, SignInFailed
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import (
    Cohort,
    Course,
    Enrolment,
    Person,
    Role,
    SignIn,
    clean_email,
)
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import clean_text
from practika_kernel.domain.provider import Way
from practika_kernel.domain.second_step import Passed
from practika_kernel.services import access
from practika_kernel.services.happenings import added, joined
from practika_kernel.services.link_news import LinkNews
from practika_kernel.services.switching import switched

SHORTEST_PASSWORD = 10
"""Characters; the length, not the kinds of letters, is what makes guessing slow (NIST 800-63B)."""
LONGEST_PASSWORD = 1024

_HOMES = {
    Role.STUDENT: "/student",
    Role.TEACHER: "/teacher",
    Role.COORDINATOR: "/coordinator",
    Role.RESEARCHER: "/researcher",
    Role.ADMIN: "/admin",
}


def home_of(person: Person) -> str:
    """Return the page a person lands on, as "/student"."""
    return _HOMES[person.role]


def session_id(token: str) -> str:
    """Return the name under which the record keeps a token: its SHA-256, never itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def clean_name(text: str) -> str:
    """Return a name as it is stored; `InvalidInput` for none, or more than 120 characters."""
    shown = clean_text(text, what="name", limit=120)
    if not shown:
        raise InvalidInput("A person needs a name.")
    return shown


def clean_password(password: str) -> str:
    """Return a new password if it is one; `InvalidInput` for one that is too short or too long.

    >>> clean_password("short")
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: A password needs at least 10 characters.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput(f"A password has at most {LONGEST_PASSWORD} characters.")
    return password


def agent_name(text: str) -> str:
    """Return what a browser says of itself, as it is stored."""
    return clean_text(text[:200], what="browser name")


def typed_email(text: str) -> str:
    """Return what was typed as an address in the form addresses are looked up in; never fails.

    >>> typed_email(" Mira@example.org ")
    'mira@example.org'
    """
    return text.strip().lower()[:254].replace("\0", "")


def put_password(
    uow: UnitOfWork, person_id: str, hashed: str, now: datetime, *, keep: str, way: str
) -> list[str]:
    """Store a new password; links to a new one, a change of address and other sign-ins end.

    No browser is trusted without the second step any more. Returns which sign-ins ended. Whoever
    knew the old password is out with this. ``way`` is how the person came to it, for the record:
    "profile" or "link".
    """
    uow.people.set_password_hash(person_id, hashed)
    uow.resets.end_all(person_id, now)
    uow.addresses.end(person_id, now, changes=True)
    uow.doorsteps.clear(person_id)
    ended = uow.sign_ins.revoke_others(person_id, keep, now)
    data = {"way": way, "ended": len(ended)}
    uow.events.append(Event(EventKind.PASSWORD_CHANGED, now, person_id, data=data))
    return ended


def keep_an_admin(uow: UnitOfWork, person: Person) -> None:
    """Raise `Conflict` when without this person nobody would be an admin who can sign in."""
    if person.role is Role.ADMIN and person.active and not uow.roll.other_admins(person.id):
        raise Conflict("There has to be somebody who is an admin. Make another person one first.")


def new_person(name: str, email: str, role: Role, password: str, now: datetime) -> Person:
    """Return somebody who can be stored; `InvalidInput` for what is no name, address, password."""
    shown = clean_name(name)
    clean_password(password)
    return Person(new_id(), clean_email(email), shown, role, now)


@dataclass(frozen=True, slots=True)
class Hasher:
    """Turn a password into a hash, and check one against it."""

    hash: Callable[[str], str]
    verify: Callable[[str, str], bool]
    decoy: str
    """A hash of nothing anybody knows, so that an unknown person takes as long as a known one."""


class Accounts:
    """Persons and their sessions. With ``admins_only`` nobody else comes in by a password."""

    def __init__(
        self,
        record: Record,
        hasher: Callable[[], Hasher],
        clock: Clock,
        days: int,
        *,
        admins_only: bool = False,
        link_news: LinkNews | None = None,
    ) -> None:
        self._record, self._make_hasher, self._clock, self._days = record, hasher, clock, days
        self._admins_only, self._link_news = admins_only, link_news or LinkNews()
        self._hasher: Hasher | None = None

    @property
    def _crypt(self) -> Hasher:
        if self._hasher is None:
            self._hasher = self._make_hasher()
        return self._hasher

    def sign_in(self, email: str, password: str, agent: str = "") -> tuple[str, Person]:
        """Open a session with the password alone, for people without a second step.

        Returns the token for the cookie (43 characters, kept nowhere) and the person. Raises
        `SignInFailed` as `check` does, and for everybody who has a second step: these come in by
        `practika_kernel.services.entrance`.
        """
        person = self.check(email, password)
        with self._record.write() as uow:
            step = uow.second_steps.get(person.id)
            if step is not None and step.on:
                raise SignInFailed
            return self.enter(uow, person, agent, Passed.WITHOUT), person

    def check(self, email: str, password: str) -> Person:
        """Return whose address and password these are; nothing is opened.

        Raises `SignInFailed`, after the same work, for an unknown address, a wrong password and a
        switched-off account alike.
        """
        address = typed_email(email)
        with self._record.read() as uow:
            person = uow.people.by_email(address)
            stored = uow.people.password_hash(person.id) if person else None
        right = self._crypt.verify(stored or self._crypt.decoy, password[:LONGEST_PASSWORD])
        if person is None or stored is None or not right or not self.by_password(person):
            raise SignInFailed
        return person

    def by_password(self, person: Person) -> bool:
        """Tell whether a person may come in by a password, if they have one."""
        return person.active and (not self._admins_only or person.role is Role.ADMIN)

    def enter(
        self, uow: UnitOfWork, person: Person, agent: str, second: Passed, way: Way = Way.PASSWORD
    ) -> str:
        """Open a session in a transaction, for whoever has shown all they have to.

        Every session begins here; ``way`` is how they have shown who they are. Returns the token
        for the cookie. Raises `SignInFailed` when the account was switched off meanwhile.
        """
        now, token = self._clock(), secrets.token_urlsafe(32)
        known = uow.people.get(person.id)
        if known is None or not known.active:
            raise SignInFailed
        sign_in = SignIn(
            id=session_id(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + timedelta(days=self._days),
            agent=agent_name(agent),
            second=second,
        )
        uow.sign_ins.add(sign_in)
        data = {"second": str(second)} if second else {}
        data |= {} if way is Way.PASSWORD else {"way": str(way)}
        uow.events.append(Event(EventKind.SIGNED_IN, now, actor_id=person.id, data=data))
        return token

    def who(self, token: str) -> tuple[Person, SignIn] | None:
        """Return whose token this is; None when it opens nothing (any more)."""
        return self.who_by_id(session_id(token)) if token else None

    def who_by_id(self, sign_in_id: str) -> tuple[Person, SignIn] | None:
        """Return whose session this is; None when it was revoked, ran out, or never was."""
        with self._record.read() as uow:
            sign_in = uow.sign_ins.get(sign_in_id)
            if sign_in is None or not sign_in.alive(self._clock()):
                return None
            person = uow.people.get(sign_in.person_id)
        return (person, sign_in) if person is not None and person.active else None

    def sign_out(self, token: str) -> None:
        """Revoke the session of a token; an unknown token changes nothing."""
        now = self._clock()
        with self._record.write() as uow:
            sign_in = uow.sign_ins.get(session_id(token))
            if sign_in is not None and uow.sign_ins.revoke(sign_in.id, now):
                uow.events.append(Event(EventKind.SIGNED_OUT, now, actor_id=sign_in.person_id))

    def revoke_all(self, person_id: str) -> int:
        """Sign a person out everywhere; return how many sessions ended."""
        with self._record.write() as uow:
            return uow.sign_ins.revoke_all(person_id, self._clock())

    def home(self, person: Person) -> str:
        """Return the page a person lands on."""
        return home_of(person)

    def may_open(self, actor: str, page: Thing) -> bool:
        """Tell whether a page is this person's to open."""
        with self._record.read() as uow:
            person = uow.people.get(actor)
            if person is None or not person.active:
                return False
            return allowed(Verb.OPEN, page, access.role_relations(person))

    def person(self, actor: str) -> Person:
        """Return the acting person; `NotFound` for nobody."""
        with self._record.read() as uow:
            return access.acting(uow, actor)

    def by_email(self, email: str) -> Person | None:
        """Return the person with this address; None when there is none. For the operator."""
        with self._record.read() as uow:
            return uow.people.by_email(clean_email(email))

    def add_person(
        self, actor: str, name: str, email: str, role: str, password: str | None = None
    ) -> tuple[Person, str]:
        """Give somebody a sign-in.

        Parameters
        ----------
        actor
            Who adds; "" is the operator at the command line, who owns the data folder.
        name, email, role
            Shown name, address to sign in with, and one of `Role`.
        password
            At least 10 characters; None makes one of 16 letters and digits.

        Returns
        -------
        tuple[Person, str]
            The person and the password, which is kept only as a hash: show it once.

        Raises
        ------
        InvalidInput
            An empty name, a bad address, an unknown role, a short password.
        Conflict
            The address has a sign-in already.
        """
        if role not in set(Role):
            raise InvalidInput(f"{role[:40]} is no role. Choose {', '.join(Role)}.")
        secret = secrets.token_urlsafe(12) if password is None else password
        person = new_person(name, email, Role(role), secret, self._clock())
        hashed = self._crypt.hash(secret)
        with self._record.write() as uow:
            if actor:
                access.demand_page(uow, actor, Thing.ADMIN_PAGE)
            uow.people.add(person)
            uow.people.set_password_hash(person.id, hashed)
            uow.events.append(added(person, actor))
        return person, secret

    def switch(self, actor: str, person_id: str, *, active: bool) -> Person:
        """Switch an account on or off (admins only); off ends every session at once."""
        with self._record.write() as uow:
            me = access.demand_page(uow, actor, Thing.ADMIN_PAGE)
            person = uow.people.get(person_id)
            if person is None or person.erased:
                raise InvalidInput("There is no such person.")
            if person.id == me.id:
                raise InvalidInput("You cannot switch your own account off.")
            if not active:
                keep_an_admin(uow, person)
            return switched(uow, me.id, person, self._clock(), active)

    def switch_off(self, email: str) -> Person:
        """Switch an account off by its address, for the operator; twice is no error.

        Ends every session and every link to a new password. Raises `InvalidInput` for nobody.
        """
        typed, now = clean_email(email), self._clock()
        with self._record.write() as uow:
            person = uow.people.by_email(typed)
            if person is None:
                raise InvalidInput(f"Nobody signs in with {typed}.")
            return switched(uow, "", person, now, active=False)

    def unlink(self, email: str) -> tuple[Person, int]:
        """Take away every account of a provider somebody signs in by, for the operator.

        Returns the person and how many there were. Raises `InvalidInput` for nobody.
        """
        typed, now = clean_email(email), self._clock()
        with self._record.write() as uow:
            person = uow.people.by_email(typed)
            if person is None:
                raise InvalidInput(f"Nobody signs in with {typed}.")
            return person, self._link_news.end(uow, person, now, actor="")

    def add_course(self, title: str, term: str) -> Course:
        """Open a course (operator)."""
        course = Course(new_id(), clean_text(title, limit=200), term, self._clock())
        with self._record.write() as uow:
            uow.courses.add(course)
        return course

    def add_cohort(self, course_id: str, section: str) -> Cohort:
        """Add a section to a course (operator)."""
        cohort = Cohort(new_id(), course_id, section)
        with self._record.write() as uow:
            uow.courses.add_cohort(cohort)
        return cohort

    def enrol(
        self,
        person_id: str,
        course_id: str,
        role: Role,
        *,
        cohort_id: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Give a person a place in a course (operator); a second time changes nothing."""
        when = at or self._clock()
        place = Enrolment(new_id(), person_id, course_id, role, when, cohort_id)
        with self._record.write() as uow:
            uow.courses.enrol(place)
            uow.events.append(joined(place))
