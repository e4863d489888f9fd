from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import school as world
import videos
import vouchers


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


@pytest.fixture(scope="session")
def second_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "second.mp4"
    videos.make(path, frames=75)
    return path


@pytest.fixture(scope="session")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A phone's film at 120 pictures a second: its copy has every other one."""
    path = tmp_path_factory.mktemp("video") / "phone.mov"
    videos.make(path, codec="hevc", container="mov", frames=180, fps=Fraction(120))
    return path


@pytest.fixture(scope="session")
def provider() -> Iterator[vouchers.Liar]:
    """A running OpenID provider; take it as ``liar``."""
    with vouchers.provider() as found:
        yield found


@pytest.fixture
def liar(provider: vouchers.Liar) -> vouchers.Liar:
    """An OpenID provider that does all it should until it is told to lie."""
    provider.start_anew()
    return provider


@pytest.fixture(scope="module")
def lied_to(tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.School]:
    """One school for tests in which nothing comes of it."""
    made = world.make(tmp_path_factory.mktemp("lied-to"))
    yield made
    made.practika.close()
