"""``practika measure`` as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.world import World
from practika_kernel.storage import open_record


@pytest.fixture
def school(data: Path) -> World:
    """Six students, answered after ten hours each."""
    data.mkdir(mode=0o700)
    record = open_record(f"sqlite:///{data}/practika.sqlite3")
    record.migrate()
    world = World(record)
    for student in world.students:
        world.take(student, 100, replied=90)
    record.close()
    return world


def refused(done) -> str:
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_the_list_says_what_each_measure_means_without_a_record(run, data):
    done = run("measure", "list")
    assert done.returncode == 0
    for name in ("retention", "turnaround", "funnel", "agreement"):
        assert f"\n{name} " in done.stdout
    rows = json.loads(run("measure", "list", "--json").stdout)
    assert all(row["definition"] and row["source"] and row["unit"] for row in rows)
    assert not data.exists()


def test_a_number_comes_with_all_that_explains_it(run, school):
    done = run("measure", "turnaround", "--course", "Keyboard I", "--from", "2026-11-01")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("Feedback turnaround: 10.0 h, median\n")
    assert "6 takes, 6 answered, 0 still waiting" in done.stdout
    assert "Kaplan" in done.stdout
    found = json.loads(run("measure", "turnaround", "--json").stdout)
    assert (found["value"], found["limits"][0]) == (10.0, 10.0)
    assert "FROM   turnaround" in found["sql"]


def test_nothing_to_measure_is_an_answer(run, school):
    done = run("measure", "turnaround", "--to", "2020-01-01")
    assert done.returncode == 0
    assert done.stdout.startswith("Feedback turnaround: nothing to measure yet.\n")


def test_a_wrong_word_is_one_sentence(run, data):
    assert "Did you mean retention?" in refused(run("measure", "retenton"))
    assert "Write it as 2026-09-01." in refused(run("measure", "active", "--to", "tomorrow"))
    assert "takes no filters" in refused(run("measure", "list", "--course", "x"))
    assert not data.exists()
