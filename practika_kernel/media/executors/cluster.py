"""Media steps on a Dask cluster. Imported only where one is configured.

The cluster's workers need the same Practika, and the data folder under the same path. Each step
is a child process there too, with the same limits. A worker that dies takes nothing with it: the
scheduler gives its steps to another.
"""

# Half of Dask's own functions bear no types.
# mypy: disallow-untyped-calls=False

from __future__ import annotations

import socket
import threading
import time
import uuid
import weakref
from collections.abc import Callable
from concurrent.futures import Executor
from concurrent.futures import wait as all_of
from typing import Any

from practika_kernel.domain.errors import Interrupted, Misconfigured, Unreachable
from practika_kernel.media.executors.step import Step

try:
    from distributed import Client, Future, KilledWorker, Status, get_worker
except ImportError as missing:
    raise Misconfigured(
        "PRACTIKA_EXECUTOR names a Dask cluster, but Dask is not installed here. "
        "Install it with `pip install practika[dask]`, or leave PRACTIKA_EXECUTOR empty."
    ) from missing

CONNECT_SECONDS = 5.0
LOOK_SECONDS = 2.0
TOPIC = "practika-progress"
ALONE_SECONDS = 20.0
"""How long a step waits for workers to come back before it is given back to the line."""

_KILLED = (
    "The machines that worked on this video were stopped again and again. "
    "Nothing was half-stored and the original is unchanged."
)
_SILENT = (
    "The Dask cluster at {0} does not answer. "
    "The work goes on by itself as soon as it does; see PRACTIKA_EXECUTOR."
)
_ALONE = (
    "The Dask cluster at {0} has no worker at the moment. "
    "The work goes on by itself as soon as one is there."
)
_DIFFERENT = (
    "The Dask workers cannot load Practika. Install the same version there as here; "
    "the work goes on by itself then."
)


class ClusterExecutor(Executor):
    """Hands calls of `practika_kernel.media.isolate.run` to a Dask cluster.

    Parameters
    ----------
    address
        ``host:port`` of the scheduler. It is connected to when there is something to do, and
        anew after it was gone.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._steps: weakref.WeakValueDictionary[str, _ClusterStep] = weakref.WeakValueDictionary()
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Step:
        """Run ``fn`` on the cluster; `Unreachable` when nobody there could."""
        client = self._connected()
        if not count_workers(client):
            raise Unreachable(_ALONE.format(self._address))
        key = f"practika-{uuid.uuid4().hex}"
        # Media work has effects: two equal calls are two steps, never one remembered result.
        future = client.submit(_on_worker, key, fn, args, kwargs, key=key, pure=False)
        step = _ClusterStep(self._address, client, future)
        self._steps[key] = step
        return step

    def _connected(self) -> Client:
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if self._client is None or self._client.status == "closed":
                self._client = self._connect()
            if self._client.status != "running":
                raise Unreachable(_SILENT.format(self._address))
            return self._client

    def _connect(self) -> Client:
        host, _, port = self._address.rpartition(":")
        try:
            # Dask would knock until the time is over, also where nobody can ever answer.
            socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
            client = Client(
                f"tcp://{self._address}",
                timeout=CONNECT_SECONDS,
                name="practika",
                set_as_default=False,
            )
        except (OSError, TimeoutError) as error:
            raise Unreachable(_SILENT.format(self._address)) from error
        client.subscribe_topic(TOPIC, self._heard)
        return client

    def _heard(self, event: tuple[float, tuple[str, float]]) -> None:
        key, share = event[1]
        step = self._steps.get(key)
        if step is not None:
            step.note(share)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more and leave the cluster; with ``cancel_futures`` end also what runs."""
        with self._lock:
            self._closed, client = True, self._client
        steps = list(self._steps.values())
        if cancel_futures:
            for step in steps:
                step.cancel()
        if wait:
            all_of(steps)
            if client is not None:
                client.close()


class _ClusterStep(Step):
    """A step on the cluster; holding it holds the cluster's promise to do it."""

    def __init__(self, address: str, client: Client, future: Future[Any]) -> None:
        super().__init__()
        self._address, self._client, self._future = address, client, future
        self._looked = self._company = time.monotonic()
        self.begin()
        future.add_done_callback(self._ended)

    def look(self) -> None:
        """Fail when no worker has been there for some time."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        if count_workers(self._client):
            self._company = now
        elif now - self._company > ALONE_SECONDS:
            self.fail(Unreachable(_ALONE.format(self._address)))
            self._let_go()

    def cancel(self) -> bool:
        """Take it off the cluster; its worker ends the child at the next look."""
        cancelled = super().cancel()
        if cancelled:
            self.set_running_or_notify_cancel()
            self._let_go()
        return cancelled

    def _let_go(self) -> None:
        if self._client.status == "running":
            self._future.cancel()

    def _ended(self, future: Future[Any]) -> None:
        """Hand over what the cluster says; called in a thread of Dask's."""
        if self.done():
            return
        if future.status == "finished":
            self.succeed(future.result())
        elif future.status == "error":
            self.fail(_meaning(future.exception()))
        else:
            self.fail(Unreachable(_SILENT.format(self._address)))


def count_workers(client: Client) -> int:
    """Count the cluster's workers; 0 also when the scheduler does not answer."""
    if client.status != "running":
        return 0
    try:
        return len(client.nthreads())
    except (OSError, TimeoutError):
        return 0


def _meaning(error: BaseException) -> BaseException:
    if isinstance(error, KilledWorker):
        return Interrupted(_KILLED)
    if isinstance(error, ImportError):
        return Unreachable(_DIFFERENT)
    return error


def _on_worker(key: str, fn: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Run in a thread of a Dask worker: make the call, tell how far it is, end when unwanted."""
    worker = get_worker()

    def tell(share: float) -> None:
        worker.log_event(TOPIC, (key, share))

    def unwanted() -> bool:
        if worker.status not in (Status.running, Status.paused):
            return True  # it has lost its scheduler, or is told to end
        task = worker.state.tasks.get(key)
        return task is None or task.state in ("cancelled", "resumed", "released", "forgotten")

    return fn(*args, on_progress=tell, stop=unwanted, **kwargs)
