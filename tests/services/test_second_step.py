"""The second step at sign-in: who comes in with what, and what opens nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update

import post
import school as world
from post import Box
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.attempts import FREE
from practika_kernel.domain.erasure import Scope, Withdrawal
from practika_kernel.domain.errors import InvalidInput, NotFound, SignInFailed, TooManyTries
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.jobs import JobState
from practika_kernel.domain.second_step import HALF_LASTS, STEP, Demand
from practika_kernel.services.addresses import unproven
from practika_kernel.services.doorstep import HalfGone, Halfway
from practika_kernel.services.entrance import Entered, Here
from practika_kernel.services.own_account import NotThePassword
from practika_kernel.services.second_step import NotTheCode
from practika_kernel.storage import schema_second_step
from services.second_door import AWAY, NEW, Door
from services.test_posting import Desk


@pytest.fixture
def door(school: world.School) -> Door:
    return Door(school, utc_now())  # sign-ins are looked up by the machine's own clock


def test_password_and_code_open_and_half_of_it_opens_nothing(door: Door) -> None:
    ada, accounts = door.school.id("Ada"), door.school.practika.services.accounts
    codes = door.turn_on("Ada")
    assert len(set(codes)) == 10
    half = door.half("Ada")
    assert accounts.who(half) is None
    assert accounts.who_by_id(half) is None
    with pytest.raises(SignInFailed):
        accounts.sign_in("ada@example.org", world.PASSWORD)
    with pytest.raises(NotTheCode):
        door.entrance.finish(half, "", AWAY)
    entered = door.entrance.finish(half, f" {door.code('Ada')[:3]} {door.code('Ada')[3:]}", AWAY)
    assert entered.token != half
    found = accounts.who(entered.token)
    assert found is not None
    assert (found[0].id, found[1].second) == (ada, "code")
    assert accounts.who(half) is None
    with pytest.raises(HalfGone):
        door.entrance.finish(half, codes[0], AWAY)
    assert door.second.view(ada, "here")["left"] == 10  # and the code was not used up
    assert door.events(EventKind.SIGNED_IN)[-1] == {"second": "code"}
    student = door.entrance.sign_in("mira@example.org", world.PASSWORD, AWAY)
    assert isinstance(student, Entered)


def test_each_code_opens_once_and_only_for_its_own_account(door: Door) -> None:
    codes = {name: door.turn_on(name) for name in ("Ada", "Mira")}
    code = door.code("Ada")
    half = door.half("Ada")
    for wrong in (door.code("Mira"), codes["Mira"][0], "000000", "1" * 16, codes["Ada"][0][:-1]):
        with pytest.raises(NotTheCode):
            door.entrance.finish(half, wrong, AWAY)
    assert door.enter("Ada", code)
    for again in (code, door.code("Ada", -1)):  # that one, and one from before it
        with pytest.raises(NotTheCode):
            door.enter("Ada", again)
    assert door.enter("Ada", codes["Ada"][3].upper().replace("-", " "))
    with pytest.raises(NotTheCode):
        door.enter("Ada", codes["Ada"][3])
    assert door.second.view(door.school.id("Ada"), "here")["left"] == 9
    assert door.second.view(door.school.id("Mira"), "here")["left"] == 10
    assert len(door.events(EventKind.RECOVERY_USED)) == 1
    # A row of another account's, written over by whoever holds the record without its key.
    table, engine = schema_second_step.second_steps, door.school.practika.record.engine
    with engine.begin() as connection:
        theirs = table.c.person_id == door.school.id("Mira")
        sealed = connection.scalar(select(table.c.sealed).where(theirs))
        mine = table.c.person_id == door.school.id("Ada")
        connection.execute(update(table).where(mine).values(sealed=sealed, last_step=0))
    with pytest.raises(InvalidInput, match="cannot be checked"):
        door.enter("Ada", door.code("Mira"))


def test_of_two_who_type_the_same_code_at_once_one_comes_in(door: Door) -> None:
    door.turn_on("Ada")
    halves, start, code = [door.half("Ada"), door.half("Ada")], Barrier(2), door.code("Ada")

    def finish(half: str) -> bool:
        start.wait(20)
        try:
            return bool(door.entrance.finish(half, code, AWAY))
        except NotTheCode:
            return False

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(finish, halves)) == [False, True]


def test_the_clock_of_a_device_may_be_half_a_minute_wrong(door: Door) -> None:
    door.turn_on("Ada")
    door.now += timedelta(seconds=2 * STEP)  # what turned it on lies before all of these
    half = door.half("Ada")
    for steps in (-2, 2):
        with pytest.raises(NotTheCode, match="look whether the clock"):
            door.entrance.finish(half, door.code("Ada", steps), AWAY)
    for steps in (-1, 1):
        assert door.enter("Ada", door.code("Ada", steps))


def test_half_a_sign_in_ends_and_a_new_password_is_no_way_round(door: Door) -> None:
    codes, services = door.turn_on("Ada"), door.school.practika.services
    ada, email = door.school.id("Ada"), "ada@example.org"

    def gone(half: str) -> bool:
        with pytest.raises(HalfGone):
            door.entrance.finish(half, codes[0], AWAY)
        return True

    half = door.half("Ada")
    door.now += HALF_LASTS
    assert gone(half)
    half = door.half("Ada")
    services.accounts.switch_off(email)
    services.accounts.switch(door.school.id("Tom"), ada, active=True)
    assert gone(half)
    mine = Here("192.0.2.7", trust=door.enter("Ada", door.code("Ada"), keep=True).trust)
    half = door.half("Ada")
    _, shown = services.resets.link_for(email)
    services.resets.use(shown.rpartition("/")[2], NEW)
    assert gone(half)
    half = door.half("Ada", mine, NEW)  # nobody is trusted any more, either
    assert [door.second.reset(email)[1] for _ in range(2)] == [True, False]
    assert gone(half)
    assert isinstance(door.entrance.sign_in(email, NEW, AWAY), Entered)
    with pytest.raises(InvalidInput, match="Nobody signs in"):
        door.second.reset("nobody@example.org")


def test_a_browser_is_trusted_for_its_own_account_until_that_is_taken_back(door: Door) -> None:
    door.turn_on("Ada")
    door.turn_on("Mira")
    ada, email = door.school.id("Ada"), "ada@example.org"
    kept = door.enter("Ada", door.code("Ada"), keep=True).trust
    assert door.enter("Mira", door.code("Mira")).trust == ""
    here = Here("192.0.2.7", trust=kept)
    found = door.entrance.sign_in(email, world.PASSWORD, here)
    assert isinstance(found, Entered)
    accounts = door.school.practika.services.accounts
    known = accounts.who(found.token)
    assert known is not None
    assert known[1].second == "trusted"
    assert door.half("Mira", here)
    # Both on one browser: what it keeps grows.
    door.now += timedelta(seconds=STEP)
    both = door.enter("Mira", door.code("Mira"), here, keep=True).trust
    assert both.count(".") == 1
    shared = Here("192.0.2.7", trust=both)
    for name in ("ada", "mira"):
        again = door.entrance.sign_in(f"{name}@example.org", world.PASSWORD, shared)
        assert isinstance(again, Entered)
    (browser,) = door.second.view(ada, "here")["browsers"]
    assert not door.second.distrust(door.school.id("Mira"), browser["id"])
    assert door.second.distrust(ada, browser["id"])
    assert door.half("Ada", shared)
    door.now += timedelta(days=30)
    assert door.half("Mira", shared)
    assert door.half("Ada", Here("192.0.2.7", trust="." * 500 + "x" * 43))


def test_wrong_codes_wait_for_who_knows_the_password_and_nobody_else(door: Door) -> None:
    door.turn_on("Ada")
    mine = Here("198.51.100.1", device=door.enter("Ada", door.code("Ada")).device)
    door.now += timedelta(seconds=STEP)
    half = door.half("Ada")
    for number in range(FREE):
        with pytest.raises(NotTheCode):
            door.entrance.finish(half, f"{number:06}", AWAY)
    with pytest.raises(TooManyTries):
        door.entrance.finish(half, door.code("Ada"), AWAY)
    assert door.enter("Ada", door.code("Ada"), mine)  # known here, and counted apart
    with pytest.raises(TooManyTries):
        door.enter("Ada", door.code("Ada", 1), Here("203.0.113.9"))  # another stranger
    door.now += timedelta(seconds=STEP)
    assert door.entrance.finish(half, door.code("Ada"), AWAY)
    assert door.events(EventKind.CODES_GUESSED) == [{"what": "guessed"}]  # twice, and told once
    lately = [one["what"] for one in door.second.history(door.school.id("Ada"))]
    assert lately == ["guessed", "on"]
    assert door.second.history(door.school.id("Mira")) == []


def test_where_the_school_requires_it_staff_set_it_up_before_anything_else(
    school: world.School,
) -> None:
    door = Door(school, utc_now(), Demand.REQUIRED)
    accounts = school.practika.services.accounts
    student = door.entrance.sign_in("mira@example.org", world.PASSWORD, AWAY)
    assert isinstance(student, Entered)
    found = door.entrance.sign_in("ada@example.org", world.PASSWORD, AWAY, stay=True)
    other = door.entrance.sign_in("ada@example.org", world.PASSWORD, AWAY)
    assert isinstance(found, Halfway)
    assert isinstance(other, Halfway)
    assert accounts.who(found.token) is None
    with pytest.raises(HalfGone):
        door.entrance.finish(found.token, "000000", AWAY)
    # The newest offer is that of the other browser, and no key is shown twice.
    assert door.doorstep.offer(found.token) is None
    offer = door.doorstep.offer(other.token)
    assert offer is not None
    door.keys["Ada"] = offer["key"].replace(" ", "")
    with pytest.raises(NotTheCode):
        door.entrance.set_up(other.token, door.code("Ada", 9), AWAY)
    with pytest.raises(InvalidInput, match="Begin again"):
        door.entrance.set_up(found.token, door.code("Ada"), AWAY)
    entered = door.entrance.set_up(other.token, door.code("Ada"), AWAY)
    assert (len(entered.codes), found.sets_up, entered.stay) == (10, True, False)
    known = accounts.who(entered.token)
    assert known is not None
    assert known[1].second == "code"
    for half in (found.token, other.token):
        with pytest.raises(HalfGone):
            door.entrance.set_up(half, door.code("Ada"), AWAY)
    with pytest.raises(InvalidInput, match="Your school requires"):
        door.second.turn_off(school.id("Ada"), world.PASSWORD, entered.codes[0])
    assert door.second.view(school.id("Ada"), "here")["left"] == 10
    door.now += timedelta(seconds=STEP)
    assert door.enter("Ada", door.code("Ada"))


def test_it_is_changed_with_password_and_code_and_told_by_e_mail(door: Door) -> None:
    ada, email = door.school.id("Ada"), "ada@example.org"
    with pytest.raises(NotThePassword):
        door.second.begin(ada, "here", "not it")
    with pytest.raises(InvalidInput, match="Begin again"):
        door.second.confirm(ada, "here", "000000")
    codes = door.turn_on("Ada")
    old = door.keys["Ada"]
    for present, typed, error in (
        ("not it", codes[0], NotThePassword),
        (world.PASSWORD, "", NotTheCode),
        (world.PASSWORD, "000000", NotTheCode),
    ):
        for change in (door.second.renew_codes, door.second.turn_off):
            with pytest.raises(error):
                change(ada, present, typed)
        with pytest.raises(error):
            door.second.begin(ada, "here", present, typed)
    door.second.begin(ada, "here", world.PASSWORD, codes[0])
    assert door.second.view(ada, "another session")["offer"] is None
    assert door.enter("Ada", door.code("Ada"))  # the app of before goes on until then
    door.now += timedelta(seconds=STEP)
    door.enter("Ada", door.code("Ada"), keep=True)
    offer = door.second.view(ada, "here")["offer"]
    door.keys["Ada"] = offer["key"].replace(" ", "")
    assert door.keys["Ada"] != old
    assert door.second.view(ada, "here")["browsers"]
    fresh = door.second.confirm(ada, "here", door.code("Ada"))
    assert door.second.view(ada, "here")["browsers"] == []
    with pytest.raises(NotTheCode):
        door.enter("Ada", codes[1])
    newest = door.second.renew_codes(ada, world.PASSWORD, fresh[0])
    door.second.turn_off(ada, world.PASSWORD, newest[0])
    assert isinstance(door.entrance.sign_in(email, world.PASSWORD, AWAY), Entered)
    told = [data["what"] for data in door.events(EventKind.SECOND_STEP)]
    assert told == ["on", "moved", "codes", "off"]
    with door.school.practika.record.read() as uow:
        letters = [
            uow.second_steps.news(job.payload["letter"]) for job in uow.jobs.latest(50, *JobState)
        ]
    assert sorted(str(one.what) for one in letters if one) == sorted([*told, *["recovery"] * 3])


def test_without_its_key_recovery_codes_open_still_and_nothing_secret_is_stored(door: Door) -> None:
    codes, settings = door.turn_on("Ada"), door.school.practika.settings
    door.school.practika.record.close()
    files = [each for each in settings.data.rglob("*") if each.is_file()]
    for secret in (door.keys["Ada"], codes[0], codes[0].replace("-", "")):
        assert not any(secret.encode() in each.read_bytes() for each in files)
    assert settings.totp_key.stat().st_mode & 0o777 == 0o600
    settings.totp_key.unlink()
    half = door.half("Ada")
    for _ in range(FREE + 1):  # no guess, and not counted as one
        with pytest.raises(InvalidInput, match="Use a recovery code"):
            door.entrance.finish(half, door.code("Ada"), AWAY)
    assert door.entrance.finish(half, codes[0], AWAY)
    assert not settings.totp_key.exists()


def test_the_bell_tells_its_person_whatever_they_chose(door: Door) -> None:
    services, ada = door.school.practika.services, door.school.id("Ada")

    def news(name: str) -> list[dict[str, Any]]:
        services.telling.catch_up()
        days = services.bell.view(door.school.id(name), news=True)["days"]
        return [line for day in days for line in day["groups"] if line["kind"] == "second"]

    codes = door.turn_on("Ada")
    kinds = {row["kind"] for row in services.notice_choices.view(ada)["rows"]}
    assert ("take" in kinds, "second" in kinds) == (True, False)
    off = {"rows": [{"kind": "second", "page": False, "mail": "off"}]}
    with pytest.raises(InvalidInput, match="no such choice"):
        services.notice_choices.put(ada, off)
    door.enter("Ada", codes[0])
    (line,) = news("Ada")
    assert (len(line["ids"]), line["link"]) == (2, "profile/second-step")
    assert line["text"].startswith("Your second step at sign-in was changed")
    door.second.seen(ada)
    assert news("Ada") == news("Mira") == []


def test_an_admin_lets_in_who_lost_the_phone_and_nobody_else_does(door: Door) -> None:
    door.turn_on("Ada")
    door.turn_on("Tom")
    ada, tom = door.school.id("Ada"), door.school.id("Tom")
    for actor, whose, error in (
        (ada, tom, NotFound),
        (door.school.id("Helen"), ada, NotFound),
        ("", ada, NotFound),
        (tom, tom, InvalidInput),
        (tom, "nobody", InvalidInput),
    ):
        with pytest.raises(error):
            door.second.reset_for(actor, whose)
    people = door.school.practika.services.people.view(tom)["rows"]
    assert {one["id"] for one in people if one["second"]} == {ada, tom}
    assert [door.second.reset_for(tom, ada) for _ in range(2)] == [True, False]
    found = door.entrance.sign_in("ada@example.org", world.PASSWORD, AWAY)
    assert isinstance(found, Entered)


def test_what_is_removed_with_a_person(door: Door) -> None:
    door.turn_on("Mira")
    mira = door.school.id("Mira")
    door.enter("Mira", door.code("Mira"), keep=True)
    door.half("Mira")
    with door.school.practika.record.write() as uow:
        uow.withdrawals.add(Withdrawal("w" * 26, mira, Scope.PERSON, utc_now(), mira))
        gone = uow.erasing.remove(mira, Scope.PERSON, [], []).rows
        tables = ("second_steps", "recovery_codes", "half_sign_ins", "trusted_browsers")
        assert [gone[name] for name in (*tables, "second_letters")] == [1, 10, 1, 1, 1]


def test_its_person_is_written_to_at_an_address_that_is_theirs(door: Door) -> None:
    school, box = door.school, Box()
    door.now -= timedelta(minutes=5)  # the worker goes by the machine's clock
    with post.office(box) as where:
        desk = Desk(school, box, where)
        door.turn_on("Ada")
        door.second.reset("ada@example.org")
        with desk.record.write() as uow:
            unproven(uow, school.people["Mira"], utc_now())
        door.turn_on("Mira")  # nobody knows yet whose address that is
        desk.practika.services.worker().run_until_idle()
        desk.practika.close()
    assert box.recipients == ["ada@example.org"] * 2
    for letter, said in zip(
        box.letters,
        ("sign-in is on: from now on a code", "turned the second step at your sign-in off."),
        strict=True,
    ):
        for kind in ("plain", "html"):
            body = letter.get_body((kind,))
            assert body is not None
            text = " ".join(body.get_content().split())
            assert said in text
            assert "If it was not you, choose a new password at once" in text
            assert "https://school.example/profile/second-step" in text
