"""One contract, two databases: addresses that are to be proven."""

from __future__ import annotations

from dataclasses import replace

from practika_kernel.domain.addresses import AddressProof
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, World, later


def test_what_waits_ends_and_is_forgotten(record: SqlRecord, world: World) -> None:
    mine, email = world.student.id, world.student.email

    def proof(name: str, to: str, second: float, before: str = email) -> AddressProof:
        return AddressProof(name, mine, to, before, later(second), told=f"told-{name}")

    own, old = proof("own", email, 0), proof("old", "a@x.org", 0, before="z@x.org")
    first, second = proof("first", "a@x.org", 1), proof("second", "b@x.org", 2)
    with record.write() as unit:
        assert not unit.addresses.unproven(mine)
        for each in (old, first, second):
            unit.addresses.add(each)
        assert not unit.addresses.unproven(mine)  # they are about other addresses
        unit.addresses.add(own)
        assert unit.addresses.unproven(mine)
        assert not unit.addresses.unproven(world.teacher.id)
    with record.write() as unit:
        assert unit.addresses.asked(mine, NOON) == 2
        assert unit.addresses.of_letter("told-first") == unit.addresses.of_letter("first") == first
        assert unit.addresses.of_letter("nothing") is None
        unit.addresses.seal("second", "hash", later(60))
        sealed = replace(second, token="hash", expires_at=later(60))
        assert unit.addresses.by_token("hash") == sealed
        assert [sealed.waits(later(at), email) for at in (59, 60)] == [True, False]
        assert unit.addresses.prove("second", later(5))
        assert not unit.addresses.prove("second", later(6))
        unit.addresses.end(mine, later(7), changes=True)
        assert unit.addresses.pending(mine) == [own]
        unit.addresses.forget(later(2))
        assert unit.addresses.get("first") is None
        assert unit.addresses.get("own") == own
        unit.addresses.end(mine, later(8), changes=False)
        assert not unit.addresses.unproven(mine)
        assert unit.addresses.get("second") == replace(
            sealed, ended_at=later(5), proven_at=later(5)
        )
