"""What the command says: help that teaches, and one sentence when something is wrong."""

from __future__ import annotations

import json
import os
import re
import resource
import socket

import pytest

COMMANDS = (
    *("serve", "worker", "demo", "person", "consent", "erase", "clip", "align", "measure"),
    *("export", "audit", "backup", "restore", "probe", "doctor", "lab"),
)


def refused(done) -> str:
    """The one sentence of a refusal."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.strip().endswith(".")
    return done.stderr


def test_help_shows_each_command_with_a_whole_line(run):
    done = run("--help")
    listed = done.stdout.partition("Commands:")[2]
    assert [name for name in COMMANDS if not re.search(rf"^  {name} ", listed, re.M)] == []
    assert "..." not in listed
    assert "server" not in listed
    assert "practika serve --sample" in done.stdout


@pytest.mark.parametrize("words", [(name,) for name in COMMANDS] + [("person", "add")])
def test_each_command_teaches_by_example(run, words):
    done = run(*words, "--help")
    assert done.returncode == 0
    assert re.search(r"Examples?:\n +\S*practika", done.stdout.replace("PRACTIKA_DATA=/x ", ""))
    assert "tethered" not in done.stdout


def test_help_answers_at_once(run):
    # Time on the processor, which other work on the machine does not stretch.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.35


def test_an_unknown_setting_is_named_with_the_nearest_one(run, data):
    sentence = refused(run("serve", PRACTIKA_PROT="1"))
    assert "PRACTIKA_PROT" in sentence
    assert "PRACTIKA_PORT" in sentence
    assert not data.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PRACTIKA_PORT", "eighty"), ("PRACTIKA_UPLOAD_LIMIT", "big"), ("PRACTIKA_DATABASE_URL", "x")],
)
def test_a_value_that_does_not_fit_is_said_before_anything_is_made(run, data, name, value):
    assert name in refused(run("serve", "--sample", **{name: value}))
    assert not data.exists()


def test_a_taken_port_is_said_before_anything_is_made(run, data, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        sentence = refused(run("serve", "--sample"))
    assert str(port) in sentence
    assert "PRACTIKA_PORT" in sentence
    assert not data.exists()


def test_a_folder_that_cannot_be_written_is_said(run, tmp_path):
    (tmp_path / "file").write_text("in the way")
    sentence = refused(run("serve", "--sample", PRACTIKA_DATA=str(tmp_path / "file")))
    assert "PRACTIKA_DATA" in sentence
    assert (tmp_path / "file").read_text() == "in the way"


def test_an_address_of_another_machine_is_said(run, data):
    assert "PRACTIKA_HOST" in refused(run("serve", PRACTIKA_HOST="192.0.2.1"))
    assert not data.exists()


def test_a_database_that_does_not_answer_is_said(run):
    url = "postgresql://practika:secret@127.0.0.1:9/nothing"
    sentence = refused(run("serve", PRACTIKA_DATABASE_URL=url))
    assert "secret" not in sentence


def test_people_are_added_and_listed(run):
    added = run("person", "add", "Noor Haddad", "Noor@School.example", "--role", "admin", "--json")
    person = json.loads(added.stdout)
    assert person["email"] == "noor@school.example"
    assert len(person["password"]) >= 10
    again = run("person", "add", "Noor", "noor@school.example", "--role", "admin")
    refused(again)
    short = run(
        "person", "add", "A", "a@b.example", "--role", "admin", "--password-stdin", stdin="x\n"
    )
    assert "10 characters" in refused(short)
    course = run("person", "add", "A", "a@b.example", "--role", "student", "--course", "Violin")
    assert "Violin" in refused(course)
    rows = json.loads(run("person", "list", "--json").stdout)
    assert [row["email"] for row in rows] == ["noor@school.example"]
    assert "Noor Haddad" in run("person", "list").stdout


def test_a_password_from_stdin_is_not_printed(run, data):
    words = ("person", "add", "Ada Okafor", "ada@school.example", "--role", "teacher")
    done = run(*words, "--password-stdin", stdin="correct horse battery\n")
    assert done.returncode == 0
    assert "correct" not in done.stdout
    assert oct((data / "practika.sqlite3").stat().st_mode & 0o777) == "0o600"


def test_the_doctor_finds_nothing_wrong_and_changes_nothing(run, data):
    done = run("doctor", "--json", PRACTIKA_DATABASE_URL="")
    found = json.loads(done.stdout)
    assert [check for check in found["checks"] if not check["ok"]] == []
    assert done.returncode == 0
    assert {
        "Python",
        "packages",
        "media libraries",
        "browser bundles",
        "data folder",
        "record",
    } <= {check["name"] for check in found["checks"]}
    assert found["settings"]["PRACTIKA_DATA"] == str(data)
    assert not data.exists()


def test_the_doctor_says_what_to_do_and_hides_passwords(run, data):
    data.mkdir(mode=0o700)
    (data / "secret").write_text("x")
    os.chmod(data / "secret", 0o644)
    url = "postgresql://practika:hush@127.0.0.1:9/nothing"
    post = {"PRACTIKA_SMTP_URL": "smtps://me@127.0.0.1:9", "PRACTIKA_SMTP_PASSWORD": "hush too"}
    done = run("doctor", PRACTIKA_DATABASE_URL=url, **post)
    assert done.returncode == 1
    assert "chmod go=" in done.stdout
    assert "WRONG record" in done.stdout
    assert "WRONG e-mails" in done.stdout
    assert "The mail server 127.0.0.1:9 does not answer." in done.stdout
    assert "hush" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_lab_needs_somebody_to_work_as(run):
    assert "practika person add" in refused(run("lab", "--no-browser"))
    run("person", "add", "Mira", "mira@school.example", "--role", "student")
    assert "student" in refused(run("lab", "--as", "mira@school.example"))
