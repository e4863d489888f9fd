"""A process of its own that writes, claims or migrates; the tests start several and kill some.

Each line on its standard output is an acknowledgement: what it names was committed before.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.storage.record import SqlRecord


def write(record: SqlRecord, name: str, count: int) -> None:
    for n in range(count):
        with record.write() as unit:
            unit.events.append(Event(EventKind.SIGNED_IN, datetime.now(UTC), f"{name}-{n}"))
        print(f"{name}-{n}", flush=True)


def claim(record: SqlRecord, name: str, count: int) -> None:
    for _ in range(count):
        now = datetime.now(UTC)
        with record.write() as unit:
            job = unit.jobs.claim(name, now, now + timedelta(minutes=1))
        if job is None:
            return
        with record.write() as unit:
            assert unit.jobs.finish(job, now)
        print(job.key, flush=True)


def migrate(record: SqlRecord, name: str, count: int) -> None:
    record.migrate()
    write(record, name, count)


if __name__ == "__main__":
    what, url, own_name, how_many = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    {"write": write, "claim": claim, "migrate": migrate}[what](
        SqlRecord(url), own_name, int(how_many)
    )
