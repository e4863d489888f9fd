"""Counts stored bytes by whose they are, in one query, and keeps the exceptions from quotas."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from practika_kernel.domain.storage_use import Owner, Quota, Use
from practika_kernel.storage import schema
from practika_kernel.storage.rows import Rows
from practika_kernel.storage.schema_quotas import quotas

_OWNED = """
  SELECT asset_id AS thing, student_id AS person, course_id AS course FROM takes
   WHERE asset_id IS NOT NULL {takes}
  UNION SELECT r.asset_id, r.author_id, t.course_id FROM replies r
   JOIN takes t ON t.id = r.take_id WHERE r.asset_id IS NOT NULL {replies}
  UNION SELECT e.reference_asset_id, '', e.course_id FROM exercises e
   WHERE e.reference_asset_id IS NOT NULL {exercises}
  UNION SELECT c.key, c.created_by, t.course_id FROM clips c
   JOIN takes t ON t.id = c.take_id WHERE c.state = 'ready' {clips}
  UNION SELECT asset_id, person_id, '' FROM uploads
   WHERE asset_id IS NOT NULL AND take_id IS NULL AND purpose = 'take' {uploads}
"""
"""Every stored video and clip with whose it is: also of drafts that were thrown away, for their
bytes are kept. A reference is its course's alone; what waits for an exercise is a person's."""

_WEIGHED = """
  SELECT asset_id AS thing,
         SUM(CASE WHEN kind = 'original' THEN size ELSE 0 END) AS original,
         SUM(CASE WHEN kind = 'web' THEN size ELSE 0 END) AS web,
         SUM(CASE WHEN kind NOT IN ('original', 'web') THEN size ELSE 0 END) AS other
    FROM renditions {made} GROUP BY asset_id
  UNION ALL SELECT key, 0, 0, MAX(size) FROM clips WHERE state = 'ready' {cut} GROUP BY key
"""

_BY = """
  SELECT '{owner}', o.{owner}, COUNT(*), SUM(w.original), SUM(w.web), SUM(w.other),
         SUM(CASE WHEN n.owners > 1 THEN w.original + w.web + w.other ELSE 0 END)
    FROM (SELECT DISTINCT thing, {owner} FROM owned WHERE {owner} <> '') o
    JOIN weighed w ON w.thing = o.thing
    JOIN (SELECT thing, COUNT(DISTINCT {owner}) AS owners FROM owned WHERE {owner} <> ''
           GROUP BY thing) n ON n.thing = o.thing
   GROUP BY o.{owner}
"""

_USES = text(
    f"WITH owned AS MATERIALIZED ({_OWNED.format(takes='', replies='', exercises='', clips='', uploads='')}), "  # noqa: E501
    f"weighed AS MATERIALIZED ({_WEIGHED.format(made='', cut='')})"
    + _BY.format(owner="person")
    + " UNION ALL "
    + _BY.format(owner="course")
    + " UNION ALL SELECT 'all', '', COUNT(*), COALESCE(SUM(original), 0), COALESCE(SUM(web), 0),"
    " COALESCE(SUM(other), 0), 0 FROM weighed"
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
    weighed = _WEIGHED.format(
        made="WHERE asset_id IN (SELECT thing FROM owned)",
        cut="AND key IN (SELECT thing FROM owned)",
    )
    return text(
        f"WITH owned AS MATERIALIZED ({among}), weighed AS ({weighed}) "
        "SELECT (SELECT COALESCE(SUM(original + web + other), 0) FROM weighed) + "
        f"({_COMING[owner]})"
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
