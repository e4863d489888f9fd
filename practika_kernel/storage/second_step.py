"""The repositories of second steps, half sign-ins and trusted browsers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from practika_kernel.domain.second_step import (
    HalfSignIn,
    RecoveryCode,
    SecondLetter,
    SecondStep,
    TrustedBrowser,
)
from practika_kernel.storage import schema_second_step as tables
from practika_kernel.storage.rows import Named, Rows


class SqlSecondSteps(Rows[SecondStep]):
    """`practika_kernel.domain.second_step_ports.SecondSteps` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, tables.second_steps, SecondStep)
        self._codes = Named(connection, tables.recovery_codes, RecoveryCode)
        self._letters = Named(connection, tables.second_letters, SecondLetter)

    def get(self, person_id: str) -> SecondStep | None:
        """The person's; None for somebody who never thought of one."""
        return self.one(self.table.c.person_id == person_id)

    def on(self) -> set[str]:
        """Everybody who has it on."""
        columns = self.table.c
        having = select(columns.person_id).where(columns.sealed.is_not(None))
        return set(self.connection.scalars(having))

    def offer(self, person_id: str, sealed: str, at: datetime, by: str) -> None:
        """Keep a secret that is to be confirmed; an older one that is not is forgotten."""
        waiting = {"pending": sealed, "pending_at": at, "pending_by": by}
        fresh = self.upsert(SecondStep(person_id, **waiting))  # type: ignore[arg-type]
        self.connection.execute(
            fresh.on_conflict_do_update(index_elements=["person_id"], set_=waiting)
        )

    def confirm(self, person_id: str, sealed: str, step: int, at: datetime) -> bool:
        """Turn it on with the secret that was offered; False when that is another by now."""
        columns = self.table.c
        mine = (columns.person_id == person_id, columns.pending == sealed)
        turned = {"sealed": sealed, "since": at, "last_step": step}
        return bool(self.change(*mine, **turned, **_NOTHING_WAITS))

    def cancel(self, person_id: str) -> None:
        """Forget the secret that is to be confirmed."""
        self.change(self.table.c.person_id == person_id, **_NOTHING_WAITS)

    def take(self, person_id: str, sealed: str, step: int) -> bool:
        """Count a code of this step as taken; False when one of it, or of later, was before.

        Of two transactions the second waits for the first and finds its step.
        """
        columns = self.table.c
        mine = (columns.person_id == person_id, columns.sealed == sealed)
        return bool(self.change(*mine, columns.last_step < step, last_step=step))

    def remove(self, person_id: str) -> bool:
        """Turn it off, and forget its recovery codes; False when it was not on."""
        columns = self.table.c
        self.put_codes(person_id, ())
        gone = delete(self.table).where(columns.person_id == person_id).returning(columns.sealed)
        return self.connection.scalar(gone) is not None

    def put_codes(self, person_id: str, digests: Collection[str]) -> None:
        """Give the person these recovery codes in place of those before."""
        codes = self._codes.table
        self.connection.execute(delete(codes).where(codes.c.person_id == person_id))
        for each in digests:
            self._codes.add(RecoveryCode(each, person_id), "This code exists already.")

    def use_code(self, person_id: str, digest: str, at: datetime) -> bool:
        """Use a recovery code up; False when it is none of theirs, or was used."""
        columns = self._codes.table.c
        mine = (columns.id == digest, columns.person_id == person_id)
        return bool(self._codes.change(*mine, columns.used_at.is_(None), used_at=at))

    def codes_left(self, person_id: str) -> int:
        """How many recovery codes open still."""
        columns = self._codes.table.c
        count = select(func.count()).where(
            columns.person_id == person_id, columns.used_at.is_(None)
        )
        return int(self.connection.scalar(count) or 0)

    def tell(self, letter: SecondLetter) -> None:
        """Store what an e-mail tells."""
        self._letters.add(letter, "This is told already.")

    def news(self, letter_id: str) -> SecondLetter | None:
        """What the e-mail of this name tells; None when it is about something else."""
        return self._letters.get(letter_id)

    def forget_news(self, before: datetime) -> None:
        """Delete what was told before then."""
        letters = self._letters.table
        self.connection.execute(delete(letters).where(letters.c.at < before))


_NOTHING_WAITS = {"pending": None, "pending_at": None, "pending_by": ""}


class SqlDoorsteps(Named[HalfSignIn]):
    """`practika_kernel.domain.second_step_ports.Doorsteps` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, tables.half_sign_ins, HalfSignIn)
        self._browsers = Named(connection, tables.trusted_browsers, TrustedBrowser)

    def add(self, item: HalfSignIn, taken: str = "This half sign-in exists already.") -> None:
        """Store a new one."""
        super().add(item, taken)

    def end(self, half_id: str) -> bool:
        """Delete one; False when it was gone, so that of two who finish it one does."""
        gone = delete(self.table).where(self.table.c.id == half_id)
        return self.connection.execute(gone).rowcount > 0

    def trust(self, browser: TrustedBrowser) -> None:
        """Store a browser."""
        self._browsers.add(browser, "This browser is trusted already.")

    def trusted(self, ids: Collection[str], person_id: str, at: datetime) -> TrustedBrowser | None:
        """The one of these that is trusted for this person then."""
        columns = self._browsers.table.c
        mine = (columns.id.in_(ids), columns.person_id == person_id, columns.expires_at > at)
        found = self._browsers.find(*mine, order=(columns.created_at.desc(),), limit=1)
        return found[0] if found else None

    def trusts(self, person_id: str, at: datetime) -> list[TrustedBrowser]:
        """A person's, the newest first."""
        columns = self._browsers.table.c
        order = (columns.created_at.desc(), columns.id)
        mine = (columns.person_id == person_id, columns.expires_at > at)
        return self._browsers.find(*mine, order=order)

    def seen(self, browser_id: str, at: datetime) -> None:
        """Write down that a browser needed no code."""
        self._browsers.change(self._browsers.table.c.id == browser_id, seen_at=at)

    def distrust(self, person_id: str, ids: Collection[str] | None = None) -> int:
        """Trust these of a person's browsers no more, or none of them; return how many."""
        table = self._browsers.table
        which = [] if ids is None else [table.c.id.in_(ids)]
        gone = delete(table).where(table.c.person_id == person_id, *which)
        return self.connection.execute(gone).rowcount

    def clear(self, person_id: str) -> None:
        """End a person's half sign-ins, and trust none of their browsers."""
        self.connection.execute(delete(self.table).where(self.table.c.person_id == person_id))
        self.distrust(person_id)

    def sweep(self, before: datetime) -> None:
        """Delete what had run out by then."""
        for table in (self.table, self._browsers.table):
            self.connection.execute(delete(table).where(table.c.expires_at < before))
