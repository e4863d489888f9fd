"""What pages show, as plain JSON values: one builder for each thing, used by every service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from practika_kernel.domain.drawings import shown_ms
from practika_kernel.domain.feedback import Clip, ClipState, Reply, ReplyState
from practika_kernel.domain.history import History
from practika_kernel.domain.jobs import Job, JobState
from practika_kernel.domain.originals import LetGo
from practika_kernel.domain.people import Course, Person
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import (
    Asset,
    AssetState,
    Exercise,
    Rendition,
    RenditionKind,
    StackStatus,
    Take,
    TakeState,
)
from practika_kernel.domain.rubrics import Mark, MarkState
from practika_kernel.domain.tags import Tag
from practika_kernel.services.badges import named
from practika_kernel.services.history_view import NO_VIDEO, history_view
from practika_kernel.services.markdown import as_html, as_plain
from practika_kernel.services.originals import removed_words
from practika_kernel.services.preparing import FEATURES, FILM, extra_job, web_job
from practika_kernel.services.qualities import qualities

View = dict[str, Any]

LATE_AFTER = timedelta(days=3)
"""A take that waits longer than this is shown as late."""

_MISSING = "The video is missing."
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def age(since: datetime, now: datetime) -> str:
    """Say how long ago something was, in its largest unit.

    >>> from datetime import datetime, timedelta
    >>> now = datetime(2026, 11, 22)
    >>> age(now - timedelta(hours=50), now), age(now - timedelta(hours=1), now), age(now, now)
    ('2 days', '1 hour', 'a moment')
    """
    passed = int((now - since).total_seconds())
    for size, name in _UNITS:
        if passed >= size:
            count = passed // size
            return f"{count} {name}" + ("s" if count > 1 else "")
    return "a moment"


def asset_progress(asset: Asset | None, job: Job | None) -> tuple[str, float]:
    """Return the step a video is at and how far (0 to 1).

    Steps: ``waiting`` (nobody works on it yet), ``checking``, ``preparing``, ``ready``,
    ``failed``.
    """
    if asset is not None and asset.state is not AssetState.PREPARING:
        return str(asset.state), 1.0
    if job is None or job.state is JobState.QUEUED:
        return "waiting", job.progress if job else 0.0
    if job.stuck:
        return "failed", 1.0
    return ("preparing" if asset else "checking"), job.progress


def video_problem(asset: Asset | None, job: Job | None) -> str:
    """Return why a video cannot be shown; "" while nothing is wrong."""
    if asset is not None and asset.state is not AssetState.PREPARING:
        return asset.problem
    return job.problem if job is not None and job.stuck else ""


def may_retry(asset: Asset | None, job: Job | None) -> bool:
    """Tell whether preparing a video failed, and trying again may help."""
    preparing = asset is not None and asset.state is AssetState.PREPARING
    return preparing and job is not None and job.state is JobState.FAILED


EXTRAS = {
    FILM: (RenditionKind.FILM, "The filmstrip and the waveform"),
    FEATURES: (RenditionKind.FEATURES, "What its sound is compared by"),
}
"""What a video can be watched without, as people call it."""


def _unmade(
    uow: UnitOfWork, assets: dict[str, Asset], made: set[tuple[str, RenditionKind]]
) -> dict[str, list[Job]]:
    """Find failed work on videos that are ready, by the video's id."""
    ready = [a.id for a in assets.values() if a.state is AssetState.READY]
    missing = {
        extra_job(step, asset_id): asset_id
        for asset_id in ready
        for step, (kind, _) in EXTRAS.items()
        if (asset_id, kind) not in made
    }
    found: dict[str, list[Job]] = {}
    jobs = uow.jobs.by_keys(list(missing))
    for key, asset_id in missing.items():
        if key in jobs and jobs[key].state is JobState.FAILED:
            found.setdefault(asset_id, []).append(jobs[key])
    return found


def iso(at: datetime | None) -> str | None:
    """Write a moment as ISO 8601 in UTC; None stays None."""
    return at.isoformat() if at else None


@dataclass
class Shelf:
    """Everything a list of takes and replies needs, fetched in a handful of queries."""

    now: datetime
    assets: dict[str, Asset]
    made: dict[tuple[str, RenditionKind], Rendition]
    jobs: dict[str, Job]
    exercises: dict[str, Exercise]
    courses: dict[str, Course]
    people: dict[str, Person]
    replies: dict[str, list[Reply]]
    clips: dict[str, Clip]
    tags: dict[str, Tag] = field(default_factory=dict)
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    marking: dict[str, set[str]] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)
    gone: dict[str, LetGo] = field(default_factory=dict)
    unmade: dict[str, list[Job]] = field(default_factory=dict)
    """Failed work on videos that are shown all the same, by the video's id."""

    @classmethod
    def gather(
        cls,
        uow: UnitOfWork,
        takes: Iterable[Take],
        now: datetime,
        exercises: Iterable[Exercise] = (),
    ) -> Shelf:
        """Fetch what these takes and exercises hang together with."""
        rows, tasks = list(takes), {e.id: e for e in exercises}
        for exercise_id in {take.exercise_id for take in rows} - set(tasks):
            found = uow.exercises.get(exercise_id)
            if found is not None:
                tasks[found.id] = found
        flat = _with_parents(uow.replies.of_takes([take.id for take in rows]))
        replies: dict[str, list[Reply]] = {}
        for reply in flat:
            replies.setdefault(reply.take_id, []).append(reply)
        marks: dict[str, list[Mark]] = {}
        marking: dict[str, set[str]] = {}
        for mark in uow.marks.of_takes([take.id for take in rows]):
            if mark.state is MarkState.RELEASED:
                marks.setdefault(mark.take_id, []).append(mark)
            else:
                marking.setdefault(mark.take_id, set()).add(mark.author_id)
        ids = {take.asset_id for take in rows if take.asset_id}
        ids |= {reply.asset_id for reply in flat if reply.asset_id}
        ids |= {e.reference_asset_id for e in tasks.values() if e.reference_asset_id}
        assets = uow.assets.many(ids)
        waiting = [a.id for a in assets.values() if a.state is AssetState.PREPARING]
        web_jobs = uow.jobs.by_keys([web_job(asset_id) for asset_id in waiting])
        clips = uow.clips.many({r.clip_id for r in flat if r.clip_id})
        clip_jobs = uow.jobs.by_keys([f"clip:{clip.key}" for clip in clips.values()])
        people = {take.student_id for take in rows} | {reply.author_id for reply in flat}
        people |= {mark.author_id for given in marks.values() for mark in given}
        made = {(r.asset_id, r.kind): r for r in uow.assets.renditions(ids)}
        return cls(
            now=now,
            assets=assets,
            made=made,
            jobs={
                asset_id: web_jobs[web_job(asset_id)]
                for asset_id in waiting
                if web_job(asset_id) in web_jobs
            }
            | clip_jobs,
            exercises=tasks,
            courses={course.id: course for course in uow.courses.all()},
            people=uow.people.many(people),
            replies=replies,
            clips=clips,
            tags=uow.tags.many({r.tag_id for r in flat if r.tag_id}),
            marks=marks,
            marking=marking,
            histories=uow.histories.of_takes([take.id for take in rows if take.imported]),
            gone=uow.originals.gone(ids),
            unmade=_unmade(uow, assets, set(made)),
        )

    def video(self, asset_id: str | None, place: str) -> View:
        """Describe a video reachable under ``media/<place>/``; None was never there."""
        if asset_id is None:
            return {**self.video("", ""), "state": "none", "step": "none", "problem": NO_VIDEO}
        asset = self.assets.get(asset_id)
        step, progress = asset_progress(asset, self.jobs.get(asset_id))
        has = {kind for owner, kind in self.made if owner == asset_id}
        ready = asset is not None and asset.state is AssetState.READY
        return {
            "ready": ready,
            "state": str(asset.state) if asset else "failed",
            "step": step,
            "progress": round(progress, 3),
            "problem": video_problem(asset, self.jobs.get(asset_id)) if asset else _MISSING,
            "retry": may_retry(asset, self.jobs.get(asset_id)),
            "unmade": [
                {"name": EXTRAS[str(job.payload["step"])][1], "problem": job.problem}
                for job in self.unmade.get(asset_id, ())
            ],
            "src": f"media/{place}/video" if ready else "",
            "poster": f"media/{place}/poster" if RenditionKind.POSTER in has else "",
            "film": f"media/{place}/film" if RenditionKind.FILM in has else "",
            "film_tiles": asset.film_tiles if asset else 0,
            "wave": f"media/{place}/wave" if RenditionKind.WAVE in has else "",
            "frames": f"media/{place}/frames" if RenditionKind.FRAMES in has else "",
            "qualities": qualities(asset, has, place) if ready and asset else [],
            "removed": removed_words(self.gone.get(asset_id)),
            "captions": f"media/{place}/captions" if place.startswith("take/") else "",
            "seconds": float(asset.duration) if asset and asset.duration else 0.0,
            "width": asset.width if asset else 0,
            "height": asset.height if asset else 0,
            "frame_rate": _float(asset.frame_rate) if asset else None,
            "sound": bool(asset and asset.audio_codec),
        }

    def exercise(self, exercise_id: str) -> View:
        """Name an exercise and its course."""
        exercise = self.exercises[exercise_id]
        course = self.courses[exercise.course_id]
        return {
            "id": exercise.id,
            "title": exercise.title,
            "course": course.title,
            "course_id": course.id,
        }

    def person(self, person_id: str) -> View:
        """Name a person."""
        return named(person_id, self.people.get(person_id))

    def status(self, take: Take) -> StackStatus:
        """Return what the grid shows for a stack whose newest take is this one.

        Marks alone are a reply, too.
        """
        if take.state is TakeState.DRAFT:
            return StackStatus.DRAFT
        released = [r for r in self.replies.get(take.id, []) if r.state is ReplyState.RELEASED]
        answers = [r for r in released if r.author_id != take.student_id]
        marks = self.marks.get(take.id, [])
        if not answers and not marks:
            if take.imported:
                return StackStatus.IMPORTED
            late = take.submitted_at is not None and self.now - take.submitted_at > LATE_AFTER
            return StackStatus.LATE if late else StackStatus.WAITING
        unseen = [r for r in answers if r.seen_at is None]
        unread = [m for m in marks if m.seen_at is None]
        return StackStatus.REPLIED if unseen or unread else StackStatus.SEEN

    def take(self, take: Take) -> View:
        """Describe a take."""
        status = self.status(take)
        since = take.submitted_at or take.created_at
        return {
            "id": take.id,
            "number": take.number,
            "state": str(take.state),
            "note": take.note,
            "name": take.name,
            "exercise": self.exercise(take.exercise_id),
            "student": self.person(take.student_id),
            "created": iso(take.created_at),
            "submitted": iso(take.submitted_at),
            "age": age(since, self.now),
            "late": status is StackStatus.LATE,
            "status": str(status),
            "video": self.video(take.asset_id, f"take/{take.id}"),
            "history": history_view(self.histories.get(take.id)),
        }

    def clip(self, clip: Clip) -> View:
        """Describe a clip."""
        job = self.jobs.get(f"clip:{clip.key}")
        return {
            "id": clip.id,
            "start": float(clip.start),
            "end": float(clip.end),
            "seconds": float(clip.end - clip.start),
            "state": str(clip.state),
            "progress": 1.0 if clip.state is ClipState.READY else (job.progress if job else 0.0),
            "problem": clip.problem,
            "src": f"media/clip/{clip.id}/video" if clip.state is ClipState.READY else "",
            "poster": "",
        }

    def reply(self, reply: Reply, actor: str, thread: Iterable[Reply] = ()) -> View:
        """Describe a reply and the answers under it."""
        clip = self.clips.get(reply.clip_id or "")
        return {
            "id": reply.id,
            "kind": str(reply.kind),
            "text": reply.text,
            "html": as_html(reply.text),
            "plain": as_plain(reply.text),
            "start": _seconds(reply.start_ms),
            "end": _seconds(reply.end_ms),
            "author": self.person(reply.author_id),
            "mine": reply.author_id == actor,
            "state": str(reply.state),
            "at": iso(reply.created_at),
            "released": iso(reply.released_at),
            "seen": reply.seen_at is not None,
            "parent": reply.parent_id,
            "video": self.video(reply.asset_id, f"reply/{reply.id}") if reply.asset_id else None,
            "upload": None,
            "clip": self.clip(clip) if clip else None,
            "drawing": reply.drawing,
            "shown": _shown(reply),
            "tag": tag_view(self.tags.get(reply.tag_id or "")),
            "edited": iso(reply.edited_at),
            "thread": [self.reply(answer, actor) for answer in thread],
        }

    def replies_on(self, take: Take, actor: str) -> list[View]:
        """Describe the replies on a take this person may see: released ones and own drafts."""
        shown = [
            reply
            for reply in self.replies.get(take.id, [])
            if reply.state is ReplyState.RELEASED or reply.author_id == actor
        ]
        answers: dict[str, list[Reply]] = {}
        for reply in shown:
            if reply.parent_id:
                answers.setdefault(reply.parent_id, []).append(reply)
        return [
            self.reply(reply, actor, answers.get(reply.id, ()))
            for reply in shown
            if reply.parent_id is None
        ]


def tag_view(tag: Tag | None) -> View | None:
    """Describe a tag; ``sign`` is the letters that stand for it beside its colour."""
    if tag is None:
        return None
    return {
        "id": tag.id,
        "name": tag.name,
        "colour": str(tag.colour),
        "sign": tag.name[:2],
        "lead": tag.lead_ms / 1000,
        "kind": str(tag.kind),
    }


def _with_parents(replies: list[Reply]) -> list[Reply]:
    """Leave answers out whose comment was withdrawn: they go with it."""
    there = {reply.id for reply in replies}
    return [reply for reply in replies if reply.parent_id is None or reply.parent_id in there]


def _shown(reply: Reply) -> View | None:
    """Return from when to when the drawing of a reply stands, in seconds."""
    if reply.drawing is None or reply.start_ms is None:
        return None
    start, end = shown_ms(reply.start_ms, reply.end_ms)
    return {"from": start / 1000, "to": end / 1000}


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
