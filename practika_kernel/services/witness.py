"""Deeds that come too often, or too much in a hurry, for the record to be asked each time.

Who plays a video asks for dozens of parts of it, and whoever guesses passwords does not wait. Both
are noted here in memory, at the cost of a look into a dictionary, and written a second later by
a thread of its own, many at a time. So nothing waits for the log, and how long a sign-in takes
tells nothing of what is noted. What a process had not written when it was killed is lost: at most
the last second.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from practika_kernel.domain.audit import VISIT, Deed, DeedKind, Viewed, shortened
from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.ports import Clock, Record, UnitOfWork

EVERY = 1.0
"""Seconds between two writes while there is something to write."""
MOST_WAITING = 20_000
"""Deeds kept while the database does not answer; more are counted and said in the log."""
MOST_REMEMBERED = 20_000
"""Visits remembered; one that was forgotten and goes on is looked up in the log itself."""
MOST_TRIED = 500
"""Different addresses told apart in one write; what is beyond counts for nobody in particular."""
MILESTONES = frozenset({1, 10, 100, 1_000, 10_000})
"""A try is told when it is the first within an hour, and again ten times more often each."""
KNOWN_A_DAY, UNKNOWN_A_DAY = 2_000, 500
"""Lines on failed sign-ins in a day, of people who are here and of nobody: an attack must not
fill the record."""

log = logging.getLogger("practika.witness")


@dataclass(frozen=True, slots=True)
class _Try:
    """A sign-in that came to nothing; ``hour`` is the hour it was in."""

    email: str
    network: str
    held: bool
    hour: datetime


class Witness:
    """Notes views, downloads and failed sign-ins, and writes them down soon after.

    Every method but `flush` returns at once and never raises.
    """

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock
        self._deeds: deque[Deed] = deque()
        self._tries: Counter[_Try] = Counter()
        self._last: OrderedDict[tuple[str, str, bool], datetime] = OrderedDict()
        self._totals: Counter[tuple[datetime, str, bool]] = Counter()
        self._lost = 0
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._news = threading.Event()
        self._thread: threading.Thread | None = None

    def saw(self, actor: str, viewed: Viewed, *, saved: bool = False) -> None:
        """Note that somebody looks at another's video: once a visit, however many parts it takes.

        ``saved`` is for a video they take away as a file.
        """
        key, now = (actor, viewed.take_id, saved), self._clock()
        with self._lock:
            before = self._last.get(key)
            self._last[key] = now
            self._last.move_to_end(key)
            if len(self._last) > MOST_REMEMBERED:
                self._last.popitem(last=False)
        if before is None or now - before >= VISIT:
            self._note(_view(actor, viewed, saved, now))

    def took(self, actor: str, table: str) -> None:
        """Note that somebody took a table away as a file."""
        data = {"table": table[:80]}
        self._note(Deed(DeedKind.TABLE_TAKEN, self._clock(), actor, data=data))

    def took_videos(self, actor: str, videos: int, others: Sequence[Viewed]) -> None:
        """Note that somebody takes many videos away as one file, and whose they are."""
        courses = {each.course_id for each in others}
        data = {"videos": videos, "own": not others}
        course = courses.pop() if len(courses) == 1 else ""
        now = self._clock()
        self._note(Deed(DeedKind.VIDEOS_TAKEN, now, actor, course_id=course, data=data))
        for each in others:
            self._note(_view(actor, each, True, now))

    def failed(self, email: str, client: str, *, held: bool) -> None:
        """Note that a sign-in came to nothing, or (``held``) was not even looked at."""
        hour = self._clock().replace(minute=0, second=0, microsecond=0)
        told = _Try(email, shortened(client), held, hour)
        with self._lock:
            if told not in self._tries and len(self._tries) >= MOST_TRIED:
                told = _Try("", "", held, hour)
            self._tries[told] += 1
        self._wake()

    def _note(self, deed: Deed) -> None:
        with self._lock:
            if len(self._deeds) >= MOST_WAITING:
                self._lost += 1
                return
            self._deeds.append(deed)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(
                        target=self._write_for_ever, name="witness", daemon=True
                    )
                    self._thread.start()

    def _write_for_ever(self) -> None:
        pause = threading.Event()
        while True:
            self._news.wait()
            self._news.clear()
            pause.wait(EVERY)
            try:
                self.flush()
            except PractikaError as error:
                log.warning("The audit log could not be written and is tried again: %s", error)
                self._news.set()
            except Exception:  # the thread's boundary: the next lines are not to be lost with these
                log.exception("Lines of the audit log could not be written and are tried again")
                pause.wait(30 * EVERY)
                self._news.set()

    def flush(self) -> None:
        """Write down what was noted; what cannot be written is kept for the next time."""
        with self._writing:
            with self._lock:
                deeds, self._deeds = list(self._deeds), deque()
                tries, self._tries = self._tries, Counter()
                lost, self._lost = self._lost, 0
            if lost:
                log.error("%d lines of the audit log had no room and are lost", lost)
            if not deeds and not tries:
                return
            totals = self._totals.copy()
            try:
                with self._record.write() as uow:
                    found = _unseen(uow, deeds) + self._failures(uow, tries)
                    uow.audit.add(found)
            except BaseException:
                self._totals = totals
                with self._lock:
                    self._deeds.extendleft(reversed(deeds))
                    self._tries.update(tries)
                raise

    def _failures(self, uow: UnitOfWork, tries: Counter[_Try]) -> list[Deed]:
        newest = max((one.hour for one in tries), default=None)
        for old in [key for key in self._totals if newest and key[0] < newest - timedelta(hours=1)]:
            del self._totals[old]
        found = []
        for one, number in tries.items():
            person = uow.people.by_email(one.email) if one.email else None
            whose = person.id if person is not None and not person.erased else ""
            key = (one.hour, whose or one.network, one.held)
            before = self._totals[key]
            self._totals[key] = after = before + number
            reached = [stone for stone in sorted(MILESTONES) if before < stone <= after]
            for times in reached[:1] if one.held else reached:
                found.append(_failure(one, whose, times))
        return _bounded(uow, found, self._clock())


def _view(actor: str, viewed: Viewed, saved: bool, at: datetime) -> Deed:
    data = ({"as": viewed.way} if viewed.way else {}) | ({"saved": True} if saved else {})
    whose, course, take = viewed.student_id, viewed.course_id, viewed.take_id
    return Deed(DeedKind.VIDEO_VIEWED, at, actor, whose, course, take, data)


def _unseen(uow: UnitOfWork, deeds: list[Deed]) -> list[Deed]:
    """Leave out visits that another process, or this one before it was started, has told of."""
    views = [deed for deed in deeds if deed.kind == DeedKind.VIDEO_VIEWED]
    if not views:
        return deeds
    since = min(deed.at for deed in views) - VISIT
    known = uow.audit.viewed({deed.actor_id for deed in views}, since)
    plain = {id(deed) for deed in views if not deed.data.get("saved")}
    return [d for d in deeds if id(d) not in plain or (d.actor_id, d.take_id) not in known]


def _failure(one: _Try, whose: str, times: int) -> Deed:
    kind = DeedKind.SIGN_IN_HELD if one.held else DeedKind.SIGN_IN_FAILED
    data = {"times": times} | ({"from": one.network} if one.network else {})
    key = f"{kind} {one.hour.isoformat()} {whose or one.network} {times}"
    return Deed(kind, one.hour, person_id=whose, data=data, key=key)


_FAILURES = (DeedKind.SIGN_IN_FAILED, DeedKind.SIGN_IN_HELD)


def _bounded(uow: UnitOfWork, found: list[Deed], now: datetime) -> list[Deed]:
    """Leave out what is more than a day may tell, and say so once."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    kept: list[Deed] = []
    for known, most in ((True, KNOWN_A_DAY), (False, UNKNOWN_A_DAY)):
        mine = [deed for deed in found if bool(deed.person_id) is known]
        if not mine:
            continue
        room = max(0, most - uow.audit.count(_FAILURES, day, known=known))
        kept += [_dated(deed, now) for deed in mine[:room]]
        if len(mine) > room:
            key = f"{DeedKind.SIGN_INS_UNTOLD} {day.date()}"
            kept.append(Deed(DeedKind.SIGN_INS_UNTOLD, now, key=key))
    return kept


def _dated(deed: Deed, now: datetime) -> Deed:
    """Tell when it was written, within a second of when it happened; its key says the hour."""
    return Deed(deed.kind, now, person_id=deed.person_id, data=deed.data, key=deed.key)
