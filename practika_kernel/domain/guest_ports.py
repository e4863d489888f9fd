"""What the services need of links for guests, of who opened them, and of what guests wrote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.guests import (
    GuestComment,
    GuestLetter,
    GuestLink,
    GuestVisit,
    GuestWord,
)


class Guests(Protocol):
    """Links, visits and comments."""

    def add(self, link: GuestLink) -> None: ...
    def get(self, link_id: str) -> GuestLink | None: ...
    def by_token(self, token: str) -> GuestLink | None: ...
    def of_takes(self, take_ids: Collection[str]) -> list[GuestLink]:
        """Those to these takes, newest first."""

    def of_courses(self, course_ids: Collection[str], limit: int) -> list[GuestLink]:
        """Those to takes that lie in these courses now, newest first."""

    def revoke(self, link_id: str, by: str, at: datetime) -> bool:
        """Return False when it was revoked before or never there."""

    def allow(self, take_id: str, by: str) -> None:
        """Forget that it was this person who revoked links to a take; they stay revoked."""

    def mail(self, letter: GuestLetter) -> None:
        """Note that a letter brings a link, and to whom."""

    def letter(self, letter_id: str) -> GuestLetter | None: ...
    def letters(self, link_ids: Collection[str]) -> list[GuestLetter]:
        """The letters that bring these links."""

    def seal(self, letter_id: str, token: str) -> None:
        """Have the link a letter brings open by another token from now on; none where it is."""

    def visit(self, visit: GuestVisit, most: int) -> bool:
        """Store a visit; False, with nothing stored, where the link has so many already."""

    def visitor(self, token: str) -> GuestVisit | None: ...
    def visits(self, link_ids: Collection[str]) -> list[GuestVisit]:
        """Who opened these, in the order they came."""

    def keep(self, comment: GuestComment, most: int) -> GuestComment | None:
        """Store a comment and return it; the one stored before for the same visit and key.

        None, with nothing stored, where the link has so many already.
        """

    def comment(self, comment_id: str) -> GuestComment | None: ...
    def comments(self, link_ids: Collection[str]) -> list[GuestComment]:
        """What was written by these, by start (None first), then in the order it came."""

    def take_back(self, comment_id: str) -> bool:
        """Delete one that still waits; False when it does not."""

    def decide(self, comment: GuestComment, expected: GuestWord) -> bool:
        """Overwrite a comment if its state is still the expected one; else False."""

    def of_replies(self, reply_ids: Collection[str]) -> dict[str, GuestComment]:
        """The comments these replies were taken over from, by reply."""

    def forget(self, before: datetime, at: datetime, most: int) -> int:
        """Forget the guests of links that ended before then, a few links at a time.

        Names and addresses go, and the comments nobody took over, and the words of the others;
        that there was a link stays. Returns how many links it was.
        """
