"""What the services need for judging: second ratings with their shares, and pairs of takes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.judging import Judgement, Judging, Outcome
from practika_kernel.domain.rating import RatedLevel, Rating, Share


class Ratings(Protocol):
    """Shares, second ratings and their levels."""

    def share(self, course_id: str) -> Share | None: ...
    def put_share(self, share: Share) -> None:
        """Store or replace it; the key that is there stays."""

    def ask(self, rating: Rating) -> bool:
        """Store a new rating; False when the take has one already."""

    def get(self, rating_id: str) -> Rating | None: ...
    def of_take(self, take_id: str) -> Rating | None: ...
    def of_course(self, course_id: str) -> list[Rating]:
        """In the order they were drawn."""

    def asked_in(self, course_id: str) -> list[Rating]:
        """Those that were not handed in, in the order they were drawn."""

    def asked_of(self, rater_id: str) -> list[Rating]:
        """What waits for this teacher, the oldest first."""

    def blind(self, rater_id: str, take_id: str) -> bool:
        """Whether the take still waits for this teacher's second rating."""

    def give(self, rating: Rating, rater_id: str) -> bool:
        """Ask somebody else, who begins anew; False when it was handed in meanwhile."""

    def drop(self, rating: Rating) -> None:
        """Ask nobody any more; harmless when it was handed in."""

    def hand_in(self, rating: Rating, at: datetime) -> bool:
        """Close it; False when it was handed in or given to somebody else meanwhile."""

    def levels(self, rating_ids: Collection[str]) -> list[RatedLevel]: ...
    def put_level(self, level: RatedLevel) -> None:
        """Store or replace the level on this criterion."""

    def drop_level(self, rating_id: str, criterion_id: str) -> None:
        """Forget it; harmless when there is nothing."""


class Judgings(Protocol):
    """Judgings and their judgements."""

    def add(self, judging: Judging) -> None: ...
    def get(self, judging_id: str) -> Judging | None: ...
    def in_courses(self, course_ids: Collection[str]) -> list[Judging]:
        """Newest first."""

    def close(self, judging_id: str, at: datetime | None) -> None:
        """Judge no more; None goes on."""

    def judgements(self, judging_id: str) -> list[Judgement]:
        """In the order in which they were shown."""

    def counts(self, judging_ids: Collection[str]) -> dict[str, dict[str, int]]:
        """How often each judge called one better, by judging; those without are left out."""

    def judgement(self, judgement_id: str) -> Judgement | None: ...
    def show(self, judgement: Judgement) -> bool:
        """Store a pair that is put before a judge; False when they have one already."""

    def forget(self, judgement: Judgement) -> None:
        """Take a pair away that can no longer be judged."""

    def say(self, judgement: Judgement, outcome: Outcome, at: datetime) -> bool:
        """Keep what was said; False when something was said already."""
