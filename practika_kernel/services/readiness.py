"""Whether people can be served now, part by part, with a reason for who runs Practika."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.jobs import JobState
from practika_kernel.domain.ports import BlobStore, Clock, Record
from practika_kernel.services.heartbeat import Heartbeats

_FRESH = timedelta(seconds=2)
_HIDDEN = "cannot be used; `practika doctor` says why"
NO_WORKER = "no worker was heard of lately: start `practika worker` or `practika serve`"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that must be there: whether it is, what it is or why it is not.

    ``told`` may be read by anybody, ``reason`` by who runs Practika; neither holds a password.
    """

    name: str
    ok: bool
    reason: str
    told: str


class Readiness:
    """Looks at record, schema, media store and worker."""

    def __init__(
        self, record: Record, blobs: BlobStore, clock: Clock, heartbeats: Heartbeats
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._heartbeats = heartbeats
        self._kept: tuple[datetime, tuple[Part, ...]] | None = None

    def look(self, without: Collection[str] = ()) -> list[Part]:
        """Return every part but those ``without``.

        At most one look in two seconds is made: each writes to the media store, and anybody
        may ask. None of it raises: what does not answer is a part that is not well.
        """
        now = self._clock()
        if self._kept is None or not timedelta(0) <= now - self._kept[0] < _FRESH:
            self._kept = now, tuple(self._parts())
        return [each for each in self._kept[1] if each.name not in without]

    def _parts(self) -> list[Part]:
        return [
            _part("record", self._record.check),
            _part("schema", self._schema, "is to be brought up to date"),
            _part("media", self._blobs.check, told=self._blobs.brief),
            _part("worker", self._worker, NO_WORKER),
        ]

    def _schema(self) -> str:
        version = self._record.behind()
        if version:
            raise _Not(f"the record is at version {version}; a start of Practika brings it up")
        return "up to date"

    def _worker(self) -> str:
        """A worker beats here, or one on another machine has something in hand."""
        number = self._heartbeats.living()
        if number:
            return f"{number} at work"
        with self._record.read() as uow:
            running = uow.jobs.latest(100, JobState.RUNNING)
        now = self._clock()
        if any(job.lease_until and job.lease_until > now for job in running):
            return "at work on another machine"
        raise _Not(NO_WORKER)


class _Not(Exception):
    """Why a part is not well."""


def _part(
    name: str,
    look: Callable[[], str],
    hidden: str = _HIDDEN,
    told: Callable[[], str] | None = None,
) -> Part:
    try:
        found = look()
        return Part(name, True, found, told() if told else found)
    except _Not as why:
        return Part(name, False, str(why), hidden)
    except PractikaError as error:
        return Part(name, False, error.sentence, hidden)
    except Exception as error:
        # Whatever a database or a disk has to say: the answer is no, not a broken page.
        return Part(name, False, type(error).__name__, hidden)
