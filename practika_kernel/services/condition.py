"""How Practika is, part by part, in calm words: what admins look at before they call somebody.

ConditionView, as `view` answers it (plain values)::

    parts    [{key, title, state, words, advice}]; ``state`` is good, look (it works, and somebody
             should look at it), bad, or off (not set up); ``advice`` is "" or what to do
    state    the worst of them
    at       when it was looked at, ISO
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.jobs import JobKind, JobState
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import Clock, PageBoard, Record
from practika_kernel.services import access
from practika_kernel.services.readiness import Part, Readiness
from practika_kernel.services.standing import Standing

View = dict[str, Any]

LEAST_FREE, LITTLE_FREE = 2_000_000_000, 10_000_000_000
"""Bytes: below the first an upload may fail; below the second somebody should make room."""
LONG_WAIT = timedelta(minutes=10)
"""How long work waits before somebody should look."""
OLD_BACKUP = timedelta(days=7)

_ORDER = ("off", "good", "look", "bad")
_TITLES = {"record": "Database", "schema": "Schema", "media": "Videos", "worker": "Worker"}
_WAITS = (JobState.QUEUED, JobState.RUNNING)


class Condition:
    """Looks at everything; for admins only.

    Parameters
    ----------
    mails
        Whether a mail server is set.
    version
        What runs, as in "0.1.0, schema 0032".
    """

    def __init__(
        self,
        record: Record,
        clock: Clock,
        readiness: Readiness,
        standing: Standing,
        board: PageBoard,
        *,
        mails: bool,
        version: str,
    ) -> None:
        self._record, self._clock, self._readiness = record, clock, readiness
        self._standing, self._board = standing, board
        self._mails, self._version = mails, version

    def view(self, actor: str) -> View:
        """Return a ConditionView (see the module); `NotFound` for everybody but admins."""
        with self._record.read() as uow:
            access.demand_page(uow, actor, Thing.ADMIN_PAGE)
            mails = uow.jobs.counts([JobKind.MAIL])
            work = uow.jobs.counts([kind for kind in JobKind if kind is not JobKind.MAIL])
        begun = time.perf_counter()
        looked = {part.name: part for part in self._readiness.look()}
        took = time.perf_counter() - begun
        figures = self._standing.figures()
        parts = [
            *(_ready(part) for part in looked.values()),
            _queue(work, figures.ages.get(JobState.QUEUED.value, 0.0)),
            self._mail(mails),
            *_disks(figures.free),
            self._pages(),
            self._backup(figures.backed_up),
            _part("version", "Version", "good", f"Practika {self._version}."),
            _part("answer", "Answering", "good", f"All of this was asked in {took * 1000:.0f} ms."),
        ]
        worst = max((part["state"] for part in parts), key=_ORDER.index)
        return {"parts": parts, "state": worst, "at": self._clock().isoformat()}

    def _mail(self, counts: dict[str, int]) -> View:
        if not self._mails:
            words = "No mail server is set; people are told in their pages only."
            return _part("mail", "E-mails", "off", words)
        waits = sum(counts.get(state.value, 0) for state in _WAITS)
        if failed := counts.get(JobState.FAILED.value, 0):
            words = f"{failed:,} could not be sent, {waits:,} wait."
            return _part("mail", "E-mails", "look", words, "The list below says why.")
        words = f"{waits:,} wait to be sent." if waits else "Nothing waits to be sent."
        return _part("mail", "E-mails", "good", words)

    def _pages(self) -> View:
        board = self._board.read()
        if board is None:
            return _part("pages", "Open pages", "off", "The server does not run.")
        words = f"{len(board.kernels)} of {board.limit} are open, {human_size(board.memory)}"
        words += f"; up for {lasting(self._clock() - board.started)}."
        if board.waiting:
            advice = "Close one nobody uses, or set PRACTIKA_KERNELS higher."
            return _part("pages", "Open pages", "look", f"{words} {board.waiting} wait.", advice)
        if not board.forks.running and board.forks.why:
            words += f" They open slowly: {board.forks.why}."
        return _part("pages", "Open pages", "good", words)

    def _backup(self, made: float) -> View:
        advice = "`practika backup FOLDER` makes one; do it every night."
        if not made:
            return _part("backup", "Back-up", "look", "None was made from here yet.", advice)
        age = self._clock() - datetime.fromtimestamp(made, self._clock().tzinfo)
        words = f"The last one was made {lasting(age)} ago."
        old = age > OLD_BACKUP
        return _part("backup", "Back-up", "look" if old else "good", words, advice if old else "")


def lasting(span: timedelta) -> str:
    """Write how long something lasts in its largest unit.

    >>> [lasting(timedelta(seconds=n)) for n in (5, 61, 7_300, 86_400, 900_000)]
    ['less than a minute', '1 minute', '2 hours', '1 day', '10 days']
    """
    seconds = int(span.total_seconds())
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = seconds // size
            return f"{number:,} {name}{'s' if number != 1 else ''}"
    return "less than a minute"


def _part(key: str, title: str, state: str, words: str, advice: str = "") -> View:
    return {"key": key, "title": title, "state": state, "words": words, "advice": advice}


def _ready(part: Part) -> View:
    title = _TITLES.get(part.name, part.name.capitalize())
    said = part.reason[:1].upper() + part.reason[1:]
    return _part(part.name, title, "good" if part.ok else "bad", said.rstrip(".") + ".")


def _queue(counts: dict[str, int], oldest: float) -> View:
    queued, running = (counts.get(state.value, 0) for state in _WAITS)
    failed = counts.get(JobState.FAILED.value, 0)
    words = f"{queued:,} wait, {running:,} at work" if queued or running else "Nothing waits"
    waited = timedelta(seconds=oldest)
    if queued:
        words += f", the oldest for {lasting(waited)}"
    state, advice = "good", ""
    if queued and waited > LONG_WAIT:
        state, advice = "look", "Start another worker, or set PRACTIKA_WORKERS higher."
    if failed:
        words += f"; {failed:,} failed"
        state, advice = "look", "The list below says why, and tries again."
    return _part("queue", "Media work", state, f"{words}.", advice)


def _disks(free: dict[str, int]) -> list[View]:
    """Tell of each disk once: data and videos often lie on the same one."""
    sizes = set(free.values())
    if len(sizes) == 1:
        return [_disk("disk", "Room on the disk", sizes.pop())]
    return [_disk(name, f"Room for {name}", size) for name, size in free.items()]


def _disk(name: str, title: str, free: int) -> View:
    state = "bad" if free < LEAST_FREE else "look" if free < LITTLE_FREE else "good"
    advice = "" if state == "good" else "Make room, or move the videos: see docs/operate.md."
    return _part(name, title, state, f"{human_size(free)} are free.", advice)
