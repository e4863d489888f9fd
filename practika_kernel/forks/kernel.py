"""An ipykernel as our pages need it: without what only people who write code need."""

from __future__ import annotations

from typing import Any

from ipykernel.kernelapp import IPKernelApp

OPTIONS = (
    "--HistoryManager.enabled=False",
    "--InteractiveShell.cache_size=0",
    "--IPKernelApp.log_level=40",
)


def run(argv: list[str]) -> None:
    """Be a kernel until it is shut down."""
    import ipywidgets

    app: Any = IPKernelApp.instance()
    # traitlets refuses an option that is given twice
    app.initialize([*OPTIONS, *(word for word in argv if word not in OPTIONS)])
    ipywidgets.register_comm_target()
    app.start()
