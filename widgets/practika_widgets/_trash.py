"""The trash of replies, shared by the pages whose people have written some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class ReplyTrashVerbs:
    """Mixed into a widget that shows what its person has thrown away."""

    practika: Practika

    verbs: ClassVar[Mapping[str, Verb]] = {"put_back": Verb("put_back", {"reply": str})}

    if TYPE_CHECKING:

        def refresh(self) -> None:
            """Read again and show it; the widget brings this."""

    def thrown(self) -> list[dict[str, Any]]:
        """The acting person's own replies that can be put back."""
        practika = self.practika
        return list(practika.services.reply_trash.view(practika.actor))

    def put_back(self, reply: str) -> bool:
        """Put a reply back out of the trash, as it was."""
        practika = self.practika
        practika.services.reply_trash.restore(practika.actor, reply)
        self.refresh()
        return True
