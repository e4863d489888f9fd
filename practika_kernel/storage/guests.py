"""The repository of links for guests, who opened them, and what they wrote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from practika_kernel.domain.guests import (
    GuestComment,
    GuestLetter,
    GuestLink,
    GuestVisit,
    GuestWord,
)
from practika_kernel.storage import schema
from practika_kernel.storage import schema_guests as tables
from practika_kernel.storage.rows import Named


class SqlGuests(Named[GuestLink]):
    """`practika_kernel.domain.guest_ports.Guests` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, tables.links, GuestLink)
        self._letters = Named(connection, tables.letters, GuestLetter)
        self._visits = Named(connection, tables.visits, GuestVisit)
        self._comments = Named(connection, tables.comments, GuestComment)

    @property
    def _newest(self) -> tuple[ColumnElement[Any], ...]:
        return (self.table.c.created_at.desc(), self.table.c.id.desc())

    def add(self, item: GuestLink, taken: str = "This link exists already.") -> None:
        """Store a new link."""
        super().add(item, taken)

    def by_token(self, token: str) -> GuestLink | None:
        """The link of this hash, or None."""
        return self.one(self.table.c.token == token)

    def of_takes(self, take_ids: Collection[str]) -> list[GuestLink]:
        """Those to these takes, newest first."""
        return self.among(self.table.c.take_id, take_ids, order=self._newest)

    def of_courses(self, course_ids: Collection[str], limit: int) -> list[GuestLink]:
        """Those to takes that lie in these courses now, newest first."""
        takes = schema.takes.c
        there = select(takes.id).where(takes.course_id.in_(sorted(course_ids)))
        return self.find(self.table.c.take_id.in_(there), order=self._newest, limit=limit)

    def revoke(self, link_id: str, by: str, at: datetime) -> bool:
        """Return False when it was revoked before or never there."""
        mine = (self.table.c.id == link_id, self.table.c.revoked_at.is_(None))
        return bool(self.change(*mine, revoked_at=at, revoked_by=by))

    def allow(self, take_id: str, by: str) -> None:
        """Forget that it was this person who revoked links to a take; they stay revoked."""
        mine = (self.table.c.take_id == take_id, self.table.c.revoked_by == by)
        self.change(*mine, revoked_by=None)

    def mail(self, letter: GuestLetter) -> None:
        """Note that a letter brings a link, and to whom."""
        self._letters.add(letter, "This letter brings a link already.")

    def letter(self, letter_id: str) -> GuestLetter | None:
        """What a letter brings, or None."""
        return self._letters.get(letter_id)

    def letters(self, link_ids: Collection[str]) -> list[GuestLetter]:
        """The letters that bring these links."""
        return self._letters.among(tables.letters.c.link_id, link_ids)

    def seal(self, letter_id: str, token: str) -> None:
        """Have the link a letter brings open by another token from now on."""
        brought = select(tables.letters.c.link_id).where(tables.letters.c.id == letter_id)
        self.change(self.table.c.id.in_(brought), token=token)

    def visit(self, visit: GuestVisit, most: int) -> bool:
        """Store a visit; False, with nothing stored, where the link has so many already."""
        return self._room(tables.visits, visit.link_id, most) and self._visits.insert(visit)

    def visitor(self, token: str) -> GuestVisit | None:
        """The visit whose cookie has this hash, or None."""
        return self._visits.one(tables.visits.c.token == token)

    def visits(self, link_ids: Collection[str]) -> list[GuestVisit]:
        """Who opened these, in the order they came."""
        columns = tables.visits.c
        return self._visits.among(columns.link_id, link_ids, order=(columns.opened_at, columns.id))

    def keep(self, comment: GuestComment, most: int) -> GuestComment | None:
        """Store a comment once for a visit and key; None where the link has so many already."""
        if self._room(tables.comments, comment.link_id, most) and self._comments.insert(comment):
            return comment
        columns = tables.comments.c
        same = (columns.visit_id == comment.visit_id, columns.client_key == comment.client_key)
        return self._comments.one(*same)

    def comment(self, comment_id: str) -> GuestComment | None:
        """The comment of this id, or None."""
        return self._comments.get(comment_id)

    def comments(self, link_ids: Collection[str]) -> list[GuestComment]:
        """What was written by these, by start (None first), then in the order it came."""
        columns = tables.comments.c
        order = (func.coalesce(columns.start_ms, -1), columns.created_at, columns.id)
        return self._comments.among(columns.link_id, link_ids, order=order)

    def take_back(self, comment_id: str) -> bool:
        """Delete one that still waits; False when it does not."""
        columns = tables.comments.c
        waits = (columns.id == comment_id, columns.state == GuestWord.WAITING)
        return self.connection.execute(delete(tables.comments).where(*waits)).rowcount > 0

    def decide(self, comment: GuestComment, expected: GuestWord) -> bool:
        """Overwrite a comment if its state is still the expected one; else False."""
        return self._comments.swap(comment, expected)

    def of_replies(self, reply_ids: Collection[str]) -> dict[str, GuestComment]:
        """The comments these replies were taken over from, by reply."""
        found = self._comments.among(tables.comments.c.reply_id, reply_ids)
        return {one.reply_id: one for one in found if one.reply_id}

    def forget(self, before: datetime, at: datetime, most: int) -> int:
        """Forget the guests of links that ended before then; how many links that was."""
        links, visits, comments = self.table, tables.visits, tables.comments
        ended = func.coalesce(links.c.revoked_at, links.c.expires_at)
        due = select(links.c.id).where(ended < before, links.c.forgotten_at.is_(None))
        ids = list(self.connection.scalars(due.order_by(links.c.id).limit(most)))
        if not ids:
            return 0
        theirs = comments.c.link_id.in_(ids)
        taken = comments.c.state == GuestWord.TAKEN
        self.connection.execute(delete(comments).where(theirs, ~taken))
        blank = {"text": "", "drawing": None}
        self.connection.execute(update(comments).where(theirs).values(blank))
        addressed = tables.letters.c.link_id.in_(ids)
        self.connection.execute(delete(tables.letters).where(addressed))
        nameless = update(visits).where(visits.c.link_id.in_(ids)).values(name="")
        self.connection.execute(nameless)
        self.change(links.c.id.in_(ids), guest="", phrase="", forgotten_at=at)
        return len(ids)

    def _room(self, table: Table, link_id: str, most: int) -> bool:
        """Tell whether a link has fewer than so many rows; others wait until this one is in."""
        mine = select(self.table.c.id).where(self.table.c.id == link_id)
        self.connection.execute(mine.with_for_update())
        count = select(func.count()).select_from(table).where(table.c.link_id == link_id)
        return int(self.connection.scalar(count) or 0) < most
