"""The keys of one's player, the language one is written to in, and both under "My data"."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import post
import school as world
from post import Box
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import Watermark
from services.test_notices import comments, submitted
from services.test_posting import Desk

GERMAN = "de"


@pytest.fixture
def desk(school: world.School) -> Iterator[Desk]:
    box = Box()
    with post.office(box) as where:
        made = Desk(school, box, where)
        yield made
        made.practika.close()


def changes(school: world.School, who: str, since: Watermark) -> list[str]:
    """What an open page of somebody hears of since then."""
    live = school.practika.services.live
    events, _ = live.since(since)
    return [change["kind"] for change in live.concerns(school.id(who), events)]


def test_keys_are_the_persons_wherever_they_sign_in(school: world.School) -> None:
    ring, mira, live = (
        school.practika.services.player_keys,
        school.id("Mira"),
        school.practika.services.live,
    )
    assert ring.page(mira) == {"stored": False, "single": True, "pro": False, "keys": {}}
    since = live.now()
    # What the browser held from before is taken over, once.
    ring.put(mira, {"single": False, "pro": True, "first": True})
    ring.put(mira, {"single": True, "pro": False, "first": True})
    assert ring.page(mira) == {"stored": True, "single": False, "pro": True, "keys": {}}
    assert changes(school, "Mira", since) == ["person.keys_changed"]
    assert changes(school, "Ada", since) == []
    view = ring.put(mira, {"pro": False, "key": ["comment", "q"]})
    row = next(one for one in view["actions"] if one["id"] == "comment")
    assert row == {"id": "comment", "says": "Comment", "keys": ["Q"], "changed": True}
    for wrong in (
        {"key": ["comment", "d"]},
        {"key": ["comment"]},
        {"key": "comment"},
        {"keys": ["comment"]},
        {"keys": {"comment": ["q"]}},
        {"single": "yes"},
        {"pro": 1},
    ):
        with pytest.raises(InvalidInput):
            ring.put(mira, wrong)
    assert ring.page(mira)["keys"] == {"comment": "q"}
    since = live.now()
    ring.put(mira, {"key": ["comment", "q"]})
    assert changes(school, "Mira", since) == []  # it was so
    ring.put(mira, {"key": ["comment", ""]})
    assert ring.page(mira)["keys"] == {}
    ring.put(mira, {"keys": {"next": "q"}})
    assert ring.put(mira, {"keys": {}})["keys"] == {}
    with pytest.raises(NotFound):
        ring.put("nobody", {"single": False})


def test_whoever_chose_german_is_written_to_in_german(desk: Desk) -> None:
    services, mira = desk.practika.services, desk.school.id("Mira")
    own = services.own_account
    with pytest.raises(InvalidInput, match="no such language"):
        own.put(mira, "Mira Example", "", "fr")
    own.put(mira, "Mira Example", "", GERMAN)
    own.put(mira, "Mira Example", "")  # a form without it leaves it
    take = submitted(desk.school)
    comments(desk.school, take, "Softer.", "Slower.")
    desk.tell()
    assert desk.post() == [
        "Ada Example hat 2 Kommentare zu Ihrer Aufnahme 1 von Hanon 1 geschrieben"
    ]
    plain, marked = (desk.box.letters[0].get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert marked is not None
    text = plain.get_content()
    assert "Guten Tag Mira Example, das ist neu für Sie:" in text
    assert '"Softer."' in text
    assert "Diese E-Mails abbestellen: https://school.example/unsubscribe/" in text
    assert '<html lang="de">' in marked.get_content()
    groups = [group for day in services.bell.view(mira)["days"] for group in day["groups"]]
    assert {group["lang"] for group in groups} == {GERMAN}
    assert {group["text"] for group in groups} == {
        "Sie haben jetzt einen Platz in Keyboard I",
        "Ada Example hat 2 Kommentare zu Ihrer Aufnahme 1 von Hanon 1 geschrieben",
    }
    token = text.partition("/unsubscribe/")[2].split()[0]
    stopping = services.notice_choices.offered(token)
    assert (stopping.language, stopping.kinds) == (
        GERMAN,
        ["Eine Lehrkraft hat meine Aufnahme kommentiert"],
    )
    services.resets.ask("mira@example.org", "192.0.2.1")
    services.addresses.ask(mira, "neu@example.org", world.PASSWORD)
    assert set(desk.post()[1:]) == {
        "Ihr neues Passwort bei Practika",
        "Bestätigen Sie Ihre E-Mail-Adresse bei Practika",
        "Ihre E-Mail-Adresse bei Practika soll sich ändern",
    }
    assert services.accounts.person(desk.school.id("Ada")).language == ""  # others are not asked


def test_an_invitation_is_in_the_language_of_who_sends_it(desk: Desk) -> None:
    services, ada = desk.practika.services, desk.school.id("Ada")
    services.own_account.put(ada, "Ada Example", "", GERMAN)
    services.invitations.make(
        ada, "student", desk.school.course, emails=["neu@example.org"], send=True
    )
    services.worker().run_until_idle()
    (letter,) = desk.box.letters
    assert (
        letter["Subject"] == "Ada Example lädt Sie zu Keyboard I ein, als Lernende oder Lernender"
    )
    plain = letter.get_body(("plain",))
    assert plain is not None
    words = plain.get_content()
    assert "Der Link gilt nur für diese Adresse, bis zum " in words
    token = words.partition("/join/")[2].split()[0]
    person = services.joinings.register(token, "Nia", "", world.PASSWORD, GERMAN)
    assert services.accounts.person(person.id).language == GERMAN


def test_a_school_has_a_language_for_who_chose_none(school: world.School) -> None:
    box = Box()
    with post.office(box) as where:
        desk = Desk(school, box, where, PRACTIKA_LANGUAGE="de")
        desk.practika.services.resets.ask("mira@example.org", "192.0.2.1")
        desk.practika.services.own_account.put(school.id("Ada"), "Ada Example", "", "en")
        desk.practika.services.resets.ask("ada@example.org", "192.0.2.1")
        assert sorted(desk.post()) == [
            "Ihr neues Passwort bei Practika",
            "Your new password at Practika",
        ]
        assert desk.practika.services.own_account.view(school.id("Mira"), "")["usual_language"] == (
            "Deutsch"
        )
        desk.practika.close()


def test_my_data_tells_of_picture_language_and_keys(school: world.School) -> None:
    services, mira = school.practika.services, school.id("Mira")
    assert services.holdings.view(mira)["ways"] == [
        ["Picture", "none"],
        ["Language of e-mails and notifications", "as the school"],
        ["Time zone", "as the school"],
        ["Keys of the player", "as usual"],
    ]
    services.own_account.put(mira, "Mira Example", "Europe/Berlin", GERMAN)
    services.player_keys.put(mira, {"single": False, "key": ["comment", "q"]})
    with school.practika.record.write() as uow:
        uow.people.set_portrait(mira, "a" * 26, 12_345)
    view = services.holdings.view(mira)
    assert view["picture"] == f"portraits/{mira}/{'a' * 26}.webp"
    assert view["ways"] == [
        ["Picture", "12.3 kB"],
        ["Language of e-mails and notifications", "Deutsch"],
        ["Time zone", "Europe/Berlin"],
        ["Keys of the player", "Comment: Q; single-letter keys off"],
    ]
