"""Calendar weeks, Monday to Sunday in the institution's zone, as SQL can use them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def monday_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the Monday of the week a moment lies in, by the zone's clocks.

    >>> monday_of(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    datetime.date(2026, 11, 23)
    """
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def begins(day: date, zone: ZoneInfo) -> str:
    """Return the moment a day begins, in UTC as SQL writes it.

    >>> begins(date(2026, 7, 6), ZoneInfo("Europe/Berlin"))
    '2026-07-05 22:00:00'
    """
    return f"{datetime.combine(day, time(), zone).astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def full_weeks(first: datetime, now: datetime, zone: ZoneInfo) -> list[date]:
    """Return the Mondays of all weeks from that of ``first`` to the last one that is over."""
    start, end = monday_of(first, zone), monday_of(now, zone)
    return [start + timedelta(weeks=number) for number in range(max(0, (end - start).days // 7))]


def numbered(mondays: list[date], zone: ZoneInfo) -> str:
    """Return the rows (number, begin, end, Monday) of these weeks for a VALUES list, from 0 on."""
    return ",\n    ".join(
        f"({number}, TIMESTAMP '{begins(day, zone)}', "
        f"TIMESTAMP '{begins(day + timedelta(weeks=1), zone)}', DATE '{day}')"
        for number, day in enumerate(mondays)
    )
