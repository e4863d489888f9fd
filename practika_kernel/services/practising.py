"""Practice that is done in the page: a loop played again and again, counted as practice time."""

from __future__ import annotations

from math import isfinite

from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.feedback import Reply
from practika_kernel.domain.permissions import Verb
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.services import access
from practika_kernel.services.happenings import take_event

LONGEST = 900.0
"""Seconds in one report; the page reports every minute or so, and at the end."""

_AROUND = 3.0
"""Seconds that are practised at least around a moment; the page takes more."""

FASTEST = 2.0
"""No player of ours runs faster, so no repetition is shorter than half its range."""


class Practising:
    """Notes what a student practised."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def looped(
        self, actor: str, take_id: str, reply_id: str, seconds: float, repetitions: int, rate: float
    ) -> bool:
        """Note that a comment's range was played as a loop.

        Parameters
        ----------
        actor, take_id, reply_id
            Who, at which take, the range of which comment.
        seconds
            Time that passed while the loop played; up to 900 a report.
        repetitions
            How often the range was played to its end in that time.
        rate
            The speed reached, 0.25 to 2.

        Returns
        -------
        bool
            Whether it was noted: only the take's own student practises.

        Raises
        ------
        InvalidInput
            Numbers no player could have reached; nothing is noted.
        NotFound
            A take or a comment this person may not see.
        """
        now = self._clock()
        with self._record.write() as uow:
            take = access.take(uow, actor, take_id, Verb.SEE)
            reply, on = access.reply(uow, actor, reply_id, Verb.SEE)
            if on.id != take.id:
                raise NotFound
            _demand_possible(reply, seconds, repetitions, rate)
            if take.student_id != actor:
                return False
            told = {"seconds": round(seconds, 1), "repetitions": repetitions}
            event = take_event(
                EventKind.PRACTISED, take, now, actor=actor, reply=reply.id, rate=rate, **told
            )
            uow.events.append(event)
        return True


def _demand_possible(reply: Reply, seconds: float, repetitions: int, rate: float) -> None:
    if reply.start_ms is None:
        raise InvalidInput("This comment has no moment to practise.")
    if not (isfinite(seconds) and 0 < seconds <= LONGEST and 0.25 <= rate <= FASTEST):
        raise InvalidInput("This practice time cannot be counted.")
    length = (reply.end_ms - reply.start_ms) / 1000 if reply.end_ms else _AROUND
    shortest = length / FASTEST
    if not 0 <= repetitions <= seconds / max(shortest, 0.02) + 1:
        raise InvalidInput("So many repetitions do not fit into this time.")
