"""``practika export`` as an operator types it: whole or not at all, and the same bytes again."""

from __future__ import annotations

import csv
import filecmp
import hashlib
import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pympi
import pytest

import machine
import records
import school as schools
import videos
from cli_helpers import until
from practika_kernel.bootstrap import Practika, assemble
from practika_kernel.domain.consent import Consent, MediaLevel, Purpose
from practika_kernel.domain.errors import Conflict, InvalidInput, Misconfigured
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.research.export.naming import Names
from practika_kernel.research.export.paper import FORMATS, Choice
from practika_kernel.research.pseudonyms import Pseudonyms
from practika_kernel.settings import Settings
from practika_kernel.storage import open_record
from research.study import STUDY, Study, fill

ALL = ",".join(FORMATS)


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    sentence = done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    return sentence


@pytest.fixture
def study(data: Path) -> Study:
    data.mkdir(mode=0o700)
    record = open_record(f"sqlite:///{records.put(data / 'practika.sqlite3')}")
    made = fill(record)
    record.close()
    return made


@pytest.fixture
def practika(study: Study, data: Path) -> Iterator[Practika]:
    made = assemble(Settings.read({"PRACTIKA_DATA": str(data)}))
    yield made
    made.close()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "tempo.key"


def same(one: Path, other: Path) -> None:
    """Both folders hold the same files with the same bytes."""
    files = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    assert files == {path.relative_to(other) for path in other.rglob("*") if path.is_file()}
    names = [str(path) for path in sorted(files)]
    assert filecmp.cmpfiles(one, other, names, shallow=False)[1:] == ([], [])
    assert len(files) > 20


def test_the_same_export_is_the_same_to_the_last_byte(run, study, key, tmp_path, postgres_url: str):
    (tmp_path / "elsewhere").mkdir()
    outs = [tmp_path / "one", tmp_path / "elsewhere" / "two", tmp_path / "three"]
    words = ("export", "--study", STUDY, "--key", key, "--format", ALL, "--texts", "kept")
    more = ("--shift-dates", "weeks")
    first = run(*words, *more, outs[0], PYTHONHASHSEED="1", TZ="Asia/Tokyo")
    assert first.returncode == 0, first.stderr
    assert "Exported Tempo & rubato: 3 people, 4 takes, 7 replies, 0 recordings." in first.stdout
    assert run(*words, *more, outs[1], PYTHONHASHSEED="2").returncode == 0
    same(outs[0], outs[1])
    with machine.new_database(postgres_url) as url:
        records.ready(url)
        record = open_record(url)
        fill(record)
        record.close()
        done = run(*words, *more, outs[2], PRACTIKA_DATABASE_URL=url, PYTHONHASHSEED="3")
        assert done.returncode == 0, done.stderr
    same(outs[0], outs[2])


def test_what_was_written_is_what_the_manifest_says_and_the_record_knows(
    run, study, key, data, tmp_path
):
    words = ("export", "--study", STUDY, "--json", "--format", ALL, "out")
    done = run(*words, PRACTIKA_STUDY_KEY=str(key))
    assert done.returncode == 0, done.stderr
    out, told = tmp_path / "out", json.loads(done.stdout)
    manifest = json.loads((out / "manifest.json").read_text())
    listed = {each["path"]: each for each in manifest["files"]}
    there = {p.relative_to(out).as_posix(): p for p in out.rglob("*") if p.is_file()}
    assert set(listed) == set(there) - {"manifest.json"}
    for path, each in listed.items():
        content = there[path].read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            each["bytes"],
            each["sha256"],
        )
    assert listed["parquet/take.parquet"]["rows"] == 4
    whole = "".join(path.read_text() for path in there.values() if path.suffix != ".parquet")
    assert not [word for word in ("Mira", "Okafor", "example.org", str(data)) if word in whole]
    assert "takes of students who do not consent: 3" in (out / "README.txt").read_text()
    modes = {oct(path.stat().st_mode & 0o777) for path in (key, out)}
    assert modes == {"0o600", "0o700"}
    with open_record(f"sqlite:///{data}/practika.sqlite3").read() as uow:
        (export,) = uow.exports.all()
        digest = hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()
        assert (export.id, export.study, export.manifest_sha256) == (told["export"], STUDY, digest)
        assert uow.exports.people(export.id) == sorted(
            study.people[name] for name in ("Mira", "Jonas", "Ada")
        )
        assert uow.exports.holding(study.people["Sven"]) == []
        assert uow.events.latest(EventKind.EXPORTED) == {"": export.made_at}


def test_what_cannot_be_is_one_sentence_and_leaves_nothing(run, study, key, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine").write_text("keep")
    assert "Name a file for the key" in refused(run("export", "--study", STUDY, "out"))
    assert "is not empty" in refused(run("export", "--study", STUDY, "--key", key, full))
    late = ("--to", "2020-01-01", "out")
    assert "fits these filters" in refused(run("export", "--study", STUDY, "--key", key, *late))
    assert {path.name for path in tmp_path.iterdir()} == {"data", "full"}
    assert (full / "mine").read_text() == "keep"


@pytest.mark.parametrize(
    ("asked", "more", "said"),
    [
        ({"formats": ("csv", "xls")}, {}, "no format xls"),
        ({"formats": ()}, {}, "at least one format"),
        ({"study": " "}, {}, "Name the study"),
        ({"study": "x" * 81}, {}, "Name the study"),
        ({"k": 1}, {}, "2 people or more"),
        ({"since": "2026-13-01"}, {}, "2026-13-01 is no day"),
        ({"since": "2026-05-01", "until": "2026-04-01"}, {}, "lies before the first"),
        ({"course": "Violin"}, {}, "Courses: Keyboard I"),
        ({}, {"refuse_small": True}, "fewer than 5 people"),
        ({}, {"key": "data/k"}, "would lie with the data"),
        ({}, {"key": "out/k"}, "would lie with the export"),
        ({}, {"key": "."}, "is a folder"),
        ({}, {"key": "short"}, "holds no key"),
        ({}, {"out": "nowhere/out"}, "There is no folder"),
        ({}, {"out": "short"}, "is a file"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(practika, key, tmp_path, asked, more, said: str):
    (tmp_path / "short").write_text("short")
    choice = Choice(**{"study": STUDY, "formats": ("csv",), **asked})
    places = {"out": tmp_path / "out", "key": key}
    places |= {name: tmp_path / place for name, place in more.items() if name in places}
    small = more.get("refuse_small", False)
    with pytest.raises(InvalidInput, match=said):
        practika.services.exporting.export("", choice=choice, refuse_small=small, **places)
    assert {path.name for path in tmp_path.iterdir()} <= {"data", "keys", "short"}
    with practika.record.read() as uow:
        assert uow.exports.all() == []


def test_without_consent_there_is_no_data_set(run, data, key, tmp_path):
    data.mkdir(mode=0o700)
    records.put(data / "practika.sqlite3")
    said = refused(run("export", "--study", "Touch", "--key", key, "out"))
    assert said == "Nobody consents to the study Touch. Nothing was written."
    assert not (tmp_path / "out").exists()
    assert not key.exists()


@pytest.fixture
def school(tmp_path: Path) -> Iterator[schools.School]:
    """Mira and Jonas with real recordings: she consents to all of it, he to its sound alone."""
    made = schools.make(tmp_path)
    video = tmp_path / "take.mp4"
    videos.make(video, frames=250)
    now = datetime.now(UTC)
    with made.practika.record.write() as uow:
        for name, level in (("Mira", MediaLevel.FULL), ("Jonas", MediaLevel.AUDIO)):
            row = Consent(new_id(), made.id(name), Purpose.RESEARCH, now, now, made.id(name),
                          media=level)  # fmt: skip
            uow.consents.add(row)
    for name in ("Mira", "Jonas", "Mira"):
        made.submitted(name, video)
    yield made
    made.practika.close()


def test_a_killed_export_leaves_nothing_that_the_next_one_does_not_clear(
    run, school, key, environ, tmp_path
):
    def unfinished() -> list[Path]:
        return [path for path in tmp_path.iterdir() if path.name.startswith(".out.")]

    words = ["export", "--study", STUDY, "--key", str(key), "--media", "pixelated", "out"]
    process = subprocess.Popen(
        [machine.PRACTIKA, *words],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until(
        lambda: (
            any((each / "media").is_dir() for each in unfinished()) or process.poll() is not None
        ),
        60,
    )
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert len(unfinished()) == 1
    assert not (tmp_path / "out").exists()
    done = run(*words, "--format", ALL)
    assert done.returncode == 0, done.stderr
    assert unfinished() == []
    formats_find_their_recordings(tmp_path / "out")
    with (tmp_path / "out" / "csv" / "take.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["media_level"] for row in rows) == ["audio", "pixelated", "pixelated"]
    for row in rows:
        place = tmp_path / "out" / row["media"]
        assert place.suffix == (".m4a" if row["media_level"] == "audio" else ".mp4")
        assert place.stat().st_size > 1000


def formats_find_their_recordings(out: Path) -> None:
    eafs = [pympi.Elan.Eaf(str(path)) for path in sorted((out / "eaf").iterdir())]
    linked = {eaf.get_linked_files()[0]["RELATIVE_MEDIA_URL"]: eaf for eaf in eafs}
    assert len(linked) == 3
    project = json.loads((out / "boris" / "project.boris").read_text())
    for observation in project["observations"].values():
        (path,) = observation["file"]["1"]
        assert (out / "boris" / path).is_file()
        assert (out / "eaf" / path).is_file()
        assert path in linked
        told = observation["media_info"]
        assert (observation["type"], told["length"][path]) == ("MEDIA", 10.0)
        assert told["hasVideo"][path] is path.endswith(".mp4")
        assert told["fps"][path] == (pytest.approx(8.4, abs=1) if path.endswith(".mp4") else 0)


def test_an_interrupted_export_takes_everything_with_it(school, key, environ, tmp_path):
    words = ["export", "--study", STUDY, "--key", str(key), "--media", "pixelated", "out"]
    process = subprocess.Popen(
        [machine.PRACTIKA, *words],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs the tests in the background has it ignored, by them and all they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not list(tmp_path.glob(".out.*/media")):  # looks often: what follows takes moments
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "Stopped. Nothing was half-stored."
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_who_withdraws_meanwhile_is_not_in_it(practika, study, key, tmp_path):
    mira = study.people["Mira"]

    def withdraw(share: float) -> None:
        with practika.record.write() as uow:
            if len(uow.consents.of_person(mira)) == 1:
                now = datetime.now(UTC)
                row = Consent(new_id(), mira, Purpose.RESEARCH, now, now, mira, withdrawn_at=now)
                uow.consents.add(row)

    choice = Choice(STUDY, ("csv",))
    with pytest.raises(Conflict, match="withdrew"):
        practika.services.exporting.export("", tmp_path / "out", key, choice, progress=withdraw)
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]
    with practika.record.read() as uow:
        assert uow.exports.all() == []
    practika.services.exporting.export("", tmp_path / "out", key, choice)
    with (tmp_path / "out" / "csv" / "take.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 1, "that of Jonas"


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_a_full_disk_leaves_nothing(practika, key, tmp_path, name: str):
    """A file that may not grow is as good as a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_up(share: float) -> None:
        if share >= 0.8:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))

    choice = Choice(STUDY, (name,))
    exporting = practika.services.exporting
    try:
        with pytest.raises(Misconfigured, match="Nothing was kept"):
            exporting.export("", tmp_path / "out", key, choice, progress=fill_up)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_a_notebook_names_people_as_the_data_set_does(practika, study, key, tmp_path):
    with pytest.raises(InvalidInput, match="There is no key"):
        practika.study(STUDY, key)
    told = practika.export(STUDY, tmp_path / "out", key, formats=["csv"], exercise="Hanon 1")
    assert (told["takes"], told["people"]) == (2, 3)
    with (tmp_path / "out" / "csv" / "person.csv").open(newline="") as file:
        named = {row["person"] for row in csv.DictReader(file)}
    assert named <= set(practika.study(STUDY, key).people.person)
    assert not named & set(practika.people.person)


def test_a_researcher_exports_only_the_courses_they_study(school, key, tmp_path):
    choice, exporting = Choice(STUDY, ("csv",)), school.practika.services.exporting
    with pytest.raises(InvalidInput, match="Nobody in this choice consents"):
        exporting.export(school.id("Mira"), tmp_path / "out", key, choice)
    done = exporting.export(school.id("Rosa"), tmp_path / "out", key, choice)
    assert done["takes"] == 3
    with school.practika.record.read() as uow:
        assert uow.exports.get(done["export"]).made_by == school.id("Rosa")


def test_days_begin_in_the_institution_s_zone(study, data, key, tmp_path):
    """The night summer time begins: a take of 22:30 UTC that Sunday is Monday's in Berlin."""
    choice = Choice(STUDY, ("csv",), since="2026-03-29", until="2026-03-29")

    def takes(zone: str) -> int:
        practika = assemble(Settings.read({"PRACTIKA_DATA": str(data), "PRACTIKA_TIME_ZONE": zone}))
        try:
            place = tmp_path / zone.replace("/", "-")
            return practika.services.exporting.export("", place, key, choice)["takes"]
        finally:
            practika.close()

    assert takes("UTC") == 1
    with pytest.raises(InvalidInput, match="fits these filters"):
        takes("Europe/Berlin")


def test_who_withdrew_learns_where_they_are_and_who_was_deleted_is_nowhere(school, key, tmp_path):
    services, mira = school.practika.services, school.id("Mira")

    def exported(name: str) -> str:
        services.exporting.export("", tmp_path / name, key, Choice(STUDY, ("csv",), texts=True))
        return "".join(path.read_text() for path in sorted((tmp_path / name / "csv").iterdir()))

    named = Names(STUDY, Pseudonyms.kept_in(tmp_path / "other")).person(mira)
    assert named not in exported("one"), "another key, other names"
    named = Names(STUDY, Pseudonyms.kept_in(key)).person(mira)
    assert named in exported("two")
    given = services.consents.withdraw(mira, "research")
    assert [one["study"] for one in given] == [STUDY, STUDY]
    assert named not in exported("three")
    services.erasures.ask_person(school.id("Tom"), mira)
    school.work()
    text = exported("four")
    assert named not in text
    assert Names(STUDY, Pseudonyms.kept_in(key)).person(school.id("Jonas")) in text
