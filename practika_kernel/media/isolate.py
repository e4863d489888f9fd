"""Run one named media task in a fresh child process that can be stopped at any moment.

A damaged video can crash a decoder, eat the memory or never end. In a child of its own none of
that reaches the server: the child has a time limit, a memory limit and its own process group, and
it ends when its parent does. Requests and answers are JSON lines over pipes.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from practika_kernel.domain import errors
from practika_kernel.domain.errors import (
    Interrupted,
    InvalidInput,
    OutOfTime,
    PractikaError,
    UnusableFile,
)
from practika_kernel.media.forking import Fork, can_fork, in_memory
from practika_kernel.media.publish import sweep

log = logging.getLogger(__name__)

_Child = subprocess.Popen[bytes] | Fork

_STOPPED = (
    "This video could not be worked on: the step stopped unexpectedly. The file may be damaged "
    "or too large. Export it again and choose the new file. The original is unchanged."
)
_TOO_LARGE = (
    "This video needs more memory than one step may take. Export it at a smaller size and choose "
    "it again. The original is unchanged."
)
_KILLED = (
    "The work on this video was stopped before it was done; the machine may have been short of "
    "memory or shutting down. Nothing was half-stored and the original is unchanged."
)
_TOO_LONG = (
    "This video took longer than one step may take, so the step was stopped. "
    "Nothing was half-stored. Try once more, or export the video at a smaller size."
)
_FULL = (
    "There is no room left for new videos. Tell your administrator. Nothing was half-stored and "
    "the original is unchanged."
)

_GLANCE = 0.25
"""Seconds between two looks at whether the step is still wanted."""

_NEEDS = {"clip": "practika_kernel.media.clip", "portrait": "practika_kernel.media.portrait"}
"""What a task loads that is not numpy."""

_EVERY = 0.05
"""Seconds between two words of progress, at least: nobody sees more of them."""

_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT})
"""No decoder ends itself by one of these: the system ran out of memory, or somebody is stopping
the service with all its processes. The file is not to blame."""


def run(
    task: str,
    arguments: Mapping[str, Any],
    *,
    limit: float,
    memory: int | None = None,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
    fork: bool = False,
) -> Any:
    """Run one task of `practika_kernel.media.tasks.TASKS` in a child process.

    Parameters
    ----------
    task
        A name of the table, such as "probe" or "clip".
    arguments
        JSON values: paths as text, times as "num/den" text.
    limit
        Seconds of wall clock after which the child is killed.
    memory
        Bytes of address space the child may take (2 GiB suit 1080p); None for no limit.
    on_progress
        Told shares from 0 to 1. When it raises, the child is killed and the error goes on.
    stop
        Asked four times a second; the child is killed as soon as it says True.
    fork
        Let the child be a copy of this process where that is safe: no interpreter starts anew.

    Returns
    -------
    Any
        The task's JSON result.

    Raises
    ------
    OutOfTime
        The limit was reached.
    Interrupted
        Somebody else killed the child, or ``stop`` said so: the same work may succeed later.
    UnusableFile, PractikaError
        The child crashed or took too much memory; whatever the task itself raised.
    """
    request = {"task": task, "arguments": dict(arguments), "memory": memory, "parent": os.getpid()}
    deadline = time.monotonic() + limit
    copied = fork and can_fork()
    complaints = in_memory() if copied else _on_disk()
    child = Fork(main, complaints) if copied else _start(complaints)
    try:
        _ask(child, request)
        for message in _messages(child, deadline, stop):
            if "share" not in message:
                return _answer(message)
            if on_progress is not None:
                on_progress(float(message["share"]))
        raise _died(child, complaints)
    finally:
        _end(child, complaints, arguments)


def _end(child: _Child, complaints: IO[bytes], arguments: Mapping[str, Any]) -> None:
    """Stop the child, and take away what it has left half written."""
    _stop(child)
    complaints.close()
    for folder in _written_folders(arguments):
        sweep(folder, child.pid)


def _on_disk() -> IO[bytes]:
    import tempfile

    return tempfile.TemporaryFile()


def _written_folders(arguments: Mapping[str, Any]) -> list[Path]:
    folders = [Path(arguments["folder"])] if "folder" in arguments else []
    return folders + ([Path(arguments["out"]).parent] if "out" in arguments else [])


def _start(complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH")
    environment = {
        **os.environ,
        "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root,
    }
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "practika_kernel.media.isolate"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=environment,
        process_group=0,
    )


def _ask(child: _Child, request: Mapping[str, Any]) -> None:
    assert child.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()


def _messages(
    child: _Child, deadline: float, stop: Callable[[], bool] | None
) -> Iterator[dict[str, Any]]:
    """The child's lines until it closes its end; `OutOfTime` at the deadline."""
    assert child.stdout is not None
    descriptor = child.stdout.fileno()
    waiting = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise OutOfTime(_TOO_LONG)
            if stop is not None and stop():
                raise Interrupted(_KILLED)
            if not selector.select(left if stop is None else min(left, _GLANCE)):
                continue
            chunk = os.read(descriptor, 1 << 16)
            if not chunk:
                return
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)


def _answer(message: dict[str, Any]) -> Any:
    if "result" in message:
        return message["result"]
    known = getattr(errors, str(message.get("error")), None)
    if isinstance(known, type) and issubclass(known, PractikaError):
        error = known.__new__(known)
        PractikaError.__init__(error, str(message["sentence"]))
        raise error
    log.error("media step failed: %s", message.get("detail"))
    raise UnusableFile(_STOPPED)


def _died(child: _Child, complaints: IO[bytes]) -> PractikaError:
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(5)
    complaints.seek(max(0, os.fstat(complaints.fileno()).st_size - 2000))
    last = complaints.read().decode(errors="replace")
    log.error("media step ended with code %s: %s", child.returncode, last)
    if child.returncode is not None and -child.returncode in _FROM_OUTSIDE:
        return Interrupted(_KILLED)
    return UnusableFile(_STOPPED)


def _stop(child: _Child) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    child.wait()


def main() -> None:
    """Be the child: read one request, do it, answer, end."""
    talk = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    with open(0, "rb", closefd=False) as asked:
        request = json.loads(asked.readline() or b"{}")
    if not request:
        return
    _end_with_parent(int(request["parent"]))
    _load_libraries(request["task"])
    _bound(request["memory"])
    talk.write(json.dumps(_carry_out(request, talk)) + "\n")
    talk.flush()


def _carry_out(request: dict[str, Any], talk: IO[str]) -> dict[str, Any]:
    from practika_kernel.media.tasks import TASKS

    told, since = 0.0, 0.0

    def tell(share: float) -> None:
        nonlocal told, since
        now = time.monotonic()
        if share > told and (now >= since + _EVERY or share >= 1.0):
            told, since = min(share, 1.0), now
            talk.write(json.dumps({"share": round(told, 4)}) + "\n")

    try:
        if request["task"] not in TASKS:
            raise InvalidInput("There is no media step of that name.")
        return {"result": TASKS[request["task"]](request["arguments"], tell)}
    except PractikaError as error:
        return {"error": type(error).__name__, "sentence": error.sentence}
    except (MemoryError, ImportError):  # a library that does not fit in what memory is left
        return {"error": "UnusableFile", "sentence": _TOO_LARGE}
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return {"error": "Misconfigured", "sentence": _FULL}
        return {"error": "", "detail": f"{type(error).__name__}: {error}"}


def _load_libraries(task: str) -> None:
    """Load what the task needs before memory is limited: half a library is no clean error.

    Most clips need no numpy; one that does loads it when it finds out.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    gc.disable()  # of what is loaded nothing is ever let go: no use to search it again and again
    importlib.import_module("av")
    importlib.import_module("practika_kernel.media.tasks")
    importlib.import_module(_NEEDS.get(task, "numpy"))
    gc.freeze()
    gc.enable()


def _bound(memory: int | None) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.nice(5)


def _end_with_parent(parent: int) -> None:
    """Leave nothing running behind a dead parent: a signal on Linux, the closed pipe elsewhere."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    def watch() -> None:
        while os.read(0, 1 << 12):
            continue
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
