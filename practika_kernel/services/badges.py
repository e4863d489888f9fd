"""Who somebody is, as it stands beside what they did."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.people import Person


def named(person_id: str, person: Person | None) -> dict[str, Any]:
    """Return id, name, initials, and where the picture is ("" for none); plain JSON values."""
    return {
        "id": person_id,
        "name": person.name if person else "Somebody",
        "initials": person.initials if person else "?",
        "picture": person.picture if person else "",
    }
