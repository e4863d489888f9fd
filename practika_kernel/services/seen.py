"""Who looked at a student's takes, as the student may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from practika_kernel.domain.audit import Seen
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.ports import UnitOfWork

View = dict[str, Any]


def told_to_student(uow: UnitOfWork, takes: Sequence[str]) -> dict[str, list[View]]:
    """Return who looked at these takes, by take, as their student may read it."""
    seen = uow.audit.seen_by(takes)
    people = uow.people.many({one.actor_id for one in seen})
    found: dict[str, dict[str, View]] = {}
    for one in seen:
        who = _as_seen(one, people)
        row = {"who": who, "at": one.at.isoformat()}
        found.setdefault(one.take_id, {}).setdefault(who, row)
    return {take: list(rows.values()) for take, rows in found.items()}


_STAFF = {Role.TEACHER, Role.COORDINATOR, Role.ADMIN}


def _as_seen(one: Seen, people: Mapping[str, Person]) -> str:
    """Name staff; of everybody else say what they are here for."""
    person = people.get(one.actor_id)
    if one.way in {"rater", "judge"}:
        return "a rater"
    if person is None:
        return "a guest"
    return person.name if person.role in _STAFF else f"a {person.role}"
