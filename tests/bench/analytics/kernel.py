"""One page's numbers in a process of its own: how long they take, how much memory they need.

Words: the record's address, the folder of sealed facts ("" for none), what to do. Prints JSON.
With "hold" it stays until its input ends, so that several can be measured together.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE)]

import campus  # noqa: E402
import queries  # noqa: E402 - found through the line above

from practika_kernel.services.progress import Progress  # noqa: E402
from practika_kernel.storage import open_record  # noqa: E402

NOW = datetime.fromisoformat(campus.NOW).replace(tzinfo=UTC)


def used() -> dict[str, float]:
    """Memory of this process alone, and all it can reach, in MB."""
    told = psutil.Process().memory_full_info()
    return {"uss": told.uss / 1e6, "rss": told.rss / 1e6, "pss": told.pss / 1e6}


def main(url: str, folder: str, what: str) -> dict[str, Any]:
    """Open the numbers as the coordinator's page does, and ask."""
    record = open_record(url)
    with record.read() as uow:
        uow.people.get("nobody")
    progress = Progress(
        record, lambda: NOW, str, zone=queries.ZONE, sealed=Path(folder) if folder else None
    )
    before, found = used(), {}
    start, cpu = time.perf_counter(), time.process_time()
    import duckdb  # noqa: F401 - the page loads it, too

    progress.facts.refresh()
    progress.facts.rows("SELECT count(*) FROM takes")
    found["open_s"] = time.perf_counter() - start
    if "page" in what:
        start = time.perf_counter()
        progress.overview(campus.COORDINATOR)
        found["page_s"] = time.perf_counter() - start
        start = time.perf_counter()
        progress.overview(campus.COORDINATOR)
        found["page_again_s"] = time.perf_counter() - start
    if "five" in what:
        for turn in ("first_", ""):
            spent = time.process_time()
            for name, sql in queries.KEPT.items():
                start = time.perf_counter()
                found[name + "_n"] = len(progress.facts.rows(sql))
                found[f"{turn}{name}_s"] = time.perf_counter() - start
            found["five_cpu_s"] = time.process_time() - spent
    found["cpu_s"] = time.process_time() - cpu
    after = used()
    found |= {f"{name}_mb": after[name] - before[name] for name in before}
    found["whole_mb"] = after["rss"]
    return found


if __name__ == "__main__":
    url, folder, what = sys.argv[1:]
    print(json.dumps(main(url, folder, what)), flush=True)
    if "hold" in what:
        sys.stdin.read()
        print(json.dumps(used()), flush=True)
