"""A teacher's comment bank: comments given often, with places for name, exercise and time."""

from __future__ import annotations

from dataclasses import replace

from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Take, clean_text
from practika_kernel.domain.tags import ENTRY_LIMIT, MOST_ENTRIES, STARTERS, BankEntry, fill
from practika_kernel.services import access
from practika_kernel.services.views import Shelf, View


class Bank:
    """Every teacher's own; nobody else sees it."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def put(self, actor: str, text: str, entry_id: str | None = None) -> str:
        """Keep a comment, or change the entry ``entry_id``; return its id.

        The same words again keep one entry. Raises `InvalidInput` for none, too many letters
        or entries, `NotFound` for an entry of somebody else.
        """
        words, now = clean_text(text, what="entry", limit=ENTRY_LIMIT), self._clock()
        if not words:
            raise InvalidInput("Write the comment first, then keep it.")
        with self._record.write() as uow:
            access.demand_page(uow, actor, Thing.TEACHER_PAGE)
            mine = uow.bank.of_person(actor)
            if entry_id is not None:
                entry = _own(uow, actor, entry_id)
                uow.bank.save(replace(entry, text=words, updated_at=now))
                return entry.id
            same = next((each for each in mine if each.text == words), None)
            if same is not None:
                return same.id
            if len(mine) >= MOST_ENTRIES:
                raise InvalidInput(f"{MOST_ENTRIES} comments fit in your bank. Remove some first.")
            entry = BankEntry(new_id(), actor, words, now, now)
            uow.bank.add(entry)
        return entry.id

    def remove(self, actor: str, entry_id: str) -> None:
        """Forget an entry; comments made from it stay."""
        with self._record.write() as uow:
            access.demand_page(uow, actor, Thing.TEACHER_PAGE)
            uow.bank.delete(_own(uow, actor, entry_id).id)


def shown(uow: UnitOfWork, shelf: Shelf, actor: str, take: Take) -> list[View]:
    """Describe the bank for a take: own entries, newest first, then a few to begin with.

    ``filled`` has the student's first name and the exercise in it; ``{time}`` is left for the
    page, which knows where the video stands.
    """
    names = shelf.person(take.student_id)["name"].split()
    known = {
        "name": names[0] if names else "",
        "exercise": shelf.exercise(take.exercise_id)["title"],
    }
    mine = uow.bank.of_person(actor)
    texts = {entry.text for entry in mine}
    rows = [(entry.id, entry.text) for entry in mine]
    rows += [("", text) for text in STARTERS if text not in texts]
    return [{"id": id_, "text": text, "filled": fill(text, **known)} for id_, text in rows]


def _own(uow: UnitOfWork, actor: str, entry_id: str) -> BankEntry:
    entry = uow.bank.get(entry_id) if is_id(entry_id) else None
    if entry is None or entry.person_id != actor:
        raise NotFound
    return entry
