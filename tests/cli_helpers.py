"""Waiting for processes, for the tests that start and kill real ones."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait for a condition; fail after that many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.05)


def gone(processes: list[psutil.Process]) -> bool:
    return not any(each.is_running() and each.status() != "zombie" for each in processes)
