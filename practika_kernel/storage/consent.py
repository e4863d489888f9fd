"""Repositories of consent, past exports and withdrawals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, UnaryExpression, insert, select

from practika_kernel.domain import consent as rules
from practika_kernel.domain.consent import Consent, Export, Purpose
from practika_kernel.domain.erasure import Withdrawal
from practika_kernel.storage import schema_consent
from practika_kernel.storage.rows import Named


class SqlConsents(Named[Consent]):
    """`practika_kernel.domain.consent_ports.Consents` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_consent.consents, Consent)

    def add(self, item: Consent, taken: str = "This consent is recorded already.") -> None:
        """Store a row."""
        super().add(item, taken)

    def of_person(self, person_id: str) -> list[Consent]:
        """Everything, oldest first."""
        columns = self.table.c
        return self.find(columns.person_id == person_id, order=(columns.recorded_at, columns.id))

    def histories(self, purpose: Purpose) -> dict[str, list[Consent]]:
        """By person, oldest first."""
        columns = self.table.c
        found: dict[str, list[Consent]] = {}
        for row in self.find(columns.purpose == purpose, order=(columns.recorded_at, columns.id)):
            found.setdefault(row.person_id, []).append(row)
        return found

    def in_force(
        self, purpose: Purpose, at: datetime, study: str | None = None
    ) -> dict[str, Consent]:
        """By person."""
        decided = {
            person: rules.in_force(history, purpose, at, study)
            for person, history in self.histories(purpose).items()
        }
        return {person: row for person, row in decided.items() if row is not None}


class SqlExports(Named[Export]):
    """`practika_kernel.domain.consent_ports.Exports` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_consent.exports, Export)

    def add(self, item: Export, person_ids: Collection[str] = ()) -> None:
        """Store it with the people it holds."""
        super().add(item, "This export is recorded already.")
        rows = [{"export_id": item.id, "person_id": one} for one in sorted(set(person_ids))]
        if rows:
            self.connection.execute(insert(schema_consent.export_people), rows)

    def all(self) -> list[Export]:
        """Newest first."""
        return self.find(order=self._newest)

    def holding(self, person_id: str) -> list[Export]:
        """Those that hold the person, newest first."""
        held = schema_consent.export_people.c
        theirs = select(held.export_id).where(held.person_id == person_id)
        return self.find(self.table.c.id.in_(theirs), order=self._newest)

    def people(self, export_id: str) -> list[str]:
        """The people in it, by id."""
        held = schema_consent.export_people.c
        found = select(held.person_id).where(held.export_id == export_id).order_by(held.person_id)
        return list(self.connection.scalars(found))

    @property
    def _newest(self) -> tuple[UnaryExpression[Any], ...]:
        return self.table.c.made_at.desc(), self.table.c.id.desc()


class SqlWithdrawals(Named[Withdrawal]):
    """`practika_kernel.domain.consent_ports.Withdrawals` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_consent.withdrawals, Withdrawal)

    def add(self, item: Withdrawal, taken: str = "This withdrawal is recorded already.") -> None:
        """Store a request."""
        super().add(item, taken)

    def of_person(self, person_id: str) -> list[Withdrawal]:
        """Newest first."""
        columns = self.table.c
        newest = (columns.asked_at.desc(), columns.id.desc())
        return self.find(columns.person_id == person_id, order=newest)

    def open(self) -> list[Withdrawal]:
        """Those that are not finished, oldest first."""
        columns = self.table.c
        return self.find(columns.finished_at.is_(None), order=(columns.asked_at, columns.id))
