"""The repository of addresses that are to be proven."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select

from practika_kernel.domain.addresses import AddressProof
from practika_kernel.storage import schema, schema_addresses
from practika_kernel.storage.rows import Named


class SqlAddresses(Named[AddressProof]):
    """`practika_kernel.domain.addresses.Addresses` in SQL."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, schema_addresses.addresses, AddressProof)

    def add(self, item: AddressProof, taken: str = "This address is asked about already.") -> None:
        """Store that somebody says an address is theirs."""
        super().add(item, taken)

    def of_letter(self, letter_id: str) -> AddressProof | None:
        """The one an e-mail is about."""
        columns = self.table.c
        return self.one(or_(columns.id == letter_id, columns.told == letter_id))

    def by_token(self, token: str) -> AddressProof | None:
        """The one whose link has this hash."""
        return self.one(self.table.c.token == token)

    def pending(self, person_id: str) -> list[AddressProof]:
        """What has not ended, the newest first."""
        columns = self.table.c
        order = (columns.created_at.desc(), columns.id.desc())
        return self.find(columns.person_id == person_id, columns.ended_at.is_(None), order=order)

    def unproven(self, person_id: str) -> bool:
        """Tell whether the address the person has now is still to be proven."""
        columns, person = self.table.c, schema.persons.c
        mine = (columns.person_id == person_id, person.id == person_id, columns.ended_at.is_(None))
        same = (columns.email == person.email, columns.before == person.email)
        count = select(func.count()).select_from(self.table, schema.persons)
        return bool(self.connection.scalar(count.where(*mine, *same)))

    def asked(self, person_id: str, since: datetime) -> int:
        """How many links the person asked for since then."""
        columns = self.table.c
        count = select(func.count()).where(
            columns.person_id == person_id, columns.created_at > since
        )
        return int(self.connection.scalar(count) or 0)

    def seal(self, proof_id: str, token: str, expires_at: datetime) -> None:
        """Give it its link."""
        self.change(self.table.c.id == proof_id, token=token, expires_at=expires_at)

    def prove(self, proof_id: str, at: datetime) -> bool:
        """End it as proven; False when it had ended."""
        columns = self.table.c
        mine = (columns.id == proof_id, columns.ended_at.is_(None))
        return bool(self.change(*mine, ended_at=at, proven_at=at))

    def end(self, person_id: str, at: datetime, *, changes: bool | None = None) -> None:
        """End what a person asked for: changes alone, proofs of the present address, or all."""
        columns = self.table.c
        which = {None: [], True: [columns.email != columns.before]}.get(
            changes, [columns.email == columns.before]
        )
        mine = (columns.person_id == person_id, columns.ended_at.is_(None))
        self.change(*mine, *which, ended_at=at)

    def forget(self, before: datetime) -> None:
        """Delete what was asked before then, but for addresses that are still to be proven."""
        columns = self.table.c
        over = or_(columns.ended_at.is_not(None), columns.email != columns.before)
        self.connection.execute(delete(self.table).where(columns.created_at < before, over))
