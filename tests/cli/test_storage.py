"""Whether every stored video is there and whole, as an operator asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.stocked import Stocked, stocked


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Stocked]:
    made = stocked(tmp_path, {})
    yield made
    made.school.practika.close()


def test_what_is_well_is_said(run, shop):
    done = run("storage", "check", "--deep")
    assert (done.returncode, done.stdout) == (
        0,
        "7 files in the store, 55 kB.\nAll is well.\n",
    )


def test_what_is_wrong_is_said_of_whom_it_concerns_and_what_can_be_is_mended(run, shop):
    shop.blobs.delete(shop.keys["take original"])
    shop.put("clips/0a/forgotten.mp4", b"forgotten")
    done = run("storage", "check", "--older-than", 0)
    assert done.returncode == 1
    lost = 'missing   The original of take 2 of Mira Example at "Hanon 1" is missing (30 kB, '
    assert lost in done.stdout
    assert "orphaned  A file of 9 bytes lies in the store that nothing refers to" in done.stdout
    assert "2 files not as the record says." in done.stdout
    assert "practika storage check --repair" in done.stdout
    assert "from a back-up" in done.stdout

    found = json.loads(run("storage", "check", "--older-than", 0, "--repair", "--json").stdout)
    assert not found["ok"]
    assert {flaw["kind"]: flaw["mended"] for flaw in found["flaws"]} == {
        "missing": False,
        "orphaned": True,
    }
    shop.put(shop.keys["take original"], shop.content[shop.keys["take original"]])
    done = run("storage", "check")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == ["1 file in the trash.", "All is well."]


def test_the_worker_empties_the_trash(run, shop):
    shop.put("trash/20200101t000000z/clips/0a/old.mp4", b"old")
    assert run("worker", "--until-idle").returncode == 0
    assert list(shop.blobs.keys("trash/")) == []
    assert run("storage", "check").returncode == 0
