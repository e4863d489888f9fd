"""Taking one's videos and data back for good: what was asked, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Scope(StrEnum):
    """How much goes: one take, all takes with what belongs to them, or the person as well."""

    TAKE = "take"
    TAKES = "takes"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A request that things of a person be removed, and what came of it.

    ``take_id`` is set for one take. ``receipt`` grows while the work goes on, so that work
    that was interrupted loses none of it; it is complete when ``finished_at`` is set.
    """

    id: str
    person_id: str
    scope: Scope
    asked_at: datetime
    asked_by: str
    take_id: str | None = None
    finished_at: datetime | None = None
    receipt: dict[str, Any] = field(default_factory=dict)
