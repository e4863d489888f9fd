"""Targets: set by those who look after a course, judged beside the number they are about.

A target set "for all" is one row for each of the person's courses, so that nobody decides
about a course that is not theirs. Where the chosen courses aim at different values, no single
number can be judged, and the page says so.

Aims, as `aims` answers: ``may`` (whether the person may set targets here), ``values`` by measure
(None where the courses differ) and ``rows`` of {key, label, sense, unit, typed} for the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from practika_kernel.analytics.measures.measured import Measured
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, Record, UnitOfWork
from practika_kernel.domain.targets import GOALS, Target, read_target
from practika_kernel.services import access

View = dict[str, Any]


class Aiming:
    """Sets targets.

    Parameters
    ----------
    record, clock
        Where targets are kept, and what time it is.
    """

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record, self._clock = record, clock

    def set(self, actor: str, course_id: str, typed: Mapping[str, str]) -> int:
        """Set a course's targets, or with "" those of all the person's courses.

        Parameters
        ----------
        actor
            Who sets them.
        course_id
            One of their courses, or "" for all of them.
        typed
            What stands in each field, by measure; empty takes the target away. Measures that
            are not named keep theirs.

        Returns
        -------
        int
            In how many courses they hold now.

        Raises
        ------
        NotFound
            A course that is not theirs, or none at all.
        InvalidInput
            A field that holds no number; then nothing is changed.
        """
        if not all(isinstance(text, str) for text in typed.values()):
            raise InvalidInput("There is no such target. Reload the page.")
        wanted = {measure: read_target(measure, text) for measure, text in typed.items()}
        with self._record.write() as uow:
            own = access.course_ids(uow, actor, Verb.CHANGE, Thing.TARGET)
            courses = own if not course_id else [one for one in own if one == course_id]
            if not courses:
                raise NotFound
            now = self._clock()
            for course in courses:
                for measure, value in wanted.items():
                    if value is None:
                        uow.targets.remove(course, measure)
                    else:
                        uow.targets.put(Target(course, measure, value, actor, now))
        return len(courses)


def aims(uow: UnitOfWork, actor: str, course_ids: Sequence[str]) -> View:
    """Return what these courses aim at (see the module); nothing for no course."""
    own = set(access.course_ids(uow, actor, Verb.CHANGE, Thing.TARGET))
    found: dict[str, dict[str, float]] = {}
    for target in uow.targets.of_courses(course_ids):
        found.setdefault(target.measure, {})[target.course_id] = target.value
    values: dict[str, float | None] = {}
    for measure, by_course in found.items():
        same = len(by_course) == len(course_ids) and len(set(by_course.values())) == 1
        values[measure] = next(iter(by_course.values())) if same else None
    return {
        "may": bool(course_ids) and own.issuperset(course_ids),
        "values": values,
        "rows": [
            {
                "key": key,
                "label": goal.label,
                "sense": goal.sense,
                "unit": goal.unit,
                "typed": "" if values.get(key) is None else f"{values[key]:g}",
            }
            for key, goal in GOALS.items()
        ],
    }


def judged(measured: Measured, targets: View) -> View | None:
    """Return {state: good|wait|"", words} for a number with a target, None for one without."""
    key = measured.measure.key
    if key not in targets["values"]:
        return None
    target = targets["values"][key]
    if target is None:
        return {"state": "", "words": "targets differ between the classes"}
    goal, value = GOALS[key], measured.detail.get("share", measured.value)
    if value is None:
        return {"state": "", "words": f"target {goal.words(target)}"}
    met = goal.met(value, target)
    words = f"target {goal.words(target)}: {'met' if met else 'not met'}"
    return {"state": "good" if met else "wait", "words": words}
