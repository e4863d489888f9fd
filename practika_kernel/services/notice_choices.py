"""What people want to be told and how; and the link in an e-mail that stops such e-mails.

ChoicesView, as `view` answers it (plain JSON values)::

    mail      whether e-mails can be sent at all
    address   where they go
    proven    whether that is known to be theirs; none go there before
    rows      [{kind, label, page: bool, mail: off|now|digest}], in the order of the table
    hour      at which the daily e-mail leaves, 0 to 23
    zone      the zone of that hour: "Europe/Berlin"
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from practika_kernel.domain.digests import Rhythm
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.languages import Language, language_of, say
from practika_kernel.domain.notice_ports import Choice
from practika_kernel.domain.notices import NOTICES, By, NoticeKind, Reader
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.services import access
from practika_kernel.services.bell import zone_of

View = dict[str, Any]

_READERS: dict[Reader, set[Role]] = {
    Reader.STUDENT: {Role.STUDENT},
    Reader.TEACHERS: {Role.TEACHER},
    Reader.THREAD: {Role.STUDENT, Role.TEACHER},
    Reader.OWNER: {Role.STUDENT, Role.TEACHER},
    Reader.NEWCOMER: set(Role),
    Reader.ASKER: {Role.TEACHER},
    Reader.HOST: {Role.TEACHER},
    Reader.ONESELF: set(),
}
"""Whose choice a kind is; what is told whatever somebody chose is nobody's."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """What a link stops, in words, and the language these are in."""

    kinds: list[str]
    language: Language


class NoticeChoices:
    """Reads and writes choices; for the acting person alone."""

    def __init__(
        self, record: Record, clock: Clock, zone: str, *, mails: bool, language: str = ""
    ) -> None:
        self._record, self._clock, self._zone, self._mails = record, clock, zone, mails
        self._language = language

    def view(self, actor: str) -> View:
        """Return a ChoicesView (see the module) of the kinds that people like this one get."""
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            chosen, rhythm = choices_of(uow, actor), uow.choices.rhythm(actor)
            roles, proven = _roles(uow, me), not uow.addresses.unproven(actor)
        return {
            "mail": self._mails,
            "address": me.email,
            "proven": proven,
            "rows": [
                {"kind": str(kind), "label": row.sentence, "page": page, "mail": str(mail)}
                for kind, row in NOTICES.items()
                if _READERS[row.reader] & roles
                for page, mail in [chosen[kind]]
            ],
            "hour": rhythm.digest_hour,
            "zone": zone_of(rhythm.zone, self._zone).key,
        }

    def put(self, actor: str, wanted: Mapping[str, Any]) -> View:
        """Store ``{"rows": [{kind, page, mail}], "hour": 17}``; return the view as it is then.

        What is not named stays. Raises `InvalidInput`, with nothing stored, for what is no kind,
        no channel or no hour.
        """
        rows, hour = _read_rows(wanted.get("rows", [])), wanted.get("hour")
        if hour is not None and (type(hour) is not int or not 0 <= hour <= 23):
            raise InvalidInput("The hour of the daily e-mail lies between 0 and 23.")
        with self._record.write() as uow:
            access.acting(uow, actor)
            for kind, choice in rows.items():
                uow.choices.put(actor, kind, choice)
            if hour is not None:
                uow.choices.put_rhythm(Rhythm(actor, hour, uow.choices.rhythm(actor).zone))
        return self.view(actor)

    # ---- without a sign-in ----

    def offered(self, token: str) -> Stopping:
        """Return which e-mails a link stops; `NotFound` for what is no link of ours."""
        with self._record.read() as uow:
            person_id, kinds = _of_token(uow, token)
            return self._stopping(uow, person_id, kinds)

    def stop(self, token: str) -> Stopping:
        """Stop the e-mails of the kinds that were in the letter; return them.

        A second time changes nothing. That is all a link can do. Raises `NotFound`.
        """
        with self._record.write() as uow:
            person_id, kinds = _of_token(uow, token)
            chosen = choices_of(uow, person_id)
            for kind in kinds:
                uow.choices.put(person_id, kind, (chosen[kind][0], By.OFF))
            return self._stopping(uow, person_id, kinds)

    def _stopping(self, uow: UnitOfWork, person_id: str, kinds: list[NoticeKind]) -> Stopping:
        person = uow.people.get(person_id)
        speaks = language_of(person.language if person else "", self._language)
        return Stopping([say(speaks, f"choice.{kind}") for kind in kinds], speaks)


def choices_of(uow: UnitOfWork, person_id: str) -> dict[NoticeKind, Choice]:
    """Return for every kind what the person chose, else what is usual."""
    usual = {kind: (row.page, row.mail) for kind, row in NOTICES.items()}
    return usual | uow.choices.of_person(person_id)


def token_hash(token: str) -> str:
    """Return what the record keeps of the token in a link: its SHA-256, never itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def _of_token(uow: UnitOfWork, token: str) -> tuple[str, list[NoticeKind]]:
    letter = uow.letters.by_token(token_hash(token)) if 20 <= len(token) <= 100 else None
    if letter is None or letter.person_id is None:
        raise NotFound
    held = {one.kind for one in uow.notices.in_letter(letter.id)}
    return letter.person_id, [kind for kind in NOTICES if kind in held]


def _roles(uow: UnitOfWork, me: Person) -> set[Role]:
    return {me.role, *(place.role for place in uow.courses.of_person(me.id))}


def _read_rows(rows: object) -> dict[NoticeKind, Choice]:
    try:
        found = {
            NoticeKind(row["kind"]): (row["page"], By(row["mail"]))
            for row in cast(list[View], rows)
        }
    except (KeyError, TypeError, ValueError):
        raise InvalidInput("There is no such choice. Reload the page.") from None
    fixed = any(not _READERS[NOTICES[kind].reader] for kind in found)
    if fixed or any(type(page) is not bool for page, _mail in found.values()):
        raise InvalidInput("There is no such choice. Reload the page.")
    return found
