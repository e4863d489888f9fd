"""Consent of a person to a purpose over a period: a history of rows, none of them written over.

Nobody consents who has not said so. The newest row about a purpose says what holds: giving it,
changing its period or its media and withdrawing it each add one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from practika_kernel.domain.errors import InvalidInput


class Purpose(StrEnum):
    """What somebody's takes may be used for beyond their own lessons."""

    RESEARCH = "research"
    EXEMPLAR = "exemplar"
    TRAINING = "training"


class MediaLevel(StrEnum):
    """How much of a video may be used, from nothing of it to all of it."""

    NONE = "none"
    AUDIO = "audio"
    PIXELATED = "pixelated"
    FULL = "full"

    def covers(self, other: MediaLevel) -> bool:
        """Tell whether the other level shows no more than this one.

        >>> MediaLevel.PIXELATED.covers(MediaLevel.AUDIO), MediaLevel.NONE.covers(MediaLevel.AUDIO)
        (True, False)
        """
        return _LEVELS.index(self) >= _LEVELS.index(other)


_LEVELS = list(MediaLevel)

WORDINGS: dict[str, dict[Purpose, str]] = {
    "2026-1": {
        Purpose.RESEARCH: "People who study teaching may use my takes, the comments on them and "
        "what I did on these pages. My name and my address are replaced by a number.",
        Purpose.EXEMPLAR: "My teachers may show my takes to the class as an example.",
        Purpose.TRAINING: "My takes may be shown where teachers are trained.",
    },
}
"""What a person agrees to, word for word, by version, the newest last.

A sentence that should say something else gets a new version: the old one is what was agreed to.
"""

WORDING = list(WORDINGS)[-1]
SENTENCES = WORDINGS[WORDING]
"""What is asked now."""

STUDY_LIMIT = 80
"""Longest name of a study, in characters."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One row of a person's history.

    It holds in ``[starts_at, ends_at)`` (UTC; no end is None). ``study`` names the one study a
    consent to research is for; None covers all. ``media`` is the widest level allowed.
    ``withdrawn_at`` is set in the row that withdraws. ``recorded_by`` is who wrote it down: the
    person, or somebody who holds it on paper; ``note`` then says what is held, for instance the
    consent of a guardian.
    """

    id: str
    person_id: str
    purpose: Purpose
    starts_at: datetime
    recorded_at: datetime
    recorded_by: str
    study: str | None = None
    ends_at: datetime | None = None
    media: MediaLevel = MediaLevel.NONE
    wording: str = WORDING
    note: str = ""
    withdrawn_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether this row, if it is the one that counts, allows something at a moment."""
        begun = self.starts_at <= at and (self.ends_at is None or at < self.ends_at)
        return begun and (self.withdrawn_at is None or at < self.withdrawn_at)


def in_force(
    history: Iterable[Consent], purpose: Purpose, at: datetime, study: str | None = None
) -> Consent | None:
    """Return the consent that allows a purpose at a moment; None when nothing does.

    Parameters
    ----------
    history
        Rows of one person in any order; those of other purposes are passed over.
    at
        The moment asked about (UTC). Only what was recorded by then counts, so that a question
        about the past is answered as it would have been. Whoever gives something away asks for
        now: what was withdrawn since must not come back.
    study
        The study that asks. The newest row that names it counts; without one, the newest row
        for all studies. A later withdrawal from all studies ends the named ones too; a later
        consent to all does not undo a refusal of one. None asks for all studies.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = [datetime(2026, 3, n, tzinfo=UTC) for n in range(1, 9)]
    >>> given = Consent("a", "mira", Purpose.RESEARCH, day[0], day[0], "mira")
    >>> in_force([given], Purpose.RESEARCH, day[5], "tempo").id
    'a'
    >>> ended = Consent("b", "mira", Purpose.RESEARCH, day[0], day[3], "mira", withdrawn_at=day[3])
    >>> in_force([given, ended], Purpose.RESEARCH, day[5]) is None
    True
    """
    known = [row for row in history if row.purpose is purpose and row.recorded_at <= at]
    general = [row for row in known if row.study is None]
    counts = _newest(general)
    if study is not None:
        named = _newest(row for row in known if row.study == study)
        # A withdrawal from all ends it for good: a consent to all that follows is another one.
        if named is not None and not any(_ends(row, named) for row in general):
            counts = named
    return counts if counts is not None and counts.holds(at) else None


def _newest(rows: Iterable[Consent]) -> Consent | None:
    return max(rows, key=_order, default=None)


def _ends(general: Consent, named: Consent) -> bool:
    return general.withdrawn_at is not None and _order(general) > _order(named)


def _order(row: Consent) -> tuple[datetime, str]:
    return row.recorded_at, row.id


def check(consent: Consent) -> Consent:
    """Return the consent, or raise `InvalidInput` with what is wrong with it.

    A period must not end before it begins, a study belongs to research alone, and a name of a
    study is not empty.
    """
    if consent.ends_at is not None and consent.ends_at <= consent.starts_at:
        raise InvalidInput("A consent must end after it begins.")
    if consent.study is None:
        return consent
    if consent.purpose is not Purpose.RESEARCH:
        raise InvalidInput("Only consent to research can be for one study.")
    if not consent.study.strip() or len(consent.study) > STUDY_LIMIT:
        raise InvalidInput(f"Name the study in 1 to {STUDY_LIMIT} characters.")
    return consent


@dataclass(frozen=True, slots=True)
class Export:
    """A data set that left Practika: what was in it, and under which rules."""

    id: str
    study: str
    made_at: datetime
    made_by: str
    manifest_sha256: str
    formats: tuple[str, ...]
    k: int
    media: MediaLevel
    people: int
