"""What somebody is told of accounts of a provider: under the bell and by a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import post
import school as world
from post import Box
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.events import EventKind
from services.office import MIRA, NAME, NEW, Office
from services.test_posting import Desk
from vouchers import CLIENT, SECRET, Liar


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def office(school: world.School, liar: Liar, box: Box) -> Iterator[Office]:
    """A school with a provider and a mail server."""
    settings = {
        "PRACTIKA_OIDC_ISSUER": liar.address,
        "PRACTIKA_OIDC_CLIENT_ID": CLIENT,
        "PRACTIKA_OIDC_CLIENT_SECRET": SECRET,
        "PRACTIKA_OIDC_NAME": NAME,
    }
    with post.office(box) as where:
        desk = Desk(school, box, where, **settings)
        yield Office(replace(school, practika=desk.practika), liar)
        desk.practika.close()


def under_bell(office: Office, who: str) -> list[tuple[str, str]]:
    office.services.telling.catch_up()
    days = office.services.bell.view(office.school.id(who), news=True)["days"]
    lines = [line for day in days for line in day["groups"]]
    return [(line["text"], line["link"]) for line in lines if line["kind"].endswith("linked")]


CAN = "Your account at School can now sign in here"
CANNOT = "Your account at School can no longer sign in here"


def test_who_is_linked_or_unlinked_is_told_at_once_whatever_they_chose(
    office: Office, box: Box
) -> None:
    mira, choices = office.school.id("Mira"), office.services.notice_choices
    assert not [row for row in choices.view(mira)["rows"] if "linked" in row["kind"]]
    for kind in ("linked", "unlinked"):
        with pytest.raises(InvalidInput, match="no such choice"):
            choices.put(mira, {"rows": [{"kind": kind, "page": False, "mail": "off"}]})
    office.says(**MIRA)
    for _ in range(2):  # the second time she is known by the link, and nothing has changed
        office.sign_in()
    where = "profile#pk-provider"
    assert under_bell(office, "Mira") == [(CAN, where)]
    (link,) = office.door.view(mira)["links"]
    office.door.unlink(mira, link["id"])
    assert sorted(under_bell(office, "Mira")) == [(CANNOT, where), (CAN, where)]
    assert under_bell(office, "Jonas") == under_bell(office, "Tom") == []
    office.services.worker().run_until_idle()
    assert box.recipients == ["mira@example.org"] * 2
    assert sorted(str(letter["Subject"]) for letter in box.letters) == [
        "Your account at School can no longer sign in at Practika",
        "Your account at School can now sign in at Practika",
    ]
    for letter in box.letters:
        assert letter["List-Unsubscribe"] is None
        for kind in ("plain", "html"):
            body = letter.get_body((kind,))
            assert body is not None
            text = " ".join(body.get_content().split())
            assert "Hello Mira Example, your account at School can no" in text
            assert "That was on" in text
            assert "choose a new password here and at School at once" in text
            assert "https://school.example/profile#pk-provider" in text


def test_what_the_operator_unlinks_is_told_too(office: Office, box: Box) -> None:
    office.says(**MIRA)
    office.sign_in()
    office.services.worker().run_until_idle()
    assert office.services.accounts.unlink("mira@example.org")[1] == 1
    office.services.worker().run_until_idle()
    assert [str(letter["Subject"]) for letter in box.letters][1:] == [
        "Your account at School can no longer sign in at Practika"
    ]
    assert [text for text, _ in under_bell(office, "Mira") if "no longer" in text] == [CANNOT]


def test_an_account_that_was_made_by_the_provider_is_no_news(office: Office, box: Box) -> None:
    office.says(**NEW)
    arrived = office.sign_in(invitation=office.invite())
    assert arrived.entered is not None
    assert office.told(EventKind.LINKED)[0][2] == {"provider": "School", "new": True}
    office.services.telling.catch_up()
    days = office.services.bell.view(arrived.entered.person.id)["days"]
    lines = [line["text"] for day in days for line in day["groups"]]
    assert lines == ["You have a place in Keyboard I now"]
    office.services.worker().run_until_idle()
    assert box.letters == []
