"""Verbs of the reply desk beside writing: changing what is out, marks, tags, comment bank."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.services.content import Content

from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

_SECONDS = (float, NoneType)
_ID = (str, NoneType)


class MarkingVerbs:
    """Mixed into the reply desk; every verb that changes something shows the new state."""

    practika: Practika
    _take_id: str

    verbs: ClassVar[Mapping[str, Verb]] = {
        "edit": Verb(
            "edit",
            {
                "reply": str,
                "kind": str,
                "text": str,
                "start": _SECONDS,
                "end": _SECONDS,
                "clip": _ID,
                "drawing": (list, NoneType),
                "tag": _ID,
            },
        ),
        "withdraw": Verb("withdraw", {"reply": str}),
        "mark": Verb("mark", {"criterion": str, "level": (int, NoneType), "wording": int}),
        "tag": Verb("press_tag", {"tag": str, "at": float, "key": str}),
        "tag_put": Verb(
            "put_tag", {"tag": _ID, "name": str, "colour": str, "kind": str, "lead": float}
        ),
        "tag_remove": Verb("remove_tag", {"tag": str}),
        "bank_put": Verb("put_entry", {"text": str, "entry": _ID}),
        "bank_remove": Verb("remove_entry", {"entry": str}),
    }

    if TYPE_CHECKING:
        actor: str

        def refresh(self) -> None:
            """Read again and show it; the widget brings this."""

    def edit(
        self,
        reply: str,
        kind: str,
        text: str,
        start: float | None,
        end: float | None,
        clip: str | None,
        drawing: list[Any] | None,
        tag: str | None,
    ) -> dict[str, Any]:
        """Change a released comment; what it said before stays readable."""
        content = Content(kind, text, milliseconds(start), milliseconds(end), clip, drawing, tag)
        edited: dict[str, Any] = self.practika.services.edits.edit(self.actor, reply, content)
        self.practika.services.replies.put_draft(self.actor, self._take_id, {})
        self.refresh()
        return edited

    def withdraw(self, reply: str) -> bool:
        """Take a released comment back."""
        self.practika.services.edits.withdraw(self.actor, reply)
        self.refresh()
        return True

    def mark(self, criterion: str, level: int | None, wording: int) -> bool:
        """Give the take a level on a criterion, as a draft; None forgets the draft.

        ``wording`` is the number of the words the level was chosen by.
        """
        self.practika.services.marks.mark(self.actor, self._take_id, criterion, level, wording)
        self.refresh()
        return True

    def press_tag(self, tag: str, at: float, key: str) -> dict[str, Any]:
        """Save a comment with this tag, its lead time before ``at`` seconds."""
        at_ms = round(max(0.0, at) * 1000)
        saved: dict[str, Any] = self.practika.services.tagging.press(
            self.actor, self._take_id, tag, at_ms, key
        )
        self.refresh()
        return saved

    def put_tag(
        self, tag: str | None, name: str, colour: str, kind: str, lead: float
    ) -> dict[str, Any]:
        """Add a tag to the take's course, or change one; ``lead`` is seconds."""
        put: dict[str, Any] = self.practika.services.tagging.put(
            self.actor,
            self._course(),
            name=name,
            colour=colour,
            kind=kind,
            lead_ms=round(lead * 1000),
            tag_id=tag,
        )
        self.refresh()
        return put

    def remove_tag(self, tag: str) -> bool:
        """Offer a tag no longer."""
        self.practika.services.tagging.remove(self.actor, self._course(), tag)
        self.refresh()
        return True

    def put_entry(self, text: str, entry: str | None) -> str:
        """Keep a comment in the teacher's own bank, or change an entry; returns its id."""
        kept: str = self.practika.services.bank.put(self.actor, text, entry)
        self.refresh()
        return kept

    def remove_entry(self, entry: str) -> bool:
        """Forget an entry of the bank."""
        self.practika.services.bank.remove(self.actor, entry)
        self.refresh()
        return True

    def _course(self) -> str:
        desk = self.practika.services.replies.desk(self.actor, self._take_id)
        return str(desk["take"]["exercise"]["course_id"])


def milliseconds(seconds: float | None) -> int | None:
    """Whole milliseconds, as the record holds them.

    >>> milliseconds(26.2), milliseconds(None)
    (26200, None)
    """
    return None if seconds is None else round(seconds * 1000)
