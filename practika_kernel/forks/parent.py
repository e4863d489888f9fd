"""The parent: one thread that listens, forks and buries."""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from practika_kernel.forks import child, warm
from practika_kernel.forks.stamp import Watch
from practika_kernel.forks.wire import (
    LONGEST_LINE,
    NEW_CODE,
    NOT_HERE,
    Wanted,
    peer_is_us,
    possible,
    read_wanted,
    receive,
)
from practika_kernel.logs import JsonLines

SECONDS_TO_ASK = 5.0
"""How long somebody may be connected without having said a whole line."""
MOST_ASKING = 64
TICK = 1.0


def tell(sentence: str) -> None:
    """Write a line to the log, formed like the server's."""
    if os.environ.get("PRACTIKA_LOG") == "json":
        record = logging.makeLogRecord(
            {"name": "practika.forks", "levelname": "INFO", "msg": sentence}
        )
        print(JsonLines("fork server").format(record), file=sys.stderr, flush=True)
        return
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    print(f"{now} INFO practika.forks: {sentence}", file=sys.stderr, flush=True)


def threads() -> int:
    """Return how many threads the system sees in this process."""
    return len(os.listdir("/proc/self/task"))


def run(place: Path, watched: Sequence[Path] | None = None) -> int:
    """Warm up, then fork on request; returns the exit code.

    0 after SIGTERM or when stdin closes, `NEW_CODE` when the code has changed, `NOT_HERE`
    when forking is not possible.
    """
    if not possible():
        tell("This system cannot fork kernels; they start the ordinary way.")
        return NOT_HERE
    child.be_called("practika-forks")
    watch = Watch(watched)
    started = time.monotonic()
    warm.warm()
    if threads() != 1:
        tell(f"Warming up left {threads()} threads, and only one may be there to fork safely.")
        return NOT_HERE
    parent = Parent(listen(place), watch)
    tell(f"Kernels can be forked; warming up took {time.monotonic() - started:.1f} s.")
    return parent.run()


def listen(place: Path) -> socket.socket:
    """Open the socket, for nobody but us."""
    place.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(os.fspath(place))
    finally:
        os.umask(before)
    listener.listen(MOST_ASKING)
    listener.setblocking(False)
    return listener


@dataclass
class Asking:
    """Somebody who is connected, what they said so far, and until when they may say it."""

    connection: socket.socket
    until: float
    said: bytes = b""
    fds: list[int] = field(default_factory=list)

    def close(self) -> None:
        """Hang up."""
        self.connection.close()
        for each in self.fds:
            os.close(each)
        self.fds = []


class Parent:
    """Listens on a socket and forks.

    Parameters
    ----------
    listener
        A listening socket that does not block.
    watch
        Says when the code has changed.
    work
        What a child does; being a kernel, if nothing else is said.
    """

    def __init__(
        self, listener: socket.socket, watch: Watch, work: child.Work = child.kernel
    ) -> None:
        self._listener, self._watch, self._work = listener, watch, work
        self._asking: dict[int, Asking] = {}
        self._forks = 0
        self._code: int | None = None
        self._selector = selectors.PollSelector()

    def run(self) -> int:
        """Work until SIGTERM, the end of stdin, or new code; returns the exit code."""
        waking, wakes = os.pipe()
        os.set_blocking(waking, False)
        os.set_blocking(wakes, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _nothing)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_end)
        self._on(self._listener, self._welcome)
        self._on(waking, lambda: _drain(waking))
        self._on(0, self._hear_stdin)
        due = time.monotonic() + TICK
        while self._code is None:
            for key, _ in self._selector.select(max(0.0, due - time.monotonic())):
                key.data()
            _bury()
            now = time.monotonic()
            if now >= due:
                due = now + TICK
                self._look(now)
        self._listener.close()
        return self._code

    def _on(self, what: Any, call: Callable[[], None]) -> None:
        self._selector.register(what, selectors.EVENT_READ, call)

    def _on_end(self, number: int, frame: FrameType | None) -> None:
        self._code = 0

    def _hear_stdin(self) -> None:
        if not os.read(0, 4096):
            self._code = 0

    def _look(self, now: float) -> None:
        for each in [each for each in self._asking.values() if now > each.until]:
            self._hang_up(each)
        if not self._asking and self._watch.is_new(now):
            tell("The code has changed; the fork server starts again.")
            self._code = NEW_CODE

    def _welcome(self) -> None:
        with suppress(BlockingIOError):
            connection, _ = self._listener.accept()
            if len(self._asking) >= MOST_ASKING or not peer_is_us(connection):
                connection.close()
                return
            connection.setblocking(False)
            asking = Asking(connection, time.monotonic() + SECONDS_TO_ASK)
            self._asking[connection.fileno()] = asking
            self._on(connection, lambda: self._hear(asking))

    def _hang_up(self, asking: Asking) -> None:
        self._selector.unregister(asking.connection)
        del self._asking[asking.connection.fileno()]
        asking.close()

    def _hear(self, asking: Asking) -> None:
        try:
            piece, fds = receive(asking.connection)
        except BlockingIOError:
            return
        except OSError:
            piece, fds = b"", []
        asking.fds += fds
        asking.said += piece
        if asking.said.endswith(b"\n"):
            self._answer(asking)
        if not piece or asking.said.endswith(b"\n") or len(asking.said) > LONGEST_LINE:
            self._hang_up(asking)

    def _answer(self, asking: Asking) -> None:
        try:
            message = json.loads(asking.said)
            if not isinstance(message, dict):
                raise ValueError("a request must be an object")
            if message.get("ask") == "about":
                _say(asking, self._about())
                return
            wanted = read_wanted(message)
            if len(asking.fds) != 1:
                raise ValueError("a request must bring one file, its tether")
        except (ValueError, RecursionError) as error:
            _say(asking, {"error": str(error)})
            return
        self._fork(asking, wanted)

    def _fork(self, asking: Asking, wanted: Wanted) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            _say(asking, {"error": error.strerror or "it cannot fork"})
            return
        if pid == 0:
            child.become(wanted, asking.fds[0], self._work)
        self._forks += 1
        with suppress(OSError):  # the child does the same; whoever comes second may fail
            os.setpgid(pid, pid)
        handle = os.pidfd_open(pid)
        try:
            _say(asking, {"pid": pid, "stamp": self._watch.stamp}, handle)
        finally:
            os.close(handle)

    def _about(self) -> dict[str, Any]:
        with open("/proc/self/statm", encoding="ascii") as pages:
            rss = int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return {
            "stamp": self._watch.stamp,
            "forks": self._forks,
            "threads": threads(),
            "modules": len(sys.modules),
            "rss": rss,
        }


def _say(asking: Asking, answer: dict[str, Any], *fds: int) -> None:
    with suppress(OSError):  # gone already: a kernel of theirs ends by its tether
        socket.send_fds(asking.connection, [json.dumps(answer).encode() + b"\n"], fds)


def _bury() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _drain(waking: int) -> None:
    with suppress(BlockingIOError):
        os.read(waking, 4096)


def _nothing(number: int, frame: FrameType | None) -> None:
    """SIGCHLD only has to wake the parent."""
