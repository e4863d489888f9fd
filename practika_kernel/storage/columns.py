"""Column types that keep the domain's values exact on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Dialect, Text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond; ``timestamptz`` on PostgreSQL, text on SQLite.

    SQLite's text has a fixed width, so comparing it as text compares the moments.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime; nobody knows whose noon it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment in the record needs a time zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Come back aware and in UTC, whatever the session's time zone is."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Fraction]):
    """A Fraction as ``"30000/1001"``; a float column would round it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        """Write numerator and denominator."""
        return None if value is None else f"{value.numerator}/{value.denominator}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        """Read them back."""
        return None if value is None else Fraction(value)


class Word(TypeDecorator[StrEnum]):
    """A member of a StrEnum as its word; `one_of` adds the CHECK."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Write the word; a text that is none of them raises ValueError."""
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Read the member back."""
        return None if value is None else self.words(value)


class Lines(TypeDecorator[tuple[str, ...]]):
    """Words as text, each in a line of its own; a word holds no line break."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Write the lines."""
        return None if value is None else "\n".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Read them back; no text is no word."""
        return None if value is None else tuple(value.splitlines())


class Day(TypeDecorator[date]):
    """A day without a time, as ``2026-10-05``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Write year, month and day."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Read them back."""
        return None if value is None else date.fromisoformat(value)


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """A CHECK that the column holds one of the words."""
    quoted = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction number, ``xid8``."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL and casts."""
        return "xid8"

    def bind_processor(self, dialect: Dialect) -> Callable[[int | None], str | None]:
        """As text, which PostgreSQL reads as any type."""
        return lambda value: None if value is None else str(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], int | None]:
        """The driver knows no xid8 and hands out text."""
        return lambda value: None if value is None else int(value)

    def coerce_compared_value(self, op: object, value: object) -> TypeEngine[Any]:
        """Compare with numbers of the same type only."""
        return self


ischema_names["xid8"] = TransactionId  # so that looking at a database does not warn about it


class CurrentTransaction(FunctionElement[int]):
    """The number of the transaction that inserts; 0 on SQLite, where writers take turns."""

    inherit_cache = True


@compiles(CurrentTransaction, "postgresql")
def _on_postgresql(element: CurrentTransaction, compiler: SQLCompiler, **_: Any) -> str:
    return "pg_current_xact_id()"


@compiles(CurrentTransaction)
def _elsewhere(element: CurrentTransaction, compiler: SQLCompiler, **_: Any) -> str:
    return "0"
