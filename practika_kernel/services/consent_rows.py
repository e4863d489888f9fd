"""What every way of writing a consent down shares: words, days, rows and their events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from practika_kernel.domain.consent import Consent, MediaLevel, Purpose
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import clean_text
from practika_kernel.services import exemplars

View = dict[str, Any]
W = TypeVar("W", bound=StrEnum)

TITLES = {
    Purpose.RESEARCH: "Research",
    Purpose.EXEMPLAR: "Example for the class",
    Purpose.TRAINING: "Training of teachers",
}
LEVELS = {
    MediaLevel.NONE: "no video, only words and numbers",
    MediaLevel.AUDIO: "sound without pictures",
    MediaLevel.PIXELATED: "pictures in which nobody is recognised",
    MediaLevel.FULL: "the videos as they are",
}
_LEAST = {Purpose.RESEARCH: MediaLevel.NONE}
"""An example or a training without any video would be none."""


class Days:
    """Days of the institution's zone as moments."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def begin(self, text: str) -> datetime:
        """Return when a day, written as YYYY-MM-DD, begins (UTC)."""
        return self._midnight(_day(text))

    def limit(self, consent: Consent, until: str) -> Consent:
        """Return the consent ending with this day; as it is for ""."""
        if not until:
            return consent
        return replace(consent, ends_at=self._midnight(_day(until) + timedelta(days=1)))

    def last(self, consent: Consent) -> str:
        """Return the last day a consent holds, "" without an end."""
        if consent.ends_at is None:
            return ""
        last = consent.ends_at.astimezone(self._zone) - timedelta(microseconds=1)
        return last.date().isoformat()

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)


def drawn_up(
    person: str, by: str, at: datetime, purpose: str, media: str, *, study: str = "", note: str = ""
) -> Consent:
    """Return a consent that begins now, from the words of a page or a table."""
    wanted, level = word(Purpose, purpose, "purpose"), word(MediaLevel, media, "level")
    if not level.covers(_LEAST.get(wanted, MediaLevel.AUDIO)):
        raise InvalidInput(f"{TITLES[wanted]} needs some video: choose how much of it.")
    named = clean_text(study, what="name of a study", limit=80) or None
    return Consent(new_id(), person, wanted, at, at, by, study=named, media=level, note=note)


def keep(uow: UnitOfWork, consent: Consent) -> None:
    """Store a row of a history and tell of it, without names and notes.

    With the consent to be an example end the single takes that are shown.
    """
    uow.consents.add(consent)
    ended = consent.withdrawn_at is not None
    kind = EventKind.CONSENT_WITHDRAWN if ended else EventKind.CONSENT_GIVEN
    told = {"purpose": str(consent.purpose), "media": str(consent.media)}
    uow.events.append(
        Event(
            kind,
            consent.recorded_at,
            consent.recorded_by,
            student_id=consent.person_id,
            data={**told, "wording": consent.wording},
        )
    )
    if ended and consent.purpose is Purpose.EXEMPLAR:
        exemplars.withdrawn(uow, consent.person_id, consent.recorded_by, consent.recorded_at)


def take_back(
    uow: UnitOfWork,
    person_id: str,
    purpose: Purpose,
    study: str | None,
    at: datetime,
    by: str,
    note: str = "",
) -> None:
    """Store that a consent ends now; `InvalidInput` where there is none to end."""
    rows = [row for row in uow.consents.of_person(person_id) if row.purpose is purpose]
    named = [row for row in rows if row.study == study]
    if study is not None and not named:  # one study is left out of a consent to all
        named = [replace(row, study=study) for row in rows if row.study is None]
    held = named[-1] if named else None
    if held is None or held.withdrawn_at is not None:
        raise InvalidInput("There is no such consent to take back.")
    ended = replace(held, recorded_at=at, recorded_by=by, withdrawn_at=at, note=note)
    keep(uow, replace(ended, id=new_id()))


def given_out(uow: UnitOfWork, person_id: str) -> list[View]:
    """Return the data sets given out that hold a person, newest first."""
    return [
        {"study": one.study, "at": one.made_at.isoformat(), "manifest": one.manifest_sha256}
        for one in uow.exports.holding(person_id)
    ]


def levels(purpose: Purpose) -> list[View]:
    """Return the levels of media that make sense for a purpose."""
    least = _LEAST.get(purpose, MediaLevel.AUDIO)
    return [{"key": str(one), "words": LEVELS[one]} for one in MediaLevel if one.covers(least)]


def needed_note(note: str) -> str:
    """Return what is said of a paper, or raise `InvalidInput` when nothing is."""
    kept = clean_text(note, what="note", limit=400)
    if not kept:
        raise InvalidInput("Say what is held on paper: who signed it, when, and where it is.")
    return kept


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text[:40]} is no day; write it as 2027-06-30.") from None


def word(words: type[W], text: str, what: str) -> W:
    """Return the word of this text; `InvalidInput` lists those there are."""
    if text not in set(words):
        raise InvalidInput(f"{text[:40] or 'Nothing'} is no {what}. Choose {', '.join(words)}.")
    return words(text)
