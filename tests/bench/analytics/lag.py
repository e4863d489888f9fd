"""How long after its commit an event is counted, while 250 a second are written."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import queries

from practika_kernel.analytics.facts import Facts
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.storage import open_record

RATE, SECONDS, EVERY = 250, 8.0, 0.1


def measure(file: Path, sealed: Path) -> Iterator[dict[str, Any]]:
    """One row: the lags in ms, and how long a question right after a refresh takes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "record.sqlite"
        shutil.copyfile(file, copy)
        record = open_record(f"sqlite:///{copy}")
        facts = Facts(record, lambda: datetime.now(UTC), sealed=sealed, zone=queries.ZONE)
        facts.refresh()
        last = first = facts.rows("SELECT max(id) FROM events")[0][0]
        lags, asked = [], []
        with subprocess.Popen([sys.executable, __file__, str(copy)]) as writer:
            while writer.poll() is None:
                facts.refresh()
                now = datetime.now(UTC).replace(tzinfo=None)
                rows = facts.rows(f"SELECT id, happened_at FROM tail WHERE id > {last}")
                last = max([last, *(row[0] for row in rows)])
                lags += [(now - row[1]).total_seconds() * 1000 for row in rows]
                start = time.perf_counter()
                facts.rows("SELECT count(*) FROM turnaround WHERE waiting")
                asked.append((time.perf_counter() - start) * 1000)
                time.sleep(EVERY)
        facts.refresh()
        written = facts.rows("SELECT max(id) FROM events")[0][0] - first
        facts.close()
        record.close()
    lags.sort()
    asked.sort()
    yield {
        "wanted_a_s": RATE,
        "written_a_s": round(written / SECONDS),
        "p50_ms": round(lags[len(lags) // 2]),
        "p99_ms": round(lags[int(len(lags) * 0.99)]),
        "max_ms": round(lags[-1]),
        "question_p50_ms": round(asked[len(asked) // 2]),
        "question_max_ms": round(asked[-1]),
    }


def write(file: str) -> None:
    """Write so many events a second, each in a transaction of its own."""
    record, start, number = open_record(f"sqlite:///{file}"), time.monotonic(), 0
    while (gone := time.monotonic() - start) < SECONDS:
        while number < gone * RATE:
            about = f"a{number % 500:025}"
            kind = EventKind.REPLY_SEEN if number % 2 else EventKind.COMPARED
            with record.write() as uow:
                event = Event(kind, datetime.now(UTC), about, "c" + "0" * 25, "", about)
                uow.events.append(event)
            number += 1
        time.sleep(0.002)
    record.close()


if __name__ == "__main__":
    write(sys.argv[1])
