"""What people did, already added up by week where that answers the question."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.scope import Scope

_ONE_BY_ONE = """(
    SELECT e.actor_id, e.course_id, e.exercise_id, e.kind, e.happened_at, 1 AS times,
           e.actor_id = e.student_id AS own{week}
    FROM   events e{join}
  )"""
_WEEK = ",\n           w.monday AS week"
_JOIN = " JOIN weeks w ON e.happened_at >= w.starts AND e.happened_at < w.ends"


def deeds(facts: Facts, scope: Scope, zone: ZoneInfo) -> str:
    """Return where to read (actor_id, course_id, exercise_id, kind, own, week, times).

    That is ``deeds``; where the scope cuts weeks in pieces, or the weeks are another zone's than
    the facts', the same from single events, with ``happened_at``. The question then needs the
    weeks of `weeks.numbered` under the name ``weeks``.
    """
    whole = scope.since is None and scope.until is None
    same = whole and facts.zone.key == zone.key
    return "deeds" if same else _ONE_BY_ONE.format(week=_WEEK, join=_JOIN)


def times(scope: Scope) -> str:
    """Return where to read the same without weeks."""
    whole = scope.since is None and scope.until is None
    return "deeds" if whole else _ONE_BY_ONE.format(week="", join="")
