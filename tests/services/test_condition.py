"""How everything is, in the words an admin reads, and who may read them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, JobState
from practika_kernel.services.standing import mark_back_up


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


def parts(school: world.School) -> dict[str, tuple[str, str]]:
    view = school.practika.services.condition.view(school.id("Tom"))
    return {one["key"]: (one["state"], one["words"]) for one in view["parts"]}


def test_what_needs_somebody_is_said(school: world.School) -> None:
    before, services = parts(school), school.practika.services
    assert before["record"][0] == before["schema"][0] == before["media"][0] == "good"
    assert before["worker"][0] == "bad"
    assert before["queue"] == ("good", "Nothing waits.")
    assert before["mail"][0] == before["pages"][0] == "off"
    assert before["backup"] == ("look", "None was made from here yet.")
    services.heartbeats.beat()
    mark_back_up(school.practika.settings.data)
    ago = utc_now() - timedelta(minutes=42)
    job = Job(new_id(), new_id(), JobKind.CLIP, {"key": "k"}, ago, ago)
    with school.practika.record.write() as uow:
        uow.jobs.add(job)
        uow.jobs.add(replace(job, id=new_id(), key=new_id()))
        claimed = uow.jobs.claim("elsewhere/1", utc_now(), utc_now() + timedelta(hours=1))
        assert claimed
        uow.jobs.end(claimed, "It did not work.", utc_now(), JobState.FAILED)
    services.readiness._kept = None  # a look counts for two seconds
    now = parts(school)
    assert now["worker"] == ("good", "1 at work.")
    assert now["queue"] == ("look", "1 wait, 0 at work, the oldest for 42 minutes; 1 failed.")
    assert now["backup"] == ("good", "The last one was made less than a minute ago.")
    old = utc_now().timestamp() - 8 * 86_400
    os.utime(school.practika.settings.data / "run" / "last-backup", (old, old))
    assert parts(school)["backup"] == ("look", "The last one was made 8 days ago.")


@pytest.mark.parametrize("who", ["Mira", "Ada", "Helen", "Rosa"])
def test_nobody_else_is_told(school: world.School, who: str) -> None:
    for service in (school.practika.services.condition, school.practika.services.in_force):
        with pytest.raises(NotFound):
            service.view(school.id(who))
