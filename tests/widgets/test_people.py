"""What an admin does with accounts: roles, places, sign-ins; and what nobody else can."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, expect

import school as world
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.audit import DeedKind, Wanted
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.provider import Link
from practika_kernel.server.environment import as_environment
from practika_kernel.settings import Settings
from practika_widgets import AuditWidget, PeopleWidget, PersonWidget, SettingsWidget, admin_page
from practika_widgets._base import PractikaWidget

from .live_page import shown

Seat = Callable[[str], Practika]
EVIL = '<img src=x onerror="window.evil=1"><b>Mira</b>'


def ask(widget: PractikaWidget, verb: str, **args: Any) -> dict[str, Any]:
    return widget.answer({"verb": verb, "args": args})


@pytest.fixture
def jonas(school: world.School, seat: Seat) -> Iterator[PersonWidget]:
    widget = PersonWidget(seat("Tom"), person=school.id("Jonas"))
    yield widget
    widget.close()


def deeds(school: world.School, kind: str) -> list[dict[str, Any]]:
    with school.practika.record.read() as uow:
        return [deed.data for deed in uow.audit.page(Wanted((kind,)), 99)]


def test_a_role_changes_with_its_places_and_its_sign_ins(
    school: world.School, jonas: PersonWidget
) -> None:
    accounts = school.practika.services.accounts
    with school.practika.record.write() as uow:
        uow.people.set_password_hash(school.id("Jonas"), world.password_hash())
    token, _ = accounts.sign_in(school.people["Jonas"].email, world.PASSWORD)
    jonas.refresh()
    assert jonas.view["person"]["sessions"] == 1
    assert ask(jonas, "role", role="teacher")["ok"]
    person = jonas.view["person"]
    assert (person["role"], person["sessions"]) == ("teacher", 0)
    assert [place["role"] for place in person["places"]] == ["teacher"]
    assert accounts.who(token) is None
    with school.practika.record.read() as uow:
        places = uow.courses.of_person(school.id("Jonas"))
    assert [place.role for place in places] == [Role.TEACHER]
    told = {"before": "student", "after": "teacher", "places": 1}
    assert deeds(school, DeedKind.ROLE_CHANGED) == [told]
    assert ask(jonas, "role", role="admin")["ok"]
    assert jonas.view["person"]["places"] == []
    assert ask(jonas, "role", role="king")["ok"] is False


def test_places_are_given_changed_and_taken(school: world.School, jonas: PersonWidget) -> None:
    assert ask(jonas, "give", course=school.other_course, role="teacher") == {
        "ok": False,
        "sentence": "Jonas Example is here as student. Change that first to make them teacher in "
        "a course.",
    }
    assert ask(jonas, "role", role="coordinator")["ok"]
    assert ask(jonas, "give", course=school.other_course, role="teacher")["ok"]
    assert ask(jonas, "give", course=school.other_course, role="teacher")["ok"]  # it is there
    titles = {one["title"].split(",")[0]: one for one in jonas.view["person"]["places"]}
    dance = titles["Dance basics"]
    assert (dance["role"], titles["Keyboard I"]["role"]) == ("teacher", "coordinator")
    assert ask(jonas, "change", place=dance["id"], role="coordinator")["ok"]
    assert ask(jonas, "take", place=dance["id"])["ok"]
    assert ask(jonas, "take", place=dance["id"])["ok"] is False
    assert [
        len(deeds(school, kind)) for kind in ("place.given", "place.changed", "place.taken")
    ] == [1, 1, 1]
    assert jonas.view["log"][0]["sentence"] == (
        "Tom Example took Jonas Example's place in Dance basics, Autumn 2026 as coordinator away."
    )


def test_a_place_of_somebody_else_is_none(school: world.School, jonas: PersonWidget) -> None:
    with school.practika.record.read() as uow:
        (mira,) = uow.courses.of_person(school.id("Mira"))
    for verb, more in (("take", {}), ("change", {"role": "student"})):
        answer = ask(jonas, verb, place=mira.id, **more)
        assert answer["sentence"] == "There is nothing here under that address."
    with school.practika.record.read() as uow:
        assert uow.courses.of_person(school.id("Mira")) == [mira]


def test_there_is_always_an_admin(school: world.School, seat: Seat) -> None:
    own = PersonWidget(seat("Tom"), person=school.id("Tom"))
    for verb, args in (("role", {"role": "teacher"}), ("switch", {"active": False})):
        assert ask(own, verb, **args)["ok"] is False
    own.close()
    desk, now = school.practika.services.people, utc_now()
    other = Person(new_id(), "olga@school.example", "Olga", Role.ADMIN, now, active=False)
    with school.practika.record.write() as uow:
        uow.people.add(other)
        # Two admins at once, each at the other: the second comes when the first is none any more.
        uow.people.save(replace(other, active=True))
    desk.set_role(other.id, school.id("Tom"), "teacher")
    with pytest.raises(Exception, match="There is nothing"):
        desk.set_role(school.id("Tom"), other.id, "teacher")


def test_the_second_step_of_who_lost_the_phone_is_turned_off(
    school: world.School, seat: Seat
) -> None:
    ada, second = school.id("Ada"), school.practika.services.second_step
    second.begin(ada, "here", world.PASSWORD)
    second.confirm(ada, "here", pyotp.parse_uri(second.view(ada, "here")["offer"]["uri"]).now())
    widget = PersonWidget(seat("Tom"), person=ada)
    for expected in (True, False):
        assert widget.view["person"]["second"] is expected
        assert ask(widget, "reset_second")["result"] is expected
    widget.close()


def test_the_account_of_a_provider_is_unlinked(school: world.School, seat: Seat) -> None:
    ada = school.id("Ada")
    with school.practika.record.write() as uow:
        uow.links.add(Link(new_id(), ada, "https://idp.example", "ada-7", utc_now()))
    widget = PersonWidget(seat("Tom"), person=ada)
    name = widget.view["person"]["name"]
    for expected in (1, 0):
        assert widget.view["person"]["linked"] == expected
        assert ask(widget, "unlink")["result"] == expected
    assert widget.view["log"][0]["sentence"] == f"{name} cannot sign in by the provider."
    widget.close()


def test_a_link_to_a_new_password_opens_and_is_noted_without_itself(
    school: world.School, jonas: PersonWidget
) -> None:
    link = ask(jonas, "reset")["result"]
    token = link.rpartition("/")[2]
    assert school.practika.services.resets.offered(token).id == school.id("Jonas")
    assert token not in json.dumps(jonas.view)
    assert deeds(school, DeedKind.LINK_MADE) == [{}]
    assert ask(jonas, "switch", active=False)["ok"]
    assert ask(jonas, "reset")["ok"] is False


@pytest.mark.parametrize("who", ["Mira", "Ada", "Helen", "Rosa"])
def test_everybody_else_is_told_of_nothing(school: world.School, seat: Seat, who: str) -> None:
    page = admin_page(seat(who))
    assert page.current is None or set(page.current.view) == {"problem"}
    tom = school.id("Tom")
    widgets = [
        PeopleWidget(seat(who)),
        PersonWidget(seat(who), person=tom),
        AuditWidget(seat(who), {"person": tom}),
        SettingsWidget(seat(who)),
    ]
    args: dict[str, Any] = {
        "role": "student", "course": school.course, "place": new_id(), "active": False,
        "person": tom, "typed": "t", "find": "", "after": "", "name": "X", "email": "x@y.example",
    }  # fmt: skip
    for widget in widgets:
        assert widget.view == {"problem": "There is nothing here under that address."}
        for name, verb in type(widget).all_verbs().items():
            if name in {"refresh", "complain", "find"}:
                continue
            answer = ask(widget, name, **{each: args[each] for each in verb.args})
            assert answer["ok"] is False, name
        widget.close()
    page.close()
    with school.practika.record.read() as uow:
        found = uow.people.get(tom)
    assert found is not None
    assert (found.role, found.active) == (Role.ADMIN, True)


def test_a_hundred_people_come_in_pages_and_a_name_is_only_text(
    school: world.School, seat: Seat, browser: Browser
) -> None:
    now = utc_now()
    with school.practika.record.write() as uow:
        uow.people.save(replace(school.people["Mira"], name=EVIL))
        for n in range(100):
            uow.people.add(
                Person(new_id(), f"p{n}@many.example", f"Person {n:03}", Role.STUDENT, now)
            )
    with shown(browser, PeopleWidget(seat("Tom")), "admin") as page:
        rows = page.locator("#pk-people tbody tr")
        expect(rows).to_have_count(50)
        expect(page.locator("#pk-people")).to_contain_text(EVIL)
        page.get_by_role("button", name="More").click()
        expect(rows.first).not_to_contain_text(EVIL)
        page.get_by_role("button", name="Before").click()
        expect(page.locator("#pk-people")).to_contain_text(EVIL)
        page.get_by_label("Find a person").fill("099 many")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("Person 099")
        page.get_by_label("Find a person").fill("nobody at all")
        expect(page.locator(".empty")).to_contain_text("Nobody like this")
        assert page.evaluate("() => window.evil") is None


def test_no_secret_is_among_the_settings(tmp_path: Any) -> None:
    given = {
        "PRACTIKA_DATA": str(tmp_path / "data"),
        "PRACTIKA_SMTP_URL": "smtp://user@mail.example:587",
        "PRACTIKA_SMTP_PASSWORD": "hunter2-mail",
        "PRACTIKA_METRICS_TOKEN": "hunter2-metrics-token",
        "PRACTIKA_OIDC_CLIENT_SECRET": "hunter2-provider",
        "PRACTIKA_TIME_ZONE": "UTC",
    }
    from practika_kernel.bootstrap.in_force import told

    whole = told(Settings.read(given), given)
    rows = {row["variable"]: row for group in whole["groups"] for row in group["settings"]}
    assert "hunter2" not in json.dumps(whole)
    assert rows["PRACTIKA_SMTP_PASSWORD"]["value"] == "set"
    assert rows["PRACTIKA_OIDC_CLIENT_SECRET"]["value"] == "set"
    assert rows["PRACTIKA_METRICS_TOKEN"]["source"] == "environment"
    assert (rows["PRACTIKA_UPLOAD_LIMIT"]["value"], rows["PRACTIKA_FORK"]["value"]) == (
        "2 GB",
        "yes",
    )
    for secret in (
        "postgresql://u:hunter2@db/x",
        "postgresql://db/x?user=u&password=hunter2&sslmode=require",
    ):
        shown_ = Settings.read({**given, "PRACTIKA_DATABASE_URL": secret}).shown()
        assert "hunter2" not in json.dumps(shown_)
    assert "hunter2" not in json.dumps(as_environment(Settings.read(given)))


def test_the_page_shows_what_the_server_wrote_down(school: world.School, seat: Seat) -> None:
    before = SettingsWidget(seat("Tom"))
    assert before.view["at"] == ""
    school.practika.services.in_force.put_up()
    place = school.practika.settings.data / "run" / "settings.json"
    assert place.stat().st_mode & 0o777 == 0o600
    before.refresh()
    assert before.view["at"]
    assert "weak" not in before.view
    before.close()
