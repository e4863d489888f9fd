"""The measures of an imported history equal what the table says, worked out by hand."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

import school as world
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.sealing import Sealing
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.history import COLUMNS, NEEDED
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.services.history import Source
from practika_kernel.services.history_plan import Plan
from practika_kernel.storage.sheets import sheet

Row = dict[str, Any]
START = datetime(2024, 1, 1, 8, tzinfo=UTC)


def written(path: Path) -> list[Row]:
    """Forty students, four months, two exercises; a tenth unanswered, scores out of twenty."""
    draw, rows = random.Random(11), []
    for student in range(40):
        at = START + timedelta(days=draw.randrange(30))
        while at < START + timedelta(days=draw.choice((40, 80, 120))):
            at += timedelta(hours=draw.expovariate(1 / 150), seconds=draw.randrange(3600))
            replied = at + timedelta(hours=draw.expovariate(1 / 60))
            rows.append(
                {
                    "person": f"s{student}@school.example",
                    "course": "Keyboard I",
                    "exercise": draw.choice(("Hanon 1", "Scales, F")),
                    "submitted_at": at.isoformat(),
                    "replied_at": replied.isoformat() if draw.random() < 0.9 else "",
                    "score": draw.randrange(21) if draw.random() < 0.7 else "NA",
                    "max_score": 20,
                }
            )
    draw.shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    for row in rows:
        row["at"] = datetime.fromisoformat(row["submitted_at"])
        row["answer"] = datetime.fromisoformat(row["replied_at"]) if row["replied_at"] else None
    return sorted(rows, key=lambda row: row["at"])


def stacks(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["person"], row["exercise"]].append(row)
    return found


@pytest.fixture
def school(database_url: str, tmp_path: Path) -> Iterator[world.School]:
    """The school, once on SQLite, once on PostgreSQL."""
    elsewhere = {} if "sqlite" in database_url else {"PRACTIKA_DATABASE_URL": database_url}
    made = world.make(tmp_path, **elsewhere)
    yield made
    made.practika.close()


@pytest.fixture
def history(school: world.School, tmp_path: Path) -> list[Row]:
    with school.practika.record.write() as uow:
        for number in range(40):
            email = f"s{number}@school.example"
            uow.people.add(Person(new_id(), email, f"S {number}", Role.STUDENT, START))
    rows = written(tmp_path / "history.csv")
    assert len(bring(school, tmp_path / "history.csv").new) == len(rows)
    assert bring(school, tmp_path / "history.csv").kept == len(rows)
    return rows


def bring(school: world.School, path: Path) -> Plan:
    found = sheet(path, COLUMNS, NEEDED)
    source = Source(found.lines, path.parent, "0" * 64, found.length())
    plan = school.practika.services.imports.bring("", source, create=True)
    assert plan.problems == []
    return plan


def test_every_measure_counts_what_was_imported(school: world.School, history: list[Row]) -> None:
    measured = school.practika.services.measuring.measured

    def value(name: str, **scope: Any) -> Any:
        return measured(name, course="Keyboard I", **scope)["value"]

    assert value("turnaround") == pytest.approx(median_wait(history), abs=1e-3)
    within = [r["answer"] is not None and r["answer"] - r["at"] <= timedelta(14) for r in history]
    assert value("coverage") == pytest.approx(100 * fmean(within))
    assert value("improvement") == pytest.approx(gain(history))
    bounded, rolling = kept(history)
    assert value("retention") == pytest.approx(bounded)
    assert value("rolling-retention") == pytest.approx(rolling)
    until = date(2024, 2, 20)  # the last day that counts
    days = [until - timedelta(days=back) for back in range(7)]
    busy = {row["person"] for row in history if row["at"].date() in days}
    assert value("active", until=until) == len(busy) > 5
    uptake = measured("uptake", course="Keyboard I")
    assert uptake["value"] is None  # when a reply was seen, no table says
    assert value("funnel") == 0  # nobody compared
    steps = {each["step"]: each["hits"] for each in measured("funnel")["detail"]["steps"]}
    assert (steps["uploaded"], steps["replied"], steps["seen"]) == (40, 40, 0)


def test_what_is_imported_behind_sealed_facts_counts_the_same(
    school: world.School, history: list[Row], tmp_path: Path
) -> None:
    record, folder = school.practika.record, tmp_path / "facts"
    assert Sealing(record, utc_now, folder).keep_up(1) > len(history)
    late = tmp_path / "late.csv"
    first, last = history[0], next(row for row in history if not row["replied_at"])
    with late.open("w", newline="") as file:
        table = csv.DictWriter(file, (*NEEDED, "replied_at", "score", "max_score"))
        table.writeheader()
        where = {"course": "Keyboard I", "max_score": 20, "score": 20}
        earlier = {"submitted_at": "2023-12-01T10:00Z", "replied_at": ""}
        told = {name: last[name] for name in ("person", "exercise", "submitted_at")}
        table.writerow(where | earlier | {n: first[n] for n in ("person", "exercise")})
        table.writerow(where | told | {"replied_at": "2025-01-01T10:00Z"})
    plan = bring(school, late)
    assert (len(plan.new), len(plan.changed), len(plan.renumbered) > 0) == (1, 1, True)
    sealed, fresh = Facts(record, utc_now, sealed=folder), Facts(record, utc_now)
    for name in ("takes", "submitted", "given", "first_replies"):
        seen = []
        for facts in (sealed, fresh):
            facts.refresh()
            seen.append(sorted(map(str, facts.rows(f"SELECT * FROM {name}"))))
        assert seen[0] == seen[1]
    assert sealed.manifest is not None
    sealed.close()
    fresh.close()


def median_wait(rows: list[Row]) -> float:
    """The median of Kaplan and Meier: unanswered takes wait for the next one, or until now."""
    waits = []
    for stack in stacks(rows).values():
        for row, after in zip(stack, [*stack[1:], None], strict=True):
            until = row["answer"] or (after["at"] if after else datetime.now(UTC))
            waits.append(((until - row["at"]).total_seconds() // 1 / 3600, bool(row["answer"])))
    waits.sort(key=lambda wait: (wait[0], not wait[1]))
    left, share = len(waits), 1.0
    for hours, answered in waits:
        share *= 1 - answered / left
        left -= 1
        if share <= 0.5:
            return hours
    raise AssertionError("fewer than half are answered")


def gain(rows: list[Row]) -> float:
    """Levels gained from the first to the last scored take, a mean of means by student."""
    gains = defaultdict(list)
    for (person, _), stack in stacks(rows).items():
        levels = [1 + int(row["score"] / 20 * 5 + 0.5) for row in stack if row["score"] != "NA"]
        if len(levels) > 1:
            gains[person].append(levels[-1] - levels[0])
    return fmean(fmean(each) for each in gains.values())


def kept(rows: list[Row]) -> tuple[float, float]:
    """Of the students, those active in week 4 after their first, and in week 4 or later."""
    weeks = defaultdict(set)
    for row in rows:
        weeks[row["person"]].add((row["at"].date() - date(2024, 1, 1)).days // 7)
    first = {person: min(found) for person, found in weeks.items()}
    bounded = [first[person] + 4 in found for person, found in weeks.items()]
    rolling = [first[person] + 4 <= max(found) for person, found in weeks.items()]
    return 100 * fmean(bounded), 100 * fmean(rolling)
