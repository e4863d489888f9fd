"""The server itself: a Voila that serves our routes and no others."""

from __future__ import annotations

import asyncio
import contextvars
import errno
import logging
import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from traitlets import default
from traitlets.config import Config
from voila.app import Voila

from practika_kernel import __version__
from practika_kernel.bootstrap import Practika
from practika_kernel.domain.board import SWITCHED_OFF
from practika_kernel.domain.errors import Misconfigured
from practika_kernel.forks.wire import about
from practika_kernel.paths import notebooks_folder, static_folder
from practika_kernel.server import opening, pages, research
from practika_kernel.server.assets import Assets, FrontEnd
from practika_kernel.server.channels import QuickChannels
from practika_kernel.server.compress import PageCompression
from practika_kernel.server.cookie_key import cookie_secret
from practika_kernel.server.endings import Ending
from practika_kernel.server.environment import PractikaKernelOnly
from practika_kernel.server.handlers import (
    bundles,
    guests,
    health,
    joining,
    kernels,
    live,
    notices,
    numbers,
    profile,
    provider,
    search,
    uploads,
)
from practika_kernel.server.handlers.recordings import ROUTES as RECORDINGS
from practika_kernel.server.identity import CookieIdentity
from practika_kernel.server.kernels import ALLOWED_MESSAGES, OwnedKernels
from practika_kernel.server.look import Pages
from practika_kernel.server.meter import MEASURE, Limits, Meter
from practika_kernel.server.metrics import Metrics, note
from practika_kernel.server.pool import SIZE, Pool
from practika_kernel.server.room import fitting, usable_memory
from practika_kernel.server.seats import Seats
from practika_kernel.server.shared import shared_routes
from practika_kernel.server.underway import Underway
from practika_kernel.server.watch import SignInWatch

LOG = logging.getLogger("practika.server")

BODY_LIMIT = 4 << 20
"""Bytes of any body that is not an upload."""
PIECE = 256 * 1024
"""Bytes of an upload handed to the disk at a time."""
SWEEP_SECONDS = 600.0
"""Seconds between two looks for uploads that were never finished."""
FAREWELL_SECONDS = 5.0
PING = 20_000
"""Milliseconds between two pings of a websocket, as Jupyter Server sends them. Before each it looks
how long ago the last answer was, or the opening: allowed are two and a half intervals, so two pings
may stay without an answer. One interval would cut off everybody at the first ping."""
STARTS = 2 * (os.cpu_count() or 1)
"""Pages built at the same time; in a crowd the first are done sooner than if all took turns."""


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Take the port, before anything else is started.

    Raises
    ------
    Misconfigured
        The port is taken or reserved, or the host is not one of this machine's addresses.
    """
    try:
        return bind_sockets(port, host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            told = f"Port {port} on {host} is taken. Stop what uses it or set PRACTIKA_PORT."
        elif error.errno == errno.EACCES:
            told = f"Port {port} may not be opened by you. Set PRACTIKA_PORT to 1024 or above."
        else:
            told = f"{host} is not an address of this machine. Set PRACTIKA_HOST."
        raise Misconfigured(told) from error


def _kernel_config() -> Config:
    """Return how kernels are run: a dead one stays dead, and no other user can listen in."""
    config = Config({"KernelRestarter": {"restart_limit": 0}})
    # The name of a socket may have 104 characters or so, its folder included.
    if os.name == "posix" and len(tempfile.gettempdir()) < 24:
        config.KernelManager.transport = "ipc"
    return config


class PractikaServer(Voila):
    """Voila without its configuration files, its file browser and its open doors.

    Build it with a `Practika`; `run` serves until `stop`. Nothing of the user's own Jupyter
    configuration is read, no extension is loaded, no browser opened.
    """

    name = "practika"

    def __init__(
        self,
        practika: Practika,
        *,
        notebooks: Path | None = None,
        forks: Path | None = None,
    ) -> None:
        super().__init__(config=_kernel_config())
        settings = practika.settings
        self.practika = practika
        self.base_url = self.server_url = settings.base_url
        self.ip, self.port = settings.host, settings.port
        self.notebooks = notebooks or notebooks_folder()
        self.root_dir = str(self.notebooks)
        self.forks = forks if practika.settings.fork else None
        self.limits = Limits(settings.kernel_memory, idle=settings.kernel_idle_minutes * 60)
        self.measure_every = MEASURE
        self._stopping: asyncio.Event | None = None
        self.underway = Underway()
        self.ping = PING
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: list[asyncio.Task[None]] = []

    @default("log")
    def _default_log(self) -> logging.Logger:
        log = logging.getLogger("practika.jupyter")
        log.setLevel(logging.ERROR)
        return log

    def _configure_logging(self) -> None:
        """Leave logging to whoever started the server."""

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the server."""
        host = "127.0.0.1" if self.ip in {"", "0.0.0.0", "::"} else self.ip
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}{self.base_url}"

    def init_settings(self) -> dict[str, Any]:
        """Wire what the handlers need; only the pieces of Voila our pages use."""
        practika, alive = self.practika, self.practika.services.accounts.who_by_id
        self.watch = SignInWatch(lambda sign_in_id: alive(sign_in_id) is not None)
        self.hub = live.Hub(practika.services)
        self.front_end = FrontEnd(self.base_url)
        self.assets = Assets(static_folder(), self.base_url)
        self.identity_provider = CookieIdentity(parent=self, log=self.log)
        self.kernel_manager = self._kernels()
        self.seats = Seats(
            self.kernel_manager,
            practika.settings.kernels or fitting(usable_memory()),
            practika.settings.kernels_per_person,
        )
        self.meter = self._meter()
        size = SIZE if self.forks else 0
        self.pool = Pool(self.kernel_manager, size, lambda: self.meter.stamp, self.forks)
        pages_of_ours = Pages(self.assets, self.base_url)
        pages_of_ours.warm()
        return {
            "practika": practika,
            "practika_watch": self.watch,
            "practika_hub": self.hub,
            "practika_pages": pages_of_ours,
            "practika_seats": self.seats,
            "practika_underway": self.underway,
            "practika_pool": self.pool,
            "practika_front_end": self.front_end,
            "base_url": self.base_url,
            "login_url": url_path_join(self.base_url, "/login"),
            "cookie_secret": cookie_secret(practika.settings.secret_file),
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"path": self.base_url, "samesite": "Lax"},
            "identity_provider": self.identity_provider,
            "practika_starts": asyncio.Semaphore(STARTS),
            "authorizer": kernels.OwnersOnly(parent=self, identity_provider=self.identity_provider),
            "kernel_manager": self.kernel_manager,
            "kernel_websocket_connection_class": QuickChannels,
            "allow_remote_access": True,
            "ws_ping_interval": self.ping,
            "ws_ping_timeout": 5 * self.ping // 2,
            "log_function": self._ended,
        }

    def _kernels(self) -> OwnedKernels:
        settings = self.practika.settings
        spec = PractikaKernelOnly(parent=self, log=self.log)
        spec.forks, spec.memory = self.forks, settings.kernel_memory
        owned = OwnedKernels(  # type: ignore[no-untyped-call]
            parent=self,
            log=self.log,
            connection_dir=self.connection_dir,
            kernel_spec_manager=spec,
            root_dir=self.root_dir,
            allowed_message_types=list(ALLOWED_MESSAGES),
            allow_tracebacks=False,
        )
        owned.prepare(settings, self.watch, Path(self.connection_dir))
        return owned

    def _meter(self) -> Meter:
        asked, why = self.forks, "" if self.forks else "no fork server was started"
        if not self.practika.settings.fork:
            why = SWITCHED_OFF
        if why:
            LOG.info("Kernels start the ordinary way (slower); forking: %s.", why)
        return Meter(
            self.kernel_manager,
            self.practika.services.board,
            self.limits,
            seats=self.seats.number,
            about=partial(about, asked) if asked else None,
            why=why,
            waiting=lambda: len(self.seats.room),
            measure=self.measure_every,
        )

    def _shelf(self) -> research.Shelf:
        own = self.practika.settings.data / "notebooks"
        return research.Shelf((own, own / "research", self.notebooks / "research"))

    def init_handlers(self) -> list[tuple[Any, ...]]:
        """Return every route there is; what is not in this list does not exist."""
        ours: list[tuple[Any, ...]] = [
            (r"/", pages.HomeHandler),
            (r"/researcher", research.ResearcherHandler, {"shelf": self._shelf()}),
            (research.ROUTE, research.ResearchNotebookHandler, {"shelf": self._shelf()}),
            *(
                (f"/{page.name}", opening.NotebookHandler, {"page": page, "folder": self.notebooks})
                for page in pages.PAGES
            ),
            *shared_routes(self.assets),
            (uploads.STATUS_ROUTE, uploads.UploadStatusHandler),
            *RECORDINGS,
            (bundles.ROUTE, bundles.BundleHandler),
            *health.routes(),
            *numbers.ROUTES,
            (search.ROUTE, search.SearchHandler),
            *notices.ROUTES,
            *profile.ROUTES,
            *provider.routes(self.practika.settings.oidc_issuer),
            (joining.ROUTE, joining.JoinHandler),
            *guests.ROUTES,
            (rf"/api/kernels/{kernels.KERNEL_ID}", kernels.KernelHandler),
            (rf"/api/kernels/{kernels.KERNEL_ID}/channels", kernels.KernelSocket),
            (rf"/voila/api/shutdown/{kernels.KERNEL_ID}", kernels.ShutdownHandler),
        ]
        placed = [(url_path_join(self.base_url, path), *rest) for path, *rest in ours]
        return [
            *placed,
            *self.identity_provider.get_handlers(),
            *self.front_end.handlers(),
            (r".*", pages.MissingHandler),
        ]

    def serve(
        self,
        *,
        sockets: Sequence[socket.socket] | None = None,
        ready: Callable[[str], None] | None = None,
    ) -> None:
        """Serve until `stop`, SIGTERM or Ctrl-C; ``ready`` is told the address once it answers."""
        taken = list(sockets or open_sockets(self.ip, self.port))
        self.connection_dir = tempfile.mkdtemp(prefix="practika-")
        try:
            asyncio.run(self._serve(taken, ready))
        finally:
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    def stop(self) -> None:
        """Ask the server to end; from any thread."""
        if self._loop is not None and self._stopping is not None:
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._stopping.set)

    async def _serve(
        self, sockets: list[socket.socket], ready: Callable[[str], None] | None
    ) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._listen_for_signals(self._loop)
        self.app = web.Application(transforms=[PageCompression], **self.init_settings())
        routes, errors = self.init_handlers(), self.practika.database_errors
        self.metrics = Metrics(routes, self.base_url, errors, __version__, self.underway.__len__)
        self.app.settings["practika_metrics"] = self.metrics
        self.app.add_handlers(".*$", routes)
        server = HTTPServer(
            self.app,
            xheaders=self.practika.settings.trust_proxy,
            max_body_size=BODY_LIMIT,
            chunk_size=PIECE,
            idle_connection_timeout=120,
        )
        server.add_sockets(sockets)
        self._work = [
            self._loop.create_task(self.watch.run()),
            self._loop.create_task(self._sweep()),
            self._loop.create_task(self.meter.run()),
            self._loop.create_task(self.pool.run(), context=contextvars.Context()),
        ]
        try:
            if ready is not None:
                ready(self.address)
            await self._stopping.wait()
        finally:
            server.stop()
            await self._farewell(server)

    def _listen_for_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                with suppress(NotImplementedError):  # Windows: Ctrl-C ends it the plain way
                    loop.add_signal_handler(number, self.stop)

    async def _farewell(self, server: HTTPServer) -> None:
        self.hub.close()
        if cut := await self.underway.drain():
            LOG.warning("%d requests had not ended when the server did.", cut)
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        ids = self.kernel_manager.list_kernel_ids()
        ending = [self.kernel_manager.end(each, Ending.CLOSED) for each in ids]
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await asyncio.gather(*ending, return_exceptions=True)
                await server.close_all_connections()

    def _ended(self, handler: web.RequestHandler) -> None:
        self.metrics.observe(handler)
        loud = handler.get_status() >= 500 and not getattr(handler, "waits", False)
        note(LOG.warning if loud else LOG.debug, handler, self.metrics.route(handler.request.path))

    async def _sweep(self) -> None:
        while True:
            sweeping = asyncio.to_thread(self.practika.services.uploads.sweep)
            (found,) = await asyncio.gather(sweeping, return_exceptions=True)
            if isinstance(found, BaseException):
                LOG.warning("Unfinished uploads could not be looked through: %s", found)
            await asyncio.sleep(SWEEP_SECONDS)


def serve(
    practika: Practika,
    *,
    sockets: Sequence[socket.socket] | None = None,
    ready: Callable[[str], None] | None = None,
    forks: Path | None = None,
) -> None:
    """Serve Practika until it is told to stop.

    Parameters
    ----------
    practika
        Everything wired; the record must be migrated.
    sockets
        From `open_sockets`, for whoever wants to know first that the port is free.
    ready
        Called once with the address, as soon as the server answers.
    forks
        The socket of the fork server; without it every kernel is started anew.

    Raises
    ------
    Misconfigured
        The port is taken or the secret file is damaged; nothing was started.
    """
    PractikaServer(practika, forks=forks).serve(sockets=sockets, ready=ready)
