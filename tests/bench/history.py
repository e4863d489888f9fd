"""`practika import takes` with 200,000 rows, beside the least it could take: csv and executemany.

The peer reads the same file with the standard library and writes the same columns of takes into
a table with the same indexes, in one transaction of as safe a SQLite; it checks nothing, knows
nobody, and writes no events.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import machine

ROWS, STUDENTS, EXERCISES = 200_000, 2_000, 20
START = datetime(2025, 1, 6, 8, tzinfo=UTC)


def measure(place: object) -> Iterator[dict[str, Any]]:
    """Import into an empty record, import the same again, load the facts; then the peer."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        people, takes = _written(home)
        environ = machine.without_settings() | {"PRACTIKA_DATA": str(home / "data")}
        _run(environ, "import", "roster", str(people))
        for what in ("import", "again"):
            began, used = time.perf_counter(), _used()
            done = json.loads(_run(environ, "import", "takes", str(takes), "--create", "--json"))
            yield {
                "what": what,
                "rows": done["rows"],
                "new": done["new"],
                "seconds": round(time.perf_counter() - began, 1),
                "processor_seconds": round(_used() - used, 1),
                "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
            }
        began = time.perf_counter()
        _run(environ, "measure", "turnaround", "--json")
        yield {"what": "first measure after it", "seconds": round(time.perf_counter() - began, 1)}
        began = time.perf_counter()
        _peer(takes, home / "peer.sqlite3")
        yield {"what": "csv and executemany", "seconds": round(time.perf_counter() - began, 1)}


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(environ: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [machine.PRACTIKA, *words], env=environ, check=True, capture_output=True, text=True
    )
    return done.stdout


def _written(home: Path) -> tuple[Path, Path]:
    draw, people, takes = random.Random(7), home / "class.csv", home / "history.csv"
    with people.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "first_name", "last_name", "email", "role", "course", "section"])
        for n in range(STUDENTS):
            name = (f"s{n}", "Ana", f"N{n}", f"s{n}@school.example")
            rows.writerow((*name, "student", "Keyboard", "AB"[n % 2]))
    with takes.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["person", "course", "cohort", "exercise", "submitted_at", *_REST])
        for n in range(ROWS):
            student, at = n % STUDENTS, START + timedelta(minutes=2 * n, seconds=draw.randrange(60))
            replied = at + timedelta(hours=draw.expovariate(1 / 30))
            piece = f"Piece {draw.randrange(EXERCISES)}"
            where = (f"s{student}", "Keyboard", "AB"[student % 2], piece)
            answer = replied.isoformat() if draw.random() < 0.9 else ""
            score = draw.randrange(101) if draw.random() < 0.8 else ""
            rows.writerow((*where, at.isoformat(), answer, score, 100, "passed"))
    return people, takes


_REST = ("replied_at", "score", "max_score", "outcome")


def _peer(takes: Path, file: Path) -> None:
    with sqlite3.connect(file) as record:
        record.execute("PRAGMA journal_mode=WAL")
        record.execute("PRAGMA synchronous=FULL")
        record.execute(
            "CREATE TABLE takes (id TEXT PRIMARY KEY, person TEXT, exercise TEXT, at TEXT, "
            "replied TEXT, score REAL, most REAL, outcome TEXT, UNIQUE (exercise, person, at))"
        )
        record.execute("CREATE INDEX by_person ON takes (person, at)")
        record.execute("CREATE INDEX by_time ON takes (at)")
        with takes.open(newline="") as table:
            rows = csv.reader(table)
            next(rows)
            record.executemany(
                "INSERT INTO takes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ((os.urandom(16).hex(), r[0], r[3], r[4], r[5], r[6], r[7], r[8]) for r in rows),
            )
