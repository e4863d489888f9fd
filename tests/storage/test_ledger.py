"""What was played, what became of comments and decisions, on both databases."""

from __future__ import annotations

from dataclasses import replace

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from practika_kernel.domain.departures import Decision
from practika_kernel.domain.ledger import Outcome, Verdict, Watch
from practika_kernel.storage.record import MIGRATIONS, SqlRecord
from storage.things import NOON, World, later


def test_a_page_that_was_slower_does_not_write_over_another(record: SqlRecord, world: World):
    first = Watch(world.first.id, NOON, {"r": ((0, 5), (9, 12))}, {"r": 40})
    with record.write() as unit:
        assert unit.watches.get(world.first.id) is None
        assert unit.watches.put(first, None)
        assert not unit.watches.put(first, None)
    newer = replace(first, reported_at=later(5), played={"r": ((0, 12),)}, read={"r": 50, "s": 1})
    with record.write() as unit:
        assert unit.watches.get(world.first.id) == first
        assert unit.watches.put(newer, NOON)
        assert not unit.watches.put(replace(newer, reported_at=later(6)), NOON)
    with record.read() as unit:
        assert unit.watches.get(world.first.id) == newer


def test_there_is_one_verdict_on_a_comment_and_it_can_be_taken_back(
    record: SqlRecord, world: World
):
    reply, other = world.reply(), world.reply()
    second = world.take(2)
    said = Outcome(reply.id, second.id, Verdict.SAME, world.teacher.id, NOON)
    with record.write() as unit:
        unit.takes.add(second)
        unit.replies.add(reply)
        unit.replies.add(other)
        unit.outcomes.put(said)
        changed = replace(said, verdict=Verdict.FIXED, person_id=world.student.id)
        unit.outcomes.put(changed)
        assert unit.outcomes.of_replies([reply.id, other.id]) == {reply.id: changed}
        assert unit.outcomes.of_replies([]) == {}
        unit.outcomes.delete(reply.id)
        unit.outcomes.delete(reply.id)
        assert unit.outcomes.of_replies([reply.id]) == {}


def test_decisions_about_moments_are_kept_by_name(record: SqlRecord, world: World):
    reply = world.reply()
    aside = Decision(world.first.id, "tempo-1250", world.teacher.id, False, NOON)
    with record.write() as unit:
        unit.replies.add(reply)
        unit.decisions.put(aside)
        taken = replace(aside, accepted=True, reply_id=reply.id)
        unit.decisions.put(taken)
        assert unit.decisions.of_take(world.first.id) == {"tempo-1250": taken}
        unit.decisions.delete(world.first.id, "tempo-1250")
        assert unit.decisions.of_take(world.first.id) == {}


def test_what_was_seen_before_the_ledger_stays_seen(database_url: str):
    record = SqlRecord(database_url)
    with record.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        at = {"at": "2026-11-22 12:00:00+00:00"}
        for statement in (
            "INSERT INTO persons (id, email, name, role, created_at, active, is_test) VALUES"
            " ('p', 'p@example.org', 'P', 'teacher', :at, true, false)",
            "INSERT INTO courses (id, title, term, created_at) VALUES ('c', 'C', 'T', :at)",
            "INSERT INTO exercises (id, course_id, title, category, created_at, position,"
            " instructions, reference_by) VALUES ('e', 'c', 'E', '', :at, 0, '', '')",
            "INSERT INTO assets (id, sha256, size, media_type, created_at, state, problem, width,"
            " height, rotation, container, video_codec, audio_codec, play, play_reason,"
            " film_tiles) VALUES ('a', 's', 1, 'video/mp4', :at, 'ready', '', 1, 1, 0, '', '',"
            " '', '', '', 0)",
            "INSERT INTO takes (id, exercise_id, course_id, student_id, number, asset_id,"
            " created_at, name, note, state) VALUES"
            " ('t', 'e', 'c', 'p', 1, 'a', :at, '', '', 'submitted')",
            "INSERT INTO replies (id, take_id, author_id, kind, text, created_at, updated_at,"
            " client_key, state, released_at, seen_at) VALUES"
            " ('r', 't', 'p', 'fix', 'x', :at, :at, 'k', 'released', :at, :at)",
        ):
            connection.execute(text(statement), at)
    record.migrate()
    with record.read() as unit:
        reply = unit.replies.get("r")
    assert reply is not None
    assert reply.seen_at is not None
    record.close()
