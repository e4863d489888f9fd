"""What the roll needs of the tables of `schema`: people in the order of their names."""

from __future__ import annotations

from sqlalchemy import Index

from practika_kernel.storage.schema import persons

# With the address in it, what is typed is looked for without reading a row.
by_name = Index("ix_persons_name", persons.c.name, persons.c.id, persons.c.email)
# How many there are of each role is counted in it alone.
by_role = Index("ix_persons_role", persons.c.role, persons.c.active, persons.c.email)
