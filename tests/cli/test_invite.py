"""``practika person invite``: links, shown once."""

from __future__ import annotations

import json


def test_links_are_made_and_refused_with_a_sentence(run):
    asked = run("person", "invite", "--role", "admin", "nia@x.org", "bo@x.org", "--json")
    made = json.loads(asked.stdout)
    assert [one["email"] for one in made] == ["nia@x.org", "bo@x.org"]
    assert all("/join/" in one["link"] for one in made)
    said = run("person", "invite", "--role", "admin", "--uses", "3", "--days", "2")
    assert "/join/" in said.stdout
    assert "by up to 3 people" in said.stderr
    for words, sentence in (
        (("--role", "student"), "Choose a course."),
        (("--role", "student", "--course", "Flute"), "There is no course called Flute."),
        (("--role", "admin", "--send", "nia@x.org"), "No mail server is set"),
    ):
        refused = run("person", "invite", *words)
        assert refused.returncode != 0
        assert sentence in refused.stderr
