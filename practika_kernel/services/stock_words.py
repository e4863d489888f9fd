"""What a stored file is to people: whose take it belongs to, and what part of it it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from practika_kernel.domain.feedback import Clip
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import RenditionKind, Take

Words = Callable[[UnitOfWork], str]
"""Looks up the rest of the words when they are needed: most files are well."""

_PARTS = {
    RenditionKind.ORIGINAL: "the original",
    RenditionKind.WEB: "the copy for browsers",
    RenditionKind.POSTER: "the poster",
    RenditionKind.FILM: "the filmstrip",
    RenditionKind.WAVE: "the waveform",
    RenditionKind.FEATURES: "the sound features",
    RenditionKind.FRAMES: "the times of the pictures",
}
_MOST = 3


def video_words(kind: RenditionKind, asset_id: str) -> Words:
    """Words as in ``the original of take 2 of Mira Okafor at "Scales"``."""
    part = _PARTS.get(kind, f"the {kind}")
    return lambda uow: f"{part} of {_users(uow, asset_id)}"


def clip_words(clip: Clip) -> Words:
    """Words as in ``the clip from 1.5 to 3.0 s of take 2 of Mira Okafor at "Scales"``."""
    span = f"the clip from {float(clip.start):.1f} to {float(clip.end):.1f} s"

    def words(uow: UnitOfWork) -> str:
        take = uow.takes.get(clip.take_id)
        return f"{span} of {_take(uow, take) if take else 'a take that is gone'}"

    return words


def portrait_words(person: Person) -> Words:
    """Words as in ``the picture of Mira Okafor``."""
    return lambda uow: f"the picture of {person.name}"


def _users(uow: UnitOfWork, asset_id: str) -> str:
    """Say what shows this video: takes, references, replies, else who sent it."""
    found = list(_showing(uow, asset_id)) or list(_sent(uow, asset_id))
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return ", ".join(found[:_MOST]) + more if found else "a video that nothing shows"


def _showing(uow: UnitOfWork, asset_id: str) -> Iterator[str]:
    for take in uow.takes.by_asset(asset_id):
        yield _take(uow, take)
    for exercise in uow.exercises.by_reference(asset_id):
        yield f'the reference for "{exercise.title}"'
    for reply in uow.replies.by_asset(asset_id):
        on = uow.takes.get(reply.take_id)
        yield f"a reply by {_name(uow, reply.author_id)} to {_take(uow, on) if on else 'a take'}"


def _sent(uow: UnitOfWork, asset_id: str) -> Iterator[str]:
    for upload in uow.uploads.by_asset(asset_id):
        name = _name(uow, upload.person_id)
        yield f'"{upload.name}", which {name} sent on {upload.created_at:%Y-%m-%d}'


def _take(uow: UnitOfWork, take: Take) -> str:
    exercise = uow.exercises.get(take.exercise_id)
    at = f' at "{exercise.title}"' if exercise else ""
    return f"take {take.number} of {_name(uow, take.student_id)}{at}"


def _name(uow: UnitOfWork, person_id: str) -> str:
    person = uow.people.get(person_id)
    return person.name if person else "somebody who is gone"
