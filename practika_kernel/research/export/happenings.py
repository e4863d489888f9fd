"""What happened, of those who consent: events, and the stretches they played."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from practika_kernel.analytics.facts import Facts
from practika_kernel.domain.events import EventKind
from practika_kernel.research.export.gather import Gathered, Gathering
from practika_kernel.research.export.marking import mark_rows
from practika_kernel.research.export.rows import EventRow, SegmentRow

KEPT = (
    EventKind.ENROLLED,
    EventKind.SIGNED_IN,
    EventKind.SIGNED_OUT,
    EventKind.TAKE_ADDED,
    EventKind.TAKE_SUBMITTED,
    EventKind.REPLY_RELEASED,
    EventKind.REPLY_EDITED,
    EventKind.REPLY_SEEN,
    EventKind.REPLY_JUDGED,
    EventKind.MARK_RELEASED,
    EventKind.RATED,
    EventKind.COMPARED,
    EventKind.PRACTISED,
    EventKind.VIEWED,
)
"""What people did. Work of the machines and of those who look after them is nobody's practice."""

_PLAIN = frozenset({
    "number", "seconds", "kind", "start_ms", "end_ms", "has_video", "has_clip", "has_drawing",
    "answer", "level", "verdict", "before", "by", "repetitions", "rate", "spans", "length_ms",
    "role", "imported",
})  # fmt: skip
"""Values of an event that are told as they are: a closed list, so that nothing new slips out."""

_OTHER_TAKES = ("on", "other")
"""Values that name another take."""


def with_happenings(gathering: Gathering, facts: Facts) -> Gathered:
    """Return a whole data set: rows, marks, and what happened; facts are refreshed."""
    gathered = gathering.gathered()
    gathered.data.mark.extend(mark_rows(gathering))
    facts.refresh()
    takes = {take.id for take in gathering.takes}
    segments, events = happened(gathering, facts, takes, gathering.kept_replies)
    gathered.data.segment.extend(segments)
    gathered.data.event.extend(events)
    return gathered


def happened(
    gathering: Gathering, facts: Facts, takes: Collection[str], replies: Collection[str]
) -> tuple[list[SegmentRow], list[EventRow]]:
    """Return segments and events, by person and time.

    An event about a take (or a reply) is here if that is; one about neither, such as a sign-in,
    if whoever did it consents and it lies in the scope's days. Who did it without consenting is
    nobody.
    """
    kinds = ", ".join(f"'{kind}'" for kind in KEPT)
    found = facts.rows(
        "SELECT id, kind, happened_at, actor_id, student_id, course_id, exercise_id, take_id, "
        f"reply_id, data FROM events WHERE kind IN ({kinds}) ORDER BY id"
    )
    courses = set(gathering.scope.course_ids)
    segments: list[SegmentRow] = []
    events: list[EventRow] = []
    for number, kind, moment, *ids, told in found:
        at = moment.replace(tzinfo=UTC)
        actor, student, course, exercise, take, reply = ids
        whose = student or actor
        if not gathering.may(whose, at) or (course and course not in courses):
            continue
        if exercise and exercise not in gathering.exercises:
            continue
        if (take and take not in takes) or (reply and reply not in replies):
            continue
        if not take and not gathering.in_time(at):
            continue
        event = _event(gathering, (number, kind, at, *ids), json.loads(told), takes)
        events.append(event)
        if kind == EventKind.VIEWED and actor == student:
            segments += _segments(event)
    events.sort(key=lambda row: (row.person or row.actor, row.happened_at, row.event))
    segments.sort(key=lambda row: (row.person, row.take, row.happened_at, row.event, row.place))
    return segments, events


def _event(
    gathering: Gathering, told: tuple[Any, ...], data: dict[str, Any], takes: Collection[str]
) -> EventRow:
    number, kind, at, actor, student, course, exercise, take, reply = told
    names = gathering.names
    known = gathering.everybody.get(actor)
    happened_at: datetime | None = names.moved(at, student or actor)
    assert happened_at is not None  # an event has a time
    kept = {key: value for key, value in data.items() if key in _PLAIN}
    for key in _OTHER_TAKES:
        other = data.get(key)
        if other == "reference":
            kept[key] = other
        elif isinstance(other, str) and other in takes:
            kept[key] = names.thing("take", other)
    return EventRow(
        event=names.thing("event", str(number)),
        kind=kind,
        happened_at=happened_at,
        actor=names.person(actor) if gathering.may(actor, at) else "",
        actor_role=str(known.role) if known else "",
        person=names.person(student),
        course=names.thing("course", course),
        exercise=names.thing("exercise", exercise),
        take=names.thing("take", take),
        reply=names.thing("reply", reply),
        data=json.dumps(kept, sort_keys=True, ensure_ascii=False),
    )


def _segments(event: EventRow) -> list[SegmentRow]:
    data = json.loads(event.data)
    length = data.get("length_ms")
    rows = []
    for place, span in enumerate(data.get("spans") or []):
        start, end = (int(edge) for edge in span)
        rows.append(
            SegmentRow(
                person=event.person,
                take=event.take,
                event=event.event,
                place=place,
                happened_at=event.happened_at,
                start_ms=start,
                end_ms=end,
                length_ms=None if length is None else int(length),
            )
        )
    return rows
