"""``/progress.csv``: the coordinator's table as a file, with the filters of the page."""

from __future__ import annotations

from practika_kernel.server.base import PlainHandler

ROUTE = r"/progress\.csv"


class ProgressCsvHandler(PlainHandler):
    """One download."""

    async def get(self) -> None:
        """Send the table; the service decides who may have it."""
        filters = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        progress = await self.call(lambda: self.services.progress)
        table = await self.call(progress.csv, self.actor, filters)
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="progress.csv"')
        self.set_header("Cache-Control", "no-store")
        self.finish(table)
