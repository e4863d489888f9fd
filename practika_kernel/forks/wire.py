"""What the server and the fork server say: one JSON line each way, over a Unix socket.

A request for a kernel brings the reading end of a pipe, which the child holds for as long as
it lives; its answer brings a handle (pidfd) of the child, taken before anybody could have
reaped it, so that no signal ever reaches a stranger with the same number.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LONGEST_LINE = 256 * 1024
PATIENCE = 2.0
"""Seconds the server waits for an answer before it starts a kernel the ordinary way."""

NEW_CODE, NOT_HERE = 75, 69
"""Exit codes of the fork server: start me again, the code changed; I can never work here."""


class NoAnswer(Exception):
    """The fork server is not there, not ours, too slow, or cannot fork; says which."""


@dataclass(frozen=True)
class Wanted:
    """A kernel as the server wants it; ``memory`` in bytes, None for no limit."""

    argv: list[str]
    env: dict[str, str]
    cwd: str
    memory: int | None = None


@dataclass(frozen=True)
class Forked:
    """A kernel that was forked: its process id, a handle to it, the stamp of its code."""

    pid: int
    handle: int
    stamp: str


def possible() -> bool:
    """Tell whether this system has all that forking kernels needs; Linux 5.3 and later do."""
    return hasattr(os, "pidfd_open") and hasattr(socket, "SO_PEERCRED") and hasattr(os, "fork")


def peer_is_us(connection: socket.socket) -> bool:
    """Tell whether the other side runs under our user id, by the system's word."""
    form = "3i"
    said = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize(form))
    return bool(struct.unpack(form, said)[1] == os.getuid())


def read_wanted(message: Mapping[str, Any]) -> Wanted:
    """Check a request.

    Raises
    ------
    ValueError
        It is not of the right shape; says what is wrong.

    >>> read_wanted({"argv": [], "env": {"A": "b"}, "cwd": "/", "memory": None}).env
    {'A': 'b'}
    """
    argv, env = message.get("argv"), message.get("env")
    cwd, memory = message.get("cwd"), message.get("memory")
    if not (isinstance(argv, list) and all(isinstance(word, str) for word in argv)):
        raise ValueError("argv must be a list of strings")
    if not (isinstance(env, dict) and all(isinstance(value, str) for value in env.values())):
        raise ValueError("env must hold strings")
    if not isinstance(cwd, str):
        raise ValueError("cwd must be a string")
    if memory is not None and (not isinstance(memory, int) or memory <= 0):
        raise ValueError("memory must be a number of bytes above zero, or null")
    return Wanted(argv, env, cwd, memory)


def fork(place: Path | str, wanted: Wanted, tether: int, patience: float = PATIENCE) -> Forked:
    """Ask for a kernel.

    Parameters
    ----------
    place
        The fork server's socket.
    wanted
        What it is to be.
    tether
        Reading end of a pipe. When its writing end closes, the kernel ends.
    patience
        Seconds until `NoAnswer`.

    Raises
    ------
    NoAnswer
        Whatever the reason; the tether should then be closed, should a kernel come after all.
    """
    message, handles = _ask(place, asdict(wanted), [tether], patience)
    pid, stamp = message.get("pid"), message.get("stamp")
    if not isinstance(pid, int) or not isinstance(stamp, str) or len(handles) != 1:
        for each in handles:
            os.close(each)
        raise NoAnswer(str(message.get("error", "an answer that makes no sense")))
    return Forked(pid, handles[0], stamp)


def about(place: Path | str, patience: float = PATIENCE) -> dict[str, Any] | None:
    """Ask the fork server about itself.

    Returns
    -------
    dict or None
        ``stamp`` of its code, ``forks`` so far, ``threads`` and ``modules`` it has, ``rss`` in
        bytes; None when nobody answers.
    """
    try:
        message, handles = _ask(place, {"ask": "about"}, [], patience)
    except NoAnswer:
        return None
    for each in handles:
        os.close(each)
    return message if isinstance(message.get("stamp"), str) else None


def _ask(
    place: Path | str, message: Mapping[str, Any], fds: list[int], patience: float
) -> tuple[dict[str, Any], list[int]]:
    until = time.monotonic() + patience
    line = json.dumps(message).encode() + b"\n"
    if len(line) > LONGEST_LINE:
        raise NoAnswer("the request is too long")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(patience)
        try:
            connection.connect(os.fspath(place))
            if not peer_is_us(connection):
                raise NoAnswer("another user answers on the socket")
            rest = line[socket.send_fds(connection, [line], fds) :]
            if rest:  # even to send nothing fails once the other side has answered and left
                connection.sendall(rest)
            said, handles = _receive(connection, until)
        except OSError as error:
            raise NoAnswer(str(error) or type(error).__name__) from error
    try:
        answer = json.loads(said)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        for each in handles:
            os.close(each)
        raise NoAnswer("it closed without an answer")
    return answer, handles


def _receive(connection: socket.socket, until: float) -> tuple[bytes, list[int]]:
    said = b""
    handles: list[int] = []
    try:
        while not said.endswith(b"\n") and len(said) < LONGEST_LINE:
            connection.settimeout(max(0.001, until - time.monotonic()))
            piece, fds = receive(connection)
            handles += fds
            if not piece:
                break
            said += piece
    except OSError:
        for each in handles:
            os.close(each)
        raise
    return said, handles


def receive(connection: socket.socket) -> tuple[bytes, list[int]]:
    """Read what is there, and the files that came along; b"" when the other side closed."""
    flags = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
    piece, fds, _, _ = socket.recv_fds(connection, 65536, 4, flags)
    return piece, fds
