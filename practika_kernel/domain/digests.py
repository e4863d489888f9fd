"""When a person's daily e-mail is due, by their own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from practika_kernel.domain.notices import DIGEST_HOUR


@dataclass(frozen=True, slots=True)
class Rhythm:
    """At which hour (0 to 23) the daily e-mail leaves, in which zone; "" is the institution's."""

    person_id: str
    digest_hour: int = DIGEST_HOUR
    zone: str = ""


def digest_moment(day: date, hour: int, zone: tzinfo) -> datetime:
    """Return when the digest of a day is due, in UTC.

    An hour that the clocks skip that day is the one after it; of one that comes twice it is the
    first.

    >>> from zoneinfo import ZoneInfo
    >>> digest_moment(date(2026, 3, 29), 2, ZoneInfo("Europe/Berlin")).hour  # skipped: 03:00
    1
    >>> digest_moment(date(2026, 10, 25), 2, ZoneInfo("Europe/Berlin")).hour  # the first of two
    0
    """
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def latest_digest(now: datetime, hour: int, zone: tzinfo) -> tuple[date, datetime]:
    """Return the day of the newest digest that is due by now, and its moment.

    >>> latest_digest(datetime(2026, 11, 24, 16, 59, tzinfo=UTC), 17, UTC)[0]
    datetime.date(2026, 11, 23)
    """
    day = now.astimezone(zone).date()
    moment = digest_moment(day, hour, zone)
    if moment > now:
        day -= timedelta(days=1)
        moment = digest_moment(day, hour, zone)
    return day, moment
