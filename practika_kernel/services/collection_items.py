"""The things in collections as one person sees them; what they may not see is not there."""

from __future__ import annotations

from collections.abc import Iterable

from practika_kernel.domain.collections import Item, ItemKind
from practika_kernel.domain.errors import NotFound, PractikaError
from practika_kernel.domain.exemplars import ExemplarState
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
    shown = _Shown(uow, actor)
    views = []
    for item in listed:
        try:
            views.append({"id": item.id, **shown.view(item)})
        except PractikaError:
            continue
    return views


class _Shown:
    """Looks things up for one person."""

    def __init__(self, uow: UnitOfWork, actor: str) -> None:
        self._uow, self._actor = uow, actor
        self._person = access.acting(uow, actor)

    def view(self, item: Item) -> View:
        """Describe a thing; raises as `access` does where it is not there for the person."""
        if item.kind is ItemKind.EXERCISE:
            return self._exercise(item.thing_id)
        if item.kind is ItemKind.REPLY:
            return self._reply(item.thing_id)
        try:
            return self._take(access.take(self._uow, self._actor, item.thing_id, Verb.SEE))
        except PractikaError:
            return self._exemplar(item.thing_id)

    def _exercise(self, exercise_id: str) -> View:
        found = access.exercise(self._uow, self._actor, exercise_id, Verb.SEE, Thing.EXERCISE)
        place = f"exercise/{found.id}"
        video = found.reference_asset_id
        query = "view=exercises&edit" if self._writes(found) else "view=exercises&exercise"
        return {
            "kind": "exercise",
            "thing": found.id,
            "title": found.title,
            "line": found.category,
            "poster": self._poster(video, place),
            "link": f"?{query}={found.id}",
            "tags": list(found.tags),
        }

    def _writes(self, found: Exercise) -> bool:
        relations = access.course_relations(self._uow, self._person, found.course_id)
        return allowed(Verb.CHANGE, Thing.EXERCISE, frozenset(relations))

    def _take(self, take: Take) -> View:
        exercise = self._at(take)
        student = self._uow.people.get(take.student_id)
        mine = take.student_id == self._actor
        return {
            "kind": "take",
            "thing": take.id,
            "title": f"{exercise.title}, take {take.number}",
            "line": "Yours" if mine else student.name if student else "",
            "poster": self._poster(take.asset_id, f"take/{take.id}"),
            "link": f"?take={take.id}",
            "tags": list(exercise.tags),
        }

    def _exemplar(self, take_id: str) -> View:
        """Return what the class may see of a take that is none of this person's to see."""
        for one in self._uow.exemplars.of_takes([take_id]):
            if one.state is not ExemplarState.SHOWN:
                continue
            found, take = access.exemplar(self._uow, self._actor, one.id, Verb.SEE)
            exercise = self._at(take)
            student = self._uow.people.get(take.student_id) if found.named else None
            whole = "" if found.clip_id else (take.asset_id or "")
            return {
                "kind": "exemplar",
                "thing": "",
                "title": f"{exercise.title}, an exemplar",
                "line": student.name if student else found.words,
                "poster": self._poster(whole, f"exemplar/{found.id}"),
                "link": f"?view=library&exemplar={found.id}",
                "tags": list(exercise.tags),
            }
        raise NotFound

    def _reply(self, reply_id: str) -> View:
        reply, take = access.reply(self._uow, self._actor, reply_id, Verb.SEE)
        exercise = self._at(take)
        text = as_plain(reply.text) or "A reply without words"
        author = self._uow.people.get(reply.author_id)
        moment = "" if reply.start_ms is None else f"&t={reply.start_ms / 1000:g}"
        return {
            "kind": "reply",
            "thing": reply.id,
            "title": text if len(text) <= QUOTE else text[: QUOTE - 1].rstrip() + "…",
            "line": f"{author.name if author else 'Somebody'} on {exercise.title}, "
            f"take {take.number}",
            "poster": self._poster(take.asset_id, f"take/{take.id}"),
            "link": f"?take={take.id}{moment}",
            "tags": list(exercise.tags),
        }

    def _at(self, take: Take) -> Exercise:
        found = self._uow.exercises.get(take.exercise_id)
        if found is None:
            raise NotFound
        return found

    def _poster(self, asset_id: str | None, place: str) -> str:
        made = self._uow.assets.renditions([asset_id]) if asset_id else []
        there = any(one.kind is RenditionKind.POSTER for one in made)
        return f"media/{place}/poster" if there else ""
