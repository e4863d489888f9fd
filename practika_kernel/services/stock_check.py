"""Whether the media store holds what the record says, and nothing else; and its trash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.feedback import Clip, ClipState
from practika_kernel.domain.people import PORTRAITS
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Rendition
from practika_kernel.domain.stock import FACTS, TRASH, Stored, from_trash, trash_key
from practika_kernel.services.backup import known_bytes
from practika_kernel.services.clips import clip_blob, mend_clip
from practika_kernel.services.preparing import mend
from practika_kernel.services.stock_words import clip_words, portrait_words, video_words

Progress = Callable[[float], None]

GRACE = timedelta(days=1)
"""How long a file may lie in the store before its row is written, retries included."""

_DAY = timedelta(days=1)
_OURS = ("assets/", "clips/", PORTRAITS)
_KNOWN = (*_OURS, FACTS, TRASH)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One stored file that is not as the record says; ``sentence`` is for people.

    ``kind`` is missing, damaged or orphaned; ``size`` is in bytes, as it should be, of an
    orphan as it is. ``mended`` ones are well again; ``queued`` ones are made again by the worker.
    """

    kind: str
    key: str
    size: int
    sentence: str
    mended: bool = False
    queued: bool = False


@dataclass(frozen=True, slots=True)
class Stocktaking:
    """What a check looked at and found.

    ``young`` files have no row yet but may get one; ``strange`` ones lie where Practika puts
    nothing, and are left alone; ``trash`` ones wait for their end.
    """

    files: int
    size: int
    young: int
    strange: int
    trash: int
    flaws: tuple[Flaw, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong, or nothing any more."""
        return all(flaw.mended for flaw in self.flaws)


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the record says of a file; ``sha256`` is "" where it does not know.

    ``renew`` queues making it again from the original of ``asset_id``; None for an original, for
    the copy that is left of one that was let go of, and for somebody's picture, which is all
    there is of it.
    """

    key: str
    size: int
    sha256: str
    words: Callable[[UnitOfWork], str]
    asset_id: str
    renew: Callable[[UnitOfWork, datetime], None] | None


class Stock:
    """Compares the store with the record, mends what can be mended, and empties the trash.

    Parameters
    ----------
    record, blobs, clock
        What is compared, and what time it is.
    days
        How long a file stays in the trash.
    mark
        A file whose age says when the trash was last looked through on this machine.
    """

    def __init__(
        self, record: Record, blobs: BlobStore, clock: Clock, days: int, mark: Path
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._days, self._mark = timedelta(days=days), mark

    def check(
        self,
        *,
        deep: bool = False,
        repair: bool = False,
        grace: timedelta = GRACE,
        progress: Progress = lambda share: None,
    ) -> Stocktaking:
        """Compare every stored file with the record.

        Parameters
        ----------
        deep
            Read every original, and compare its SHA-256 too.
        repair
            Bring missing files back from the trash, and move orphaned ones there. What is made
            from an original that is well is queued to be made again.
        grace
            How young a file without a row may be and not count as orphaned.
        progress
            Told shares from 0 to 1.
        """
        expected = self._expected()
        stored = {each.key: each for each in self._blobs.stored()}
        progress(0.2 if deep else 0.5)
        flaws = [*self._missing(expected, stored), *self._sizes(expected, stored)]
        if deep:
            unsized = {flaw.key for flaw in flaws}
            whole = [each for key, each in expected.items() if each.sha256 and key not in unsized]
            flaws += self._contents(whole, lambda share: progress(0.2 + 0.7 * share))
        before = self._clock() - grace
        expected |= self._expected()  # rows that were written in the meantime
        unknown = [
            each
            for each in stored.values()
            if each.key.startswith(_OURS) and each.key not in expected
        ]
        orphans = [_orphan(each) for each in unknown if each.at <= before]
        young = len(unknown) - len(orphans)
        if repair:
            trashed = [key for key in stored if key.startswith(TRASH)]
            flaws = [self._brought_back(flaw, trashed) for flaw in flaws]
            flaws = self._renewed(flaws, expected)
            orphans = self._put_away(orphans)
        progress(1.0)
        return Stocktaking(
            files=sum(not key.startswith(TRASH) for key in stored),
            size=sum(each.size for each in stored.values()),
            young=young,
            strange=sum(not key.startswith(_KNOWN) for key in stored.keys() - expected),
            trash=sum(key.startswith(TRASH) for key in stored),
            flaws=(*flaws, *orphans),
        )

    def _expected(self) -> dict[str, _Expected]:
        """Everything the record knows of, by key."""
        with self._record.read() as uow:
            known = known_bytes(uow)
            made = uow.assets.renditions([asset for asset, _ in known])
            clips = [clip for clip in uow.clips.all() if clip.state is ClipState.READY]
            shown = [person for person in uow.people.all() if person.picture]
        found = {}
        for each in made:
            sha256 = known.get((each.asset_id, each.kind), "")
            words = video_words(each.kind, each.asset_id)
            renew = None if sha256 else partial(_mend, each)
            found[each.key] = _Expected(each.key, each.size, sha256, words, each.asset_id, renew)
        for clip in clips:
            key = clip_blob(clip)
            renew = partial(_mend_clip, clip)
            found[key] = _Expected(key, clip.size, "", clip_words(clip), clip.asset_id, renew)
        for person in shown:
            key, words = person.picture, portrait_words(person)
            found[key] = _Expected(key, person.portrait_size, "", words, "", None)
        return found

    def _missing(
        self, expected: Mapping[str, _Expected], stored: Mapping[str, Stored]
    ) -> Iterator[Flaw]:
        for each in expected.values():
            # Asked once more: it may have come after the list was made.
            if each.key not in stored and self._blobs.size(each.key) is None:
                yield self._flaw("missing", each, "is missing")

    def _sizes(
        self, expected: Mapping[str, _Expected], stored: Mapping[str, Stored]
    ) -> Iterator[Flaw]:
        for each in expected.values():
            found = stored.get(each.key)
            if found is not None and found.size != each.size:
                said = f"has {found.size} bytes instead of {each.size}"
                yield self._flaw("damaged", each, said)

    def _contents(self, originals: list[_Expected], progress: Progress) -> Iterator[Flaw]:
        total, done = max(1, sum(each.size for each in originals)), 0
        for each in originals:
            try:
                sha256 = hashlib.sha256()
                for piece in self._blobs.read(each.key):
                    sha256.update(piece)
                    done += len(piece)
                    progress(done / total)
                said = "" if sha256.hexdigest() == each.sha256 else "holds other bytes than came"
            except NotFound:
                continue  # missing, and said already
            except OSError as error:
                said = f"cannot be read: {error.strerror or error}"
            if said:
                yield self._flaw("damaged", each, said)

    def _flaw(self, kind: str, each: _Expected, said: str) -> Flaw:
        with self._record.read() as uow:
            words = each.words(uow)
        sentence = f"{words[:1].upper()}{words[1:]} {said} ({human_size(each.size)}, {each.key})."
        return Flaw(kind, each.key, each.size, sentence)

    def _brought_back(self, flaw: Flaw, trashed: list[str]) -> Flaw:
        """Bring a missing file back from the trash, the one that was put there last."""
        places = [key for key in trashed if flaw.key == (from_trash(key) or ("",))[0]]
        if flaw.kind != "missing" or not places:
            return flaw
        self._blobs.rename(max(places), flaw.key)
        return replace(flaw, sentence=f"{flaw.sentence} Brought back from the trash.", mended=True)

    def _renewed(self, flaws: list[Flaw], expected: Mapping[str, _Expected]) -> list[Flaw]:
        """Queue making again what can be: whatever is made from an original that is well."""
        wrong = [expected[flaw.key] for flaw in flaws if not flaw.mended]
        lost = {each.asset_id for each in wrong if each.renew is None}
        return [self._anew(flaw, expected[flaw.key], lost) for flaw in flaws]

    def _anew(self, flaw: Flaw, each: _Expected, lost: set[str]) -> Flaw:
        if flaw.mended or each.renew is None or each.asset_id in lost:
            return flaw
        if flaw.kind == "damaged":
            self._blobs.delete(flaw.key)  # the store leaves a file as it is that is there
        with self._record.write() as uow:
            each.renew(uow, self._clock())
        sentence = f"{flaw.sentence} The worker makes it again."
        return replace(flaw, sentence=sentence, queued=True)

    def _put_away(self, orphans: list[Flaw]) -> list[Flaw]:
        """Move orphans to the trash; those that were given a row at that moment come back."""
        now, moved = self._clock(), []
        for flaw in orphans:
            self._blobs.rename(flaw.key, trash_key(flaw.key, now))
            sentence = f"{flaw.sentence} Moved to the trash, for {self._days.days} days."
            moved.append(replace(flaw, sentence=sentence, mended=True))
        wanted = self._expected() if moved else {}
        for flaw in moved:
            if flaw.key in wanted:
                self._blobs.rename(trash_key(flaw.key, now), flaw.key)
        return [flaw for flaw in moved if flaw.key not in wanted]

    def tidy(self) -> tuple[int, int]:
        """Remove what interrupted puts left a day ago, and what was long enough in the trash.

        Returns how many of each.
        """
        now = self._clock()
        left = self._blobs.sweep(now - _DAY)
        ended = 0
        for each in list(self._blobs.stored(TRASH)):
            known = from_trash(each.key)
            if (known[1] if known else each.at) <= now - self._days:
                self._blobs.delete(each.key)
                ended += 1
        return left, ended

    def tidy_daily(self) -> tuple[int, int] | None:
        """Tidy up unless that was done within a day on this machine; None when it was."""
        now = self._clock().timestamp()
        if self._mark.exists() and 0 <= now - self._mark.stat().st_mtime < _DAY.total_seconds():
            return None
        done = self.tidy()
        self._mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._mark.touch()
        return done


def _mend(made: Rendition, uow: UnitOfWork, now: datetime) -> None:
    mend(uow, made.asset_id, made.kind, now)


def _mend_clip(clip: Clip, uow: UnitOfWork, now: datetime) -> None:
    mend_clip(uow, clip, now)


def _orphan(each: Stored) -> Flaw:
    sentence = (
        f"A file of {human_size(each.size)} lies in the store that nothing refers to, since "
        f"{each.at:%Y-%m-%d} ({each.key})."
    )
    return Flaw("orphaned", each.key, each.size, sentence)
