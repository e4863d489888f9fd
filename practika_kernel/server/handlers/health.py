"""``/healthz``, ``/readyz`` and ``/metrics``: for probes, load balancers and monitors."""

from __future__ import annotations

import hmac
from typing import Any, cast

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from practika_kernel.domain.errors import PractikaError
from practika_kernel.server.base import PlainHandler
from practika_kernel.server.metrics import CONTENT_TYPE, Metrics
from practika_kernel.server.pages import MissingHandler

ALIVE, READY, METRICS = r"/healthz", r"/readyz", r"/metrics"

_FORWARDED = (
    "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip",
)  # fmt: skip
_LOOPBACK = ("127.", "::1", "::ffff:127.")


def is_operator(handler: Any, token: str) -> bool:
    """Tell whether who runs Practika is asking: with the token, else from this very machine.

    Where a token is set, only that counts. Else the connection must come from a loopback
    address itself, and no proxy may have had it in its hands: what a header says of the address
    is not believed.
    """
    headers = handler.request.headers
    if token:
        given = headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    peer = getattr(handler.request.connection.context, "address", ("",))
    if any(name in headers for name in _FORWARDED) or not isinstance(peer, tuple):
        return False
    return str(peer[0]).startswith(_LOOPBACK)


class _AskedByAnybody(PlainHandler):
    """Asks nobody who they are: that would ask the record."""

    @allow_unauthenticated
    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Be nobody's."""
        self.name_request()
        self.current_user = self._jupyter_current_user = None
        self.set_header("Cache-Control", "no-store")

    @allow_unauthenticated
    async def head(self) -> None:
        """Say as much as a status does."""
        await self.get()

    async def get(self) -> None:
        """Answer."""
        raise NotImplementedError

    @property
    def operator(self) -> bool:
        """Whether who runs Practika is asking."""
        return is_operator(self, self.practika.settings.metrics_token)


class AliveHandler(_AskedByAnybody):
    """200 as long as the process answers: restart it when it does not."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Look at nothing."""
        self.finish({"ok": True})


class ReadyHandler(_AskedByAnybody):
    """200 when people can be served, else 503 with what stands in the way.

    ``?without=worker`` leaves a part out. Who runs Practika reads why, others only what.
    """

    waits = True
    """A 503 is an answer here, and no news for the log."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Look at record, schema, media store and worker."""
        without = self.get_query_argument("without", "").split(",")
        parts = await self.call(self.services.readiness.look, without)
        operator = self.operator
        well = all(each.ok for each in parts)
        self.set_status(200 if well else 503)
        told = {each.name: each.reason if operator else each.told for each in parts}
        wrong = [each.name for each in parts if not each.ok]
        self.finish({"ok": well, "wrong": wrong, **told})


class MetricsHandler(MissingHandler):
    """Figures for Prometheus; for everybody else there is nothing here."""

    @allow_unauthenticated
    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Answer as a missing page does, unless who runs Practika is asking."""
        if not is_operator(self, self.practika.settings.metrics_token):
            await super().prepare(_redirect_to_login=_redirect_to_login)
        self.current_user = self._jupyter_current_user = None

    @allow_unauthenticated
    async def get(self) -> None:
        """Read the record and write everything down."""
        services = self.services
        parts = await self.call(services.readiness.look)
        try:
            figures = await self.call(services.standing.figures)
        except PractikaError:
            figures = None  # that the record does not answer is among the parts
        board = await self.call(services.board.read)
        self.set_header("Content-Type", CONTENT_TYPE)
        self.set_header("Cache-Control", "no-store")
        metrics = cast(Metrics, self.settings["practika_metrics"])
        self.finish(metrics.text(figures, board, parts))


def routes() -> list[tuple[str, type[web.RequestHandler]]]:
    """Return all three."""
    return [(ALIVE, AliveHandler), (READY, ReadyHandler), (METRICS, MetricsHandler)]
