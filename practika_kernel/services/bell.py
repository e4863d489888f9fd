"""What a person finds under the bell.

BellView, as `view` answers it (plain JSON values)::

    unread   how many lines are news; 100 stands for more than 99
    mark     the newest of them; what comes later has a higher one
    days     [{day: "2026-11-24", groups: [Group, ...]}], newest first
    Group    {ids, text, lang, at, unread, link, kind, take_id, mark, quote, priority}; ``lang`` is
             the language of the text, ``link`` lies below the base address, ``quote`` is the
             beginning of what was written, or ""
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.languages import Language, language_of
from practika_kernel.domain.notice_words import Names, one_line, sentence
from practika_kernel.domain.notices import Group, Notice, grouped
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.services import access
from practika_kernel.services.accounts import home_of
from practika_kernel.services.notice_sight import link, names_of, still_seen

View = dict[str, Any]
SHOWN = 60
"""Notifications in the list: what nobody looked at for so long is no news."""
MOST = 100
LOOKED_AT = 1000
"""Unread ones that are put into lines; whoever has more has been away."""
QUOTE = 120


class Bell:
    """Lists notifications and marks them read; for the acting person alone."""

    def __init__(self, record: Record, clock: Clock, zone: str, language: str = "") -> None:
        self._record, self._clock, self._zone = record, clock, zone
        self._language = language

    def view(self, actor: str, *, news: bool = False) -> View:
        """Return a BellView (see the module); with ``news`` of what is unread alone."""
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            unread = still_seen(uow, uow.notices.unread(actor, LOOKED_AT))
            listed = unread
            if not news:
                known = uow.notices.of_person(actor, SHOWN)
                listed = unread + still_seen(uow, [one for one in known if one.read_at])
            names, quotes = names_of(uow, listed), quotes_of(uow, listed)
            zone = zone_of(uow.choices.rhythm(actor).zone, self._zone)

        speaks = language_of(me.language, self._language)

        def by_day(at: datetime) -> date:
            return at.astimezone(zone).date()

        days: dict[date, list[View]] = {}
        for group in grouped(listed, by_day):
            days.setdefault(by_day(group.last.created_at), []).append(
                _row(group, names, quotes, home_of(me)[1:], speaks)
            )
        return {
            "unread": min(len(grouped(unread, by_day)), MOST),
            "mark": max((one.event_id for one in unread), default=0),
            "days": [{"day": day.isoformat(), "groups": rows} for day, rows in days.items()],
        }

    def read(self, actor: str, *, ids: Collection[str] | None = None, take_id: str = "") -> int:
        """Mark these as read, those about a take, or with neither all; return how many were news.

        What is somebody else's, or was read before, is left alone.
        """
        now = self._clock()
        with self._record.write() as uow:
            access.acting(uow, actor)
            wanted = None if ids is None else [each for each in ids if is_id(each)][:500]
            if take_id and not is_id(take_id):
                return 0
            read = uow.notices.read(now, actor, ids=wanted, take_id=take_id)
            if read:
                uow.events.append(Event(EventKind.NOTICED, now, student_id=actor))
            return len(read)


def quotes_of(uow: UnitOfWork, notices: Collection[Notice]) -> dict[str, str]:
    """Return the beginnings of the comments they are about, by comment."""
    found = {}
    for reply_id in {one.reply_id for one in notices if one.reply_id}:
        reply = uow.replies.get(reply_id)
        if reply is not None and reply.text:
            text = one_line(reply.text)
            found[reply_id] = text if len(text) <= QUOTE else text[: QUOTE - 1].rstrip() + "…"
    return found


def zone_of(own: str, institution: str) -> ZoneInfo:
    """Return a person's zone: their own, or the institution's where it is none."""
    try:
        return ZoneInfo(own or institution)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(institution)


def _row(group: Group, names: Names, quotes: dict[str, str], home: str, language: Language) -> View:
    first: Notice = group.first
    at: datetime = group.last.created_at
    said = [quotes[one.reply_id] for one in group.notices if one.reply_id in quotes]
    return {
        "ids": [one.id for one in group.notices],
        "text": sentence(group, names, language),
        "lang": str(language),
        "quote": said[0] if said else "",
        "at": at.isoformat(),
        "unread": group.unread,
        "link": link(first, home),
        "kind": str(first.kind),
        "take_id": first.take_id,
        "mark": max(one.event_id for one in group.notices),
        "priority": group.priority,
    }
