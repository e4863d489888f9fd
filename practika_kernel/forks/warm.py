"""What the parent has imported and tried out before the first kernel is forked.

The list is what our dashboards import, by measurement: a kernel's start is as short as this
list is complete, and as small as it is short. Importing alone would not do: classes build
their tables when they are first used.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

LINKED = ("PRACTIKA_SCRIPTS", "linked")
"""Read by our widgets while they are imported: their scripts come from our own server."""

NOT_WANTED = ("jedi", "debugpy")
"""No page completes code or is debugged; together they would take 15 MB of every kernel."""

MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "ipywidgets",
    "anywidget",
    "practika_kernel.bootstrap",
    "practika_widgets.pages",
    "practika_widgets.admin",
    "practika_widgets.compare",
    "practika_widgets.player",
    "practika_widgets.plot",
    "practika_widgets.progress",
    "practika_widgets.reply",
    "practika_widgets.student",
    "practika_widgets.teacher",
    "practika_widgets.upload",
    "practika_kernel.forks.kernel",
    "duckdb",
)


def warm() -> None:
    """Import everything, use it once, and leave nothing behind but what every kernel shares."""
    os.environ[LINKED[0]] = LINKED[1]
    for name in NOT_WANTED:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in MODULES:
        importlib.import_module(name)
    for name in NOT_WANTED:
        del sys.modules[name]
    importlib.import_module("practika_kernel.forks.kernel").prepare()
    importlib.import_module("practika_widgets._rehearsal").rehearse()
    _forget_widgets()
    freeze()


def freeze() -> None:
    """Put everything there is out of the collector's sight: children then share its pages."""
    gc.collect()
    gc.disable()
    gc.freeze()


def _forget_widgets() -> None:
    """Close what was tried: a child is asked for the state of all widgets it knows."""
    widgets: Any = importlib.import_module("ipywidgets")
    widgets.Widget.close_all()
    importlib.import_module("ipywidgets.widgets.widget")._instances.clear()
    importlib.import_module("comm").get_comm_manager().comms.clear()
