"""What the coordinator's page shows while its numbers are still being added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Record
from practika_kernel.services import access

MANY = 5_000
"""Events from which on the head comes first: ten thousand would hold the first picture up to 1.6
times as long as an empty page's, measured in a browser; a million take half a second more. Below
it a page of one piece is there sooner than one of two."""


def outline(record: Record, actor: str, chosen: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a page's head, for who has to wait for its numbers; None where nobody has to.

    ``{pending: True, title, line, filters}`` as in the ProgressView, asked of the record alone:
    DuckDB and the facts are not loaded for it. None, too, for people who look after no course;
    what they read then is said with the numbers.
    """
    with record.read() as uow:
        if uow.events.now().id < MANY:
            return None
        ids = access.course_ids(uow, actor, Verb.SEE, Thing.PROGRESS)
        terms = {course.term for course in uow.courses.all() if course.id in set(ids)}
    if not terms:
        return None
    number = len(ids)
    of = "one class" if number == 1 else f"{number:,} classes"
    return {
        "pending": True,
        "title": title(chosen.get("term", ""), terms),
        "line": f"Adding up the numbers of {of}.",
        "filters": dict(chosen),
    }


def title(term: str, terms: set[str]) -> str:
    """Return what the page is called: the chosen term, or the only one there is.

    >>> title("", {"Autumn 2026"}), title("", {"Autumn 2026", "Spring 2027"})
    ('Autumn 2026', 'All terms')
    """
    return term or (next(iter(terms)) if len(terms) == 1 else "All terms")
