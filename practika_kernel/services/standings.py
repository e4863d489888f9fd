"""What came of a judging: where each take stands, how surely, and whether judges agree.

Standing, as `Standings.view` answers it (plain JSON values)::

    judging            as in `services.judging`
    takes              [{rank, student, number, place, low, high, error, compared, won}], the
                       best first; place, low, high and error (logits, mean 0) are None and the
                       order is by share of comparisons won while there is no scale
    reliability        scale separation reliability, None while there is none
    line, why          what it says in a sentence; why there is no scale, else ""
    judges             [{name, n, infit, left, apart}] for who looks after judging, else []
    explain            {definition, n, left_out, source, sql}
    csv                relative addresses of the tables: {takes, judgements}
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from practika_kernel.analytics.measures.measured import count
from practika_kernel.analytics.sheet import sheet
from practika_kernel.domain.judging import Judgement, Judging
from practika_kernel.domain.people import Person
from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.domain.ports import Record, UnitOfWork
from practika_kernel.domain.practice import Take, TakeState
from practika_kernel.services import access
from practika_kernel.services.judging import describe
from practika_kernel.services.views import View

if TYPE_CHECKING:
    from practika_kernel.analytics.statistics.pairs import Scale

APART = 1.3
"""An infit above this, from ten judgements on, is worth a word with the judge."""
_ENOUGH = 10

DEFINITION = (
    "Each take's place on one scale (logits, mean 0) such that the chance that a judge calls one "
    "take better than another is 1 / (1 + exp(-(difference of their places))). The interval is the "
    "place plus and minus 1.96 standard errors. Reliability is the share of the places' variance "
    "that is not error (scale separation reliability): from 0.7 on an order is used for feedback, "
    "from 0.9 on for decisions. A judge's infit is near 1 when they judge as the scale foretells "
    "and larger the more they judge against it."
)
SOURCE = (
    "Bradley and Terry 1952, maximum likelihood by Newton's method; reliability: Andrich 1978, "
    "Pollitt 2012; infit mean square: Wright and Masters 1982. Pairs are not chosen by closeness, "
    "which would flatter the reliability (Bramley 2015)."
)

SQL = """SELECT left_take_id, right_take_id, better, judge_id, judged_at
FROM   judgements
WHERE  judging_id = '{judging}'
ORDER  BY judged_at"""

_TAKES = (
    *("rank", "take_id", "student", "take_number", "place_logits", "standard_error"),
    *("compared", "won"),
)
_JUDGEMENTS = (
    *("judgement_id", "judge", "left_take_id", "left_student", "right_take_id"),
    *("right_student", "better", "shown_at_utc", "judged_at_utc"),
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A judging with what of it counts, and how its people are named."""

    judging: Judging
    takes: dict[str, Take]
    rows: list[Judgement]
    gone: int
    name: Callable[[str], str]
    judges: bool


class Standings:
    """Works out and exports the scale of a judging.

    Parameters
    ----------
    record
        Where judgements are kept.
    alias
        Turns a person's id into the name a researcher sees.
    """

    def __init__(self, record: Record, alias: Callable[[str], str]) -> None:
        self._record, self._alias = record, alias

    def view(self, actor: str, judging_id: str) -> View:
        """Return the Standing (see the module).

        Raises `NotFound` for people without a judging of this id, and `NotAllowed` for teachers
        while it is under way: what leads would lead them, too.
        """
        with self._record.read() as uow:
            found = self._find(uow, actor, judging_id)
            said = [row for row in found.rows if row.said]
            scale, pulled = _scale(said)
            query = f".csv?judging={found.judging.id}"
            return {
                "judging": describe(uow, actor, found.judging, found.rows),
                "takes": [_row(found, scale, *one) for one in _ranked(found, scale)],
                "reliability": scale.reliability,
                "line": _line(scale, pulled),
                "why": scale.why,
                "judges": _judges(found, said, scale) if found.judges else [],
                "explain": {
                    "definition": DEFINITION,
                    "source": SOURCE,
                    "n": f"{count(len(said), 'judgement')} of {count(len(found.takes), 'take')}",
                    "left_out": _left_out(found),
                    "sql": SQL.format(judging=found.judging.id),
                },
                "csv": {
                    "takes": f"judging/takes{query}",
                    "judgements": f"judging/judgements{query}",
                },
            }

    def takes_csv(self, actor: str, judging_id: str) -> str:
        """Return where each take stands as CSV, formulas made harmless; raises as `view` does."""
        with self._record.read() as uow:
            found = self._find(uow, actor, judging_id)
        scale, _ = _scale([row for row in found.rows if row.said])
        rows = []
        for rank, take, won, compared in _ranked(found, scale):
            rows.append(
                [
                    *(rank, take.id, found.name(take.student_id), take.number),
                    *(_round(scale.places.get(take.id)), _round(scale.errors.get(take.id))),
                    *(compared, won),
                ]
            )
        return sheet(_TAKES, rows)

    def judgements_csv(self, actor: str, judging_id: str) -> str:
        """Return every judgement the scale was computed from as CSV; raises as `view` does.

        Skipped pairs are in it, with an empty ``better``.
        """
        with self._record.read() as uow:
            found = self._find(uow, actor, judging_id)
        return sheet(_JUDGEMENTS, _told(found))

    def _find(self, uow: UnitOfWork, actor: str, judging_id: str) -> _Found:
        judging = access.judging(uow, actor, judging_id, Verb.SEE)
        person = access.acting(uow, actor)
        relations = frozenset(access.course_relations(uow, person, judging.course_id))
        standing = Thing.FINAL_STANDING if judging.closed_at else Thing.STANDING
        access.demand(relations, Verb.SEE, standing, seen_as=Thing.JUDGING)
        takes = uow.takes.in_courses([judging.course_id], TakeState.SUBMITTED)
        wanted = set(judging.take_ids)
        there = {take.id: take for take in takes if take.id in wanted}
        every = uow.judgings.judgements(judging.id)
        rows = [row for row in every if row.pair <= there.keys()]
        people = {take.student_id for take in there.values()} | {row.judge_id for row in rows}
        return _Found(
            judging,
            there,
            rows,
            len(every) - len(rows),
            self._namer(uow, person, relations, people),
            allowed(Verb.SEE, Thing.STANDING, relations),
        )

    def _namer(
        self, uow: UnitOfWork, person: Person, relations: frozenset[Relation], ids: set[str]
    ) -> Callable[[str], str]:
        if relations == {Relation.RESEARCHER}:
            return self._alias
        known = {one.id: one.name for one in uow.people.many(ids).values()}
        return lambda person_id: known.get(person_id, "Somebody")


def _scale(said: list[Judgement]) -> tuple[Scale, bool]:
    from practika_kernel.analytics.statistics.pairs import settled

    return settled((row.left_id, row.right_id, _won(row)) for row in said)


def _won(row: Judgement) -> float:
    return 1.0 if row.outcome == "left" else 0.0


def _ranked(found: _Found, scale: Scale) -> Iterator[tuple[int, Take, int, int]]:
    """Yield rank, take, and how often it was called better out of how many times."""
    compared: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for row in found.rows:
        if row.said:
            compared.update(row.pair)
            won[row.left_id if _won(row) else row.right_id] += 1

    def height(take: Take) -> tuple[float, float, str]:
        share = won[take.id] / compared[take.id] if compared[take.id] else -1.0
        return (-scale.places.get(take.id, 0.0), -share, take.id)

    for rank, take in enumerate(sorted(found.takes.values(), key=height), start=1):
        yield rank, take, won[take.id], compared[take.id]


def _row(found: _Found, scale: Scale, rank: int, take: Take, won: int, compared: int) -> View:
    place, error = scale.places.get(take.id), scale.errors.get(take.id)
    half = 1.96 * (error or 0.0)
    return {
        "rank": rank,
        "take_id": take.id,
        "student": found.name(take.student_id),
        "number": take.number,
        "place": place,
        "error": error,
        "low": None if place is None else place - half,
        "high": None if place is None else place + half,
        "won": won,
        "compared": compared,
    }


def _judges(found: _Found, said: list[Judgement], scale: Scale) -> list[View]:
    from practika_kernel.analytics.statistics.pairs import infit

    theirs: dict[str, list[Judgement]] = defaultdict(list)
    for row in said:
        theirs[row.judge_id].append(row)
    rows = []
    for judge, judged in theirs.items():
        value = infit(scale, ((row.left_id, row.right_id, _won(row)) for row in judged))
        rows.append(
            {
                "name": found.name(judge),
                "n": len(judged),
                "infit": value,
                "left": sum(map(_won, judged)) / len(judged),
                "apart": value is not None and value > APART and len(judged) >= _ENOUGH,
            }
        )
    return sorted(rows, key=lambda row: str(row["name"]).casefold())


def _line(scale: Scale, pulled: bool) -> str:
    if scale.why:
        return scale.why
    if pulled:
        return _reliably(scale) + (
            " A take won or lost every time so far, so each was given one drawn comparison with an "
            "average take: the ends lie nearer together than they may be."
        )
    return _reliably(scale)


def _reliably(scale: Scale) -> str:
    if scale.reliability is None:
        return "There is a scale, but too little to say how reliable it is."
    value = scale.reliability
    words = "too low to tell takes apart" if value < 0.5 else "enough for a rough order"
    words = "good enough for feedback" if value >= 0.7 else words
    words = "high" if value >= 0.9 else words
    return f"Reliability {value:.2f}: {words}."


def _left_out(found: _Found) -> str:
    skipped = sum(row.outcome == "skipped" for row in found.rows)
    parts = [f"{count(skipped, 'pair')} that a judge could not tell apart"]
    if found.gone:
        parts.append(f"{count(found.gone, 'pair')} with a take that was withdrawn")
    return ", ".join(parts)


def _told(found: _Found) -> Iterator[list[object]]:
    for row in found.rows:
        if row.outcome == "open":
            continue
        left, right = found.takes[row.left_id], found.takes[row.right_id]
        yield [
            *(row.id, found.name(row.judge_id)),
            *(left.id, found.name(left.student_id), right.id, found.name(right.student_id)),
            str(row.outcome) if row.said else "",
            *(_iso(row.shown_at), _iso(row.judged_at)),
        ]


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
