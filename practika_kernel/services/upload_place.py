"""What an upload is for, and whether this person may put something there."""

from __future__ import annotations

from dataclasses import replace

from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Purpose, Upload
from practika_kernel.services import access


def check_place(uow: UnitOfWork, actor: str, upload: Upload) -> Upload:
    """Authorise what the upload is for; return it with only the names its purpose needs.

    `NotFound` where the person sees no such place, `NotAllowed` where they may not add to it.
    """
    person = access.acting(uow, actor)
    if upload.purpose is Purpose.REPLY and upload.growing and not upload.reply_id:
        take = access.take(uow, actor, upload.take_id or "", Verb.ANSWER)
        return replace(upload, exercise_id=None, take_id=take.id)
    if upload.purpose is Purpose.REPLY:
        reply, on = access.reply(uow, actor, upload.reply_id or "", Verb.CHANGE)
        return replace(upload, exercise_id=None, take_id=on.id, reply_id=reply.id)
    if upload.purpose is Purpose.REFERENCE:
        access.exercise(uow, actor, upload.exercise_id or "", Verb.CHANGE, Thing.EXERCISE)
        return replace(upload, take_id=None, reply_id=None)
    if upload.exercise_id is not None:
        access.exercise(uow, actor, upload.exercise_id, Verb.ADD, Thing.TAKE)
        access.demand_takes(uow, upload.exercise_id)
    else:
        access.demand(access.role_relations(person), Verb.ADD, Thing.TAKE)
    return replace(upload, take_id=None, reply_id=None)
