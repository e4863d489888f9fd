"""Practika's widgets: the parts of its pages, usable in any notebook cell.

Modules are imported when they are used, because a page waits for every import:

>>> from practika_widgets import UploadWidget
>>> UploadWidget.__name__
'UploadWidget'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "student_page": "pages",
    "teacher_page": "pages",
    "coordinator_page": "pages",
    "admin_page": "pages",
    "Router": "router",
    "StudentWidget": "student",
    "UploadWidget": "upload",
    "QueueWidget": "teacher",
    "StacksWidget": "teacher",
    "RubricsWidget": "rubrics",
    "ExercisesWidget": "exercises",
    "CoursesWidget": "courses",
    "ReplyWidget": "reply",
    "RatingWidget": "judging",
    "JudgingWidget": "judging",
    "CompareWidget": "compare",
    "ProgressWidget": "progress",
    "PeopleWidget": "admin",
    "PersonWidget": "person",
    "AuditWidget": "audit",
    "HealthWidget": "health",
    "SettingsWidget": "settings",
    "Plot": "plot",
    "MyDataWidget": "mydata",
    "ConsentWidget": "consent",
    "InvitationsWidget": "invitations",
    "GuestsWidget": "guests",
    "StorageWidget": "storage",
    "LibraryWidget": "library",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
