"""Looking whether all is well, while something hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.services.heartbeat import Heartbeats
from practika_kernel.services.readiness import Readiness


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


def test_a_look_that_hangs_holds_nobody_up_and_is_said_after_a_while(
    school: world.School, tmp_path: Path
) -> None:
    answers, asked, later = threading.Event(), threading.Event(), [timedelta(0)]

    class Hanging(Heartbeats):
        """A disk that does not answer."""

        def living(self) -> int:
            asked.set()
            if later[0]:
                answers.wait(30)
            return 1

    practika = school.practika
    looks = Readiness(
        practika.record, practika.blobs, lambda: utc_now() + later[0], Hanging(tmp_path / "x")
    )
    assert all(each.ok for each in looks.look())
    asked.clear()
    later[0] = timedelta(seconds=5)
    stuck = threading.Thread(target=looks.look)
    stuck.start()
    assert asked.wait(30)
    assert all(each.ok for each in looks.look())  # what was seen before counts a little longer
    later[0] = timedelta(seconds=60)
    [only] = looks.look()
    assert (only.ok, only.name) == (False, "look")
    answers.set()
    stuck.join()
    assert [each.name for each in looks.look()] == ["record", "schema", "media", "worker"]


def test_one_worker_counts_until_it_ends(tmp_path: Path) -> None:
    heart = Heartbeats(tmp_path / "workers")
    assert heart.living() == 0
    heart.beat()
    assert heart.living() == 1
    (name,) = (each.name for each in (tmp_path / "workers").iterdir())
    dead = name.rpartition("-")[0] + "-0"  # the same number, given to another process since
    (tmp_path / "workers" / dead).touch()
    assert heart.living() == 1
    heart.end()
    assert heart.living() == 0
    assert list((tmp_path / "workers").iterdir()) == []
