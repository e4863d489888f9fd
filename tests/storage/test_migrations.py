from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.storage import schema
from practika_kernel.storage.record import MIGRATIONS, SqlRecord


def _described(engine: Engine) -> dict[str, Any]:
    """Everything the database itself knows of our tables."""
    looked = inspect(engine)
    tables = {}
    for table in sorted(filter(_is_ours, set(looked.get_table_names()) - {"alembic_version"})):
        columns = [each | {"type": repr(each["type"])} for each in looked.get_columns(table)]
        tables[table] = {
            "columns": columns,
            "primary key": looked.get_pk_constraint(table),
            "references": _sorted(looked.get_foreign_keys(table)),
            "unique": _sorted(looked.get_unique_constraints(table)),
            "checks": _sorted(looked.get_check_constraints(table)),
            "indexes": _sorted(_index(each) for each in looked.get_indexes(table)),
        }
    return tables


def _is_ours(name: str | None, *_: Any) -> bool:
    """Whether SQLAlchemy knows the table: FTS5 keeps its own, and a tsvector is no type of it."""
    return not (name or "").removeprefix("ix_").startswith("search_index")


def _index(found: Any) -> dict[str, Any]:
    """An index with the condition of a partial one as its words."""
    options = {name: str(value) for name, value in found.get("dialect_options", {}).items()}
    return {**found, "dialect_options": options}


def _sorted(found: Any) -> list[Any]:
    return sorted(found, key=lambda each: str(each["name"]))


def test_the_migrations_make_exactly_the_schema(record: SqlRecord) -> None:
    with record.engine.connect() as connection:
        options = {"compare_server_default": False, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []
    migrated = _described(record.engine)
    assert set(migrated) == set(schema.metadata.tables)
    with record.engine.begin() as connection:
        for table in [*reversed(schema.metadata.sorted_tables)]:
            connection.execute(text(f"DROP TABLE {table.name}"))
        schema.metadata.create_all(connection)
    assert _described(record.engine) == migrated


def test_the_newest_migration_is_the_one_the_schema_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [schema.REVISION]
    revisions = [each.revision for each in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)


def test_migrating_again_keeps_everything(record: SqlRecord) -> None:
    with record.write() as unit:
        before = unit.events.now()
    record.migrate()
    with record.read() as unit:
        assert unit.events.now() == before


def test_a_record_of_a_newer_practika_is_left_alone(record: SqlRecord) -> None:
    with record.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(Misconfigured, match="made by a newer Practika"):
        record.migrate()
    with pytest.raises(Misconfigured, match="version 0999"):
        record.check()


def test_jobs_of_an_older_record_are_kept(database_url: str) -> None:
    record = SqlRecord(database_url)
    with record.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO jobs (id, key, kind, payload, created_at, run_after, priority, state,"
                " attempt, owner, lease_until, progress, problem, finished_at, result) VALUES"
                " ('j', 'k', 'clip', '{}', :at, :at, 0, 'running', 2, 'o', :at, 0.5, '', NULL,"
                " '{}')"
            ),
            {"at": "2026-11-22 12:00:00+00:00"},
        )
    record.migrate()
    with record.read() as unit:
        job = unit.jobs.get("j")
    assert job
    assert (job.key, job.attempt, job.state, job.started_at) == ("k", 2, "running", None)
    record.close()


OLD_ROWS = (
    "INSERT INTO persons (id, email, name, role, created_at, active, is_test)"
    " VALUES ('p', 'p@example.org', 'P', 'teacher', :at, true, false)",
    "INSERT INTO courses (id, title, term, created_at) VALUES ('c', 'C', '', :at)",
    "INSERT INTO exercises (id, course_id, title, category, created_at, position, instructions,"
    " reference_by) VALUES ('e', 'c', 'E', '', :at, 0, '', '')",
    "INSERT INTO assets (id, sha256, size, media_type, created_at, state, problem, width, height,"
    " rotation, container, video_codec, audio_codec, play, play_reason, film_tiles)"
    " VALUES ('a', 's', 1, 'video/mp4', :at, 'ready', '', 0, 0, 0, '', '', '', '', '', 0)",
    "INSERT INTO takes (id, exercise_id, course_id, student_id, number, asset_id, created_at,"
    " name, note, state) VALUES ('t', 'e', 'c', 'p', 1, 'a', :at, '', '', 'submitted')",
    "INSERT INTO replies (id, take_id, author_id, kind, text, created_at, updated_at, client_key,"
    " start_ms, state) VALUES ('r', 't', 'p', 'keep', 'Well', :at, :at, 'k', 7, 'released')",
    "INSERT INTO replies (id, take_id, author_id, kind, text, created_at, updated_at, client_key,"
    " parent_id, state) VALUES ('r2', 't', 'p', 'keep', 'Yes', :at, :at, 'k2', 'r', 'released')",
)


def test_comments_of_an_older_record_are_kept(database_url: str) -> None:
    record = SqlRecord(database_url)
    with record.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        for row in OLD_ROWS:
            connection.execute(text(row), {"at": "2026-11-22 12:00:00+00:00"})
    record.migrate()
    with record.read() as unit:
        answer, first = unit.replies.of_takes(["t"])
    assert (first.text, first.start_ms, first.drawing, first.tag_id) == ("Well", 7, None, None)
    assert (answer.text, answer.parent_id, answer.edited_at) == ("Yes", "r", None)
    record.close()


MARKED = (
    *OLD_ROWS[:5],
    "INSERT INTO criteria (id, exercise_id, position, title, levels, created_at)"
    " VALUES ('k', 'e', 0, 'Pulse', '[]', :at)",
    "INSERT INTO marks (id, take_id, criterion_id, author_id, level, created_at, updated_at,"
    " state, released_at) VALUES ('m', 't', 'k', 'p', 2, :at, :at, 'released', :at)",
    "INSERT INTO marks (id, take_id, criterion_id, author_id, level, created_at, updated_at,"
    " state) VALUES ('d', 't', 'k', 'p', 3, :at, :at, 'draft')",
)


def test_marks_of_an_older_record_are_kept_and_are_no_news(database_url: str) -> None:
    record = SqlRecord(database_url)
    with record.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for row in MARKED:
            connection.execute(text(row), {"at": "2026-11-22 12:00:00+00:00"})
    record.migrate()
    with record.read() as unit:
        marks = {mark.id: mark for mark in unit.marks.of_takes(["t"])}
        [criterion] = unit.criteria.of_exercise("e")
        assert not unit.marks.unseen("t")
    assert (criterion.wording, criterion.active) == (1, True)
    assert (marks["m"].level, marks["m"].wording) == (2, 1)
    assert marks["m"].seen_at == marks["m"].released_at is not None
    assert (marks["d"].level, marks["d"].seen_at) == (3, None)
    record.close()


def test_nobody_is_told_of_what_happened_before_there_were_notifications(
    database_url: str,
) -> None:
    record = SqlRecord(database_url)
    with record.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        for _ in range(3):
            connection.execute(
                text(
                    "INSERT INTO events (kind, at, actor_id, course_id, exercise_id, student_id,"
                    " take_id, reply_id) VALUES ('mark.released', :at, 'a', 'c', 'e', 's', 't', '')"
                ),
                {"at": "2026-11-22 12:00:00+00:00"},
            )
    record.migrate()
    with record.read() as unit:
        assert unit.events.after(unit.notices.mark())[0] == []
        assert unit.notices.mark() == unit.events.now()
    record.close()


def test_a_failed_migration_leaves_nothing_half_done(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for each in MIGRATIONS.rglob("*.py"):
        copy = tmp_path / "broken" / each.relative_to(MIGRATIONS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        source = each.read_text("utf-8")
        copy.write_text(source.replace("_uploads()\n", '_uploads()\n    op.execute("oops")\n', 1))
    record = SqlRecord(database_url)
    with monkeypatch.context() as patch:
        patch.setattr("practika_kernel.storage.record.MIGRATIONS", tmp_path / "broken")
        with pytest.raises(Exception, match="oops"):
            record.migrate()
    assert inspect(record.engine).get_table_names() == []
    record.migrate()
    assert record.check().startswith(("SQLite 3.", "PostgreSQL 1"))
    record.close()
