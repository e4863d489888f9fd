"""The things in collections as one person sees them; what they may not see is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from practika_kernel.domain.collections import Item, ItemKind
from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.exemplars import Exemplar, ExemplarState
from practika_kernel.domain.feedback import Reply
from practika_kernel.domain.permissions import Thing, Verb, allowed
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Exercise, RenditionKind, Take
from practika_kernel.services import access
from practika_kernel.services.markdown import as_plain
from practika_kernel.services.views import View

QUOTE = 160
"""Characters of a comment in a list."""


def seen_items(uow: UnitOfWork, actor: str, items: Iterable[Item]) -> list[View]:
    """Return those of these items the person may see (see `collections`), in the given order.

    Each has the ``tags`` of its exercise as well; unknown and hidden things are left out.
    """
    listed = list(items)
    if not listed:
        return []
    shown = _Shown(uow, actor, listed)
    views = [{"id": item.id, **view} for item in listed for view in shown.views(item)]
    return shown.with_posters(views)


class _Shown:
    """Looks things up for one person, takes and exemplars all at once."""

    def __init__(self, uow: UnitOfWork, actor: str, items: list[Item]) -> None:
        self._uow, self._actor = uow, actor
        self._person = access.acting(uow, actor)
        wanted = {item.take_id for item in items if item.take_id}
        self._takes = access.takes(uow, actor, wanted)
        asked = uow.exemplars.of_takes(wanted - set(self._takes))
        shown = (one for one in asked if one.state is ExemplarState.SHOWN)
        found = access.exemplars(uow, actor, shown)
        self._exemplars = {take.id: (one, take) for one, take in found}
        places = {take.exercise_id for take in self._takes.values()}
        places |= {take.exercise_id for _, take in found}
        self._exercises = uow.exercises.many(places)
        students = {take.student_id for take in self._takes.values()}
        self._people = uow.people.many(students | {take.student_id for _, take in found})

    def views(self, item: Item) -> Iterator[View]:
        """Describe a thing, or nothing where it is not there for the person."""
        with suppress(PractikaError):
            if item.kind is ItemKind.EXERCISE:
                yield self._exercise(item.thing_id)
            elif item.kind is ItemKind.REPLY:
                reply, take = access.reply(self._uow, self._actor, item.thing_id, Verb.SEE)
                yield self._reply(reply, take)
            elif item.thing_id in self._takes:
                yield self._take(self._takes[item.thing_id])
            elif item.thing_id in self._exemplars:
                yield self._exemplar(*self._exemplars[item.thing_id])

    def with_posters(self, views: list[View]) -> list[View]:
        """Say which of these have a picture; asked for all of them at once."""
        ids = {view["asset"] for view in views if view["asset"]}
        made = self._uow.assets.renditions(ids) if ids else []
        there = {one.asset_id for one in made if one.kind is RenditionKind.POSTER}
        for view in views:
            place, asset = view.pop("place"), view.pop("asset")
            view["poster"] = f"media/{place}/poster" if asset in there else ""
        return views

    def _exercise(self, exercise_id: str) -> View:
        found = access.exercise(self._uow, self._actor, exercise_id, Verb.SEE, Thing.EXERCISE)
        query = "view=exercises&edit" if self._writes(found) else "view=exercises&exercise"
        return {
            "kind": "exercise",
            "thing": found.id,
            "title": found.title,
            "line": found.category,
            "link": f"?{query}={found.id}",
            "tags": list(found.tags),
            "asset": found.reference_asset_id,
            "place": f"exercise/{found.id}",
        }

    def _writes(self, found: Exercise) -> bool:
        relations = access.course_relations(self._uow, self._person, found.course_id)
        return allowed(Verb.CHANGE, Thing.EXERCISE, frozenset(relations))

    def _take(self, take: Take) -> View:
        exercise = self._exercises[take.exercise_id]
        mine = take.student_id == self._actor
        return {
            "kind": "take",
            "thing": take.id,
            "title": f"{exercise.title}, take {take.number}",
            "line": "Yours" if mine else self._people[take.student_id].name,
            "link": f"?take={take.id}",
            "tags": list(exercise.tags),
            "asset": take.asset_id,
            "place": f"take/{take.id}",
        }

    def _exemplar(self, found: Exemplar, take: Take) -> View:
        """Return what the class may see of a take that is none of this person's to see."""
        exercise = self._exercises[take.exercise_id]
        name = self._people[take.student_id].name
        return {
            "kind": "exemplar",
            "thing": "",
            "title": f"{exercise.title}, an exemplar",
            "line": name if found.named else found.words,
            "link": f"?view=library&exemplar={found.id}",
            "tags": list(exercise.tags),
            "asset": None if found.clip_id else take.asset_id,
            "place": f"exemplar/{found.id}",
        }

    def _reply(self, reply: Reply, take: Take) -> View:
        exercise = self._uow.exercises.many([take.exercise_id])[take.exercise_id]
        text = as_plain(reply.text) or "A reply without words"
        author = self._uow.people.get(reply.author_id)
        moment = "" if reply.start_ms is None else f"&t={reply.start_ms / 1000:g}"
        who = author.name if author else "Somebody"
        return {
            "kind": "reply",
            "thing": reply.id,
            "title": text if len(text) <= QUOTE else text[: QUOTE - 1].rstrip() + "…",
            "line": f"{who} on {exercise.title}, take {take.number}",
            "link": f"?take={take.id}{moment}",
            "tags": list(exercise.tags),
            "asset": take.asset_id,
            "place": f"take/{take.id}",
        }
