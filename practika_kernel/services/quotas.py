"""What people and courses may store: the allowance for all, exceptions, and who is over it."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.amounts import human_size, read_size
from practika_kernel.domain.errors import InvalidInput, NotFound, OverQuota
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Purpose, Upload
from practika_kernel.domain.storage_use import NEARLY_FULL, Owner, Quota
from practika_kernel.services import access


class Quotas:
    """Decides whether an upload fits, inside the unit of work that opens it.

    Parameters
    ----------
    record, clock
        Where exceptions are kept.
    person, course
        Bytes everybody, and every course, may have; None for without limit.
    """

    def __init__(
        self, record: Record, clock: Clock, person: int | None, course: int | None
    ) -> None:
        self._record, self._clock = record, clock
        self._all = {Owner.PERSON: person, Owner.COURSE: course}

    def for_all(self, owner: Owner) -> int | None:
        """Return the bytes every such owner may have; None for without limit."""
        return self._all[owner]

    def limit(self, uow: UnitOfWork, owner: Owner, owner_id: str) -> int | None:
        """Return the bytes one owner may have; None for without limit."""
        told = uow.storage.quota(owner, owner_id)
        return self._all[owner] if told is None else told.size

    def admit(self, uow: UnitOfWork, upload: Upload, size: int, *, known: int = 0) -> None:
        """Raise `OverQuota` when ``size`` more bytes do not fit beside what there is.

        ``known`` of them are counted already. Two uploads at once wait for each other here, so
        that the second sees the first. A reference is the course's, not its teacher's.
        """
        course = _course(uow, upload)
        owners = [] if upload.purpose is Purpose.REFERENCE else [(Owner.PERSON, upload.person_id)]
        owners += [(Owner.COURSE, course)] if course else []
        for owner, owner_id in owners:
            self._fit(uow, owner, owner_id, size, known)

    def admit_to(self, uow: UnitOfWork, course_id: str, size: int) -> None:
        """Raise `OverQuota` when a video that was sent without a course does not fit into this."""
        self._fit(uow, Owner.COURSE, course_id, size, 0)

    def _fit(self, uow: UnitOfWork, owner: Owner, owner_id: str, size: int, known: int) -> None:
        limit = self.limit(uow, owner, owner_id)
        if limit is None:
            return
        uow.storage.hold(owner, owner_id)
        used = uow.storage.used(owner, owner_id) - known
        if used + size > limit or (not size and used >= limit):
            raise OverQuota(_sentence(owner, size, used, limit))

    def mine(self, uow: UnitOfWork, person_id: str) -> dict[str, Any] | None:
        """Return how much of the allowance is used, once it is nearly full; else None."""
        limit = self.limit(uow, Owner.PERSON, person_id)
        if limit is None:
            return None
        used = uow.storage.used(Owner.PERSON, person_id)
        if used <= NEARLY_FULL * limit:
            return None
        return {
            "share": round(used / max(limit, 1), 3),
            "words": f"{human_size(used)} of {human_size(limit)}",
        }

    def nearly_full(self, actor: str) -> dict[str, Any] | None:
        """Return `mine` for the person who asks."""
        with self._record.read() as uow:
            return self.mine(uow, access.acting(uow, actor).id)

    def grant(self, actor: str, owner: str, owner_id: str, size: int | None) -> None:
        """Make an exception for one person or course: ``size`` bytes, None for without limit.

        ``actor`` is "" for the operator. Raises `NotFound` for everybody but admins, and for
        an owner that is not there.
        """
        self._change(actor, owner, owner_id, size, drop=False)

    def tell(self, actor: str, owner: str, owner_id: str, words: str) -> None:
        """Do what somebody typed: "5 GB", "none" for without limit, "" for the allowance of all.

        Raises `InvalidInput` for other words, and as `grant` does.
        """
        said = words.strip().lower()
        if not said:
            self.withdraw(actor, owner, owner_id)
            return
        try:
            size = None if said == "none" else read_size(said)
        except ValueError:
            raise InvalidInput(
                'Write a size such as "5 GB", "none" for without limit, or nothing for what '
                "holds for all."
            ) from None
        self.grant(actor, owner, owner_id, size)

    def withdraw(self, actor: str, owner: str, owner_id: str) -> None:
        """Have the allowance for all hold again. Raises as `grant` does."""
        self._change(actor, owner, owner_id, None, drop=True)

    def _change(
        self, actor: str, kind: str, owner_id: str, size: int | None, *, drop: bool
    ) -> None:
        if kind not in (Owner.PERSON, Owner.COURSE):
            raise NotFound
        owner, now = Owner(kind), self._clock()
        with self._record.write() as uow:
            if actor:
                me = access.acting(uow, actor)
                access.demand(access.role_relations(me), Verb.MANAGE, Thing.STORAGE)
            get = uow.people.get if owner is Owner.PERSON else uow.courses.get
            if not is_id(owner_id) or get(owner_id) is None:
                raise NotFound
            person = owner_id if owner is Owner.PERSON else None
            course = owner_id if owner is Owner.COURSE else None
            if drop:
                uow.storage.drop_quota(owner, owner_id)
            else:
                uow.storage.put_quota(Quota(new_id(), person, course, size, now))
            data = {"owner": str(owner), "size": size, "back": drop}
            told = Event(EventKind.QUOTA_SET, now, actor, course_id=course or "", data=data)
            uow.events.append(told)


def _course(uow: UnitOfWork, upload: Upload) -> str:
    """Name the course an upload is for; "" while it has none."""
    exercise = uow.exercises.get(upload.exercise_id) if upload.exercise_id else None
    take = uow.takes.get(upload.take_id) if upload.take_id else None
    return exercise.course_id if exercise else take.course_id if take else ""


def _sentence(owner: Owner, size: int, used: int, limit: int) -> str:
    what = f"This file has {human_size(size)}" if size else "There is no room for a recording"
    whose = "you may keep" if owner is Owner.PERSON else "this course may keep"
    way = (
        "Take back a video you no longer need, or ask an administrator for more room."
        if owner is Owner.PERSON
        else "Ask an administrator for more room."
    )
    return (
        f"{what}, and {human_size(used)} of the {human_size(limit)} {whose} are used. {way} "
        "Nothing of it was stored."
    )
