"""Waiting, for processes that are started and killed, and for coroutines."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psutil

T = TypeVar("T")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a loop of its own, in a thread of its own.

    Where browser tests ran before, Playwright's loop runs in this one, and no other may.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait for a condition; fail after that many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.05)


def gone(processes: list[psutil.Process]) -> bool:
    return not any(living(each) for each in processes)


def says(process: psutil.Process, word: str) -> bool:
    """Whether a process was started with this word; one that is ending says nothing any more."""
    with contextlib.suppress(psutil.NoSuchProcess):  # a zombie is one of these
        return any(word in each for each in process.cmdline())
    return False


def living(process: psutil.Process) -> bool:
    """Whether a process still runs: neither gone nor waiting for its parent to bury it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def media_steps(process: psutil.Process) -> list[psutil.Process]:
    """The media steps a process has at work right now."""
    return [each for each in process.children() if says(each, "practika_kernel.media.isolate")]
