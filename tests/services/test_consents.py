"""Giving, limiting and withdrawing consent; what is held on paper; how many consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.consent import Consent, Export, MediaLevel, Purpose
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.sheets import Line
from practika_kernel.services.consent_desk import ConsentDesk
from practika_kernel.services.consents import Consents

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def own(school: world.School) -> Consents:
    return Consents(school.practika.record, lambda: NOW, "Europe/Berlin")


@pytest.fixture
def desk(school: world.School) -> ConsentDesk:
    return ConsentDesk(school.practika.record, lambda: NOW, "Europe/Berlin")


@pytest.fixture
def in_force(school: world.School) -> Callable[..., dict[str, Consent]]:
    def asked(purpose: Purpose, at: datetime = NOW, study: str = "") -> dict[str, Consent]:
        with school.practika.record.read() as uow:
            return uow.consents.in_force(purpose, at, study or None)

    return asked


def test_nobody_consents_who_has_not_said_so(school: world.School, own: Consents) -> None:
    view = own.view(school.id("Mira"))
    assert [one["held"] for one in view["purposes"]] == [None, None, None]
    assert view["history"] == []


def test_a_consent_ends_with_its_last_day_where_the_school_is(
    school: world.School, own: Consents, in_force: Callable[..., dict[str, Consent]]
) -> None:
    mira = school.id("Mira")
    own.give(mira, "research", "audio", "2026-06-30")
    end = datetime(2026, 6, 30, 22, tzinfo=UTC)  # midnight in summer
    assert set(in_force(Purpose.RESEARCH, end - timedelta(seconds=1))) == {mira}
    assert in_force(Purpose.RESEARCH, end) == {}
    research = own.view(mira)["purposes"][0]
    assert (research["held"]["until"], research["held"]["media"]) == ("2026-06-30", "audio")
    assert in_force(Purpose.TRAINING) == in_force(Purpose.EXEMPLAR) == {}


def test_withdrawing_ends_it_keeps_the_history_and_tells_who_holds_copies(
    school: world.School, own: Consents, desk: ConsentDesk,
    in_force: Callable[..., dict[str, Consent]],
) -> None:  # fmt: skip
    mira = school.id("Mira")
    own.give(mira, "research", "full")
    own.give(mira, "research", "none", "", "tempo")
    made = Export(new_id(), "tempo", NOW, "", "ab" * 32, ("csv",), 5, MediaLevel.NONE, 1)
    with school.practika.record.write() as uow:
        uow.exports.add(made, [mira])
    with pytest.raises(InvalidInput, match="no such consent"):
        own.withdraw(mira, "training")
    assert [one["study"] for one in own.withdraw(mira, "research")] == ["tempo"]
    later = NOW + timedelta(seconds=1)
    assert in_force(Purpose.RESEARCH, later) == in_force(Purpose.RESEARCH, later, "tempo") == {}
    [told] = desk.recalls(school.id("Rosa"))
    assert (told["study"], told["people"], told["recalled"]) == ("tempo", 1, 1)
    assert desk.recalls("")[0]["gone"] == [mira]
    for who in ("Mira", "Ada", "Helen"):
        with pytest.raises(NotFound):
            desk.recalls(school.id(who))
    whats = [one["what"] for one in own.view(mira)["history"]]
    assert sorted(whats) == ["Given", "Given", "Withdrawn"]
    with school.practika.record.read() as uow:
        told, _ = uow.events.after(Watermark())
    kinds = [one.kind for one in told if one.student_id == mira]
    assert kinds == [EventKind.CONSENT_GIVEN, EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN]


def test_one_study_can_be_left_out_of_a_consent_to_all(
    school: world.School, own: Consents, in_force: Callable[..., dict[str, Consent]]
) -> None:
    mira = school.id("Mira")
    own.give(mira, "research", "none")
    own.withdraw(mira, "research", "tempo")
    later = NOW + timedelta(seconds=1)
    assert in_force(Purpose.RESEARCH, later, "tempo") == {}
    assert set(in_force(Purpose.RESEARCH, later, "touch")) == {mira}


@pytest.mark.parametrize(
    ("purpose", "media", "until", "study", "said"),
    [
        ("fame", "full", "", "", "fame is no purpose"),
        ("research", "most", "", "", "most is no level"),
        ("research", "", "", "", "Nothing is no level"),
        ("exemplar", "none", "", "", "needs some video"),
        ("research", "full", "soon", "", "soon is no day"),
        ("research", "full", "2026-03-01", "", "over already"),
        ("training", "full", "", "tempo", "Only consent to research"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_nothing_is_kept(
    school: world.School, own: Consents, purpose: str, media: str, until: str, study: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        own.give(school.id("Mira"), purpose, media, until, study)
    assert own.view(school.id("Mira"))["history"] == []


def test_paper_is_recorded_by_who_looks_after_the_student(
    school: world.School, own: Consents, desk: ConsentDesk,
    in_force: Callable[..., dict[str, Consent]],
) -> None:  # fmt: skip
    mira, helen = school.id("Mira"), school.id("Helen")
    note = "Signed by her mother, 1 March 2026"
    for who in ("Ada", "Jonas", "Rosa", "Piet", "Mira"):
        with pytest.raises(NotFound):
            desk.record_paper(school.id(who), mira, "research", "none", "", note)
    with pytest.raises(NotFound):
        desk.record_paper(helen, school.id("Ada"), "research", "none", "", note)
    with pytest.raises(InvalidInput, match="who signed it"):
        desk.record_paper(helen, mira, "research", "none", "", "  ")
    desk.record_paper(helen, mira, "research", "none", "", note)
    assert set(in_force(Purpose.RESEARCH)) == {mira}
    [row] = own.view(mira)["history"]
    assert (row["by"], row["note"]) == ("Helen Example", note)
    assert desk.withdraw_paper(helen, mira, "research", "Her mother wrote to us") == []
    assert in_force(Purpose.RESEARCH, NOW + timedelta(seconds=1)) == {}


def test_few_people_are_no_number(school: world.School, own: Consents, desk: ConsentDesk) -> None:
    helen = school.id("Helen")
    assert desk.overview(helen)["purposes"][0]["shown"] == "fewer than 5 students"
    ids = []
    for number in range(10):
        person = Person(new_id(), f"s{number}@example.org", f"S {number}", Role.STUDENT, utc_now())
        with school.practika.record.write() as uow:
            uow.people.add(person)
        school.practika.services.accounts.enrol(person.id, school.course, Role.STUDENT)
        ids.append(person.id)
    for known, shown in ((4, "fewer than 5 of 12"), (6, "6 of 12"), (9, "all but a few of 12")):
        for each in ids[:known]:
            own.give(each, "research", "none")
        assert desk.overview(helen)["purposes"][0]["shown"] == shown
    assert desk.overview(school.id("Rosa"))["students"] == []
    assert len(desk.overview(helen)["students"]) == 12
    for who in ("Mira", "Ada"):
        with pytest.raises(NotFound):
            desk.overview(school.id(who))


def lines(*rows: dict[str, str]) -> list[Line]:
    note = "Form 7"
    return [Line(number, {"note": note, **row}) for number, row in enumerate(rows, 2)]


def test_a_table_of_papers_comes_in_once(
    school: world.School, own: Consents, desk: ConsentDesk,
    in_force: Callable[..., dict[str, Consent]],
) -> None:  # fmt: skip
    mira, jonas = school.id("Mira"), school.id("Jonas")
    table = lines(
        {"email": "Mira@example.org", "purpose": "research", "starts": "2026-01-01"},
        {
            "email": "jonas@example.org",
            "purpose": "exemplar",
            "media": "full",
            "ends": "2026-12-31",
        },
    )
    assert len(desk.bring(table, dry_run=True).new) == 2
    assert in_force(Purpose.RESEARCH) == {}
    done = desk.bring(table)
    assert (done.rows, len(done.new), done.kept, done.problems) == (2, 2, 0, [])
    assert set(in_force(Purpose.RESEARCH)) == {mira}
    assert set(in_force(Purpose.EXEMPLAR)) == {jonas}
    again = desk.bring(table)
    assert (len(again.new), again.kept) == (0, 2)
    assert {row["email"] for row in desk.listed()} == {"mira@example.org", "jonas@example.org"}
    assert [row["purpose"] for row in desk.listed("exemplar")] == ["exemplar"]
    own.withdraw(mira, "research")
    older = desk.bring(lines({"email": "mira@example.org", "purpose": "research",
                              "starts": "2026-02-01", "note": "An older form"}))  # fmt: skip
    assert "was withdrawn on 2026-03-02" in str(older.problems[0])
    assert own.view(mira)["purposes"][0]["held"] is None


def test_one_wrong_row_keeps_everything_as_it_was(school: world.School, desk: ConsentDesk) -> None:
    done = desk.bring(
        lines(
            {"email": "mira@example.org", "purpose": "research"},
            {"email": "nobody@example.org", "purpose": "research"},
            {"email": "ada@example.org", "purpose": "research"},
            {"email": "jonas@example.org", "purpose": "fame"},
            {"email": "jonas@example.org", "purpose": "research", "ends": "2025-02-30"},
            {"email": "jonas@example.org", "purpose": "research", "note": ""},
            {"email": "jonas@example.org", "purpose": "research", "": "more"},
        )
    )
    assert [problem.line for problem in done.problems] == [3, 4, 5, 6, 7, 8]
    assert desk.listed() == []
