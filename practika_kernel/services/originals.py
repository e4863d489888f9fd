"""Lets go of originals under a rule: which, how much, and one after the other by the worker.

The copy for browsers is compared with the original to the end before that goes. Then the record
says so, and after it the file is removed; whoever is killed in between leaves a row that says
that the file is still to go.
"""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.consent import MediaLevel
from practika_kernel.domain.consent import Purpose as ConsentPurpose
from practika_kernel.domain.errors import Interrupted, InvalidInput, NotFound, UnusableFile
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import Job, JobKind, Priority
from practika_kernel.domain.originals import (
    SENTENCES,
    STEP,
    Candidate,
    LetGo,
    Rules,
    Stays,
    stays,
    tried,
    tries,
)
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Asset, Rendition, RenditionKind
from practika_kernel.domain.stock import trash_key
from practika_kernel.services.assets import MediaRunner, Progress, digest, file_in, original_key
from practika_kernel.services.happenings import take_event

View = dict[str, Any]

log = logging.getLogger("practika.worker")

_DAY = timedelta(days=1)
_LONGEST = 36_500
_AT_ONCE = 50
"""Originals queued at a time: new videos do not wait behind them, and no alarm goes off because
work is old."""


class LettingGo:
    """Finds what is due, queues it, does it, and sweeps up after whoever was killed.

    Parameters
    ----------
    record, blobs, clock
        What is looked at, and what time it is.
    scratch
        Where files that lie elsewhere are fetched to.
    run
        Does media work in a child process.
    days
        Days after which originals go where no course says otherwise; None for never.
    mark
        A file whose age says when the rules were last followed on this machine.
    """

    def __init__(
        self,
        record: Record,
        blobs: BlobStore,
        clock: Clock,
        scratch: Path,
        run: MediaRunner,
        days: int | None,
        mark: Path,
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._scratch, self._run, self._days, self._mark = scratch, run, days, mark

    def plan(self) -> View:
        """Say what is due now, by course, and why the rest stays; nothing is changed.

        Returns
        -------
        dict
            ``days`` (None for never), ``videos`` and ``bytes`` that would go, ``courses`` with
            the same of each (a video of several counts for each), the largest first, and
            ``stays``: a sentence and how many. Empty lists where nothing is due, or stays.
        """
        with self._record.read() as uow:
            due, kept = self._sorted(uow)
            rules = self._rules(uow)
            titles = {course.id: course.title for course in uow.courses.all()}
        courses: dict[str, list[int]] = {}
        for one in due:
            for course in {each.course_id for each in one.shown}:
                courses.setdefault(course, []).append(one.size)
        rows: list[View] = [
            {
                "course": titles.get(course, "Without a course"),
                "videos": len(sizes),
                "bytes": sum(sizes),
                "days": rules.courses.get(course, rules.days),
            }
            for course, sizes in courses.items()
        ]
        return {
            "days": self._days,
            "videos": len(due),
            "bytes": sum(one.size for one in due),
            "courses": sorted(rows, key=lambda row: (-row["bytes"], row["course"])),
            "stays": [{"why": SENTENCES[why], "videos": kept[why]} for why in Stays if why in kept],
        }

    def queue(self) -> int:
        """Have the worker let go of what is due, from now on; return how many it begins with."""
        self._mark.unlink(missing_ok=True)
        return self._queue()

    def daily(self) -> int | None:
        """Follow the rules unless that was done within a day on this machine; None when it was.

        With more than fit at once the rest follows when these are done. What is let go of and
        still has its file is swept up each time.
        """
        self.sweep()
        now = self._clock().timestamp()
        if self._mark.exists() and 0 <= now - self._mark.stat().st_mtime < _DAY.total_seconds():
            return None
        with self._record.read() as uow:
            if uow.originals.waiting():
                return None
        queued = self._queue()
        if queued < _AT_ONCE:
            self._mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._mark.touch()
        return queued

    def _queue(self) -> int:
        now = self._clock()
        with self._record.read() as uow:
            due = self._sorted(uow)[0][:_AT_ONCE]
        with self._record.write() as uow:
            before = uow.jobs.by_keys([job_key(one.asset_id) for one in due])
            for one in due:
                number = tries(before.get(job_key(one.asset_id))) + 1
                uow.jobs.renew(_job(one.asset_id, now, number))
        return len(due)

    def rule(self, course_id: str, days: int | None, *, back: bool = False) -> None:
        """Give a course a rule of its own: ``days``, None for never; ``back`` to that for all.

        For the operator. `NotFound` without such a course, `InvalidInput` for less than a day.
        """
        if days is not None and not 1 <= days <= _LONGEST:
            raise InvalidInput(f"An original stays for 1 to {_LONGEST} days.")
        with self._record.write() as uow:
            if uow.courses.get(course_id) is None:
                raise NotFound("There is no such course.")
            if back:
                uow.originals.drop_rule(course_id)
            else:
                uow.originals.put_rule(course_id, days)

    def work(self, job: Job, progress: Progress) -> None:
        """Let go of one original (worker), unless it is not due any more.

        `UnusableFile` says why it stays for good: the copy does not show the same. Whatever else
        is raised is tried again, at last by the rule on another day.
        """
        asset_id = str(job.payload["asset"])
        with self._record.read() as uow:
            asset = uow.assets.get(asset_id)
            due = self._due(uow, asset_id)
            made = {each.kind: each for each in uow.assets.renditions([asset_id])}
        if asset is not None and due is not None:
            try:
                sha256, pictures = self._compared(asset, made[RenditionKind.WEB].key, progress)
            except NotFound:
                log.warning("The video %s is not whole in the store; its original stays", asset_id)
                return
            self._let_go(asset_id, sha256, pictures)
        self.sweep(asset_id)

    def sweep(self, asset_id: str = "") -> int:
        """Remove the files of originals the record lets go of, or one; return how many went."""
        with self._record.read() as uow:
            left = [each for each in uow.originals.unremoved() if asset_id in {"", each.asset_id}]
            assets = uow.assets.many([each.asset_id for each in left])
        known = [(gone, assets[gone.asset_id]) for gone in left if gone.asset_id in assets]
        return sum(self._remove(gone, asset) for gone, asset in known)

    def _rules(self, uow: UnitOfWork) -> Rules:
        return Rules(self._days, uow.originals.rules())

    def _sorted(self, uow: UnitOfWork) -> tuple[list[Candidate], Counter[Stays]]:
        """What is due, and how many stay for which reason."""
        rules = self._rules(uow)
        if not rules.any:
            return [], Counter()
        due: list[Candidate] = []
        kept: Counter[Stays] = Counter()
        for one, why in self._judged(uow, uow.originals.candidates(), rules):
            if why is None:
                due.append(one)
            else:
                kept[why] += 1
        return due, kept

    def _judged(
        self, uow: UnitOfWork, among: list[Candidate], rules: Rules
    ) -> Iterator[tuple[Candidate, Stays | None]]:
        now, at_work = self._clock(), uow.originals.at_work()
        jobs = uow.jobs.by_keys([job_key(one.asset_id) for one in among]).values()
        found = {str(job.payload["asset"]): tried(job, now) for job in jobs}
        known = {asset: why for asset, why in found.items() if why is not None}
        studied = _studied(uow, now)
        for one in among:
            yield one, stays(one, rules, now, studied=studied, at_work=at_work, tried=known)

    def _due(self, uow: UnitOfWork, asset_id: str) -> int | None:
        """The days under which one video is due now; None when it is not."""
        rules, among = self._rules(uow), uow.originals.candidates(asset_id)
        for one, why in self._judged(uow, among, rules):
            return rules.of(one) if why is None else None
        return None

    def _compared(self, asset: Asset, copy_key: str, progress: Progress) -> tuple[str, int]:
        """Compare the copy with the original; return its SHA-256 and how many pictures it has."""
        folder = self._scratch / new_id()
        folder.mkdir(parents=True, mode=0o700)
        try:
            original = file_in(self._blobs, original_key(asset.sha256), folder / "original")
            copy = file_in(self._blobs, copy_key, folder / "copy")
            given = {"original": str(original), "copy": str(copy)}
            found = self._run("same", given, on_progress=lambda share: progress(0.9 * share))
            sha256 = digest(copy, lambda share: progress(0.9 + 0.1 * share))
        except UnusableFile as error:  # the step itself stopped: nothing was found out
            raise Interrupted(f"The copy could not be compared. {error.sentence}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if found["otherwise"]:
            raise UnusableFile(f"The original stays. {found['otherwise']}")
        return sha256, int(found["pictures"])

    def _let_go(self, asset_id: str, sha256: str, pictures: int) -> None:
        """Write it down, if it is still due: much may have happened while it was compared."""
        now = self._clock()
        with self._record.write() as uow:
            uow.originals.hold(asset_id)
            days, asset = self._due(uow, asset_id), uow.assets.get(asset_id)
            if days is None or asset is None:
                return
            gone = LetGo(asset_id, now, days, asset.size, sha256, pictures)
            if uow.originals.let_go(gone):
                tell(uow, asset_id, EventKind.ORIGINAL_LET_GO, now, size=asset.size, days=days)

    def _remove(self, gone: LetGo, asset: Asset) -> bool:
        """Remove the file, unless work that began before waits for it, or it came back.

        It goes through the trash: whoever brings the same bytes at that very moment either finds
        them there, or they are put back.
        """
        key, away = original_key(asset.sha256), trash_key(original_key(asset.sha256), gone.at)
        with self._record.read() as uow:
            if asset.id in uow.originals.at_work() or asset.id not in uow.originals.gone(
                [asset.id]
            ):
                return False
            made = {each.kind: each for each in uow.assets.renditions([asset.id])}
        copy = made.get(RenditionKind.WEB)
        if copy is None or self._blobs.size(copy.key) != copy.size:
            self._keep(asset, key)
            return False
        if self._blobs.size(key) is not None:
            self._blobs.rename(key, away)
        with self._record.write() as uow:
            uow.originals.hold(asset.id)
            back = asset.id not in uow.originals.gone([asset.id])
        if back and self._blobs.size(key) is None and self._blobs.size(away) is not None:
            self._blobs.rename(away, key)
        self._blobs.delete(away)
        with self._record.write() as uow:
            uow.originals.removed(asset.id, self._clock())
        return not back

    def _keep(self, asset: Asset, key: str) -> None:
        """The copy is lost since: what is there of the original counts again."""
        if self._blobs.size(key) is None:
            return
        log.warning("The copy of %s is lost; its original stays", key)
        with self._record.write() as uow:
            came_back(uow, asset, self._clock())


def came_back(uow: UnitOfWork, asset: Asset, now: datetime) -> bool:
    """Write down, inside the caller's transaction, that an original is there again.

    False when it was never let go of. The file must be in the store, or be put there after.
    """
    uow.originals.hold(asset.id)
    key = original_key(asset.sha256)
    kind, mime = RenditionKind.ORIGINAL, asset.media_type
    if not uow.originals.bring_back(Rendition(asset.id, kind, key, mime, asset.size, now)):
        return False
    tell(uow, asset.id, EventKind.ORIGINAL_BACK, now, size=asset.size)
    return True


def tell(uow: UnitOfWork, asset_id: str, kind: EventKind, now: datetime, **data: Any) -> None:
    """Tell of each take that is the video, or has it in a reply."""
    takes = {take.id: ("", take) for take in uow.takes.by_asset(asset_id)}
    for reply in uow.replies.by_asset(asset_id):
        on = uow.takes.get(reply.take_id)
        if on is not None:
            takes.setdefault(on.id, (reply.id, on))
    for reply_id, take in takes.values():
        event = take_event(kind, take, now, actor="", **data)
        uow.events.append(replace(event, reply_id=reply_id))


def removed_words(gone: LetGo | None) -> str:
    """Say under a video that its original is gone; "" while it is there."""
    if gone is None:
        return ""
    return (
        f"The original ({human_size(gone.size)}) was removed on {day_words(gone.at)}; "
        "the web copy stays."
    )


def day_words(at: datetime) -> str:
    """Name a day for people, in UTC.

    >>> day_words(datetime(2026, 3, 1))
    '1 March 2026'
    """
    return f"{at.day} {at:%B %Y}"


def job_key(asset_id: str) -> str:
    """Name the job that lets go of an original."""
    return f"{STEP}:{asset_id}"


def _job(asset_id: str, now: datetime, number: int) -> Job:
    payload = {"step": STEP, "asset": asset_id, "tries": number}
    return Job(new_id(), job_key(asset_id), JobKind.INGEST, payload, now, now, Priority.SOME_DAY)


def _studied(uow: UnitOfWork, now: datetime) -> set[str]:
    """People of whom some study may have recordings: those are given out as they came."""
    found: set[str] = set()
    histories = uow.consents.histories(ConsentPurpose.RESEARCH)
    for study in {None, *(row.study for rows in histories.values() for row in rows)}:
        told = uow.consents.in_force(ConsentPurpose.RESEARCH, now, study)
        found |= {who for who, one in told.items() if one.media is not MediaLevel.NONE}
    return found
