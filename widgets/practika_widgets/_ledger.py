"""Verbs of the feedback ledger, shared by the reply desk and the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.domain.errors import InvalidInput

from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

MOST_STRETCHES = 100
"""In one report; a page speaks every few seconds, and nobody jumps more often than that."""


class LedgerVerbs:
    """Mixed into a widget that shows one take, whose id it keeps as ``_take_id``."""

    practika: Practika
    _take_id: str

    verbs: ClassVar[Mapping[str, Verb]] = {
        "judge": Verb("judge", {"reply": str, "verdict": str}),
        "watchmap": Verb("watchmap"),
    }

    if TYPE_CHECKING:

        def refresh(self) -> None:
            """Read again and show it; the widget brings this."""

    def ledger(self) -> dict[str, Any]:
        """The ledger of the take that is shown."""
        practika = self.practika
        return dict(practika.services.ledger.beside(practika.actor, self._take_id))

    def watchmap(self) -> dict[str, Any] | None:
        """How often each second of the take and of its video replies was played by its student.

        None for two videos that stand alone, of which nothing is kept.
        """
        if not self._take_id:
            return None
        practika = self.practika
        return dict(practika.services.watchmaps.view(practika.actor, self._take_id))

    def judge(self, reply: str, verdict: str) -> bool:
        """Say what became of an earlier comment in this take; "" takes it back."""
        if not self._take_id:
            raise InvalidInput("These videos stand alone; nothing was said about them.")
        practika = self.practika
        practika.services.ledger.judge(practika.actor, reply, verdict, self._take_id)
        self.refresh()
        return True


class WatchVerbs(LedgerVerbs):
    """Mixed in where the take's own student plays and reads."""

    verbs: ClassVar[Mapping[str, Verb]] = {
        "watched": Verb("watched", {"played": list, "read": dict, "replies": (dict, NoneType)}),
    }

    def watched(
        self, played: list[Any], read: dict[str, Any], replies: dict[str, Any] | None = None
    ) -> list[str]:
        """Note what was played (seconds) and how long comments stood in view (seconds).

        ``replies`` are stretches of video replies by the reply's id.

        Returns the comments that count as seen from now on. Two videos that stand alone have
        no ledger.
        """
        if not self._take_id:
            return []
        stretches = _stretches(played)
        videos = {str(reply): _stretches(spans) for reply, spans in (replies or {}).items()}
        times = {str(reply): _milliseconds(seconds) for reply, seconds in read.items()}
        practika = self.practika
        seen: list[str] = practika.services.ledger.report(
            practika.actor, self._take_id, stretches, times, videos
        )
        if seen:
            self.refresh()
        return seen


def _stretches(told: object) -> list[tuple[int, int]]:
    if not isinstance(told, list) or len(told) > MOST_STRETCHES:
        raise InvalidInput("The page reported more than anybody can have played.")
    return [_stretch(one) for one in told]


def _stretch(one: object) -> tuple[int, int]:
    if not isinstance(one, list) or len(one) != 2:
        raise InvalidInput("What was played is told as pairs of seconds.")
    return _milliseconds(one[0]), _milliseconds(one[1])


def _milliseconds(value: object) -> int:
    """Whole milliseconds of a number of seconds that a browser sent.

    >>> _milliseconds(1.25)
    1250
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 86_400:
        raise InvalidInput("What was played is told in seconds of the take.")
    return round(value * 1000)
