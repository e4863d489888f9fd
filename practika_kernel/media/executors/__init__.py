"""Where media steps run: in children of this process, or on the machines of a Dask cluster.

Both are `concurrent.futures.Executor`s and run the same `practika_kernel.media.isolate.run`, so
the limits of time and memory hold everywhere. The arguments of a step are JSON values with paths
in them: a cluster's machines must find the data folder under the same path as the worker does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, wait
from typing import Any

from practika_kernel.domain.errors import Interrupted
from practika_kernel.media import isolate
from practika_kernel.media.executors.children import ChildExecutor
from practika_kernel.media.executors.step import Step

__all__ = ["Step", "make", "run"]

GLANCE = 0.25
"""Seconds between two looks at how far a step is."""
PATIENCE = 10.0
"""Seconds a cancelled step may take to end; its folder is tidied up after that."""
_CANCELLED = (
    "The work on this video was stopped before it was done, because Practika was shutting down. "
    "Nothing was half-stored and the original is unchanged."
)


def make(where: str, slots: int) -> Executor:
    """Return the executor of a setting; nothing is started or connected yet.

    Parameters
    ----------
    where
        Empty for children of this process, or ``dask://host:port`` of a Dask scheduler.
    slots
        How many children may be at work at the same time; a cluster counts its own.

    Examples
    --------
    >>> executor = make("", 2)
    >>> executor.submit(lambda on_progress, stop: on_progress(0.5) or "done").result()
    'done'
    >>> executor.shutdown()
    """
    if not where:
        return ChildExecutor(slots)
    from practika_kernel.media.executors.cluster import ClusterExecutor

    return ClusterExecutor(where.removeprefix("dask://"))


def run(
    executor: Executor,
    task: str,
    arguments: Mapping[str, Any],
    *,
    limit: float,
    memory: int | None,
    on_progress: Callable[[float], None],
) -> Any:
    """Run one media task there and wait for it; the limits are those of `isolate.run`.

    ``on_progress`` is told four times a second how far the step is. When it raises, the step is
    cancelled, its child killed, and the error goes on. Returns the task's JSON result.

    Raises
    ------
    Unreachable
        The cluster does not answer or has no workers. Worth waiting for.
    Interrupted
        The executor was shut down, or the step killed from outside.
    PractikaError
        Whatever `isolate.run` raises.
    """
    step = executor.submit(isolate.run, task, dict(arguments), limit=limit, memory=memory)
    try:
        while not wait([step], timeout=GLANCE).done:
            if isinstance(step, Step):
                step.look()
                on_progress(step.share)
        return step.result()
    except CancelledError:
        raise Interrupted(_CANCELLED) from None
    finally:
        if step.cancel():
            wait([step], timeout=PATIENCE)
