"""Verbs of the threads under comments: answering, changing an answer, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class AnswerVerbs:
    """Mixed into a widget that shows comments with their threads."""

    practika: Practika

    verbs: ClassVar[Mapping[str, Verb]] = {
        "answer": Verb(
            "answer_comment", {"reply": str, "text": str, "key": str, "has_video": bool}
        ),
        "answer_draft": Verb("keep_answer", {"reply": str, "body": dict}),
        "answer_edit": Verb("edit_answer", {"answer": str, "text": str}),
        "answer_back": Verb("take_answer_back", {"answer": str}),
        "history": Verb("history", {"reply": str}),
    }

    if TYPE_CHECKING:
        actor: str

        def refresh(self) -> None:
            """Read again and show it; the widget brings this."""

    def _needs_take(self) -> None:
        """Refuse where there is no take; a widget that can be without one says so here."""

    def answer_comment(self, reply: str, text: str, key: str, has_video: bool) -> dict[str, Any]:
        """Answer a comment in its thread. It is out at once, or when its video has arrived."""
        self._needs_take()
        saved: dict[str, Any] = self.practika.services.answers.give(
            self.actor, reply, text, key, has_video=has_video
        )
        self.refresh()
        return saved

    def keep_answer(self, reply: str, body: dict[str, Any]) -> bool:
        """Keep what is being typed under a comment; an empty body forgets it."""
        self._needs_take()
        self.practika.services.answers.keep(self.actor, reply, body)
        return True

    def edit_answer(self, answer: str, text: str) -> dict[str, Any]:
        """Change the words of an own answer; what it said before stays readable."""
        self._needs_take()
        edited: dict[str, Any] = self.practika.services.edits.reword(self.actor, answer, text)
        self.refresh()
        return edited

    def take_answer_back(self, answer: str) -> bool:
        """Take an own answer back."""
        self._needs_take()
        self.practika.services.answers.take_back(self.actor, answer)
        self.refresh()
        return True

    def history(self, reply: str) -> list[dict[str, Any]]:
        """What a comment or an answer said before it was changed, oldest first."""
        self._needs_take()
        found: list[dict[str, Any]] = self.practika.services.edits.history(self.actor, reply)
        return found
