"""Who looked at which part of their page, for the measures of use."""

from __future__ import annotations

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.domain.visits import PARTS, VISIT_LASTS, is_new
from practika_kernel.services import access


class Visits:
    """Notes visits; told by a page that stands already, so nothing waits for it."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def looked(self, actor: str, part: str) -> bool:
        """Note that a person looks at a part of their page; tell whether it is a new visit.

        Raises `NotFound` for a part there is none of, or that belongs to another role's page.
        """
        known = PARTS.get(part)
        now = self._clock()
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            if known is None or known.role is not person.role:
                raise NotFound
            lately = uow.events.of_actors([actor], now - VISIT_LASTS, [EventKind.PAGE_OPENED])
        same = [event.at for event in lately if event.data.get("page") == part]
        if not is_new(max(same, default=None), now):
            return False
        with self._record.write() as uow:
            uow.events.append(Event(EventKind.PAGE_OPENED, now, actor, data={"page": part}))
        return True
