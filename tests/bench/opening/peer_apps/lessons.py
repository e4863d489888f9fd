"""The small school all peers' pages show: the same numbers, made here, read with pandas."""

from __future__ import annotations

import pandas as pd

EXERCISES = ("Bow hold", "Long tones", "Scale in G", "Etude 3")
NAMES = (
    *("Ada", "Ben", "Cem", "Dora", "Emil", "Fay", "Gil", "Hana"),
    *("Ivo", "Jule", "Kai", "Lea", "Mia", "Nils", "Olga"),
)
WEEKS = 12


def takes() -> pd.DataFrame:
    """Some hundred takes in twelve weeks: who, which exercise, when, hours until the reply."""
    rows = [
        (name, exercise, week, 6 + (place * 7 + week * 11 + number * 5) % 60)
        for place, name in enumerate(NAMES)
        for number, exercise in enumerate(EXERCISES)
        for week in range(WEEKS)
        if (place + number + week) % 2
    ]
    return pd.DataFrame(rows, columns=["name", "exercise", "week", "hours"])


def queue() -> pd.DataFrame:
    """Fifteen takes that wait, the oldest first."""
    table = takes().drop_duplicates("name", keep="last").sort_values("hours", ascending=False)
    waiting = table["hours"].map(lambda hours: f"{hours // 24} d {hours % 24} h")
    return table[["name", "exercise"]].assign(waiting=waiting).reset_index(drop=True)


def grid() -> pd.DataFrame:
    """The class: takes of each student at each exercise."""
    return takes().pivot_table(
        index="name", columns="exercise", values="week", aggfunc="count", fill_value=0
    )


def weekly(last: int = WEEKS) -> pd.DataFrame:
    """Takes and the median wait in each of the last weeks."""
    table = takes()
    table = table[table["week"] >= WEEKS - last]
    weeks = pd.Timestamp("2026-03-02") + pd.to_timedelta(table["week"] * 7, unit="D")
    found = table.groupby(weeks)["hours"].agg(["size", "median"]).reset_index()
    return found.set_axis(["week", "takes", "hours"], axis=1)
