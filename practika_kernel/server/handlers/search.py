"""``/api/search?q=...``: what the search box of every page asks. No kernel is involved."""

from __future__ import annotations

from collections import Counter

from tornado import web

from practika_kernel.server.base import PlainHandler

ROUTE = r"/api/search"
AT_ONCE = 4
"""Questions of one person that are answered at the same time; a page has one on its way."""


class SearchHandler(PlainHandler):
    """One question, as JSON."""

    SUPPORTED_METHODS = ("GET",)

    async def get(self) -> None:
        """Answer with what `Search.find` returns; 429 to a fifth question at the same time."""
        actor = self.actor
        asking: Counter[str] = self.settings.setdefault("practika_asking", Counter())
        if asking[actor] >= AT_ONCE:
            raise web.HTTPError(429, reason="One question after another, please.")
        asking[actor] += 1
        try:
            question, kind = self.get_query_argument("q", ""), self.get_query_argument("kind", "")
            found = await self.call(self.services.search.find, actor, question, kind)
        finally:
            asking[actor] -= 1
            if not asking[actor]:
                del asking[actor]
        self.set_header("Cache-Control", "no-store")
        self.finish(found)
