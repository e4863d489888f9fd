"""Whether every stored video is there and whole, as an operator asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState
from practika_kernel.domain.practice import Rendition, RenditionKind
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


def _due(shop, *names):
    """Have videos, and a take, come 91 days ago, each with a copy for browsers."""
    old = utc_now() - timedelta(days=91)
    with shop.school.practika.record.write() as uow:
        for name in names:
            asset = uow.assets.by_sha256(shop.keys[f"{name} original"].split("/")[-2])
            uow.assets.save(replace(asset, video_codec="hevc"))
            web = Rendition(asset.id, RenditionKind.WEB, f"{asset.id}-web", "video/mp4", 5, old)
            uow.assets.put_rendition(web)
            for made in uow.assets.renditions([asset.id]):
                uow.assets.put_rendition(replace(made, created_at=old))
        (take,) = uow.takes.of_student(shop.school.id("Mira"))
        uow.takes.save(replace(take, created_at=old), expected=take.state)


def test_the_rules_say_what_would_go_and_why_the_rest_stays(run, shop):
    _due(shop, "take", "reference")
    done = run("storage", "rules", "--course", "Keyboard I", "--days", 90)
    assert done.stdout == "Keyboard I: 90.\n"
    said = run("storage", "rules", "--dry-run").stdout
    assert said == (
        "1 original would go, 30 kB. Nothing was changed.\n\n"
        "Course                              Originals       Size       Days\n"
        "Keyboard I                                  1      30 kB         90\n\n"
        "Others stay:\n     1  references and exemplars\n"
    )
    told = json.loads(run("storage", "rules", "--json").stdout)
    assert (told["videos"], told["bytes"], told["queued"]) == (1, 30_000, 1)


def test_the_rules_say_what_could_not_be_compared(run, shop):
    _due(shop, "take")
    assert run("storage", "rules", "--course", "Keyboard I", "--days", 90).returncode == 0
    with shop.school.practika.record.write() as uow:
        asset = uow.assets.by_sha256(shop.keys["take original"].split("/")[-2])
        now, payload = utc_now(), {"step": "let_go", "asset": asset.id, "tries": 3}
        uow.jobs.add(Job(new_id(), f"let_go:{asset.id}", JobKind.INGEST, payload, now, now))
        job = uow.jobs.claim("test/1", now, now + timedelta(minutes=1))
        assert uow.jobs.end(job, "No room.", now, JobState.FAILED)
    said = run("storage", "rules", "--dry-run").stdout
    assert said == (
        "No original is due.\n\nOthers stay:\n"
        "     1  could not be compared (3 times); the jobs say why\n"
    )
