"""The sample course is whole, true to its videos, and made completely or not at all."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
from datetime import UTC, datetime, timedelta

import psutil
import pytest

import machine
from cli_helpers import gone, until
from practika_kernel.bootstrap import assemble
from practika_kernel.domain.errors import Conflict, SignInFailed
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.feedback import ClipState
from practika_kernel.domain.people import Role
from practika_kernel.domain.practice import AssetState, RenditionKind, TakeState
from practika_kernel.services.sample import build, script
from practika_kernel.settings import Settings


@pytest.fixture
def practika(sample_course):
    opened = assemble(Settings.read({"PRACTIKA_DATA": str(sample_course)}))
    yield opened
    opened.close()


@pytest.fixture
def people(sample_course):
    return json.loads((sample_course / build.PEOPLE_FILE).read_text(encoding="utf-8"))


@pytest.fixture
def of(practika, people):
    """Ids of the cast by name."""
    return {row["name"]: practika.services.accounts.by_email(row["email"]).id for row in people}


@pytest.fixture
def uow(practika):
    with practika.record.read() as opened:
        yield opened


def truth_of(folder, name):
    return json.loads((folder / build.TRUTH_FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def test_everybody_can_sign_in_with_a_password_of_their_own(practika, people, sample_course):
    counts = {role: sum(row["role"] == role for row in people) for role in Role}
    assert counts == {"student": 8, "teacher": 2, "coordinator": 1, "researcher": 1, "admin": 1}
    assert oct((sample_course / build.PEOPLE_FILE).stat().st_mode & 0o777) == "0o600"
    assert len({row["password"] for row in people}) == len(people)
    for row in people[::4]:
        _, person = practika.services.accounts.sign_in(row["email"], row["password"])
        assert (person.name, person.role) == (row["name"], row["role"])
    with pytest.raises(SignInFailed):
        practika.services.accounts.sign_in(people[0]["email"], people[1]["password"])


def test_every_video_is_ready_and_small(practika, uow, sample_course):
    (course,) = uow.courses.all()
    exercises = uow.exercises.in_courses([course.id])
    takes = uow.takes.in_courses([course.id], TakeState.SUBMITTED)
    drafts = uow.takes.in_courses([course.id], TakeState.DRAFT)
    assert (len(exercises), len(takes), len(drafts)) == (3, 29, 1)
    replies = uow.replies.of_takes([take.id for take in takes])
    ids = {take.asset_id for take in takes + drafts}
    ids |= {exercise.reference_asset_id for exercise in exercises}
    ids |= {reply.asset_id for reply in replies if reply.asset_id}
    assets = uow.assets.many(ids)
    assert len(ids) == len(assets) == 34
    assert {asset.state for asset in assets.values()} == {AssetState.READY}
    kinds = {RenditionKind.ORIGINAL, RenditionKind.POSTER, RenditionKind.FILM, RenditionKind.WAVE}
    for asset_id in ids:
        rows = {row.kind: row for row in uow.assets.renditions([asset_id])}
        assert kinds <= rows.keys()
        assert all(practika.blobs.size(row.key) == row.size for row in rows.values())
    everything = sum(file.stat().st_size for file in sample_course.rglob("*") if file.is_file())
    assert everything < 40_000_000


def test_comments_lie_where_the_video_goes_wrong(uow, sample_course):
    (course,) = uow.courses.all()
    takes = uow.takes.in_courses([course.id], TakeState.SUBMITTED)
    checked = 0
    for reply in uow.replies.of_takes([take.id for take in takes]):
        if reply.kind != "fix" or reply.start_ms is None:
            continue
        truth = truth_of(sample_course, reply.take_id)
        points = {beat: at for beat, at in truth["beat_map"]}
        moments = [note["onset"] for note in truth["notes"] if note["wrong"]]
        moments += [wait["at"] - wait["seconds"] for wait in truth["hesitations"]]
        moments += [points[rush["from"]] for rush in truth["rushes"]]
        assert min(abs(at - reply.start_ms / 1000) for at in moments) < 0.002
        assert (reply.end_ms or reply.start_ms) / 1000 <= truth["duration"]
        named = re.search(r"\bbar (\d)", reply.text)
        assert named is None or 1 <= int(named[1]) <= 9
        checked += 1
    assert checked > 40


def test_students_get_better(uow, sample_course):
    (course,) = uow.courses.all()
    stacks = {}
    for take in uow.takes.in_courses([course.id], TakeState.SUBMITTED):
        truth = truth_of(sample_course, take.id)
        faults = len(truth["wrong_notes"]) + len(truth["hesitations"])
        stacks.setdefault((take.student_id, take.exercise_id), []).append((take.number, faults))
    grown = [sorted(stack) for stack in stacks.values() if len(stack) > 1]
    assert len(grown) >= 4
    assert all(stack[-1][1] < stack[0][1] for stack in grown)


def test_what_became_of_comments_is_known_where_a_later_take_was_answered(practika, of, uow):
    (course,) = uow.courses.all()
    takes = uow.takes.in_courses([course.id], TakeState.SUBMITTED)
    replies = uow.replies.of_takes([take.id for take in takes])
    outcomes = uow.outcomes.of_replies([reply.id for reply in replies])
    verdicts = {str(outcome.verdict) for outcome in outcomes.values()}
    assert {"fixed", "same"} <= verdicts
    assert {outcome.person_id for outcome in outcomes.values()} >= {of["Ada Okafor"]}
    todo = practika.services.ledger.to_fix(of["Mira Lindqvist"])
    assert len(todo["items"]) == 6
    assert todo["fixed"] > 0
    (waiting,) = [
        take for take in takes if take.student_id == of["Priya Nair"] and take.number == 2
    ]
    lives = {
        row["life"] for row in practika.services.ledger.beside(of["Ada Okafor"], waiting.id)["last"]
    }
    assert lives == {"tried"}


def test_there_is_something_for_everybody(practika, of):
    home = practika.services.takes.home(of["Mira Lindqvist"])
    (new,) = home["new"]
    assert new["take"]["number"] == 2
    assert any(item["clip"]["state"] == ClipState.READY for item in new["items"] if item["clip"])
    assert len(home["drafts"]) == 1
    queue = practika.services.queue.home(of["Ada Okafor"])["queue"]
    assert queue == practika.services.queue.home(of["Pieter Reinders"])["queue"] or queue
    assert queue[0]["take"]["late"]
    assert [item["draft"] for item in queue].count(True) == 1
    replies = practika.services.replies.desk(of["Ada Okafor"], new["take"]["id"])["replies"]
    assert any(reply["video"] for reply in replies)
    overview = practika.services.progress.overview(of["Helen Marsh"], {})
    assert {figure["key"] for figure in overview["figures"]} >= {"active"}
    assert len(practika.takes) == 29


def test_students_find_a_list_of_the_class_and_an_exemplar_without_a_name(practika, of):
    services, mira = practika.services, of["Mira Lindqvist"]
    (shared,) = services.collections.view(mira)["collections"]
    assert (shared["name"], shared["owner"]) == ("Before the concert", "Ada Okafor")
    assert shared["note"].startswith("Once through each day")
    assert [item["title"].partition(",")[0] for item in shared["items"]] == [
        *("Hanon 1", "Prelude in C", "Canon")
    ]
    assert all(item["link"] and item["poster"] for item in shared["items"])

    (seen,) = services.exemplars.shown(mira)
    assert (seen["who"], seen["mine"]) == ("", False)
    assert seen["video"]["ready"]
    assert seen["exercise"]["title"] == "Hanon 1, even fingers"
    assert seen["reply"]["author"] == "Ada Okafor"
    assert not seen["reply"]["plain"].endswith(":")
    assert "Salma" not in json.dumps(seen)
    (draft,) = services.takes.home(mira)["drafts"]
    assert seen["own"] == draft["id"]  # what she would compare with it
    (hers,) = services.exemplars.shown(of["Salma Idrissi"])
    assert hers["mine"]


def test_the_asked_student_finds_the_question_and_nobody_else_does(practika, of):
    exemplars, mira = practika.services.exemplars, of["Mira Lindqvist"]
    (waiting,) = exemplars.aside(mira)["asked"]
    assert (waiting["asked_by"], waiting["title"]) == ("Ada Okafor", "Canon, right hand, take 2")
    (asked,) = exemplars.questions(mira)
    assert (asked["state"], asked["number"], asked["named"]) == ("asked", 2, False)
    assert asked["words"]
    assert asked["reply"]["plain"]
    assert exemplars.questions(of["Jonas Weber"]) == []
    assert exemplars.aside(of["Jonas Weber"])["asked"] == []
    assert [row["who"] for row in exemplars.aside(of["Jonas Weber"])["exemplars"]] == [""]


@pytest.mark.parametrize("name", ["Ada Okafor", "Pieter Reinders"])
def test_teachers_find_both_lists_and_what_was_asked(practika, of, name):
    services, teacher = practika.services, of[name]
    lists = {row["name"]: row for row in services.collections.view(teacher)["collections"]}
    assert lists.keys() == {"Before the concert", "For our meeting"}
    assert [item["kind"] for item in lists["For our meeting"]["items"]] == [
        *("take", "take", "reply")
    ]
    assert [item["line"] for item in lists["For our meeting"]["items"]] == [
        *("Jonas Weber", "Leon Dubois", "Ada Okafor on Canon, right hand, take 1")
    ]
    states = {row["student"]: row["state"] for row in services.exemplars.questions(teacher)}
    assert states == {"Salma Idrissi": "shown", "Mira Lindqvist": "asked"}


def test_a_guest_has_left_a_word_and_nobody_holds_the_link(practika, of, uow):
    services, ada = practika.services, of["Ada Okafor"]
    (link,) = services.guests.of_courses(ada)
    assert (link["student"], link["guest"], link["state"]) == (
        *("Priya Nair", "Ines Calloway", "open"),
    )
    assert (link["phrase"], link["written"]) == (False, 1)
    left = datetime.fromisoformat(link["until"]) - datetime.now(UTC)
    assert timedelta(days=12) < left < timedelta(days=14)
    (word,) = services.guest_words.desk(ada, link["take"])["waiting"]
    assert (word["name"], word["kind"]) == ("Ines Calloway", "ask")
    assert 0 < word["start"] < 20
    (stored,) = uow.guests.of_takes([link["take"]])
    assert re.fullmatch("[0-9a-f]{64}", stored.token)
    (hers,) = services.guests.of_take(of["Priya Nair"], link["take"])
    assert (hers["by"], hers["written"]) == ("Ada Okafor", 0)  # that it is shown, not what was said


def test_the_bell_and_the_log_tell_what_was_shared(sample_course, tmp_path, of):
    shutil.copytree(sample_course, tmp_path / "data")
    opened = assemble(Settings.read({"PRACTIKA_DATA": str(tmp_path / "data")}))
    opened.services.telling.catch_up()

    def told(name):
        days = opened.services.bell.view(of[name], news=True)["days"]
        return [group["text"] for day in days for group in day["groups"]]

    assert {"Ada Okafor asks whether the class may see your take 2 of Canon, right hand"} <= {
        *told("Mira Lindqvist")
    }
    assert {
        "A guest commented on take 2 of Hanon 1, even fingers",
        "Salma Idrissi answered whether the class may see take 5 of Hanon 1, even fingers",
    } <= {*told("Ada Okafor")}
    assert "Ada Okafor showed your take 2 of Hanon 1, even fingers to a guest" in told("Priya Nair")
    assert not [line for line in told("Salma Idrissi") if "the class" in line]  # answered already
    log = opened.services.auditing.view(of["Noor Haddad"], {"kind": "Videos of others"})["rows"]
    assert [row["kind"] for row in log] == [
        "Asked whether the class may see a take",
        "Opened by a guest",
        "Link for a guest made",
        "Answered whether the class may see a take",
        "Asked whether the class may see a take",
    ]
    opened.close()


def test_events_are_in_the_order_they_happened_and_all_in_the_past(uow):
    events, _ = uow.events.after(Watermark(), 10_000)
    times = [event.at for event in events]
    assert times == sorted(times)
    assert times[0] < datetime.now(UTC) - timedelta(days=55)
    assert times[-1] <= datetime.now(UTC)


def test_a_second_one_is_refused(sample_course, run):
    done = run("demo", PRACTIKA_DATA=str(sample_course))
    assert done.returncode == 2
    assert "people in this record already" in done.stderr


def test_killed_in_the_middle_it_leaves_nothing_and_starts_over(
    environ, data, tmp_path, monkeypatch
):
    process = subprocess.Popen([machine.PRACTIKA, "demo"], env=environ, cwd=tmp_path)
    until(lambda: list(data.glob("media/assets/*/*/original")), 100)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: gone(family), 10)
    assert not (data / build.PEOPLE_FILE).exists()
    left = list(data.glob("scratch/sample-*"))
    assert left

    pieces = {scene.piece for scene in script.SCENES[-1:]}
    monkeypatch.setattr(script, "SCENES", script.SCENES[-1:])
    monkeypatch.setattr(script, "TASKS", [each for each in script.TASKS if each.piece in pieces])
    practika = assemble(Settings.read(environ))
    course = build.SampleCourse(practika.record, practika.blobs, data)
    with practika.record.read() as uow:
        assert uow.people.all() == []
        assert uow.events.after(Watermark())[0] == []
    shares = []
    people = course.make(progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert not list(data.glob("scratch/sample*"))
    practika.services.accounts.sign_in(people[0]["email"], people[0]["password"])
    with pytest.raises(Conflict):
        course.make()
    practika.close()
