"""Collections a search finds: those a person sees are few, so their names are read as they are."""

from __future__ import annotations

from collections.abc import Sequence

from practika_kernel.domain.people import Enrolment, Person, Role
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.search import Question, marked, met, segments, snippet
from practika_kernel.services import access
from practika_kernel.services.views import View, iso

KIND = "collection"
_PAGES = {Role.STUDENT: "student", Role.TEACHER: "teacher"}


def collections_group(
    uow: UnitOfWork, person: Person, places: Sequence[Enrolment], question: Question, most: int
) -> View | None:
    """Return the collections whose name or line has every word of a question, by name.

    ``places`` are all of the person's.

    A group as `search` describes it, with ``most`` of them shown; None where there is none, and
    for those whose page has no library.
    """
    page = _PAGES.get(person.role)
    if page is None or not question.terms:
        return None
    found = [
        one
        for one in uow.collections.in_courses({place.course_id for place in places})
        if Verb.SEE in access.collection_verbs(places, person, one)
        and met(f"{one.name} {one.note}", question)
    ]
    if not found:
        return None
    courses = {one.course_id: uow.courses.get(one.course_id) for one in found[:most]}
    items = []
    for one in found[:most]:
        course = courses[one.course_id]
        where = course.title if course else ""
        items.append(
            {
                "id": one.id,
                "link": f"{page}?view=library&collection={one.id}",
                "at": iso(one.created_at),
                "draft": False,
                "title": segments(one.name, marked(one.name, question, _nothing)),
                "text": snippet(one.note, marked(one.note, question, _nothing)),
                "where": segments(where, marked(where, question, _nothing)),
            }
        )
    return {"kind": KIND, "total": len(found), "more": False, "items": items}


def _nothing(word: str) -> bool:
    return False
