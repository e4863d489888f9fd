"""People's pictures: who sees them, what becomes of old ones, and that they are kept and erased."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import PORTRAITS, portrait_key
from practika_kernel.domain.stock import trash_key
from practika_kernel.services.backup import moment

PEOPLE = ("Mira", "Jonas", "Ada", "Piet", "Helen", "Rosa", "Tom")


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(out, "JPEG")
    return out.getvalue()


def pictured(school: world.School, who: str) -> str:
    """Give somebody a picture without the work of making one; return its version."""
    person, version = school.id(who), new_id()
    file = Path(school.practika.settings.data) / "picture.webp"
    file.write_bytes(b"a picture")
    size = school.practika.blobs.put(portrait_key(person, version), file, "image/webp")
    with school.practika.record.write() as uow:
        uow.people.set_portrait(person, version, size)
    return version


def stored(school: world.School) -> list[str]:
    return sorted(school.practika.blobs.keys(PORTRAITS))


def seen_by(school: world.School, who: str) -> set[str]:
    """Who of the school sees somebody's picture."""
    person, portraits = school.practika.services.accounts.person(school.id(who)), set()
    for name in PEOPLE:
        try:
            school.practika.services.portraits.open(school.id(name), person.id, person.portrait)
        except NotFound:
            continue
        portraits.add(name)
    return portraits


def test_a_photo_is_stored_once_and_the_one_before_goes(school: world.School) -> None:
    portraits, mira = school.practika.services.portraits, school.id("Mira")
    first = portraits.put(mira, photo())
    assert stored(school) == [first]
    second = portraits.put(mira, photo("blue"))
    assert second != first
    assert stored(school) == [second]
    with Image.open(io.BytesIO(b"".join(school.practika.blobs.read(second)))) as image:
        assert (image.format, image.size) == ("WEBP", (256, 256))
    row = next(r for r in school.practika.services.people.view(school.id("Tom"))["rows"]
               if r["id"] == mira)  # fmt: skip
    assert row["picture"] == second
    with pytest.raises(NotFound):  # what a browser still knows of is no more to be had
        portraits.open(mira, mira, first.split("/")[-1].removesuffix(".webp"))
    for content, says in ((b"<svg/>", "no picture"), (b"", "first"), (bytes(5 << 20), "4 MB")):
        with pytest.raises(InvalidInput, match=says):
            portraits.put(mira, content)
    assert stored(school) == [second]
    assert not list(school.practika.settings.scratch_folder.rglob("portrait-*"))
    portraits.remove(mira)
    portraits.remove(mira)
    assert stored(school) == []
    assert school.practika.services.accounts.person(mira).picture == ""


def test_who_teaches_somebody_sees_them_and_other_students_do_not(school: world.School) -> None:
    pictured(school, "Mira")
    pictured(school, "Ada")
    assert seen_by(school, "Mira") == {"Mira", "Ada", "Helen", "Tom"}
    assert seen_by(school, "Ada") == {"Ada", "Mira", "Jonas", "Helen", "Tom"}
    services, mira = school.practika.services, school.id("Mira")
    for person, version in ((mira, new_id()), (new_id(), new_id()), ("../x", "y")):
        with pytest.raises(NotFound):
            services.portraits.open(mira, person, version)
    services.accounts.switch_off("ada@example.org")
    assert seen_by(school, "Mira") == {"Mira", "Helen", "Tom"}
    with pytest.raises(NotFound):
        services.portraits.put(school.id("Ada"), photo())


def test_it_is_in_back_ups_and_the_store_is_looked_through_for_it(school: world.School) -> None:
    mira = school.id("Mira")
    key = portrait_key(mira, pictured(school, "Mira"))
    lost = portrait_key(school.id("Ada"), pictured(school, "Ada"))
    left = portrait_key(mira, new_id())
    file = school.practika.settings.data / "left.webp"
    file.write_bytes(b"one that was replaced when the disk failed")
    school.practika.blobs.put(left, file, "image/webp")
    school.practika.blobs.delete(lost)
    with school.practika.record.read() as uow:
        held = {each.key: each.size for each in moment(uow).held}
    assert held == {key: len(b"a picture"), lost: len(b"a picture")}
    found = school.practika.services.stock.check(grace=timedelta(0), repair=True)
    assert {(flaw.kind, flaw.key) for flaw in found.flaws} == {
        ("missing", lost),
        ("orphaned", left),
    }
    assert "The picture of Ada Example is missing" in found.flaws[0].sentence
    assert stored(school) == [key]


def test_it_goes_with_its_person_from_the_trash_as_well(school: world.School) -> None:
    services, mira = school.practika.services, school.id("Mira")
    pictured(school, "Mira")
    older = trash_key(portrait_key(mira, new_id()), utc_now())
    file = school.practika.settings.data / "older.webp"
    file.write_bytes(b"an older one")
    school.practika.blobs.put(older, file, "image/webp")
    services.player_keys.put(mira, {"key": ["comment", "q"]})
    assert "the person's picture" in services.erasures.plan_person("", mira)["goes"]
    asked = services.erasures.ask_person("", mira)
    school.work()
    assert [*school.practika.blobs.keys()] == []
    told = services.erasures.receipt("", asked)
    assert {each["what"] for each in told["files"]} == {"picture of the person"}
    with school.practika.record.read() as uow:
        person = uow.people.get(mira)
    assert person is not None
    assert (person.portrait, person.portrait_size, person.language) == ("", 0, "")
    with school.practika.record.read() as uow:
        assert uow.key_rings.get(mira) is None


def test_the_operator_takes_a_picture_away(school: world.School) -> None:
    pictured(school, "Jonas")
    services = school.practika.services
    assert services.portraits.take_away("JONAS@example.org").name == "Jonas Example"
    assert stored(school) == []
    with pytest.raises(InvalidInput, match="Nobody signs in"):
        services.portraits.take_away("nobody@example.org")
