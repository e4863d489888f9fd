"""``practika import takes`` as an operator runs it."""

from __future__ import annotations

import csv
import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cli_helpers import until

ROSTER = Path(__file__).parents[2] / "data" / "roster.csv"
HEAD = "person;course;exercise;submitted_at;replied_at;score;max_score"


@pytest.fixture
def people(run) -> list[str]:
    run("import", "roster", ROSTER)
    with ROSTER.open() as file:
        return [row["email"] for row in csv.DictReader(file) if row["role"] == "student"]


def test_a_history_is_tried_brought_in_and_not_brought_twice(run, people, tmp_path):
    table = tmp_path / "history.csv"
    rows = [f"{who};Keyboard I;Étude;2024-03-0{n} 10:00;2024-03-09 10:00;{n},5;20"
            for who in people[:3] for n in (1, 2)]  # fmt: skip
    table.write_text("\n".join([HEAD, *rows]), encoding="cp1252")
    refused = run("import", "takes", table, "--dry-run", "--report", tmp_path / "why.csv")
    assert refused.returncode == 2
    assert "there is no exercise Étude in Keyboard I. --create makes" in refused.stderr
    assert "Nothing was changed" in refused.stderr
    with (tmp_path / "why.csv").open(encoding="utf-8-sig") as file:
        assert [row["line"] for row in csv.DictReader(file)] == ["2", "3", "4", "5", "6", "7"]
    tried = run("import", "takes", table, "--dry-run", "--create")
    assert "cp1252, separated by semicolons, 6 usable rows." in tried.stdout
    assert "6 takes would be new, 0 filled in, 0 as before" in tried.stdout
    assert "would make 1 exercise\n" in tried.stdout
    assert "Nothing was changed: this was a dry run." in tried.stdout
    done = run("import", "takes", table, "--create")
    assert (done.returncode, "6 takes new" in done.stdout) == (0, True), done.stderr
    again = json.loads(run("import", "takes", table, "--json").stdout)
    assert (again["done"], again["new"], again["kept"], again["problems"]) == (True, 0, 6, [])


def test_a_killed_import_leaves_nothing_that_the_next_does_not_complete(
    run, people, tmp_path, data, environ
):
    table = tmp_path / "history.csv"
    rows = [f"{people[n % 5]};Keyboard I;Scales;2024-{1 + n // 2500:02}-01T{n // 60 % 24:02}:"
            f"{n % 60:02}:{n // 1440 % 60:02}Z;;;" for n in range(20_000)]  # fmt: skip
    table.write_text("\n".join([HEAD, *dict.fromkeys(rows)]))
    words = [sys.executable, "-m", "practika_kernel", "import", "takes", str(table), "--create"]
    record = data / "practika.sqlite3"

    def writing() -> bool:
        """The log grows once pages of the transaction no longer fit, or it was committed."""
        log = record.with_name(record.name + "-wal")
        return log.exists() and log.stat().st_size > 100_000

    child = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL)
    until(lambda: writing() or child.poll() is not None)
    child.send_signal(signal.SIGKILL)
    child.wait()
    with sqlite3.connect(record) as looked:
        (left,) = looked.execute("SELECT count(*) FROM takes").fetchone()
    total = len(dict.fromkeys(rows))
    assert left in (0, total)
    done = json.loads(run("import", "takes", table, "--create", "--json").stdout)
    assert (done["done"], done["new"] + done["kept"]) == (True, total)
    assert done["new"] == total - left
