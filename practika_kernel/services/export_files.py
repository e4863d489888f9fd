"""Writes a data set into a folder, format by format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from practika_kernel.domain.consent import MediaLevel
from practika_kernel.research.export import boris, paper, tabular
from practika_kernel.research.export.annotations import collection
from practika_kernel.research.export.book import SENTENCES
from practika_kernel.research.export.captions import captions
from practika_kernel.research.export.elan import elan
from practika_kernel.research.export.naming import Names
from practika_kernel.research.export.paper import Choice
from practika_kernel.research.export.rows import Dataset, ReplyRow, TakeRow
from practika_kernel.research.export.threshold import Cell, sentence
from practika_kernel.research.export.xapi import Statements
from practika_kernel.services.assets import digest

Counts = dict[str, int]
"""Rows by file."""

MANIFEST = "manifest.json"


class Writing:
    """One data set on its way into a folder."""

    def __init__(
        self,
        folder: Path,
        choice: Choice,
        names: Names,
        data: Dataset,
        frame_rates: Mapping[str, float],
        groups: list[Cell],
    ) -> None:
        self._folder, self._choice, self._names, self._data = folder, choice, names, data
        self._frame_rates = dict(frame_rates)
        self._groups = groups

    def write(self, progress: Callable[[float], None]) -> str:
        """Write everything; return the manifest's SHA-256."""
        counts: Counts = {}
        for number, name in enumerate(self._choice.formats):
            place = self._folder / name
            place.mkdir()
            found: Counts = getattr(self, f"_{name}")(place)
            counts |= {f"{name}/{file}": rows for file, rows in found.items()}
            progress((number + 1) / (len(self._choice.formats) + 1))
        tables = {table: len(getattr(self._data, table)) for table in SENTENCES}
        self._put("README.txt", paper.readme(self._choice, tables, self._data.left_out))
        self._put("data-dictionary.csv", paper.dictionary())
        self._put("k-report.csv", paper.small_groups(self._groups))
        counts["k-report.csv"] = len(self._groups)
        self._put(MANIFEST, self._manifest(counts))
        progress(1.0)
        return digest(self._folder / MANIFEST, lambda share: None)

    def _manifest(self, counts: Counts) -> str:
        files: dict[str, dict[str, Any]] = {}
        for file in sorted(path for path in self._folder.rglob("*") if path.is_file()):
            path = file.relative_to(self._folder).as_posix()
            rows = {"rows": counts[path]} if path in counts else {}
            sha256 = digest(file, lambda share: None)
            files[path] = {"bytes": file.stat().st_size, "sha256": sha256, **rows}
        software = {"practika": version("practika")}
        if "parquet" in self._choice.formats:
            software["duckdb"] = version("duckdb")
        if self._choice.media is not MediaLevel.NONE:
            software["av"] = version("av")
        return paper.manifest(
            self._choice,
            files,
            fingerprint=self._names.fingerprint,
            people=len(self._data.person),
            small=sentence(self._groups, self._choice.k),
            left_out=self._data.left_out,
            software=software,
        )

    def _put(self, path: str, text: str) -> None:
        (self._folder / path).write_bytes(text.encode())

    def _parquet(self, place: Path) -> Counts:
        return tabular.write_parquet(self._data, place)

    def _csv(self, place: Path) -> Counts:
        return tabular.write_csv(self._data, place)

    def _xapi(self, place: Path) -> Counts:
        number = 0
        with (place / "statements.jsonl").open("w", encoding="utf-8", newline="") as file:
            for line in Statements(self._names, self._data).lines():
                file.write(line + "\n")
                number += 1
        return {"statements.jsonl": number}

    def _vtt(self, place: Path) -> Counts:
        return self._by_take(place, "vtt", captions)

    def _eaf(self, place: Path) -> Counts:
        return self._by_take(place, "eaf", elan)

    def _by_take(
        self, place: Path, ending: str, write: Callable[[TakeRow, list[ReplyRow]], str]
    ) -> Counts:
        counts = {}
        for take, replies in self._takes():
            (place / f"{take.take}.{ending}").write_bytes(write(take, replies).encode())
            counts[f"{take.take}.{ending}"] = len(replies)
        return counts

    def _takes(self) -> Iterator[tuple[TakeRow, list[ReplyRow]]]:
        replies = self._data.replies_of()
        return ((take, replies[take.take]) for take in self._data.take)

    def _webannotation(self, place: Path) -> Counts:
        text = collection(self._names, self._data)
        (place / "annotations.jsonld").write_bytes(text.encode())
        return {"annotations.jsonld": len(self._data.reply)}

    def _boris(self, place: Path) -> Counts:
        text = boris.project(self._choice.study, self._data, self._frame_rates)
        (place / "project.boris").write_bytes(text.encode())
        return {"project.boris": len(self._data.take)}
