"""The line in front of a full house: nobody overtakes, nobody is forgotten, never too many."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given

from practika_kernel.server.room import (
    PATIENCE,
    Place,
    WaitingRoom,
    fitting,
    spare,
    usable_memory,
)

PEOPLE = st.sampled_from("abcdef")


@given(
    seats=st.integers(1, 4),
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("asks"), PEOPLE),
            st.tuples(st.just("leaves"), PEOPLE),
            st.tuples(st.just("passes"), st.floats(0.5, 5)),
        ),
        max_size=60,
    ),
)
def test_first_come_first_served_whatever_happens(
    seats: int, steps: list[tuple[str, str | float]]
) -> None:
    room, now = WaitingRoom(), 0.0
    inside: set[str] = set()
    line: list[str] = []  # who waits, by when they came
    asked: dict[str, float] = {}
    for what, which in steps:
        if isinstance(which, float):
            now += which
            continue
        if what == "leaves":
            inside.discard(which)
            continue
        if which in inside:
            continue
        asked[which] = now
        line = [each for each in line if now - asked[each] <= PATIENCE]
        line += [] if which in line else [which]
        free = seats - len(inside)
        place = room.admit((which, "student"), free, now)
        before = line.index(which)
        if place is None:
            assert before < free, "somebody who came earlier and still asks was overtaken"
            inside.add(which)
            line.remove(which)
        else:
            assert before >= free, "there was a seat for this one"
            assert place == Place(before + 1, len(line))
        assert len(inside) <= seats
        assert len(room) == len(line)


@given(st.integers(1, 12), st.integers(1, 3))
def test_everybody_who_keeps_asking_gets_in(people: int, seats: int) -> None:
    room, now, order = WaitingRoom(), 0.0, []
    waiting = [str(number) for number in range(people)]
    while waiting:
        free, now = seats, now + 3
        for each in list(waiting):
            if room.admit((each, "student"), free, now) is None:
                free -= 1
                waiting.remove(each)
                order.append(each)
    assert order == sorted(order, key=int)


def test_two_pages_of_a_person_wait_apart() -> None:
    room = WaitingRoom()
    assert room.admit(("s", "teacher"), 0, 0) == Place(1, 1)
    assert room.admit(("s", "coordinator"), 0, 0) == Place(2, 2)
    assert room.admit(("s", "teacher"), 0, 1) == Place(1, 2)


@dataclass
class Page:
    left: float | None
    building: bool = False


def test_only_pages_left_alone_for_a_while_give_way_the_longest_left_first() -> None:
    pages = {
        "open": Page(None),
        "reloading": Page(95),
        "long gone": Page(10),
        "gone": Page(60),
        "still being built": Page(10, building=True),
    }
    assert spare(pages, now=100) == ["long gone", "gone"]


def test_a_container_counts_its_own_memory(tmp_path: Path) -> None:
    own = tmp_path / "cgroup"
    own.write_text("0::/system.slice/practika.service\n")
    groups = tmp_path / "groups"
    inner = groups / "system.slice" / "practika.service"
    inner.mkdir(parents=True)
    machine = usable_memory(tmp_path / "none", tmp_path / "nothing")
    (inner / "memory.max").write_text("max\n")
    assert usable_memory(groups, own) == machine
    (inner.parent / "memory.max").write_text("600000000\n")
    (groups / "memory.max").write_text("900000000\n")
    assert usable_memory(groups, own) == 600_000_000
    assert fitting(usable_memory(groups, own)) == 8
    (inner / "memory.max").write_text("50000000\n")
    assert usable_memory(groups, own) == 50_000_000
