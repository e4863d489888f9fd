"""``practika person``: a link for whoever lost the password, and a sign-in switched off."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner

import school as world
import vouchers
from practika_kernel.bootstrap import assemble, utc_now
from practika_kernel.cli.doctor import _second_steps, doctor
from practika_kernel.cli.person import person
from practika_kernel.domain.provider import Link
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


def test_whoever_lost_the_phone_is_let_in_and_a_lost_key_is_found(run, environ, data):
    practika = assemble(Settings.read(environ), migrate=True)
    try:
        services = practika.services
        ada, secret = services.accounts.add_person("", "Ada Okafor", "ada@example.org", "teacher")
        services.second_step.begin(ada.id, "here", secret)
        app = pyotp.parse_uri(services.second_step.view(ada.id, "here")["offer"]["uri"])
        services.second_step.confirm(ada.id, "here", app.now())
        found = _second_steps(practika.settings, practika.record)
        assert (found.value, found.ok) == ("1 on", True)
        (data / "totp-key").unlink()
        found = _second_steps(practika.settings, practika.record)
        assert (found.value, "1 cannot be checked" in found.advice) == ("1 on", True)
        off = run("person", "reset-totp", "Ada@example.org")
        assert off.stdout.startswith("The second step of Ada Okafor is off now.")
        assert services.accounts.sign_in("ada@example.org", secret)
    finally:
        practika.close()


def test_links_are_listed_and_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    school = world.make(tmp_path)
    mira, issuer = school.id("Mira"), "https://sso.school.example"
    with school.practika.record.write() as uow:
        uow.links.add(Link("1", mira, issuer, "there", utc_now()))
    school.practika.close()
    monkeypatch.setenv("PRACTIKA_DATA", str(tmp_path / "data"))
    command = CliRunner()
    listed = json.loads(command.invoke(person, ["list", "--json"]).stdout)
    assert {each["name"]: each["links"] for each in listed if each["links"]} == {
        "Mira Example": [issuer]
    }
    assert f"mira@example.org (by {issuer})" in command.invoke(person, ["list"]).stdout
    gone = command.invoke(person, ["unlink", "mira@example.org"]).stdout
    assert gone == "Mira Example had 1 linked account, and has none now.\n"
    assert issuer not in command.invoke(person, ["list"]).stdout


def test_the_doctor_asks_the_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTIKA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PRACTIKA_OIDC_CLIENT_ID", vouchers.CLIENT)
    monkeypatch.setenv("PRACTIKA_OIDC_CLIENT_SECRET", vouchers.SECRET)
    with vouchers.provider() as liar:
        monkeypatch.setenv("PRACTIKA_OIDC_ISSUER", liar.address)
        told = CliRunner().invoke(doctor, []).stdout
    assert re.search(rf"weak +provider +{liar.address}, where people sign in", told)
    assert "login/provider/back where people reach Practika? Set PRACTIKA_PUBLIC_URL." in told
    assert vouchers.SECRET not in told
    told = CliRunner().invoke(doctor, []).stdout  # it is gone now
    assert re.search(r"WRONG provider +cannot be used\n +PRACTIKA_OIDC_ISSUER cannot be us", told)
