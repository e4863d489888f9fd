"""Second ratings and pairs of takes, on both databases."""

from __future__ import annotations

from dataclasses import replace

from practika_kernel.domain.ids import new_id
from practika_kernel.domain.judging import Judgement, Judging, Outcome
from practika_kernel.domain.people import Role
from practika_kernel.domain.rating import RatedLevel, Rating, RatingState, Share
from practika_kernel.domain.rubrics import Criterion
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, World, later, person


def test_a_share_keeps_its_key_when_it_is_changed(record: SqlRecord, world: World) -> None:
    share = Share(world.course.id, 20, NOON, "aa" * 32, world.teacher.id, NOON)
    with record.write() as unit:
        unit.ratings.put_share(share)
        unit.ratings.put_share(replace(share, percent=50, key="bb" * 32, since=later(9)))
    with record.read() as unit:
        assert unit.ratings.share(world.course.id) == replace(share, percent=50, since=later(9))
        assert unit.ratings.share("another") is None


def test_a_take_has_one_second_rating_and_who_takes_over_begins_anew(
    record: SqlRecord, world: World
) -> None:
    other = person("Ben Second", Role.TEACHER)
    criterion = Criterion(new_id(), world.exercise.id, 0, "Pulse", [{"name": "a"}], NOON)
    rating = Rating(new_id(), world.first.id, world.course.id, world.teacher.id, NOON)
    with record.write() as unit:
        unit.people.add(other)
        unit.criteria.add(criterion)
        assert unit.ratings.ask(rating)
        assert not unit.ratings.ask(replace(rating, id=new_id()))
        for level in (1, 2):
            unit.ratings.put_level(RatedLevel(rating.id, criterion.id, level, 1, NOON))
    with record.read() as unit:
        assert [one.level for one in unit.ratings.levels([rating.id])] == [2]
        assert unit.ratings.blind(world.teacher.id, world.first.id)
        assert not unit.ratings.blind(other.id, world.first.id)
    with record.write() as unit:
        assert unit.ratings.give(rating, other.id)
    given = replace(rating, rater_id=other.id)
    with record.write() as unit:
        assert unit.ratings.levels([rating.id]) == []
        assert unit.ratings.asked_of(other.id) == [given]
        assert not unit.ratings.hand_in(rating, later(5))  # it is no longer theirs
        assert unit.ratings.hand_in(given, later(5))
        assert not unit.ratings.hand_in(given, later(6))
        assert not unit.ratings.give(given, world.teacher.id)
        unit.ratings.drop(given)  # handed in, so it stays
    done = replace(given, state=RatingState.HANDED_IN, handed_in_at=later(5))
    with record.read() as unit:
        assert unit.ratings.of_course(world.course.id) == [done]
        assert unit.ratings.asked_of(other.id) == []
        assert not unit.ratings.blind(other.id, world.first.id)


def test_a_judge_has_one_pair_at_a_time_and_says_one_thing_of_it(
    record: SqlRecord, world: World
) -> None:
    second = world.take(2)
    names = [world.first.id, second.id]
    where = (world.exercise.id, world.course.id)
    judging = Judging(new_id(), *where, "Which is better?", names, 6, world.teacher.id, NOON)
    one = Judgement(new_id(), judging.id, world.teacher.id, *names, NOON)
    with record.write() as unit:
        unit.takes.add(second)
        unit.judgings.add(judging)
        assert unit.judgings.show(one)
        assert not unit.judgings.show(replace(one, id=new_id()))
        assert unit.judgings.say(one, Outcome.RIGHT, later(5))
        assert not unit.judgings.say(one, Outcome.LEFT, later(6))
        unit.judgings.forget(one)  # said, so it stays
        assert unit.judgings.show(replace(one, id=new_id(), shown_at=later(7)))
    with record.write() as unit:
        first, open_one = unit.judgings.judgements(judging.id)
        assert first == replace(one, outcome=Outcome.RIGHT, judged_at=later(5))
        unit.judgings.forget(open_one)
        unit.judgings.close(judging.id, later(8))
        assert unit.judgings.counts([judging.id]) == {judging.id: {world.teacher.id: 1}}
        assert unit.judgings.counts([]) == {}
    with record.read() as unit:
        assert len(unit.judgings.judgements(judging.id)) == 1
        assert unit.judgings.in_courses([world.course.id]) == [replace(judging, closed_at=later(8))]
