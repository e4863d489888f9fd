"""What searching needs of the record: words of things, found again with who may see them.

Every thing that can be found bears *marks*: how somebody would have to stand to it. A probe
names the marks its person holds, so what they may not see is neither found nor counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from practika_kernel.domain.permissions import Relation, Thing
from practika_kernel.domain.search import Kind, Question, Tier


def mark(thing: Thing, relation: Relation | None = None, known: str = "") -> str:
    """Return the mark of things of a kind for one relation to a course or a person.

    Without a relation it is the mark all things of the kind bear.

    >>> mark(Thing.TAKE, Relation.OWNER, "p1"), mark(Thing.DRAFT_REPLY)
    ('_take_o_p1', '_draftreply')
    """
    name = f"_{thing.value.replace(' ', '')}"
    if relation is None:
        return name
    letter = {Relation.OWNER: "o", Relation.AUTHOR: "a", Relation.SELF: "s"}.get(relation, "c")
    return f"{name}_{letter}_{known}"


def tag_mark(tag_id: str) -> str:
    """Return the mark of replies that bear a tag."""
    return f"_with_{tag_id}"


@dataclass(frozen=True, slots=True)
class Probe:
    """One look into the index: things of some kinds that bear a mark of theirs, newest first.

    ``near`` gives, for the tier of that name, the words that are meant by each term that is
    one word; a term without any is looked for as it stands. ``longer`` gives every word of the
    index that begins with a word, itself included: to look for a few whole words costs less than
    to look for a beginning. ``only`` asks for one more mark.

    ``among`` has things of the one kind that were found with the same marks by a tier that finds
    more: the newest of them, so that ``limit`` found there are the newest anywhere, or ``whole``
    if there are no others. An index may look there first, or not heed it.
    """

    marks: Mapping[Kind, Sequence[str]]
    question: Question
    tier: Tier
    limit: int
    near: Mapping[str, Sequence[str]] = field(default_factory=dict)
    longer: Mapping[str, Sequence[str]] = field(default_factory=dict)
    only: str = ""
    among: Sequence[str] = ()
    whole: bool = False

    @property
    def said(self) -> list[str]:
        """The marks of replies: of the words at least one must be the reply's own."""
        return list(self.marks.get(Kind.REPLY, ()))

    @property
    def others(self) -> list[str]:
        """The marks of everything else."""
        return [
            one for kind, marks in self.marks.items() if kind is not Kind.REPLY for one in marks
        ]


Found = tuple[Kind, str]
"""A thing by its kind and id."""


class Index(Protocol):
    """The words of everything that can be found, kept beside the record they come from.

    What is written is noted by the record itself in the same transaction; whoever searches next
    reads the notes first. So an acknowledged write is found at once, and a killed process
    leaves a note at worst, never a wrong index.
    """

    def behind(self) -> bool:
        """Tell whether something was written that the index does not know yet."""

    def catch_up(self, limit: int = 500) -> int:
        """Take up so many notes; return how many there were. Needs a unit that writes."""

    def pack(self) -> None:
        """Leave nothing of what was taken out of the index in the database's file."""

    def rebuild(self) -> None:
        """Forget the index and note everything there is."""

    def find(self, probes: Sequence[Probe]) -> list[list[Found]]:
        """Return for each probe what it finds, newest first; [] for nothing."""

    def words_after(self, mark: int) -> tuple[list[str], int, bool]:
        """Return words that were added behind a mark, the next mark, and whether to begin anew.

        Beginning anew means that the words are all there are: the record is another one by now.
        """
