"""What the record says of accounts: who switched whom, new passwords, sign-ins that were ended."""

from __future__ import annotations

from typing import Any

import pytest

import school as world
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import EventKind, Watermark

OURS = {EventKind.SWITCHED, EventKind.PASSWORD_CHANGED, EventKind.SIGN_INS_ENDED}


def told(school: world.School) -> list[tuple[str, str, str, dict[str, Any]]]:
    with school.practika.record.read() as uow:
        events, _ = uow.events.after(Watermark())
    return [(e.kind, e.actor_id, e.student_id, e.data) for e in events if e.kind in OURS]


def test_switching_an_account_is_told_once_with_who_did_it(school: world.School) -> None:
    accounts, tom, mira = school.practika.services.accounts, school.id("Tom"), school.id("Mira")
    accounts.switch(tom, mira, active=False)
    accounts.switch(tom, mira, active=False)
    accounts.switch(tom, mira, active=True)
    accounts.switch_off(school.people["Mira"].email)
    assert told(school) == [
        ("person.switched", tom, mira, {"active": False}),
        ("person.switched", tom, mira, {"active": True}),
        ("person.switched", "", mira, {"active": False}),
    ]


def test_what_is_refused_leaves_no_trace(school: world.School) -> None:
    tom = school.id("Tom")
    with pytest.raises(InvalidInput):
        school.practika.services.accounts.switch(tom, tom, active=False)
    assert school.practika.services.own_account.end_others(tom, "") == []
    assert told(school) == []


def test_a_new_password_by_link_is_told_without_a_word_of_it(school: world.School) -> None:
    services, mira = school.practika.services, school.id("Mira")
    _, link = services.resets.link_for(school.people["Mira"].email)
    services.resets.use(link.rpartition("/")[2], "a long new password")
    assert told(school) == [("person.password_changed", mira, "", {"way": "link", "ended": 0})]
    services.accounts.sign_in(school.people["Mira"].email, "a long new password")
    services.own_account.end_others(mira, "")
    assert told(school)[1] == ("person.sign_ins_ended", mira, "", {"ended": 1})
