"""What happened as xAPI statements, one JSON object a line (xAPI 1.0.3, video profile 1.0)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from practika_kernel.domain import ledger
from practika_kernel.research.export.naming import Names
from practika_kernel.research.export.rows import Dataset, MarkRow, ReplyRow, SegmentRow, TakeRow
from practika_kernel.research.export.tabular import moment

VIDEO = "https://w3id.org/xapi/video"
COMPLETED = 0.95
"""Share of a take that was played when it counts as completed."""

_EXTENSION = f"{VIDEO}/extensions/"
VERBS = {
    "initialized": "http://adlnet.gov/expapi/verbs/initialized",
    "played": f"{VIDEO}/verbs/played",
    "paused": f"{VIDEO}/verbs/paused",
    "seeked": f"{VIDEO}/verbs/seeked",
    "completed": "http://adlnet.gov/expapi/verbs/completed",
    "submitted": "http://activitystrea.ms/schema/1.0/submit",
    "replied": "http://id.tincanapi.com/verb/replied",
    "scored": "http://adlnet.gov/expapi/verbs/scored",
}
"""All verbs there are, each by its address in the registry it comes from."""

_TYPES = {
    "video": f"{VIDEO}/activity-type/video",
    "comment": "http://activitystrea.ms/schema/1.0/comment",
    "objective": "http://adlnet.gov/expapi/activities/objective",
    "exercise": "http://adlnet.gov/expapi/activities/assessment",
    "course": "http://adlnet.gov/expapi/activities/course",
}


class _Dated(NamedTuple):
    person: str
    at: datetime
    order: int
    statement: dict[str, Any]


class Statements:
    """Statements of one data set; their ids follow from what they tell, under the study's key."""

    def __init__(self, names: Names, data: Dataset) -> None:
        self._names, self._data = names, data
        self._takes = {take.take: take for take in data.take}
        self._titles = {row.exercise: row.title for row in data.exercise}

    def lines(self) -> Iterator[str]:
        """Yield the statements as JSON, by person and time."""
        found: list[_Dated] = []
        found += [self._submitted(take) for take in self._data.take]
        found += [self._replied(reply) for reply in self._data.reply if reply.author]
        found += [self._scored(mark) for mark in self._data.mark]
        found += self._played()
        found.sort(key=lambda one: (one.person, one.at, one.order, one.statement["id"]))
        for one in found:
            yield json.dumps(one.statement, ensure_ascii=False, sort_keys=True)

    def _statement(
        self, verb: str, actor: str, at: datetime, *told: str, object_: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        """Return a statement; ``told`` is what tells it from others of the verb."""
        return {
            "id": str(self._names.uuid(verb, *told)),
            "actor": self._agent(actor),
            "verb": {"id": VERBS[verb], "display": {"en-US": verb}},
            "object": object_,
            "timestamp": moment(at),
            "version": "1.0.0",
            **more,
        }

    def _agent(self, person: str) -> dict[str, Any]:
        account = {"homePage": self._names.space, "name": person}
        return {"objectType": "Agent", "account": account}

    def _activity(self, kind: str, what: str, name: str, title: str = "") -> dict[str, Any]:
        definition: dict[str, Any] = {"type": _TYPES[kind]}
        if title:
            definition["name"] = {"und": title}
        urn = self._names.urn(what, name)
        return {"objectType": "Activity", "id": urn, "definition": definition}

    def _video(self, take: TakeRow) -> dict[str, Any]:
        return self._activity("video", "take", take.take)

    def _around(self, take: TakeRow, **more: list[dict[str, Any]]) -> dict[str, Any]:
        title = self._titles[take.exercise]
        grouping = [
            self._activity("exercise", "exercise", take.exercise, title),
            self._activity("course", "course", take.course),
        ]
        return {"grouping": grouping, **more}

    def _submitted(self, take: TakeRow) -> _Dated:
        result: dict[str, Any] = {}
        if take.duration_ms is not None:
            result["result"] = {"duration": f"PT{take.duration_ms / 1000:.3f}S"}
        context = {"contextActivities": self._around(take)}
        statement = self._statement(
            "submitted", take.person, take.submitted_at, take.take,
            object_=self._video(take), context=context, **result,
        )  # fmt: skip
        return _Dated(take.person, take.submitted_at, 0, statement)

    def _replied(self, reply: ReplyRow) -> _Dated:
        take = self._takes[reply.take]
        extensions: dict[str, Any] = {f"{self._names.space}:kind": reply.kind}
        if reply.start_ms is not None:
            extensions[f"{_EXTENSION}time"] = reply.start_ms / 1000
        if reply.end_ms is not None:
            extensions[f"{self._names.space}:time-end"] = reply.end_ms / 1000
        result: dict[str, Any] = {"extensions": extensions}
        if reply.text:
            result["response"] = reply.text
        context = {"contextActivities": self._around(take, parent=[self._video(take)])}
        statement = self._statement(
            "replied", reply.author, reply.released_at, reply.reply,
            object_=self._activity("comment", "reply", reply.reply),
            context=context, result=result,
        )  # fmt: skip
        return _Dated(reply.person, reply.released_at, 1, statement)

    def _scored(self, mark: MarkRow) -> _Dated:
        take = self._takes[mark.take]
        score = {"raw": mark.level, "min": 1, "max": max(mark.levels, mark.level)}
        title = mark.criterion_title
        around = self._around(take, parent=[self._video(take)])
        context: dict[str, Any] = {"contextActivities": around}
        if mark.rater:
            context["instructor"] = self._agent(mark.rater)
        statement = self._statement(
            "scored", mark.person, mark.released_at, mark.mark,
            object_=self._activity("objective", "criterion", mark.criterion, title),
            context=context, result={"score": score},
        )  # fmt: skip
        return _Dated(mark.person, mark.released_at, 2, statement)

    def _played(self) -> Iterator[_Dated]:
        """Yield what students played of their takes; a take is one session of its student.

        A report says which stretches were played, not when each began: all of its statements
        bear its time, in the order they were played.
        """
        by_take: dict[str, list[SegmentRow]] = {}
        for row in self._data.segment:
            by_take.setdefault(row.take, []).append(row)
        for name in sorted(by_take):
            yield from _Session(self, self._takes[name], by_take[name]).statements()

    def video_statement(
        self, verb: str, take: TakeRow, row: SegmentRow, order: int, **told: Any
    ) -> _Dated:
        """Return one statement of the video profile; ``told`` are extensions of its result."""
        extensions: dict[str, Any] = {
            f"{_EXTENSION}session-id": str(self._names.uuid("session", take.take, take.person))
        }
        if verb in ("initialized", "paused", "completed"):
            extensions[f"{_EXTENSION}length"] = (row.length_ms or take.duration_ms or 0) / 1000
            extensions[f"{_EXTENSION}completion-threshold"] = COMPLETED
        activities = self._around(take, category=[{"id": VIDEO, **_PROFILE}])
        context = {"contextActivities": activities, "extensions": extensions}
        more: dict[str, Any] = {}
        if told:
            result = {_EXTENSION + key.replace("_", "-"): value for key, value in told.items()}
            more["result"] = {"extensions": result}
            if verb == "completed":
                more["result"]["completion"] = True
        statement = self._statement(
            verb, take.person, row.happened_at, row.event, str(order),
            object_=self._video(take), context=context, **more,
        )  # fmt: skip
        return _Dated(take.person, row.happened_at, 10 + order, statement)


_PROFILE = {"definition": {"type": "http://adlnet.gov/expapi/activities/profile"}}


class _Session:
    """One student at one of their takes: what was played so far, and where they stand."""

    def __init__(self, told: Statements, take: TakeRow, rows: list[SegmentRow]) -> None:
        self._told, self._take, self._rows = told, take, rows
        self._seen: tuple[ledger.Stretch, ...] = ()
        self._order = 0

    def statements(self) -> Iterator[_Dated]:
        first = self._rows[0]
        yield self._say("initialized", first)
        at: int | None = None
        done = False
        for row in self._rows:
            if at is not None and at != row.start_ms:
                yield self._say("seeked", row, time_from=at / 1000, time_to=row.start_ms / 1000)
            yield self._say("played", row, time=row.start_ms / 1000)
            self._seen = ledger.union((*self._seen, (row.start_ms, row.end_ms)))
            length = row.length_ms or self._take.duration_ms or 0
            share = min(1.0, ledger.length(self._seen) / length) if length else 0.0
            told = {"time": row.end_ms / 1000, "progress": round(share, 3)}
            yield self._say("paused", row, **told, played_segments=self._segments())
            if share >= COMPLETED and not done:
                done = True
                yield self._say("completed", row, **told, played_segments=self._segments())
            at = row.end_ms

    def _say(self, verb: str, row: SegmentRow, **told: Any) -> _Dated:
        self._order += 1
        return self._told.video_statement(verb, self._take, row, self._order, **told)

    def _segments(self) -> str:
        """What was played, joined, as the profile writes it: ``0[.]5[,]12[.]22``."""
        return "[,]".join(f"{start / 1000:g}[.]{end / 1000:g}" for start, end in self._seen)
