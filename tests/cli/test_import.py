"""``practika import`` as an operator runs it."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

ROSTER = Path(__file__).parents[2] / "data" / "roster.csv"


def test_the_sample_roster_comes_in_and_people_sign_in(run, tmp_path, data):
    tried = run("import", "roster", ROSTER, "--dry-run")
    assert "13 people new" in tried.stdout
    assert "Nothing was changed: this was a dry run." in tried.stdout
    secrets = tmp_path / "passwords.csv"
    done = run("import", "roster", ROSTER, "--passwords", secrets)
    assert done.returncode == 0, done.stderr
    assert "1 course and 2 sections new" in done.stdout
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert len(list(csv.DictReader(secrets.open()))) == 13
    again = json.loads(run("import", "roster", ROSTER, "--json").stdout)
    assert (again["done"], again["kept"], again["people"]) == (True, 13, 0)
    people = json.loads(run("person", "list", "--json").stdout)
    assert len(people) == 13
    assert {"Keyboard I"} == {course for each in people for course in each["courses"]}
    refused = run("import", "roster", ROSTER, "--passwords", secrets)
    assert refused.returncode == 2
    assert "is there already" in refused.stderr


def test_wrong_rows_are_told_by_their_lines(run, tmp_path):
    table = tmp_path / "class.csv"
    head = "email;first_name;last_name;shoe_size\n"
    table.write_text(head + "a@b.example;Zoé;M;38\n" + "x;Nobody;;\n" * 30, encoding="cp1252")
    done = run("import", "roster", table)
    assert done.returncode == 2
    assert "cp1252, separated by semicolons, 1 usable row." in done.stdout
    assert "Columns that mean nothing here: shoe_size." in done.stdout
    assert "Line 3: x is not an e-mail address." in done.stderr
    assert "and 10 more" in done.stderr
    assert "Nothing was changed" in done.stderr
    told = json.loads(run("import", "roster", table, "--json").stdout)
    assert (told["done"], len(told["problems"]), told["problems"][0]["line"]) == (False, 30, 3)
    assert json.loads(run("person", "list", "--json").stdout) == []


def test_a_file_that_is_no_table_is_one_sentence(run, tmp_path):
    done = run("import", "roster", tmp_path / "none.csv")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot be read" in done.stderr
