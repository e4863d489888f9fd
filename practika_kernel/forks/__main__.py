"""``python -m practika_kernel.forks``: warm up, then fork on request until told to stop."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from practika_kernel.forks.parent import run


def main() -> int:
    """Read the words of the command line and run; returns the exit code."""
    words = argparse.ArgumentParser(prog="python -m practika_kernel.forks", description=__doc__)
    words.add_argument("--socket", required=True, type=Path, help="where to listen")
    words.add_argument(
        "--watch",
        action="append",
        type=Path,
        help="folder whose code is watched instead of our own; may be given again",
    )
    given = words.parse_args()
    return run(given.socket, given.watch)


if __name__ == "__main__":
    ended = main()
    sys.stderr.flush()
    # Tearing down what was frozen for the children takes long, and DuckDB complains about it.
    os._exit(ended)
