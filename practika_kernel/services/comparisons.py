"""Two videos side by side: which ones, whose, and what was said about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.exemplars import Exemplar
from practika_kernel.domain.feedback import Reply, ReplyState
from practika_kernel.domain.ids import is_id
from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.practice import Asset, Exercise, Take, TakeState
from practika_kernel.services import access, exemplar_views, exemplars, marks, threads
from practika_kernel.services.happenings import take_event
from practika_kernel.services.history_view import NO_VIDEO
from practika_kernel.services.moving import may_move
from practika_kernel.services.uploads import Uploads
from practika_kernel.services.views import Shelf, View

LOOKED = timedelta(seconds=10)
"""What counts as looking at two videos together."""


class Comparisons:
    """What the compare player shows."""

    def __init__(
        self, record: Record, clock: Clock, alias: Callable[[str], str], uploads: Uploads
    ) -> None:
        self._record, self._clock, self._alias = record, clock, alias
        self._uploads = uploads

    def view(self, actor: str, take_id: str, with_: str = "") -> View:
        """Return a take and what stands beside it.

        ``with_`` is ``reference``, ``take:<id>`` of the same stack, ``reply:<id>`` of a video
        reply on this take, ``exemplar:<id>`` of the same exercise, or empty: then the newest
        video reply of a teacher, else the reference, else the take before, else nothing (``b``
        is None). Something that is not there for this person raises `NotFound`, like the take.
        """
        now = self._clock()
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            take = access.take(uow, actor, take_id, Verb.SEE)
            stack = [
                t
                for t in uow.takes.stack(take.exercise_id, take.student_id)
                if t.id != take.id and t.asset_id and _sees(uow, actor, t)
            ]
            shelf = Shelf.gather(uow, [take, *stack], now)
            exercise = shelf.exercises[take.exercise_id]
            replies = [r for r in shelf.replies.get(take.id, []) if _shown(r, actor)]
            # Beside a take without a video there is nothing to be compared.
            options = _options(shelf, exercise, stack, replies) if take.asset_id else []
            examples = _exemplars(uow, actor, take) if take.asset_id else {}
            options += _exemplar_options(uow, examples, actor)
            own = {f"reply:{r.id}" for r in replies if r.author_id == take.student_id}
            choice = with_ or _default(take, stack, [o for o in options if o["key"] not in own])
            known = {option["key"] for option in options}
            if choice and choice not in known:
                raise NotFound
            relations = access.take_relations(uow, person, take)
            mine = take.student_id == actor
            side_a = _take_side(shelf, take)
            side_a["label"] += ", you" if mine else ""
            told = [v for v in shelf.replies_on(take, actor) if v["state"] == "released"]
            typed = threads.typed(uow, actor, [view["id"] for view in told])
            shown: View = {
                "title": exercise.title,
                "line": _line(take, choice, options),
                "take": shelf.take(take),
                "take_id": take.id,
                "exercise": shelf.exercise(exercise.id),
                "a": side_a,
                "b": _exemplar_side(uow, examples[choice], actor, now)
                if choice in examples
                else _side(shelf, exercise, stack, replies, choice),
                "options": options,
                "choice": choice,
                "replies": [{**view, "typed": typed.get(view["id"])} for view in told],
                "rubric": marks.rubric(uow, actor, take, None, released=True),
                "can": {
                    "reply": allowed(Verb.REPLY, Thing.TAKE, relations),
                    "answer": allowed(Verb.ANSWER, Thing.TAKE, relations),
                    "upload": Relation.OWNER in relations,
                    "move": may_move(uow, take, relations),
                },
                "upload": {"limit": self._uploads.limit},
                "looked_after": LOOKED.seconds,
            }
        self._uploads.beside(actor, take_id, shown["replies"])
        return shown

    def assets(self, actor: str, take_id: str, with_: str = "") -> tuple[str, str] | None:
        """Return the assets of what stands beside a take and of the take; None beside nothing.

        ``with_`` and the errors are those of `view`.
        """
        choice = str(self.view(actor, take_id, with_)["choice"])
        kind, _, name = choice.partition(":")
        with self._record.read() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            other: str | None = None
            if kind == "reference":
                exercise = uow.exercises.get(take.exercise_id)
                other = exercise.reference_asset_id if exercise else None
            elif kind == "take":
                other = access.take(uow, actor, name, Verb.SEE).asset_id
            elif kind == "reply":
                other = access.reply(uow, actor, name, Verb.SEE)[0].asset_id
            elif kind == "exemplar":
                exemplar, on = access.exemplar(uow, actor, name, Verb.SEE)
                other = None if exemplar.clip_id else on.asset_id
        return (other, take.asset_id) if other and take.asset_id else None

    def take(self, actor: str, take_id: str) -> View:
        """Return one take as a player shows it, under the student's pseudonym.

        For notebooks: nobody acting ("") is the operator, who holds the data folder anyway,
        and sees submitted takes. `NotFound` for everything else.
        """
        with self._record.read() as uow:
            take = _take(uow, actor, take_id)
            side = _take_side(Shelf.gather(uow, [take], self._clock()), take)
        who = self._alias(take.student_id)
        return {**side, "who": who, "label": f"{side['label']}, {who}"}

    def reference(self, actor: str, exercise_id: str) -> View:
        """Return an exercise's reference as a player shows it; `NotFound` without one."""
        with self._record.read() as uow:
            exercise = _exercise(uow, actor, exercise_id)
            if exercise.reference_asset_id is None:
                raise NotFound("This exercise has no reference video yet.")
            shelf = Shelf.gather(uow, [], self._clock(), [exercise])
            return _reference_side(shelf, exercise, exercise.reference_asset_id)

    def asset(self, actor: str, kind: str, thing_id: str) -> Asset:
        """Return the video behind what `take` or `reference` gave; the errors are theirs."""
        with self._record.read() as uow:
            asset_id: str | None = None
            if kind == "take":
                asset_id = _take(uow, actor, thing_id).asset_id
            elif kind == "reference":
                asset_id = _exercise(uow, actor, thing_id).reference_asset_id
            asset = uow.assets.get(asset_id or "")
        if asset is None:
            raise NotFound(NO_VIDEO) if kind == "take" else NotFound
        return asset

    def looked(self, actor: str, take_id: str, choice: str, since: datetime) -> bool:
        """Note that two videos stood side by side ``since`` then, for the measures of use.

        Less than `LOOKED` is a glance, of which nothing is noted: False.
        """
        now = self._clock()
        if now - since < LOOKED:
            return False
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            kind = choice.partition(":")[0]
            other = kind if kind in ("reference", "take", "reply", "exemplar") else ""
            uow.events.append(take_event(EventKind.COMPARED, take, now, actor=actor, other=other))
        return True


def _take(uow: UnitOfWork, actor: str, take_id: str) -> Take:
    """A take this person sees; the operator, who is nobody, sees what was submitted."""
    if actor:
        return access.take(uow, actor, take_id, Verb.SEE)
    found = uow.takes.get(take_id) if is_id(take_id) else None
    if found is None or found.state is not TakeState.SUBMITTED:
        raise NotFound
    return found


def _exercise(uow: UnitOfWork, actor: str, exercise_id: str) -> Exercise:
    if actor:
        return access.exercise(uow, actor, exercise_id, Verb.SEE, Thing.EXERCISE)
    found = uow.exercises.get(exercise_id) if is_id(exercise_id) else None
    if found is None:
        raise NotFound
    return found


def _sees(uow: UnitOfWork, actor: str, take: Take) -> bool:
    try:
        access.take(uow, actor, take.id, Verb.SEE)
    except NotFound:
        return False
    return True


def _shown(reply: Reply, actor: str) -> bool:
    return reply.state is ReplyState.RELEASED or reply.author_id == actor


def _options(
    shelf: Shelf, exercise: Exercise, stack: list[Take], replies: list[Reply]
) -> list[View]:
    rows: list[View] = []
    if exercise.reference_asset_id:
        rows.append({"key": "reference", "label": _reference_label(exercise)})
    for reply in reversed(replies):
        if reply.asset_id:
            name = shelf.person(reply.author_id)["name"]
            what = "Video answer" if reply.parent_id else "Video reply"
            rows.append({"key": f"reply:{reply.id}", "label": f"{what}, {name}"})
    rows += [{"key": f"take:{t.id}", "label": f"Take {t.number}"} for t in reversed(stack)]
    return rows


def _reference_label(exercise: Exercise) -> str:
    return "Reference" + (f", {exercise.reference_by}" if exercise.reference_by else "")


def _default(take: Take, stack: list[Take], options: list[View]) -> str:
    keys = [str(option["key"]) for option in options]
    for key in keys:
        if key.startswith("reply:"):
            return key
    if "reference" in keys:
        return "reference"
    before = [t for t in stack if t.number < take.number]
    return f"take:{before[-1].id}" if before else ""


def _side(
    shelf: Shelf, exercise: Exercise, stack: list[Take], replies: list[Reply], choice: str
) -> View | None:
    kind, _, name = choice.partition(":")
    if kind == "reference" and exercise.reference_asset_id:
        return _reference_side(shelf, exercise, exercise.reference_asset_id)
    for take in stack:
        if kind == "take" and take.id == name:
            return _take_side(shelf, take)
    for reply in replies:
        if kind == "reply" and reply.id == name and reply.asset_id:
            who = shelf.person(reply.author_id)["name"]
            return {
                "label": f"Video reply, {who}",
                "kind": "reply",
                "id": reply.id,
                "who": who,
                "video": shelf.video(reply.asset_id, f"reply/{reply.id}"),
            }
    return None


def _take_side(shelf: Shelf, take: Take) -> View:
    return {
        "label": f"Take {take.number}",
        "kind": "take",
        "id": take.id,
        "who": shelf.person(take.student_id)["name"],
        "video": shelf.video(take.asset_id, f"take/{take.id}"),
    }


def _reference_side(shelf: Shelf, exercise: Exercise, asset_id: str) -> View:
    return {
        "label": _reference_label(exercise),
        "kind": "reference",
        "id": exercise.id,
        "who": exercise.reference_by,
        "video": shelf.video(asset_id, f"exercise/{exercise.id}"),
    }


_Examples = dict[str, tuple[Exemplar, Take]]


def _exemplars(uow: UnitOfWork, actor: str, take: Take) -> _Examples:
    """What the class may see at the same exercise, but the take itself, by key."""
    asked = [one for one in uow.exemplars.shown_at(take.exercise_id) if one.take_id != take.id]
    return {f"exemplar:{one.id}": (one, on) for one, on in access.exemplars(uow, actor, asked)}


def _exemplar_options(uow: UnitOfWork, examples: _Examples, actor: str) -> list[View]:
    rows = exemplar_views.brief_views(uow, list(examples.values()), actor, {})
    return [
        {"key": key, "label": exemplar_views.label(row)}
        for key, row in zip(examples, rows, strict=True)
    ]


def _exemplar_side(
    uow: UnitOfWork, found: tuple[Exemplar, Take], actor: str, now: datetime
) -> View:
    """An exemplar beside a take, with what was agreed to be said of it."""
    (one,) = exemplars.views(uow, [found], actor, now)
    return {
        "label": exemplar_views.label(one),
        "kind": "exemplar",
        "id": one["id"],
        "who": one["who"],
        "video": one["video"],
        "told": {key: one[key] for key in ("words", "reply", "marks")},
    }


def _line(take: Take, choice: str, options: list[View]) -> str:
    label = next((str(o["label"]) for o in options if o["key"] == choice), "")
    if not label:
        return f"Take {take.number}"
    kind = choice.partition(":")[0]
    words = {
        "reference": "the reference",
        "reply": "the video reply",
        "exemplar": "an exemplar",
    }
    return f"Take {take.number} beside {words.get(kind, label[:1].lower() + label[1:])}"
