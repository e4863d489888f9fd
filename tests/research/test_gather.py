"""Who and what is in a data set: only those who consent, when they did, under no name of theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practika_kernel.research.export.book import BOOK, SENTENCES, TABLES, columns
from practika_kernel.research.export.gather import NO_CONSENT, NOT_ASKED
from practika_kernel.research.export.naming import Names, Shift
from practika_kernel.research.export.rows import Dataset
from practika_kernel.research.export.threshold import cells, students_below
from practika_kernel.research.pseudonyms import Pseudonyms

from .conftest import KEY
from .study import DAY, FIRST, FORMULA, HOUR, SECRETS, Study, plain


def everything(data: Dataset) -> str:
    return "\n".join(repr(data.values(table)) for table in TABLES)


def test_only_those_who_consent_are_in_it(gather, study: Study):
    found, names = gather()
    who = {names.person(study.people[name]) for name in ("Mira", "Jonas", "Ada")}
    assert {row.person for row in found.data.person} == who
    assert {row.person for row in found.data.place} == who
    assert found.people == sorted(study.people[name] for name in ("Mira", "Jonas", "Ada"))
    takes = {
        names.thing("take", study.takes[key]) for key in ("mira 1", "mira 2", "mira old", "jonas 2")
    }
    assert {row.take for row in found.data.take} == takes
    assert {row.take for row in found.data.event} <= takes | {""}
    others = {names.person(study.people[name]) for name in ("Sven", "Lea", "Piet", "Robot")}
    assert not [word for word in others if word in everything(found.data)]


def test_what_lies_outside_the_time_consented_to_is_left_out(gather, study: Study):
    found, names = gather()
    early = names.thing("take", study.takes["jonas early"])
    assert early not in everything(found.data)
    assert found.data.left_out["takes outside the time consented to"] == 1
    assert found.data.left_out["takes of students who do not consent"] == 3


def test_no_name_no_address_and_no_id_of_the_record_is_in_it(gather, study: Study):
    found, _ = gather(texts=False)
    text = everything(found.data)
    known = (*study.people.values(), *study.takes.values(), *study.replies.values(), study.course)
    assert not [word for word in (*SECRETS, *known) if word in text]
    assert FORMULA not in text
    assert {row.text_left_out for row in found.data.reply} == {NOT_ASKED, NO_CONSENT}
    assert {row.note_left_out for row in found.data.take} == {NOT_ASKED, ""}


def test_who_teaches_and_does_not_consent_has_no_words_and_no_name(gather, study: Study):
    found, names = gather()
    rows = {row.reply: row for row in found.data.reply}
    theirs = rows[names.thing("reply", study.replies["piet"])]
    assert (theirs.author, theirs.author_role, theirs.text) == ("", "teacher", "")
    assert (theirs.text_left_out, theirs.characters) == (NO_CONSENT, 12)
    assert (theirs.start_ms, theirs.end_ms) == (5_000, 6_000)
    marks = sorted((mark.rater != "", mark.level, mark.blind) for mark in found.data.mark)
    assert marks == [(False, 4, False), (True, 2, False), (True, 3, True)]
    mine = rows[names.thing("reply", study.replies["inside"])]
    assert (mine.author, mine.text) == (names.person(study.people["Ada"]), FORMULA)


def test_a_take_from_elsewhere_says_what_came_with_it(gather, study: Study):
    found, names = gather()
    take = names.thing("take", study.takes["mira old"])
    (row,) = (row for row in found.data.take if row.take == take)
    assert (row.imported, row.score, row.max_score, row.outcome) == (True, 7.0, 10.0, "passed")
    assert row.replied_elsewhere_at - row.submitted_at == DAY
    assert (row.duration_ms, row.width, row.has_sound, row.media) == (None, None, None, "")
    assert [one.imported for one in found.data.take].count(True) == 1


def test_drafts_what_was_taken_back_and_its_answers_leave_no_trace(gather, study: Study):
    found, names = gather()
    kept = {row.reply for row in found.data.reply}
    for key in ("draft", "gone", "orphan", "sven"):
        assert names.thing("reply", study.replies[key]) not in kept
    assert len(kept) == 7
    answer = next(row for row in found.data.reply if row.parent)
    assert answer.parent == names.thing("reply", study.replies["moment"])
    assert answer.author == names.person(study.people["Mira"])


def test_a_reply_from_before_its_take_stays_as_it_was_told(gather, study: Study):
    found, names = gather()
    row = next(
        r for r in found.data.reply if r.reply == names.thing("reply", study.replies["before"])
    )
    take = next(t for t in found.data.take if t.take == row.take)
    assert row.released_at - take.submitted_at == -HOUR


def test_events_say_nothing_of_others(gather, study: Study):
    found, names = gather()
    compared = [plain(row.data) for row in found.data.event if row.kind == "compare.opened"]
    assert sorted(map(len, compared)) == [0, 1]
    assert {"other": names.thing("take", study.takes["mira 1"])} in compared
    assert not [row for row in found.data.event if row.kind == "clip.asked"]
    signed_in = [row for row in found.data.event if row.kind == "person.signed_in"]
    assert [row.actor for row in signed_in] == [names.person(study.people["Mira"])]
    assert all("criterion" not in plain(row.data) for row in found.data.event)


def test_stretches_are_told_in_the_order_they_were_played(gather, study: Study):
    found, _ = gather()
    rows = found.data.segment
    assert [(row.place, row.start_ms, row.end_ms) for row in rows] == [
        (0, 0, 5_000),
        (1, 12_000, 18_000),
        (0, 4_000, 20_000),
    ]


@pytest.mark.parametrize("shift", [Shift.DAYS, Shift.WEEKS])
def test_all_times_of_a_person_move_together(gather, study: Study, shift: Shift):
    plain_, _ = gather()
    moved, names = gather(shift=shift)
    back = {}
    for before, after in zip(plain_.data.take, moved.data.take, strict=True):
        back.setdefault(after.person, set()).add(before.submitted_at - after.submitted_at)
        assert (before.late, after.late) == (False, False)
    assert all(len(steps) == 1 for steps in back.values())
    (mira,) = back[names.person(study.people["Mira"])]
    assert mira % timedelta(days=7 if shift is Shift.WEEKS else 1) == timedelta(0) < mira
    for table in ("reply", "mark"):
        for before, after in zip(
            getattr(plain_.data, table), getattr(moved.data, table), strict=True
        ):
            assert before.released_at - after.released_at == mira
    about = {row.event: row for row in plain_.data.event}
    for row in moved.data.event:
        whose = row.person or row.actor
        step = about[row.event].happened_at - row.happened_at
        assert back.setdefault(whose, {step}) == {step}
    assert {row.due_at for row in moved.data.exercise} == {None}


def test_two_studies_cannot_be_joined(gather):
    one, _ = gather()
    other, _ = gather(name="Touch")
    words = {
        word
        for data in (one.data, other.data)
        for row in data.values("event")
        for word in row
        if isinstance(word, str) and len(word) in (11, 17) and word.isalnum()
    }
    halves = [
        {w for table in TABLES for row in found.data.values(table) for w in row if w in words}
        for found in (one, other)
    ]
    assert halves[0]
    assert not halves[0] & halves[1]


def test_the_same_key_gives_the_same_names_and_another_one_others():
    names = Names("Tempo", Pseudonyms(KEY))
    again = Names("Tempo", Pseudonyms(KEY))
    other = Names("Tempo", Pseudonyms(KEY[::-1]))
    assert names.person("mira") == again.person("mira") != other.person("mira")
    assert names.thing("take", "1") != names.thing("reply", "1")
    assert names.fingerprint == again.fingerprint != other.fingerprint
    assert names.uuid("a").version == 5


def test_filters_narrow_what_is_told(gather, study: Study):
    found, names = gather(exercise_id=study.exercises[1])
    there = {names.thing("take", study.takes[key]) for key in ("jonas 2", "mira old")}
    assert {row.take for row in found.data.take} == there
    assert len(found.data.exercise) == 1
    late, _ = gather(since=FIRST + 2 * DAY)
    assert [row.take for row in late.data.take] == [names.thing("take", study.takes["mira 2"])]
    assert not [row for row in late.data.event if row.kind == "person.signed_in"]


def test_small_groups_are_counted_by_people(gather):
    found, _ = gather()
    by = {cell[:3]: cell for cell in cells(found.data, 2)}
    course = "Keyboard I (Spring 2026)"
    students, teachers = by["course", course, "student"], by["course", course, "teacher"]
    assert (students.people, students.below) == (2, False)
    assert (teachers.people, teachers.below) == (1, True)
    pieces = [cell for cell in by.values() if cell.identifiers == "course x exercise"]
    assert sorted((cell.people, cell.takes, cell.below) for cell in pieces) == [
        (1, 2, True),
        (2, 2, False),
    ]
    alone = [key for key, cell in by.items() if cell.people == 1 and key[2] == "student"]
    assert students_below(list(by.values())) == len(alone) == 12
    assert cells(Dataset(), 5) == []


def test_every_table_has_its_sentences_and_its_rows(gather):
    found, _ = gather()
    assert list(SENTENCES) == list(TABLES)
    assert all(column.sentence.endswith(".") for column in BOOK)
    for table in TABLES:
        rows = getattr(found.data, table)
        assert list(type(rows[0]).__slots__) == [column.name for column in columns(table)]
        assert found.data.values(table)[0] == tuple(
            getattr(rows[0], column.name) for column in columns(table)
        )
    assert replace(found.data, person=[]).person == []
