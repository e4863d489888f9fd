"""The teacher's desk for one take: comments, clips, video replies, release."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from ._answers import AnswerVerbs
from ._base import PractikaWidget, script
from ._guests import GuestVerbs
from ._ledger import LedgerVerbs
from ._marking import MarkingVerbs, milliseconds
from ._moving import MovingVerbs
from ._shelf import AskVerbs, ShelfVerbs
from ._trash import ReplyTrashVerbs
from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

_SECONDS = (float, NoneType)
_ID = (str, NoneType)
_DRAWING = (list, NoneType)


class ReplyWidget(
    AnswerVerbs,
    MarkingVerbs,
    LedgerVerbs,
    GuestVerbs,
    MovingVerbs,
    ReplyTrashVerbs,
    ShelfVerbs,
    AskVerbs,
    PractikaWidget,
):
    """One take to answer. What is typed is kept in the record at once, comment by comment.

    Everything is bound to the take the desk was opened on, never to whoever is shown
    somewhere else on the page.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; it knows the acting teacher.
    take_id
        Id of the take to answer. One that is not there for this teacher shows a sentence.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("reply")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "save": Verb(
            "save",
            {
                "key": str,
                "kind": str,
                "text": str,
                "start": _SECONDS,
                "end": _SECONDS,
                "clip": _ID,
                "reply": _ID,
                "has_video": bool,
                "drawing": _DRAWING,
                "tag": _ID,
            },
        ),
        "draft": Verb("keep_draft", {"body": dict}),
        "remove": Verb("remove", {"reply": str}),
        "release": Verb("release"),
        "cut": Verb("cut", {"start": float, "end": float}),
        "clip": Verb("clip", {"clip": str}),
        "open": Verb("open_take", {"take": str}),
        "retry": Verb("retry"),
        "take_up": Verb("take_up", {"moment": str}),
        "put_aside": Verb("put_aside", {"moment": str}),
        "bring_back": Verb("bring_back"),
    }

    def __init__(self, practika: Practika, take_id: str, **traits: Any) -> None:
        self._take_id = take_id
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """The take, its comments, the take before, the place in the queue, and the draft."""
        found: dict[str, Any] = self.practika.services.replies.desk(self.actor, self._take_id)
        moments = self.practika.services.moments.view(self.actor, self._take_id)
        exemplar = self.practika.services.exemplars.about(self.actor, self._take_id)
        guests = self.practika.services.guest_words.desk(self.actor, self._take_id)
        beside = {"moments": moments, "exemplar": exemplar, "guests": guests}
        return {**found, "ledger": self.ledger(), **beside}

    def save(
        self,
        key: str,
        kind: str,
        text: str,
        start: float | None,
        end: float | None,
        clip: str | None,
        reply: str | None,
        has_video: bool,
        drawing: list[Any] | None,
        tag: str | None,
    ) -> dict[str, Any]:
        """Keep a comment as a draft for release, or change one; the same key is kept once.

        ``start`` and ``end`` are seconds on the take. With ``has_video`` the text may be
        empty: the video follows over HTTP.
        """
        saved: dict[str, Any] = self.practika.services.replies.save(
            self.actor,
            self._take_id,
            client_key=key,
            kind=kind,
            text=text,
            start_ms=milliseconds(start),
            end_ms=milliseconds(end),
            clip_id=clip,
            reply_id=reply,
            has_video=has_video,
            drawing=drawing,
            tag_id=tag,
        )
        self.refresh()
        return saved

    def keep_draft(self, body: dict[str, Any]) -> dict[str, str]:
        """Keep what is being typed; an empty body forgets it. Returns when it was kept."""
        self.practika.services.replies.put_draft(self.actor, self._take_id, body)
        return {"saved": datetime.now(UTC).isoformat()}

    def remove(self, reply: str) -> bool:
        """Throw one of the teacher's own drafts away."""
        self.practika.services.replies.remove(self.actor, reply)
        self.refresh()
        return True

    def release(self) -> dict[str, Any]:
        """Let the student see the drafts; returns how many, and which take waits next."""
        replies = self.practika.services.replies
        position = replies.desk(self.actor, self._take_id)["position"]
        released = replies.release(self.actor, self._take_id)
        self.refresh()
        return {"released": released, "next": position["next"] or position["previous"]}

    def cut(self, start: float, end: float) -> dict[str, Any]:
        """Ask for ``[start, end)`` seconds of the take as a clip; the same range, the same clip."""
        span = (_exact(start), _exact(end))
        clip: dict[str, Any] = self.practika.services.clips.ask(self.actor, self._take_id, *span)
        return clip

    def clip(self, clip: str) -> dict[str, Any]:
        """How far a clip is."""
        view: dict[str, Any] = self.practika.services.clips.view(self.actor, clip)
        return view

    def retry(self) -> bool:
        """Have the take's failed video prepared again."""
        self.practika.services.jobs.retry_take(self.actor, self._take_id)
        self.refresh()
        return True

    def take_up(self, moment: str) -> dict[str, Any]:
        """Make a draft comment of a suggested moment; twice makes one."""
        saved: dict[str, Any] = self.practika.services.moments.accept(
            self.actor, self._take_id, moment
        )
        self.refresh()
        return saved

    def put_aside(self, moment: str) -> bool:
        """Put a suggested moment aside."""
        self.practika.services.moments.dismiss(self.actor, self._take_id, moment)
        self.refresh()
        return True

    def bring_back(self) -> int:
        """Show the suggestions again that were put aside; returns how many."""
        back: int = self.practika.services.moments.restore(self.actor, self._take_id)
        self.refresh()
        return back

    def open_take(self, take: str) -> bool:
        """Put another take on the desk (in a notebook; on a page the address does it)."""
        self.practika.services.replies.desk(self.actor, take)
        self._take_id = take
        self.refresh()
        return True


def _exact(seconds: float) -> str:
    """Seconds to the millisecond as text, so that no binary fraction names another clip.

    >>> _exact(0.1 + 0.2)
    '0.300'
    """
    return f"{seconds:.3f}"
