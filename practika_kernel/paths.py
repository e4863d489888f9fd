"""Where the files lie that come with Practika, in a checkout as well as installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_PACKAGE = Path(__file__).parent


def notebooks_folder() -> Path:
    """Return the folder of the notebooks that are the pages: the checkout's, else the wheel's.

    >>> notebooks_folder().name in {"notebooks", "_notebooks"}
    True
    """
    beside = _PACKAGE.parent / "notebooks"
    return beside if beside.is_dir() else _PACKAGE / "_notebooks"


def static_folder() -> Path:
    """Return the folder of what browsers load, found without importing the widgets.

    >>> (static_folder() / "practika.css").is_file()
    True
    """
    spec = importlib.util.find_spec("practika_widgets")
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))) / "static"
    return _PACKAGE.parent / "widgets" / "practika_widgets" / "static"
