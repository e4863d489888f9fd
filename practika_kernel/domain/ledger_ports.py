"""What the feedback ledger keeps, as the services need it. Adapters live in `storage.ledger`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from practika_kernel.domain.departures import Decision
from practika_kernel.domain.ledger import Outcome, Watch


class Watches(Protocol):
    """What was played of takes, one row a take."""

    def get(self, take_id: str) -> Watch | None:
        """None when nothing was reported yet."""

    def put(self, watch: Watch, before: datetime | None) -> bool:
        """Write it if the stored row was last reported ``before`` (None: there is none).

        Returns False, with nothing written, when another page was faster.
        """


class Outcomes(Protocol):
    """Verdicts by comment; their history are events."""

    def of_replies(self, reply_ids: Collection[str]) -> dict[str, Outcome]:
        """Those there are, by comment."""

    def put(self, outcome: Outcome) -> None:
        """Store or replace the verdict on a comment."""

    def delete(self, reply_id: str) -> None:
        """Take a verdict back; harmless when there is none."""


class Decisions(Protocol):
    """What teachers decided about suggested moments."""

    def of_take(self, take_id: str) -> dict[str, Decision]:
        """By the moment's name."""

    def put(self, decision: Decision) -> None:
        """Store or replace what was decided about a moment of a take."""

    def delete(self, take_id: str, name: str) -> None:
        """Forget a decision; harmless when there is none."""
