"""What students did before there was Practika: one row of a table of takes, checked for itself."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import Event
from practika_kernel.domain.practice import Take, clean_text
from practika_kernel.domain.sheets import Line

COLUMNS = (
    "person", "course", "term", "cohort", "exercise", "submitted_at", "replied_at", "score",
    "max_score", "outcome", "withdrawn_at", "video",
)  # fmt: skip
"""Who did what where and when, and what became of it."""
NEEDED = ("person", "course", "exercise", "submitted_at")

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
"""How tables write that a value is not known, in small letters."""

ELSEWHERE = "elsewhere"
"""Who released an imported reply, in events: a teacher, but nobody knows which."""

SCORE = "Score"
"""Title of the criterion under which imported scores count; teachers are not offered it."""
LEVELS = [
    {"name": "under 10 %", "description": ""},
    {"name": "10 to under 30 %", "description": ""},
    {"name": "30 to under 50 %", "description": ""},
    {"name": "50 to under 70 %", "description": ""},
    {"name": "70 to under 90 %", "description": ""},
    {"name": "90 % and more", "description": ""},
]
"""A score as a level: six, as many as a rubric has at most, in equal steps."""

_THOUSAND = re.compile(r"[1-9]\d{0,2},\d{3}")
_LONGEST = {"person": 254, "outcome": 80, "video": 1000}


@dataclass(frozen=True, slots=True)
class History:
    """What came with an imported take. None, or "" for ``outcome``, is what nobody knows.

    ``outcome`` and ``withdrawn_at`` say how the course ended for the student, as the table has
    it; a withdrawal whose day is not known has the one without the other.
    """

    take_id: str
    imported_at: datetime
    replied_at: datetime | None = None
    score: float | None = None
    max_score: float | None = None
    outcome: str = ""
    withdrawn_at: datetime | None = None

    @property
    def level(self) -> int | None:
        """The score as one of `LEVELS`; None without both numbers."""
        return level_of(self.score, self.max_score)


class Told(NamedTuple):
    """One row, checked for itself: names as they were written, times aware."""

    line: int
    person: str
    course: str
    term: str
    cohort: str
    exercise: str
    submitted_at: datetime
    replied_at: datetime | None
    score: float | None
    max_score: float | None
    outcome: str
    withdrawn_at: datetime | None
    video: str


class Known(NamedTuple):
    """A take the record has, and what came with it if it was imported."""

    take_id: str
    exercise_id: str
    student_id: str
    number: int
    created_at: datetime
    submitted_at: datetime | None
    imported: bool
    has_video: bool
    replied_at: datetime | None
    score: float | None
    max_score: float | None
    outcome: str | None
    withdrawn_at: datetime | None


class Histories(Protocol):
    """Imported takes; written many at a time."""

    def of_takes(self, take_ids: Sequence[str]) -> dict[str, History]:
        """Return what came with these takes, by take; only imported ones have anything."""

    def known(self, course_ids: Sequence[str]) -> Iterator[Known]:
        """Return every take of these courses, withdrawn ones too, by number."""

    def put(self, takes: Sequence[Take], histories: Sequence[History]) -> None:
        """Store new takes and what came with them."""

    def tell(self, events: Sequence[Event]) -> None:
        """Append many events, in this order."""

    def save(self, history: History) -> None:
        """Overwrite what came with a take."""

    def renumber(self, numbers: Sequence[tuple[str, int]]) -> None:
        """Give takes, by id, other numbers; in this order, so that none is taken meanwhile."""

    def give_video(self, take_id: str, asset_id: str) -> bool:
        """Give an imported take its video; False when it has one."""


def told(line: Line, zone: ZoneInfo, now: datetime) -> Told:
    """Read one row.

    Parameters
    ----------
    line
        The row; columns that are not there are missing values.
    zone
        Where times without an offset were written.
    now
        The moment of the import, aware: nothing can have happened later.

    Raises
    ------
    InvalidInput
        A value that is needed is missing, a time or a number that is none, a time in the future
        or one that the clocks of the zone skipped or showed twice, a reply before the take, a
        score above the most there is, more cells than columns.

    Examples
    --------
    >>> cells = {"person": "s1", "course": "Keyboard I", "exercise": "Scales"}
    >>> cells |= {"submitted_at": "2024-03-04 10:00", "score": "14,5", "max_score": "20"}
    >>> row = told(Line(2, cells), ZoneInfo("Europe/Berlin"), datetime.now(UTC))
    >>> str(row.submitted_at), row.score, row.replied_at
    ('2024-03-04 09:00:00+00:00', 14.5, None)
    >>> told(Line(2, cells | {"replied_at": "2024-03-03"}), ZoneInfo("UTC"), datetime.now(UTC))
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: replied_at is 2024-03-03, a day without a time. \
Write the time of day, too, like 2024-03-03T12:00.
    """
    cells = line.cells
    if cells.get(""):
        raise InvalidInput("there are more cells than columns; is a separator missing its quotes?")
    person, course, exercise = (_needed(line, each) for each in ("person", "course", "exercise"))
    submitted = _perhaps(line, "submitted_at", zone, now)
    if submitted is None:
        raise InvalidInput("submitted_at is missing.")
    replied = _perhaps(line, "replied_at", zone, now)
    if replied is not None and replied < submitted:
        raise InvalidInput("replied_at lies before submitted_at: no take is answered before it is.")
    return Told(
        line.number,
        person,
        course,
        _optional(line, "term"),
        _optional(line, "cohort"),
        exercise,
        submitted,
        replied,
        *_score(line),
        _optional(line, "outcome"),
        _perhaps(line, "withdrawn_at", zone, now),
        _optional(line, "video"),
    )


def _score(line: Line) -> tuple[float | None, float | None]:
    score, most = _number(line, "score"), _number(line, "max_score")
    if most == 0:
        raise InvalidInput("max_score is 0; nothing can be measured against that.")
    if score is not None and most is not None and score > most:
        raise InvalidInput(f"score is {score:g}, more than the {most:g} of max_score.")
    return score, most


def level_of(score: float | None, most: float | None) -> int | None:
    """Return a score as one of `LEVELS`, 1 the lowest; None unless both numbers are known.

    The share of the most there is, on six equal steps, the half-way ones up.

    >>> [level_of(score, 20) for score in (0, 2, 9.9, 10, 17.9, 18, 20)], level_of(3, None)
    ([1, 2, 3, 4, 5, 6, 6], None)
    """
    if score is None or most is None:
        return None
    # Rounded first: 0.3 of 1 is 0.29999999999999998 of it.
    return 1 + math.floor(round(score / most * (len(LEVELS) - 1), 9) + 0.5)


def _needed(line: Line, column: str) -> str:
    text = _optional(line, column)
    if not text:
        raise InvalidInput(f"{column} is missing.")
    return text


def _optional(line: Line, column: str) -> str:
    return _words(line.cells.get(column, ""), column)


@lru_cache(maxsize=1 << 16)  # names come again and again
def _words(text: str, column: str) -> str:
    if text.lower() in MISSING:
        return ""
    return clean_text(text.replace("\n", " "), what=column, limit=_LONGEST.get(column, 200))


def _perhaps(line: Line, column: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    text = line.cells.get(column, "")
    return None if text.lower() in MISSING else _moment(column, text, zone, now)


def _moment(column: str, text: str, zone: ZoneInfo, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f"{column} is {text[:40]}, not a time like 2024-03-04T10:00 or 2024-03-04T10:00+01:00."
        ) from None
    if len(text) <= 10:
        raise InvalidInput(
            f"{column} is {text}, a day without a time. "
            f"Write the time of day, too, like {text}T12:00."
        )
    if moment.tzinfo is None:
        moment = _placed(column, text, moment, zone)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(f"{column} is {text[:40]}, which is no year of ours.") from None
    if moment > now:
        raise InvalidInput(f"{column} is {text[:40]}, which is still to come.")
    return moment


def _placed(column: str, text: str, moment: datetime, zone: ZoneInfo) -> datetime:
    here = moment.replace(tzinfo=zone)
    first, second = here.utcoffset(), here.replace(fold=1).utcoffset()
    if first == second or first is None or second is None:
        return here
    why = "was skipped when the clocks went forward" if first < second else "was shown twice"
    raise InvalidInput(
        f"{column} is {text[:40]}, an hour that {why} in {zone.key}. Write its offset behind it."
    )


def _number(line: Line, column: str) -> float | None:
    text = line.cells.get(column, "")
    if text.lower() in MISSING:
        return None
    if _THOUSAND.fullmatch(text):
        plain = f"{text.replace(',', '')} or {text.replace(',', '.')}"
        raise InvalidInput(f"{column} is {text}, which may be {plain}. Write it without a comma.")
    try:
        number = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        raise InvalidInput(f"{column} is {text[:40]}, not a number.") from None
    if not 0 <= number < 1e9:
        raise InvalidInput(f"{column} is {text[:40]}; it must lie between 0 and 1,000,000,000.")
    return number
