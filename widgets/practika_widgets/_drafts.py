"""Verbs about one's own drafts and uploads, shared by the student page and the upload card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class DraftVerbs:
    """Mixed into a widget that shows ``takes.home``; every verb shows the new state after it."""

    practika: Practika

    verbs: ClassVar[Mapping[str, Verb]] = {
        "note": Verb("keep_note", {"take": str, "text": str}),
        "submit": Verb("submit", {"take": str}),
        "withdraw": Verb("withdraw", {"take": str}),
        "dismiss": Verb("dismiss", {"upload": str}),
        "give_up": Verb("give_up", {"upload": str}),
        "file_under": Verb("file_under", {"upload": str, "exercise": str}),
    }

    if TYPE_CHECKING:

        def refresh(self) -> None:
            """Read again and show it; the widget brings this."""

    def home(self) -> dict[str, Any]:
        """Everything about the acting student, as the services show it."""
        practika = self.practika
        return dict(practika.services.takes.home(practika.actor))

    def keep_note(self, take: str, text: str) -> bool:
        """Keep what is typed beside a draft."""
        practika = self.practika
        practika.services.takes.set_note(practika.actor, take, text)
        self.refresh()
        return True

    def submit(self, take: str) -> bool:
        """Hand a draft in; doing it twice changes nothing."""
        practika = self.practika
        practika.services.takes.submit(practika.actor, take)
        self.refresh()
        return True

    def withdraw(self, take: str) -> bool:
        """Throw a draft away, or a submitted take nobody has replied to."""
        practika = self.practika
        practika.services.trash.throw(practika.actor, take)
        self.refresh()
        return True

    def dismiss(self, upload: str) -> None:
        """Take the message about a refused file off the page."""
        practika = self.practika
        practika.services.uploads.dismiss(practika.actor, upload)
        self.refresh()

    def give_up(self, upload: str) -> None:
        """Give an unfinished upload up; what has arrived is removed."""
        practika = self.practika
        practika.services.uploads.terminate(practika.actor, upload)
        self.refresh()

    def file_under(self, upload: str, exercise: str) -> None:
        """Say which exercise an upload is for, when it was sent without one."""
        practika = self.practika
        practika.services.uploads.file_under(practika.actor, upload, exercise)
        self.refresh()
