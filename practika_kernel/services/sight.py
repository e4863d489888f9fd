"""What one person may see of many things at once, by the permissions table alone.

`services.access` answers for one thing with a few queries; a search looks at hundreds. The rules
are the same, found from the person's places, which are read once.
"""

from __future__ import annotations

from collections.abc import Sequence

from practika_kernel.domain.people import Enrolment, Person, Role
from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.domain.search_ports import mark
from practika_kernel.services.access import relations_by

_OWNED = {Thing.TAKE, Thing.DRAFT_TAKE, Thing.REPLY, Thing.DRAFT_REPLY}
_FELLOW = frozenset({Relation.STUDENT})
_AUTHORED = {Thing.REPLY, Thing.DRAFT_REPLY}


class Sight:
    """A person with the places they have at this moment."""

    def __init__(self, person: Person, places: Sequence[Enrolment]) -> None:
        self.person = person
        by_course: dict[str, list[Enrolment]] = {}
        for place in places:
            by_course.setdefault(place.course_id, []).append(place)
        self._there = {
            one: frozenset(relations_by(here, person, one)) for one, here in by_course.items()
        }
        self._elsewhere = frozenset(relations_by((), person, ""))

    def relations(self, thing: Thing, course_id: str) -> frozenset[Relation]:
        """Return how the person stands to things of a kind in a course, theirs or not."""
        relations = self._there.get(course_id, self._elsewhere)
        # Being a fellow student is no relation to somebody's work.
        return relations - _FELLOW if thing in _OWNED else relations

    def sees(self, thing: Thing, course_id: str, *, owner: str = "", author: str = "") -> bool:
        """Tell whether the person may see one thing, as `services.access` would."""
        relations = set(self.relations(thing, course_id))
        if owner == self.person.id:
            relations.add(Relation.OWNER)
        if author == self.person.id:
            relations.add(Relation.AUTHOR)
        return allowed(Verb.SEE, thing, frozenset(relations))

    def courses(self, thing: Thing) -> list[str]:
        """Return the courses in which the person sees things of a kind, whoever made them."""
        seen = {
            relations
            for relations in set(self._there.values())
            if allowed(Verb.SEE, thing, relations - _FELLOW if thing in _OWNED else relations)
        }
        return sorted(one for one, relations in self._there.items() if relations in seen)

    def everywhere(self, thing: Thing) -> bool:
        """Tell whether the person sees things of a kind wherever they are."""
        admin = self.person.role is Role.ADMIN
        return admin and allowed(Verb.SEE, thing, frozenset({Relation.ADMIN}))

    def marks(self, thing: Thing) -> list[str]:
        """Return the marks of the index that things of a kind bear if the person sees them."""
        if self.everywhere(thing):
            return [mark(thing)]
        marks = [mark(thing, Relation.STUDENT, one) for one in self.courses(thing)]
        own = {Relation.OWNER: _OWNED, Relation.AUTHOR: _AUTHORED}
        for relation, things in own.items():
            if thing in things and allowed(Verb.SEE, thing, frozenset({relation})):
                marks.append(mark(thing, relation, self.person.id))
        return marks
