"""The SQL beside each number is plain: Spark and ClickHouse answer it as DuckDB does.

Optional, as both are larger than all of Practika: `make test-sql` fetches them once and runs this.
Without them there is nothing to ask.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analytics.sealer import busy
from analytics.world import NOW, World
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.catalogue import CATALOGUE
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.tags import Tag, TagColour
from practika_kernel.storage.record import SqlRecord

from .ask import plain

PYTHON = Path(__file__).parents[2] / ".bench" / "portable" / "bin" / "python"
ZONE = ZoneInfo("Europe/Berlin")

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="`make test-sql` fetches the engines")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder of tables and questions, and what DuckDB answers."""
    folder = tmp_path_factory.mktemp("portable")
    record = SqlRecord(f"sqlite:///{folder / 'record.sqlite'}")
    record.migrate()
    world = World(record, students=9)
    _practise(world)
    facts = Facts(record, lambda: NOW, zone=ZONE.key)
    facts.refresh()
    scope, questions = Scope((world.course.id,)), {}
    for name, (_, measure) in CATALOGUE.items():
        found = measure(facts, scope, ZONE)
        questions |= {name: found.sql, f"rows of {name}": found.rows_sql}
    answers = {
        name: [[plain(value) for value in row] for row in facts.rows(sql)]
        for name, sql in questions.items()
        if sql
    }
    for (table,) in facts.rows("SELECT table_name FROM information_schema.tables"):
        file = folder / f"{table}.parquet"
        facts.rows(f"COPY (SELECT * FROM {table}) TO '{file}' (FORMAT parquet)")
    (folder / "questions.json").write_text(json.dumps({name: questions[name] for name in answers}))
    yield folder, answers
    facts.close()
    record.close()


def _practise(world: World) -> None:
    """Everybody hands in six takes, has them answered, watches, practises and gets marks."""
    chance = random.Random(11)
    with world.record.write() as uow:
        for place, word in enumerate(("Rhythm", "Touch", "Pedal")):
            look = (TagColour.BLUE, 0, ReplyKind.FIX, NOW)
            uow.tags.add(Tag(f"tag-{place}", world.course.id, place, word, *look))
    for place, student in enumerate(world.students):
        world.happen(EventKind.SIGNED_IN, 2000, student)
        before = ""
        for number in range(1, 7):
            sent = 1500 - 200 * number - 7 * place
            before = _take(world, chance, student, number, sent, before)
    busy(world, chance, 400)


def _take(
    world: World, chance: random.Random, student: str, number: int, sent: float, before: str
) -> str:
    about: dict[str, Any] = {"student_id": student, "take_id": new_id()}
    about["exercise_id"] = world.exercises[0].id

    def happen(kind: EventKind, later: float, actor: str, more: str = "", **data: Any) -> None:
        world.happen(kind, sent - later, actor, **about, reply_id=more, data=data)

    happen(EventKind.TAKE_ADDED, -1, student)
    happen(EventKind.TAKE_SUBMITTED, 0, student, number=number, seconds=9.0)
    reply, wait = new_id(), chance.choice([2.5, 9, 20])
    happen(EventKind.REPLY_RELEASED, wait, world.teacher, reply, tag=f"tag-{chance.randrange(3)}")
    happen(EventKind.REPLY_SEEN, 30, student, reply)
    spans = [[0, chance.randrange(1, 9) * 1000], [2000, 5000]]
    happen(EventKind.VIEWED, 30, student, spans=spans, length_ms=9000)
    happen(EventKind.PRACTISED, 31, student, seconds=60.0 * chance.randrange(1, 9))
    happen(EventKind.COMPARED, 32, student, other="reference")
    for criterion in ("pulse", "touch"):
        for rater in (world.teacher, world.coordinator):
            level = chance.randrange(1, 5)
            happen(EventKind.MARK_RELEASED, 20, rater, criterion=criterion, level=level)
    if before:
        verdict = chance.choice(["fixed", "better", "same"])
        happen(EventKind.REPLY_JUDGED, 25, world.teacher, before, verdict=verdict)
    return reply


@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ["clickhouse", "spark"])
def test_another_engine_gives_the_same_rows(
    engine: str, asked: tuple[Path, dict[str, Any]]
) -> None:
    folder, answers = asked
    ask = Path(__file__).with_name("ask.py")
    done = subprocess.run(
        [PYTHON, ask, folder, engine], capture_output=True, text=True, check=False
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {one["name"] for one in told} == set(answers), done.stderr[-3000:]
    wrong = {one["name"]: one["problem"] for one in told if one["problem"]}
    assert not wrong
    for one in told:
        assert sorted(one["rows"], key=repr) == sorted(answers[one["name"]], key=repr), one["name"]
