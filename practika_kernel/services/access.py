"""One place that finds how a person stands to a thing and asks the permissions table.

Every service call goes through here, inside its own unit of work, so that a role taken away
holds from the next call on. What a person may not see is `NotFound`, exactly like a thing
that never was; what they see but may not do is `NotAllowed`.
"""

from __future__ import annotations

from collections.abc import Iterable

from practika_kernel.domain.errors import Conflict, NotAllowed, NotFound
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
