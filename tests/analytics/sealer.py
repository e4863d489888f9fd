"""A sealer in a process of its own, to be killed; and a school where much happens.

Words: the record's address, the folder, the zone, and in front of which of the things it puts
there it stops for ever, once it has said a line.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

from analytics.world import NOW, World
from practika_kernel.analytics.sealing import Sealing
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.storage.record import SqlRecord

KINDS = (
    *(EventKind.TAKE_ADDED, EventKind.TAKE_SUBMITTED, EventKind.TAKE_WITHDRAWN),
    *(EventKind.REPLY_RELEASED, EventKind.REPLY_SEEN, EventKind.REPLY_WITHDRAWN),
    EventKind.REPLY_RESTORED,
    *(EventKind.MARK_RELEASED, EventKind.VIEWED, EventKind.COMPARED, EventKind.SIGNED_IN),
)


def busy(world: World, chance: random.Random, number: int) -> None:
    """Let so many things happen in any order: replies before takes, clocks that go backwards."""
    takes = [f"take-{n:022}" for n in range(12)]
    for _ in range(number):
        kind, take = chance.choice(KINDS), chance.choice(takes)
        place = takes.index(take)
        student = world.students[place % 3]
        more: dict[str, Any] = {
            "exercise_id": world.exercises[place % 2].id,
            "student_id": student,
            "take_id": take,
        }
        actor = student
        if kind.startswith(("reply", "mark")) and kind is not EventKind.REPLY_SEEN:
            actor = chance.choice([world.teacher, student, world.coordinator])
        if kind.startswith("reply"):
            more["reply_id"] = f"{take}-{chance.randrange(3)}"
        more["data"] = _told(kind, place, chance)
        world.happen(kind, chance.uniform(-3, 3000), actor, **more)


def _told(kind: EventKind, place: int, chance: random.Random) -> dict[str, Any]:
    if kind is EventKind.TAKE_SUBMITTED:
        return {"number": place // 6 + 1, "seconds": float(chance.choice([0, 30, 60]))}
    if kind is EventKind.VIEWED:
        return {"spans": [[0, 1500], [900, chance.randrange(1000, 9000)]], "length_ms": 60_000}
    if kind is EventKind.MARK_RELEASED:
        return {"criterion": new_id(), "level": chance.randrange(1, 5)}
    if kind is EventKind.REPLY_RELEASED:
        return {"tag": "fingering", "answer": chance.random() < 0.3}
    return {}


class Doomed(Sealing):
    """Stops in front of the nth file; the one behind the last is the manifest."""

    left = 0

    def stop(self) -> None:
        self.left -= 1
        if not self.left:
            print("here", flush=True)
            signal.pause()

    def _file(self, *words: Any) -> str:
        self.stop()
        return super()._file(*words)


if __name__ == "__main__":
    url, folder, zone, number = sys.argv[1:]
    record = SqlRecord(url)
    sealing = Doomed(record, lambda: NOW, Path(folder), zone=zone)
    sealing.left, keep = int(number), os.replace

    def replace(*words: Any) -> None:
        sealing.stop()
        keep(*words)

    os.replace = replace  # type: ignore[assignment]
    sealing.keep_up(1)
