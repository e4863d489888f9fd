"""``/audit.csv``: the audit log as a file, with the filters of the page, streamed."""

from __future__ import annotations

from tornado.iostream import StreamClosedError

from practika_kernel.server.base import PlainHandler
from practika_kernel.services.auditing import FILTERS

ROUTE = r"/audit\.csv"


class AuditCsvHandler(PlainHandler):
    """The log, for admins; nobody else learns that it is there."""

    SUPPORTED_METHODS = ("GET",)

    async def get(self) -> None:
        """Send it, a thousand lines at a time, each once the reader has taken the last."""
        filters = {name: self.get_query_argument(name, "") for name in FILTERS}
        auditing = await self.call(lambda: self.services.auditing)
        pieces = await self.call(auditing.table, self.actor, filters)
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="audit.csv"')
        self.set_header("Cache-Control", "no-store")
        try:
            while piece := await self.call(next, pieces, ""):
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            return


ROUTES = ((ROUTE, AuditCsvHandler),)
