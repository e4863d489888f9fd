"""Repositories of notifications, choices about them, and e-mails."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select, update

from practika_kernel.domain.digests import Rhythm
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.letters import Letter, LetterState
from practika_kernel.domain.notice_ports import Choice
from practika_kernel.domain.notices import By, Notice, NoticeKind
from practika_kernel.storage import schema_notices
from practika_kernel.storage.rows import Named, Rows

MARK = "events"


class SqlNotices(Named[Notice]):
    """`practika_kernel.domain.notice_ports.Notices` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_notices.notices, Notice)

    def mark(self) -> Watermark:
        """How far into the events notifications have been made."""
        columns = schema_notices.mark.c
        row = self.connection.execute(select(columns.xid, columns.event_id)).one()
        return Watermark(row.xid, row.event_id)

    def move_mark(self, before: Watermark, after: Watermark) -> bool:
        """Return False (nothing written) when somebody else has moved it since."""
        columns = schema_notices.mark.c
        same = (columns.xid == before.xid, columns.event_id == before.id)
        moved = update(schema_notices.mark).where(*same)
        moved = moved.values(xid=after.xid, event_id=after.id)
        return self.connection.execute(moved).rowcount > 0

    def add(self, notice: Notice) -> bool:  # type: ignore[override]  # says so, raises nothing
        """Store it; False when the person has been told of that event."""
        return self.insert(notice)

    def of_person(self, person_id: str, limit: int) -> list[Notice]:
        """What shows under the bell, newest first."""
        return self._shown(person_id, limit)

    def unread(self, person_id: str, limit: int) -> list[Notice]:
        """What shows under the bell and was not read, newest first."""
        return self._shown(person_id, limit, self.table.c.read_at.is_(None))

    def _shown(self, person_id: str, limit: int, *more: ColumnElement[bool]) -> list[Notice]:
        columns = self.table.c
        mine = (columns.person_id == person_id, columns.page.is_(True), *more)
        order = (columns.created_at.desc(), columns.event_id.desc())
        return self.find(*mine, order=order, limit=limit)

    def read(
        self,
        at: datetime,
        person_id: str = "",
        *,
        ids: Collection[str] | None = None,
        take_id: str = "",
        reply_id: str = "",
        kinds: Collection[NoticeKind] | None = None,
    ) -> list[Notice]:
        """Mark as read what fits all that is given and was unread; return it."""
        columns = self.table.c
        where: list[ColumnElement[bool]] = [columns.read_at.is_(None)]
        for column, value in (
            (columns.person_id, person_id),
            (columns.take_id, take_id),
            (columns.reply_id, reply_id),
        ):
            if value:
                where.append(column == value)
        if ids is not None:
            where.append(columns.id.in_(sorted(ids)))
        if kinds is not None:
            where.append(columns.kind.in_(sorted(kinds)))
        return self.change(*where, read_at=at)

    def to_mail(self, limit: int) -> list[Notice]:
        """Unread ones that are to be mailed and are in no letter, oldest first."""
        columns = self.table.c
        order = (columns.mail.desc(), columns.created_at)  # "now" before "digest"
        return self.find(*self._pending(), order=order, limit=limit)

    def _pending(self) -> tuple[ColumnElement[bool], ...]:
        columns = self.table.c
        return (columns.letter_id.is_(None), columns.read_at.is_(None), columns.mail != By.OFF)

    def put_into(self, letter_id: str, ids: Collection[str]) -> int:
        """Put those into a letter that are in none and unread; return how many."""
        wanted = self.table.c.id.in_(sorted(ids))
        return len(self.change(wanted, *self._pending(), letter_id=letter_id))

    def in_letter(self, letter_id: str) -> list[Notice]:
        """What an e-mail is about, oldest first."""
        columns = self.table.c
        return self.find(columns.letter_id == letter_id, order=(columns.created_at,))

    def sweep(self, read: datetime, unread: datetime, most: int) -> int:
        """Delete at most so many that were read, or came unread, before then; return how many."""
        columns = self.table.c
        old = or_(columns.read_at < read, columns.read_at.is_(None) & (columns.created_at < unread))
        chosen = select(columns.id).where(old).limit(most)
        return self.connection.execute(delete(self.table).where(columns.id.in_(chosen))).rowcount


class SqlLetters(Named[Letter]):
    """`practika_kernel.domain.notice_ports.Letters` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_notices.letters, Letter)

    def add(self, letter: Letter) -> bool:  # type: ignore[override]  # says so, raises nothing
        """Store it; False when the person has a letter of that day."""
        return self.insert(letter)

    def by_token(self, token: str) -> Letter | None:
        """The letter whose unsubscribe link has this hash."""
        return self.one(self.table.c.token == token)

    def latest(self, person_id: str) -> datetime | None:
        """When the person's newest letter was made that was no daily one."""
        columns = self.table.c
        mine = (columns.person_id == person_id, columns.day.is_(None))
        made = select(func.max(columns.created_at)).where(*mine)
        found: datetime | None = self.connection.scalar(made)
        return found

    def of_day(self, person_id: str, day: date) -> Letter | None:
        """The person's digest of a day."""
        columns = self.table.c
        return self.one(columns.person_id == person_id, columns.day == day)

    def of_invitations(self, ids: Collection[str]) -> list[Letter]:
        """The letters that bring these invitations."""
        return self.among(self.table.c.invitation_id, ids)

    def forget(self, letter_id: str) -> None:
        """Delete one that nothing was put into."""
        self.connection.execute(delete(self.table).where(self.table.c.id == letter_id))

    def move(self, letter: Letter, expected: LetterState) -> bool:
        """Write the letter if its stored state is still the expected one; else return False."""
        return self.swap(letter, expected)

    def handed_over(self, since: datetime) -> list[datetime]:
        """When the letters left that did since then, oldest first."""
        columns = self.table.c
        gone = columns.state.in_([LetterState.SENT, LetterState.SENDING, LetterState.UNSURE])
        found = select(columns.moved_at).where(columns.moved_at > since, gone)
        return list(self.connection.scalars(found.order_by(columns.moved_at)))

    def sweep(self, before: datetime, most: int) -> int:
        """Delete at most so many that are over, older, and held by no notification."""
        columns, held = self.table.c, schema_notices.notices.c.letter_id
        over = columns.state.not_in([LetterState.WAITING, LetterState.SENDING])
        alone = ~exists().where(held == columns.id)
        chosen = select(columns.id).where(columns.created_at < before, over, alone).limit(most)
        return self.connection.execute(delete(self.table).where(columns.id.in_(chosen))).rowcount


class SqlChoices:
    """`practika_kernel.domain.notice_ports.Choices` in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rhythms = Rows(connection, schema_notices.rhythms, Rhythm)

    def of_person(self, person_id: str) -> dict[NoticeKind, Choice]:
        """What the person chose, by kind."""
        columns = schema_notices.choices.c
        found = select(columns.kind, columns.page, columns.mail)
        rows = self._connection.execute(found.where(columns.person_id == person_id))
        return {kind: (page, mail) for kind, page, mail in rows}

    def put(self, person_id: str, kind: NoticeKind, choice: Choice) -> None:
        """Store or replace a choice."""
        values: dict[str, Any] = {"page": choice[0], "mail": choice[1]}
        columns = schema_notices.choices.c
        mine = (columns.person_id == person_id, columns.kind == kind)
        changed = update(schema_notices.choices).where(*mine).values(values)
        if self._connection.execute(changed).rowcount == 0:
            new = {"person_id": person_id, "kind": kind, **values}
            self._connection.execute(schema_notices.choices.insert().values(new))

    def rhythm(self, person_id: str) -> Rhythm:
        """When the daily e-mail leaves; the usual where nothing was chosen."""
        mine = self._rhythms.table.c.person_id == person_id
        return self._rhythms.one(mine) or Rhythm(person_id)

    def put_rhythm(self, rhythm: Rhythm) -> None:
        """Store or replace it."""
        values = self._rhythms.values(rhythm)
        statement = self._rhythms.upsert(rhythm)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["person_id"], set_=values)
        )
