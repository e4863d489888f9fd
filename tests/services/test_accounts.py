from __future__ import annotations

import statistics
import time
from dataclasses import replace
from datetime import timedelta

import pytest

import school as world
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound, SignInFailed
from practika_kernel.domain.permissions import Thing


def test_a_session_opens_until_it_is_closed(school: world.School) -> None:
    accounts = school.practika.services.accounts
    token, person = accounts.sign_in("MIRA@example.org ", world.PASSWORD)
    assert person.name == "Mira Example"
    known = accounts.who(token)
    assert known is not None
    assert known[0].id == person.id
    assert accounts.home(person) == "/student"
    accounts.sign_out(token)
    assert accounts.who(token) is None
    accounts.sign_out(token)


def test_the_token_is_kept_nowhere(school: world.School) -> None:
    token, _ = school.practika.services.accounts.sign_in("mira@example.org", world.PASSWORD)
    files = [f for f in school.practika.settings.data.rglob("*") if f.is_file()]
    assert not any(token.encode() in f.read_bytes() for f in files)
    assert not any(world.PASSWORD.encode() in f.read_bytes() for f in files)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("mira@example.org", "wrong"),
        ("nobody@example.org", world.PASSWORD),
        ("", ""),
        ("mira@example.org\0", "x" * 5000),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
def test_every_failure_reads_the_same(school: world.School, email: str, password: str) -> None:
    with pytest.raises(SignInFailed, match="E-mail and password do not match"):
        school.practika.services.accounts.sign_in(email, password)


def test_unknown_people_take_as_long_as_known_ones(school: world.School) -> None:
    # The other tests' people have hashes that are quick to check.
    school.practika.services.accounts.add_person(
        "", "Slow", "slow@example.org", "student", world.PASSWORD
    )

    def seconds(email: str) -> float:
        begun = time.perf_counter()
        with pytest.raises(SignInFailed):
            school.practika.services.accounts.sign_in(email, "a wrong password")
        return time.perf_counter() - begun

    seconds("slow@example.org")
    pairs = [(seconds("slow@example.org"), seconds("nobody@example.org")) for _ in range(5)]
    ratio = statistics.median(known / unknown for known, unknown in pairs)
    assert 0.5 < ratio < 2


def test_a_switched_off_account_is_out_at_once(school: world.School) -> None:
    accounts = school.practika.services.accounts
    token, person = accounts.sign_in("mira@example.org", world.PASSWORD)
    accounts.switch(school.id("Tom"), person.id, active=False)
    assert accounts.who(token) is None
    with pytest.raises(SignInFailed):
        accounts.sign_in("mira@example.org", world.PASSWORD)
    with pytest.raises(NotFound):
        school.practika.services.takes.home(person.id)


def test_a_session_runs_out(school: world.School) -> None:
    accounts = school.practika.services.accounts
    token, _ = accounts.sign_in("mira@example.org", world.PASSWORD)
    known = accounts.who(token)
    assert known is not None
    late = known[1].expires_at + timedelta(seconds=1)
    assert not replace(known[1]).alive(late)


def test_only_admins_add_people(school: world.School) -> None:
    accounts = school.practika.services.accounts
    with pytest.raises(NotFound):
        accounts.add_person(school.id("Ada"), "Eve", "eve@example.org", "admin")
    person, password = accounts.add_person(school.id("Tom"), "Eve", "eve@example.org", "teacher")
    assert accounts.sign_in("eve@example.org", password)[1].id == person.id
    with pytest.raises(Conflict):
        accounts.add_person(school.id("Tom"), "Eve", "EVE@example.org", "teacher")


@pytest.mark.parametrize(
    ("name", "email", "role", "password"),
    [
        ("", "a@example.org", "student", None),
        ("A", "not an address", "student", None),
        ("A", "a@example.org", "king", None),
        ("A", "a@example.org", "student", "short"),
    ],
)
def test_bad_people_are_refused_with_a_sentence(
    school: world.School, name: str, email: str, role: str, password: str | None
) -> None:
    with pytest.raises(InvalidInput, match=r"\.$"):
        school.practika.services.accounts.add_person("", name, email, role, password)


def test_pages_open_by_role(school: world.School) -> None:
    accounts = school.practika.services.accounts
    pages = {
        Thing.STUDENT_PAGE: {"Mira", "Jonas"},
        Thing.TEACHER_PAGE: {"Ada", "Piet"},
        Thing.COORDINATOR_PAGE: {"Helen", "Tom", "Rosa"},
        Thing.ADMIN_PAGE: {"Tom"},
    }
    for page, people in pages.items():
        assert {n for n in school.people if accounts.may_open(school.id(n), page)} == people
    assert not accounts.may_open("nobody", Thing.STUDENT_PAGE)
