"""Counts what is stored by whose it is, and keeps the sums: what changed is counted anew.

Triggers note what was written (`schema_use`); whoever wants the sums has the notes settled
first. The sum of an owner is always counted from the rows, never added to, so that no slip stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, text

from practika_kernel.domain.storage_use import Owner, Use
from practika_kernel.storage.schema_use import EVERYTHING

OWNED = """
  SELECT asset_id AS thing, student_id AS person, course_id AS course FROM takes
   WHERE asset_id IS NOT NULL {takes}
  UNION ALL SELECT r.asset_id, r.author_id, t.course_id FROM replies r
   JOIN takes t ON t.id = r.take_id WHERE r.asset_id IS NOT NULL {replies}
  UNION ALL SELECT e.reference_asset_id, '', e.course_id FROM exercises e
   WHERE e.reference_asset_id IS NOT NULL {exercises}
  UNION ALL SELECT c.key, c.created_by, t.course_id FROM clips c
   JOIN takes t ON t.id = c.take_id WHERE c.state = 'ready' {clips}
  UNION ALL SELECT asset_id, person_id, '' FROM uploads
   WHERE asset_id IS NOT NULL AND take_id IS NULL AND purpose = 'take' {uploads}
"""
"""Every stored video and clip with whose it is: also of drafts that were thrown away, for their
bytes are kept. A reference is its course's alone; what waits for an exercise is a person's."""

OF_ALL = dict.fromkeys(("takes", "replies", "exercises", "clips", "uploads"), "")
OF_PERSON = {
    "takes": "AND student_id = :id",
    "replies": "AND r.author_id = :id",
    "exercises": "AND 1 = 0",
    "clips": "AND c.created_by = :id",
    "uploads": "AND person_id = :id",
}
OF_COURSE = {
    "takes": "AND course_id = :id",
    "replies": "AND t.course_id = :id",
    "exercises": "AND e.course_id = :id",
    "clips": "AND t.course_id = :id",
    "uploads": "AND 1 = 0",
}


def _among(names: str) -> dict[str, str]:
    """What is owned of some things, whoever owns it."""
    columns = {
        "takes": "asset_id",
        "replies": "r.asset_id",
        "exercises": "e.reference_asset_id",
        "clips": "c.key",
        "uploads": "asset_id",
    }
    return {table: f"AND {column} IN {names}" for table, column in columns.items()}


_SUMS = """COUNT(*), COALESCE(SUM(u.original), 0), COALESCE(SUM(u.web), 0),
  COALESCE(SUM(u.other), 0),
  COALESCE(SUM(CASE WHEN o.owners > 1 THEN u.original + u.web + u.other END), 0)"""

_OF_EVERYBODY = """INSERT INTO use_totals (owner, owner_id, videos, original, web, other, shared)
WITH owned AS MATERIALIZED ({owned})
SELECT '{owner}', o.owner, {sums}
  FROM (SELECT thing, {owner} AS owner, COUNT(*) OVER (PARTITION BY thing) AS owners
          FROM owned WHERE {owner} <> '' GROUP BY thing, {owner}) o
  LEFT JOIN use_things u ON u.name = o.thing
 GROUP BY o.owner"""

_OF_ONE = """INSERT INTO use_totals (owner, owner_id, videos, original, web, other, shared)
WITH mine AS MATERIALIZED (SELECT thing FROM ({mine}) m GROUP BY thing),
     around AS MATERIALIZED ({around})
SELECT '{owner}', :id, {sums}
  FROM (SELECT thing, COUNT(DISTINCT {owner}) AS owners FROM around
         WHERE {owner} <> '' GROUP BY thing) o
  LEFT JOIN use_things u ON u.name = o.thing HAVING COUNT(*) > 0"""

_THINGS = """INSERT INTO use_things (name, original, web, other)
SELECT asset_id, SUM(CASE WHEN kind = 'original' THEN size ELSE 0 END),
       SUM(CASE WHEN kind = 'web' THEN size ELSE 0 END),
       SUM(CASE WHEN kind NOT IN ('original', 'web') THEN size ELSE 0 END)
  FROM renditions {assets} GROUP BY asset_id
UNION ALL
SELECT key, 0, 0, MAX(size) FROM clips WHERE state = 'ready' {clips} GROUP BY key"""

_WHOLE = """INSERT INTO use_totals (owner, owner_id, videos, original, web, other, shared)
SELECT 'all', '', COUNT(*), COALESCE(SUM(original), 0), COALESCE(SUM(web), 0),
       COALESCE(SUM(other), 0), 0 FROM use_things"""

_MOST_NOTES, _MOST_OWNERS = 2000, 25
"""From so many on it is quicker to count everything."""

_LOCK = 0x50_72_75_73
"""The advisory lock that those who count on PostgreSQL take turns with ("Prus")."""

_FILTERS = {Owner.PERSON: OF_PERSON, Owner.COURSE: OF_COURSE}
_NAMES: BindParameter[object] = bindparam("names", expanding=True)


def settle(connection: Connection) -> None:
    """Count anew what was written since somebody last did, inside the caller's transaction.

    What is noted is taken away first and counted after: what others write meanwhile is noted
    by them, and counted once more if need be.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    taken = connection.execute(text("DELETE FROM use_pending RETURNING kind, name"))
    notes = {(kind, name) for kind, name in taken if name or kind == EVERYTHING}
    if not notes:
        return
    things = [name for kind, name in notes if kind == "thing"]
    many = len(notes) > _MOST_NOTES or any(kind == EVERYTHING for kind, _ in notes)
    owners = set() if many else _owners(connection, notes, things)
    if many or len(owners) > _MOST_OWNERS:
        _count_all(connection)
    else:
        _count(connection, things, owners)


def settled(connection: Connection) -> bool:
    """Whether nothing was written since; this locks nothing."""
    return connection.execute(text("SELECT 1 FROM use_pending LIMIT 1")).first() is None


def totals(connection: Connection) -> list[Use]:
    """Everybody and every course with something stored, and all of it, as it was settled."""
    rows = connection.execute(
        text("SELECT owner, owner_id, videos, original, web, other, shared FROM use_totals")
    )
    return [Use(Owner(kind), name, *map(int, sums)) for kind, name, *sums in rows]


def _owners(
    connection: Connection, notes: Collection[tuple[str, str]], things: list[str]
) -> set[tuple[Owner, str]]:
    """Whose sums change: those noted, and those who own one of these things now."""
    found = {(Owner(kind), name) for kind, name in notes if kind != "thing"}
    if things:
        owned = text(OWNED.format(**_among(":names"))).bindparams(_NAMES)
        for _, person, course in connection.execute(owned, {"names": things}):
            found |= {(Owner.PERSON, person), (Owner.COURSE, course)}
    return {(owner, name) for owner, name in found if name}


def _count(connection: Connection, things: list[str], owners: set[tuple[Owner, str]]) -> None:
    if things:
        given = {"names": things}
        away = text("DELETE FROM use_things WHERE name IN :names").bindparams(_NAMES)
        connection.execute(away, given)
        made = _THINGS.format(assets="WHERE asset_id IN :names", clips="AND key IN :names")
        connection.execute(text(made).bindparams(_NAMES), given)
    for owner, name in sorted(owners):
        _forget(connection, owner, name)
        mine = OWNED.format(**_FILTERS[owner])
        around = OWNED.format(**_among("(SELECT thing FROM mine)"))
        one = _OF_ONE.format(mine=mine, around=around, owner=owner, sums=_SUMS)
        connection.execute(text(one), {"id": name})
    _forget(connection, Owner.ALL, "")
    connection.execute(text(_WHOLE))


def _forget(connection: Connection, owner: Owner, name: str) -> None:
    away = text("DELETE FROM use_totals WHERE owner = :owner AND owner_id = :name")
    connection.execute(away, {"owner": str(owner), "name": name})


def _count_all(connection: Connection) -> None:
    for statement in _everything():
        connection.execute(text(statement))


def _everything() -> Iterator[str]:
    yield "DELETE FROM use_things"
    yield "DELETE FROM use_totals"
    yield _THINGS.format(assets="", clips="")
    for owner in _FILTERS:
        yield _OF_EVERYBODY.format(owned=OWNED.format(**OF_ALL), owner=owner, sums=_SUMS)
    yield _WHOLE


def used_by(owner: Owner) -> Any:
    """The bytes of one owner, ``:id``, counted from the rows."""
    among = OWNED.format(**_FILTERS[owner])
    return (
        "SELECT COALESCE(SUM(size), 0) FROM ("
        f"SELECT r.size FROM (SELECT thing FROM ({among}) a GROUP BY thing) o "
        "JOIN renditions r ON r.asset_id = o.thing UNION ALL "
        f"SELECT MAX(c.size) FROM (SELECT thing FROM ({among}) b GROUP BY thing) o "
        "JOIN clips c ON c.key = o.thing AND c.state = 'ready' GROUP BY c.key) sizes"
    )
