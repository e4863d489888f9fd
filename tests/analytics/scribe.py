"""A process in which much happens at once; words: the record's address, a course, a number."""

from __future__ import annotations

import random
import sys
from dataclasses import replace

from analytics.world import NOW, hours_ago
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Enrolment, Person, Role
from practika_kernel.storage.record import SqlRecord

TURNS = 40


def main(url: str, course: str, number: str) -> None:
    """Record takes, reply to them, come and go, be renamed; each in a transaction or several."""
    record, chance, people = SqlRecord(url), random.Random(number), []
    for turn in range(TURNS):
        who, take, reply = f"{number}-{turn}", new_id(), new_id()
        role = Role.TEACHER if turn % 4 == 0 else Role.STUDENT
        with record.write() as uow:
            person = Person(new_id(), f"{who}@example.org", who, role, NOW)
            uow.people.add(person)
            place = Enrolment(new_id(), person.id, course, role, NOW)
            uow.courses.enrol(place)
            about = {"course_id": course, "student_id": person.id, "take_id": take}
            when = hours_ago(chance.uniform(1, 900))
            uow.events.append(Event(EventKind.TAKE_ADDED, when, person.id, **about))
        people.append(person)
        with record.write() as uow:
            other = chance.choice(people)
            uow.people.save(replace(other, name=f"{other.name}+", active=chance.random() < 0.7))
            data = {"number": 1}
            uow.events.append(Event(EventKind.TAKE_SUBMITTED, NOW, person.id, **about, data=data))
            author = chance.choice(people).id
            event = Event(EventKind.REPLY_RELEASED, NOW, author, **about, reply_id=reply)
            uow.events.append(event)
    record.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
