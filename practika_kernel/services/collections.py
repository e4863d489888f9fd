"""Collections: named lists of exercises, takes and comments, and what each person sees of them.

A collection never gives sight of anything. Each thing in it is asked for as if it stood alone,
and what somebody may not see is left out without a word. A take the class may see as an exemplar
is that exemplar to those who may not see the take.

CollectionView (plain JSON values)::

    id, name, note, audience, archived, course {id, title}
    owner       the name of whoever made it
    can         {edit, manage}
    items       [{id, kind, thing, title, line, poster, link}], in order; ``thing`` is the
                id of what it is, "" of an exemplar; ``link`` is a query of the person's page
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from practika_kernel.domain.collections import (
    MOST,
    MOST_ITEMS,
    NAME_LIMIT,
    NOTE_LIMIT,
    Audience,
    Collection,
    Item,
    ItemKind,
    bears,
)
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.library import one_line
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import clean_text
from practika_kernel.services import access
from practika_kernel.services.collection_items import seen_items
from practika_kernel.services.views import View


class CollectionDesk:
    """Makes, shows and orders collections, always for the acting person."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def view(self, actor: str, tag: str = "") -> View:
        """Return what the acting person sees of all collections of their courses.

        ``collections`` are CollectionViews (see the module) by name, archived ones last;
        ``courses`` those they may make one in; ``tags`` the tags of the exercises that occur.
        With ``tag`` only things at exercises that bear it are left, and what is empty then is
        left out.
        """
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            places = uow.courses.of_person(person.id)
            rows = uow.collections.in_courses({place.course_id for place in places})
            there = [
                row for row in rows if Verb.SEE in access.collection_verbs(places, person, row)
            ]
            views, tags = self._views(uow, actor, there)
            make = access.course_ids(uow, actor, Verb.ADD, Thing.COLLECTION)
            courses = [_course(uow, one) for one in access.ongoing(uow, make)]
        if tag:
            views = [_tagged(view, tag) for view in views]
            views = [view for view in views if view["items"]]
        views.sort(key=lambda view: bool(view["archived"]))
        return {"collections": views, "courses": courses, "tags": tags}

    def offered(self, actor: str, kind: str, thing_id: str) -> View:
        """Return where a thing can be put: ``lists`` of ``{id, name, holds}``, and ``courses``.

        Raises `NotFound` for a thing the person may not put anywhere.
        """
        with self._record.read() as uow:
            _thing(uow, actor, kind, thing_id)
            person = access.acting(uow, actor)
            places = uow.courses.of_person(person.id)
            taught = access.course_ids(uow, actor, Verb.ADD, Thing.COLLECTION)
            rows = [
                row
                for row in uow.collections.in_courses(access.ongoing(uow, taught))
                if not row.archived_at and Verb.SEE in access.collection_verbs(places, person, row)
            ]
            items = uow.collections.items([row.id for row in rows])
            holding = {one.collection_id for one in items if one.thing_id == thing_id}
            courses = [_course(uow, one) for one in access.ongoing(uow, taught)]
        lists = [{"id": row.id, "name": row.name, "holds": row.id in holding} for row in rows]
        return {"lists": lists, "courses": courses}

    def make(self, actor: str, course_id: str, name: str, audience: str = Audience.OWN) -> str:
        """Make an empty collection in a course the person teaches; return its id.

        Raises `InvalidInput` for no name, one of more than 80 characters, an unknown audience,
        and when there are 100 already.
        """
        called = one_line(name, what="name", limit=NAME_LIMIT)
        wanted, now = _audience(audience), self._clock()
        with self._record.write() as uow:
            course = access.course(uow, actor, course_id, Verb.ADD, Thing.COLLECTION)
            if course.archived_at:
                raise Conflict("This course is archived.")
            mine = [o for o in uow.collections.in_courses([course.id]) if o.owner_id == actor]
            if len(mine) >= MOST:
                raise InvalidInput(f"You keep {MOST} collections in this course already.")
            made = Collection(new_id(), course.id, actor, called, now, audience=wanted)
            uow.collections.add(made)
            self._tell(uow, made, actor)
        return made.id

    def change(
        self, actor: str, collection_id: str, *, name: str, note: str, audience: str
    ) -> None:
        """Give one's own collection another name, line or audience; errors as `make`."""
        called = one_line(name, what="name", limit=NAME_LIMIT)
        told = clean_text(note, what="line", limit=NOTE_LIMIT)
        with self._record.write() as uow:
            old = access.collection(uow, actor, collection_id, Verb.MANAGE)
            new = replace(old, name=called, note=told, audience=_audience(audience))
            if new != old:
                uow.collections.save(new)
                self._tell(uow, new, actor, old)

    def archive(self, actor: str, collection_id: str, *, archived: bool) -> None:
        """Archive one's own collection, or bring it back; twice changes nothing."""
        with self._record.write() as uow:
            old = access.collection(uow, actor, collection_id, Verb.MANAGE)
            if bool(old.archived_at) != archived:
                at = self._clock() if archived else None
                uow.collections.save(replace(old, archived_at=at))
                self._tell(uow, old, actor)

    def put(self, actor: str, collection_id: str, kind: str, thing_id: str) -> bool:
        """Put an exercise, a take or a comment at the end; False when it is there already.

        Raises `NotFound` for what the person may not see, `InvalidInput` when it is full.
        """
        with self._record.write() as uow:
            into = access.collection(uow, actor, collection_id, Verb.EDIT)
            _demand_open(uow, into)
            named = _thing(uow, actor, kind, thing_id)
            there = uow.collections.items([into.id])
            if len(there) >= MOST_ITEMS:
                raise InvalidInput(f"A collection holds {MOST_ITEMS} things. Begin another one.")
            last = max((one.position for one in there), default=-1)
            now = self._clock()
            done = uow.collections.put(Item(new_id(), into.id, last + 1, actor, now, **named))
            if done:
                self._tell(uow, into, actor)
        return done

    def remove(self, actor: str, collection_id: str, item_id: str) -> None:
        """Take a thing out; the thing itself stays. `NotFound` when it is not in there."""
        with self._record.write() as uow:
            of = access.collection(uow, actor, collection_id, Verb.EDIT)
            _demand_open(uow, of)
            if item_id not in {one.id for one in uow.collections.items([of.id])}:
                raise NotFound
            uow.collections.drop(item_id)
            self._tell(uow, of, actor)

    def arrange(self, actor: str, collection_id: str, order: list[str]) -> None:
        """Put what the person sees in it into this order, each item named once.

        What they do not see keeps its place among the others. Raises `Conflict` when the order
        is not of these items: somebody changed it meanwhile.
        """
        with self._record.write() as uow:
            of = access.collection(uow, actor, collection_id, Verb.EDIT)
            _demand_open(uow, of)
            there = uow.collections.items([of.id])
            mine = {view["id"] for view in seen_items(uow, actor, there)}
            if sorted(order) != sorted(mine):
                raise Conflict("Somebody changed this collection meanwhile. Look again.")
            by_id, wanted = {one.id: one for one in there}, iter(order)
            after = [by_id[next(wanted)] if one.id in mine else one for one in there]
            for place, one in enumerate(after):
                uow.collections.place(one, place)
            self._tell(uow, of, actor)

    def _views(
        self, uow: UnitOfWork, actor: str, rows: list[Collection]
    ) -> tuple[list[View], list[str]]:
        items: dict[str, list[Item]] = {}
        for one in uow.collections.items([row.id for row in rows]):
            items.setdefault(one.collection_id, []).append(one)
        listed = [one for row in rows for one in items.get(row.id, [])]
        seen = {view["id"]: view for view in seen_items(uow, actor, listed)}
        owners = uow.people.many({row.owner_id for row in rows})
        person = access.acting(uow, actor)
        places = uow.courses.of_person(person.id)
        views = []
        for row in rows:
            can = access.collection_verbs(places, person, row)
            views.append(
                {
                    "id": row.id,
                    "name": row.name,
                    "note": row.note,
                    "audience": str(row.audience) if can & {Verb.EDIT} else "",
                    "archived": bool(row.archived_at),
                    "course": _course(uow, row.course_id),
                    "owner": owners[row.owner_id].name,
                    "can": {"edit": Verb.EDIT in can, "manage": Verb.MANAGE in can},
                    "items": [seen[one.id] for one in items.get(row.id, []) if one.id in seen],
                }
            )
        tags = {tag for view in seen.values() for tag in view["tags"]}
        return views, sorted(tags, key=str.casefold)

    def _tell(
        self, uow: UnitOfWork, about: Collection, actor: str, before: Collection | None = None
    ) -> None:
        """Have the pages of those look again who see it, or saw it."""
        known = {about.audience, before.audience if before else about.audience}
        if known != {Audience.OWN}:
            kind = EventKind.COLLECTION_CHANGED
            uow.events.append(Event(kind, self._clock(), actor, about.course_id))


def _tagged(view: View, tag: str) -> View:
    return {**view, "items": [one for one in view["items"] if bears(one["tags"], tag)]}


def _course(uow: UnitOfWork, course_id: str) -> View:
    course = uow.courses.get(course_id)
    title = f"{course.title}, {course.term}" if course and course.term else ""
    return {"id": course_id, "title": title or (course.title if course else "")}


def _audience(word: str) -> Audience:
    if word not in set(Audience):
        raise InvalidInput("Choose whether you alone, the staff or the class sees it.")
    return Audience(word)


def _demand_open(uow: UnitOfWork, found: Collection) -> None:
    if found.archived_at:
        raise Conflict("This collection is archived. Bring it back before you change it.")
    if not access.ongoing(uow, [found.course_id]):
        raise Conflict("This course is archived. Its collections stay as they are.")


def _thing(uow: UnitOfWork, actor: str, kind: str, thing_id: str) -> dict[str, Any]:
    """The item's field for a thing the person sees and teaches; `NotFound` for everything else."""
    if kind not in set(ItemKind):
        raise NotFound
    if kind == ItemKind.EXERCISE:
        found = access.exercise(uow, actor, thing_id, Verb.CHANGE, Thing.EXERCISE).id
    elif kind == ItemKind.TAKE:
        found = access.take(uow, actor, thing_id, Verb.REPLY).id
    else:
        reply, take = access.reply(uow, actor, thing_id, Verb.SEE)
        access.take(uow, actor, take.id, Verb.REPLY)
        found = reply.id
    return {f"{kind}_id": found}
