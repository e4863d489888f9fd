"""What lies beside the rows: a README, the data dictionary, the small groups, the manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from practika_kernel.domain.consent import MediaLevel
from practika_kernel.research.codebook import Column
from practika_kernel.research.export.book import BOOK, SENTENCES
from practika_kernel.research.export.naming import Shift
from practika_kernel.research.export.tabular import csv_text
from practika_kernel.research.export.threshold import Cell

FORMATS: dict[str, str] = {
    "parquet": "a table a file, for pandas, R, DuckDB, Spark",
    "csv": "the same tables as text",
    "xapi": "statements.jsonl: one xAPI statement a line, with the video profile's verbs",
    "vtt": "the replies to a take as captions (WebVTT)",
    "webannotation": "annotations.jsonld: the replies as W3C Web Annotations",
    "eaf": "the replies to a take on tiers, for ELAN",
    "boris": "project.boris: takes and replies as observations, for BORIS",
}
"""The formats there are, each with what is in its folder."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for: everything a data set follows from, besides the record and the key."""

    study: str
    formats: tuple[str, ...]
    course: str = ""
    cohort: str = ""
    exercise: str = ""
    since: str = ""
    until: str = ""
    texts: bool = False
    media: MediaLevel = MediaLevel.NONE
    shift: Shift = Shift.NONE
    k: int = 5

    def view(self) -> dict[str, Any]:
        """Return it as JSON values; "" means all."""
        return {
            "formats": list(self.formats),
            "course": self.course,
            "cohort": self.cohort,
            "exercise": self.exercise,
            "from": self.since,
            "to": self.until,
            "texts": "kept" if self.texts else "none",
            "media": str(self.media),
            "date_shift": str(self.shift),
            "k": self.k,
        }


def dictionary() -> str:
    """Return the data dictionary as CSV: table, name, dtype, unit, sentence."""
    return csv_text(Column._fields, BOOK)


def small_groups(found: list[Cell]) -> str:
    """Return all groups and their sizes as CSV."""
    return csv_text(Cell._fields, found)


def readme(choice: Choice, counts: Mapping[str, int], left_out: Mapping[str, int]) -> str:
    """Return what a person reads who opens the folder first."""
    lines = [
        f"Data set of the study {choice.study}",
        "",
        "Only people who consent to this study are in it, under pseudonyms that hold for it alone.",
        "The same key, record and choice give the same bytes; manifest.json lists every file.",
        "",
        "What is where",
    ]
    lines += [f"  {name}/".ljust(17) + FORMATS[name] for name in choice.formats]
    if choice.media is not MediaLevel.NONE:
        lines.append("  media/".ljust(17) + _MEDIA[choice.media])
    lines += [
        "  data-dictionary.csv  every column: type, unit, meaning",
        "  k-report.csv         how many people share what could be known of them from outside",
        "",
        "Tables",
    ]
    lines += [f"  {name.ljust(10)}{counts[name]:>9}  {SENTENCES[name]}" for name in SENTENCES]
    lines += ["", "Left out"]
    lines += [f"  {what}: {number}" for what, number in sorted(left_out.items())] or ["  nothing"]
    lines += ["", "How to read it", *(f"  {line}" for line in _rules(choice))]
    return "\n".join(lines) + "\n"


_MEDIA = {
    MediaLevel.AUDIO: "sound alone, of those who consent to it",
    MediaLevel.PIXELATED: "pictures in coarse blocks with the sound, or less where less is allowed",
    MediaLevel.FULL: "recordings without what else their files said, or less where less is allowed",
}


def _rules(choice: Choice) -> list[str]:
    texts = (
        "Texts are as people wrote them and may hold names: read them before you hand them on."
        if choice.texts
        else "Texts people wrote are not here; their lengths are."
    )
    moved = {
        Shift.NONE: "Times are UTC.",
        Shift.DAYS: "Times are UTC, all of a person's moved back by the same whole days "
        "(1 to 364).",
        Shift.WEEKS: "Times are UTC, all of a person's moved back by the same whole weeks "
        "(1 to 52): days of the week and intervals are true.",
    }[choice.shift]
    return [
        moved,
        "What concerns a take (replies, marks, events) is timed like its student's.",
        "Media times are whole milliseconds from the first picture.",
        "Clocks of the machines can differ: a reply may seem to come before its take.",
        "Who does not consent has no pseudonym: an empty author, rater or actor.",
        texts,
        "In CSV a text that begins like a formula has an apostrophe in front.",
    ]


def manifest(
    choice: Choice,
    files: Mapping[str, Mapping[str, Any]],
    *,
    fingerprint: str,
    people: int,
    small: str,
    left_out: Mapping[str, int],
    software: Mapping[str, str],
) -> str:
    """Return the manifest: what was asked for, and each file with size, SHA-256 and rows.

    No moment of making is in it: the same export is the same bytes.
    """
    made = {
        "study": choice.study,
        "key_fingerprint": fingerprint,
        "software": dict(software),
        "choice": choice.view(),
        "people": people,
        "small_groups": small,
        "left_out": dict(sorted(left_out.items())),
        "files": [{"path": path, **files[path]} for path in sorted(files)],
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
