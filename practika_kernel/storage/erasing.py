"""Removes takes, uploads and people with every row that refers to them, whatever its table.

Which rows those are is read from the references between the tables, so that a table that is
added later is not forgotten.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, or_, select, update

from practika_kernel.domain.audit import LASTING
from practika_kernel.domain.erasure import ERASED_NAME, KEPT_EVENTS, PLACE_EVENTS, Gone, Scope
from practika_kernel.domain.jobs import JobKind, JobState
from practika_kernel.domain.people import ERASED_HOST
from practika_kernel.domain.practice import Asset, TakeState
from practika_kernel.storage import schema, schema_audit
from practika_kernel.storage.rows import Named

_PIECE = 10_000

_LET_GO = {
    ("exercises", "reference_asset_id"),
    ("replies", "clip_id"),
    ("reply_versions", "clip_id"),
    ("decisions", "reply_id"),
    ("guest_comments", "reply_id"),
}
"""References that are emptied: the row is about something else."""

_MADE_OF = {"renditions", "alignments", "anchors", "let_go"}
"""Tables that hold what was made of a video; they are no use of it."""

_OF_PERSON = {"consents", "export_people", "withdrawals"}
"""Tables whose rows stay when their person goes: what was agreed, and where copies are."""

_TOLD = {"events", "withdrawals", "audit"}
"""Tables that name things without holding on to them; their own rules say which rows go."""

_NAME = re.compile(r"[0-9a-z]{20,}")


class SqlErasing:
    """`practika_kernel.domain.erasure.Erasing` in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reach(
        self, person_id: str, scope: Scope, take_id: str | None
    ) -> tuple[list[str], list[str]]:
        """The takes and the uploads a request is about.

        With one take go the person's drafts of the same bytes that were thrown away before.
        """
        takes, uploads = schema.takes.c, schema.uploads.c
        own, sent = takes.student_id == person_id, uploads.person_id == person_id
        if scope is Scope.TAKE:
            asset = select(takes.asset_id).where(own, takes.id == take_id).scalar_subquery()
            thrown = (takes.state == TakeState.WITHDRAWN) & (takes.asset_id == asset)
            own &= or_(takes.id == take_id, thrown)
        found = self._column(select(takes.id).where(own).order_by(takes.created_at, takes.id))
        if scope is Scope.TAKE:
            sent &= uploads.take_id.in_(found)
        order = (uploads.created_at, uploads.id)
        return found, self._column(select(uploads.id).where(sent).order_by(*order))

    def busy(self, takes: Collection[str], uploads: Collection[str], now: datetime) -> bool:
        """Whether a worker makes something of these at this moment."""
        names = {*takes, *uploads, *self._bytes_of(takes, uploads)}
        return any(
            state is JobState.RUNNING and lease is not None and lease > now
            for _, state, lease in self._jobs_about(names)
        )

    def remove(
        self, person_id: str, scope: Scope, takes: Collection[str], uploads: Collection[str]
    ) -> Gone:
        """Remove them with all that refers to them; what is gone already counts as nothing."""
        sweep = _Sweep(self._connection)
        about = {*takes, *uploads, *self._bytes_of(takes, uploads)}
        sweep.cascade(schema.takes, [*takes, *self._become(uploads)])
        sweep.cascade(schema.uploads, uploads)
        sweep.forget_drafts()
        sweep.leave_lists()
        sweep.forget_mentions()
        if scope is Scope.PERSON:
            sweep.empty_places(schema.persons, [person_id], kept=_OF_PERSON)
            sweep.forget_doer(person_id)
            self._make_nameless(sweep, person_id)
        assets, shared = self._unused(sweep, person_id)
        sweep.cascade(schema.assets, [asset.id for asset in assets])
        left = sweep.assets - {asset.id for asset in assets} | self._still_cut(sweep.clip_keys)
        letters = sweep.seen["letters"]
        made = {*about, *sweep.clip_keys, *(one.sha256 for one in assets), *letters}
        self._end_jobs(sweep, made - left)
        self._forget_notices(sweep, person_id, scope)
        self._forget_events(sweep, person_id, scope)
        self._forget_deeds(sweep, person_id, scope)
        clips = tuple(sorted(sweep.clip_keys - left))
        gone = tuple(sorted(sweep.seen["uploads"]))
        return Gone(dict(sweep.rows), tuple(assets), shared, clips, gone)

    def remove_reply(self, reply_id: str) -> Gone:
        """Remove a reply with its answers, its video, and a clip nothing else shows."""
        sweep = _Sweep(self._connection)
        columns, before = schema.replies.c, schema.reply_versions.c
        mine = or_(columns.id == reply_id, columns.parent_id == reply_id)
        shown = self._column(select(columns.clip_id).where(mine, columns.clip_id.is_not(None)))
        sweep.cascade(schema.replies, [reply_id])
        sweep.forget_drafts()
        sweep.forget_mentions()
        used = {
            one
            for column in (columns.clip_id, before.clip_id)
            for one in self._column(select(column).where(column.in_(shown)))
        }
        sweep.cascade(schema.clips, set(shown) - used)
        assets, shared = self._unused(sweep, "")
        sweep.cascade(schema.assets, [asset.id for asset in assets])
        left = sweep.assets - {asset.id for asset in assets} | self._still_cut(sweep.clip_keys)
        made = {*sweep.clip_keys, *(one.sha256 for one in assets), *(one.id for one in assets)}
        self._end_jobs(sweep, made - left)
        sent = tuple(sorted(sweep.seen["uploads"]))
        cut = tuple(sorted(sweep.clip_keys - left))
        return Gone(dict(sweep.rows), tuple(assets), shared, cut, sent)

    def _still_cut(self, keys: Collection[str]) -> set[str]:
        """Those of the clips that are another take's as well."""
        key = schema.clips.c.key
        found: set[str] = set()
        for piece in _pieces(keys):
            found.update(self._column(select(key).where(key.in_(piece))))
        return found

    def _column(self, statement: Any) -> list[str]:
        return list(self._connection.scalars(statement))

    def _become(self, uploads: Collection[str]) -> list[str]:
        """What these uploads have become since they were listed."""
        columns = schema.uploads.c
        found: list[str] = []
        for ids in _pieces(uploads):
            of_them = select(columns.take_id).where(columns.id.in_(ids))
            found += self._column(of_them.where(columns.take_id.is_not(None)))
        return found

    def _bytes_of(self, takes: Collection[str], uploads: Collection[str]) -> set[str]:
        """Whatever jobs call the files of these: videos, clips, and video replies on their way."""
        names: set[str] = set()
        for table, ids in ((schema.takes, takes), (schema.uploads, uploads)):
            for piece in _pieces(ids):
                used = select(table.c.asset_id).where(table.c.id.in_(piece))
                names.update(one for one in self._column(used) if one)
        clips, replies, sent = schema.clips.c, schema.replies.c, schema.uploads.c
        for piece in _pieces(takes):
            names.update(self._column(select(clips.key).where(clips.take_id.in_(piece))))
            about = select(replies.id).where(replies.take_id.in_(piece))
            videos = select(replies.asset_id).where(replies.take_id.in_(piece))
            names.update(one for one in self._column(videos) if one)
            names.update(self._column(select(sent.id).where(sent.reply_id.in_(about))))
        return names

    def _unused(self, sweep: _Sweep, person_id: str) -> tuple[list[Asset], int]:
        """Split the videos of what went into those nothing else uses, and how many stay."""
        rows = Named(self._connection, schema.assets, Asset)
        used: set[str] = set()
        for table, column in _references(schema.assets):
            if table.name not in _MADE_OF:
                for ids in _pieces(sweep.assets):
                    used.update(self._column(select(column).where(column.in_(ids))))
        for ids in _pieces(used):
            anchors = schema.anchors.c
            pair = or_(anchors.first_asset_id.in_(ids), anchors.second_asset_id.in_(ids))
            sweep.delete(schema.anchors, pair & (anchors.person_id == person_id))
        found = rows.many(sweep.assets - used)
        return sorted(found.values(), key=lambda asset: asset.id), len(used)

    def _make_nameless(self, sweep: _Sweep, person_id: str) -> None:
        invitations = schema.metadata.tables["invitations"]
        address = select(schema.persons.c.email).where(schema.persons.c.id == person_id)
        bound = invitations.c.email == address.scalar_subquery()
        sweep.cascade(invitations, self._column(select(invitations.c.id).where(bound)))
        empty: dict[str, Any] = dict.fromkeys(
            ("password_hash", "issuer", "subject", "roster_id", "lms_user_id")
        )
        empty |= {"portrait": "", "portrait_size": 0, "language": ""}
        columns = schema.persons.c
        self._connection.execute(
            update(schema.persons)
            .where(columns.id == person_id)
            .values(name=ERASED_NAME, email=f"{person_id}{ERASED_HOST}", active=False, **empty)
        )
        notes = schema.metadata.tables["consents"]
        mine = update(notes).where(notes.c.person_id == person_id)
        self._connection.execute(mine.values(note=""))

    def _jobs_about(
        self, names: Collection[str]
    ) -> Iterator[tuple[str, JobState, datetime | None]]:
        wanted = set(names)
        columns = schema.jobs.c
        asked = select(columns.id, columns.key, columns.payload, columns.state, columns.lease_until)
        for row in self._connection.execute(asked.where(columns.kind != JobKind.ERASE)):
            if wanted.intersection(_NAME.findall(f"{row.key} {json.dumps(row.payload)}")):
                yield row.id, row.state, row.lease_until

    def _end_jobs(self, sweep: _Sweep, about: Collection[str]) -> None:
        ids = [found for found, _, _ in self._jobs_about(about)]
        for piece in _pieces(ids):
            sweep.delete(schema.jobs, schema.jobs.c.id.in_(piece))

    def _forget_notices(self, sweep: _Sweep, person_id: str, scope: Scope) -> None:
        """Forget what others were told of what went; like events it refers to nothing."""
        told = schema.metadata.tables["notifications"]
        for ids in _pieces(sweep.seen["takes"]):
            sweep.delete(told, told.c.take_id.in_(ids))
        if scope is Scope.PERSON:
            sweep.delete(told, told.c.actor_id == person_id)

    def _forget_events(self, sweep: _Sweep, person_id: str, scope: Scope) -> None:
        columns = schema.events.c
        for ids in _pieces(sweep.seen["takes"]):
            sweep.delete(schema.events, columns.take_id.in_(ids))
        if scope is not Scope.TAKE:
            kept = KEPT_EVENTS if scope is Scope.PERSON else KEPT_EVENTS | PLACE_EVENTS
            theirs = or_(columns.student_id == person_id, columns.actor_id == person_id)
            sweep.delete(schema.events, theirs & columns.kind.not_in(kept))
        sent = set(sweep.seen["uploads"])
        told = select(columns.id, columns.data).where(columns.take_id == "")
        senders = [person_id, *sweep.senders]
        rows = self._connection.execute(told.where(columns.actor_id.in_(senders)))
        about = [row.id for row in rows if row.data.get("upload") in sent]
        for piece in _pieces(about):
            sweep.delete(schema.events, columns.id.in_(piece))

    def _forget_deeds(self, sweep: _Sweep, person_id: str, scope: Scope) -> None:
        """Forget what the audit log tells of them alone.

        What somebody did to others, or others to them, stays under the name that says nothing:
        the others have a right to it.
        """
        log = schema_audit.audit
        for ids in _pieces(sweep.seen["takes"]):
            sweep.delete(log, log.c.take_id.in_(ids))
        if scope is Scope.PERSON:
            for one, other in (
                (log.c.actor_id, log.c.person_id),
                (log.c.person_id, log.c.actor_id),
            ):
                alone = (one == person_id) & other.in_(["", person_id])
                sweep.delete(log, alone & log.c.kind.not_in(LASTING))


class _Sweep:
    """One removal: what it has met so far."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rows: Counter[str] = Counter()
        self.seen: dict[str, set[str]] = {
            table.name: set() for table in schema.metadata.sorted_tables
        }
        self.assets: set[str] = set()
        self.clip_keys: set[str] = set()
        self.senders: set[str] = set()

    def cascade(self, table: Table, ids: Iterable[str]) -> None:
        """Delete rows by id, before them the rows that refer to them."""
        new = sorted(set(ids) - self.seen[table.name])
        self.seen[table.name].update(new)
        self.empty_places(table, new)
        for piece in _pieces(new):
            self.delete(table, table.c.id.in_(piece))

    def empty_places(self, table: Table, ids: Collection[str], kept: Collection[str] = ()) -> None:
        """Delete the rows that refer to these, or have them let go."""
        for child, column in _references(table):
            if child.name in kept:
                continue
            for piece in _pieces(ids):
                pointing = column.in_(piece)
                if (child.name, column.name) in _LET_GO:
                    emptied = update(child).where(pointing).values({column.name: None})
                    self._connection.execute(emptied)
                elif "id" in child.c:
                    found = self._connection.scalars(select(child.c.id).where(pointing))
                    self.cascade(child, list(found))
                else:
                    self.delete(child, pointing)

    def delete(self, table: Table, which: ColumnElement[bool]) -> None:
        """Delete rows nothing refers to any more, and remember which bytes they used."""
        for foreign in table.foreign_keys:
            if foreign.column.table is schema.assets and table.name not in _MADE_OF:
                used = select(foreign.parent).where(which)
                self.assets.update(one for one in self._connection.scalars(used) if one)
        if table is schema.clips:
            self.clip_keys.update(self._connection.scalars(select(table.c.key).where(which)))
        if table is schema.uploads:
            self.senders.update(self._connection.scalars(select(table.c.person_id).where(which)))
        count = self._connection.execute(delete(table).where(which)).rowcount
        if count:
            self.rows[table.name] += count

    def forget_mentions(self) -> None:
        """Delete what only names a take or a reply, as notifications do, without a reference."""
        for column, kind in _mentions({"take_id": "takes", "reply_id": "replies"}):
            for ids in _pieces(self.seen[kind]):
                self.delete(column.table, column.in_(ids))

    def forget_doer(self, person_id: str) -> None:
        """Delete what only names the person who did something."""
        for column, _ in _mentions({"actor_id": "persons"}):
            self.delete(column.table, column == person_id)

    def leave_lists(self) -> None:
        """Take what went out of the lists of takes that are compared: these are no references."""
        judgings = schema.metadata.tables["judgings"]
        gone = self.seen["takes"]
        for row in self._connection.execute(select(judgings.c.id, judgings.c.take_ids)).all():
            left = [take for take in row.take_ids if take not in gone]
            if len(left) < len(row.take_ids):
                mine = update(judgings).where(judgings.c.id == row.id)
                self._connection.execute(mine.values(take_ids=left))

    def forget_drafts(self) -> None:
        """Forget what was being typed about what went."""
        gone = self.seen["takes"] | self.seen["replies"]
        columns = schema.drafts.c
        for person, place in self._connection.execute(select(columns.person_id, columns.place)):
            if gone.intersection(_NAME.findall(place)):
                self.delete(schema.drafts, (columns.person_id == person) & (columns.place == place))


def _references(table: Table) -> Iterator[tuple[Table, Column[Any]]]:
    """Every column of any table that refers to this one."""
    for child in schema.metadata.sorted_tables:
        for foreign in sorted(child.foreign_keys, key=lambda one: one.parent.name):
            if foreign.column.table is table:
                yield child, foreign.parent


def _mentions(names: dict[str, str]) -> Iterator[tuple[Column[Any], str]]:
    """Every column of such a name that is no reference, and what the name is mapped to."""
    for table in schema.metadata.sorted_tables:
        for name, kind in names.items():
            if table.name not in _TOLD and name in table.c and not table.c[name].foreign_keys:
                yield table.c[name], kind


def _pieces(ids: Collection[str] | Collection[int]) -> Iterator[list[Any]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _PIECE):
        yield ordered[start : start + _PIECE]
