"""How much room the videos take, by course and by person, and how much somebody may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ._base import PractikaWidget, Verb, script


class StorageWidget(PractikaWidget):
    """The admin's view of what is stored, with exceptions from the quotas.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be an admin.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("storage")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "allow": Verb("allow", {"owner": str, "id": str, "size": str}),
    }

    def look(self) -> dict[str, Any]:
        """What is stored; `NotFound` for everybody but admins."""
        return dict(self.practika.services.storage_use.view(self.actor))

    def allow(self, owner: str, id: str, size: str) -> bool:
        """Make an exception as typed: "5 GB", "none", or "" to end it."""
        self.practika.services.quotas.tell(self.actor, owner, id, size)
        self.refresh()
        return True
