"""Numbers as files, with the filters of the page.

``/progress.csv`` is the students' table, ``/progress/rows.csv`` what is behind a number,
``/progress/chart.csv`` a chart's table, ``/progress/compare.csv`` two groups side by side.
``/judging/takes.csv`` is where each take of a judging stands, ``/judging/judgements.csv`` what that
was computed from.
"""

from __future__ import annotations

from practika_kernel.server.base import PlainHandler
from practika_kernel.server.handlers import audit

ROUTE = r"/progress\.csv"
PARTS_ROUTE = r"/progress/(rows|chart|compare)\.csv"
JUDGING_ROUTE = r"/judging/(takes|judgements)\.csv"


class _TableHandler(PlainHandler):
    """One download; the service decides who may have it."""

    def filters(self) -> dict[str, str]:
        """Return the address's arguments; of one that stands there twice the last."""
        return {name: self.get_query_argument(name) for name in self.request.query_arguments}

    def send_table(self, name: str, table: str) -> None:
        """Send it as a file that no cache keeps."""
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}.csv"')
        self.set_header("Cache-Control", "no-store")
        self.services.witness.took(self.actor, f"{name}.csv")
        self.finish(table)


class ProgressCsvHandler(_TableHandler):
    """The students' table."""

    async def get(self) -> None:
        """Send it."""
        progress = await self.call(lambda: self.services.progress)
        self.send_table("progress", await self.call(progress.csv, self.actor, self.filters()))


class PartCsvHandler(_TableHandler):
    """What is behind one number, or one chart's table."""

    async def get(self, part: str) -> None:
        """Send it; the address names the number or the chart."""
        filters = self.filters()
        board = await self.call(lambda: self.services.progress.board)
        if part == "compare":
            groups = (filters.pop("a", ""), filters.pop("b", ""))
            table = await self.call(board.compare_csv, self.actor, *groups, filters)
            self.send_table("compare", table)
            return
        ask, key = (board.rows_csv, "about") if part == "rows" else (board.section_csv, "section")
        about = filters.pop(key, "")
        table = await self.call(ask, self.actor, about, filters)
        plain = (letter if letter.isascii() and letter.isalnum() else "-" for letter in about)
        self.send_table("".join(plain).lower()[:60], table)


class JudgingCsvHandler(_TableHandler):
    """What came of a judging, or every judgement of it."""

    async def get(self, table: str) -> None:
        """Send it; the address names the judging."""
        standings = await self.call(lambda: self.services.standings)
        ask = standings.takes_csv if table == "takes" else standings.judgements_csv
        judging = self.get_query_argument("judging", "")
        self.send_table(table, await self.call(ask, self.actor, judging))


ROUTES = (
    (ROUTE, ProgressCsvHandler),
    (PARTS_ROUTE, PartCsvHandler),
    (JUDGING_ROUTE, JudgingCsvHandler),
    *audit.ROUTES,
)
