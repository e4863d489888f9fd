"""A course's tags: pressed while a video plays, each a comment a little before the press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.feedback import ReplyKind
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import clean_text
from practika_kernel.domain.tags import MOST_TAGS, Tag, TagColour, check_lead, lead_start
from practika_kernel.services import access
from practika_kernel.services.views import View, tag_view


class Tagging:
    """Pressing tags, and keeping a course's list of them."""

    def __init__(self, record: Record, clock: Clock, save: Callable[..., View]) -> None:
        self._record, self._clock, self._save = record, clock, save

    def press(self, actor: str, take_id: str, tag_id: str, at_ms: int, client_key: str) -> View:
        """Save a draft comment with this tag at the press less the tag's lead time.

        ``at_ms`` is where the video stood, in milliseconds on the take. The same client key
        twice saves once. Raises as saving a comment does.
        """
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.REPLY)
            tag = _of_course(uow, tag_id, take.course_id)
        start = lead_start(at_ms, tag.lead_ms)
        return self._save(
            actor,
            take_id,
            client_key=client_key,
            kind=tag.kind,
            text="",
            start_ms=start,
            tag_id=tag.id,
            typed=False,
        )

    def put(
        self,
        actor: str,
        course_id: str,
        *,
        name: str,
        colour: str,
        kind: str = ReplyKind.FIX,
        lead_ms: int = 3000,
        tag_id: str | None = None,
    ) -> View:
        """Add a tag to a course, or change the tag ``tag_id``.

        One that was removed comes back when a tag of its name is added, with its comments.

        Raises `InvalidInput`: no name, one another tag has, an unknown colour or kind, a lead
        time beyond 30 s, a tenth tag. `NotFound`: a tag of another course, or a course that is
        not the teacher's.
        """
        fields = _checked(name, colour, kind, lead_ms)
        with self._record.write() as uow:
            self._demand(uow, actor, course_id)
            there = uow.tags.of_course(course_id)
            alike = _called(there, fields["name"])
            if any(tag.active and tag.id != tag_id for tag in alike):
                raise InvalidInput(f"There is a tag {fields['name']} in this course already.")
            if tag_id is not None:
                tag = replace(_of_course(uow, tag_id, course_id), **fields)
                uow.tags.save(tag)
                return tag_view(tag) or {}
            if sum(tag.active for tag in there) >= MOST_TAGS:
                raise InvalidInput(f"A course has up to {MOST_TAGS} tags. Remove one first.")
            if alike:
                tag = replace(alike[0], active=True, **fields)
                uow.tags.save(tag)
            else:
                tag = Tag(new_id(), course_id, len(there), created_at=self._clock(), **fields)
                uow.tags.add(tag)
        return tag_view(tag) or {}

    def rename(self, actor: str, course_id: str, tag_id: str, name: str) -> int:
        """Call a tag otherwise; where another one is called so, both are one from then on.

        Returns how many comments bear the other one now; 0 where there is none. Raises as `put`.
        """
        with self._record.write() as uow:
            self._demand(uow, actor, course_id)
            tag = _of_course(uow, tag_id, course_id)
            words = str(_checked(name, tag.colour, tag.kind, tag.lead_ms)["name"])
            alike = _called(uow.tags.of_course(course_id), words)
            other = next((one for one in alike if one.active and one.id != tag.id), None)
            if other is None:
                uow.tags.save(replace(tag, name=words))
                return 0
        return self.merge(actor, course_id, tag_id, other.id)

    def remove(self, actor: str, course_id: str, tag_id: str) -> None:
        """Offer a tag no longer; comments that bear it keep it."""
        with self._record.write() as uow:
            self._demand(uow, actor, course_id)
            uow.tags.save(replace(_of_course(uow, tag_id, course_id), active=False))

    def merge(self, actor: str, course_id: str, tag_id: str, into_id: str) -> int:
        """Make two tags of a course one; return how many comments bear the other one now.

        The merged tag is offered no longer and bears the other's name, so that what was counted
        under it before counts under that. `InvalidInput` for a tag and itself.
        """
        now = self._clock()
        with self._record.write() as uow:
            self._demand(uow, actor, course_id)
            gone, into = _of_course(uow, tag_id, course_id), _of_course(uow, into_id, course_id)
            if gone.id == into.id:
                raise InvalidInput("Choose another tag to make it one with.")
            moved = uow.tags.hand_over(gone.id, into.id)
            uow.tags.save(replace(gone, name=into.name, active=False))
            uow.events.append(
                Event(EventKind.COURSE_CHANGED, now, actor, course_id, data={"what": "tags"})
            )
        return moved

    def _demand(self, uow: UnitOfWork, actor: str, course_id: str) -> None:
        person = access.acting(uow, actor)
        relations = frozenset(access.course_relations(uow, person, course_id))
        access.demand(relations, Verb.CHANGE, Thing.TAG)


def offered(uow: UnitOfWork, course_id: str) -> list[View]:
    """Describe the tags a course offers, in order; the caller has authorised the person."""
    return [view for tag in uow.tags.of_course(course_id) if tag.active and (view := tag_view(tag))]


def words(uow: UnitOfWork, course_id: str) -> list[str]:
    """Return names a new tag may have been meant by: of removed tags, and of the exercises' tags.

    By the alphabet, each once, without those that are offered; the caller has authorised the
    person.
    """
    there = uow.tags.of_course(course_id)
    taken = {tag.name.casefold() for tag in there if tag.active}
    known = [tag.name for tag in there]
    known += [word for one in uow.exercises.in_courses([course_id]) for word in one.tags]
    found = {word.casefold(): word for word in known if word.casefold() not in taken}
    return sorted(found.values(), key=str.casefold)


def _called(tags: list[Tag], name: str) -> list[Tag]:
    return [tag for tag in tags if tag.name.casefold() == name.casefold()]


def _of_course(uow: UnitOfWork, tag_id: str, course_id: str) -> Tag:
    tag = uow.tags.get(tag_id) if is_id(tag_id) else None
    if tag is None or tag.course_id != course_id:
        raise NotFound
    return tag


def _checked(name: str, colour: str, kind: str, lead_ms: int) -> dict[str, Any]:
    words = " ".join(clean_text(name, what="name", limit=30).split())
    if not words:
        raise InvalidInput("A tag needs a name.")
    if colour not in set(TagColour) or kind not in set(ReplyKind):
        raise InvalidInput("Choose one of the colours and kinds that are there.")
    return {
        "name": words,
        "colour": TagColour(colour),
        "kind": ReplyKind(kind),
        "lead_ms": check_lead(lead_ms),
    }
