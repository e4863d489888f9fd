"""What people and things are called in one study, and when things happen in it."""

from __future__ import annotations

import base64
import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from practika_kernel.research.pseudonyms import Pseudonyms

_LETTERS = 16
"""80 bits: of a million things no two share a name."""

FURTHEST = {"days": 364, "weeks": 52}
"""How far back times are moved at most."""


class Shift(StrEnum):
    """By what a person's times are moved back: whole weeks keep the day of the week, too."""

    NONE = "none"
    DAYS = "days"
    WEEKS = "weeks"


class Names:
    """The names of one study, by a key that is not in the data.

    An id of the record begins with the moment it was given, so nothing keeps its own.

    Parameters
    ----------
    study
        What the study is called.
    pseudonyms
        The key's names; those of the study follow from them.
    shift
        By what each person's times are moved back; always by the same for the same person.

    Examples
    --------
    >>> names = Names("Tempo", Pseudonyms(b"a key of at least sixteen bytes"), Shift.WEEKS)
    >>> names.thing("take", "01m8n261c1")[0], names.thing("take", "")
    ('t', '')
    >>> at = datetime(2026, 11, 24, 9, 30)
    >>> moved = names.moved(at, "mira")
    >>> moved.weekday() == at.weekday(), moved < at, moved.time() == at.time()
    (True, True, True)
    """

    def __init__(self, study: str, pseudonyms: Pseudonyms, shift: Shift = Shift.NONE) -> None:
        self.study, self.shift = study, shift
        self._own = pseudonyms.of_study(study)
        self.space = f"urn:x-practika:{slug(study)}"
        self._moves: dict[str, timedelta] = {}
        self._known: dict[tuple[str, str], str] = {}

    def person(self, person_id: str | None) -> str:
        """Return a person's pseudonym; nobody stays nobody ("")."""
        if not person_id:
            return ""
        known = self._known.get(("person", person_id))
        if known is None:
            known = self._known["person", person_id] = self._own.of(person_id)
        return known

    def thing(self, kind: str, thing_id: str | None) -> str:
        """Return what a take, reply, event... is called; nothing stays "".

        The first letter is that of its kind.
        """
        if not thing_id:
            return ""
        named = self._known.get((kind, thing_id))
        if named is None:
            letters = base64.b32encode(self._own.digest(kind, thing_id)).decode().lower()
            named = self._known[kind, thing_id] = kind[0] + letters[:_LETTERS]
        return named

    def uuid(self, *words: str) -> UUID:
        """Return the UUID (version 5) that stands for these words in this study, always the same.

        Whoever lacks the key cannot tell what it was made from.
        """
        return UUID(bytes=self._own.digest("uuid", *words)[:16], version=5)

    def urn(self, kind: str, name: str) -> str:
        """Return the address of something by the name it has in the study."""
        return f"{self.space}:{kind}:{name}"

    def moved(self, at: datetime | None, person_id: str) -> datetime | None:
        """Return a moment as it is told of this person: moved by as much as all the others.

        Intervals and the time of day in UTC stay; where summer time begins between the two, the
        hour on the wall is another.
        """
        if at is None or self.shift is Shift.NONE or not person_id:
            return at
        if person_id not in self._moves:
            self._moves[person_id] = self._back(person_id)
        return at - self._moves[person_id]

    def _back(self, person_id: str) -> timedelta:
        number = int.from_bytes(self._own.digest("shift", person_id)[:8])
        steps = 1 + number % FURTHEST[self.shift]
        return timedelta(weeks=steps) if self.shift is Shift.WEEKS else timedelta(days=steps)

    @property
    def fingerprint(self) -> str:
        """Eight signs that are the same for the same key and study; they give neither away."""
        return self._own.digest("fingerprint").hex()[:8]


def slug(text: str) -> str:
    """Return a study's name fit for an address and a file.

    >>> slug("Tempo & rubato (2026)"), slug("Übung"), slug("時")
    ('tempo-rubato-2026', 'ubung', 'study')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "study"
