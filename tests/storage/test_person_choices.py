"""One contract, two databases: somebody's picture, language and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.player_keys import PlayerKeys
from practika_kernel.storage.record import SqlRecord
from storage.things import World


def test_picture_and_language_have_a_way_of_their_own(record: SqlRecord, world: World) -> None:
    mine = world.student
    with record.write() as unit:
        assert unit.people.set_portrait(mine.id, "one", 900) == ""
        assert unit.people.set_portrait(mine.id, "two", 901) == "one"
        unit.people.set_language(mine.id, "de")
        # Somebody who changes the name has read the row before there was a picture.
        unit.people.save(replace(mine, name="Mira Another"))
        found = unit.people.get(mine.id)
    assert found == replace(
        mine, name="Mira Another", portrait="two", portrait_size=901, language="de"
    )
    with record.write() as unit:
        unit.people.save(replace(found, active=False))
        with pytest.raises(NotFound):
            unit.people.set_portrait(mine.id, "three", 1)
        assert unit.people.set_portrait(mine.id, "", 0) == "two"  # it may still be taken away
        with pytest.raises(NotFound):
            unit.people.set_portrait("nobody", "one", 1)


def test_keys_are_kept_a_person_and_replaced_as_a_whole(record: SqlRecord, world: World) -> None:
    mine = world.student.id
    first, second = PlayerKeys(mine, {"comment": "q"}), PlayerKeys(mine, {}, False, True)
    with record.write() as unit:
        assert unit.key_rings.get(mine) is None
        unit.key_rings.put(first)
        assert unit.key_rings.get(mine) == first
        unit.key_rings.put(second)
        assert unit.key_rings.get(mine) == second
        assert unit.key_rings.get(world.teacher.id) is None
