"""What Practika holds of a student, in their own sight."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.erasure import Scope
from practika_kernel.domain.feedback import ReplyState
from practika_kernel.domain.languages import language_of
from practika_kernel.domain.people import Person
from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.player_keys import told
from practika_kernel.domain.ports import Record, UnitOfWork
from practika_kernel.domain.practice import RenditionKind, Take, TakeState
from practika_kernel.services import access
from practika_kernel.services.originals import removed_words
from practika_kernel.services.quotas import Quotas
from practika_kernel.services.seen import told_to_student

View = dict[str, Any]


class Holdings:
    """Lists everything that belongs to the acting student."""

    def __init__(self, record: Record, quotas: Quotas) -> None:
        self._record, self._quotas = record, quotas

    def view(self, actor: str) -> View:
        """Return account, courses and videos, the newest take first.

        ``thrown`` counts the drafts that were thrown away and are still kept. Each take has its
        size as it was sent, its released comments, who looked at it, and the address under which
        the student gets the file; where the original was removed, the web copy's, and
        ``removed`` says so. ``picture`` is where theirs is ("" for none), ``ways`` what they chose
        for themselves, in pairs of words. ``room`` tells how much of the quota is used once it is
        nearly full, else it is None. Raises `NotFound` for everybody but students.
        """
        with self._record.read() as uow:
            me = access.demand_page(uow, actor, Thing.STUDENT_PAGE)
            takes = uow.takes.of_student(me.id)
            rows = _rows(uow, takes)
            places = {place.course_id for place in uow.courses.of_person(me.id)}
            kept, _ = uow.erasing.reach(me.id, Scope.TAKES, None)
            going = {
                take
                for one in uow.withdrawals.of_person(me.id)
                if one.finished_at is None
                for take in one.receipt.get("todo", {}).get("takes", ())
            }
            room = self._quotas.mine(uow, me.id)
            ways = _ways(uow, me)
            titles = [course.title for course in uow.courses.all() if course.id in places]
        return {
            "name": me.name,
            "email": me.email,
            "since": me.created_at.isoformat(),
            "picture": me.picture,
            "ways": ways,
            "courses": sorted(titles),
            "takes": rows,
            "size": human_size(sum(row["bytes"] for row in rows)),
            "comments": sum(row["comments"] for row in rows),
            "room": room,
            "thrown": len(set(kept) - going - {take.id for take in takes}),
        }


def _ways(uow: UnitOfWork, me: Person) -> list[list[str]]:
    """Say what somebody chose for themselves."""
    zone, ring = uow.choices.rhythm(me.id).zone, uow.key_rings.get(me.id)
    speaks = language_of(me.language).called if me.language else ""
    return [
        ["Picture", human_size(me.portrait_size) if me.portrait else "none"],
        ["Language of e-mails and notifications", speaks or "as the school"],
        ["Time zone", zone or "as the school"],
        ["Keys of the player", (told(ring) if ring else "") or "as usual"],
    ]


def _rows(uow: UnitOfWork, takes: list[Take]) -> list[View]:
    exercises = {take.exercise_id: uow.exercises.get(take.exercise_id) for take in takes}
    assets = [take.asset_id for take in takes if take.asset_id]
    sizes = {(made.asset_id, made.kind): made.size for made in uow.assets.renditions(assets)}
    gone = uow.originals.gone(assets)
    seen = told_to_student(uow, [take.id for take in takes])
    comments: dict[str, int] = {}
    for reply in uow.replies.of_takes([take.id for take in takes]):
        if reply.state is ReplyState.RELEASED:
            comments[reply.take_id] = comments.get(reply.take_id, 0) + 1
    rows = []
    for take in takes:
        exercise, asset = exercises[take.exercise_id], take.asset_id or ""
        kind = RenditionKind.WEB if asset in gone else RenditionKind.ORIGINAL
        size, file = sizes.get((asset, kind), 0), "video" if asset in gone else "original"
        rows.append(
            {
                "id": take.id,
                "title": f"{exercise.title if exercise else 'Exercise'}, take {take.number}",
                "file": take.name,
                "at": (take.submitted_at or take.created_at).isoformat(),
                "draft": take.state is TakeState.DRAFT,
                "bytes": size,
                "size": human_size(size),
                "comments": comments.get(take.id, 0),
                "seen": seen.get(take.id, []),
                "download": f"media/take/{take.id}/{file}?download=1" if size else "",
                "removed": removed_words(gone.get(asset)),
            }
        )
    return rows
