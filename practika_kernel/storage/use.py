"""Counts stored bytes by whose they are, in one query, and keeps the exceptions from quotas."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from practika_kernel.domain.storage_use import Owner, Quota, Use
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Rows
from practika_kernel.storage.schema_quotas import quotas

_OWNED = """
  SELECT asset_id AS thing, student_id AS person, course_id AS course, 0 AS clip FROM takes
   WHERE asset_id IS NOT NULL {takes}
  UNION ALL SELECT r.asset_id, r.author_id, t.course_id, 0 FROM replies r
   JOIN takes t ON t.id = r.take_id WHERE r.asset_id IS NOT NULL {replies}
  UNION ALL SELECT e.reference_asset_id, '', e.course_id, 0 FROM exercises e
   WHERE e.reference_asset_id IS NOT NULL {exercises}
  UNION ALL SELECT c.key, c.created_by, t.course_id, c.size FROM clips c
   JOIN takes t ON t.id = c.take_id WHERE c.state = 'ready' {clips}
  UNION ALL SELECT asset_id, person_id, '', 0 FROM uploads
   WHERE asset_id IS NOT NULL AND take_id IS NULL AND purpose = 'take' {uploads}
"""
"""Every stored video and clip with whose it is: also of drafts that were thrown away, for their
bytes are kept. A reference is its course's alone; what waits for an exercise is a person's."""

_BY = """
  SELECT '{owner}', o.owner, COUNT(DISTINCT o.thing),
         SUM(CASE WHEN r.kind = 'original' THEN r.size ELSE 0 END),
         SUM(CASE WHEN r.kind = 'web' THEN r.size ELSE 0 END),
         SUM(CASE WHEN r.kind NOT IN ('original', 'web') THEN r.size ELSE 0 END + o.clip),
         SUM(CASE WHEN o.owners > 1 THEN COALESCE(r.size, 0) + o.clip ELSE 0 END)
    FROM (SELECT thing, {owner} AS owner, MAX(clip) AS clip,
                 COUNT(*) OVER (PARTITION BY thing) AS owners
            FROM owned WHERE {owner} <> '' GROUP BY thing, {owner}) o
    LEFT JOIN renditions r ON r.asset_id = o.thing
   GROUP BY o.owner
"""
_ALL = """
  SELECT 'all', '', made.things + cut.things, made.original, made.web, made.other + cut.size, 0
    FROM (SELECT COUNT(DISTINCT asset_id) AS things,
                 COALESCE(SUM(CASE WHEN kind = 'original' THEN size END), 0) AS original,
                 COALESCE(SUM(CASE WHEN kind = 'web' THEN size END), 0) AS web,
                 COALESCE(SUM(CASE WHEN kind NOT IN ('original', 'web') THEN size END), 0) AS other
            FROM renditions) made,
         (SELECT COUNT(*) AS things, COALESCE(SUM(size), 0) AS size
            FROM (SELECT MAX(size) AS size FROM clips WHERE state = 'ready' GROUP BY key) k) cut
"""
_EVERYBODY = dict.fromkeys(("takes", "replies", "exercises", "clips", "uploads"), "")
_USES = text(
    f"WITH owned AS MATERIALIZED ({_OWNED.format(**_EVERYBODY)})"
    + " UNION ALL ".join([_BY.format(owner="person"), _BY.format(owner="course"), _ALL])
)

_OF_PERSON = {
    "takes": "AND student_id = :id",
    "replies": "AND r.author_id = :id",
    "exercises": "AND 1 = 0",
    "clips": "AND c.created_by = :id",
    "uploads": "AND person_id = :id",
}
_OF_COURSE = {
    "takes": "AND course_id = :id",
    "replies": "AND t.course_id = :id",
    "exercises": "AND e.course_id = :id",
    "clips": "AND t.course_id = :id",
    "uploads": "AND 1 = 0",
}
_COMING = {
    Owner.PERSON: "SELECT COALESCE(SUM(size), 0) FROM uploads WHERE person_id = :id "
    "AND state IN ('receiving', 'received')",
    Owner.COURSE: "SELECT COALESCE(SUM(u.size), 0) FROM uploads u "
    "LEFT JOIN exercises e ON e.id = u.exercise_id LEFT JOIN takes t ON t.id = u.take_id "
    "WHERE u.state IN ('receiving', 'received') AND COALESCE(e.course_id, t.course_id) = :id",
}
"""What is on its way holds its place already, or two that arrive at once would both fit."""


def _used(owner: Owner) -> Any:
    among = _OWNED.format(**(_OF_PERSON if owner is Owner.PERSON else _OF_COURSE))
    return text(
        "SELECT (SELECT COALESCE(SUM(COALESCE(r.size, 0) + o.clip), 0) "
        f"FROM (SELECT thing, MAX(clip) AS clip FROM ({among}) owned GROUP BY thing) o "
        f"LEFT JOIN renditions r ON r.asset_id = o.thing) + ({_COMING[owner]})"
    ).bindparams(bindparam("id"))


class SqlStorage:
    """`practika_kernel.domain.storage_use.Storage` in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._quotas = Rows(connection, quotas, Quota)

    def uses(self) -> list[Use]:
        """Everybody and every course with something stored, and all of it."""
        rows = self._connection.execute(_USES)
        return [Use(Owner(kind), name, *map(int, sums)) for kind, name, *sums in rows]

    def used(self, owner: Owner, owner_id: str) -> int:
        """Bytes of one person or course, with what is on its way to them."""
        return int(self._connection.scalar(_used(owner), {"id": owner_id}) or 0)

    def hold(self, owner: Owner, owner_id: str) -> None:
        """Have others who would hold the same owner wait until this unit of work has ended.

        On SQLite writers take turns as it is.
        """
        if self._connection.dialect.name == "postgresql":
            table = schema.persons if owner is Owner.PERSON else schema.courses
            mine = select(table.c.id).where(table.c.id == owner_id)
            self._connection.execute(mine.with_for_update(key_share=True))

    def quotas(self) -> list[Quota]:
        """Every exception."""
        return self._quotas.find(order=(quotas.c.set_at, quotas.c.id))

    def quota(self, owner: Owner, owner_id: str) -> Quota | None:
        """The exception for one owner, or None."""
        return self._quotas.one(self._column(owner) == owner_id)

    def put_quota(self, quota: Quota) -> None:
        """Store the exception, or replace the one there is for the same owner."""
        name = "person_id" if quota.person_id else "course_id"
        values = {"size": quota.size, "set_at": quota.set_at}
        statement = self._quotas.upsert(quota)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[name], set_=values)
        )

    def drop_quota(self, owner: Owner, owner_id: str) -> None:
        """Have the allowance for all hold again; harmless when it does."""
        self._connection.execute(quotas.delete().where(self._column(owner) == owner_id))

    def _column(self, owner: Owner) -> Any:
        return quotas.c.person_id if owner is Owner.PERSON else quotas.c.course_id
