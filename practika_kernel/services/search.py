"""Searching: one question over everything a person may see, and nothing else.

The index narrows by the marks of the person (`services.sight`), so counts, order and words that
were meant are made of visible things alone; what is shown is looked up in the record and asked
again before it leaves. A view::

    {question, meant, cut, groups: [{kind, total, more, items: [{id, link, at, draft,
     title, text, where}]}], instead: [{words, total}]}  # a person also has initials, picture

``title``, ``text`` and ``where`` are lists of ``[piece, marked]``; nothing in them is markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import Record, UnitOfWork
from practika_kernel.domain.search import Kind, Question, Tier, ask
from practika_kernel.domain.search_ports import Probe
from practika_kernel.services import access
from practika_kernel.services.found import Desk, Shown
from practika_kernel.services.found_collections import KIND, collections_group
from practika_kernel.services.sight import Sight
from practika_kernel.services.slips import Lexicon
from practika_kernel.services.views import View

SHOWN = 4
"""Things of each kind at first."""
ALL = 100
"""Things of one kind when somebody wants all of them; more are only said to be there."""
ENOUGH = 5
"""Things found as they are written, from which on no slips are supposed."""

_THINGS: dict[Kind, tuple[Thing, ...]] = {
    Kind.PERSON: (Thing.PERSON, Thing.MEMBER),
    Kind.EXERCISE: (Thing.EXERCISE,),
    Kind.TAKE: (Thing.TAKE, Thing.DRAFT_TAKE),
    Kind.REPLY: (Thing.REPLY, Thing.DRAFT_REPLY),
    Kind.TAG: (Thing.TAG,),
}

OPENED: dict[Role, tuple[Kind, ...]] = {
    Role.STUDENT: (Kind.EXERCISE, Kind.TAKE, Kind.REPLY),
    Role.TEACHER: (Kind.PERSON, Kind.EXERCISE, Kind.TAKE, Kind.REPLY, Kind.TAG),
    Role.COORDINATOR: (Kind.PERSON, Kind.EXERCISE),
    Role.RESEARCHER: (Kind.EXERCISE,),
    Role.ADMIN: (Kind.PERSON, Kind.EXERCISE),
}
"""What the page of each role can open; more than that is not looked for."""

_ORDER = (Tier.TITLE, Tier.TITLE_PREFIX, Tier.WHOLE)


@dataclass
class _Look:
    """One search under way."""

    uow: UnitOfWork
    sight: Sight
    question: Question
    kinds: tuple[Kind, ...]
    longer: dict[str, list[str]]
    whole: bool
    """Whether the words may stand somewhere as they are written, not only begin others."""
    near: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def _marks(self) -> dict[Kind, tuple[str, ...]]:
        """Return what things of each kind bear if the person sees them."""
        return {
            kind: tuple(dict.fromkeys(m for t in _THINGS[kind] for m in self.sight.marks(t)))
            for kind in self.kinds
        }

    @cached_property
    def desk(self) -> Desk:
        """Return what shows things; only when it is known what words may have been meant."""
        return Desk(self.uow, self.sight, self.question, self.near)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Return the takes somebody is to rate blind, and what was said of them."""
        takes = access.hidden(self.uow, self.sight.person.id)
        replies = self.uow.replies.of_takes(list(takes)) if takes else []
        return takes | {reply.id for reply in replies}

    def probe(
        self,
        tier: Tier,
        limit: int,
        kinds: Sequence[Kind],
        question: Question | None = None,
    ) -> Probe:
        """Return what to ask the index; for things of these kinds."""
        near = self.near if tier is Tier.NEAR else {}
        marks = {kind: self._marks[kind] for kind in kinds}
        return Probe(marks, question or self.question, tier, limit, near, self.longer)

    def found(self, tier: Tier) -> dict[Kind, list[str]]:
        """Return ids by kind, newest first, up to 101 of each: all of a question at once.

        Each kind is asked for by itself, so none stands in the way of another.
        """
        most = ALL + 1 + len(self.hidden)
        looks = self.uow.search.find([self.probe(tier, most, [kind]) for kind in self.kinds])
        return {
            kind: [known for _, known in look if known not in self.hidden][: ALL + 1]
            for kind, look in zip(self.kinds, looks, strict=True)
        }

    def ranked(self, most: int) -> dict[Kind, list[str]]:
        """Return ids as they are written, best first: ``most`` of them in order, 101 at most."""
        found = self.found(Tier.PREFIX)
        plan = [
            replace(self.probe(tier, most, [kind]), among=ids, whole=self._whole(ids))
            for kind, ids in found.items()
            if len(ids) > 1  # one thing needs no order
            for tier in (_ORDER[2:] if kind is Kind.REPLY else _ORDER)
            if self.whole or tier is Tier.TITLE_PREFIX
        ]
        better: dict[Kind, list[str]] = {kind: [] for kind in self.kinds}
        for look in self.uow.search.find(plan):
            for kind, known in look:
                if known not in self.hidden:
                    better[kind].append(known)
        return _joined(better, found)

    def _whole(self, ids: Sequence[str]) -> bool:
        """Tell whether these are all there are; not sure where others were left out."""
        return len(ids) <= ALL and not self.hidden

    def forgiving(self, exact: dict[Kind, list[str]]) -> dict[Kind, list[str]]:
        """Return the same with things behind them that are found when slips are forgiven."""
        return _joined(exact, self.found(Tier.NEAR))


def _joined(first: dict[Kind, list[str]], more: dict[Kind, list[str]]) -> dict[Kind, list[str]]:
    return {kind: list(dict.fromkeys([*first[kind], *more[kind]]))[: ALL + 1] for kind in first}


class Search:
    """Finds exercises, takes, replies, tags, people, and the collections of teachers."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._lexicon = Lexicon()

    def find(self, actor: str, text: str, kind: str = "") -> View:
        """Return what a question finds for a person, grouped; ``kind`` asks for all of one.

        A question without any letter or digit finds nothing. Without what was asked for, things
        are found that differ by a slip (one in words of four letters, two from eight on), and
        ``meant`` says what they read; without these ``instead`` has words that find something.

        Raises
        ------
        NotFound
            Nobody acts, or somebody who was switched off.
        InvalidInput
            More than 200 characters, or a kind that is none.
        """
        question = ask(text)
        if kind and kind not in {*Kind, KIND}:
            raise InvalidInput(f"{kind[:20]} is nothing that can be searched for.")
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            if not uow.search.behind():
                return self._found(uow, person, question, text, kind)
        self.catch_up()
        with self._record.read() as uow:
            return self._found(uow, access.acting(uow, actor), question, text, kind)

    def catch_up(self) -> None:
        """Take up what was written since somebody searched last."""
        taken = 1
        while taken:
            with self._record.write() as uow:
                taken = uow.search.catch_up()

    def _found(
        self, uow: UnitOfWork, person: Person, question: Question, text: str, kind: str
    ) -> View:
        kinds = tuple(k for k in OPENED[person.role] if kind in {"", k})
        places = uow.courses.of_person(person.id)
        longer = self._longer(uow, question)
        whole = self._stand_whole(question)
        look = _Look(uow, Sight(person, places), question, kinds, longer, whole)
        most = ALL if kind else SHOWN
        named = kind in {"", KIND}
        lists = collections_group(uow, person, places, question, most) if named else None
        return self._answer(look, text, most, [lists] if lists else [])

    def _answer(self, look: _Look, text: str, most: int, lists: list[View]) -> View:
        found: dict[Kind, list[str]] = {}
        exact = listed = sum(group["total"] for group in lists)
        if look.question.terms:
            found = look.ranked(most)
            exact += sum(map(len, found.values()))
            if exact < ENOUGH and self._suppose(look):
                found = look.forgiving(found)
        total = listed + sum(map(len, found.values()))
        groups = [self._group(look, kind, ids, most) for kind, ids in found.items() if ids]
        return {
            "question": text,
            "cut": look.question.cut,
            "meant": _meant(look, groups) if total and not exact else [],
            "groups": [*(group for group, _ in groups if group["items"]), *lists],
            "instead": [] if total else list(_instead(look)),
        }

    def _longer(self, uow: UnitOfWork, question: Question) -> dict[str, list[str]]:
        """Return the words each one begins, read off the same moment as everything else."""
        words, mark, anew = uow.search.words_after(self._lexicon.mark)
        if words or anew:
            self._lexicon.learn(words, mark, anew=anew)
        asked = {way[-1] for term in question.terms if term.is_word for way in term.spellings}
        found = {word: self._lexicon.longer(word) for word in asked}
        return {word: longer for word, longer in found.items() if longer is not None}

    def _stand_whole(self, question: Question) -> bool:
        """Tell whether each word stands somewhere; what is being typed mostly does not yet."""
        return all(
            any(all(map(self._lexicon.knows, spelling)) for spelling in term.spellings)
            for term in question.terms
        )

    def _suppose(self, look: _Look) -> bool:
        """Find words that may have been meant; tell whether there are any."""
        terms = look.question.terms
        for place, term in enumerate(terms):
            if term.is_word and not term.whole:
                near = self._lexicon.near(term.word, begins=place == len(terms) - 1)
                if near:
                    look.near[term.word] = near
        return bool(look.near)

    def _group(self, look: _Look, kind: Kind, ids: list[str], most: int) -> tuple[View, Shown]:
        """Show the first things of a kind, each asked for again."""
        page = look.desk.shown(kind, ids[:most])
        total = len(ids) - (len(ids[:most]) - len(page.items))
        group = {"kind": kind, "total": min(total, ALL), "more": total > ALL, "items": page.items}
        return group, page


def _meant(look: _Look, groups: Sequence[tuple[View, Shown]]) -> list[str]:
    """Return what words were meant as, read off what is shown; [] when nothing is sure."""
    there = {word for _, page in groups for word in page.words}
    meant: list[str] = []
    for term in look.question.terms:
        near = [word for word in look.near.get(term.word, ()) if word in there]
        meant += near[:1] if term.is_word and near else [" ".join(term.spellings[0])]
    return meant


def _instead(look: _Look) -> Iterator[View]:
    """Of several words that find nothing together, those that find something alone."""
    terms = look.question.terms
    if len(terms) < 2:
        return
    asked = [(term, kind) for term in terms for kind in look.kinds]
    looks = look.uow.search.find(
        [look.probe(Tier.PREFIX, ALL, [kind], Question((term,))) for term, kind in asked]
    )
    totals = dict.fromkeys(terms, 0)
    for (term, _), found in zip(asked, looks, strict=True):
        totals[term] += sum(known not in look.hidden for _, known in found)
    for term, total in totals.items():
        if total:
            yield {"words": " ".join(term.spellings[0]), "total": min(total, ALL)}
