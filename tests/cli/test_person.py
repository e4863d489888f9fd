"""``practika person``: a link for whoever lost the password, and a sign-in switched off."""

from __future__ import annotations

import json
import re

from practika_kernel.bootstrap import assemble
from practika_kernel.settings import Settings


def test_the_operator_hands_over_a_link_and_switches_off(run, environ):
    run("person", "add", "Mira Lind", "mira@example.org", "--role", "student")
    first = run("person", "reset", "Mira@example.org")
    assert first.stdout.startswith("Mira Lind chooses a new password here, once, within an hour:")
    found = re.search(r"^http://127\.0\.0\.1:\d+/reset/([\w-]{43})$", first.stdout, re.MULTILINE)
    told = json.loads(run("person", "reset", "mira@example.org", "--json").stdout)
    bare = run("person", "remove-picture", "mira@example.org")
    assert bare.stdout == "Mira Lind has no picture any more.\n"
    practika = assemble(Settings.read(environ))
    try:
        services = practika.services
        services.resets.use(told["link"].rpartition("/")[2], "another long password")
        token, _ = services.accounts.sign_in("mira@example.org", "another long password")
        off = run("person", "deactivate", "mira@example.org")
        assert off.stdout == "Mira Lind is signed out everywhere and cannot sign in.\n"
        assert services.accounts.who(token) is None
    finally:
        practika.close()
    assert found
    refused = run("person", "reset", "mira@example.org")
    assert (refused.returncode, "switched off" in refused.stderr) == (2, True)
    unknown = run("person", "deactivate", "nobody@example.org")
    assert (unknown.returncode, "Nobody signs in with" in unknown.stderr) == (2, True)


def test_the_operator_gives_somebody_another_address(run):
    run("person", "add", "Mira Lind", "mira@example.org", "--role", "student")
    run("person", "add", "Noah Berg", "noah@example.org", "--role", "student")
    moved = run("person", "address", "mira@example.org", "Lind@example.org")
    assert moved.stdout == "Mira Lind signs in with lind@example.org from now on.\n"
    taken = run("person", "address", "noah@example.org", "lind@example.org")
    assert (taken.returncode, "already" in taken.stderr) == (2, True)
    assert "noah@example.org" in run("person", "list").stdout
