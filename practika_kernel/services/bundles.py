"""Many videos at once, as one zip that is written while it is read: nothing is kept of it.

Members are stored as they are, for videos do not get smaller; each may be of any size (Zip64).
The list of members stands at the end, so an answer that breaks off is no valid zip.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.audit import Viewed
from practika_kernel.domain.errors import Interrupted, InvalidInput
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import BlobStore, Record, UnitOfWork
from practika_kernel.domain.practice import RenditionKind, Take, TakeState
from practika_kernel.services import access
from practika_kernel.services.originals import removed_words

MOST = 5000
"""Takes that may be chosen one by one."""

_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_ENDING = re.compile(r"\.[a-z0-9]{2,5}")
_EARLIEST, _LATEST = datetime(1980, 1, 1), datetime(2107, 12, 31)
"""What a zip can name."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a bundle; ``at`` is the wall clock's, ``size`` in bytes.

    One without a key is a ``text``; ``removed`` says that it is the copy of a removed original.
    ``viewed`` tells whose take it is where that is another person's.
    """

    key: str
    name: str
    size: int
    at: datetime
    text: bytes = b""
    removed: str = ""
    viewed: Viewed | None = None


class Bundles:
    """Puts together what a person may take away.

    Parameters
    ----------
    record, blobs
        Where takes and their files are.
    zone
        Name of the zone in which files are dated.
    """

    def __init__(self, record: Record, blobs: BlobStore, zone: str) -> None:
        self._record, self._blobs, self._zone = record, blobs, ZoneInfo(zone)

    def plan(
        self, actor: str, *, course: str = "", exercise: str = "", takes: Collection[str] = ()
    ) -> list[Member]:
        """Return the files of a course, an exercise or chosen takes; of nothing, one's own.

        Raises `NotFound` or `NotAllowed` as the permissions say, `InvalidInput` when there is
        no video. What the person is to rate blind is left out; chosen, it is `NotFound`.
        """
        if len(takes) > MOST:
            raise InvalidInput(f"At most {MOST} takes fit into one download.")
        with self._record.read() as uow:
            members = self._members(uow, actor, self._chosen(uow, actor, course, exercise, takes))
        if not members:
            raise InvalidInput("There is no video to download here yet.")
        return [*members, *_told(members)]

    def weigh(self, actor: str, course_id: str) -> dict[str, Any]:
        """Say what the zip of a course holds, before anybody fetches it, and what it leaves out.

        Returns
        -------
        dict
            ``videos`` and ``students`` (how many), ``bytes`` and ``size`` (the same in words),
            ``left_out`` (sentences), and ``address``, below the base address. No video is 0.

        Raises as `plan`, but not for a course without a video.
        """
        with self._record.read() as uow:
            access.course(uow, actor, course_id, Verb.DOWNLOAD, Thing.TAKE)
            takes = self._chosen(uow, actor, course_id, "", ())
            members = self._members(uow, actor, takes)
            hidden = access.hidden(uow, actor)
            submitted = uow.takes.in_courses([course_id], TakeState.SUBMITTED)
        blind = sum(take.id in hidden for take in submitted)
        bare, size = len(takes) - len(members), sum(one.size for one in members)
        left_out = ["Drafts, replies and reference videos are not in it."]
        if bare:
            left_out.append(f"{_takes(bare)} without a video {'is' if bare == 1 else 'are'} not.")
        if blind:
            left_out.append(f"{_takes(blind)} you are to rate blind {_come(blind)} later.")
        return {
            "videos": len(members),
            "students": len({one.viewed.student_id for one in members if one.viewed}),
            "bytes": size,
            "size": human_size(size),
            "left_out": left_out,
            "address": f"download/videos.zip?course={course_id}",
        }

    def _chosen(
        self, uow: UnitOfWork, actor: str, course: str, exercise: str, takes: Collection[str]
    ) -> list[Take]:
        if takes:
            return [access.take(uow, actor, each, Verb.DOWNLOAD) for each in dict.fromkeys(takes)]
        if exercise:
            where = access.exercise(uow, actor, exercise, Verb.DOWNLOAD, Thing.TAKE)
            course = where.course_id
        elif course:
            access.course(uow, actor, course, Verb.DOWNLOAD, Thing.TAKE)
        else:
            me = access.demand_page(uow, actor, Thing.STUDENT_PAGE)
            return uow.takes.of_student(me.id)
        hidden = access.hidden(uow, actor)
        return [
            take
            for take in uow.takes.in_courses([course], TakeState.SUBMITTED)
            if take.id not in hidden and (not exercise or take.exercise_id == exercise)
        ]

    def _members(self, uow: UnitOfWork, actor: str, takes: list[Take]) -> list[Member]:
        exercises = uow.exercises.many({take.exercise_id for take in takes})
        people = uow.people.many({take.student_id for take in takes})
        made = {
            (each.asset_id, each.kind): each
            for each in uow.assets.renditions([take.asset_id for take in takes if take.asset_id])
        }
        gone = uow.originals.gone([take.asset_id for take in takes if take.asset_id])
        members: list[Member] = []
        given: set[str] = set()
        for take in takes:
            asset = take.asset_id or ""
            file = made.get((asset, RenditionKind.ORIGINAL)) or made.get((asset, RenditionKind.WEB))
            if file is None:
                continue
            name = f"{people[take.student_id].name} – {exercises[take.exercise_id].title}"
            whole = f"{clean_name(name)} – take {take.number}"
            ending = _ending("" if asset in gone else take.name, file.media_type)
            at = (take.submitted_at or take.created_at).astimezone(self._zone)
            unique = _unique(whole, ending, given)
            own = take.student_id == actor
            whose = None if own else Viewed(take.id, take.student_id, take.course_id)
            moment, removed = at.replace(tzinfo=None), removed_words(gone.get(asset))
            members.append(
                Member(file.key, unique, file.size, moment, removed=removed, viewed=whose)
            )
        return members

    def pieces(self, members: Collection[Member]) -> Iterator[bytes]:
        """Yield the zip, a piece of a file at a time; close it to stop reading.

        Raises `NotFound` for a file that is gone and `Interrupted` for one of another size than
        the record says; whoever has read so far holds no valid zip.
        """
        out = _Outlet()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:  # type: ignore[call-overload]
            try:
                for member in members:
                    yield from self._member(bundle, out, member)
            except BaseException:
                # Closing writes the list of members, which would make a valid zip of a wrong one.
                bundle.fp, bundle.filelist, bundle._didModify = None, [], False
                raise
        yield out.taken()

    def _member(self, bundle: zipfile.ZipFile, out: _Outlet, member: Member) -> Iterator[bytes]:
        at = min(max(member.at, _EARLIEST), _LATEST)
        about = zipfile.ZipInfo(member.name, at.timetuple()[:6])
        about.external_attr = 0o600 << 16
        read = iter([member.text]) if member.text else self._blobs.read(member.key)
        left = member.size
        with bundle.open(about, "w", force_zip64=True) as file:
            for piece in read:
                file.write(piece)
                left -= len(piece)
                yield out.taken()
            if left:
                raise Interrupted(f"{member.name} is not as large as the record says.")
        yield out.taken()


class _Outlet:
    """Where a zip is written to: it can neither seek nor tell, and hands out what came."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        found, self._pieces = b"".join(self._pieces), []
        return found


def _told(members: list[Member]) -> list[Member]:
    """A text that says which files are copies, where some are."""
    lines = [f"{one.name}: {one.removed}" for one in members if one.removed]
    if not lines:
        return []
    text = "\r\n".join([*lines, ""]).encode()
    return [Member("", "web-copies.txt", len(text), max(one.at for one in members), text)]


def clean_name(text: str) -> str:
    """Return a name for a file on any system, which no table takes for a formula.

    >>> clean_name("../=cmd: Ana / Scales?")
    'cmd Ana Scales'
    """
    plain = _UNFIT.sub(" ", unicodedata.normalize("NFC", text))
    visible = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cs", "Co"))
    return " ".join(visible.split()).lstrip(".=+-@ ")[:100].rstrip(". ") or "video"


def _takes(number: int) -> str:
    return "1 take" if number == 1 else f"{number} takes"


def _come(number: int) -> str:
    return "comes" if number == 1 else "come"


def _ending(name: str, media_type: str) -> str:
    found = PurePath(name).suffix.lower()
    if _ENDING.fullmatch(found):
        return found
    return mimetypes.guess_extension(media_type) or ".mp4"


def _unique(name: str, ending: str, given: set[str]) -> str:
    """Two people may bear one name; some systems do not tell capitals apart."""
    number, found = 1, f"{name}{ending}"
    while found.casefold() in given:
        number += 1
        found = f"{name} ({number}){ending}"
    given.add(found.casefold())
    return found
