"""What the audit log tells: who did it, who may read it, and that it stays small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import school as world
from practika_kernel.domain.audit import Deed, DeedKind, Viewed, Wanted
from practika_kernel.domain.erasure import Scope, Withdrawal
from practika_kernel.domain.errors import InvalidInput, NotFound, SignInFailed, TooManyTries
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.services import witness
from practika_kernel.services.entrance import Here
from practika_kernel.services.witness import Witness


@pytest.fixture
def school(tmp_path: Path) -> Iterator[world.School]:
    made = world.make(tmp_path)
    yield made
    made.practika.close()


def told(school: world.School, **filters: str) -> list[str]:
    school.practika.services.witness.flush()
    view = school.practika.services.auditing.view(school.id("Tom"), filters)
    return [row["sentence"] for row in view["rows"]]


def test_a_visit_is_told_once_and_its_student_sees_who_it_was(
    school: world.School, video: Path
) -> None:
    take = school.submitted("Mira", video)
    services = school.practika.services
    for _ in range(3):  # a player asks for many parts
        for who in ("Ada", "Rosa"):
            file = services.media.open(school.id(who), "take", take, "video")
            assert file.viewed
            services.witness.saw(school.id(who), file.viewed)
        services.witness.flush()
    again = Witness(school.practika.record, _now)
    again.saw(school.id("Ada"), file.viewed)  # another process, the same visit
    again.flush()
    assert services.media.open(school.id("Mira"), "take", take, "video").viewed is None
    assert told(school, kind="video.viewed") == [
        "Rosa Example viewed Mira Example's take 1 of Hanon 1.",
        "Ada Example viewed Mira Example's take 1 of Hanon 1.",
    ]
    seen = services.auditing.seen_by(school.id("Mira"), take)
    assert [one["who"] for one in seen] == ["a researcher", "Ada Example"]
    assert services.auditing.seen_by(school.id("Ada"), take) == []
    with pytest.raises(NotFound):
        services.auditing.seen_by(school.id("Jonas"), take)
    (held,) = services.holdings.view(school.id("Mira"))["takes"]
    assert held["seen"] == seen


def _now():
    from practika_kernel.bootstrap import utc_now

    return utc_now()


def test_blind_raters_are_not_named_to_the_student(school: world.School) -> None:
    take = school.handed_in("Mira")
    viewed = Viewed(take, school.id("Mira"), school.course, "rater")
    school.practika.services.witness.saw(school.id("Ada"), viewed)
    assert told(school)[0].endswith("take 1 of Hanon 1 for a blind rating.")
    seen = school.practika.services.auditing.seen_by(school.id("Mira"), take)
    assert [one["who"] for one in seen] == ["a rater"]


def test_a_guest_who_opened_the_take_is_told_to_its_student(school: world.School) -> None:
    take = school.handed_in("Mira")
    opened = Event(EventKind.GUEST_OPENED, _now(), student_id=school.id("Mira"), take_id=take)
    with school.practika.record.write() as uow:
        uow.events.append(opened)
    seen = school.practika.services.auditing.seen_by(school.id("Mira"), take)
    assert [one["who"] for one in seen] == ["a guest"]


def test_failed_sign_ins_are_told_by_person_and_hour(
    school: world.School, monkeypatch: pytest.MonkeyPatch
) -> None:
    entrance = school.practika.services.entrance
    mira = school.people["Mira"].email

    def attempt(email: str) -> None:
        with pytest.raises((SignInFailed, TooManyTries)):
            entrance.sign_in(email, "wrong", Here("192.0.2.77"))

    for email in (mira, mira.upper(), "nobody@school.example", "no.one@school.example"):
        attempt(email)
    lines = told(school, kind="Sign-ins")
    assert sorted(lines) == [
        "Somebody failed to sign in as Mira Example from 192.0.2.0/24.",
        "Somebody failed to sign in with an address nobody has from 192.0.2.0/24.",
    ]
    for _ in range(12):
        school.practika.services.witness.failed(mira, "192.0.2.7", held=False)
        school.practika.services.witness.failed(mira, "192.0.2.7", held=True)
    lines = told(school, person=school.id("Mira"))
    assert lines[0:2] == [
        "Tries to sign in as Mira Example from 192.0.2.0/24 had to wait: there were too many.",
        "Somebody failed to sign in as Mira Example 10 times or more within an hour from "
        "192.0.2.0/24.",
    ]
    # An attack from everywhere on everything does not fill the record.
    monkeypatch.setattr(witness, "UNKNOWN_A_DAY", 5)
    for n in range(2_000):
        where = f"10.{n // 250}.{n % 250}.1"
        school.practika.services.witness.failed(f"x{n}@school.example", where, held=False)
    before = len(lines)
    told(school)
    with school.practika.record.read() as uow:
        found = uow.audit.page(Wanted(), 1_000)
    assert len([deed for deed in found if deed.kind == DeedKind.SIGN_IN_FAILED]) <= before + 5
    assert len([deed for deed in found if deed.kind == DeedKind.SIGN_INS_UNTOLD]) == 1


@pytest.mark.parametrize("who", ["Mira", "Ada", "Helen", "Rosa"])
def test_nobody_but_admins_reads_the_log(school: world.School, who: str) -> None:
    auditing, me = school.practika.services.auditing, school.id(who)
    for ask in (
        lambda: auditing.view(me, {}),
        lambda: auditing.names(me, "m"),
        lambda: auditing.table(me, {}),
    ):
        with pytest.raises(NotFound):
            ask()


def test_the_log_is_filtered_and_taken_away_as_a_table(school: world.School) -> None:
    services, tom = school.practika.services, school.id("Tom")
    with school.practika.record.write() as uow:
        bad = replace(school.people["Jonas"], name='=HYPERLINK("x")')
        uow.people.save(bad)
        uow.audit.add([Deed("person.signed_in", _now(), bad.id) for _ in range(60)])
    page = services.auditing.view(tom, {"person": bad.id})
    assert len(page["rows"]) == 50
    rest = services.auditing.view(tom, {"person": bad.id}, page["older"])
    assert not {r["id"] for r in page["rows"]} & {r["id"] for r in rest["rows"]}
    table = "".join(services.auditing.table(tom, {"person": bad.id, "kind": "Sign-ins"}))
    rows = table.split("\r\n")
    assert rows[0].startswith("\ufeffat,kind,sentence,by")
    assert len(rows) == 62
    assert "'=HYPERLINK" in rows[1]
    assert ",=" not in table
    assert told(school)[0] == "Tom Example took the table “audit.csv” away."
    assert [one["name"] for one in services.auditing.names(tom, "mira")] == ["Mira Example"]
    for wrong in ({"kind": "x"}, {"person": "'"}, {"since": "soon"}, {"course": "%"}):
        with pytest.raises(InvalidInput):
            services.auditing.view(tom, wrong)
    assert services.auditing.view(tom, {"until": "2001-01-01"})["rows"] == []


def test_an_erased_person_leaves_only_what_others_have_a_right_to(school: world.School) -> None:
    mira, ada = school.id("Mira"), school.id("Ada")
    take = school.handed_in("Mira")
    with school.practika.record.write() as uow:
        uow.audit.add(
            [
                Deed("person.signed_in", _now(), ada, key="own"),
                Deed(DeedKind.SIGN_IN_FAILED, _now(), "", ada, key="tried"),
                Deed(DeedKind.VIDEO_VIEWED, _now(), ada, mira, school.course, take, key="saw"),
                Deed("consent.given", _now(), ada, ada, key="consent"),
            ]
        )
    with school.practika.record.write() as uow:
        for who, scope in ((ada, Scope.PERSON), (mira, Scope.TAKES)):
            uow.withdrawals.add(Withdrawal(new_id(), who, scope, _now(), ""))
        uow.erasing.remove(ada, Scope.PERSON, [], [])
        keys = {deed.key for deed in uow.audit.page(Wanted(), 100)}
        assert {"saw", "consent"} <= keys
        assert not {"own", "tried"} & keys
        uow.erasing.remove(mira, Scope.TAKE, [take], [])
        assert "saw" not in {deed.key for deed in uow.audit.page(Wanted(), 100)}
