"""The sections of a coordinator's page: which measure each shows, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from zoneinfo import ZoneInfo

from practika_kernel.analytics.bars import (
    Bar,
    Dot,
    bars_chart,
    curves_chart,
    heat_map,
    timeline_chart,
)
from practika_kernel.analytics.charts import empty, turnaround_chart, weekly_chart
from practika_kernel.analytics.measures.measured import (
    HIDDEN,
    SMALLEST_GROUP,
    Measured,
    count,
)
from practika_kernel.analytics.measures.spread import MOST_TIMELINES
from practika_kernel.services.looking import Look

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A measured number, whose it is, and the zone its times are said in."""

    measured: Measured
    look: Look
    zone: ZoneInfo


def _hidden(asked: Asked) -> View | None:
    if asked.measured.hidden:
        return empty(f"This chart is {HIDDEN}. Widen the filters to see it.")
    return None


def _turnaround(asked: Asked) -> View:
    curve = asked.measured.detail.get("curve")
    return _hidden(asked) or (turnaround_chart(curve) if curve else empty("Nothing to draw yet."))


def _weekly(asked: Asked) -> View:
    return _hidden(asked) or weekly_chart(asked.measured.detail.get("weeks", []))


def _exercises(asked: Asked) -> View:
    titles = asked.look.titles("exercises")
    found = asked.measured.drawn or []
    bars: list[Bar] = []
    rows: list[list[str]] = []
    picks: list[View] = []
    for exercise, takes, waiting, people in found:
        waits = f", {waiting:,} waiting" if waiting else ""
        title = titles.get(exercise, "")
        picks.append({"filters": {"exercise": exercise}})
        if people < SMALLEST_GROUP:
            bars.append(Bar(title, None, HIDDEN))
            rows.append([title, HIDDEN, "", ""])
            continue
        bars.append(Bar(title, (takes - waiting, waiting), f"{count(takes, 'take')}{waits}"))
        rows.append([title, f"{takes:,}", f"{waiting:,}", f"{people:,}"])
    label = f"Takes at {count(len(bars), 'exercise')}."
    columns = ["Exercise", "Takes", "Waiting", "Students"]
    made = bars_chart(bars, label, columns, rows, parts=("not waiting", "waiting"))
    return made | {"picks": picks}


def _teachers(asked: Asked) -> View:
    bars: list[Bar] = []
    rows: list[list[str]] = []
    picks: list[View] = []
    known = {one["id"] for one in asked.look.options["teachers"]}
    for teacher, replies, takes, people in asked.measured.drawn or []:
        name = asked.look.name(teacher) or "somebody who left"
        picks.append({"filters": {"teacher": teacher}} if teacher in known else {})
        if people < SMALLEST_GROUP:
            bars.append(Bar(name, None, HIDDEN))
            rows.append([name, HIDDEN, "", ""])
            continue
        words = f"{count(replies, 'reply', 'replies')} to {count(takes, 'take')}"
        bars.append(Bar(name, (replies,), words))
        rows.append([name, f"{replies:,}", f"{takes:,}", f"{people:,}"])
    label = f"Replies of {count(len(bars), 'teacher')}."
    columns = ["Teacher", "Replies", "Takes", "Students"]
    return bars_chart(bars, label, columns, rows) | {"picks": picks}


def _rates(asked: Asked, key: str, what: str, drill: str = "") -> View:
    """Draw a measure's rates with their intervals, in the order they come."""
    if asked.measured.value is None and not asked.measured.hidden:
        return empty("Nobody could do this yet. It starts with the first student's first take.")
    bars: list[Bar] = []
    rows: list[list[str]] = []
    picks: list[View] = []
    for one in asked.measured.detail.get(key, []):
        if one["hidden"]:
            bars.append(Bar(one["label"], None, HIDDEN))
            rows.append([one["label"], HIDDEN, "", "", ""])
            picks.append({})
            continue
        limits = (one["low"], one["high"])
        words = f"{one['share']:.0f} %, {one['hits']:,} of {one['n']:,}"
        bars.append(Bar(one["label"], (one["share"],), words, limits))
        interval = f"{one['low']:.0f} to {one['high']:.0f} %"
        rows.append(
            [one["label"], f"{one['share']:.0f} %", interval, f"{one['hits']:,}", f"{one['n']:,}"]
        )
        picks.append({"drill": f"{drill}:{one['step']}"} if drill else {})
    columns = [what, "Share", "95 % interval", "Students", "of"]
    label = f"{what}: " + "; ".join(f"{bar.label} {bar.words}" for bar in bars) + "."
    return bars_chart(bars, label, columns, rows, top=100) | {"picks": picks}


def _adoption(asked: Asked) -> View:
    return _rates(asked, "features", "Feature")


def _dashboards(asked: Asked) -> View:
    return _rates(asked, "pages", "Page")


def _funnel(asked: Asked) -> View:
    return _rates(asked, "steps", "Step", "step")


def _retention(asked: Asked) -> View:
    cohorts = asked.measured.detail.get("cohorts", [])
    made = heat_map(cohorts)
    drills = asked.measured.drills
    picks = [
        {"drill": f"began:{one['week']}"} if f"{one['week']}" in drills else {} for one in cohorts
    ]
    return made | {"picks": picks}


def _tags(asked: Asked) -> View:
    bars: list[Bar] = []
    rows: list[list[str]] = []
    picks: list[View] = []
    tags = asked.measured.detail.get("tags", [])
    for one in sorted(tags, key=lambda tag: (-(tag["comments"] or 0), tag["tag"])):
        if one["hidden"]:
            bars.append(Bar(one["tag"], None, HIDDEN))
            rows.append([one["tag"], HIDDEN, "", "", ""])
            picks.append({})
            continue
        rest, open_ = one["n"] - one["hits"], one["comments"] - one["n"]
        words = f"{count(one['comments'], 'comment')}, {one['hits']} of {one['n']} judged fixed"
        bars.append(Bar(one["tag"], (one["hits"], rest, open_), words))
        fixed = f"{one['share']:.0f} % ({one['low']:.0f} to {one['high']:.0f} %)"
        rows.append(
            [one["tag"], f"{one['comments']:,}", f"{one['n']:,}", f"{one['hits']:,}", fixed]
        )
        picks.append({"drill": f"tag:{one['tag']}"})
    columns = ["Tag", "Comments", "Judged", "Fixed", "Share fixed (95 % interval)"]
    label = "Comments by tag: " + "; ".join(f"{bar.label} {bar.words}" for bar in bars) + "."
    parts = ("fixed", "judged, not fixed", "not judged yet")
    return bars_chart(bars, label, columns, rows, parts=parts) | {"picks": picks}


def _timeline(asked: Asked) -> View:
    names: dict[str, int] = {}
    dots, rows = [], []
    titles = asked.look.titles("exercises")
    for student, exercise, number, at, answered, waiting in asked.measured.drawn or []:
        row = names.setdefault(student, len(names))
        here = at.replace(tzinfo=UTC).astimezone(asked.zone)
        state = 2 if waiting else 0 if answered else 1
        said = ("with a reply", "replaced by a newer take", "waiting")[state]
        name, title = asked.look.name(student), titles.get(exercise, "")
        when = f"{here.day} {here:%b %Y, %H:%M}"
        dots.append(Dot(row, here, f"{name}, {title}, take {number}: {said}", state))
        rows.append([name, title, f"{number}", when, said])
    full = len(names) >= MOST_TIMELINES
    note = f"At most {MOST_TIMELINES} students are drawn. Narrow the page to see others."
    shown = [asked.look.name(student) for student in names]
    return timeline_chart(shown, dots, rows, note if full else "")


def _curves(asked: Asked) -> View:
    titles = asked.look.titles("exercises")
    return curves_chart(
        [
            (
                f"{asked.look.name(one.stack.student_id)}, {titles.get(one.stack.exercise_id, '')}",
                one.stack.scores,
                one.curve,
            )
            for one in asked.measured.drawn or []
        ]
    )


def _reliable(asked: Asked) -> View:
    if asked.measured.hidden or asked.measured.value is None:
        return _hidden(asked) or empty(
            "Not known yet: it takes five students with two marked takes of one exercise, and a "
            "rubric of two criteria or more."
        )
    detail = asked.measured.detail
    total = detail["better"] + detail["same"] + detail["worse"]
    parts = (("better", "Reliably better"), ("same", "No reliable change"))
    bars, rows = [], []
    for key, words in (*parts, ("worse", "Reliably worse")):
        number = detail[key]
        bars.append(Bar(words, (number,), f"{number} of {count(total, 'stack')}"))
        rows.append([words, f"{number}", f"{100 * number / total:.0f} %"])
    label = "; ".join(f"{bar.label}: {bar.words}" for bar in bars) + "."
    return bars_chart(bars, label, ["Change", "Stacks", "Share"], rows, top=total)


def _by_exercise(look: Look, cells: list[View]) -> list[View]:
    """The newest month first, in it by exercise in their order and by criterion."""
    places = {name: place for place, name in enumerate(look.titles("exercises"))}
    known = [one for one in cells if one["exercise"] in places]
    known.sort(key=lambda one: (places[one["exercise"]], look.criterion(one["criterion"])))
    return sorted(known, key=lambda one: str(one["month"]), reverse=True)


def _agreement(asked: Asked) -> View:
    if asked.measured.value is None and not asked.measured.hidden:
        return empty(
            "Nothing was rated twice yet. Under Judging you set how many marked takes a second "
            "teacher rates blind."
        )
    titles = asked.look.titles("exercises")
    cells = asked.measured.detail.get("cells", [])
    several = len({one["exercise"] for one in cells}) > 1
    bars: list[Bar] = []
    rows: list[list[str]] = []
    picks: list[View] = []
    for one in _by_exercise(asked.look, cells):
        drill = f"{one['month']} {one['criterion']}"
        picks.append({"drill": f"rated:{drill}"} if drill in asked.measured.drills else {})
        criterion, exercise = asked.look.criterion(one["criterion"]), titles[one["exercise"]]
        month = date.fromisoformat(one["month"] + "-01")
        label = f"{criterion}, {exercise}" if several else criterion
        about = [criterion, exercise, f"{month:%b %Y}"]
        if one["hidden"]:
            bars.append(Bar(label, None, f"{month:%b %y}: {HIDDEN}"))
            rows.append([*about, HIDDEN, "", "", "", ""])
            continue
        alpha = "not defined" if one["alpha"] is None else f"{one['alpha']:.2f}"
        words = f"{month:%b %y}: {one['hits']} of {one['n']}, alpha {alpha}"
        limits = (one["low"], one["high"])
        bars.append(Bar(label, (one["same"],), words, limits))
        between = ""
        if one["alpha_low"] is not None:
            between = f"{one['alpha_low']:.2f} to {one['alpha_high']:.2f}"
        interval = f"{one['low']:.0f} to {one['high']:.0f} %"
        rows.append([*about, f"{one['n']}", f"{one['same']:.0f} %", interval, alpha, between])
    if not bars:
        return _hidden(asked) or empty("Nothing to draw yet.")
    columns = [
        *("Criterion", "Exercise", "Month", "Takes", "Same level", "95 % interval"),
        *("Alpha", "95 % interval of alpha"),
    ]
    label = "Same level by criterion: " + "; ".join(f"{b.label} {b.words}" for b in bars) + "."
    return bars_chart(bars, label, columns, rows, top=100) | {"picks": picks}


SECTIONS: dict[str, tuple[str, Callable[[Asked], View]]] = {
    "turnaround": ("turnaround", _turnaround),
    "weekly": ("weekly", _weekly),
    "exercises": ("by-exercise", _exercises),
    "teachers": ("by-teacher", _teachers),
    "retention": ("retention", _retention),
    "timeline": ("timeline", _timeline),
    "curves": ("learning-curve", _curves),
    "reliable": ("reliable-change", _reliable),
    "tags": ("resolved", _tags),
    "agreement": ("blind-agreement", _agreement),
    "adoption": ("adoption", _adoption),
    "dashboards": ("dashboards", _dashboards),
    "funnel": ("funnel", _funnel),
}
"""By name: the measure that explains a section, and what draws it."""
