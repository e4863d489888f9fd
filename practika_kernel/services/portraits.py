"""People's pictures: put, shown to those who may know the person, taken away."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from practika_kernel.domain.errors import (
    Interrupted,
    InvalidInput,
    NotFound,
    OutOfTime,
    PractikaError,
    UnusableFile,
)
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.people import Person, clean_email, portrait_key
from practika_kernel.domain.ports import BlobStore, Record
from practika_kernel.services import access

LOG = logging.getLogger(__name__)

MEDIA_TYPE = "image/webp"
LARGEST = 4 * 1024 * 1024
"""Bytes of a photo that are looked at: what a form may send; a browser of ours sends far less."""

_PATIENCE = 10.0
"""Seconds a photo waits for the one before: whoever sends many at once takes one core at most."""

_TOO_MUCH = (
    "This picture could not be worked on; it may be damaged, or too large. Choose another one."
)
_BUSY = "There is too much to do at the moment. Try again in a minute."

Run = Callable[[str, Mapping[str, Any]], Any]
"""Runs a media task in a child of its own, within a time and a memory that suit a photo."""


class Portraits:
    """Keeps one picture a person.

    A picture is never changed: another one has another version, and with it another address, so
    that browsers may keep what they have for ever. ``scratch`` is a folder for what is on its way.
    """

    def __init__(self, record: Record, blobs: BlobStore, scratch: Path, run: Run) -> None:
        self._record, self._blobs, self._scratch, self._run = record, blobs, scratch, run
        self._turn = threading.Lock()

    def put(self, actor: str, content: bytes) -> str:
        """Store a photo as the actor's picture; the one before goes. Returns where it is shown.

        Raises `InvalidInput`, with nothing stored, for what is no photo that can be used, and
        `NotFound` for people who are switched off.
        """
        if not content:
            raise InvalidInput("Choose a picture first.")
        if len(content) > LARGEST:
            raise InvalidInput("This picture is larger than 4 MB. Choose a smaller one.")
        with self._record.read() as uow:
            access.acting(uow, actor)
        version = new_id()
        key = portrait_key(actor, version)
        self._scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(prefix="portrait-", dir=self._scratch) as folder:
            src, out = Path(folder) / "photo", Path(folder) / "portrait.webp"
            src.write_bytes(content)
            self._make(src, out)
            size = self._blobs.put(key, out, MEDIA_TYPE)
        try:
            with self._record.write() as uow:
                before = uow.people.set_portrait(actor, version, size)
        except BaseException:
            self._blobs.delete(key)
            raise
        self._forget(actor, before)
        return key

    def remove(self, actor: str) -> None:
        """Take the actor's picture away; nothing where there is none."""
        with self._record.write() as uow:
            access.acting(uow, actor)
            before = uow.people.set_portrait(actor, "", 0)
        self._forget(actor, before)

    def take_away(self, email: str) -> Person:
        """Take somebody's picture away who signs in with this address. For the operator.

        Raises `InvalidInput` when nobody does.
        """
        typed = clean_email(email)
        with self._record.write() as uow:
            person = uow.people.by_email(typed)
            if person is None:
                raise InvalidInput(f"Nobody signs in with {typed}.")
            before = uow.people.set_portrait(person.id, "", 0)
        self._forget(person.id, before)
        return person

    def open(self, actor: str, person_id: str, version: str) -> str:
        """Return the key of a picture the actor may see.

        Raises `NotFound` for strangers, for who has none, and for one that was replaced.
        """
        if not is_id(person_id) or not is_id(version):
            raise NotFound
        with self._record.read() as uow:
            person = access.known(uow, actor, person_id)
        if person.portrait != version:
            raise NotFound
        return portrait_key(person_id, version)

    def _make(self, src: Path, out: Path) -> None:
        if not self._turn.acquire(timeout=_PATIENCE):
            raise Interrupted(_BUSY)
        try:
            self._run("portrait", {"src": str(src), "out": str(out)})
        except (UnusableFile, OutOfTime):  # what the child itself says is neither
            raise InvalidInput(_TOO_MUCH) from None
        except Interrupted:
            raise Interrupted(_BUSY) from None
        finally:
            self._turn.release()

    def _forget(self, person_id: str, before: str) -> None:
        """Delete what is no longer shown; what this fails at, `practika storage check` finds."""
        if not before:
            return
        try:
            self._blobs.delete(portrait_key(person_id, before))
        except (OSError, PractikaError) as error:
            LOG.warning("an old picture could not be deleted: %s", error)
