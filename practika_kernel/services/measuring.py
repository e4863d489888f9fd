"""Measures for whoever runs Practika: asked by name, answered as plain values.

An operator's own: nobody acts, so nobody is authorised here, and groups of fewer than five
people stay hidden all the same. Pages ask `services.progress` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.catalogue import CATALOGUE
from practika_kernel.analytics.measures.measured import Measure
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.errors import InvalidInput

View = dict[str, Any]
Row = tuple[Any, ...]


def listed() -> list[View]:
    """Return every measure in the order of the loop: name, label, unit, definition, source."""
    return [described(measure) for measure, _ in CATALOGUE.values()]


def described(measure: Measure) -> View:
    """Return what a measure means, as one row of the list."""
    return {
        "name": measure.key,
        "label": measure.label,
        "unit": measure.unit,
        "definition": measure.definition,
        "source": measure.source,
    }


def known(name: str) -> str:
    """Return the name of a measure as it is written; `InvalidInput` names the nearest one.

    >>> known("Retention")
    'retention'
    >>> known("retenton")
    Traceback (most recent call last):
        ...
    practika_kernel.domain.errors.InvalidInput: There is no measure called retenton. Did you mean
    retention? `practika measure list` shows all of them.
    """
    if (key := name.casefold()) in CATALOGUE:
        return key
    near = get_close_matches(key, CATALOGUE, 1)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise InvalidInput(
        f"There is no measure called {name}.{guess} `practika measure list` shows all of them."
    )


class Measuring:
    """Answers one measure at a time.

    Parameters
    ----------
    facts
        Refreshed before each answer.
    zone
        The institution's zone, in which days and weeks begin.
    """

    def __init__(self, facts: Facts, zone: str) -> None:
        self._facts, self._zone = facts, ZoneInfo(zone)

    def measured(
        self,
        name: str,
        *,
        course: str = "",
        cohort: str = "",
        exercise: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> View:
        """Return a measure with all that explains it, as plain JSON values.

        Parameters
        ----------
        name
            One of `listed`.
        course, cohort, exercise
            Title (or section) or id; "" for all. A cohort and an exercise are looked for in
            the chosen course.
        since, until
            First and last day that count, in the institution's zone. Each measure's function
            says of which moments they speak; mostly of when a take was submitted.

        Raises
        ------
        InvalidInput
            A name that is unknown, or fits several things; an end before the beginning.
        """
        key = known(name)
        self._facts.refresh()
        scope = self.scope(course, cohort, exercise, since, until)
        measure, function = CATALOGUE[key]
        found = function(self._facts, scope, self._zone)
        view: View = {
            **found.view(),
            "limits": None if found.interval is None else list(found.interval),
            "filters": {
                "course": course,
                "cohort": cohort,
                "exercise": exercise,
                "from": since.isoformat() if since else "",
                "to": until.isoformat() if until else "",
            },
            "as_of": f"{self._facts.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "zone": self._zone.key,
            "detail": plain(found.detail),
        }
        return {"name": measure.key, **{k: v for k, v in view.items() if k != "key"}}

    def scope(
        self,
        course: str = "",
        cohort: str = "",
        exercise: str = "",
        since: date | None = None,
        until: date | None = None,
        within: Collection[str] | None = None,
    ) -> Scope:
        """Return what these words of a person choose; see `measured` for them.

        ``within`` are the courses there are for that person, as ids; None means all.
        """
        if since and until and until < since:
            raise InvalidInput("The last day lies before the first.")
        courses = [
            row
            for row in self._facts.rows(
                "SELECT course_id, title, term FROM courses ORDER BY title, term"
            )
            if within is None or row[0] in within
        ]
        ids = [row[0] for row in courses]
        if course:
            ids = [_one("course", course, courses, lambda row: f"{row[1]} ({row[2]})")]
        titles = {row[0]: row[1] for row in courses}

        def inside(what: str, wanted: str, sql: str) -> str:
            rows = [row for row in self._facts.rows(sql) if row[2] in ids] if wanted else []
            named: Callable[[Row], str] = lambda row: f"{row[1]} of {titles[row[2]]}"  # noqa: E731
            return _one(what, wanted, rows, named) if wanted else ""

        return Scope(
            tuple(ids),
            inside("cohort", cohort, "SELECT cohort_id, section, course_id FROM cohorts"),
            inside("exercise", exercise, "SELECT exercise_id, title, course_id FROM exercises"),
            self._midnight(since),
            self._midnight(until + timedelta(days=1) if until else None),
        )

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else datetime.combine(day, time(), self._zone)


def _one(what: str, wanted: str, rows: list[Row], named: Callable[[Row], str]) -> str:
    """Find the one thing of this id or title; rows begin with both."""
    fitting = [
        row for row in rows if wanted == row[0] or wanted.casefold() == str(row[1]).casefold()
    ]
    if len(fitting) == 1:
        return str(fitting[0][0])
    if not fitting:
        there = ", ".join(sorted({str(row[1]) for row in rows})) or "none yet"
        raise InvalidInput(f"There is no {what} called {wanted}. {what.capitalize()}s: {there}.")
    several = "; ".join(f"{row[0]} is {named(row)}" for row in fitting)
    raise InvalidInput(f"{wanted} is the name of several. Give an id instead: {several}.")


def plain(value: Any) -> Any:
    """Turn what a measure carries into JSON values: days as ISO dates, records as objects.

    >>> plain({"week": date(2026, 10, 12), "pairs": [(1, None)]})
    {'week': '2026-10-12', 'pairs': [[1, None]]}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
