"""What the services need of notifications, of people's choices about them, and of e-mails."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from practika_kernel.domain.digests import Rhythm
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.letters import Letter, LetterState
from practika_kernel.domain.notices import By, Notice, NoticeKind

Choice = tuple[bool, By]
"""Whether a kind shows under the bell, and how it is mailed."""


class Notices(Protocol):
    """Notifications, and how far into the events they have been made."""

    def mark(self) -> Watermark: ...
    def move_mark(self, before: Watermark, after: Watermark) -> bool:
        """Return False (nothing written) when somebody else has moved it since."""

    def add(self, notice: Notice) -> bool:
        """Store it; False when the person has been told of that event."""

    def of_person(self, person_id: str, limit: int) -> list[Notice]:
        """What shows under the bell, newest first."""

    def unread(self, person_id: str, limit: int) -> list[Notice]:
        """What shows under the bell and was not read, newest first."""

    def read(
        self,
        at: datetime,
        person_id: str = "",
        *,
        ids: Collection[str] | None = None,
        take_id: str = "",
        reply_id: str = "",
        kinds: Collection[NoticeKind] | None = None,
    ) -> list[Notice]:
        """Mark as read what fits all that is given and was unread; return it."""

    def to_mail(self, limit: int) -> list[Notice]:
        """Unread ones that are to be mailed and are in no letter; what leaves at once first."""

    def put_into(self, letter_id: str, ids: Collection[str]) -> int:
        """Put those into a letter that are in none and unread; return how many."""

    def in_letter(self, letter_id: str) -> list[Notice]: ...
    def sweep(self, read: datetime, unread: datetime, most: int) -> int:
        """Delete at most so many that were read, or came unread, before then; return how many."""


class Letters(Protocol):
    """E-mails."""

    def add(self, letter: Letter) -> bool:
        """Store it; False when the person has a letter of that day."""

    def get(self, letter_id: str) -> Letter | None: ...
    def by_token(self, token: str) -> Letter | None: ...
    def latest(self, person_id: str) -> datetime | None:
        """When the person's newest letter was made that was no daily one."""

    def of_day(self, person_id: str, day: date) -> Letter | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Letter]: ...
    def of_invitations(self, ids: Collection[str]) -> list[Letter]:
        """Return the letters that bring these invitations."""

    def forget(self, letter_id: str) -> None:
        """Delete one that nothing was put into."""

    def move(self, letter: Letter, expected: LetterState) -> bool:
        """Write the letter if its stored state is still the expected one; else return False."""

    def handed_over(self, since: datetime) -> list[datetime]:
        """When the letters left that did since then, oldest first."""

    def sweep(self, before: datetime, most: int) -> int:
        """Delete at most so many letters whose way is over and that nothing speaks of any more.

        That is the older ones than then; return how many. One that waits is never deleted.
        """


class Choices(Protocol):
    """What people want to be told, and how; only what they chose themselves is stored."""

    def of_person(self, person_id: str) -> dict[NoticeKind, Choice]: ...
    def put(self, person_id: str, kind: NoticeKind, choice: Choice) -> None: ...
    def rhythm(self, person_id: str) -> Rhythm:
        """When the daily e-mail leaves; the usual where nothing was chosen."""

    def put_rhythm(self, rhythm: Rhythm) -> None: ...
