"""When enough of a reply was played that it counts as practising.

A reply is played while its own video or voice plays, or the take it speaks of, once it is
released: its comments show as the take plays. Where both run together, as they do side by side,
the longer of the two counts. What is played again counts again: going over a passage is what a
reply is for. Reports are bounded by the time that really passed before they come here (see
`practika_kernel.domain.ledger.viewed`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from practika_kernel.domain.ledger import Stretch

ENOUGH = timedelta(seconds=30)
"""Of a reply played in one sitting: from then on it counts."""

SITTING_ENDS = timedelta(minutes=30)
"""After so long without a report another sitting begins, which counts anew."""

LOOK_BACK = timedelta(hours=6)
"""How far back reports are read to know what a sitting holds already."""


def played_seconds(stretches: Iterable[Stretch]) -> float:
    """Return how long was played in all, again included.

    >>> played_seconds([(0, 1500), (1000, 2000)])
    2.5
    """
    return sum(end - start for start, end in stretches) / 1000


def of_reply(take: Iterable[Stretch], videos: Iterable[Iterable[Stretch]], answered: bool) -> float:
    """Return how many seconds of a reply a report tells of.

    Parameters
    ----------
    take
        Stretches of the take that were played, in milliseconds.
    videos
        Those of each video or voice that replies to it.
    answered
        Whether a reply to the take is released: before that the take is only a take.

    Examples
    --------
    >>> of_reply([(0, 8000)], [[(0, 5000)]], True), of_reply([(0, 8000)], [], False)
    (8.0, 0.0)
    """
    return max(
        played_seconds(take) if answered else 0.0,
        sum((played_seconds(one) for one in videos), 0.0),
    )


def counted(reports: Iterable[tuple[datetime, float]]) -> list[datetime]:
    """Return at which reports a sitting had reached half a minute, one for each sitting.

    Parameters
    ----------
    reports
        When a page told, and how many seconds of a reply were played since it told last, of one
        student and one take, by time.

    Returns
    -------
    list of datetime
        In order. Empty while no sitting reached it.

    Examples
    --------
    >>> at = lambda minute: datetime(2026, 9, 1, 12) + timedelta(minutes=minute)
    >>> told = [(at(0), 20), (at(1), 15), (at(2), 40), (at(40), 29), (at(50), 1)]
    >>> [one.strftime("%H:%M") for one in counted(told)]
    ['12:01', '12:50']
    """
    found: list[datetime] = []
    before: datetime | None = None
    total, done = 0.0, False
    for at, seconds in reports:
        if before is None or at - before > SITTING_ENDS:
            total, done = 0.0, False
        before, total = at, total + seconds
        # A report is to the millisecond; the sum of many is not.
        if not done and total >= ENOUGH.total_seconds() - 0.0005:
            found.append(at)
            done = True
    return found
