"""The uptime of the service, from the log of a probe that stands outside of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from practika_kernel.analytics.measures.intervals import wilson
from practika_kernel.analytics.measures.measured import Measure, Measured, count

UPTIME = Measure(
    "uptime",
    "Uptime",
    "Share of the watched minutes in which every try of the probe succeeded: it signed in and got "
    "the bytes of a video it asked for by range. Minutes without a try say nothing and are left "
    "out. An outage lasts from its first failed try to the next that succeeded. The interval takes "
    "minutes as independent; outages come in runs, so that with few of them it is too narrow.",
    "%",
    "Log of `practika probe`, which stands outside of the service; Wilson 1927 score interval",
)


@dataclass(frozen=True, slots=True)
class Try:
    """One try of the probe: when it began, whether all of it went well, and why not."""

    at: datetime
    ok: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """One run of failed tries. ``seconds`` run to the next success, ``over`` tells if it came."""

    begun: datetime
    seconds: float
    over: bool
    problem: str


def tries_in(lines: Iterable[str]) -> tuple[list[Try], int]:
    """Return the tries a probe wrote down, oldest first, and how many lines are none.

    A probe that was killed leaves half a line at most, and a clock may go back: neither stops
    the reading.

    >>> tries_in(['{"at": "2026-11-30T08:00:00Z", "ok": true}', '{"at": "2026'])[1]
    1
    """
    found, strange = [], 0
    for line in filter(str.strip, lines):
        try:
            each = json.loads(line)
            at = datetime.fromisoformat(each["at"]).astimezone(UTC)
            found.append(Try(at, each["ok"] is True, str(each.get("problem", ""))))
        except (ValueError, KeyError, TypeError, AttributeError):
            strange += 1
    return sorted(found, key=lambda each: each.at), strange


def outages(tries: list[Try]) -> Iterator[Outage]:
    """Return the runs of failures in tries that are in order.

    >>> bad, good = (Try(datetime(2026, 11, 30, 8, n, tzinfo=UTC), n == 5) for n in (2, 5))
    >>> [each.seconds for each in outages([bad, good])]
    [180.0]
    """
    first: Try | None = None
    for each in tries:
        if not each.ok:
            first = first or each
        elif first is not None:
            lasted = (each.at - first.at).total_seconds()
            yield Outage(first.at, lasted, True, first.problem)
            first = None
    if first is not None:
        yield Outage(first.at, (tries[-1].at - first.at).total_seconds(), False, first.problem)


def uptime(tries: list[Try], strange: int = 0) -> Measured:
    """Measure the uptime from tries in order, as `tries_in` returns them.

    Parameters
    ----------
    strange
        How many lines of the log could not be read.

    Returns
    -------
    Measured
        In percent, with Wilson's 95 % limits; ``detail`` has minutes, tries, first and last
        try, and every outage, the longest first. Nothing to measure without a try.
    """
    minutes = [
        all(each.ok for each in within)
        for _, within in groupby(tries, lambda each: each.at.replace(second=0, microsecond=0))
    ]
    unreadable = count(strange, "line") + " that cannot be read" if strange else ""
    if not minutes:
        return Measured(UPTIME, None, "–", "nothing to measure yet", "0", unreadable, "")
    up, n = sum(minutes), len(minutes)
    low, high = wilson(up, n)
    out = sorted(outages(tries), key=lambda each: -each.seconds)
    between = round((tries[-1].at - tries[0].at).total_seconds() / 60) + 1
    unwatched = max(0, between - n)
    left = [count(unwatched, "minute") + " without a try"] * bool(unwatched)
    return Measured(
        UPTIME,
        100 * up / n,
        f"{100 * up / n:.2f}",
        _longest(out),
        f"{count(n, 'minute')} watched, {count(len(tries), 'try', 'tries')}",
        ", ".join([*left, *[unreadable] * bool(unreadable)]),
        "",
        interval=(100 * low, 100 * high),
        detail=_detail(tries, up, n, out),
    )


def _detail(tries: list[Try], up: int, n: int, out: list[Outage]) -> dict[str, Any]:
    return {
        "minutes_up": up,
        "minutes": n,
        "tries": len(tries),
        "first": _written(tries[0].at),
        "last": _written(tries[-1].at),
        "outages": [
            {
                "from": _written(each.begun),
                "seconds": round(each.seconds, 1),
                "over": each.over,
                "problem": each.problem,
            }
            for each in out
        ],
    }


def _longest(out: list[Outage]) -> str:
    if not out:
        return "no outage"
    longest = out[0]
    still = "" if longest.over else ", which is not over"
    return (
        f"{count(len(out), 'outage')}, the longest of {longest.seconds / 60:.1f} min from "
        f"{_written(longest.begun)}{still}"
    )


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
