"""How often a student played each second of a take and of the video replies to it.

A WatchMap (plain JSON values)::

    bin         seconds of a bar; the last bar may be shorter
    counts      how often each was played, at most 600
    most        the largest of them, at least 1
    seconds     length of the video
    line        one sentence: how much was played, of how much, how much of it again
    often       [{start, end, text}] gone over most, seconds of the video
    never       [{start, end, text}] not played at all
    empty       a sentence instead of all that when nothing was played, else ""

What is counted is what the measures of watching count: stretches the take's own student played
in Practika, bounded by the time that passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from practika_kernel.analytics.statistics.passages import (
    Passage,
    binned,
    never_played,
    played_most,
)
from practika_kernel.analytics.statistics.watching import SECOND, watch_map, watched
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ledger import Stretch
from practika_kernel.domain.permissions import Relation, Verb
from practika_kernel.domain.ports import Record
from practika_kernel.services import access
from practika_kernel.services.carrying import duration_ms
from practika_kernel.services.views import View


class WatchMaps:
    """Draws what was watched, for the student and for the teachers of the course."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def view(self, actor: str, take_id: str) -> View:
        """Return the maps of a take: ``{"take": WatchMap, "replies": {reply id: WatchMap}}``.

        Replies are those with a video that anything was played of. Raises `NotFound` for a take
        this person may not see, and for everybody but its student and its course's teachers.
        """
        with self._record.read() as uow:
            person = access.acting(uow, actor)
            take = access.take(uow, actor, take_id, Verb.SEE)
            relations = access.take_relations(uow, person, take)
            if not relations & {Relation.OWNER, Relation.TEACHER}:
                raise NotFound
            student = uow.people.get(take.student_id)
            kinds = (EventKind.VIEWED, EventKind.REPLY_VIEWED)
            spans: dict[str, list[Stretch]] = defaultdict(list)
            lengths: dict[str, int] = {}
            for event in uow.events.of_takes([take.id], kinds):
                if event.actor_id != take.student_id:
                    continue
                spans[event.reply_id] += [(int(a), int(b)) for a, b in event.data["spans"]]
                lengths[event.reply_id] = int(event.data["length_ms"])
            whole = lengths.get("") or duration_ms(uow, take)
            there = {one.id for one in uow.replies.of_takes([take.id])}
        mine = take.student_id == actor
        who = "You" if mine else student.name.split()[0] if student else "The student"
        return {
            "take": drawn(spans[""], whole, who, "this take"),
            "replies": {
                reply: drawn(found, lengths[reply], who, "this reply")
                for reply, found in spans.items()
                if reply and reply in there
            },
        }


def drawn(stretches: Sequence[Stretch], length: int, who: str, what: str) -> View:
    """Return the WatchMap (see the module) of one video of ``length`` milliseconds.

    >>> drawn([(0, 3000), (1000, 3000)], 4000, "Mira", "this take")["line"]
    'Mira played 0:05 of this take in all, 75 % of it at least once, 40 % of that time again.'
    >>> drawn([], 4000, "You", "this take")["empty"]
    'You have not played this take here yet.'
    """
    has = "have" if who == "You" else "has"
    nothing = f"{who} {has} not played {what} here yet."
    if not stretches or length <= 0:
        return {
            "bin": 1, "counts": [], "most": 1, "seconds": length / SECOND, "line": "",
            "often": [], "never": [], "empty": nothing,
        }  # fmt: skip
    seconds = watch_map(stretches, length)
    counts = binned(seconds, length)
    summed = watched(stretches, length)
    again = summed.rewatch or 0.0
    line = f"{who} played {clock(summed.watch_ms / SECOND)} of {what} in all, "
    line += f"{100 * summed.completion:.0f} % of it at least once"
    line += f", {100 * again:.0f} % of that time again." if again >= 0.005 else "."
    return {
        "bin": -(-len(seconds) // len(counts)),
        "counts": [round(times, 2) for times in counts],
        "most": max(1.0, round(max(counts), 2)),
        "seconds": length / SECOND,
        "line": line,
        "often": [_passage(one, _times(one.times)) for one in played_most(seconds, length)],
        "never": [_passage(one, "not played") for one in never_played(seconds, length)],
        "empty": "",
    }


def clock(seconds: float) -> str:
    """Write seconds as players do.

    >>> clock(72.9), clock(3725)
    ('1:12', '1:02:05')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _times(times: float) -> str:
    return f"played {times:.0f} times"


def _passage(one: Passage, words: str) -> View:
    return {
        "start": one.start,
        "end": one.end,
        "text": f"{clock(one.start)}–{clock(one.end)} {words}",
    }
