"""What admins see of what is stored, what they allow, and what students are told of their room."""

from __future__ import annotations

from pathlib import Path

import pytest

import school as world
from practika_kernel.domain.errors import InvalidInput, NotFound, OverQuota


def test_admins_see_who_takes_how_much_and_nobody_else_does(
    school: world.School, video: Path
) -> None:
    school.submitted("Mira", video)
    school.submitted("Jonas", video, "scale")
    services = school.practika.services
    view = services.storage_use.view(school.id("Tom"))
    assert {row["name"] for row in view["people"]} == {"Mira Example", "Jonas Example"}
    (course,) = view["courses"]
    assert course["size"] == view["all"]["size"] == view["people"][0]["size"]
    assert view["people"][0]["shared"] == view["people"][0]["size"]
    assert view["free"] > 0
    assert len(services.storage_use.view("", person="jonas")["people"]) == 1
    for who in ("Mira", "Ada", "Helen", "Rosa"):
        with pytest.raises(NotFound):
            services.storage_use.view(school.id(who))
        with pytest.raises(NotFound):
            services.quotas.tell(school.id(who), "person", school.id("Mira"), "none")


def test_a_student_is_told_once_it_is_nearly_full_and_then_refused(
    school: world.School, video: Path
) -> None:
    services, mira, tom = school.practika.services, school.id("Mira"), school.id("Tom")
    school.submitted("Mira", video)
    used = services.storage_use.view(tom)["people"][0]["size"]
    services.quotas.tell(tom, "person", mira, f"{used * 2}")
    assert services.holdings.view(mira)["room"] is None
    services.quotas.tell(tom, "person", mira, f"{used + 100}")
    room = services.holdings.view(mira)["room"]
    assert room["share"] > 0.8
    assert " of " in room["words"]
    with pytest.raises(OverQuota, match="Nothing of it was stored"):
        services.uploads.begin(mira, name="a.mp4", size=10**6)
    services.quotas.tell(tom, "person", mira, "")
    assert services.holdings.view(mira)["room"] is None


def test_a_course_that_is_full_takes_no_video_that_came_without_one(
    school: world.School, video: Path
) -> None:
    services, tom = school.practika.services, school.id("Tom")
    upload = school.upload("Mira", video, None)
    school.work()
    services.quotas.tell(tom, "course", school.course, "10")
    with pytest.raises(OverQuota, match="this course may keep"):
        services.uploads.file_under(school.id("Mira"), upload, school.exercises["hanon"].id)
    services.quotas.tell(tom, "course", school.course, "none")
    assert services.uploads.file_under(school.id("Mira"), upload, school.exercises["hanon"].id)


@pytest.mark.parametrize("words", ["much", "-5 GB", "5 apples"])
def test_what_is_no_size_is_said_so(school: world.School, words: str) -> None:
    with pytest.raises(InvalidInput, match="Write a size"):
        school.practika.services.quotas.tell(school.id("Tom"), "person", school.id("Mira"), words)
