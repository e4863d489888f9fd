"""Consent as its person gives, limits and withdraws it; and as it is recorded from paper."""

from __future__ import annotations

from datetime import datetime

from practika_kernel.domain.consent import (
    SENTENCES,
    WORDING,
    WORDINGS,
    Consent,
    Purpose,
    check,
    in_force,
)
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.services import access
from practika_kernel.services.consent_rows import (
    LEVELS,
    TITLES,
    Days,
    View,
    drawn_up,
    given_out,
    keep,
    levels,
    take_back,
    word,
)


class Consents:
    """Histories of consent. ``zone`` is the institution's, in which days begin and end."""

    def __init__(self, record: Record, clock: Clock, zone: str) -> None:
        self._record, self._clock, self._days = record, clock, Days(zone)

    def view(self, actor: str) -> View:
        """Return what the acting person agreed to, by purpose, and the whole history."""
        now = self._clock()
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            history = uow.consents.of_person(me.id)
            names = uow.people.many({row.recorded_by for row in history})
            known = {one.study for one in uow.exports.holding(me.id)}
        studies = sorted(known | {row.study for row in history if row.study})
        return {
            "wording": WORDING,
            "purposes": [self._purpose(history, one, now, studies) for one in Purpose],
            "history": [self._told(row, me, names) for row in reversed(history)],
        }

    def give(
        self, actor: str, purpose: str, media: str, until: str = "", study: str = ""
    ) -> Consent:
        """Write down that the acting person consents from now on, as they limit it.

        Parameters
        ----------
        purpose, media
            Words of `Purpose` and `MediaLevel`.
        until
            The last day it holds, as YYYY-MM-DD in the institution's zone; "" for no end.
        study
            The one study it is for (research only); "" for all.

        Raises
        ------
        InvalidInput
            An unknown word, a day that is over, or video of no level where some is needed.
        """
        now = self._clock()
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            consent = drawn_up(me.id, me.id, now, purpose, media, study=study)
            consent = self._days.limit(consent, until)
            if consent.ends_at is not None and consent.ends_at <= now:
                raise InvalidInput("This day is over already. Choose a later one, or none.")
            keep(uow, check(consent))
        return consent

    def withdraw(self, actor: str, purpose: str, study: str = "") -> list[View]:
        """Write down that the acting person takes a consent back; it ends now.

        Returns the data sets given out before that hold the person; whoever holds them is to be
        asked. Raises `InvalidInput` where there is nothing to take back.
        """
        now, wanted = self._clock(), word(Purpose, purpose, "purpose")
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            take_back(uow, me.id, wanted, study or None, now, me.id)
            return given_out(uow, me.id) if wanted is Purpose.RESEARCH else []

    def _purpose(
        self, history: list[Consent], purpose: Purpose, now: datetime, studies: list[str]
    ) -> View:
        held = in_force(history, purpose, now)
        named = studies if purpose is Purpose.RESEARCH else []
        return {
            "key": str(purpose),
            "title": TITLES[purpose],
            "sentence": _wording(held.wording if held else WORDING, purpose),
            "levels": levels(purpose),
            "held": self._held(held),
            "studies": [
                {"study": one, "held": self._held(in_force(history, purpose, now, one))}
                for one in named
            ],
        }

    def _held(self, row: Consent | None) -> View | None:
        if row is None:
            return None
        return {
            "since": row.starts_at.isoformat(),
            "until": self._days.last(row),
            "media": str(row.media),
            "level": LEVELS[row.media],
            "wording": row.wording,
        }

    def _told(self, row: Consent, me: Person, names: dict[str, Person]) -> View:
        what = "Withdrawn" if row.withdrawn_at else "Given"
        by = names.get(row.recorded_by)
        writer = by.name if by else "the school's office"
        return {
            "what": what,
            "title": TITLES[row.purpose] + (f", study {row.study}" if row.study else ""),
            "at": row.recorded_at.isoformat(),
            "until": self._days.last(row),
            "level": LEVELS[row.media],
            "wording": row.wording,
            "sentence": _wording(row.wording, row.purpose),
            "by": "" if row.recorded_by == me.id else writer,
            "note": row.note,
        }


def _wording(version: str, purpose: Purpose) -> str:
    return WORDINGS.get(version, SENTENCES)[purpose]
