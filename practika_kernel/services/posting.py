"""Puts notifications into e-mails and has them sent: at most once, and not what was read.

A letter is a row and a job. Before its bytes leave, the row says ``sending``; a job that finds
it so later was cut off there, and leaves it: it may have arrived. Whatever goes wrong earlier is
tried again, with longer and longer pauses.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from practika_kernel.domain import addresses
from practika_kernel.domain.digests import latest_digest
from practika_kernel.domain.errors import InvalidInput, Unreachable
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job
from practika_kernel.domain.languages import Language, language_of
from practika_kernel.domain.letters import (
    KEEP_TRYING,
    Envelope,
    Letter,
    LetterState,
    PostOffice,
    Trouble,
    Undelivered,
    patience,
)
from practika_kernel.domain.notice_words import sentence
from practika_kernel.domain.notices import APART, WAIT, By, Group, Notice, grouped
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.resets import LASTS, digest
from practika_kernel.services.accounts import home_of
from practika_kernel.services.address_letter import address_letter
from practika_kernel.services.bell import quotes_of, zone_of
from practika_kernel.services.guest_letter import guest_letter
from practika_kernel.services.invitation_letter import invitation_letter
from practika_kernel.services.letter_jobs import job_of
from practika_kernel.services.letter_text import Ends, Line, envelope, reset_envelope
from practika_kernel.services.notice_choices import choices_of, token_hash
from practika_kernel.services.notice_sight import link, names_of, still_seen
from practika_kernel.services.resets import reset_link
from practika_kernel.services.second_letter import second_letter

MOST = 5_000
"""Notifications looked through at a time; the rest a moment later."""
QUOTED = 3
"""Comments of one line that are quoted."""
_S = LetterState
_CUT_OFF = (
    "This e-mail was being handed over when the worker ended. It may have arrived, "
    "so it is not sent again."
)


class Posting:
    """Collects what is to be mailed; as a trade of the worker it sends a letter.

    ``address`` is where people reach Practika, with a slash at the end. Without a post office
    nothing is collected.
    """

    def __init__(
        self,
        record: Record,
        clock: Clock,
        office: PostOffice | None,
        *,
        address: str,
        zone: str,
        per_minute: int,
        language: str = "",
    ) -> None:
        self._record, self._clock, self._office = record, clock, office
        self._address, self._zone, self._per_minute = address, zone, per_minute
        self._language = language

    def collect(self) -> int:
        """Make letters of what is due, and a job for each; return how many."""
        if self._office is None:
            return 0
        now, by_person = self._clock(), dict[str, list[Notice]]()
        with self._record.read() as uow:
            for one in uow.notices.to_mail(MOST):
                by_person.setdefault(one.person_id, []).append(one)
            due = [
                letter
                for person_id, notices in by_person.items()
                for letter in self._due(uow, person_id, notices, now)
            ]
        return sum(self._make(letter, notices) for letter, notices in due)

    def _due(
        self, uow: UnitOfWork, person_id: str, notices: Sequence[Notice], now: datetime
    ) -> list[tuple[Letter, list[Notice]]]:
        found = []
        at_once = [one for one in notices if one.mail is By.NOW]
        if at_once and at_once[0].created_at <= now - WAIT:
            before = uow.letters.latest(person_id)
            if before is None or before <= now - APART:
                found.append((Letter(new_id(), person_id, now), at_once))
        later = [one for one in notices if one.mail is By.DIGEST]
        if later:
            rhythm = uow.choices.rhythm(person_id)
            zone = zone_of(rhythm.zone, self._zone)
            day, moment = latest_digest(now, rhythm.digest_hour, zone)
            later = [one for one in later if one.created_at <= moment]
            if later and uow.letters.of_day(person_id, day) is None:
                found.append((Letter(new_id(), person_id, now, day=day), later))
        return found

    def _make(self, letter: Letter, notices: Sequence[Notice]) -> int:
        job = job_of(letter)
        with self._record.write() as uow:
            if not uow.letters.add(letter):
                return 0  # somebody else made the digest of that day
            if not uow.notices.put_into(letter.id, [one.id for one in notices]):
                uow.letters.forget(letter.id)  # somebody else had them, or they were read
                return 0
            uow.jobs.add(job)
        return 1

    # ---- a trade of the worker ----

    def work(self, job: Job, progress: Callable[[float], None]) -> None:
        """Send the letter of a job.

        Raises `Unreachable` when another try can help, and `InvalidInput` when none can.
        """
        with self._record.write() as uow:
            letter = self._begun(uow, str(job.payload["letter"]))
            if letter is None or letter.state not in (_S.WAITING, _S.SENDING):
                return
            if letter.state is _S.SENDING:
                cut_off = replace(letter, state=_S.UNSURE, problem=_CUT_OFF)
                uow.letters.move(cut_off, _S.SENDING)
                unsure = True
            else:
                unsure = False
        if unsure:
            raise InvalidInput(_CUT_OFF)
        if self._office is None:
            raise Unreachable("E-mails are not set up any more.", 600)
        with self._record.read() as uow:
            self._wait_for_turn(uow)
        progress(0.0)
        token = secrets.token_urlsafe(32)
        written = self._written(letter, token)
        if written is None:
            self._move(letter, _S.DROPPED, "No use any more before it left.")
        else:
            self._hand_over(self._office, letter, written, token)

    def refuse(self, job: Job, sentence: str) -> None:
        """Nothing: the letter says already what became of it."""

    def give_up(self, job: Job, sentence: str) -> None:
        """Write down that it was not sent; one that may have left stays unsure."""
        with self._record.write() as uow:
            letter = uow.letters.get(str(job.payload["letter"]))
            if letter is not None and letter.state is _S.WAITING:
                uow.letters.move(replace(letter, state=_S.REFUSED, problem=sentence), _S.WAITING)

    def _begun(self, uow: UnitOfWork, letter_id: str) -> Letter | None:
        """Return the letter; that of a link to a new password begins here, where nobody waits."""
        letter, reset = uow.letters.get(letter_id), uow.resets.get(letter_id)
        if letter is None and reset is not None and reset.person_id is not None:
            letter = Letter(letter_id, reset.person_id, reset.created_at)
            uow.letters.add(letter)
        return letter

    def _wait_for_turn(self, uow: UnitOfWork) -> None:
        minute = timedelta(minutes=1)
        now = self._clock()
        gone = uow.letters.handed_over(now - minute)
        if len(gone) >= self._per_minute:
            seconds = (gone[-self._per_minute] + minute - now).total_seconds()
            many = f"{self._per_minute} e-mails a minute may leave; this one waits its turn."
            raise Unreachable(many, max(seconds, 1.0))

    def _written(self, letter: Letter, token: str) -> Envelope | None:
        """Write the e-mail of what is news still; None when nothing is."""
        with self._record.read() as uow:
            if letter.invitation_id is not None:
                now, place = self._clock(), self._address
                return invitation_letter(uow, letter, now, place, token, self._language)
            brings = uow.guests.letter(letter.id)
            if brings is not None:
                now, place = self._clock(), self._address
                return guest_letter(uow, brings, now, place, token, self._language)
            proof = uow.addresses.of_letter(letter.id)
            if proof is not None:
                now, place = self._clock(), self._address
                return address_letter(uow, letter.id, proof, now, place, token, self._language)
            news = uow.second_steps.news(letter.id)
            if news is not None:
                zone = self._zone_of(uow, news.person_id)
                return second_letter(uow, news, self._address, zone, self._language)
            person = uow.people.get(letter.person_id or "")
            speaks = language_of(person.language if person else "", self._language)
            reset = uow.resets.get(letter.id)
            if person is not None and person.active and reset is not None:
                fresh = reset.ended_at is None and self._clock() < reset.created_at + LASTS
                right = fresh and reset.address == digest(person.email)
                link = reset_link(self._address, token)
                return reset_envelope(letter.id, person, link, speaks) if right else None
            if person is None or not person.active or person.is_test or reset is not None:
                return None
            chosen = choices_of(uow, person.id)
            held = [
                one
                for one in uow.notices.in_letter(letter.id)
                if one.read_at is None and chosen[one.kind][1] is not By.OFF
            ]
            held = still_seen(uow, held)
            if not held:
                return None
            lines = self._lines(uow, person, held, speaks)
        ends = Ends(self._address + "notices", f"{self._address}unsubscribe/{token}")
        daily = letter.day is not None
        return envelope(letter.id, person, lines, ends, speaks, daily=daily)

    def _zone_of(self, uow: UnitOfWork, person_id: str) -> ZoneInfo:
        return zone_of(uow.choices.rhythm(person_id).zone, self._zone)

    def _lines(
        self, uow: UnitOfWork, person: Person, held: Sequence[Notice], speaks: Language
    ) -> list[Line]:
        zone = self._zone_of(uow, person.id)
        names, quotes = names_of(uow, held), quotes_of(uow, held)
        groups = grouped(held, lambda at: at.astimezone(zone).date())
        groups.sort(key=lambda group: group.priority)
        home = home_of(person)[1:]

        def quoted(group: Group) -> list[str]:
            said = [quotes[one.reply_id] for one in group.notices if one.reply_id in quotes]
            return said[:QUOTED]

        return [
            Line(sentence(one, names, speaks), quoted(one), self._address + link(one.first, home))
            for one in groups
        ]

    def _hand_over(self, office: PostOffice, letter: Letter, written: Envelope, token: str) -> None:
        invites, hashed = letter.invitation_id, token_hash(token)
        stops = hashed if written.unsubscribe else None
        leaving = replace(letter, state=_S.SENDING, token=stops, moved_at=None, problem="")

        def about_to() -> bool:
            nonlocal leaving
            leaving = replace(leaving, moved_at=self._clock())
            with self._record.write() as uow:
                self._wait_for_turn(uow)  # others may have been faster since it was looked at
                if not uow.letters.move(leaving, _S.WAITING):
                    return False
                if invites is not None:
                    uow.invitations.give_token(invites, hashed)
                elif not written.unsubscribe:  # whichever link it bears opens from now on
                    until = self._clock() + addresses.LASTS
                    uow.guests.seal(letter.id, digest(token))
                    uow.addresses.seal(letter.id, digest(token), until)
                    uow.resets.seal(letter.id, digest(token), self._clock() + LASTS)
                return True

        try:
            if not office.send(written, about_to):
                return  # somebody else has it
        except Undelivered as trouble:
            self._failed(letter, leaving, trouble)
        else:
            self._move(leaving, _S.SENT, "")

    def _failed(self, letter: Letter, leaving: Letter, trouble: Undelivered) -> None:
        """Write down what went wrong, whichever state the letter had come to."""
        now, told = self._clock(), self._nameless(letter, trouble.sentence)
        expected = _S.WAITING if leaving.moved_at is None else _S.SENDING
        again = trouble.trouble is Trouble.LATER and now - letter.created_at < KEEP_TRYING
        state = _S.WAITING if again else _S.REFUSED
        if trouble.trouble is Trouble.UNSURE:
            state = _S.UNSURE
        tried = replace(leaving, state=state, attempts=letter.attempts + 1, problem=told)
        with self._record.write() as uow:
            moved = uow.letters.move(tried, expected)
        if again and moved:
            raise Unreachable(told, patience(tried.attempts))
        if moved:
            raise InvalidInput(told)

    def _nameless(self, letter: Letter, sentence: str) -> str:
        """Leave a guest's address out of what is written down: that stays longer than it may."""
        with self._record.read() as uow:
            brings = uow.guests.letter(letter.id)
        if brings is None:
            return sentence
        return re.sub(re.escape(brings.email), "the guest's address", sentence, flags=re.IGNORECASE)

    def _move(self, letter: Letter, state: LetterState, problem: str) -> None:
        with self._record.write() as uow:
            uow.letters.move(replace(letter, state=state, problem=problem), letter.state)
