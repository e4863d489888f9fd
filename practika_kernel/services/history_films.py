"""The videos that a table of takes names: found, looked at, and stored like uploaded ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from practika_kernel.domain.errors import InvalidInput, PractikaError
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.practice import Asset, Purpose
from practika_kernel.domain.sheets import Problem
from practika_kernel.media.glance import ENOUGH, obvious
from practika_kernel.services.history_plan import Row
from practika_kernel.services.ingest import Ingest, Looked
from practika_kernel.services.upload_rules import check_kind, check_size


class Films:
    """Brings files in as the worker does with uploads; ``limit`` is the most bytes of one."""

    def __init__(self, ingest: Ingest, limit: int) -> None:
        self._ingest, self._limit = ingest, limit
        self._looked: dict[str, Looked] = {}

    def find(self, path: str, folder: Path) -> Path:
        """Return the file of a path; `InvalidInput` when it cannot become a take's video.

        A path that leads out of the folder, by ``..`` or a link, is refused.
        """
        try:
            home = folder.resolve()
            file = (home / path).resolve()
            if not file.is_relative_to(home):
                raise InvalidInput(f"{path} lies outside of {folder}. --videos names a folder.")
            if not file.is_file():
                raise InvalidInput(f"there is no file {path}.")
            with file.open("rb") as handle:
                head = handle.read(ENOUGH)
            size = file.stat().st_size
            check_size(size, self._limit)
            check_kind(file.name, "", Purpose.TAKE)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "this is no name of a file"
            raise InvalidInput(f"{path} cannot be read: {reason}.") from error
        if sentence := obvious(head, size):
            raise InvalidInput(f"{path}: {sentence}")
        return file

    def bring_in(
        self, rows: Sequence[Row], folder: Path, progress: Callable[[float], None]
    ) -> list[Problem]:
        """Look at the videos of these rows and store their bytes; return what is wrong.

        What is stored is named by its content, and nobody sees it before `keep`.
        """
        self._looked, problems = {}, []
        for place, row in enumerate(rows):
            progress(0.5 + 0.4 * place / len(rows))
            if row.video in self._looked:
                continue
            try:
                self._looked[row.video] = self._ingest.bring(self.find(row.video, folder))
            except PractikaError as error:
                problems.append(Problem(row.line, f"{row.video}: {error.sentence}"))
            except OSError as error:
                reason = error.strerror or "no reason was given"
                problems.append(Problem(row.line, f"{row.video} cannot be read: {reason}."))
        return problems

    def keep(self, uow: UnitOfWork, path: str, now: datetime) -> Asset:
        """Return the asset of a video that was brought in, and have its renditions made."""
        return self._ingest.keep(uow, self._looked[path], Purpose.TAKE, now)
