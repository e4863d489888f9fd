"""Passwords changed, lost and found again; sign-ins that end; name and time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

import post
import school as world
from post import Box
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import InvalidInput, NotFound, SignInFailed
from practika_kernel.domain.resets import PER_ADDRESS, PER_CLIENT
from practika_kernel.services import resets as asking
from practika_kernel.storage import schema_resets
from services.test_posting import Desk

FRESH = "another long password"


@pytest.fixture
def desk(school: world.School) -> Iterator[Desk]:
    box = Box()
    with post.office(box) as where:
        desk = Desk(school, box, where)
        yield desk
        desk.practika.close()


def sign_in(desk: Desk, password: str = world.PASSWORD) -> tuple[str, str]:
    """Sign Mira in; return the token and the name of the sign-in."""
    token, _ = desk.practika.services.accounts.sign_in("mira@example.org", password, "Firefox/1")
    known = desk.practika.services.accounts.who(token)
    assert known is not None
    return token, known[1].id


def link(desk: Desk) -> str:
    """Return what the newest link holds that was mailed."""
    body = desk.box.letters[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"https://school\.example/reset/([\w-]{43})", body.get_content())
    assert found is not None
    return found[1]


def ask(desk: Desk, email: str = "mira@example.org", client: str = "192.0.2.1") -> None:
    desk.practika.services.resets.ask(email, client)
    desk.practika.services.worker().run_until_idle()


def test_a_changed_password_signs_out_everywhere_else(desk: Desk) -> None:
    accounts, own = desk.practika.services.accounts, desk.practika.services.own_account
    (here_token, here), (there_token, there) = sign_in(desk), sign_in(desk)
    mira = desk.school.id("Mira")
    ask(desk)
    for present, new in (("wrong", FRESH), (world.PASSWORD, "short"), (world.PASSWORD,) * 2):
        with pytest.raises(InvalidInput):
            own.change_password(mira, here, present, new)
    assert accounts.who(there_token)
    assert own.change_password(mira, here, world.PASSWORD, FRESH) == [there]
    assert accounts.who(here_token)
    assert accounts.who(there_token) is None
    with pytest.raises(SignInFailed):
        sign_in(desk)
    sign_in(desk, FRESH)
    with pytest.raises(NotFound):
        desk.practika.services.resets.offered(link(desk))


def test_a_lost_password_is_replaced_by_a_link_that_opens_once(desk: Desk) -> None:
    accounts, resets = desk.practika.services.accounts, desk.practika.services.resets
    token, _ = sign_in(desk)
    ask(desk, " MIRA@example.org ")
    assert desk.box.recipients == ["mira@example.org"]
    assert "List-Unsubscribe" not in desk.box.letters[0]
    held = link(desk)
    files = [f for f in desk.practika.settings.data.rglob("*") if f.is_file()]
    assert not any(held.encode() in f.read_bytes() for f in files)
    assert resets.offered(held).name == "Mira Example"
    with pytest.raises(InvalidInput, match="at least 10"):
        resets.use(held, "short")
    assert accounts.who(token)
    assert len(resets.use(held, FRESH)) == 1
    assert accounts.who(token) is None
    sign_in(desk, FRESH)
    with pytest.raises(NotFound):
        resets.use(held, "a third long password")


def test_an_unknown_address_leaves_the_same_rows_and_no_e_mail(desk: Desk) -> None:
    def rows() -> list[int]:
        with desk.record.engine.connect() as connection:
            counts = (
                connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                for table in ("password_resets", "jobs", "letters", "events")
            )
            return list(counts)

    before, resets = rows(), desk.practika.services.resets
    resets.ask("nobody@example.org", "192.0.2.1")
    unknown = [b - a for a, b in zip(before, rows(), strict=True)]
    resets.ask("mira@example.org", "192.0.2.1")
    known = [b - a - c for a, b, c in zip(before, rows(), unknown, strict=True)]
    assert unknown == known == [1, 1, 0, 0]
    desk.practika.services.worker().run_until_idle()
    assert desk.box.recipients == ["mira@example.org"]
    for strange in ("", "\0", "x" * 5000, "' OR 1=1 --"):
        resets.ask(strange, "192.0.2.1")


@pytest.mark.parametrize("how", ["newer", "late", "address", "off", "by hand"])
def test_a_link_ends(desk: Desk, how: str) -> None:
    services, mira = desk.practika.services, desk.school.people["Mira"]
    ask(desk)
    held = link(desk)
    services.resets.offered(held)
    if how == "newer":
        ask(desk)
        assert services.resets.offered(link(desk)).id == mira.id
    elif how == "by hand":
        _, shown = services.resets.link_for("mira@example.org")
        assert services.resets.offered(shown.rpartition("/")[2]).id == mira.id
    elif how == "off":
        services.accounts.switch_off("mira@example.org")
        services.accounts.switch(desk.school.id("Tom"), mira.id, active=True)
    else:
        with desk.record.engine.begin() as connection:
            if how == "late":
                ended = update(schema_resets.resets)
                connection.execute(ended.values(expires_at=utc_now() - timedelta(seconds=1)))
            else:
                connection.exec_driver_sql(
                    "UPDATE persons SET email = 'm@example.org' WHERE email = 'mira@example.org'"
                )
    with pytest.raises(NotFound):
        services.resets.use(held, FRESH)


def test_asking_often_sends_no_more_and_keeps_nobody_from_signing_in(desk: Desk) -> None:
    for number in range(PER_ADDRESS + 2):
        ask(desk, client=f"192.0.2.{number}")
    assert len(desk.box.letters) == PER_ADDRESS
    assert desk.practika.services.resets.offered(link(desk))
    sign_in(desk)
    for number in range(PER_CLIENT - 1):
        desk.practika.services.resets.ask(f"{number}@example.org", "192.0.2.0")
    for email in ("nobody@example.org", "jonas@example.org"):
        with pytest.raises(InvalidInput, match=re.escape(asking.TOO_OFTEN)):
            desk.practika.services.resets.ask(email, "192.0.2.0")
    ask(desk, "jonas@example.org", "192.0.2.99")
    assert desk.box.recipients[-1] == "jonas@example.org"


def test_a_mail_server_that_is_away_gets_the_link_later(desk: Desk) -> None:
    desk.box.refuse["mira@example.org"] = "451 not now"
    ask(desk)
    assert desk.states() == ["waiting"]
    desk.box.refuse.clear()
    desk.hurry()
    desk.practika.services.worker().run_until_idle()
    assert desk.practika.services.resets.offered(link(desk))


def test_without_a_mail_server_only_the_operator_makes_links(school: world.School) -> None:
    resets = school.practika.services.resets
    assert not resets.mails
    resets.ask("mira@example.org", "192.0.2.1")
    person, shown = resets.link_for("mira@example.org")
    resets.use(shown.rpartition("/")[2], FRESH)
    assert school.practika.services.accounts.sign_in(person.email, FRESH)
    with pytest.raises(InvalidInput, match="Nobody signs in with nobody"):
        resets.link_for("nobody@example.org")


def test_sign_ins_are_listed_and_end_one_by_one_or_all(desk: Desk) -> None:
    accounts, own = desk.practika.services.accounts, desk.practika.services.own_account
    mira, jonas = desk.school.id("Mira"), desk.school.id("Jonas")
    (_, here), (second_token, second), (third_token, _) = (sign_in(desk) for _ in range(3))
    shown = own.view(mira, here)["sign_ins"]
    assert [one["here"] for one in shown] == [True, False, False]
    assert not own.end(jonas, second)
    assert accounts.who(second_token)
    assert not own.end(mira, "\0")
    assert own.end(mira, second)
    assert not own.end(mira, second)
    assert accounts.who(second_token) is None
    assert len(own.end_others(mira, here)) == 1
    assert accounts.who(third_token) is None
    assert [one["id"] for one in own.view(mira, here)["sign_ins"]] == [here]


def test_last_use_is_written_down_now_and_then(desk: Desk) -> None:
    token, here = sign_in(desk)
    own, accounts = desk.practika.services.own_account, desk.practika.services.accounts
    with desk.record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sign_ins SET created_at = '2026-01-01 00:00:00.000000'")
    known = accounts.who(token)
    assert known is not None
    assert own.due(known[1])
    own.seen(known[1])
    again = accounts.who(token)
    assert again is not None
    assert not own.due(again[1])
    (shown,) = own.view(desk.school.id("Mira"), here)["sign_ins"]
    assert utc_now() - shown["seen"] < timedelta(minutes=1)
    assert shown["began"].year == 2026


def test_name_and_time_zone_are_ones_own_to_change(desk: Desk) -> None:
    own, mira = desk.practika.services.own_account, desk.school.id("Mira")
    own.put(mira, "  Mira L. ", "America/Lima")
    view = own.view(mira, "")
    assert (view["name"], view["zone"]) == ("Mira L.", "America/Lima")
    assert desk.practika.services.notice_choices.view(mira)["zone"] == "America/Lima"
    for name, zone in (("", ""), ("x" * 121, ""), ("Eve", "Mars/Base"), ("Eve", "../etc/passwd")):
        with pytest.raises(InvalidInput, match=r"\.$"):
            own.put(mira, name, zone)
    assert own.view(mira, "")["name"] == "Mira L."
    own.put(mira, "Mira L.", "")
    assert own.view(mira, "")["zone"] == ""
