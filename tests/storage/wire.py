"""A cable to a storage service on which things happen to the bytes."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

from cable import Cable

Meddle = Callable[["Wire", bytes, bool], bytes]
"""Given the wire, a piece and whether it goes to the service, returns what is passed on."""


class Refusal(Exception):
    """Answer this in the service's place and hang up."""


class Wire(Cable):
    """A cable that shows each piece to a function before it passes it on."""

    def __init__(self, url: str, meddle: Meddle) -> None:
        self.sent = 0
        self._meddle = meddle
        super().__init__(url)

    def _pass(self, source: socket.socket, target: socket.socket, holds: bool) -> None:
        upward = source.getsockname() == self._listener.getsockname()
        self._ends.add(source)
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                self.sent += len(piece) * upward
                try:
                    target.sendall(self._meddle(self, piece, upward))
                except Refusal as refusal:
                    source.sendall(refusal.args[0])
                    break
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._ends.discard(source)
        source.close()


@contextlib.contextmanager
def wire(url: str, meddle: Meddle) -> Iterator[Wire]:
    made = Wire(url, meddle)
    try:
        yield made
    finally:
        made.close()


def flipped(piece: bytes) -> bytes:
    """The piece with its last bit turned over, if it is part of a file."""
    is_file = len(piece) > 2000 and b"HTTP/1.1" not in piece[:2000]
    return piece[:-1] + bytes([piece[-1] ^ 1]) if is_file else piece
