"""Starts a kernel by asking the fork server for it; the ordinary way where that fails."""

from __future__ import annotations

import asyncio
import logging
import os
import select
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Int, Unicode

from practika_kernel.forks.wire import Forked, NoAnswer, Wanted, fork, possible

LOG = logging.getLogger("practika.server")

DOWN = "The fork server does not answer; kernels start the ordinary way (slower) until it does."
BACK = "The fork server answers again."


class ForkedProcess:
    """A process that is somebody else's child, with what jupyter_client asks of a Popen.

    Parameters
    ----------
    pid
        Its number, which is its process group's as well.
    handle
        Its pidfd. This object closes it when the process has ended.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int) -> None:
        self.pid, self._handle = pid, handle
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return None while it runs, then 0: only its parent can know the exit code."""
        if self.returncode is None and self._ended(0):
            self.returncode = 0
            os.close(self._handle)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; `subprocess.TimeoutExpired` after so many seconds."""
        if self.returncode is None:
            if not self._ended(timeout):
                raise subprocess.TimeoutExpired("a forked kernel", timeout or 0.0)
            self.poll()
        return 0

    def _ended(self, seconds: float | None) -> bool:
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        return bool(poll.poll(None if seconds is None else seconds * 1000))

    def send_signal(self, number: int) -> None:
        """Signal its process group; nothing happens when it has ended."""
        if self.poll() is None:
            # It cannot have been buried between these two lines and its number given away:
            # a group's number stays taken for as long as anybody is in it.
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """End it and its group at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def __del__(self) -> None:
        if self.returncode is None:
            with suppress(OSError):
                os.close(self._handle)


class ForkProvisioner(LocalProvisioner):
    """A kernel's life from launch to end, whichever way it was started.

    Attributes
    ----------
    pid
        The kernel's process id, once it was launched.
    forked
        Whether the fork server made it.
    stamp
        Of the code it runs, by `practika_kernel.forks.stamp`; "" when it was not forked.
    """

    socket_path = Unicode("", help="Where the fork server listens; empty when there is none.")
    memory = Int(0, help="Bytes a kernel may allocate beyond what it starts with; 0: no limit.")

    forked: bool = False
    stamp: str = ""
    _tether: int | None = None
    _silent: ClassVar[set[str]] = set()
    """Sockets nobody answered on when last asked, so that an outage is told once."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel that ``pre_launch`` prepared; returns how to reach it."""
        born = None
        if self.socket_path and possible() and "-f" in cmd:
            born = await self._ask(cmd[cmd.index("-f") :], kwargs)
        if born is None:
            self.forked, self.stamp = False, ""
            await super().launch_kernel(cmd, **kwargs)
            self._limit()
            return self.connection_info
        self.forked, self.stamp = True, born.stamp
        self.process = ForkedProcess(born.pid, born.handle)  # type: ignore[assignment]
        self.pid = self.pgid = born.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        await self._listening()
        return self.connection_info

    async def _listening(self) -> None:
        """Wait a moment until the kernel listens; it always works, but sooner.

        Whoever connects before tries again only 100 ms later, by ZeroMQ's rule.
        """
        told = self.connection_info
        if told.get("transport") != "ipc":
            return
        last = f"{told['ip']}-{told['iopub_port']}"  # the kernel opens it after the others
        for _ in range(100):
            if os.path.exists(last):
                return
            await asyncio.sleep(0.003)

    async def _ask(self, argv: list[str], kwargs: Mapping[str, Any]) -> Forked | None:
        self._cut()
        hangs, self._tether = os.pipe()
        folder = os.fspath(kwargs.get("cwd") or Path.cwd())
        wanted = Wanted(argv, dict(kwargs["env"]), folder, self.memory or None)
        try:
            born = await asyncio.to_thread(fork, self.socket_path, wanted, hangs)
        except NoAnswer as error:
            self._cut()
            if self.socket_path not in self._silent:
                self._silent.add(self.socket_path)
                LOG.warning("%s (%s)", DOWN, error)
            return None
        except BaseException:  # cancelled: a kernel that comes after all must end
            self._cut()
            raise
        finally:
            os.close(hangs)
        if self.socket_path in self._silent:
            self._silent.discard(self.socket_path)
            LOG.warning(BACK)
        return born

    def _limit(self) -> None:
        if self.memory and self.pid is not None and os.path.isdir("/proc/self"):
            from practika_kernel.forks.child import limit_memory  # Linux alone has what it uses

            with suppress(OSError):  # it has ended already, which the caller will notice
                limit_memory(self.memory + _ROOM_TO_START, self.pid)

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel and what it started; nothing happens when it has ended."""
        process: object = self.process
        if isinstance(process, ForkedProcess):
            process.send_signal(signum)
        else:
            await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel; one that still ran would end now."""
        self._cut()
        await super().cleanup(restart)

    def _cut(self) -> None:
        if self._tether is not None:
            os.close(self._tether)
            self._tether = None

    def __del__(self) -> None:
        self._cut()


_ROOM_TO_START = 512 << 20
"""An ordinary kernel is limited before it has imported anything."""
