"""Blind second ratings and "which is better?": the desks of a judge, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.domain.errors import NotFound

from ._base import PractikaWidget, Verb, script

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class RatingWidget(PractikaWidget):
    """One take to be rated a second time, blind: its video and its rubric, and nothing else.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; it knows the acting teacher.
    rating
        Id of the second rating. One that is not theirs shows a sentence.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("judging")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "mark": Verb("mark", {"criterion": str, "level": (int, NoneType), "wording": int}),
        "hand_in": Verb("hand_in"),
    }

    def __init__(self, practika: Practika, rating: str, **traits: Any) -> None:
        self._rating = rating
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """What a second rater may see; with the first rating once theirs is handed in."""
        desk = self.practika.services.ratings.desk(self.actor, self._rating)
        return {**desk, "part": "rating"}

    def mark(self, criterion: str, level: int | None, wording: int) -> bool:
        """Give a level, kept at once; None takes it back."""
        ratings = self.practika.services.ratings
        ratings.mark(self.actor, self._rating, criterion, level, wording)
        self.refresh()
        return True

    def hand_in(self) -> dict[str, Any]:
        """Close the rating; returns what waits next in the queue."""
        following = self.practika.services.ratings.hand_in(self.actor, self._rating)
        self.refresh()
        return {"next": following}


class JudgingWidget(PractikaWidget):
    """What is judged in one's courses; with ``judge`` a pair to judge, with ``standing`` a result.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave.
    judge
        Id of a judging whose pairs are put before the person, one after the other.
    standing
        Id of a judging whose result is shown.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("judging")
    verbs: ClassVar[Mapping[str, Verb]] = {
        "set_up": Verb(
            "set_up",
            {"exercise": str, "question": str, "looks": int, "every": (bool, NoneType)},
        ),
        "close_judging": Verb("close_judging", {"judging": str, "again": bool}),
        "judge": Verb("choose", {"pair": str, "better": str}),
        "next": Verb("bring_next"),
        "share": Verb("set_share", {"course": str, "percent": int, "since": str}),
    }

    def __init__(
        self, practika: Practika, judge: str = "", standing: str = "", **traits: Any
    ) -> None:
        self._judge, self._standing = judge, standing
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """The list with the shares of second ratings, a pair, or a result."""
        services = self.practika.services
        if self._judge:
            return {**services.judgings.pair(self.actor, self._judge), "part": "pair"}
        if self._standing:
            return {**services.standings.view(self.actor, self._standing), "part": "standing"}
        found = services.judgings.overview(self.actor)
        return {**found, "shares": services.ratings.shares(self.actor), "part": "list"}

    def set_up(self, exercise: str, question: str, looks: int, every: bool | None) -> str:
        """Begin a judging of an exercise's takes; returns its id."""
        judgings = self.practika.services.judgings
        made: str = judgings.set_up(self.actor, exercise, question, looks, every=bool(every))
        self.refresh()
        return made

    def close_judging(self, judging: str, again: bool) -> bool:
        """Judge no more, or go on after all."""
        self.practika.services.judgings.close(self.actor, judging, again=again)
        self.refresh()
        return True

    def choose(self, pair: str, better: str) -> bool:
        """Say which of the pair is better, and put the next one there."""
        if not self._judge:
            raise NotFound
        said: bool = self.practika.services.judgings.judge(self.actor, pair, better)
        self.bring_next()
        return said

    def bring_next(self) -> bool:
        """Put a pair before the person where there is none; False when all is judged."""
        if not self._judge:
            raise NotFound
        found: bool = self.practika.services.judgings.next(self.actor, self._judge)
        self.refresh()
        return found

    def set_share(self, course: str, percent: int, since: str) -> int:
        """Set how many marked takes are rated twice; returns how many are asked for anew."""
        asked: int = self.practika.services.ratings.set_share(self.actor, course, percent, since)
        self.refresh()
        return asked
