"""Taking videos and data back for good: what would go, the request, and the receipts.

What is asked for is out of everybody's sight at once; the worker then removes it
(`erasure_work`). What would go is found by removing it and letting nothing of that be kept.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.consent import Purpose
from practika_kernel.domain.erasure import Gone, Scope, Withdrawal
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import is_id, new_id
from practika_kernel.domain.jobs import Job, JobKind, Priority
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import BlobStore, Clock, Record, UnitOfWork
from practika_kernel.domain.practice import TakeState, UploadState
from practika_kernel.services import access, exemplars
from practika_kernel.services.clips import clip_file
from practika_kernel.services.consent_rows import given_out, take_back
from practika_kernel.services.erasure_words import stays, told, will_go
from practika_kernel.services.happenings import take_event

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request is about, before it is one."""

    person: Person
    scope: Scope
    take_id: str | None
    takes: tuple[str, ...]
    uploads: tuple[str, ...]
    titles: tuple[str, ...]
    courses: tuple[str, ...]


class _NothingKept(Exception):
    """Ends a transaction of which nothing is to be kept."""


class Erasures:
    """Requests by students about their own videos, and by admins about a person."""

    def __init__(self, record: Record, blobs: BlobStore, clock: Clock, parts: Path) -> None:
        self._record, self._blobs, self._clock, self._parts = record, blobs, clock, parts

    def plan(self, actor: str, take_id: str = "") -> View:
        """Say exactly what would go, and what stays and why; nothing is changed.

        Parameters
        ----------
        actor
            The student whose videos they are.
        take_id
            One take; "" for all takes with everything that belongs to them.

        Returns
        -------
        dict
            ``takes`` (titles), ``goes`` and ``stays`` (sentences), ``files``, ``bytes`` and
            ``exports``, the data sets given out that hold the person. `NotFound` for anything
            that is not theirs, `InvalidInput` when there is nothing to take back.
        """
        with self._record.read() as uow:
            asked = _of_student(uow, actor, take_id)
        return self._plan(asked)

    def ask(self, actor: str, take_id: str = "", *, takes: int | None = None) -> str:
        """Take one's videos back: nobody sees them from now on, and the worker removes them.

        ``takes`` is how many the person was told would go; `Conflict` when these are others
        by now. Returns the id of the receipt to come. Raises as `plan` does.
        """
        with self._record.write() as uow:
            asked = _of_student(uow, actor, take_id)
            if takes is not None and takes != len(asked.titles):
                raise Conflict("Your takes changed meanwhile. Look again at what would go.")
            return self._ask(uow, asked, actor)

    def plan_person(self, actor: str, person_id: str) -> View:
        """Say what would go if a person were erased (admin, or "" for the operator)."""
        with self._record.read() as uow:
            asked = _of_person(uow, actor, person_id)
        return self._plan(asked)

    def ask_person(self, actor: str, person_id: str) -> str:
        """Erase a person: signed out for ever now, everything removed by the worker.

        Returns the id of the receipt to come. Raises `NotFound` for strangers and
        `InvalidInput` for people whose words are part of other people's work.
        """
        with self._record.write() as uow:
            asked, now = _of_person(uow, actor, person_id), self._clock()
            for purpose in Purpose:
                with suppress(InvalidInput):
                    take_back(uow, asked.person.id, purpose, None, now, actor)
            uow.people.save(replace(asked.person, active=False))
            uow.sign_ins.revoke_all(asked.person.id, now)
            return self._ask(uow, asked, actor)

    def receipts(self, actor: str) -> list[View]:
        """Return the acting person's own receipts, newest first; open ones say how far they are."""
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            found = uow.withdrawals.of_person(me.id)
            jobs = uow.jobs.by_keys([job_key(one.id) for one in found])
        return [_receipt(one, jobs.get(job_key(one.id))) for one in found]

    def receipt(self, actor: str, withdrawal_id: str) -> View:
        """Return one receipt: the person's own, or any for the operator (``actor`` is "")."""
        with self._record.read() as uow:
            me = access.acting(uow, actor).id if actor else ""
            found = uow.withdrawals.get(withdrawal_id) if is_id(withdrawal_id) else None
            if found is None or (actor and found.person_id != me):
                raise NotFound
            job = uow.jobs.by_keys([job_key(found.id)]).get(job_key(found.id))
        return _receipt(found, job)

    def expire(self, person_id: str, take_id: str) -> str:
        """Have one take removed that lay in its student's trash too long (worker).

        Other takes of the same bytes stay. Returns the id of the receipt to come; `NotFound`
        when it was put back meanwhile, `Conflict` when it is being removed already.
        """
        with self._record.write() as uow:
            person, take = uow.people.get(person_id), uow.takes.get(take_id)
            gone = take is not None and take.state is TakeState.WITHDRAWN
            if person is None or take is None or not gone or not uow.trash.of_take(take_id):
                raise NotFound
            found = _about(uow, person, Scope.TAKE, take_id)
            exercise = uow.exercises.get(take.exercise_id)
            title = f"{exercise.title if exercise else 'A take'}, take {take.number}"
            uploads = [u for u in found.uploads if _brought(uow, u, take_id)]
            asked = replace(
                found,
                takes=(take_id,),
                titles=(title,),
                uploads=tuple(uploads),
                courses=(take.course_id,),
            )
            return self._ask(uow, asked, person_id)

    def carry_on(self) -> int:
        """Have requests tried again whose work failed; return how many.

        For the worker, every now and then: a full disk is emptied some day, and what somebody
        took back must not wait for anybody to remember it.
        """
        now = self._clock()
        with self._record.write() as uow:
            waiting = uow.withdrawals.open()
            jobs = uow.jobs.by_keys([job_key(one.id) for one in waiting])
            failed = [one for one in waiting if _over(jobs.get(job_key(one.id)))]
            for one in failed:
                uow.jobs.renew(_job(one.id, now))
        return len(failed)

    def _plan(self, asked: _Asked) -> View:
        gone, exports = None, []
        with suppress(_NothingKept), self._record.write() as uow:
            exports = given_out(uow, asked.person.id)
            person = asked.person.id
            # Without a request the record lets no event go; this one is not kept either.
            uow.withdrawals.add(Withdrawal(new_id(), person, asked.scope, self._clock(), person))
            gone = uow.erasing.remove(person, asked.scope, asked.takes, asked.uploads)
            raise _NothingKept
        assert gone is not None
        files, size = self._weigh(gone)
        pictured = asked.scope is Scope.PERSON and bool(asked.person.portrait)
        return {
            "takes": list(asked.titles),
            "goes": will_go(asked.scope, gone, files, size, pictured=pictured),
            "stays": stays(asked.scope, gone.shared, len(exports)),
            "files": files,
            "bytes": size,
            "size": human_size(size),
            "exports": exports,
        }

    def _weigh(self, gone: Gone) -> tuple[int, int]:
        keys = [clip_file(key) for key in gone.clip_keys]
        sizes = [size for key in keys if (size := self._blobs.size(key)) is not None]
        parts = [self._parts / name for name in gone.uploads]
        sizes += [part.stat().st_size for part in parts if part.is_file()]
        with self._record.read() as uow:
            made = uow.assets.renditions([asset.id for asset in gone.assets])
        sizes += [each.size for each in made]
        return len(sizes), sum(sizes)

    def _ask(self, uow: UnitOfWork, asked: _Asked, actor: str) -> str:
        now, person = self._clock(), asked.person
        if any(_same_request(one, asked) for one in uow.withdrawals.of_person(person.id)):
            raise Conflict("This is being removed already; the receipt comes when it is done.")
        _hide(uow, asked, actor, now)
        made = Withdrawal(
            new_id(),
            person.id,
            asked.scope,
            now,
            actor,
            asked.take_id,
            receipt={
                "takes": list(asked.titles) if asked.scope is not Scope.PERSON else [],
                "todo": {"takes": list(asked.takes), "uploads": list(asked.uploads)},
                "courses": list(asked.courses),
            },
        )
        uow.withdrawals.add(made)
        uow.jobs.add(_job(made.id, now))
        tell(uow, EventKind.ERASURE_ASKED, made, now)
        return made.id


def tell(uow: UnitOfWork, kind: EventKind, about: Withdrawal, at: datetime) -> None:
    """Tell of a request in each course it touches: whoever looks at those takes looks again."""
    data = {"scope": str(about.scope), "withdrawal": about.id}
    event = Event(kind, at, about.asked_by, student_id=about.person_id, data=data)
    for course in about.receipt["courses"] or [""]:
        uow.events.append(replace(event, course_id=course))


def _job(withdrawal_id: str, now: datetime) -> Job:
    payload, key = {"withdrawal": withdrawal_id}, job_key(withdrawal_id)
    return Job(new_id(), key, JobKind.ERASE, payload, now, now, Priority.PERSON_WAITS)


def job_key(withdrawal_id: str) -> str:
    """Name the job that carries a request out."""
    return f"erase:{withdrawal_id}"


def _of_student(uow: UnitOfWork, actor: str, take_id: str) -> _Asked:
    me = access.demand_page(uow, actor, Thing.STUDENT_PAGE)
    if take_id:
        access.take(uow, actor, take_id, Verb.ERASE)
        return _about(uow, me, Scope.TAKE, take_id)
    found = _about(uow, me, Scope.TAKES, None)
    if not found.takes and not found.uploads:
        raise InvalidInput("There is no video of yours here.")
    return found


def _of_person(uow: UnitOfWork, actor: str, person_id: str) -> _Asked:
    if actor:
        me = access.acting(uow, actor)
        access.demand(access.role_relations(me), Verb.ERASE, Thing.PERSON)
    person = uow.people.get(person_id) if is_id(person_id) else None
    if person is None or person.erased:
        raise NotFound("There is no such person.")
    places = {place.role for place in uow.courses.of_person(person.id)}
    if person.role is not Role.STUDENT or places - {Role.STUDENT}:
        raise InvalidInput(
            "Only students can be erased: what teachers wrote belongs to the takes of others. "
            "Switch the account off instead."
        )
    return _about(uow, person, Scope.PERSON, None)


def _about(uow: UnitOfWork, person: Person, scope: Scope, take_id: str | None) -> _Asked:
    takes, uploads = uow.erasing.reach(person.id, scope, take_id)
    titles, courses = [], set()
    for each in takes:
        take = uow.takes.get(each)
        courses.update({take.course_id} if take else set())
        exercise = uow.exercises.get(take.exercise_id) if take else None
        if take and exercise and take.state is not TakeState.WITHDRAWN:
            titles.append(f"{exercise.title}, take {take.number}")
    return _Asked(
        person, scope, take_id, tuple(takes), tuple(uploads), tuple(titles), tuple(sorted(courses))
    )


def _hide(uow: UnitOfWork, asked: _Asked, actor: str, now: datetime) -> None:
    """Put what was asked for out of everybody's sight, until it is removed."""
    uow.trash.forget(asked.takes)
    for each in asked.takes:
        take = uow.takes.get(each)
        if take is not None and take.state is not TakeState.WITHDRAWN:
            uow.takes.save(replace(take, state=TakeState.WITHDRAWN), expected=take.state)
            uow.events.append(take_event(EventKind.TAKE_WITHDRAWN, take, now, actor=actor))
            exemplars.gone(uow, take.id, now)
    for each in asked.uploads:
        upload = uow.uploads.get(each)
        if upload is not None and upload.state is UploadState.RECEIVING:
            ended = replace(upload, state=UploadState.TERMINATED)
            uow.uploads.save(ended, expected=UploadState.RECEIVING)


def _brought(uow: UnitOfWork, upload_id: str, take_id: str) -> bool:
    upload = uow.uploads.get(upload_id)
    return upload is not None and upload.take_id == take_id


def _same_request(one: Withdrawal, asked: _Asked) -> bool:
    same = (one.scope, one.take_id) == (asked.scope, asked.take_id)
    return one.finished_at is None and same


def _receipt(one: Withdrawal, job: Job | None) -> View:
    done = one.finished_at is not None
    view = {
        "id": one.id,
        "scope": str(one.scope),
        "asked": one.asked_at.isoformat(),
        "finished": one.finished_at.isoformat() if one.finished_at else "",
        "takes": one.receipt.get("takes", []),
        "progress": 1.0 if done else round(job.progress, 3) if job else 0.0,
        "problem": _why(job) if job and not done else "",
    }
    if not done:
        return view
    names = ("rows", "files", "bytes", "exports", "stays")
    view |= {name: one.receipt.get(name) for name in names}
    return {**view, "size": human_size(int(one.receipt.get("bytes", 0))), "text": told(view)}


def _over(job: Job | None) -> bool:
    return job is None or job.stuck


def _why(job: Job) -> str:
    """Say why it takes longer than it should; "" while it does not."""
    if job.stuck:
        return (
            "Nobody sees it any more, but removing it failed several times. It is tried again "
            "every few minutes; the people who run Practika see why."
        )
    waits = "Nobody sees it any more. It waits for a moment and goes on by itself."
    return waits if job.problem else ""
