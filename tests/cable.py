"""The wire between a browser and a server, which a test can cut and mend."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit


class Cable:
    """Passes bytes on to a server; ``url`` is where a browser plugs in.

    One that ``holds`` is like a proxy that buffers: an answer without a known length (a page
    that is streamed, live changes) is passed on when it is whole, and not a byte before.
    """

    def __init__(self, url: str, *, holds: bool = False) -> None:
        place = urlsplit(url)
        self._server = (place.hostname or "127.0.0.1", place.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._whole, self._holds = True, holds
        self._ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection and let none through until it is mended."""
        self._whole = False
        for end in list(self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    def close(self) -> None:
        """Take it away."""
        self.cut()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._whole:
                    near.close()
                    continue
                try:
                    far = socket.create_connection(self._server)
                except OSError:
                    near.close()
                    continue
                for way in ((near, far, False), (far, near, self._holds)):
                    threading.Thread(target=self._pass, args=way, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, holds: bool) -> None:
        self._ends.add(source)
        with contextlib.suppress(OSError):
            held = b""
            while piece := source.recv(65536):
                held += piece
                if not (holds and _unfinished(held)):
                    target.sendall(held)
                    held = b""
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
        self._ends.discard(source)
        source.close()


def _unfinished(answer: bytes) -> bool:
    """Whether this is the beginning of an answer in pieces whose last has not come."""
    head, _, body = answer.partition(b"\r\n\r\n")
    in_pieces = head.startswith(b"HTTP/1.1 ") and b"chunked" in head.lower()
    return in_pieces and not body.endswith(b"0\r\n\r\n")


@contextlib.contextmanager
def cable(url: str, *, holds: bool = False) -> Iterator[Cable]:
    """A whole cable to a server, taken away at the end."""
    made = Cable(url, holds=holds)
    try:
        yield made
    finally:
        made.close()
