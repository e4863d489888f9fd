"""Media steps in child processes of this one."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from practika_kernel.media.executors.step import Step


class ChildExecutor(Executor):
    """A process pool whose processes can be killed one by one.

    The standard library's pool cannot stop a call that runs: a decoder that hangs would hold its
    process for ever, and killing that process breaks the pool and fails every neighbour's call.
    Its processes also live on from call to call, with the memory one of them has leaked and
    the limits one of them was given. Here a thread looks after each step, and the step's own
    child is made for it and ends with it.

    What is submitted is `practika_kernel.media.isolate.run`, or another callable that takes
    ``on_progress`` and ``stop`` and ends soon after ``stop()`` says True.

    Parameters
    ----------
    slots
        How many children may be at work at the same time; the rest wait in order.
    """

    def __init__(self, slots: int) -> None:
        self._keepers = ThreadPoolExecutor(slots, thread_name_prefix="media")
        self._steps: weakref.WeakSet[Step] = weakref.WeakSet()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Step:
        """Run ``fn`` when there is a place; `RuntimeError` after `shutdown`."""
        step = Step()
        self._keepers.submit(_keep, step, fn, args, kwargs)
        self._steps.add(step)
        return step

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more; with ``cancel_futures`` end also what runs, children included."""
        if cancel_futures:
            for step in list(self._steps):
                step.cancel()
        self._keepers.shutdown(wait)


def _keep(step: Step, fn: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> None:
    if not step.begin():
        step.set_running_or_notify_cancel()
        return
    try:
        result = fn(*args, on_progress=step.note, stop=step.unwanted.is_set, **kwargs)
    except BaseException as error:  # whatever it is belongs to whoever waits for the future
        step.fail(error)
    else:
        step.succeed(result)
