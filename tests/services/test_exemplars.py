"""Exemplars: nobody sees one before the student's yes, and nobody after it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.audit import Wanted
from practika_kernel.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.permissions import Verb
from practika_kernel.services import access
from practika_kernel.services.content import Content

OTHERS = ("Jonas", "Piet", "Helen", "Rosa", "Tom")
"""Everybody but the student and the teacher."""


@pytest.fixture
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[world.School]:
    yield from world.made_on(request, tmp_path)


def ask(school: world.School, take: str, **more: Any) -> str:
    return str(school.practika.services.exemplars.ask(school.id("Ada"), take, **more))


def shown(school: world.School, who: str) -> list[dict[str, Any]]:
    return list(school.practika.services.exemplars.shown(school.id(who)))


def lines(school: world.School, who: str) -> list[dict[str, Any]]:
    """What is news of exemplars under somebody's bell."""
    days = school.practika.services.bell.view(school.id(who), news=True)["days"]
    return [one for day in days for one in day["groups"] if one["kind"].startswith("exemplar")]


def opens(school: world.School, who: str, exemplar: str) -> bool:
    """Whether the person gets at the exemplar by its id, whatever page they are on."""
    with school.practika.record.read() as uow:
        try:
            access.exemplar(uow, school.id(who), exemplar, Verb.SEE)
        except (NotFound, NotAllowed):
            return False
    return True


def test_the_class_sees_it_from_the_yes_until_it_is_taken_back(school: world.School) -> None:
    exemplars, mira = school.practika.services.exemplars, school.id("Mira")
    take = school.handed_in("Mira")
    one = ask(school, take, words="Listen to the left hand.")
    (question,) = exemplars.questions(mira)
    assert (question["state"], question["asked_by"]) == ("asked", "Ada Example")
    assert not any(opens(school, who, one) for who in OTHERS)
    assert shown(school, "Jonas") == shown(school, "Ada") == []
    exemplars.answer(mira, one, yes=True)
    (seen,) = shown(school, "Jonas")
    assert (seen["who"], seen["words"], seen["mine"]) == ("", "Listen to the left hand.", False)
    assert "take_id" not in seen
    assert take not in str(seen)
    assert [opens(school, who, one) for who in OTHERS] == [True, False, False, False, False]
    exemplars.answer(mira, one, yes=True, named=True)
    assert shown(school, "Jonas")[0]["who"] == "Mira Example"
    exemplars.take_back(mira, one)
    assert shown(school, "Jonas") == shown(school, "Ada") == []
    assert not any(opens(school, who, one) for who in OTHERS)
    (question,) = exemplars.questions(mira)
    assert question["state"] == "taken back"


def test_a_no_is_not_asked_again_and_the_student_alone_may_change_it(school: world.School) -> None:
    exemplars, mira, ada = school.practika.services.exemplars, school.id("Mira"), school.id("Ada")
    take = school.handed_in("Mira")
    one = ask(school, take)
    with pytest.raises(Conflict, match="already"):
        ask(school, take)
    exemplars.answer(mira, one, yes=False, named=True)
    assert not opens(school, "Jonas", one)
    with pytest.raises(Conflict, match="said no"):
        ask(school, take)
    with pytest.raises(Conflict, match="nothing to end"):
        exemplars.stop(ada, one)
    exemplars.answer(mira, one, yes=True)
    exemplars.answer(mira, one, yes=False)  # a no counts whenever it is said
    assert not opens(school, "Jonas", one)
    with pytest.raises(Conflict, match="took their yes back"):
        ask(school, take)
    exemplars.answer(mira, one, yes=True)
    assert opens(school, "Jonas", one)
    exemplars.stop(ada, one)
    assert not opens(school, "Jonas", one)
    with pytest.raises(InvalidInput, match="does not ask"):
        exemplars.answer(mira, one, yes=True)
    assert exemplars.questions(mira) == exemplars.questions(ada) == []
    exemplars.answer(mira, ask(school, take), yes=True)
    assert len(shown(school, "Jonas")) == 1


def test_nobody_else_asks_answers_or_ends(school: world.School) -> None:
    exemplars, mira = school.practika.services.exemplars, school.id("Mira")
    take = school.handed_in("Mira")
    for who in ("Jonas", "Piet", "Helen", "Tom"):
        with pytest.raises(NotFound):
            exemplars.ask(school.id(who), take)
    for who in ("Mira", "Rosa"):  # they see the take, and ask nothing
        with pytest.raises((NotFound, NotAllowed)):
            exemplars.ask(school.id(who), take)
    for odd in ("", "../../etc/passwd", "0" * 26, "x" * 500):
        with pytest.raises(NotFound):
            ask(school, odd)
    one = ask(school, take)
    deeds: list[Callable[[str], object]] = [
        lambda who: exemplars.answer(who, one, yes=True),
        lambda who: exemplars.answer(who, one, yes=False),
        lambda who: exemplars.take_back(who, one),
        lambda who: exemplars.stop(who, one),
    ]
    for who in OTHERS:
        for deed in deeds:
            with pytest.raises(NotFound):
                deed(school.id(who))
    for deed in deeds[:3]:
        with pytest.raises((NotFound, NotAllowed)):
            deed(school.id("Ada"))
    with pytest.raises((NotFound, NotAllowed)):
        exemplars.stop(mira, one)
    assert exemplars.questions(school.id("Jonas")) == []
    assert exemplars.questions(mira)[0]["state"] == "asked"


def test_only_what_was_agreed_to_is_shown(school: world.School) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    line = services.rubrics.add(
        ada, school.exercises["hanon"].id, "Pulse", [("no", ""), ("yes", "")]
    )
    take, plain = school.handed_in("Mira"), school.handed_in("Mira")
    said = services.replies.save(ada, take, client_key="k", kind="keep", text="So *even*.")["id"]
    with pytest.raises(InvalidInput, match="student has already"):
        ask(school, take, reply_id=said)
    services.marks.mark(ada, take, line, 2)
    services.marks.mark(ada, plain, line, 2)
    services.replies.release(ada, take)
    services.replies.release(ada, plain)
    with pytest.raises(NotFound):
        ask(school, plain, reply_id=said)
    one, bare = ask(school, take, reply_id=said, marks=True), ask(school, plain)
    for each in (one, bare):
        services.exemplars.answer(mira, each, yes=True)
    first, second = shown(school, "Jonas")
    assert (first["reply"]["plain"], first["reply"]["author"]) == ("So even.", "Ada Example")
    assert first["marks"] == [{"title": "Pulse", "name": "yes", "level": 2, "of": 2}]
    assert (second["reply"], second["marks"]) == (None, [])
    # What the teacher changes afterwards was not agreed to.
    services.edits.edit(ada, said, Content("fix", "Uneven after all."))
    services.marks.mark(ada, take, line, 1)
    services.replies.release(ada, take)
    assert (shown(school, "Jonas")[0]["reply"], shown(school, "Jonas")[0]["marks"]) == (None, [])
    services.exemplars.answer(mira, one, yes=True, named=True)  # a name is no new yes
    assert shown(school, "Jonas")[0]["reply"] is None


def test_with_the_take_or_the_account_or_the_consent_it_goes(school: world.School) -> None:
    services, mira = school.practika.services, school.id("Mira")
    take = school.handed_in("Mira")
    one = ask(school, take)
    services.exemplars.answer(mira, one, yes=True)
    services.trash.throw(mira, take)
    assert shown(school, "Jonas") == services.exemplars.questions(mira) == []
    assert not opens(school, "Mira", one)
    services.trash.restore(mira, take)
    assert opens(school, "Jonas", one)
    with school.practika.record.write() as uow:
        uow.people.save(replace(school.people["Mira"], active=False))
    assert not opens(school, "Jonas", one)
    with school.practika.record.write() as uow:
        uow.people.save(school.people["Mira"])
        found = uow.takes.get(take)
        assert found is not None
        moved = replace(found, exercise_id=school.exercises["scale"].id)
        uow.takes.save(moved, expected=found.state)
    assert shown(school, "Jonas") == shown(school, "Mira") == []  # nobody agreed to that
    (question,) = services.exemplars.questions(mira)
    assert (question["moved"], question["exercise"]["title"]) == (True, "Hanon 1")
    again = ask(school, take)
    assert not opens(school, "Jonas", again)
    services.exemplars.stop(school.id("Ada"), again)
    with school.practika.record.write() as uow:
        uow.takes.save(found, expected=found.state)
    assert not opens(school, "Jonas", one)  # the second question ended the first for good
    services.exemplars.answer(mira, ask(school, take), yes=True)
    assert len(shown(school, "Jonas")) == 1
    services.consents.give(mira, "exemplar", "full")
    services.consents.withdraw(mira, "exemplar")
    assert shown(school, "Jonas") == []
    assert services.exemplars.questions(mira)[0]["state"] == "taken back"


@world.both
def test_erasing_removes_it_with_what_was_told_of_it(school: world.School) -> None:
    services, mira = school.practika.services, school.id("Mira")
    take = school.handed_in("Mira")
    one = ask(school, take)
    services.exemplars.answer(mira, one, yes=True, named=True)
    services.telling.catch_up()
    services.erasures.ask(mira, take)
    assert shown(school, "Jonas") == []
    school.work()
    with school.practika.record.read() as uow:
        assert uow.exemplars.get(one) is None
        kinds = (EventKind.EXEMPLAR_ASKED, EventKind.EXEMPLAR_ANSWERED)
        assert list(uow.audit.page(Wanted(kinds), 10)) == []
    assert lines(school, "Ada") == []
    (receipt,) = services.erasures.receipts(mira)
    assert receipt["rows"]["exemplars"] == 1
    assert "other entr" not in receipt["text"]


def test_who_asked_and_who_answered_are_told_and_it_is_noted(school: world.School) -> None:
    services, mira = school.practika.services, school.id("Mira")
    one = ask(school, school.handed_in("Mira"))
    services.telling.catch_up()
    (line,) = lines(school, "Mira")
    assert line["text"] == "Ada Example asks whether the class may see your take 1 of Hanon 1"
    assert line["link"] == "student?view=library"
    services.exemplars.answer(mira, one, yes=True)
    services.telling.catch_up()
    assert lines(school, "Mira") == []
    (line,) = lines(school, "Ada")
    assert "answered whether the class may see take 1" in line["text"]
    services.exemplars.take_back(mira, one)
    services.telling.catch_up()
    with school.practika.record.read() as uow:
        told = uow.audit.page(Wanted((EventKind.EXEMPLAR_ENDED,)), 5)
    assert [(each.actor_id, each.data["state"]) for each in told] == [(mira, "taken back")]


def test_a_blind_second_rater_learns_nothing_of_it(school: world.School) -> None:
    services, mira = school.practika.services, school.id("Mira")
    cleo = Person(new_id(), "cleo@example.org", "Cleo Example", Role.TEACHER, utc_now())
    with school.practika.record.write() as uow:
        uow.people.add(cleo)
    services.accounts.enrol(cleo.id, school.course, Role.TEACHER)
    hanon = school.exercises["hanon"].id
    line = services.rubrics.add(cleo.id, hanon, "Pulse", [("no", ""), ("yes", "")])
    services.ratings.set_share(school.id("Helen"), school.course, 100)
    take = school.handed_in("Mira")
    one = services.exemplars.ask(cleo.id, take)
    services.marks.mark(cleo.id, take, line, 2)
    services.replies.release(cleo.id, take)
    services.exemplars.answer(mira, one, yes=True, named=True)
    assert shown(school, "Ada") == services.exemplars.questions(school.id("Ada")) == []
    with pytest.raises(NotFound):
        services.media.open(school.id("Ada"), "exemplar", one, "poster")
    assert len(shown(school, "Jonas")) == 1


def test_of_a_part_nobody_gets_the_rest(school: world.School, video: Path) -> None:
    services, mira, jonas = school.practika.services, school.id("Mira"), school.id("Jonas")
    whole, part = school.submitted("Mira", video), school.submitted("Mira", video)
    for span in (
        {"start": 1.0},
        {"start": 5.0, "end": 2.0},
        {"start": 500.0, "end": 600.0},
        {"start": -3.0, "end": 1.0},
    ):
        with pytest.raises(InvalidInput):
            ask(school, part, **span)
    one, cut = ask(school, whole), ask(school, part, start=0.5, end=1.0)
    school.work()
    for each in (one, cut):
        services.exemplars.answer(mira, each, yes=True)
    poster = services.media.open(jonas, "exemplar", one, "poster")
    assert poster.filename == "exemplar.mp4"
    clip = services.media.open(jonas, "exemplar", cut, "video")
    assert clip.key.startswith("clips/")
    for kind in ("original", "poster", "film", "wave", "frames"):
        with pytest.raises(NotFound):
            services.media.open(jonas, "exemplar", cut, kind)
    for each in (one, cut):
        for kind in ("thumbnails", "captions"):
            if (each, kind) != (one, "thumbnails"):
                with pytest.raises(NotFound):
                    getattr(services.media, kind)(jonas, "exemplar", each)
    with pytest.raises(NotFound):
        services.media.open(jonas, "exemplar", one, "original")
    own = school.submitted("Jonas", video)
    for each in (one, cut):
        view = services.comparisons.view(jonas, own, f"exemplar:{each}")
        assert view["b"]["kind"] == "exemplar"
        assert view["choice"] == f"exemplar:{each}"
    assert services.comparisons.assets(jonas, own, f"exemplar:{cut}") is None
    services.exemplars.take_back(mira, one)
    for odd in (one, cut[::-1], "0" * 26, "", whole):
        with pytest.raises(NotFound):
            services.comparisons.view(jonas, own, f"exemplar:{odd}")
    with pytest.raises(NotFound):
        services.media.open(jonas, "exemplar", one, "video")
