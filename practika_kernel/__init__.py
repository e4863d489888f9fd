"""Practika: a teaching analytics workbench for skills learnt by practising on video.

    import practika_kernel
    practika = practika_kernel.connect()

Importing this package loads nothing heavy, because a dashboard's first paint waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

__version__ = "0.1.0"
__all__ = ["__version__", "connect"]


def connect() -> Practika:
    """Open Practika for a notebook, with the settings of the environment.

    Returns
    -------
    Practika
        In a dashboard it acts for the signed-in person; in a researcher's notebook it gives
        tidy pandas frames (``people``, ``takes``, ``replies``, ``events``) and a ``duckdb``
        connection to query them with.

    Raises
    ------
    Misconfigured
        An unknown setting, or a data folder or database that cannot be opened.
    """
    from practika_kernel.bootstrap import connect as open_practika

    return open_practika()
