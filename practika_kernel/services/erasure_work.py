"""Removes what was taken back, in steps that may each be done twice (worker).

First the rows, in one transaction that also writes down which files go; then the files, each
told in the receipt before it is deleted; then the sealed facts are made without what went, and
the record's own file is written anew. Whoever is killed leaves the next one all it needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from practika_kernel.domain.erasure import Scope, Withdrawal
from practika_kernel.domain.errors import NotFound, Unreachable
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.jobs import Job
from practika_kernel.domain.people import PORTRAITS
from practika_kernel.domain.ports import BlobStore, Clock, Record
from practika_kernel.domain.stock import TRASH, from_trash
from practika_kernel.services.assets import Progress, original_key
from practika_kernel.services.clips import clip_file
from practika_kernel.services.consent_rows import given_out
from practika_kernel.services.discarding import discard
from practika_kernel.services.erasure_words import stays
from practika_kernel.services.erasures import tell

_WHAT = {
    "original": "the video as it was sent",
    "web": "copy for browsers",
    "poster": "poster",
    "film": "filmstrip",
    "wave": "waveform",
    "features": "what the video was compared by",
    "frames": "times of the pictures",
    "portrait": "picture of the person",
}


class ErasureWork:
    """Carries requests out.

    Parameters
    ----------
    record, blobs, clock
        What is removed from.
    parts
        Where files on their way lie.
    unseal
        Makes the sealed facts without what was deleted; returns how many files went.
    tidy
        Removes what dead processes left of their media work.
    forget
        Removes what lies beside the record about an e-mail address ("" for none) and takes.
    """

    def __init__(
        self,
        record: Record,
        blobs: BlobStore,
        clock: Clock,
        parts: Path,
        unseal: Callable[[], int],
        tidy: Callable[[], object],
        forget: Callable[[str, Collection[str]], object],
    ) -> None:
        self._record, self._blobs, self._clock = record, blobs, clock
        self._parts, self._unseal, self._tidy, self._forget = parts, unseal, tidy, forget

    def work(self, job: Job, progress: Progress) -> None:
        """Carry one request out, or on. Raises `Unreachable` while it has to wait."""
        with self._record.read() as uow:
            asked = uow.withdrawals.get(str(job.payload["withdrawal"]))
        if asked is None or asked.finished_at is not None:
            return
        if "rows" not in asked.receipt:
            asked = self._remove_rows(asked)
        progress(0.1)
        asked = self._remove_files(asked, lambda share: progress(0.1 + 0.7 * share))
        self._tidy()
        sealed = self._unseal()
        progress(0.9)
        self._forget_words()
        self._record.scrub()
        self._finish(asked, sealed)

    def refuse(self, job: Job, sentence: str) -> None:
        """Nothing to write down: the request stays open, and the failed job says why."""

    give_up = refuse

    def _remove_rows(self, asked: Withdrawal) -> Withdrawal:
        """Remove every row, and write down which files are to go with them."""
        todo = asked.receipt["todo"]
        with self._record.read() as uow:
            person = uow.people.get(asked.person_id)
        whole = person is not None and asked.scope is Scope.PERSON
        self._forget(person.email if person and whole else "", todo["takes"])
        with self._record.write() as uow:
            takes, uploads = todo["takes"], todo["uploads"]
            if asked.scope is Scope.PERSON:  # whatever came until the account was switched off
                takes, uploads = uow.erasing.reach(asked.person_id, asked.scope, None)
            if uow.erasing.busy(takes, uploads, self._clock()):
                raise Unreachable("A video is being prepared; it is removed when that is over.")
            exports = given_out(uow, asked.person_id)
            gone = uow.erasing.remove(asked.person_id, asked.scope, takes, uploads)
            receipt = {
                "takes": asked.receipt["takes"],
                "courses": asked.receipt["courses"],
                "rows": gone.rows,
                "exports": exports,
                "stays": stays(asked.scope, gone.shared, len(exports)),
                "shas": [asset.sha256 for asset in gone.assets],
                "clips": list(gone.clip_keys),
                "parts": list(gone.uploads),
                "files": {},
            }
            asked = replace(asked, receipt=receipt)
            uow.withdrawals.save(asked)
        return asked

    def _remove_files(self, asked: Withdrawal, progress: Progress) -> Withdrawal:
        """Remove the files; each is in the receipt before it is gone."""
        for name in asked.receipt["parts"]:
            asked = self._remove_part(asked, self._parts / name)
        asked = self._remove_stored(asked, progress)
        # Once more: something may have been put into the trash meanwhile, or made too late.
        return self._remove_stored(asked, lambda share: None)

    def _remove_stored(self, asked: Withdrawal, progress: Progress) -> Withdrawal:
        trashed: dict[str, list[str]] = {}
        for each in self._blobs.stored(TRASH):
            known = from_trash(each.key)
            if known is not None:
                trashed.setdefault(known[0], []).append(each.key)
        things = [(self._used_again(sha), self._files_of(sha, trashed))
                  for sha in asked.receipt["shas"]]  # fmt: skip
        things += [(self._cut_again(key), {clip_file(key)}) for key in asked.receipt["clips"]]
        if asked.scope is Scope.PERSON:
            things.append((lambda: False, self._pictures_of(asked.person_id, trashed)))
        for number, (wanted, keys) in enumerate(things):
            for key in sorted(keys):
                asked = self._remove_file(asked, key, trashed.get(key, []), wanted)
            progress((number + 1) / len(things))
        return asked

    def _files_of(self, sha256: str, trashed: dict[str, list[str]]) -> set[str]:
        folder = original_key(sha256).removesuffix("original")
        lost = {key for key in trashed if key.startswith(folder)}
        return lost | {each.key for each in self._blobs.stored(folder)} | {original_key(sha256)}

    def _pictures_of(self, person_id: str, trashed: dict[str, list[str]]) -> set[str]:
        """Every picture there is of a person, those that were replaced but left included."""
        folder = f"{PORTRAITS}{person_id}/"
        lost = {key for key in trashed if key.startswith(folder)}
        return lost | {each.key for each in self._blobs.stored(folder)}

    def _used_again(self, sha256: str) -> Callable[[], bool]:
        def wanted() -> bool:
            with self._record.read() as uow:
                return uow.assets.by_sha256(sha256) is not None

        return wanted

    def _cut_again(self, key: str) -> Callable[[], bool]:
        def wanted() -> bool:
            with self._record.read() as uow:
                return bool(uow.clips.by_key(key))

        return wanted

    def _remove_file(
        self, asked: Withdrawal, key: str, trashed: list[str], wanted: Callable[[], bool]
    ) -> Withdrawal:
        """Remove a file and its copies in the trash, unless somebody sent the same bytes since."""
        for copy in trashed:
            asked = self._noted(asked, key, copy)
            self._blobs.delete(copy)
        if not wanted():
            asked = self._noted(asked, key, key)
            discard(self._blobs, key, self._clock(), wanted)
        return asked

    def _noted(self, asked: Withdrawal, name: str, key: str) -> Withdrawal:
        """Write down what is about to be deleted, once."""
        try:
            sha256, size = hashlib.sha256(), 0
            for piece in self._blobs.read(key):
                sha256.update(piece)
                size += len(piece)
        except NotFound:
            return asked
        kind = PurePosixPath(name).stem if name.startswith("assets/") else "clip"
        kind = "portrait" if name.startswith(PORTRAITS) else kind
        return self._note(asked, name, _WHAT.get(kind, kind), sha256.hexdigest(), size)

    def _remove_part(self, asked: Withdrawal, part: Path) -> Withdrawal:
        if part.is_file():
            with part.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            what = "file on its way"
            asked = self._note(asked, part.name, what, sha256, part.stat().st_size)
            part.unlink(missing_ok=True)
        return asked

    def _note(self, asked: Withdrawal, name: str, what: str, sha256: str, size: int) -> Withdrawal:
        files: dict[str, Any] = asked.receipt["files"]
        if name in files:
            return asked
        files = {**files, name: {"what": what, "sha256": sha256, "bytes": size}}
        asked = replace(asked, receipt={**asked.receipt, "files": files})
        with self._record.write() as uow:
            uow.withdrawals.save(asked)
        return asked

    def _forget_words(self) -> None:
        """Have searching take up what went, and keep nothing of its words."""
        behind = True
        while behind:
            with self._record.write() as uow:
                behind = uow.search.catch_up() > 0
        with self._record.write() as uow:
            uow.search.pack()

    def _finish(self, asked: Withdrawal, sealed: int) -> None:
        now, known = self._clock(), asked.receipt
        files = list(known["files"].values())
        receipt = {
            "takes": known["takes"],
            "courses": known["courses"],
            "rows": known["rows"],
            "files": files,
            "bytes": sum(int(each["bytes"]) for each in files),
            "sealed_files": sealed,
            "exports": known["exports"],
            "stays": known["stays"],
        }
        done = replace(asked, finished_at=now, receipt=receipt)
        with self._record.write() as uow:
            uow.withdrawals.save(done)
            tell(uow, EventKind.ERASED, done, now)
