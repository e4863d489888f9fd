"""How much room the videos take, by course and person, and what is still free."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.people import ERASED_HOST
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Record
from practika_kernel.domain.storage_use import Owner, Quota, Use
from practika_kernel.services import access
from practika_kernel.services.quotas import Quotas

View = dict[str, Any]


class StorageUse:
    """Counts, for admins and for the operator.

    Parameters
    ----------
    record, quotas
        What is counted, and what may be.
    folder
        Where the videos lie; None when that is no disk of this machine.
    """

    def __init__(self, record: Record, quotas: Quotas, folder: Path | None) -> None:
        self._record, self._quotas, self._folder = record, quotas, folder

    def view(self, actor: str, *, course: str = "", person: str = "") -> View:
        """Return ``all``, ``courses`` and ``people``, the largest first, and the ``free`` bytes.

        ``gone`` are the originals that were let go of under a rule.

        Parameters
        ----------
        actor
            Who asks; "" for the operator. Everybody but admins gets `NotFound`.
        course, person
            A part of a title, or of a name or an address, to look for; "" for all.

        Returns
        -------
        dict
            Sizes in bytes. ``free`` is None where videos lie elsewhere; ``limit`` is None for
            without limit, ``own`` tells whether it is an exception. Empty lists when nothing is
            stored. What several share is counted for each of them (``shared``), once in all.
        """
        with self._record.read() as uow:
            if actor:
                me = access.acting(uow, actor)
                access.demand(access.role_relations(me), Verb.SEE, Thing.STORAGE)
        self.settle()
        with self._record.read() as uow:
            uses = uow.storage.uses()
            gone = uow.originals.sum()
            told = {(q.person_id or q.course_id): q for q in uow.storage.quotas()}
            courses = {one.id: (one.title, one.term) for one in uow.courses.all()}
            people = {
                one.id: (one.name, "" if one.email.endswith(ERASED_HOST) else one.email)
                for one in uow.people.all()
            }
        nothing = Use(Owner.ALL, "", 0, 0, 0, 0, 0)
        whole = next((each for each in uses if each.owner is Owner.ALL), nothing)
        rows = {
            owner: _rows(owner, uses, names, self._quotas.for_all(owner), told, find)
            for owner, names, find in (
                (Owner.COURSE, courses, course),
                (Owner.PERSON, people, person),
            )
        }
        return {
            "all": _sizes(whole),
            "courses": rows[Owner.COURSE],
            "people": rows[Owner.PERSON],
            "free": self._free(),
            "gone": {"videos": gone[0], "size": gone[1]},
        }

    def settle(self) -> None:
        """Count what changed since somebody last looked; the worker does it now and then."""
        with self._record.read() as uow:
            settled = uow.storage.settled()
        if not settled:
            with self._record.write() as uow:
                uow.storage.settle()

    def _free(self) -> int | None:
        folder = self._folder
        while folder is not None and not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return None if folder is None else shutil.disk_usage(folder).free


def _rows(
    owner: Owner,
    uses: list[Use],
    names: dict[str, tuple[str, str]],
    limit: int | None,
    told: dict[str | None, Quota],
    find: str,
) -> list[View]:
    of_them = {use.id: use for use in uses if use.owner is owner}
    wanted = [each for each in names if each in of_them or each in told]
    rows = []
    for each in wanted:
        name, more = names[each]
        if find.strip().lower() not in f"{name} {more}".lower():
            continue
        use = of_them.get(each, Use(owner, each, 0, 0, 0, 0, 0))
        quota = told.get(each)
        rows.append(
            {
                "id": each,
                "name": name,
                "more": more,
                **_sizes(use),
                "limit": quota.size if quota else limit,
                "own": quota is not None,
            }
        )
    return sorted(rows, key=lambda row: (-row["size"], row["name"]))


def _sizes(use: Use) -> View:
    return {
        "videos": use.videos,
        "original": use.original,
        "web": use.web,
        "other": use.other,
        "shared": use.shared,
        "size": use.size,
        "words": human_size(use.size),
    }
