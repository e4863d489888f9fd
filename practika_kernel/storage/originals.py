"""The repository of originals that may go, and of those that were let go of."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)

from practika_kernel.domain.jobs import JobState
from practika_kernel.domain.originals import STEP, Candidate, LetGo, Shown
from practika_kernel.domain.practice import AssetState, Purpose, Rendition, RenditionKind
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Rows
from practika_kernel.storage.schema_originals import let_go, original_rules

_SHOWING = {"takes", "replies", "uploads"}
"""Tables whose videos may go on as a copy."""

_OF_IT = {"clips", "renditions", "alignments", "anchors", "let_go"}
"""Tables of what was made of a video. Whatever else refers to one needs its original."""

_NAME = re.compile(r"[0-9a-z]{20,}")


class SqlOriginals:
    """`practika_kernel.domain.originals.Originals` in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._gone = Rows(connection, let_go, LetGo)
        self._renditions = Rows(connection, schema.renditions, Rendition)

    def candidates(self, asset_id: str = "") -> list[Candidate]:
        """Originals beside a copy for browsers, of one video or of all; oldest first."""
        among = _beside_a_copy(asset_id)
        shown: dict[str, list[Shown]] = {}
        for asset, person, course, at in self._connection.execute(_showing(among)):
            shown.setdefault(asset, []).append(Shown(person, course, at))
        needed: set[str] = set()
        for column, *where in _needing():
            wanted = select(column).where(column.in_(among), *where)
            needed.update(self._connection.scalars(wanted))
        assets, made = schema.assets.c, schema.renditions.c
        rows = (
            select(assets.id, assets.sha256, made.size, made.created_at)
            .join_from(schema.assets, schema.renditions, made.asset_id == assets.id)
            .where(made.kind == RenditionKind.ORIGINAL, assets.id.in_(among))
            .order_by(made.created_at, assets.id)
        )
        return [
            Candidate(name, sha256, size, at, tuple(shown.get(name, ())), name in needed)
            for name, sha256, size, at in self._connection.execute(rows)
        ]

    def at_work(self) -> set[str]:
        """Ids and hashes of the videos that some work waits for, or is at."""
        jobs, clips, sent = schema.jobs.c, schema.clips.c, schema.uploads.c
        others = select(jobs.key, jobs.payload).where(_unfinished(), ~_letting_go())
        names: set[str] = set()
        for key, payload in self._connection.execute(others):
            names.update(_NAME.findall(f"{key} {json.dumps(payload)}"))
        for asset, name in ((clips.asset_id, clips.key), (sent.asset_id, sent.id)):
            for piece in _pieces(names):
                used = select(asset).where(name.in_(piece), asset.is_not(None))
                names = names | set(self._connection.scalars(used))
        return names

    def waiting(self) -> bool:
        """Whether a job that lets go of an original waits, or is at work."""
        found = select(schema.jobs.c.id).where(_unfinished(), _letting_go()).limit(1)
        return self._connection.execute(found).first() is not None

    def hold(self, asset_id: str) -> None:
        """Have others who would hold the same video wait until this unit of work has ended.

        On SQLite writers take turns as it is.
        """
        if self._connection.dialect.name == "postgresql":
            mine = select(schema.assets.c.id).where(schema.assets.c.id == asset_id)
            self._connection.execute(mine.with_for_update(key_share=True))

    def let_go(self, gone: LetGo) -> bool:
        """Write down that an original goes; False when the record does not have it."""
        made = schema.renditions.c
        mine = (made.asset_id == gone.asset_id, made.kind == RenditionKind.ORIGINAL)
        if not self._connection.execute(delete(schema.renditions).where(*mine)).rowcount:
            return False
        self._gone.add(gone, "This original was let go of already.")
        return True

    def bring_back(self, original: Rendition) -> bool:
        """Write down that an original is there again; False when it was never let go of."""
        mine = let_go.c.asset_id == original.asset_id
        if not self._connection.execute(delete(let_go).where(mine)).rowcount:
            return False
        self._renditions.insert(original)
        return True

    def gone(self, asset_ids: Collection[str]) -> dict[str, LetGo]:
        """Those of these videos whose original was let go of, by id."""
        return {each.asset_id: each for each in self._gone.among(let_go.c.asset_id, asset_ids)}

    def unremoved(self) -> list[LetGo]:
        """Those whose file is still to be removed, oldest first."""
        return self._gone.find(let_go.c.removed_at.is_(None), order=(let_go.c.at,))

    def removed(self, asset_id: str, at: datetime) -> None:
        """Write down that the file is gone, too; harmless when the original came back."""
        mine = update(let_go).where(let_go.c.asset_id == asset_id)
        self._connection.execute(mine.values(removed_at=at))

    def sum(self) -> tuple[int, int]:
        """Return how many were let go of, and their bytes."""
        asked = select(func.count(), func.coalesce(func.sum(let_go.c.size), 0))
        number, size = self._connection.execute(asked).one()
        return int(number), int(size)

    def rules(self) -> dict[str, int | None]:
        """Return the courses with a rule of their own."""
        columns = original_rules.c
        found = self._connection.execute(select(columns.course_id, columns.days))
        return {course: days for course, days in found}

    def put_rule(self, course_id: str, days: int | None) -> None:
        """Give a course a rule of its own, or another one; None is never."""
        self.drop_rule(course_id)
        self._connection.execute(original_rules.insert().values(course_id=course_id, days=days))

    def drop_rule(self, course_id: str) -> None:
        """Have the rule for all hold again; harmless when it does."""
        mine = original_rules.c.course_id == course_id
        self._connection.execute(delete(original_rules).where(mine))


def _unfinished() -> ColumnElement[bool]:
    return schema.jobs.c.state.in_([JobState.QUEUED, JobState.RUNNING])


def _letting_go() -> ColumnElement[bool]:
    return schema.jobs.c.key.startswith(f"{STEP}:", autoescape=True)


def _beside_a_copy(asset_id: str) -> Select[Any]:
    """Ids of the videos with pictures that are ready and have both; of one, where one is named."""
    assets, made, copy = schema.assets.c, schema.renditions.alias(), schema.renditions.alias()
    found = (
        select(assets.id)
        .join(made, made.c.asset_id == assets.id)
        .join(copy, copy.c.asset_id == assets.id)
        .where(
            made.c.kind == RenditionKind.ORIGINAL,
            copy.c.kind == RenditionKind.WEB,
            assets.state == AssetState.READY,
            assets.video_codec != "",
        )
    )
    return found.where(assets.id == asset_id) if asset_id else found


def _showing(among: Select[Any]) -> Any:
    """Who shows these videos, in which course, since when."""
    takes, replies, uploads = schema.takes.c, schema.replies.c, schema.uploads.c
    waiting = (uploads.take_id.is_(None), uploads.purpose == Purpose.TAKE)
    person, course = takes.student_id, takes.course_id
    nowhere = literal("", Text)
    return union_all(
        select(takes.asset_id, person, course, takes.created_at).where(takes.asset_id.in_(among)),
        select(replies.asset_id, replies.author_id, course, replies.created_at)
        .join_from(schema.replies, schema.takes, takes.id == replies.take_id)
        .where(replies.asset_id.in_(among)),
        select(uploads.asset_id, uploads.person_id, nowhere, uploads.created_at).where(
            uploads.asset_id.in_(among), *waiting
        ),
    )


def _needing() -> Iterator[tuple[Any, ...]]:
    """Columns that name videos which need their original, each with what must be so."""
    for table in schema.metadata.sorted_tables:
        for foreign in table.foreign_keys:
            known = table.name in _SHOWING | _OF_IT
            if foreign.column.table is schema.assets and not known:
                yield (foreign.parent,)
    exemplars = schema.metadata.tables.get("exemplars")
    if exemplars is not None:
        standing: ColumnElement[bool] = exemplars.c.state != "ended"
        takes = select(exemplars.c.take_id).where(standing)
        yield schema.takes.c.asset_id, schema.takes.c.id.in_(takes)


def _pieces(names: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(names)
    for start in range(0, len(ordered), 10_000):
        yield ordered[start : start + 10_000]
