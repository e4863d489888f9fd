"""``practika consent`` and ``practika erase`` as an operator runs them."""

from __future__ import annotations

import json


def test_paper_comes_in_and_a_person_goes(run, tmp_path):
    added = run("person", "add", "Mira Lind", "mira@example.org", "--role", "student", "--json")
    assert added.returncode == 0, added.stderr
    table = tmp_path / "forms.csv"
    table.write_text("E-mail;Purpose;Media;Note\nmira@example.org;research;full;Form 7\n")
    done = run("consent", "record", table)
    assert (done.returncode, done.stdout) == (0, "1 new, 0 recorded before.\n"), done.stderr
    [listed] = json.loads(run("consent", "list", "--json").stdout)
    assert (listed["email"], listed["media"], listed["note"]) == (
        "mira@example.org", "full", "Form 7",
    )  # fmt: skip
    tried = run("erase", "mira@example.org", "--dry-run")
    assert "name, e-mail address, password" in tried.stdout
    asked = json.loads(run("erase", "mira@example.org", "--yes", "--json").stdout)["receipt"]
    assert run("worker", "--until-idle").returncode == 0
    receipt = run("erase", "--receipt", asked).stdout
    assert receipt.startswith(f"Receipt {asked}: removal of a person\n")
    assert "Mira" not in receipt
    assert json.loads(run("person", "list", "--json").stdout) == []


def test_a_wrong_row_and_a_stranger_are_one_sentence(run, tmp_path):
    table = tmp_path / "forms.csv"
    table.write_text("email,purpose,note\nx@example.org,research,Form 7\n")
    done = run("consent", "record", table)
    assert done.returncode == 2
    assert "Line 2: There is no student with the e-mail x@example.org." in done.stderr
    assert "Name somebody by e-mail" in run("erase", "x@example.org", "--yes").stderr
