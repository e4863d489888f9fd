"""Agreement of blind second ratings: what counts, by criterion and month, and who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.measures.blind import blind_agreement, blind_kappa, blind_same
from practika_kernel.analytics.measures.judging import judging_reliability
from practika_kernel.analytics.scope import Scope
from practika_kernel.analytics.statistics.agreement import cohen_kappa
from practika_kernel.analytics.statistics.kappa import kappa_limits
from practika_kernel.analytics.statistics.pairs import bradley_terry
from practika_kernel.analytics.statistics.resampling import bootstrap
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.people import Role
from practika_kernel.domain.ports import Record
from practika_kernel.services.board import Board
from practika_kernel.services.looking import Looking

from .world import NOW, World

ZONE = ZoneInfo("Europe/Berlin")
DAY = 24


@pytest.fixture
def facts(record: Record) -> Iterator[Facts]:
    made = Facts(record, lambda: NOW)
    yield made
    made.close()


class Marking(World):
    """A world with a second teacher."""

    def __init__(self, record: Record, students: int = 6) -> None:
        super().__init__(record, students)
        self.second = self.person("Ben Second", Role.TEACHER)

    def says(
        self,
        kind: EventKind,
        who: str,
        take: str,
        hours: float,
        levels: dict[str, int],
        **more: Any,
    ) -> None:
        student = next(one for one, made in self.made.items() if take in made)
        for criterion, level in levels.items():
            data = {"criterion": criterion, "level": level, **more}
            about = {"student_id": student, "exercise_id": self.exercises[0].id}
            self.happen(kind, hours, who, take_id=take, data=data, **about)

    def mark(self, take: str, hours: float, levels: dict[str, int], **more: Any) -> None:
        self.says(EventKind.MARK_RELEASED, self.teacher, take, hours, levels, **more)

    def rate(self, take: str, hours: float, levels: dict[str, int], **more: Any) -> None:
        self.says(EventKind.RATED, self.second, take, hours, levels, **more)

    def takes(self, hours: float = 90 * DAY, number: int = 1) -> list[str]:
        self.made: dict[str, list[str]] = getattr(self, "made", {})
        takes = []
        for student in self.students:
            take = self.take(student, hours, number=number)
            self.made.setdefault(student, []).append(take)
            takes.append(take)
        return takes

    @property
    def scope(self) -> Scope:
        return Scope((self.course.id,))


def test_the_first_mark_is_the_one_that_held_when_the_second_was_handed_in(
    record: Record, facts: Facts
) -> None:
    world = Marking(record)
    for place, take in enumerate(world.takes()):
        world.mark(take, 80 * DAY, {"flow": 1})
        world.mark(take, 70 * DAY, {"flow": 1 + place % 4})  # corrected before: it holds
        world.rate(take, 60 * DAY, {"flow": 1 + place % 4 + (place == 0), "tone": 2})
        world.mark(take, 50 * DAY, {"flow": 4, "tone": 2})  # after they have talked about it
    facts.refresh()
    found = blind_same(facts, world.scope, ZONE)
    assert found.value == pytest.approx(100 * 5 / 6)
    assert found.n == "6 criteria of 6 takes of 6 students, rated twice"
    assert found.interval is not None
    alpha = blind_agreement(facts, world.scope, ZONE)
    assert alpha.value is not None
    assert 0.7 < alpha.value < 1
    kappa = blind_kappa(facts, world.scope, ZONE)
    firsts, seconds = [1, 2, 3, 4, 1, 2], [2, 2, 3, 4, 1, 2]
    expected = cohen_kappa(firsts, seconds, weights="quadratic").value
    assert kappa.value == pytest.approx(expected)
    assert kappa.interval_shown().endswith(" kappa")


def test_other_words_are_another_criterion(record: Record, facts: Facts) -> None:
    world = Marking(record)
    for take in world.takes():
        world.mark(take, 80 * DAY, {"flow": 1})  # from before words were noted: the first
        world.rate(take, 60 * DAY, {"flow": 1}, wording=2)
    facts.refresh()
    assert blind_same(facts, world.scope, ZONE).line == "nothing to measure yet"
    for take in world.takes(number=2):
        world.mark(take, 80 * DAY, {"flow": 1}, wording=2)
        world.rate(take, 60 * DAY, {"flow": 1}, wording=2)
    facts.refresh()
    found = blind_agreement(facts, world.scope, ZONE)
    assert (found.value, found.line[:14]) == (None, "All ratings ar")
    assert blind_same(facts, world.scope, ZONE).value == 100


def test_months_are_the_institutions_and_small_cells_say_nothing(
    record: Record, facts: Facts
) -> None:
    world = Marking(record)
    midnight = (NOW - datetime(2026, 10, 31, 23, 30, tzinfo=NOW.tzinfo)).total_seconds() / 3600
    for place, take in enumerate(world.takes()):
        world.mark(take, 80 * DAY, {"flow": 1 + place % 3, "tone": 2})
        world.rate(take, midnight, {"flow": 1 + place % 3})  # already November in Berlin
        if place < 3:
            world.rate(take, 40 * DAY, {"tone": 3})
    facts.refresh()
    found = blind_agreement(facts, world.scope, ZONE)
    cells, drills = found.detail["cells"], found.drills
    assert list(drills) == ["2026-11 flow"]  # nothing leads behind what is hidden
    assert len(facts.rows(drills["2026-11 flow"])) == 6
    assert [(c["criterion"], c["month"], c["hidden"]) for c in cells] == [
        ("flow", "2026-11", False),
        ("tone", "2026-10", True),
    ]
    assert set(cells[1]) == {"criterion", "exercise", "month", "hidden"}
    assert (cells[0]["n"], cells[0]["same"], cells[0]["alpha"]) == (6, 100, 1.0)
    assert cells[0]["low"] == pytest.approx(61, abs=1)  # Wilson, six of six
    since = Scope((world.course.id,), since=datetime(2026, 11, 10, tzinfo=NOW.tzinfo))
    assert blind_agreement(facts, since, ZONE).line == "nothing to measure yet"


def test_fewer_than_five_students_are_hidden_altogether(record: Record, facts: Facts) -> None:
    world = Marking(record, students=4)
    for take in world.takes():
        world.mark(take, 80 * DAY, {"flow": 1, "tone": 2})
        world.rate(take, 60 * DAY, {"flow": 1, "tone": 1})
    facts.refresh()
    for measure in (blind_agreement, blind_kappa, blind_same):
        found = measure(facts, world.scope, ZONE)
        assert (found.value, found.hidden, found.rows_sql) == (None, True, "")


def test_the_section_and_its_table_are_on_the_coordinators_page(
    record: Record, facts: Facts
) -> None:
    world = Marking(record)
    for place, take in enumerate(world.takes()):
        world.mark(take, 80 * DAY, {"flow": 1 + place % 3})
        world.rate(take, 60 * DAY, {"flow": 1 + place % 3})
    board = Board(Looking(record, facts, lambda person: "p" + person[:4], ZONE))
    section = board.section(world.coordinator, "agreement")
    assert section["figure"]["behind"] is True
    assert section["chart"]["table"]["rows"][0][:5] == ["flow", "Hanon 1", "Sep 2026", "6", "100 %"]
    (pick,) = section["chart"]["picks"]
    behind = board.rows(world.coordinator, pick["drill"])
    assert (behind["total"], behind["title"][:37]) == (6, "Agreement of blind ratings, flow, 202")
    with pytest.raises(NotFound):
        board.rows(world.coordinator, "rated:2026-01 flow")
    rows = board.rows_csv(world.coordinator, "blind-agreement")
    assert "first_rater_id" in rows
    assert rows.count("Ada Okafor") == rows.count("Ben Second") == 6
    assert "Student A" in rows


def test_who_rates_a_take_blind_finds_its_marks_behind_no_number(
    record: Record, facts: Facts
) -> None:
    world = Marking(record)
    takes = world.takes()
    for take in takes:
        world.mark(take, 80 * DAY, {"flow": 1})
        world.says(EventKind.MARK_RELEASED, world.second, take, 70 * DAY, {"flow": 2})
    facts.refresh()
    board = Board(Looking(record, facts, str, ZONE))
    assert board.rows(world.second, "agreement")["total"] == 12
    look = board._looking.look(world.second, None)
    veiled = replace(look, hidden=frozenset(takes[:2]))
    for about, rows in (("agreement", 8), ("takes", 4)):
        _, sql, _ = board._behind(veiled, about)
        assert facts.rows(f"SELECT count(*) FROM ({sql})") == [(rows,)]


def test_limits_of_kappa_are_those_of_the_bootstrap() -> None:
    takes = [[(1 + n % 4, 1 + (n + n // 5) % 4), (2, 1 + n % 2)] for n in range(30)]

    def kappa(drawn: list[list[tuple[int, int]]]) -> float | None:
        firsts = [first for take in drawn for first, _ in take]
        seconds = [second for take in drawn for _, second in take]
        return cohen_kappa(firsts, seconds, weights="quadratic", categories=[1, 2, 3, 4]).value

    theirs = bootstrap(takes, kappa, draws=200).limits
    ours = kappa_limits(takes, [1, 2, 3, 4], draws=200).limits
    assert ours == pytest.approx(theirs)
    assert kappa_limits(takes[:1], [1, 2, 3, 4]).limits is None
    with pytest.raises(InvalidInput):
        kappa_limits(takes, [1, 2])


def test_the_reliability_of_judging_is_that_of_its_scale(record: Record, facts: Facts) -> None:
    world = Marking(record)
    takes = world.takes()
    games = []
    for number in range(60):
        one, other = number % 6, (number + 1 + number // 6 % 5) % 6
        better = (one < other) ^ (number % 7 == 0)
        data = {"judging": "j1", "left": takes[one], "right": takes[other]}
        data["better"] = "left" if better else "right"
        about = {"exercise_id": world.exercises[0].id}
        world.happen(EventKind.PAIR_JUDGED, 50, world.second, data=data, **about)
        games.append((takes[one], takes[other], float(better)))
    facts.refresh()
    found = judging_reliability(facts, world.scope, ZONE)
    assert found.value == pytest.approx(bradley_terry(games).reliability)
    assert found.n == "60 judgements in 1 judging, takes of 6 students"
    assert facts.rows(f"SELECT count(*) FROM ({found.rows_sql})") == [(60,)]
    elsewhere = Scope((world.course.id,), exercise_id=world.exercises[1].id)
    assert judging_reliability(facts, elsewhere, ZONE).line == "nothing to measure yet"
