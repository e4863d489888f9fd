"""What a fork does before it is a kernel: everything two kernels must not share is set anew."""

from __future__ import annotations

import gc
import importlib
import os
import random
import resource
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from practika_kernel.forks.wire import Wanted

Work = Callable[[list[str]], None]

LAST_WORDS_AFTER = 1000.0
"""Milliseconds before it is said what went wrong: a server that ends takes away the folder a
kernel is about to start in, and a moment later the kernel; that is no news."""


def become(wanted: Wanted, tether: int, work: Work) -> NoReturn:
    """Turn this fresh fork into a process of its own, do the work, and end.

    Parameters
    ----------
    wanted
        Environment, folder, memory, and the words for the work.
    tether
        Reading end of a pipe; once it closes, this process and its group are killed.
    work
        Called with the words; it returns when the kernel was shut down.
    """
    code = 1
    try:
        tether = _let_go(tether)
        _hang_on(tether)
        _begin_anew(wanted)
        work(wanted.argv)
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt:
        code = 130
    except BaseException:  # the boundary of a process: what went wrong is written, then it ends
        if not _gone(tether, LAST_WORDS_AFTER):
            traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)


def _let_go(tether: int) -> int:
    """Close what the parent had open, but for stdout, stderr and the tether, now number 3."""
    signal.set_wakeup_fd(-1)
    os.setpgid(0, 0)
    be_called("practika-kernel")
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # as Python itself starts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    if tether != 3:
        os.dup2(tether, 3, inheritable=False)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    return 3


def be_called(name: str) -> None:
    """Set the name the system shows for this process, at most 15 characters."""
    with suppress(OSError), open("/proc/self/comm", "w", encoding="ascii") as comm:
        comm.write(name)


def _hang_on(tether: int) -> None:
    if _gone(tether, 0):
        os._exit(1)  # whoever asked has given up

    def watch() -> None:
        while not _gone(tether, None):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="tether", daemon=True).start()


def _gone(tether: int, patience: float | None) -> bool:
    poll = select.poll()
    poll.register(tether, select.POLLHUP)
    return any(what & (select.POLLHUP | select.POLLERR) for _, what in poll.poll(patience))


def _begin_anew(wanted: Wanted) -> None:
    os.environ.clear()
    os.environ.update(wanted.env)
    time.tzset()
    os.chdir(wanted.cwd)
    random.seed()
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is not None:
        numpy.seed()
    ssl: Any = sys.modules.get("ssl")
    if ssl is not None:
        ssl.RAND_add(os.urandom(32), 32.0)
    if wanted.memory is not None:
        limit_memory(wanted.memory)
    gc.enable()


def limit_memory(memory: int, pid: int = 0) -> None:
    """Let a process (0: this one) allocate so many bytes beyond what it has; then MemoryError."""
    with open(f"/proc/{pid or 'self'}/status", encoding="ascii") as status:
        has = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
    _, hard = resource.prlimit(pid, resource.RLIMIT_DATA)
    limit = has + memory if hard == resource.RLIM_INFINITY else min(has + memory, hard)
    resource.prlimit(pid, resource.RLIMIT_DATA, (limit, hard))


def kernel(argv: list[str]) -> None:
    """Be a kernel: the work of every child of the real fork server."""
    importlib.import_module("practika_kernel.forks.kernel").run(argv)
