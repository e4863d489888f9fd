"""What is shown of an exemplar, and to whom: never more than its student said yes to.

ExemplarView (plain JSON values)::

    id, exercise   ``exercise`` as `Shelf.exercise` names it
    tags           the exercise's
    who            the student's name, or "" where it is not to stand there
    mine           whether it is the acting person's own
    words          what a teacher wrote of it
    video          as `Shelf.video` describes one, under ``media/exemplar/<id>``
    reply          {html, plain, start, end, author} of the comment that goes with it, or None
    marks          [{title, name, level, of}], empty unless that was asked for
    since          when the yes was said
"""

from __future__ import annotations

from datetime import datetime

from practika_kernel.domain.exemplars import Exemplar, ExemplarState
from practika_kernel.domain.feedback import Clip, ClipState, Reply, ReplyState
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import RenditionKind, Take
from practika_kernel.services import marks
from practika_kernel.services.markdown import as_html, as_plain
from practika_kernel.services.views import Shelf, View, iso


def exemplar_view(uow: UnitOfWork, shelf: Shelf, found: Exemplar, on: Take, actor: str) -> View:
    """Return an ExemplarView (see the module); the caller has authorised the person.

    ``shelf`` was gathered of the take. Comment and marks are those the student could read when
    they said yes: what was written or changed since is left out until they say so again.
    """
    mine = on.student_id == actor
    clip = uow.clips.get(found.clip_id) if found.clip_id else None
    return {
        "id": found.id,
        "exercise": shelf.exercise(found.exercise_id),
        "tags": list(shelf.exercises[found.exercise_id].tags),
        "who": shelf.person(on.student_id)["name"] if found.named else "",
        "mine": mine,
        "words": found.words,
        "video": _video(shelf, found, on, clip),
        "reply": _reply(uow, found, clip),
        "marks": _marks(uow, found, on, actor) if found.marks else [],
        "since": iso(found.answered_at),
    }


def label(view: View) -> str:
    """Name an exemplar in a line.

    >>> label({"who": "Mira Lindqvist", "mine": False}), label({"who": "", "mine": True})
    ('Exemplar, Mira Lindqvist', 'Exemplar, you')
    """
    if view["mine"]:
        return "Exemplar, you"
    return f"Exemplar, {view['who']}" if view["who"] else "Exemplar"


def _video(shelf: Shelf, found: Exemplar, on: Take, clip: Clip | None) -> View:
    place = f"exemplar/{found.id}"
    whole = shelf.video(on.asset_id, place)
    own = {"qualities": [], "captions": "", "unmade": [], "retry": False}
    if clip is None:
        return {**whole, **own}
    # The part is a file of its own: no picture, no filmstrip and no sound of the rest.
    ready = clip.state is ClipState.READY
    return {
        **whole,
        **own,
        "ready": ready,
        "state": "ready" if ready else "failed" if clip.problem else "preparing",
        "step": "ready" if ready else "preparing",
        "progress": 1.0 if ready else 0.0,
        "problem": clip.problem,
        "src": f"media/{place}/video" if ready else "",
        "poster": "",
        "film": "",
        "film_tiles": 0,
        "wave": "",
        "frames": "",
        "seconds": float(clip.end - clip.start),
    }


def _known_by(found: Exemplar, at: datetime | None) -> bool:
    """Whether something of this moment was there to be read when the student said yes."""
    if found.state is not ExemplarState.SHOWN or found.answered_at is None:
        return True  # the question: what a yes would show now
    return at is not None and at <= found.answered_at


def _reply(uow: UnitOfWork, found: Exemplar, clip: Clip | None) -> View | None:
    reply = uow.replies.get(found.reply_id) if found.reply_id else None
    if reply is None or reply.state is not ReplyState.RELEASED:
        return None
    if not _known_by(found, reply.edited_at or reply.released_at):
        return None
    author = uow.people.get(reply.author_id)
    start, end = _moment(reply, clip)
    return {
        "html": as_html(reply.text),
        "plain": as_plain(reply.text),
        "start": start,
        "end": end,
        "author": author.name if author else "Somebody",
    }


def _moment(reply: Reply, clip: Clip | None) -> tuple[float | None, float | None]:
    """Return where a comment lies in what is shown, in seconds; nowhere when outside of it."""
    if reply.start_ms is None:
        return None, None
    before = float(clip.start) if clip else 0.0
    start = reply.start_ms / 1000 - before
    end = None if reply.end_ms is None else reply.end_ms / 1000 - before
    if clip and not 0 <= start < float(clip.end - clip.start):
        return None, None
    return start, end


def _marks(uow: UnitOfWork, found: Exemplar, on: Take, actor: str) -> list[View]:
    lines = marks.rubric(uow, actor, on, None, released=True)
    return [
        {
            "title": line["given"]["title"],
            "name": line["given"]["name"],
            "level": line["given"]["level"],
            "of": len(line["given"]["levels"]),
        }
        for line in lines
        if line["given"] and _known_by(found, _moment_of(line["history"][-1]["at"]))
    ]


def _moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def brief_views(
    uow: UnitOfWork, found: list[tuple[Exemplar, Take]], actor: str, own: dict[str, str]
) -> list[View]:
    """Describe exemplars in short; ``own`` is the person's own take by exercise."""
    names = uow.people.many({one.student_id for one, _ in found if one.named})
    whole = {take.asset_id for one, take in found if take.asset_id and not one.clip_id}
    made = uow.assets.renditions(whole) if whole else []
    posters = {each.asset_id for each in made if each.kind is RenditionKind.POSTER}
    rows = []
    for one, take in found:
        drawn = take.asset_id in posters and not one.clip_id
        beside = own.get(one.exercise_id, "")
        rows.append(
            {
                "id": one.id,
                "exercise": {"id": one.exercise_id},
                "who": names[one.student_id].name if one.named else "",
                "mine": one.student_id == actor,
                "own": "" if beside == take.id else beside,
                "video": {"poster": f"media/exemplar/{one.id}/poster" if drawn else ""},
            }
        )
    return rows


def open_views(uow: UnitOfWork, found: list[tuple[Exemplar, Take]]) -> list[View]:
    """Describe what waits for its student's answer, in few words."""
    askers = uow.people.many({one.asked_by for one, _ in found})
    tasks = uow.exercises.many({one.exercise_id for one, _ in found})
    return [
        {
            "id": one.id,
            "asked_by": askers[one.asked_by].name,
            "title": f"{tasks[one.exercise_id].title}, take {take.number}",
        }
        for one, take in found
    ]
