"""`make bench-analytics`: the numbers of a page at 10 k, 1 M and 10 M events.

python tests/bench/analytics [sealing] [five] [page] [memory] [lag] [paint] [--events N ...]
    [--folder F] [--without postgresql pandas]

One JSON object a line; ratios within a run count, machines differ. ``five`` asks the five progress
questions of Practika's tables, of the raw events in DuckDB, of PostgreSQL and of pandas, and
compares the answers. ``page`` is what the coordinator's page asks for its first picture; ``memory``
what a page's numbers take, alone and when ten are open; ``lag`` how long after its commit an event
is counted, at 250 a second; ``paint`` when a browser shows the page's head and its numbers.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

import campus  # noqa: E402
import lag  # noqa: E402 - found through the line above
import paint  # noqa: E402
import peers  # noqa: E402
import queries  # noqa: E402

from practika_kernel.analytics.facts import Facts  # noqa: E402
from practika_kernel.analytics.sealing import Sealing  # noqa: E402
from practika_kernel.storage import open_record  # noqa: E402

KERNEL = [sys.executable, str(HERE / "kernel.py")]
TURNS = 3


class Place:
    """A record of one size and its sealed facts; kept between runs where a folder is named."""

    def __init__(self, folder: Path, events: int) -> None:
        self.events, self.sealed = events, folder / f"facts-{events}"
        self.file = folder / f"record-{events}.sqlite"
        self.url = f"sqlite:///{self.file}"
        self.made = 0.0
        if not self.file.exists():
            start = time.perf_counter()
            campus.on_sqlite(str(self.file), events)
            self.made = time.perf_counter() - start

    def seal(self) -> dict[str, Any]:
        """Seal what is not yet; tell how long it took."""
        record, start = open_record(self.url), time.perf_counter()
        number = Sealing(record, lambda: peers.NOW, self.sealed, zone=queries.ZONE).keep_up()
        record.close()
        size = sum(file.stat().st_size for file in self.sealed.glob("*"))
        return {
            "sealed": number,
            "s": round(time.perf_counter() - start, 2),
            "mb": round(size / 1e6, 1),
            "record_mb": round(self.file.stat().st_size / 1e6, 1),
        }

    def kernel(self, what: str) -> dict[str, Any]:
        """Ask in a new process; the best of some turns, as the machine may be busy."""
        found = [self._once(what) for _ in range(TURNS)]
        return {name: round(min(one[name] for one in found), 3) for name in found[0]}

    def _once(self, what: str) -> dict[str, Any]:
        words = [*KERNEL, self.url, str(self.sealed), what]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
        return told

    def ten(self) -> dict[str, Any]:
        """Ten pages at once: what each has to itself, and its share of what all have."""
        words = [*KERNEL, self.url, str(self.sealed), "five-hold"]
        held = [
            subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(10)
        ]
        for one in held:
            assert one.stdout is not None
            one.stdout.readline()
        told = [json.loads(one.communicate("")[0]) for one in held]
        mean = {name: sum(one[name] for one in told) / 10 for name in ("uss", "pss")}
        return {f"ten_{name}_mb": round(value, 1) for name, value in mean.items()}


def _five(place: Place, without: set[str]) -> Iterator[dict[str, Any]]:
    record = open_record(place.url)
    facts = Facts(record, lambda: peers.NOW, sealed=place.sealed, zone=queries.ZONE)
    facts.refresh()
    answers = {name: peers.plain(facts.rows(sql)) for name, sql in queries.KEPT.items()}
    found = place.kernel("five")
    kept = {name: found[f"{name}_s"] for name in queries.KEPT}
    first = sum(found[f"first_{name}_s"] for name in queries.KEPT)
    total = {"s": round(sum(kept.values()), 3), "cpu_s": found["five_cpu_s"]}
    yield {"by": "practika", **total, "first_s": round(first, 3), **kept}
    facts.rows("SELECT count(*) FROM takes")
    for name, ask in peers.ways(facts, place, without).items():
        took, same = {}, True
        try:
            with ask() as asked:
                for question in queries.KEPT:
                    start = time.perf_counter()
                    rows = asked(question)
                    took[question] = round(time.perf_counter() - start, 3)
                    same = same and peers.plain(rows) == answers[question]
        except Exception as error:
            yield {"by": name, "problem": f"{type(error).__name__}: {error}"[:300]}
            continue
        yield {"by": name, "s": round(sum(took.values()), 3), "same": same, **took}
    facts.close()
    record.close()


def _page(place: Place) -> Iterator[dict[str, Any]]:
    found = place.kernel("page")
    yield {name: found[name] for name in ("open_s", "page_s", "page_again_s", "cpu_s")}


def _memory(place: Place) -> Iterator[dict[str, Any]]:
    found = place.kernel("page-five")
    alone = {name: found[name] for name in ("uss_mb", "pss_mb", "rss_mb", "whole_mb")}
    yield {**alone, **place.ten()}


PARTS = ("sealing", "five", "page", "memory", "lag", "paint")


def main() -> None:
    """Run the parts asked for; all of them when none is named."""
    reader = argparse.ArgumentParser(prog="python tests/bench/analytics")
    reader.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar=" | ".join(PARTS))
    sizes = [10_000, 1_000_000, 10_000_000]
    reader.add_argument("--events", nargs="+", type=int, default=sizes)
    reader.add_argument("--folder", type=Path, help="keep the records there, or use them")
    reader.add_argument("--without", nargs="+", default=[], choices=["postgresql", "pandas"])
    asked = reader.parse_args()
    parts = asked.parts or PARTS
    places: dict[int, tuple[Path, Path]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for events in asked.events:
            place = Place(asked.folder or Path(folder), events)
            sealing = place.seal()
            ways = {
                "sealing": lambda sealing=sealing: [sealing],
                "five": lambda place=place: _five(place, set(asked.without)),
                "page": lambda place=place: _page(place),
                "memory": lambda place=place: _memory(place),
                "lag": lambda place=place: lag.measure(place.file, place.sealed),
            }
            places[events] = (place.file, place.sealed)
            for part in parts:
                for row in ways[part]() if part in ways else ():
                    _tell(part, {"events": events, **row})
        for row in paint.measure(places) if "paint" in parts else ():
            _tell("paint", row)


def _tell(part: str, row: dict[str, Any]) -> None:
    print(json.dumps({"bench": "analytics", "part": part, **row}), flush=True)


if __name__ == "__main__":
    main()
