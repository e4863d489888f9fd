""" "Which is better?": pairs without names, judged by teachers, and what comes of them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import assemble, utc_now
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.practice import TakeState


@pytest.fixture
def takes(school: world.School) -> list[str]:
    """Five students with a take of Hanon each, and one more take that is newer."""
    for name in ("Ben", "Kim", "Lea", "Max"):
        role = Role.TEACHER if name == "Ben" else Role.STUDENT
        called = "=Lea, the 2nd" if name == "Lea" else f"{name} Example"
        person = Person(new_id(), f"{name}@example.org".lower(), called, role, utc_now())
        with school.practika.record.write() as uow:
            uow.people.add(person)
        school.people[name] = person
        school.practika.services.accounts.enrol(person.id, school.course, role)
    school.handed_in("Mira")
    return [school.handed_in(who) for who in ("Mira", "Jonas", "Kim", "Lea", "Max")]


@pytest.fixture
def judging(school: world.School, takes: list[str]) -> str:
    exercise = school.exercises["hanon"].id
    judgings = school.practika.services.judgings
    return str(judgings.set_up(school.id("Helen"), exercise, "Which pulse is steadier?", 6))


def before(school: world.School, who: str, judging: str) -> dict[str, Any]:
    """Put a pair before somebody as their page does, and return what they see."""
    judgings = school.practika.services.judgings
    judgings.next(school.id(who), judging)
    return dict(judgings.pair(school.id(who), judging))


def judge_all(
    school: world.School, judging: str, takes: list[str], who: str, most: int = 100
) -> list[tuple[str, str]]:
    """Judge by the order of ``takes``, the first the best, but the fifth time the other way."""
    seen = []
    judgings = school.practika.services.judgings
    for number in range(most):
        pair = before(school, who, judging)["pair"]
        if pair is None:
            break
        with school.practika.record.read() as uow:
            one = uow.judgings.judgement(pair["id"])
        assert one is not None
        better = takes.index(one.left_id) < takes.index(one.right_id)
        if number % 5 == 4:
            better = not better
        assert judgings.judge(school.id(who), pair["id"], "left" if better else "right")
        seen.append((one.left_id, one.right_id))
    return seen


def test_a_judge_sees_two_videos_and_nothing_of_whose_they_are(
    school: world.School, takes: list[str], judging: str
) -> None:
    view = before(school, "Ada", judging)
    assert view["judging"]["question"] == "Which pulse is steadier?"
    assert view["judging"]["takes"] == 5  # each student's newest
    words = json.dumps(view)
    for person in ("Mira", "Jonas", "Kim", "Lea", "Max"):
        assert person not in words
        assert school.id(person) not in words
    assert not any(take in words for take in takes)
    assert view["pair"]["left"]["src"] == f"media/left/{view['pair']['id']}/video"
    assert view["pair"]["right"]["captions"] == ""


def test_the_pair_stays_before_the_judge_until_something_is_said(
    school: world.School, judging: str
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    fresh = services.judgings.pair(ada, judging)
    assert (fresh["pair"], fresh["more"]) == (None, True)  # looking alone chooses nothing
    pair = before(school, "Ada", judging)["pair"]["id"]
    again = assemble(school.practika.settings)
    assert again.services.judgings.pair(ada, judging)["pair"]["id"] == pair
    assert before(school, "Ben", judging)["pair"]["id"] != pair
    assert services.judgings.judge(ada, pair, "left") is True
    assert again.services.judgings.judge(ada, pair, "right") is False  # said is said
    after = before(school, "Ada", judging)
    assert after["pair"]["id"] != pair
    assert (after["judging"]["said"], after["judging"]["mine"]) == (1, 1)
    again.close()


def test_takes_come_equally_often_and_no_judge_sees_a_pair_twice(
    school: world.School, takes: list[str], judging: str
) -> None:
    ada = judge_all(school, judging, takes, "Ada")
    assert len({frozenset(pair) for pair in ada}) == len(ada) == 10  # all there are
    ben = judge_all(school, judging, takes, "Ben")
    assert len(ada) + len(ben) == 15  # five takes, six looks each, two takes a look
    each = Counter(take for pair in ada + ben for take in pair)
    # The last pairs are those a judge has not seen yet, which need not be the rarest takes.
    assert max(each.values()) - min(each.values()) <= 2
    line = school.practika.services.judgings.pair(school.id("Ben"), judging)["line"]
    assert line == "Every take was compared often enough. Thank you."


def test_what_cannot_be_told_is_no_judgement(school: world.School, judging: str) -> None:
    judgings, ada = school.practika.services.judgings, school.id("Ada")
    pair = before(school, "Ada", judging)["pair"]["id"]
    assert judgings.judge(ada, pair, "skip")
    after = before(school, "Ada", judging)
    assert (after["judging"]["said"], after["pair"]["id"] != pair) == (0, True)
    view = school.practika.services.standings.view(school.id("Helen"), judging)
    assert view["explain"]["left_out"].startswith("1 pair that")


@pytest.mark.parametrize("who", ["Mira", "Piet", "Helen", "Rosa", "Tom"])
def test_nobody_else_judges(school: world.School, judging: str, who: str) -> None:
    judgings, person = school.practika.services.judgings, school.id(who)
    pair = before(school, "Ada", judging)["pair"]["id"]
    refused = (NotFound, NotAllowed)
    with pytest.raises(refused):
        judgings.pair(person, judging)
    with pytest.raises(refused):
        judgings.next(person, judging)
    with pytest.raises(NotFound):
        judgings.judge(person, pair, "left")
    for side in ("left", "right"):
        with pytest.raises(NotFound):
            school.practika.services.media.open(person, side, pair, "video")


def test_forged_words_change_nothing(school: world.School, judging: str) -> None:
    judgings, ada = school.practika.services.judgings, school.id("Ada")
    pair = before(school, "Ada", judging)["pair"]["id"]
    with pytest.raises(InvalidInput):
        judgings.judge(ada, pair, "both")
    for strange in ("", judging, new_id()):
        with pytest.raises(NotFound):
            judgings.judge(ada, strange, "left")
    with pytest.raises(NotFound):
        judgings.judge(school.id("Ben"), pair, "left")  # it is before Ada
    with pytest.raises(NotFound):
        judgings.pair(ada, pair)
    judgings.close(ada, judging)
    with pytest.raises(Conflict, match="closed"):
        judgings.judge(ada, pair, "left")
    judgings.close(school.id("Helen"), judging, again=True)
    assert judgings.judge(ada, pair, "left")


def test_setting_up_takes_takes(school: world.School, takes: list[str]) -> None:
    judgings, helen = school.practika.services.judgings, school.id("Helen")
    hanon, turn = school.exercises["hanon"].id, school.exercises["turn"].id
    with pytest.raises(InvalidInput, match="3 submitted takes"):
        judgings.set_up(helen, school.exercises["scale"].id, "", 6)
    for looks in (1, 41):
        with pytest.raises(InvalidInput, match="2 to 40"):
            judgings.set_up(helen, hanon, "", looks)
    with pytest.raises(InvalidInput):
        judgings.set_up(helen, hanon, "w" * 121, 6)
    for who, where in (("Helen", turn), ("Mira", hanon), ("Rosa", hanon), ("Piet", hanon)):
        with pytest.raises((NotFound, NotAllowed)):
            judgings.set_up(school.id(who), where, "", 6)
    made = judgings.set_up(school.id("Ada"), hanon, " ", 6, every=True)
    (view,) = judgings.overview(helen)["judgings"]
    assert (view["id"], view["question"], view["takes"]) == (made, "Which is better?", 6)
    assert judgings.overview(school.id("Piet"))["judgings"] == []
    with pytest.raises(NotFound):
        judgings.overview(school.id("Mira"))


def test_a_scale_with_its_reliability_its_judges_and_its_table(
    school: world.School, takes: list[str], judging: str
) -> None:
    standings, helen = school.practika.services.standings, school.id("Helen")
    early = standings.view(helen, judging)
    assert (early["why"], early["reliability"]) == ("Nothing was compared yet.", None)
    judge_all(school, judging, takes, "Ada")
    judge_all(school, judging, takes, "Ben")
    view = standings.view(helen, judging)
    assert view["why"] == ""
    places = [row["place"] for row in view["takes"]]
    assert places == sorted(places, reverse=True)
    assert sum(places) == pytest.approx(0, abs=1e-9)
    assert all(row["low"] < row["place"] < row["high"] for row in view["takes"])
    assert view["line"].startswith("Reliability")
    assert [(row["name"], row["n"]) for row in view["judges"]] == [
        ("Ada Example", 10),
        ("Ben Example", 5),
    ]
    table = list(csv.reader(io.StringIO(standings.judgements_csv(helen, judging).lstrip("\ufeff"))))
    assert len(table) == 1 + 15
    assert "'=Lea, the 2nd" in {row[3] for row in table} | {row[5] for row in table}
    best = csv.DictReader(io.StringIO(standings.takes_csv(helen, judging).lstrip("\ufeff")))
    assert [row["take_id"] for row in best] == [row["take_id"] for row in view["takes"]]


def test_who_sees_the_standing_and_with_which_names(
    school: world.School, takes: list[str], judging: str
) -> None:
    standings, services = school.practika.services.standings, school.practika.services
    judge_all(school, judging, takes, "Ada", 4)
    with pytest.raises(NotAllowed):
        standings.view(school.id("Ada"), judging)
    for who in ("Mira", "Piet"):
        for ask in (standings.view, standings.takes_csv, standings.judgements_csv):
            with pytest.raises(NotFound):
                ask(school.id(who), judging)
    for text in (standings.takes_csv, standings.judgements_csv):
        told = text(school.id("Rosa"), judging)
        assert "Example" not in told
        assert "Lea" not in told
    assert "Example" in json.dumps(standings.view(school.id("Tom"), judging))
    services.judgings.close(school.id("Helen"), judging)
    mine = standings.view(school.id("Ada"), judging)
    assert mine["judges"] == []  # how a colleague judges is not hers to read
    assert len(mine["takes"]) == 5


def test_a_withdrawn_take_leaves_the_pairs_and_the_scale(
    school: world.School, takes: list[str], judging: str
) -> None:
    services, ada = school.practika.services, school.id("Ada")
    judge_all(school, judging, takes, "Ada", 3)
    pair = before(school, "Ada", judging)["pair"]["id"]
    with school.practika.record.write() as uow:
        one = uow.judgings.judgement(pair)
        assert one is not None
        gone = uow.takes.get(one.left_id)
        assert gone is not None
        uow.takes.save(replace(gone, state=TakeState.WITHDRAWN), TakeState.SUBMITTED)
    assert services.judgings.pair(ada, judging)["pair"] is None
    fresh = before(school, "Ada", judging)["pair"]["id"]
    assert fresh != pair
    with pytest.raises(NotFound):
        services.media.open(ada, "left", pair, "video")
    view = services.standings.view(school.id("Helen"), judging)
    assert gone.id not in json.dumps(view)
    assert len(view["takes"]) == 4
    assert "withdrawn" in view["explain"]["left_out"]


def kinds(school: world.School) -> list[Any]:
    with school.practika.record.read() as uow:
        told, _ = uow.events.after(Watermark())
    return [event.data for event in told if event.kind is EventKind.PAIR_JUDGED]


def test_each_judgement_is_told_once(school: world.School, judging: str, takes: list[str]) -> None:
    judge_all(school, judging, takes, "Ada", 2)
    told = kinds(school)
    assert [one["judging"] for one in told] == [judging, judging]
    assert {one["better"] for one in told} <= {"left", "right"}


def test_a_take_that_left_its_exercise_is_judged_no_more(
    school: world.School, takes: list[str], judging: str
) -> None:
    services = school.practika.services
    before(school, "Ada", judging)
    for take in takes[1:]:
        services.moving.move(school.id("Ada"), take, school.exercises["scale"].id)
    shown = before(school, "Ada", judging)
    assert (shown["pair"], shown["line"]) == (None, "You have seen every pair. Thank you.")
    services.moving.move_back(school.id("Ada"), takes[1])
    assert before(school, "Ada", judging)["pair"]
