"""What the roll needs of the tables of `schema`: people in the order of their names."""

from __future__ import annotations

from sqlalchemy import Index

from practika_kernel.storage.schema import persons

by_name = Index("ix_persons_name", persons.c.name, persons.c.id)
