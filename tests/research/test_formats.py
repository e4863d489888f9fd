"""Every format, read back by somebody else's reader, says what the rows say."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pandas
import pyarrow.parquet
import pympi
import pytest
import webvtt
from pyld import jsonld
from ralph.models.xapi import (
    VideoCompleted,
    VideoInitialized,
    VideoPaused,
    VideoPlayed,
    VideoSeeked,
)
from ralph.models.xapi.base.statements import BaseXapiStatement

from practika_kernel.research.export.book import TABLES, columns
from practika_kernel.research.export.naming import Shift
from practika_kernel.research.export.rows import Dataset
from practika_kernel.research.export.tabular import write_parquet
from practika_kernel.research.export.xapi import VERBS

from .study import FIRST, FORMULA, HOUR, Study

VIDEO_MODELS = {
    VERBS["initialized"]: VideoInitialized,
    VERBS["played"]: VideoPlayed,
    VERBS["paused"]: VideoPaused,
    VERBS["seeked"]: VideoSeeked,
    VERBS["completed"]: VideoCompleted,
}
CONTEXT = json.loads((Path(__file__).parent / "anno-terms.json").read_text())


def statements(folder: Path) -> list[dict]:
    lines = (folder / "xapi" / "statements.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_parquet_says_what_the_rows_say(written, gather):
    folder = written()
    found, _ = gather()
    for table in TABLES:
        frame = pandas.read_parquet(folder / "parquet" / f"{table}.parquet")
        assert list(frame.columns) == [column.name for column in columns(table)]
        kept = pyarrow.parquet.read_table(folder / "parquet" / f"{table}.parquet").to_pylist()
        assert [tuple(row.values()) for row in kept] == found.data.values(table)
    take = pandas.read_parquet(folder / "parquet" / "take.parquet")
    assert str(take.submitted_at.dtype) == "datetime64[us, UTC]"
    about = pyarrow.parquet.read_metadata(folder / "parquet" / "take.parquet")
    assert not [key for key in about.metadata or {} if key != b"ARROW:schema"]


def test_csv_says_what_the_rows_say_and_no_spreadsheet_runs_it(written, gather):
    folder = written()
    found, _ = gather()
    for table in TABLES:
        raw = (folder / "csv" / f"{table}.csv").read_bytes()
        assert raw.count(b"\r\n") > 0
        assert not raw.startswith(b"\xef\xbb\xbf")
        frame = pandas.read_csv(folder / "csv" / f"{table}.csv", keep_default_na=False, dtype=str)
        assert len(frame) == len(getattr(found.data, table))
        assert list(frame.columns) == [column.name for column in columns(table)]
    with (folder / "csv" / "reply.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "'" + FORMULA in {row["text"] for row in rows}
    assert 'Mira, "sing" it\nonce more' in {row["text"] for row in rows}
    assert {row["tag"] for row in rows} == {"'=Late", ""}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    times = pandas.to_datetime([row["released_at"] for row in rows], utc=True)
    assert min(times) == FIRST + 2 * HOUR


def test_every_xapi_statement_passes_the_models(written):
    told = statements(written())
    for statement in told:
        model = VIDEO_MODELS.get(statement["verb"]["id"], BaseXapiStatement)
        model(**statement)
    assert {one["verb"]["id"] for one in told} == set(VERBS.values())
    assert len({one["id"] for one in told}) == len(told)


def test_xapi_tells_what_was_played_sent_and_said(written, gather, study: Study):
    told = statements(written())
    found, names = gather()
    by: dict[str, list[dict]] = {}
    for one in told:
        by.setdefault(one["verb"]["display"]["en-US"], []).append(one)
    assert {one["object"]["id"] for one in by["submitted"]} == {
        names.urn("take", row.take) for row in found.data.take
    }
    base = "https://w3id.org/xapi/video/extensions/"
    times = [one["result"]["extensions"][f"{base}time"] for one in by["played"]]
    assert times == [0, 12, 4]
    jumps = [one["result"]["extensions"] for one in by["seeked"]]
    assert [(jump[f"{base}time-from"], jump[f"{base}time-to"]) for jump in jumps] == [
        (5, 12),
        (18, 4),
    ]
    (done,) = by["completed"]
    assert done["result"]["extensions"][f"{base}played-segments"] == "0[.]20"
    assert len(by["initialized"]) == 1
    ada = names.person(study.people["Ada"])
    assert {one["actor"]["account"]["name"] for one in by["scored"]} == {
        names.person(study.people["Mira"])
    }
    raters = [one["context"].get("instructor") for one in by["scored"]]
    assert sorted(rater["account"]["name"] for rater in raters if rater) == [ada, ada]
    assert raters.count(None) == 1, "who does not consent has no name"
    scores = [one["result"]["score"] for one in by["scored"]]
    assert {"raw": 2, "min": 1, "max": 4} in scores
    assert len(by["replied"]) == len([row for row in found.data.reply if row.author])


def test_captions_open_in_a_reader(written, gather, study: Study):
    folder = written()
    found, names = gather()
    name = names.thing("take", study.takes["mira 1"])
    cues = webvtt.read(folder / "vtt" / f"{name}.vtt")
    assert len(cues) == 6
    spans = {(cue.start, cue.end) for cue in cues}
    assert ("00:00:12.500", "00:00:17.000") in spans
    assert ("00:00:01.501", "00:00:05.501") in spans
    assert any("A flat &amp; &lt; A" in cue.raw_text or "A flat & < A" in cue.text for cue in cues)
    assert len(list((folder / "vtt").iterdir())) == len(found.data.take)


def test_elan_files_open_in_pympi(written, gather, study: Study):
    folder = written()
    found, names = gather()
    name = names.thing("take", study.takes["mira 1"])
    eaf = pympi.Elan.Eaf(str(folder / "eaf" / f"{name}.eaf"))
    ada = names.person(study.people["Ada"])
    tiers = {tier: eaf.get_annotation_data_for_tier(tier) for tier in eaf.get_tier_names()}
    assert [row[:2] for row in tiers[f"teacher {ada} fix"]] == [(12_500, 17_000)]
    assert tiers[f"teacher {ada} fix 2"] == [(13_000, 14_000, FORMULA)]
    assert tiers[f"teacher {ada} ask"] == [(1_501, 1_502, "A flat & < A")]
    assert tiers[f"teacher {ada} keep"] == [(0, 20_000, "Good.")]
    assert tiers["teacher fix"] == [(5_000, 6_000, "[text left out]")]
    assert len(tiers) == 6
    for take in found.data.take:
        pympi.Elan.Eaf(str(folder / "eaf" / f"{take.take}.eaf"))


def test_annotations_are_json_ld_in_which_every_word_means_something(written, gather):
    text = (written() / "webannotation" / "annotations.jsonld").read_text(encoding="utf-8")
    collection = json.loads(text)
    found, names = gather()

    def only_ours(address, options):
        assert address == "http://www.w3.org/ns/anno.jsonld"
        return {"contextUrl": None, "documentUrl": address, "document": CONTEXT}

    options = {"documentLoader": only_ours, "base": "file:///export/webannotation/"}
    (expanded,) = jsonld.expand(collection, options)
    compacted = jsonld.compact(expanded, CONTEXT["@context"], options)
    assert names_in(collection) == names_in(compacted), "what means nothing is dropped on the way"
    graph = jsonld.to_rdf(collection, options)["@default"]
    kinds = [t["subject"]["value"] for t in graph if t["object"]["value"] == f"{OA}Annotation"]
    assert set(kinds) == {names.urn("reply", row.reply) for row in found.data.reply}
    fragments = {t["object"]["value"] for t in graph if t["object"]["value"].startswith("t=")}
    assert {"t=12.5,17.0", "t=1.501,1.502"} <= fragments
    assert collection["total"] == len(collection["first"]["items"]) == len(found.data.reply)
    for item in collection["first"]["items"]:
        assert all(item[name] for name in ("id", "target", "body"))
        assert item["motivation"] in {"commenting", "replying", "questioning"}


OA = "http://www.w3.org/ns/oa#"


def names_in(value) -> set[str]:
    """All keys of a document, but for JSON-LD's own."""
    if isinstance(value, dict):
        inner = [names_in(one) for key, one in value.items() if key != "@context"]
        return {key for key in value if not key.startswith("@")}.union(*inner)
    if isinstance(value, list):
        return set().union(*(names_in(one) for one in value))
    return set()


def test_boris_finds_a_start_for_every_stop(written, gather, study: Study):
    project = json.loads((written() / "boris" / "project.boris").read_text(encoding="utf-8"))
    found, names = gather()
    assert project["project_format_version"] == "7.0"
    known = {row["code"]: row["type"] for row in project["behaviors_conf"].values()}
    subjects = {row["name"] for row in project["subjects_conf"].values()} | {""}
    labels = {row["label"] for row in project["independent_variables"].values()}
    assert set(project["observations"]) == {row.take for row in found.data.take}
    for observation in project["observations"].values():
        assert observation["type"] == "LIVE"  # no recordings were asked for
        assert set(observation["independent_variables"]) == labels
        open_: dict[tuple[str, str], float] = {}
        for time, subject, code, modifier, _comment in observation["events"]:
            assert (subject in subjects, modifier) == (True, "")
            if known[code] == "State event":
                begun = open_.pop((subject, code), None)
                if begun is None:
                    open_[subject, code] = time
                else:
                    assert begun < time
        assert open_ == {}
    events = project["observations"][names.thing("take", study.takes["mira 1"])]["events"]
    ada = names.person(study.people["Ada"])
    assert [row[0] for row in events if row[1:3] == [ada, "fix"]] == [12.5, 17.0]
    assert [row[0] for row in events if row[1:3] == [ada, "fix 2"]] == [13.0, 14.0]
    assert [row[0] for row in events if row[1:3] == [ada, "ask moment"]] == [1.501]


def test_moved_times_are_moved_in_every_format(written, gather, study: Study):
    folder = written(shift=Shift.WEEKS)
    true, names = gather()
    back = names_back(gather)
    truth = {names.urn("take", row.take): row for row in true.data.take}
    for one in statements(folder):
        if one["verb"]["display"]["en-US"] == "submitted":
            row = truth[one["object"]["id"]]
            moved = pandas.Timestamp(one["timestamp"])
            assert abs(moved - (row.submitted_at - back[row.person])) < timedelta(milliseconds=1)
    years = "".join(
        path.read_text(encoding="utf-8")
        for kind in ("csv", "xapi", "eaf", "webannotation", "boris")
        for path in sorted((folder / kind).iterdir())
    )
    for row in true.data.take:
        assert f"{row.submitted_at:%Y-%m-%dT%H:%M}" not in years


def names_back(gather) -> dict[str, timedelta]:
    true, _ = gather()
    moved, _ = gather(shift=Shift.WEEKS)
    pairs = zip(true.data.take, moved.data.take, strict=True)
    return {after.person: before.submitted_at - after.submitted_at for before, after in pairs}


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_data_set_keeps_its_columns(tmp_path: Path, table: str):
    write_parquet(Dataset(), tmp_path)
    frame = pandas.read_parquet(tmp_path / f"{table}.parquet")
    assert list(frame.columns) == [column.name for column in columns(table)]
