"""What consent, past exports and withdrawals need of the record. Adapters: `storage.consent`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.consent import Consent, Export, Purpose
from practika_kernel.domain.erasure import Withdrawal


class Consents(Protocol):
    """Histories of consent; rows are added and never changed."""

    def add(self, consent: Consent) -> None:
        """Store a row; one that is there already raises `Conflict`."""

    def of_person(self, person_id: str) -> list[Consent]:
        """Everything, oldest first."""

    def histories(self, purpose: Purpose) -> dict[str, list[Consent]]:
        """By person, oldest first; whoever never said anything is left out."""

    def in_force(
        self, purpose: Purpose, at: datetime, study: str | None = None
    ) -> dict[str, Consent]:
        """By person, as `practika_kernel.domain.consent.in_force` decides; ask for now."""


class Exports(Protocol):
    """Data sets that left Practika, and who was in them."""

    def add(self, export: Export, person_ids: Collection[str]) -> None:
        """Store it with the people it holds; one that is there already raises `Conflict`."""

    def get(self, export_id: str) -> Export | None: ...
    def all(self) -> list[Export]:
        """Newest first."""

    def holding(self, person_id: str) -> list[Export]:
        """Those that hold the person, newest first."""

    def people(self, export_id: str) -> list[str]:
        """The people in it, by id."""


class Withdrawals(Protocol):
    """Requests to remove things, and their receipts."""

    def add(self, withdrawal: Withdrawal) -> None: ...
    def get(self, withdrawal_id: str) -> Withdrawal | None: ...
    def of_person(self, person_id: str) -> list[Withdrawal]:
        """Newest first."""

    def open(self) -> list[Withdrawal]:
        """Those that are not finished, oldest first."""

    def save(self, withdrawal: Withdrawal) -> None: ...
