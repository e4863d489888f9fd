from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import school as world
import videos
from practika_kernel.bootstrap import Practika


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "take.mp4"
    videos.make(path)
    return path


@pytest.fixture
def seat(school: world.School) -> Callable[[str], Practika]:
    """What one person's kernel holds."""
    return lambda name: replace(school.practika, person=school.people[name])
