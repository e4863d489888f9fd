"""Run a command and write what it took, all its children included, as JSON.

python meter.py FIGURES COMMAND ...

CPU and peak memory are the system's own figures (getrusage; the peak is that of the largest
single process). Bytes are Linux's counts of what went through read and write calls: /proc/self/io
takes in those of every process waited for. Pipes count; mapped files do not.
"""

from __future__ import annotations

import json
import os
import sys
import time


def passed() -> tuple[int, int]:
    """Bytes read and written so far by this process and all it has waited for."""
    with open("/proc/self/io", encoding="ascii") as table:
        known = dict(line.split(": ") for line in table.read().splitlines())
    return int(known["rchar"]), int(known["wchar"])


def main() -> int:
    """Return the command's exit code."""
    figures, *command = sys.argv[1:]
    before, began = passed(), time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    wall, after = time.monotonic() - began, passed()
    found = {
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": wall,
        "rss_mb": used.ru_maxrss / 1024,
        "read_mb": (after[0] - before[0]) / 1e6,
        "wrote_mb": (after[1] - before[1]) / 1e6,
    }
    with open(figures, "w", encoding="ascii") as out:
        json.dump(found, out)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
