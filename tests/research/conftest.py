from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import records
from practika_kernel.analytics.facts import Facts
from practika_kernel.analytics.scope import Scope
from practika_kernel.domain.consent import MediaLevel, Purpose
from practika_kernel.domain.ports import Record
from practika_kernel.research.export.gather import Gathered, Gathering
from practika_kernel.research.export.happenings import with_happenings
from practika_kernel.research.export.naming import Names, Shift
from practika_kernel.research.export.paper import FORMATS, Choice
from practika_kernel.research.export.threshold import cells
from practika_kernel.research.pseudonyms import Pseudonyms
from practika_kernel.services.export_files import Writing
from practika_kernel.storage import open_record

from .study import STUDY, Study, fill

KEY = b"the key of this test, long enough"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = open_record(f"sqlite:///{records.put(tmp_path / 'record.sqlite')}")
    yield made
    made.close()


@pytest.fixture
def study(record: Record) -> Study:
    return fill(record)


Gather = Callable[..., tuple[Gathered, Names]]


@pytest.fixture
def gather(study: Study) -> Gather:
    """Gather the study's data set, by default all of it with texts."""

    def gathered(
        shift: Shift = Shift.NONE, texts: bool = True, name: str = STUDY, **scope: Any
    ) -> tuple[Gathered, Names]:
        names = Names(name, Pseudonyms(KEY), shift)
        facts = Facts(study.record, lambda: NOW)
        with study.record.read() as uow:
            consents = uow.consents.in_force(Purpose.RESEARCH, NOW, name)
            chosen = Scope((study.course,), **scope)
            found = with_happenings(Gathering(uow, names, chosen, consents, texts), facts)
        facts.close()
        return found, names

    return gathered


@pytest.fixture
def written(gather: Gather, tmp_path: Path) -> Callable[..., Path]:
    """Write the study's data set into a folder, in all formats, without recordings."""

    def write(**asked: Any) -> Path:
        found, names = gather(**asked)
        choice = Choice(STUDY, tuple(FORMATS), texts=True, media=MediaLevel.NONE)
        folder = tmp_path / "out"
        folder.mkdir()
        groups = cells(found.data, choice.k)
        Writing(folder, choice, names, found.data, {}, groups).write(lambda share: None)
        return folder

    return write
