"""Consent, past exports and withdrawals, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from practika_kernel.domain.consent import Consent, Export, MediaLevel, Purpose
from practika_kernel.domain.erasure import Scope, Withdrawal
from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, World, event, later


def consent(world: World, seconds: float, **more: object) -> Consent:
    known = {"id": new_id(), "person_id": world.student.id, "purpose": Purpose.RESEARCH,
             "starts_at": NOON, "recorded_at": later(seconds), "recorded_by": world.student.id,
             **more}  # fmt: skip
    return Consent(**known)  # type: ignore[arg-type]


def test_a_history_keeps_every_row_and_says_who_consents(record: SqlRecord, world: World) -> None:
    first = consent(world, 0, media=MediaLevel.AUDIO)
    other = consent(world, 1, purpose=Purpose.EXEMPLAR, ends_at=later(9), note="On paper.")
    named = consent(world, 2, study="tempo", withdrawn_at=later(2))
    with record.write() as unit:
        for row in (named, first, other):
            unit.consents.add(row)
    with pytest.raises(Conflict, match="already"), record.write() as unit:
        unit.consents.add(first)
    with record.read() as unit:
        assert unit.consents.of_person(world.student.id) == [first, other, named]
        assert unit.consents.of_person(world.teacher.id) == []
        assert unit.consents.in_force(Purpose.RESEARCH, later(5)) == {world.student.id: first}
        assert unit.consents.in_force(Purpose.RESEARCH, later(5), "tempo") == {}
        assert unit.consents.in_force(Purpose.EXEMPLAR, later(8)) == {world.student.id: other}
        assert unit.consents.in_force(Purpose.EXEMPLAR, later(9)) == {}
        assert unit.consents.histories(Purpose.TRAINING) == {}


def test_an_export_knows_whom_it_holds(record: SqlRecord, world: World) -> None:
    old = Export(new_id(), "tempo", NOON, "", "ab" * 32, ("parquet", "csv"), 5,
                 MediaLevel.NONE, 1)  # fmt: skip
    new = replace(old, id=new_id(), made_at=later(5), formats=(), people=2)
    with record.write() as unit:
        unit.exports.add(old, [world.student.id, world.student.id])
        unit.exports.add(new, [world.student.id, world.teacher.id])
    with record.read() as unit:
        assert unit.exports.holding(world.student.id) == [new, old]
        assert unit.exports.holding(world.teacher.id) == [new] == [unit.exports.get(new.id)]
        assert unit.exports.holding("nobody") == []
        assert unit.exports.all() == [new, old]
        assert unit.exports.people(old.id) == [world.student.id]


def test_an_export_of_somebody_unknown_is_not_kept(record: SqlRecord, world: World) -> None:
    export = Export(new_id(), "tempo", NOON, "", "", ("csv",), 5, MediaLevel.FULL, 1)
    with pytest.raises(Conflict), record.write() as unit:
        unit.exports.add(export, ["nobody"])
    with record.read() as unit:
        assert unit.exports.all() == []


def test_a_withdrawal_is_open_until_it_is_finished(record: SqlRecord, world: World) -> None:
    asked = Withdrawal(new_id(), world.student.id, Scope.TAKE, NOON, world.student.id,
                       world.first.id)  # fmt: skip
    done = replace(asked, finished_at=later(1), receipt={"files": 2})
    with record.write() as unit:
        unit.withdrawals.add(asked)
        assert unit.withdrawals.open() == [asked]
        unit.withdrawals.save(done)
    with record.read() as unit:
        assert unit.withdrawals.open() == []
        assert unit.withdrawals.of_person(world.student.id) == [done]
        assert unit.withdrawals.get(asked.id) == done


def test_events_go_only_while_a_withdrawal_is_carried_out(record: SqlRecord, world: World) -> None:
    asked = Withdrawal(new_id(), world.student.id, Scope.TAKES, NOON, world.student.id)
    with record.write() as unit:
        unit.events.append(event(actor_id=world.student.id))
        unit.events.append(event(actor_id=world.teacher.id))
        unit.withdrawals.add(asked)
    mine = "DELETE FROM events WHERE actor_id = :who"
    with record.engine.begin() as connection:
        connection.execute(text(mine), {"who": world.student.id})
    with record.write() as unit:
        unit.withdrawals.save(replace(asked, finished_at=later(1)))
    with (
        pytest.raises(Exception, match=r"never changed|does not fit"),
        record.engine.begin() as connection,
    ):
        connection.execute(text(mine), {"who": world.teacher.id})
    with record.read() as unit:
        left, _ = unit.events.after(Watermark())
    assert [one.actor_id for one in left] == [world.teacher.id]


def test_whatever_refers_to_a_take_goes_with_it(record: SqlRecord, world: World) -> None:
    with record.write() as unit:
        unit.withdrawals.add(Withdrawal(new_id(), world.student.id, Scope.TAKES, NOON, ""))
        first = unit.replies.add(world.reply())
        unit.replies.add(world.reply(parent_id=first.id, author_id=world.student.id))
        cut = unit.clips.add(world.clip())
        other = world.take(2)
        unit.takes.add(other)
        kept = unit.replies.add(world.reply(take_id=other.id, clip_id=cut.id))
        unit.uploads.add(world.upload(take_id=world.first.id, asset_id=world.asset.id))
        takes, uploads = unit.erasing.reach(world.student.id, Scope.TAKE, world.first.id)
        gone = unit.erasing.remove(world.student.id, Scope.TAKE, takes, uploads)
    assert (takes, len(uploads)) == ([world.first.id], 1)
    assert gone.rows == {"takes": 1, "replies": 2, "clips": 1, "uploads": 1}
    assert (gone.assets, gone.shared, gone.clip_keys) == ((), 1, ("clips/1",))
    with record.write() as unit:
        assert unit.replies.of_takes([world.first.id, other.id]) == [replace(kept, clip_id=None)]
        again = unit.erasing.remove(world.student.id, Scope.TAKE, takes, uploads)
        assert (again.rows, again.assets) == ({}, ())
        rest, _ = unit.erasing.reach(world.student.id, Scope.TAKES, None)
        last = unit.erasing.remove(world.student.id, Scope.TAKES, rest, [])
    assert [asset.id for asset in last.assets] == [world.asset.id]
    with record.read() as unit:
        assert unit.assets.get(world.asset.id) is None
        assert unit.people.get(world.student.id) == world.student
