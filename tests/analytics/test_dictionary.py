"""What the data dictionary says is what the tables are."""

from __future__ import annotations

from pathlib import Path

from practika_kernel.analytics.dictionary import COLUMNS, SENTENCES, document
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.sealing import Sealing
from practika_kernel.domain.ports import Record

from .world import NOW, World

SAME = {"comments": "given", "replies": "feedback"}


def test_the_dictionary_in_the_documents_is_the_one_in_the_code() -> None:
    written = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
    assert written.read_text("utf-8") == document()


def test_every_table_has_exactly_the_columns_it_says(record: Record, tmp_path: Path) -> None:
    world = World(record)
    for student in world.students:
        world.take(student, 90, replied=50, seen=40)
    for sealed in (False, True):
        if sealed:
            Sealing(record, lambda: NOW, tmp_path / "facts").keep_up(1)
        facts = Facts(record, lambda: NOW, sealed=tmp_path / "facts")
        facts.refresh()
        assert (facts.manifest is not None) is sealed
        for name in SENTENCES:
            assert facts.rows(f"SELECT count(*) FROM {name}")[0][0] >= 0
            told = [(row[0], row[1]) for row in facts.rows(f"DESCRIBE {name}")]
            meant = COLUMNS[SAME.get(name, name)]
            assert told == [(column.name, column.kind) for column in meant], name
        facts.close()


def test_what_is_never_missing_never_is(record: Record, tmp_path: Path) -> None:
    world = World(record)
    for student in world.students:
        world.take(student, 90, replied=50, seen=40)
    facts = Facts(record, lambda: NOW)
    facts.refresh()
    for name in SENTENCES:
        for column in COLUMNS[SAME.get(name, name)]:
            if not column.missing:
                asked = f"SELECT count(*) FROM {name} WHERE {column.name} IS NULL"
                assert facts.rows(asked) == [(0,)], (name, column.name)
    facts.close()
