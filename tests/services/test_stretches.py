"""Pictures and sound of takes, for whoever may see the take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import school as world
import videos
from practika_kernel.domain.errors import InvalidInput, NotFound


def test_a_take_is_read_as_arrays_by_who_may_see_it(school: world.School, video: Path) -> None:
    take = school.submitted("Mira", video)
    for who in (school.practika, *(replace(school.practika, person=p) for p in seen_by(school))):
        found = who.stretch(who.take(take), 0.2, 0.4)
        assert [videos.frame_index(picture) for picture in found.pictures] == [5, 6, 7, 8, 9]
    stranger = replace(school.practika, person=school.people["Piet"])
    with pytest.raises(NotFound):
        stranger.stretch(school.practika.take(take), 0.2, 0.4)
    assert not list(school.practika.settings.scratch_folder.rglob("*.mp4"))


def seen_by(school: world.School) -> list[world.Person]:
    return [school.people["Mira"], school.people["Ada"]]


def test_a_file_is_read_without_any_record(school: world.School, video: Path) -> None:
    assert len(school.practika.stretch(str(video), 0, 0.2).times) == 5
    with pytest.raises(InvalidInput, match="The end must lie after the start"):
        school.practika.stretch(video, 2, 1)
