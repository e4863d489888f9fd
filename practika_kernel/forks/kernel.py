"""An ipykernel as our pages need it, with as much of it as possible made before the fork.

An ordinary kernel takes half a second to be ready. Most of that time goes into what is the same
for everybody: reading options, IPython's shell with its magics, folders for a profile. Here the
parent does all that once (`prepare`); the child opens its sockets and begins (`run`).
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets import observe
from traitlets.config import Config

OPTIONS = (
    "--HistoryManager.enabled=False",
    "--InteractiveShell.cache_size=0",
)
"""What a kernelspec may say and what is so in every forked kernel anyway."""

LAST_WORDS = 1.0
"""Seconds a kernel that ends waits at most for what it said last to be on its way."""


def config() -> Config:
    """Return the same as `OPTIONS`, as IPython keeps it."""
    return Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"cache_size": 0}})


class NoProfile(ProfileDir):
    """A profile without folders: nothing is read from them, and each costs a page's start."""

    @observe("location")
    def _location_changed(self, change: Any) -> None:
        """Leave the disk alone."""


class PageKernelApp(IPKernelApp):
    """Runs one kernel, with a shell that was made before the fork."""

    def initialize(self, argv: Any = None) -> None:
        """Open the sockets named in the connection file and make the kernel."""
        words = [word for word in argv or () if word not in OPTIONS]
        if "-f" in words:
            place = words.index("-f")
            self.connection_file = words[place + 1]
            if not os.path.exists(self.connection_file):
                # Whoever asked has gone meanwhile. ipykernel would make a file of its own, and
                # listen on ports of the machine.
                raise SystemExit(0)
            del words[place : place + 2]
        if words:
            self.parse_command_line(words)
        app: Any = self
        app.init_connection_file()
        app.init_sockets()
        app.init_heartbeat()
        app.write_connection_file()
        app.log_connection_info()
        app.init_io()
        app.init_signal()
        app.init_kernel()
        app.init_path()
        app.init_shell()
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        sys.stdout.flush()
        sys.stderr.flush()

    def init_control(self, context: Any) -> None:
        """Open the control channel; cells and messages share the main thread."""
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread.io_loop.close()
        self.shell_channel_thread = None

    def log_connection_info(self) -> None:
        """Remember the ports; nobody reads how to connect."""
        names = ("shell", "iopub", "stdin", "hb", "control")
        self._ports = {name: getattr(self, f"{name}_port") for name in names}


def prepare() -> None:
    """Make the application and the shell of every kernel to come; starts no thread."""
    app: Any = PageKernelApp.instance(config=config())
    app.profile_dir = NoProfile()
    make: Any = ZMQInteractiveShell.instance
    with tempfile.TemporaryDirectory() as folder:
        shell = make(
            config=config(),
            profile_dir=app.profile_dir,
            ipython_dir=folder,
            compiler_class=XCachingCompiler,
        )
    shell.run_cell("import ipywidgets", silent=True, store_history=False)
    shell.user_ns.pop("ipywidgets")


def run(argv: list[str]) -> None:
    """Be a kernel until it is shut down.

    Parameters
    ----------
    argv
        ``-f`` with the connection file, and options as ipykernel takes them.
    """
    import ipywidgets

    app: Any = PageKernelApp.instance()
    shell: Any = ZMQInteractiveShell.instance()
    home = os.environ.get("IPYTHONDIR") or tempfile.gettempdir()
    sys.argv = ["ipykernel_launcher", *argv]
    app.profile_dir.location = os.path.join(home, "profile_default")
    app.initialize(argv)
    shell.parent = shell.kernel = app.kernel
    shell.init_environment()
    ipywidgets.register_comm_target()
    app.start()
    _send_off(app)


def _send_off(app: Any) -> None:
    """Wait a moment for what was said last: a child ends without any tidying up.

    A thread of the sockets' own sends; on a busy machine the answer to "shut down" was still with
    it when the process ended.
    """

    def send() -> None:
        app.iopub_thread.stop()
        app.context.destroy(linger=int(LAST_WORDS * 1000))

    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    sending.join(2 * LAST_WORDS)
