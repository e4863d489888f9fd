"""Consent on paper, recorded by who looks after the people; and how many consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from practika_kernel.domain.consent import SENTENCES, WORDING, Consent, Purpose, check
from practika_kernel.domain.errors import InvalidInput, NotFound, PractikaError
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.sheets import Line, Problem
from practika_kernel.services import access
from practika_kernel.services.consent_rows import (
    TITLES,
    Days,
    View,
    drawn_up,
    given_out,
    keep,
    levels,
    needed_note,
    take_back,
    word,
)

COLUMNS = ("email", "purpose", "study", "media", "starts", "ends", "withdrawn", "note")
"""What a table of consents on paper may hold; `NEEDED` must be there."""
NEEDED = ("email", "purpose", "note")

MOST = 2000
"""Students a page can choose from; the paper of more comes in by a table."""

FEW = 5
"""Fewer people than this are not told as a number."""


@dataclass
class Recorded:
    """What a table of consents changes; with a problem in any row nothing is changed."""

    rows: int = 0
    kept: int = 0
    new: list[Consent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class ConsentDesk:
    """What others than the person write down, and counts. ``zone`` is the institution's."""

    def __init__(self, record: Record, clock: Clock, zone: str) -> None:
        self._record, self._clock, self._days = record, clock, Days(zone)

    def record_paper(
        self, actor: str, person_id: str, purpose: str, media: str, until: str, note: str
    ) -> Consent:
        """Write down a consent that is held on paper, for instance a guardian's.

        ``actor`` looks after a course of the student; ``note`` says what is held, and where.
        Raises `NotFound` for anybody else's students.
        """
        now = self._clock()
        with self._record.write() as uow:
            student = _looked_after(uow, actor, person_id)
            told = needed_note(note)
            consent = drawn_up(student.id, actor, now, purpose, media, note=told)
            consent = check(self._days.limit(consent, until))
            keep(uow, consent)
        return consent

    def withdraw_paper(self, actor: str, person_id: str, purpose: str, note: str) -> list[View]:
        """Write down that a consent held on paper was taken back.

        Returns the data sets given out before that hold the person, as `Consents.withdraw` does.
        """
        now, wanted = self._clock(), word(Purpose, purpose, "purpose")
        with self._record.write() as uow:
            student = _looked_after(uow, actor, person_id)
            take_back(uow, student.id, wanted, None, now, actor, needed_note(note))
            return given_out(uow, student.id) if wanted is Purpose.RESEARCH else []

    def overview(self, actor: str) -> View:
        """Return how many students consent to each purpose, and whose paper may be recorded.

        Few people are not told as a number, and neither are all but a few.
        """
        now = self._clock()
        with self._record.read() as uow:
            seen = access.course_ids(uow, actor, Verb.SEE, Thing.CONSENT_COUNTS)
            records = access.course_ids(uow, actor, Verb.ADD, Thing.CONSENT)
            students = _students(uow, seen)
            mine = uow.people.many(_students(uow, records))
            if not seen:
                raise NotFound
            counts = {one: len(students & set(uow.consents.in_force(one, now))) for one in Purpose}
        rows = [
            {
                "key": str(one),
                "title": TITLES[one],
                "sentence": SENTENCES[one],
                "shown": shown(counts[one], len(students)),
                "levels": levels(one),
            }
            for one in Purpose
        ]
        by_name = sorted(mine.values(), key=lambda one: (one.name.casefold(), one.id))
        listed = [{"id": one.id, "name": one.name} for one in by_name if one.active]
        return {
            "wording": WORDING,
            "purposes": rows,
            "students": listed[:MOST],
            "more": max(0, len(listed) - MOST),
        }

    def recalls(self, actor: str) -> list[View]:
        """Return the data sets given out, each with how many people in it consent no more.

        Whoever holds one is to be asked to delete those people. For researchers and admins;
        "" is the operator, who is also told who they are (``gone``, by id).
        """
        now = self._clock()
        with self._record.read() as uow:
            if actor:
                me = access.acting(uow, actor)
                access.demand(access.role_relations(me), Verb.SEE, Thing.RESEARCH)
            rows = []
            for one in uow.exports.all():
                held = uow.consents.in_force(Purpose.RESEARCH, now, one.study)
                gone = [each for each in uow.exports.people(one.id) if each not in held]
                row = {
                    "id": one.id,
                    "study": one.study,
                    "at": one.made_at.isoformat(),
                    "manifest": one.manifest_sha256,
                    "people": one.people,
                    "recalled": len(gone),
                }
                rows.append(row if actor else {**row, "gone": gone})
        return rows

    def listed(self, purpose: str = "", study: str = "") -> list[View]:
        """Return every consent in force now, for the operator."""
        now = self._clock()
        wanted = [word(Purpose, purpose, "purpose")] if purpose else list(Purpose)
        rows = []
        with self._record.read() as uow:
            for one in wanted:
                named = study or None if one is Purpose.RESEARCH else None
                held = uow.consents.in_force(one, now, named)
                people = uow.people.many(held)
                rows += [_listed(people[who], row) for who, row in held.items()]
        return sorted(rows, key=lambda row: (str(row["email"]), str(row["purpose"])))

    def bring(self, lines: Iterable[Line], *, dry_run: bool = False) -> Recorded:
        """Write down consents held on paper from a table; the same rows again change nothing.

        Returns what is new and what is wrong; with a problem in any row nothing is written.
        """
        done = Recorded()
        with self._record.write() as uow:
            for line in lines:
                try:
                    self._bring(uow, line, done)
                except PractikaError as error:
                    done.problems.append(Problem(line.number, error.sentence))
            if not dry_run and not done.problems:
                for consent in done.new:
                    keep(uow, consent)
        return done

    def _bring(self, uow: UnitOfWork, line: Line, done: Recorded) -> None:
        if line.get(""):
            raise InvalidInput("There are more cells than columns.")
        person = uow.people.by_email(line.get("email").lower())
        if person is None or person.role is not Role.STUDENT:
            raise InvalidInput(f"There is no student with the e-mail {line.get('email')[:80]}.")
        row = self._row(line, person.id)
        history = uow.consents.of_person(person.id)
        done.rows += 1
        if any(_same(one, row, bool(line.get("starts"))) for one in [*history, *done.new]):
            done.kept += 1
            return
        last = [one for one in history if (one.purpose, one.study) == (row.purpose, row.study)]
        ended = last[-1].withdrawn_at if last else None
        if ended is not None and row.withdrawn_at is None and row.starts_at < ended:
            raise InvalidInput(
                f"This consent was withdrawn on {ended:%Y-%m-%d}. Only one that starts later "
                "can follow it: name its day under starts."
            )
        done.new.append(row)

    def _row(self, line: Line, person_id: str) -> Consent:
        row = drawn_up(
            person_id,
            "",
            self._clock(),
            line.get("purpose"),
            line.get("media") or "none",
            study=line.get("study"),
            note=needed_note(line.get("note")),
        )
        if line.get("starts"):
            row = replace(row, starts_at=self._days.begin(line.get("starts")))
        if line.get("withdrawn"):
            row = replace(row, withdrawn_at=self._days.begin(line.get("withdrawn")))
        return check(self._days.limit(row, line.get("ends")))


def shown(count: int, total: int) -> str:
    """Write how many consent. Few people are no number, nor are all but a few.

    >>> shown(7, 20), shown(2, 20), shown(18, 20), shown(0, 3)
    ('7 of 20', 'fewer than 5 of 20', 'all but a few of 20', 'fewer than 5 students')
    """
    if total < FEW:
        return f"fewer than {FEW} students"
    if count < FEW:
        return f"fewer than {FEW} of {total}"
    return f"all but a few of {total}" if total - count < FEW else f"{count} of {total}"


def _students(uow: UnitOfWork, courses: list[str]) -> set[str]:
    return {one.person_id for one in uow.courses.members(courses) if one.role is Role.STUDENT}


def _looked_after(uow: UnitOfWork, actor: str, person_id: str) -> Person:
    """Return the student, if the acting person may record what they hold of them on paper."""
    me = access.acting(uow, actor)
    found = uow.people.get(person_id) if is_id(person_id) else None
    if found is not None and found.active:
        for place in uow.courses.of_person(found.id):
            relations = frozenset(access.course_relations(uow, me, place.course_id))
            if place.role is Role.STUDENT and allowed(Verb.ADD, Thing.CONSENT, relations):
                return found
    raise NotFound


def _same(one: Consent, row: Consent, started: bool) -> bool:
    alike = replace(one, id=row.id, recorded_at=row.recorded_at, recorded_by=row.recorded_by)
    alike = replace(alike, wording=row.wording)
    return row == (alike if started else replace(alike, starts_at=row.starts_at))


def _listed(person: Person, row: Consent) -> View:
    return {
        "email": person.email,
        "purpose": str(row.purpose),
        "study": row.study or "",
        "media": str(row.media),
        "since": row.starts_at.isoformat(),
        "until": row.ends_at.isoformat() if row.ends_at else "",
        "wording": row.wording,
        "note": row.note,
    }
