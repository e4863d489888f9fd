"""Repositories of blind second ratings and of "which is better?"."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from practika_kernel.domain.judging import Judgement, Judging, Outcome
from practika_kernel.domain.rating import RatedLevel, Rating, RatingState, Share
from practika_kernel.storage import schema_judging as tables
from practika_kernel.storage.rows import Named, Rows


class SqlRatings(Named[Rating]):
    """`practika_kernel.domain.judging_ports.Ratings` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, tables.ratings, Rating)
        self._shares = Rows(connection, tables.rating_shares, Share)
        self._levels = Rows(connection, tables.rated_levels, RatedLevel)

    def share(self, course_id: str) -> Share | None:
        """None where nobody set one."""
        return self._shares.one(self._shares.table.c.course_id == course_id)

    def put_share(self, share: Share) -> None:
        """Store or replace it; the key that is there stays."""
        changed = {name: value for name, value in self._shares.values(share).items()}
        del changed["key"]
        self.connection.execute(
            self._shares.upsert(share).on_conflict_do_update(
                index_elements=["course_id"], set_=changed
            )
        )

    def ask(self, rating: Rating) -> bool:
        """Store a new rating; False when the take has one already."""
        return self.insert(rating)

    def of_take(self, take_id: str) -> Rating | None:
        """None when it has none."""
        return self.one(self.table.c.take_id == take_id)

    def of_course(self, course_id: str) -> list[Rating]:
        """In the order they were drawn."""
        columns = self.table.c
        return self.find(columns.course_id == course_id, order=(columns.drawn_at, columns.id))

    def asked_in(self, course_id: str) -> list[Rating]:
        """Those that were not handed in, in the order they were drawn."""
        columns = self.table.c
        waiting = (columns.course_id == course_id, columns.state == RatingState.ASKED)
        return self.find(*waiting, order=(columns.drawn_at, columns.id))

    def asked_of(self, rater_id: str) -> list[Rating]:
        """What waits for this teacher, the oldest first."""
        columns = self.table.c
        waiting = (columns.rater_id == rater_id, columns.state == RatingState.ASKED)
        return self.find(*waiting, order=(columns.drawn_at, columns.id))

    def blind(self, rater_id: str, take_id: str) -> bool:
        """Whether the take still waits for this teacher's second rating."""
        found = self.of_take(take_id)
        return found is not None and found.rater_id == rater_id and _asked(found)

    def give(self, rating: Rating, rater_id: str) -> bool:
        """Ask somebody else, who begins anew; False when it was handed in meanwhile."""
        columns = self.table.c
        mine = (columns.id == rating.id, columns.state == RatingState.ASKED)
        if not self.change(*mine, rater_id=rater_id):
            return False
        self._forget_levels(rating)
        return True

    def drop(self, rating: Rating) -> None:
        """Ask nobody any more; harmless when it was handed in."""
        found = self.get(rating.id)
        if found is not None and _asked(found):
            self._forget_levels(rating)
            self.connection.execute(delete(self.table).where(self.table.c.id == rating.id))

    def hand_in(self, rating: Rating, at: datetime) -> bool:
        """Close it; False when it was handed in or given to somebody else meanwhile."""
        columns = self.table.c
        mine = (columns.id == rating.id, columns.rater_id == rating.rater_id)
        asked = columns.state == RatingState.ASKED
        closed = {"state": RatingState.HANDED_IN, "handed_in_at": at}
        return bool(self.change(*mine, asked, **closed))

    def levels(self, rating_ids: Collection[str]) -> list[RatedLevel]:
        """Of all these ratings, by rating and criterion."""
        columns = self._levels.table.c
        order = (columns.rating_id, columns.criterion_id)
        return self._levels.among(columns.rating_id, rating_ids, order=order)

    def put_level(self, level: RatedLevel) -> None:
        """Store or replace the level on this criterion."""
        self.connection.execute(
            self._levels.upsert(level).on_conflict_do_update(
                index_elements=["rating_id", "criterion_id"], set_=self._levels.values(level)
            )
        )

    def drop_level(self, rating_id: str, criterion_id: str) -> None:
        """Forget it; harmless when there is nothing."""
        columns = self._levels.table.c
        mine = (columns.rating_id == rating_id, columns.criterion_id == criterion_id)
        self.connection.execute(delete(self._levels.table).where(*mine))

    def _forget_levels(self, rating: Rating) -> None:
        table = self._levels.table
        self.connection.execute(delete(table).where(table.c.rating_id == rating.id))


def _asked(rating: Rating) -> bool:
    return rating.state is RatingState.ASKED


class SqlJudgings(Named[Judging]):
    """`practika_kernel.domain.judging_ports.Judgings` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, tables.judgings, Judging)
        self._judgements = Named(connection, tables.judgements, Judgement)

    def add(self, item: Judging, taken: str = "This comparison exists already.") -> None:
        """Store a new judging."""
        super().add(item, taken)

    def in_courses(self, course_ids: Collection[str]) -> list[Judging]:
        """Newest first."""
        columns = self.table.c
        order = (columns.created_at.desc(), columns.id)
        return self.among(columns.course_id, course_ids, order=order)

    def close(self, judging_id: str, at: datetime | None) -> None:
        """Judge no more; None goes on."""
        self.change(self.table.c.id == judging_id, closed_at=at)

    def judgements(self, judging_id: str) -> list[Judgement]:
        """In the order in which they were shown."""
        columns = self._judgements.table.c
        order = (columns.shown_at, columns.id)
        return self._judgements.find(columns.judging_id == judging_id, order=order)

    def counts(self, judging_ids: Collection[str]) -> dict[str, dict[str, int]]:
        """How often each judge called one better, by judging; those without are left out."""
        columns = self._judgements.table.c
        said = (columns.judging_id.in_(list(judging_ids)), columns.outcome.in_(_SAID))
        grouped = (columns.judging_id, columns.judge_id)
        asked = select(*grouped, func.count()).where(*said).group_by(*grouped)
        found: dict[str, dict[str, int]] = {}
        for judging_id, judge_id, number in self.connection.execute(asked):
            found.setdefault(judging_id, {})[judge_id] = int(number)
        return found

    def judgement(self, judgement_id: str) -> Judgement | None:
        """None for an id that is not there."""
        return self._judgements.get(judgement_id)

    def show(self, judgement: Judgement) -> bool:
        """Store a pair that is put before a judge; False when they have one already."""
        return self._judgements.insert(judgement)

    def forget(self, judgement: Judgement) -> None:
        """Take a pair away that can no longer be judged."""
        table = self._judgements.table
        open_one = (table.c.id == judgement.id, table.c.outcome == Outcome.OPEN)
        self.connection.execute(delete(table).where(*open_one))

    def say(self, judgement: Judgement, outcome: Outcome, at: datetime) -> bool:
        """Keep what was said; False when something was said already."""
        columns = self._judgements.table.c
        mine = (columns.id == judgement.id, columns.outcome == Outcome.OPEN)
        return bool(self._judgements.change(*mine, outcome=outcome, judged_at=at))


_SAID = (Outcome.LEFT, Outcome.RIGHT)
