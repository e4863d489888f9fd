"""What this process counts, and what the record says, in the text format of Prometheus.

Each server process answers for itself: requests, pages and database errors are its own, and
Prometheus tells processes apart by their address (``instance``). Jobs, uploads, events and stored
bytes are read from the record at the moment of asking: every process says the same of them, so
one takes their maximum over the instances, never their sum. Nothing is labelled by an id: routes
stand as templates.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from tornado import web

from practika_kernel import logs
from practika_kernel.domain.board import Board
from practika_kernel.services.readiness import Part
from practika_kernel.services.standing import Figures

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LONG = ("/live", "/channels")
"""Routes whose requests last as long as a page is open: how long says nothing."""
_OTHER = "other"
_ASKED_OFTEN = frozenset(("/healthz", "/readyz", "/metrics"))
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def template(pattern: str, base_url: str) -> str:
    r"""Write a route's pattern as people read it, without the base path.

    >>> template(r"/practika/media/([a-z]+)/([0-9a-z]+)/([a-z]+)", "/practika/")
    '/media/{}/{}/{}'
    >>> template(r"/api/kernels/(?P<kernel_id>\w+-\w+)/channels", "/"), template(".*", "/")
    ('/api/kernels/{}/channels', 'other')
    """
    path = pattern.removesuffix("$").removesuffix("/?")
    if path in {".*", ""}:
        return _OTHER
    path = "/" + path.removeprefix(base_url).lstrip("/")
    while (shorter := re.sub(r"\((?:[^()\\]|\\.)*\)[?*+]?", "{}", path)) != path:
        path = shorter
    return re.sub(r"[\\?]", "", path)


class Metrics:
    """Counts the requests of this process and writes down everything when it is asked.

    Parameters
    ----------
    routes
        Pattern and handler of every route, in order.
    base_url
        The path under which all pages stand.
    errors
        What the databases of this process failed to do, by kind.
    version
        Of Practika.
    underway
        How many requests are under way.
    """

    def __init__(
        self,
        routes: Iterable[Sequence[Any]],
        base_url: str,
        errors: Mapping[str, int],
        version: str,
        underway: Callable[[], float] = lambda: 0,
    ) -> None:
        self._routes = [(re.compile(each[0]), template(each[0], base_url)) for each in routes]
        self._errors, self._version = errors, version
        # A second series beside each, which nobody draws.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "practika_http_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "practika_http_request_seconds",
            "How long requests took, but for those that last as long as a page is open.",
            ("route", "method"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._received = Counter(
            "practika_upload_received_bytes",
            "Bytes of uploads this process took in.",
            registry=self._registry,
        )
        Gauge(
            "practika_http_requests_underway",
            "Requests that have begun and not ended, but for uploads and open pages.",
            registry=self._registry,
        ).set_function(underway)
        self._counted = Counter(
            "practika_uploads_begun", "Uploads begun at this process.", registry=self._registry
        )

    def observe(self, handler: web.RequestHandler) -> None:
        """Count a request that has ended."""
        request, status = handler.request, handler.get_status()
        route = self.route(request.path)
        asked = request.method or ""
        method = asked if asked in _METHODS else _OTHER  # anybody may send any word
        self._requests.labels(route, method, str(status)).inc()
        if not route.endswith(_LONG):
            self._seconds.labels(route, method).observe(request.request_time())
        if route.startswith("/files") and status in {201, 204}:
            self._upload(handler, method)

    def _upload(self, handler: web.RequestHandler, method: str) -> None:
        reached = handler._headers.get("Upload-Offset", "")
        before = handler.request.headers.get("Upload-Offset", "0")
        if method == "POST":
            self._counted.inc()
        if method in {"POST", "PATCH"} and reached.isdigit() and before.isdigit():
            self._received.inc(max(0, int(reached) - int(before)))

    def route(self, path: str) -> str:
        """Return the template of the route a path takes."""
        return next((name for known, name in self._routes if known.fullmatch(path)), _OTHER)

    def text(self, figures: Figures | None, board: Board | None, parts: list[Part]) -> bytes:
        """Write everything down; ``figures`` are None when the record does not answer."""
        own = CollectorRegistry()
        own.register(_Now([*self._own(parts), *_of_board(board), *_of_record(figures)]))
        return generate_latest(self._registry) + generate_latest(own)

    def _own(self, parts: list[Part]) -> Iterator[Metric]:
        built = GaugeMetricFamily("practika_build", "Which Practika runs.", labels=["version"])
        built.add_metric([self._version], 1)
        yield built
        yield _gauge(
            "practika_ready",
            "1 where a part is well, as /readyz says.",
            "part",
            {each.name: float(each.ok) for each in parts},
        )
        failed = CounterMetricFamily(
            "practika_database_errors",
            "What the database refused this process or failed to do.",
            labels=["kind"],
        )
        for kind, number in sorted({"Misconfigured": 0, **self._errors}.items()):
            failed.add_metric([kind], number)
        yield failed


def note(tell: Callable[..., None], handler: web.RequestHandler, route: str) -> None:
    """Write down a request that has ended: for people if it failed, for machines each one."""
    asked, status = handler.request, handler.get_status()
    tell("%s %s answered %s", asked.method, logs.shown(asked.path), status)
    fields = {
        "method": asked.method,
        "route": route,
        "status": status,
        "ms": round(1000 * asked.request_time(), 1),
    }
    level = logging.DEBUG if route in _ASKED_OFTEN else logging.INFO
    logs.ACCESS.log(level, "%s %s %s", asked.method, route, status, extra={"fields": fields})


class _Now:
    """Hands on what was read at this moment."""

    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def _of_board(board: Board | None) -> Iterator[Metric]:
    if board is None:
        return
    pages: dict[str, float] = {}
    for kernel in board.kernels:
        pages[kernel.page] = pages.get(kernel.page, 0) + 1
    yield _gauge("practika_pages_open", "Open pages, each with a kernel.", "page", pages)
    now = time.time()
    oldest = now - board.oldest.timestamp() if board.oldest else 0.0
    for name, told, value in (
        ("pages_limit", "Pages that may be open at a time.", board.limit),
        ("pages_waiting", "People who wait for a seat.", board.waiting),
        ("pages_memory_bytes", "Memory of all kernels.", board.memory),
        ("pages_oldest_seconds", "Age of the page that is open longest.", max(0.0, oldest)),
        ("fork_server_running", "1 while kernels are forked.", float(board.forks.running)),
        ("fork_server_made", "Kernels the fork server has made.", board.forks.made),
    ):
        yield GaugeMetricFamily(f"practika_{name}", told, value=value)


def _of_record(figures: Figures | None) -> Iterator[Metric]:
    if figures is None:
        return
    yield _gauge("practika_jobs", "Media jobs by state.", "state", figures.jobs)
    yield _gauge(
        "practika_job_oldest_seconds",
        "Since when the oldest job of a state was queued; 0 without one.",
        "state",
        {"queued": 0.0, "running": 0.0} | figures.ages,
    )
    yield _gauge("practika_uploads", "Uploads by state.", "state", figures.uploads)
    yield _gauge("practika_stored_bytes", "Bytes of stored videos.", "kind", figures.stored)
    yield _gauge("practika_disk_free_bytes", "Room left on a disk.", "place", figures.free)
    yield GaugeMetricFamily(
        "practika_event_last",
        "Number of the newest event; its rate is theirs.",
        value=figures.event,
    )
    yield GaugeMetricFamily(
        "practika_backup_last_timestamp_seconds",
        "When a back-up was last made from this data folder; 0 for never.",
        value=figures.backed_up,
    )


def _gauge(name: str, told: str, label: str, values: Mapping[str, float]) -> Metric:
    found = GaugeMetricFamily(name, told, labels=[label])
    for key, value in sorted(values.items()):
        found.add_metric([key], value)
    return found
