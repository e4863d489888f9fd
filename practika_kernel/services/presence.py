"""The name of this process among all that share a record, and whether another one is dead.

A name holds the machine, the process and when it began, so that a number given out again is
not taken for the process that had it before. Only processes of the same machine (and the same
container) are ever called dead; of others nobody here can know.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import time
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path

PROC = Path("/proc")


def here() -> str:
    """Return the name of this process, fit for a file's name.

    >>> dead(here())
    False
    """
    return f"{_machine()}-{os.getpid()}-{_beginning(os.getpid())}"


def dead(name: str) -> bool:
    """Tell whether this is the name of a process of this machine that has ended.

    False for everything else: other machines, other containers, text that is no such name.

    >>> dead(here().rpartition("-")[0] + "-0"), dead("another-1-0"), dead("rubbish")
    (True, False, False)
    """
    machine, _, rest = name.partition("-")
    number, _, beginning = rest.partition("-")
    if machine != _machine() or not (number.isascii() and number.isdigit()):
        return False
    return _beginning(int(number)) != beginning


@cache
def _machine() -> str:
    known = [socket.gethostname()]
    with suppress(OSError):
        known.append((PROC / "sys/kernel/random/boot_id").read_text("ascii"))
        known.append(os.readlink(PROC / "self/ns/pid"))
    if len(known) == 1:
        known.append(str(uuid.getnode()))
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:12]


def _beginning(number: int) -> str:
    """When a living process began, in its system's own count; "" for one that has ended."""
    if (PROC / "self/stat").exists():
        try:
            stat = (PROC / str(number) / "stat").read_text("utf-8", "replace")
        except OSError:
            return ""
        # The name, in brackets, may hold anything; after it come the state and 18 numbers.
        state, *numbers = stat.rpartition(")")[2].split()
        return "" if state in "ZX" else numbers[18]
    import psutil

    with suppress(psutil.Error):
        process = psutil.Process(number)
        if process.status() != psutil.STATUS_ZOMBIE:
            return f"{process.create_time():.2f}"
    return ""


def clean_scratch(folder: Path, seconds: float) -> int:
    """Remove what dead workers left behind; return how many things.

    Things of this machine's dead processes go at once; what nobody here can judge goes when
    nothing in it has changed for so many ``seconds``.
    """
    if not folder.is_dir():
        return 0
    gone, before = 0, time.time() - seconds
    for each in folder.iterdir():
        if dead(each.name) or (each.name != here() and _newest(each) < before):
            gone += 1
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)
    return gone


def _newest(place: Path) -> float:
    times = [time.time()]
    try:
        times = [place.stat().st_mtime]
        if place.is_dir():
            times += [inside.stat().st_mtime for inside in place.rglob("*")]
    except FileNotFoundError:
        return time.time()  # somebody is at work in it
    return max(times)
