"""What the services need of second steps, of half sign-ins, and of what seals their secrets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.second_step import (
    HalfSignIn,
    SecondLetter,
    SecondStep,
    TrustedBrowser,
)


class Seal(Protocol):
    """Closes secrets with a key that lies outside the record."""

    def close(self, secret: str, about: str) -> str:
        """Return the secret sealed; it opens for the same ``about`` alone."""

    def open(self, sealed: str, about: str) -> str:
        """Return what was sealed; `Unsealable` with another key, or about something else."""


class SecondSteps(Protocol):
    """Second steps, with their recovery codes and what is told of them."""

    def get(self, person_id: str) -> SecondStep | None:
        """The person's; None for somebody who never thought of one."""

    def on(self) -> set[str]:
        """Everybody who has it on."""

    def offer(self, person_id: str, sealed: str, at: datetime, by: str) -> None:
        """Keep a secret that is to be confirmed; an older one that is not is forgotten."""

    def confirm(self, person_id: str, sealed: str, step: int, at: datetime) -> bool:
        """Turn it on with the secret that was offered; False when that is another by now.

        No code of ``step``, or of before, is taken afterwards.
        """

    def cancel(self, person_id: str) -> None:
        """Forget the secret that is to be confirmed."""

    def take(self, person_id: str, sealed: str, step: int) -> bool:
        """Count a code of this step as taken; False when one of it, or of later, was before."""

    def remove(self, person_id: str) -> bool:
        """Turn it off, and forget its recovery codes; False when it was not on."""

    def put_codes(self, person_id: str, digests: Collection[str]) -> None:
        """Give the person these recovery codes in place of those before."""

    def use_code(self, person_id: str, digest: str, at: datetime) -> bool:
        """Use a recovery code up; False when it is none of theirs, or was used."""

    def codes_left(self, person_id: str) -> int:
        """How many recovery codes open still."""

    def tell(self, letter: SecondLetter) -> None:
        """Store what an e-mail tells."""

    def news(self, letter_id: str) -> SecondLetter | None:
        """What the e-mail of this name tells; None when it is about something else."""

    def forget_news(self, before: datetime) -> None:
        """Delete what was told before then."""


class Doorsteps(Protocol):
    """Half sign-ins, and browsers that are trusted."""

    def add(self, half: HalfSignIn) -> None: ...
    def get(self, half_id: str) -> HalfSignIn | None: ...
    def end(self, half_id: str) -> bool:
        """Delete one; False when it was gone, so that of two who finish it one does."""

    def trust(self, browser: TrustedBrowser) -> None: ...
    def trusted(self, ids: Collection[str], person_id: str, at: datetime) -> TrustedBrowser | None:
        """The one of these that is trusted for this person then."""

    def trusts(self, person_id: str, at: datetime) -> list[TrustedBrowser]:
        """A person's, the newest first."""

    def seen(self, browser_id: str, at: datetime) -> None: ...
    def distrust(self, person_id: str, ids: Collection[str] | None = None) -> int:
        """Trust these of a person's browsers no more, or none of them; return how many."""

    def clear(self, person_id: str) -> None:
        """End a person's half sign-ins, and trust none of their browsers."""

    def sweep(self, before: datetime) -> None:
        """Delete what had run out by then."""
