"""What the operator reads of the administration."""

from __future__ import annotations

import json


def test_deeds_are_listed_with_the_newest_first_and_by_person(run):
    run("person", "add", "Mira Lindqvist", "mira@school.example", "--role", "student")
    run("person", "deactivate", "mira@school.example")
    rows = json.loads(run("audit", "--json").stdout)
    assert [row["kind"] for row in rows] == ["person.switched", "person.added"]
    assert (rows[0]["by"], rows[0]["about"]) == ("", "Mira Lindqvist")
    done = run("audit", "--person", "mira@school.example", "--kind", "person.switched")
    assert done.stdout.count("\n") == 1
    assert "The operator or Practika switched the account of Mira Lindqvist off." in done.stdout
    assert run("audit", "--to", "2000-01-01").stdout == "Nothing of this kind happened.\n"
    assert run("audit", "--person", "nobody@school.example").returncode == 2
