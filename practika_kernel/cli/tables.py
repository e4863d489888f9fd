"""How commands tell of a table they read: how it was saved, and what is wrong with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from practika_kernel.domain.sheets import Problem

if TYPE_CHECKING:
    from practika_kernel.storage.sheets import Sheet

SHOWN = 20
"""Problems told before "and so many more"."""


def tell_table(found: Sheet, rows: int, problems: Sequence[Problem], rest: str) -> None:
    """Print how a table was saved and the first problems; ``rest`` says where all of them are."""
    click.echo(f"{found.path.name}: {found.described}, {counted(rows, 'usable row')}.")
    if found.ignored:
        click.echo(f"Columns that mean nothing here: {', '.join(found.ignored)}.")
    for problem in problems[:SHOWN]:
        click.echo(str(problem), err=True)
    if len(problems) > SHOWN:
        click.echo(f"... and {len(problems) - SHOWN} more; {rest}.", err=True)


def listed(problems: Sequence[Problem]) -> list[dict[str, int | str]]:
    """Return problems as JSON values."""
    return [{"line": each.line, "sentence": each.sentence} for each in problems]


def counted(number: int, one: str, many: str = "") -> str:
    """Say a number of things.

    >>> counted(1, "person", "people"), counted(1200, "row")
    ('1 person', '1200 rows')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"
