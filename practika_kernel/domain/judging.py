"""Which is better: two takes of an exercise at a time, judged until there is a scale.

Which pair comes next follows from what was judged so far: takes that were seen least come first,
parts that nobody compared yet are joined, nobody judges a pair twice. It does not follow from who
seems to stand close together: such pairs make a scale look more reliable than it is (Bramley 2015,
Investigating the reliability of Adaptive Comparative Judgment).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.practice import clean_text

FEWEST_TAKES, MOST_TAKES = 3, 300
"""Below three there is no scale; above, nobody comes to the end."""

MOST_LOOKS = 40
"""How often each take may be asked to be compared."""


class Outcome(StrEnum):
    """What a judge said of a pair; ``open`` is the pair before them, ``skipped`` says nothing."""

    OPEN = "open"
    LEFT = "left"
    RIGHT = "right"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Judging:
    """Takes of an exercise to be put in order by a question.

    ``take_ids`` are those of the day it was set up. It is done when every take was compared
    ``looks`` times on average; ``closed_at`` is when no more is judged.
    """

    id: str
    exercise_id: str
    course_id: str
    question: str
    take_ids: list[str]
    looks: int
    created_by: str
    created_at: datetime
    closed_at: datetime | None = None

    @property
    def wanted(self) -> int:
        """How many judgements make it complete."""
        return -(-len(self.take_ids) * self.looks // 2)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A pair that was put before a judge, and what they said."""

    id: str
    judging_id: str
    judge_id: str
    left_id: str
    right_id: str
    shown_at: datetime
    outcome: Outcome = Outcome.OPEN
    judged_at: datetime | None = None

    @property
    def pair(self) -> frozenset[str]:
        """Both takes, whichever side they stood on."""
        return frozenset((self.left_id, self.right_id))

    @property
    def said(self) -> bool:
        """Whether one was called the better one."""
        return self.outcome in (Outcome.LEFT, Outcome.RIGHT)


def check_question(question: str) -> str:
    """Return the question as it is stored; an empty one asks which is better."""
    return clean_text(question, what="question", limit=120) or "Which is better?"


def check_looks(looks: int) -> int:
    """Return how often each take is compared, or refuse it."""
    if not 2 <= looks <= MOST_LOOKS:
        raise InvalidInput(f"Each take is compared 2 to {MOST_LOOKS} times.")
    return looks


def check_takes(take_ids: Sequence[str]) -> list[str]:
    """Return the takes, or refuse too few and too many."""
    if len(take_ids) < FEWEST_TAKES:
        raise InvalidInput(f"It takes {FEWEST_TAKES} submitted takes to be put in order.")
    if len(take_ids) > MOST_TAKES:
        raise InvalidInput(f"At most {MOST_TAKES:,} takes can be put in order at once.")
    return list(take_ids)


def next_pair(
    judging: Judging, judge: str, shown: Iterable[Judgement], takes: Collection[str]
) -> tuple[str, str] | None:
    """Choose the pair this judge sees next, left and right.

    Parameters
    ----------
    judging, judge
        What is judged, and the id of who judges.
    shown
        Every pair that was put before anybody so far, also open and skipped ones.
    takes
        Those of the judging that can still be looked at.

    Returns
    -------
    tuple or None
        Ids of two takes. None when this judge has seen every pair.

    Notes
    -----
    First a take that was compared least. Then its partner: one of another part of the graph of
    comparisons; of a pair judged least; compared least itself. Where nothing decides, a hash
    does that differs from judge to judge and from pair to pair. Skipped pairs count as seen by
    their judge, and as no comparison. Sides follow from which take stood left less often.

    Examples
    --------
    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 30, tzinfo=UTC)
    >>> judging = Judging("j", "e", "c", "Which is better?", ["a", "b", "c"], 2, "p", now)
    >>> one = Judgement("1", "j", "ada", "a", "b", now, Outcome.LEFT, now)
    >>> sorted(next_pair(judging, "ada", [one], ["a", "b", "c"]))[1]
    'c'
    >>> next_pair(judging, "ada", [one], ["a", "b"]) is None
    True
    """
    rows = list(shown)
    seen = {row.pair for row in rows if row.judge_id == judge}
    counting = [row for row in rows if row.outcome is not Outcome.SKIPPED]
    compared = Counter(name for row in counting for name in row.pair)
    judged = Counter(row.pair for row in counting)
    part = parts(takes, judged)
    turn = f"{judging.id} {judge} {sum(row.judge_id == judge for row in rows)}"
    for one in sorted(takes, key=lambda name: (compared[name], _mixed(turn, name))):
        partners = [two for two in takes if two != one and frozenset((one, two)) not in seen]
        ranks = {
            two: (
                part[one] == part[two],
                judged[frozenset((one, two))],
                compared[two],
                _mixed(turn, two),
            )
            for two in partners
        }
        if ranks:
            return _sides(counting, turn, one, min(ranks, key=ranks.__getitem__))
    return None


def _sides(counting: Sequence[Judgement], turn: str, one: str, two: str) -> tuple[str, str]:
    """Put the take left that stood there less often; where nothing decides, by a hash."""
    compared = Counter(name for row in counting for name in row.pair)
    left = Counter(row.left_id for row in counting)
    lean = (left[one] - compared[one] / 2) - (left[two] - compared[two] / 2)
    swap = lean > 0 or (lean == 0 and _mixed("side", turn, one, two) % 2 == 1)
    return (two, one) if swap else (one, two)


def parts(names: Iterable[str], links: Iterable[frozenset[str]]) -> dict[str, str]:
    """Return for each name one that stands for its connected part.

    >>> found = parts("abcd", [frozenset("ab"), frozenset("bc")])
    >>> found["a"] == found["c"], found["a"] == found["d"]
    (True, False)
    """
    above = {name: name for name in names}

    def top(name: str) -> str:
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for link in links:
        if len(link) == 2 and link <= above.keys():
            one, two = sorted(link)
            above[top(one)] = top(two)
    return {name: top(name) for name in above}


def _mixed(*names: str) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(names).encode(), digest_size=8).digest())
