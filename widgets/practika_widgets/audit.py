"""The audit log: who did what, who looked at whose video; for admins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.services.auditing import FILTERS

from ._base import PractikaWidget, Verb, script

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class AuditWidget(PractikaWidget):
    """One page of the log, the newest first; the address says which.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be an admin.
    query
        ``kind``, ``person``, ``course``, ``since``, ``until`` and ``after``, all as in an address.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("audit")
    verbs: ClassVar[Mapping[str, Verb]] = {"names": Verb("names", {"typed": str})}

    def __init__(
        self, practika: Practika, query: Mapping[str, str] | None = None, **traits: Any
    ) -> None:
        self._query = dict(query or {})
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """Return the page; `NotFound` for everybody but admins."""
        filters = {name: self._query.get(name, "") for name in FILTERS}
        after = self._query.get("after", "")
        view = self.practika.services.auditing.view(self.actor, filters, after)
        return {**view, "first": not after}

    def turn(self, query: Mapping[str, str]) -> bool:
        """Show another page of the log; True, for it is the same widget."""
        self._query = dict(query)
        self.refresh()
        return True

    def names(self, typed: str) -> list[dict[str, Any]]:
        """Return the people whose name or address holds what is typed."""
        return list(self.practika.services.auditing.names(self.actor, typed))
