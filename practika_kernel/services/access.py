"""One place that finds how a person stands to a thing and asks the permissions table.

Every service call goes through here, inside its own unit of work, so that a role taken away
holds from the next call on. What a person may not see is `NotFound`, exactly like a thing
that never was; what they see but may not do is `NotAllowed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from practika_kernel.domain.collections import Audience, Collection
from practika_kernel.domain.errors import Conflict, NotAllowed, NotFound
from practika_kernel.domain.exemplars import Exemplar, ExemplarState
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.judging import Judging
from practika_kernel.domain.people import Course, Enrolment, Person, Role
from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Exercise, Take, TakeState
from practika_kernel.domain.rating import Rating

_BY_ROLE = {
    Role.STUDENT: Relation.STUDENT,
    Role.TEACHER: Relation.TEACHER,
    Role.COORDINATOR: Relation.COORDINATOR,
    Role.RESEARCHER: Relation.RESEARCHER,
    Role.ADMIN: Relation.ADMIN,
}

_NOT_ALLOWED = {
    Verb.CHANGE: "This can no longer be changed.",
    Verb.SUBMIT: "This take is submitted already.",
    Verb.WITHDRAW: "Only its student can throw a take away.",
}


def acting(uow: UnitOfWork, actor: str) -> Person:
    """Return the person who acts; unknown or switched-off people see nothing (`NotFound`)."""
    person = uow.people.get(actor) if is_id(actor) else None
    if person is None or not person.active:
        raise NotFound
    return person


def role_relations(person: Person) -> frozenset[Relation]:
    """Return how the person stands to pages and to Practika as a whole."""
    return frozenset({_BY_ROLE[person.role]})


def course_relations(uow: UnitOfWork, person: Person, course_id: str) -> set[Relation]:
    """Return how the person stands to a course; empty for a stranger.

    An admin stands to every course as admin; everybody else only through a place in it.
    """
    return relations_by(uow.courses.of_person(person.id), person, course_id)


def relations_by(places: Iterable[Enrolment], person: Person, course_id: str) -> set[Relation]:
    """Return how the person of these places stands to a course; empty for a stranger."""
    relations = {_BY_ROLE[place.role] for place in places if place.course_id == course_id}
    if person.role is Role.ADMIN:
        relations.add(Relation.ADMIN)
    return relations


def course_ids(uow: UnitOfWork, actor: str, verb: Verb, thing: Thing) -> list[str]:
    """Return the ids of the courses in which the person may do this to things of this kind."""
    person = acting(uow, actor)
    return [
        course.id
        for course in uow.courses.all()
        if allowed(verb, thing, frozenset(course_relations(uow, person, course.id)))
    ]


def ongoing(uow: UnitOfWork, courses: Iterable[str]) -> list[str]:
    """Return those of these courses that are not archived: where work goes on."""
    over = {course.id for course in uow.courses.all() if course.archived_at}
    return [one for one in courses if one not in over]


def demand_takes(uow: UnitOfWork, exercise_id: str) -> None:
    """Pass silently where new takes are taken; `Conflict` at what is archived."""
    found = uow.exercises.get(exercise_id)
    on = uow.courses.get(found.course_id) if found else None
    if found is None or on is None:
        raise NotFound
    if on.archived_at:
        raise Conflict(f"The course {on.title}, {on.term} is archived, so nothing is handed in.")
    if found.archived_at:
        raise Conflict(f"{found.title} is archived and takes no new takes. Choose another one.")


def demand(
    relations: frozenset[Relation], verb: Verb, thing: Thing, *, seen_as: Thing | None = None
) -> None:
    """Pass silently, or raise `NotFound` (may not even see it) or `NotAllowed`."""
    if allowed(verb, thing, relations):
        return
    if allowed(Verb.SEE, seen_as or thing, relations):
        raise NotAllowed(_NOT_ALLOWED.get(verb, "You may look at this, but not change it."))
    raise NotFound


def demand_page(uow: UnitOfWork, actor: str, page: Thing) -> Person:
    """Return the person if this page is theirs to open; else `NotFound`."""
    person = acting(uow, actor)
    demand(role_relations(person), Verb.OPEN, page)
    return person


def known(uow: UnitOfWork, actor: str, person_id: str) -> Person:
    """Return a person the actor may know: themselves, or somebody of a course of theirs.

    Students know who looks after their courses, not each other; `NotFound` for everybody else.
    """
    person = acting(uow, actor)
    found = uow.people.get(person_id) if is_id(person_id) else None
    if found is None or found.erased:
        raise NotFound
    relations = set(role_relations(person))
    if person.id == found.id:
        relations.add(Relation.SELF)
    if allowed(Verb.SEE, Thing.PERSON, frozenset(relations)):
        return found
    mine = uow.courses.of_person(person.id)
    for place in uow.courses.of_person(found.id):
        thing = Thing.MEMBER if place.role is Role.STUDENT else Thing.STAFF
        stands = frozenset(relations_by(mine, person, place.course_id))
        if allowed(Verb.SEE, thing, stands):
            return found
    raise NotFound


def exercise(uow: UnitOfWork, actor: str, exercise_id: str, verb: Verb, thing: Thing) -> Exercise:
    """Return the exercise if the person may do this there; else `NotFound` or `NotAllowed`."""
    person = acting(uow, actor)
    found = uow.exercises.get(exercise_id) if is_id(exercise_id) else None
    if found is None:
        raise NotFound
    relations = frozenset(course_relations(uow, person, found.course_id))
    demand(relations, verb, thing, seen_as=Thing.EXERCISE)
    return found


def take_relations(uow: UnitOfWork, person: Person, take: Take) -> frozenset[Relation]:
    """Return how the person stands to a take.

    To one that waits for their blind second rating nobody stands at all: what was said of it
    cannot be come by on any way, and `rating` opens the little there is to see.
    """
    relations = course_relations(uow, person, take.course_id)
    relations.discard(Relation.STUDENT)
    if relations and uow.ratings.blind(person.id, take.id):
        relations.clear()
    if take.student_id == person.id:
        relations.add(Relation.OWNER)
    return frozenset(relations)


def take(uow: UnitOfWork, actor: str, take_id: str, verb: Verb) -> Take:
    """Return the take if the person may do this to it; else `NotFound` or `NotAllowed`."""
    person = acting(uow, actor)
    found = uow.takes.get(take_id) if is_id(take_id) else None
    if found is None or found.state is TakeState.WITHDRAWN:
        raise NotFound
    thing = Thing.DRAFT_TAKE if found.state is TakeState.DRAFT else Thing.TAKE
    demand(take_relations(uow, person, found), verb, thing)
    return found


def rating(uow: UnitOfWork, actor: str, rating_id: str, verb: Verb) -> tuple[Rating, Take]:
    """Return a second rating asked of this person and its take; else `NotFound`/`NotAllowed`."""
    person = acting(uow, actor)
    found = uow.ratings.get(rating_id) if is_id(rating_id) else None
    on = uow.takes.get(found.take_id) if found else None
    if found is None or on is None or on.state is not TakeState.SUBMITTED:
        raise NotFound
    teaches = Relation.TEACHER in course_relations(uow, person, on.course_id)
    mine = frozenset({Relation.RATER}) if teaches and found.rater_id == person.id else frozenset()
    demand(mine, verb, Thing.RATING)
    return found, on


def judging(uow: UnitOfWork, actor: str, judging_id: str, verb: Verb) -> Judging:
    """Return a judging if the person may do this to it; else `NotFound` or `NotAllowed`."""
    person = acting(uow, actor)
    found = uow.judgings.get(judging_id) if is_id(judging_id) else None
    if found is None:
        raise NotFound
    demand(frozenset(course_relations(uow, person, found.course_id)), verb, Thing.JUDGING)
    return found


def hidden(uow: UnitOfWork, actor: str) -> frozenset[str]:
    """Return the takes of which this person may learn nothing: they are to rate them blind."""
    return frozenset(one.take_id for one in uow.ratings.asked_of(actor))


def course(uow: UnitOfWork, actor: str, course_id: str, verb: Verb, thing: Thing) -> Course:
    """Return the course if the person may do this to such a thing there; else as `exercise`."""
    person = acting(uow, actor)
    found = uow.courses.get(course_id) if is_id(course_id) else None
    if found is None:
        raise NotFound
    demand(frozenset(course_relations(uow, person, found.id)), verb, thing)
    return found


def reply_relations(uow: UnitOfWork, person: Person, reply: Reply, on: Take) -> frozenset[Relation]:
    """Return how the person stands to a reply on this take."""
    relations = set(take_relations(uow, person, on))
    if reply.author_id == person.id:
        relations.add(Relation.AUTHOR)
    return frozenset(relations)


def reply(uow: UnitOfWork, actor: str, reply_id: str, verb: Verb) -> tuple[Reply, Take]:
    """Return the reply and its take if the person may do this; else `NotFound`/`NotAllowed`."""
    person = acting(uow, actor)
    found = uow.replies.get(reply_id) if is_id(reply_id) else None
    if found is None or found.state is ReplyState.WITHDRAWN:
        raise NotFound
    parent = uow.replies.get(found.parent_id) if found.parent_id else None
    if parent is not None and parent.state is ReplyState.WITHDRAWN:
        raise NotFound  # an answer goes with what it answers
    on = uow.takes.get(found.take_id)
    if on is None or on.state is TakeState.WITHDRAWN:
        raise NotFound
    thing = Thing.REPLY if found.state is ReplyState.RELEASED else Thing.DRAFT_REPLY
    demand(reply_relations(uow, person, found, on), verb, thing)
    return found, on


def commentable(uow: UnitOfWork, actor: str, take_id: str, parent_id: str | None) -> Take:
    """Return the take if the person may comment; its student may only answer a comment."""
    if parent_id is None:
        return take(uow, actor, take_id, Verb.REPLY)
    parent, on = reply(uow, actor, parent_id, Verb.SEE)
    if on.id != take_id or parent.parent_id is not None:
        raise NotFound
    if not allowed(Verb.ANSWER, Thing.TAKE, take_relations(uow, acting(uow, actor), on)):
        raise NotFound
    return on


def exemplar(uow: UnitOfWork, actor: str, exemplar_id: str, verb: Verb) -> tuple[Exemplar, Take]:
    """Return an exemplar and its take if the person may do this; else `NotFound`/`NotAllowed`.

    To everybody but its student one is there only while the take is what was asked about: handed
    in, at that exercise, by somebody whose account is in use. Whoever is to rate the take blind
    learns nothing of it.
    """
    found = uow.exemplars.get(exemplar_id) if is_id(exemplar_id) else None
    for one, on, relations in _exemplars(uow, actor, [found] if found else []):
        demand(relations, verb, _exemplar_thing(one))
        return one, on
    raise NotFound


def exemplars(
    uow: UnitOfWork, actor: str, asked: Iterable[Exemplar]
) -> list[tuple[Exemplar, Take]]:
    """Return those of these the person sees, each with its take, in their order."""
    return [
        (one, on)
        for one, on, relations in _exemplars(uow, actor, list(asked))
        if allowed(Verb.SEE, _exemplar_thing(one), relations)
    ]


def _exemplar_thing(found: Exemplar) -> Thing:
    shown = found.state is ExemplarState.SHOWN
    return Thing.EXEMPLAR if shown else Thing.ASKED_EXEMPLAR


def _exemplars(
    uow: UnitOfWork, actor: str, asked: list[Exemplar]
) -> Iterator[tuple[Exemplar, Take, frozenset[Relation]]]:
    """Say how the person stands to exemplars whose take is handed in; a handful of queries."""
    person = acting(uow, actor)
    if not asked:
        return
    takes = uow.takes.many({one.take_id for one in asked})
    students = uow.people.many({one.student_id for one in asked})
    places, blind = uow.courses.of_person(person.id), hidden(uow, actor)
    for one in asked:
        on, student = takes.get(one.take_id), students.get(one.student_id)
        if on is None or on.state is not TakeState.SUBMITTED:
            continue
        relations = relations_by(places, person, one.course_id)
        same = (on.exercise_id, on.course_id) == (one.exercise_id, one.course_id)
        if one.student_id == person.id:
            relations = {Relation.OWNER}
        elif student is None or not student.active or not same or on.id in blind:
            relations = set()
        yield one, on, frozenset(relations & _SEEN_BY)


_SEEN_BY = {Relation.OWNER, Relation.STUDENT, Relation.TEACHER}
"""Everybody an exemplar concerns: who answers, and who learns or teaches in its course."""


def takes(uow: UnitOfWork, actor: str, take_ids: Iterable[str]) -> dict[str, Take]:
    """Return those of these takes the person sees, by id; what `take` says of each of them."""
    person = acting(uow, actor)
    places, blind = uow.courses.of_person(person.id), hidden(uow, actor)
    seen = {}
    for found in uow.takes.many(set(take_ids)).values():
        relations = relations_by(places, person, found.course_id) - {Relation.STUDENT}
        if found.id in blind:
            relations.clear()
        if found.student_id == person.id:
            relations.add(Relation.OWNER)
        thing = Thing.DRAFT_TAKE if found.state is TakeState.DRAFT else Thing.TAKE
        gone = found.state is TakeState.WITHDRAWN
        if not gone and allowed(Verb.SEE, thing, frozenset(relations)):
            seen[found.id] = found
    return seen


_COLLECTIONS = {
    Audience.OWN: Thing.COLLECTION,
    Audience.STAFF: Thing.STAFF_COLLECTION,
    Audience.CLASS: Thing.CLASS_COLLECTION,
}


def collection(uow: UnitOfWork, actor: str, collection_id: str, verb: Verb) -> Collection:
    """Return a collection if the person may do this to it; else `NotFound` or `NotAllowed`.

    What is in it is asked for one by one. An archived one is there for teachers only.
    """
    person = acting(uow, actor)
    found = uow.collections.get(collection_id) if is_id(collection_id) else None
    if found is None:
        raise NotFound
    relations = collection_relations(uow.courses.of_person(person.id), person, found)
    demand(relations, verb, _COLLECTIONS[found.audience])
    return found


def collection_verbs(
    places: Iterable[Enrolment], person: Person, found: Collection
) -> frozenset[Verb]:
    """Return what the person of these places may do to a collection."""
    relations = collection_relations(places, person, found)
    thing = _COLLECTIONS[found.audience]
    return frozenset(verb for verb in Verb if allowed(verb, thing, relations))


def collection_relations(
    places: Iterable[Enrolment], person: Person, found: Collection
) -> frozenset[Relation]:
    """Return how the person of these places stands to a collection.

    Its owner is whoever made it and teaches in its course still.
    """
    here = relations_by(places, person, found.course_id)
    relations = here & {Relation.STUDENT, Relation.TEACHER}
    if Relation.TEACHER in relations and found.owner_id == person.id:
        relations.add(Relation.AUTHOR)
    if found.archived_at:
        relations.discard(Relation.STUDENT)
    return frozenset(relations)
