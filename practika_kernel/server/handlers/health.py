"""``/healthz``: whether everything is there that people need."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated

from practika_kernel.server.base import PlainHandler

ROUTE = r"/healthz"


class HealthHandler(PlainHandler):
    """For probes and load balancers: 200 or 503, and a line on each part as JSON."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Look at the record and the media store; where they lie is nobody's business here."""
        found = await self.call(self.services.health.public)
        self.set_status(200 if found["ok"] else 503)
        self.set_header("Cache-Control", "no-store")
        self.finish(found)
