"""Which bytes a person gets under an address like ``media/take/<id>/video``."""

from __future__ import annotations

from dataclasses import dataclass, replace

from practika_kernel.domain.audit import Viewed
from practika_kernel.domain.captions import Cue, webvtt_of
from practika_kernel.domain.errors import NotAllowed, NotFound
from practika_kernel.domain.feedback import Clip, ClipState, ReplyState
from practika_kernel.domain.filmstrip import Filmstrip, tile_size, webvtt
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import BlobStore, Record, UnitOfWork
from practika_kernel.domain.practice import RenditionKind, Take
from practika_kernel.services import access, judging
from practika_kernel.services.assets import copy_name
from practika_kernel.services.clips import clip_blob
from practika_kernel.services.originals import removed_words

_KINDS = {
    "original": (RenditionKind.ORIGINAL,),
    "video": (RenditionKind.WEB, RenditionKind.ORIGINAL),
    "poster": (RenditionKind.POSTER,),
    "film": (RenditionKind.FILM,),
    "wave": (RenditionKind.WAVE,),
    "frames": (RenditionKind.FRAMES,),
}


@dataclass(frozen=True, slots=True)
class MediaFile:
    """Where the bytes are and what to call them. ``size`` is in bytes.

    ``viewed`` tells whose take it shows where that is another person's, else it is None.
    """

    key: str
    media_type: str
    filename: str
    etag: str
    size: int
    viewed: Viewed | None = None


class Media:
    """Opens media for people who may see what they belong to."""

    def __init__(self, record: Record, blobs: BlobStore) -> None:
        self._record, self._blobs = record, blobs

    def open(self, actor: str, thing: str, thing_id: str, kind: str) -> MediaFile:
        """Find the bytes.

        ``thing`` is take, reply, clip, exercise, exemplar, rating, left or right (of a pair);
        ``kind`` is video (what a browser plays), original, poster, film, wave or frames.
        Everything unknown, hidden or not made yet raises `NotFound`; of an original that was
        removed it says when.
        """
        if not is_id(thing_id) or kind not in _KINDS:
            raise NotFound
        with self._record.read() as uow:
            if thing == "clip":
                return self._clip(uow, actor, thing_id, kind)
            if thing == "exemplar" and (part := _part_of(uow, actor, thing_id)):
                on = uow.takes.get(part.take_id)
                shown = _anothers(actor, on, "exemplar") if on else None
                return replace(_cut(part, kind), viewed=shown)
            if thing == "exemplar" and kind == "original":
                raise NotFound  # the file as it was sent may say where and by whom it was made
            asset_id, name, viewed = self._asset(uow, actor, thing, thing_id)
            return replace(media_file(uow, asset_id, name, kind), viewed=viewed)

    def thumbnails(self, actor: str, thing: str, thing_id: str) -> str:
        """Describe the filmstrip as WebVTT, for players that show a picture of each moment.

        The image stands beside it, under ``film``. Raises `NotFound` as `open` does, and while
        the filmstrip is not drawn.
        """
        if not is_id(thing_id) or thing == "clip":
            raise NotFound
        with self._record.read() as uow:
            asset_id, _, _ = self._asset(uow, actor, thing, thing_id)
            asset = uow.assets.get(asset_id)
            made = {r.kind for r in uow.assets.renditions([asset_id])}
        if asset is None or not asset.duration or RenditionKind.FILM not in made:
            raise NotFound
        strip = Filmstrip(asset.film_tiles, *tile_size(asset.width, asset.height))
        return webvtt(strip, asset.duration, "film")

    def captions(self, actor: str, thing: str, thing_id: str) -> str:
        """Write the released comments on a take as WebVTT, each at its moment; no names.

        Raises `NotFound` unless it is a take this person may see.
        """
        if thing != "take":
            raise NotFound
        with self._record.read() as uow:
            take = access.take(uow, actor, thing_id, Verb.SEE)
            replies = uow.replies.of_takes([take.id])
        return webvtt_of(
            Cue(reply.text, reply.start_ms, reply.end_ms)
            for reply in replies
            if reply.state is ReplyState.RELEASED and reply.start_ms is not None and reply.text
        )

    def _clip(self, uow: UnitOfWork, actor: str, clip_id: str, kind: str) -> MediaFile:
        clip = uow.clips.get(clip_id)
        if clip is None:
            raise NotFound
        if not self._sees_clip(uow, actor, clip_id, clip.take_id):
            raise NotFound
        take = uow.takes.get(clip.take_id)
        return replace(_cut(clip, kind), viewed=_anothers(actor, take) if take else None)

    def _sees_clip(self, uow: UnitOfWork, actor: str, clip_id: str, take_id: str) -> bool:
        """A clip is its cutters' until a released reply shows it to everybody who sees the take."""
        try:
            access.take(uow, actor, take_id, Verb.CUT)
        except NotAllowed:  # sees the take, cuts nothing: its student, a researcher
            replies = uow.replies.by_clip(clip_id)
            return any(reply.state is ReplyState.RELEASED for reply in replies)
        except NotFound:
            return False
        return True

    def _asset(
        self, uow: UnitOfWork, actor: str, thing: str, thing_id: str
    ) -> tuple[str, str, Viewed | None]:
        if thing == "take":
            take = access.take(uow, actor, thing_id, Verb.SEE)
            if take.asset_id:
                named = take.name or f"take-{take.number}.mp4"
                return take.asset_id, named, _anothers(actor, take)
        if thing == "reply":
            reply, on = access.reply(uow, actor, thing_id, Verb.SEE)
            if reply.asset_id:
                # A student's own answer shows the student; what a teacher sends is meant for them.
                shown = _anothers(actor, on) if reply.author_id == on.student_id else None
                return reply.asset_id, "reply.mp4", shown
        if thing == "exemplar":
            exemplar, take = access.exemplar(uow, actor, thing_id, Verb.SEE)
            if take.asset_id and not exemplar.clip_id:
                return take.asset_id, "exemplar.mp4", _anothers(actor, take, "exemplar")
        if thing == "rating":
            _, take = access.rating(uow, actor, thing_id, Verb.SEE)
            if take.asset_id:
                # its own name may say whose it is
                return take.asset_id, "take.mp4", _anothers(actor, take, "rater")
        if thing in ("left", "right"):
            take = judging.side(uow, actor, thing_id, thing)
            if take.asset_id:
                return take.asset_id, "take.mp4", _anothers(actor, take, "judge")
        if thing == "exercise":
            exercise = access.exercise(uow, actor, thing_id, Verb.SEE, Thing.EXERCISE)
            if exercise.reference_asset_id:
                return exercise.reference_asset_id, "reference.mp4", None
        raise NotFound


def _part_of(uow: UnitOfWork, actor: str, exemplar_id: str) -> Clip | None:
    """The part of a take that is all of it others see; None where they see the whole take."""
    exemplar, _ = access.exemplar(uow, actor, exemplar_id, Verb.SEE)
    return uow.clips.get(exemplar.clip_id) if exemplar.clip_id else None


def _cut(clip: Clip, kind: str) -> MediaFile:
    if clip.state is not ClipState.READY or kind != "video":
        raise NotFound
    return MediaFile(clip_blob(clip), "video/mp4", "clip.mp4", f'"{clip.key[:40]}"', clip.size)


def media_file(uow: UnitOfWork, asset_id: str, name: str, kind: str) -> MediaFile:
    """Find what is stored of a video under one of the kinds `Media.open` knows.

    ``name`` is what a saved file is called. `NotFound` for what is not made (yet); the caller has
    authorised whoever asks.
    """
    asset = uow.assets.get(asset_id)
    made = {r.kind: r for r in uow.assets.renditions([asset_id])}
    removed = removed_words(uow.originals.gone([asset_id]).get(asset_id))
    for candidate in _KINDS[kind]:
        rendition = made.get(candidate)
        if asset is not None and rendition is not None:
            suffix = "" if candidate is RenditionKind.ORIGINAL else f".{candidate}"
            return MediaFile(
                key=rendition.key,
                media_type=rendition.media_type,
                filename=copy_name(name, rendition.media_type) if suffix == ".web" else name,
                etag=f'"{asset.sha256[:32]}{suffix}"',
                size=rendition.size,
            )
    raise NotFound(removed) if removed else NotFound


def _anothers(actor: str, take: Take, way: str = "") -> Viewed | None:
    """Whose take it is, for whom it is not their own."""
    if take.student_id == actor:
        return None
    return Viewed(take.id, take.student_id, take.course_id, way)
