"""What somebody finds under the bell, and what they chose to find there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import school as world
from cli_helpers import until
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.notices import NOTICES
from practika_kernel.services.happenings import take_event
from practika_kernel.services.telling import Telling
from practika_kernel.storage.record import SqlRecord


def comments(school: world.School, take: str, *texts: str, who: str = "Ada") -> list[str]:
    """Write comments and release them; return their ids."""
    replies, author = school.practika.services.replies, school.id(who)
    saved = [
        replies.save(author, take, client_key=new_id(), kind="fix", text=text, start_ms=500)["id"]
        for text in texts
    ]
    replies.release(author, take)
    return saved


def submitted(school: world.School, who: str = "Mira") -> str:
    """Hand a take in, with the event that says so."""
    take_id = school.handed_in(who)
    with school.practika.record.write() as uow:
        take = uow.takes.get(take_id)
        assert take is not None
        told = take_event(EventKind.TAKE_SUBMITTED, take, utc_now(), actor=take.student_id)
        uow.events.append(told)
    return take_id


def under_bell(school: world.School, who: str) -> list[str]:
    school.practika.services.telling.catch_up()
    view = school.practika.services.bell.view(school.id(who))
    return [group["text"] for day in view["days"] for group in day["groups"] if group["unread"]]


@pytest.fixture
def quiet(school: world.School) -> world.School:
    """The school when everybody has read who joined which course."""
    school.practika.services.telling.catch_up()
    for person in school.people.values():
        school.practika.services.bell.read(person.id)
    return school


def test_who_joined_is_told_to_the_teacher_in_one_line(school: world.School) -> None:
    lines = under_bell(school, "Ada")
    assert "Jonas Example and one more joined Keyboard I" in lines
    assert under_bell(school, "Mira") == ["You have a place in Keyboard I now"]
    assert under_bell(school, "Tom") == []


def test_three_comments_are_one_line_that_leads_to_the_moment(quiet: world.School) -> None:
    take = submitted(quiet)
    assert under_bell(quiet, "Ada") == ["Mira Example submitted take 1 of Hanon 1"]
    comments(quiet, take, "Softer.", "Slower.", "Let go.")
    assert under_bell(quiet, "Mira") == ["Ada Example left 3 comments on your take 1 of Hanon 1"]
    view = quiet.practika.services.bell.view(quiet.id("Mira"), news=True)
    (line,) = view["days"][0]["groups"]
    assert (line["link"], line["quote"]) == (f"student?take={take}&t=0.5", "Softer.")
    assert view["unread"] == 1
    assert under_bell(quiet, "Jonas") == []
    assert under_bell(quiet, "Piet") == []
    # A take that was answered waits for no teacher any more.
    assert under_bell(quiet, "Ada") == []


def test_an_answer_goes_to_who_wrote_in_the_thread(quiet: world.School) -> None:
    (comment,) = comments(quiet, submitted(quiet), "Softer.")
    answers = quiet.practika.services.answers
    answers.give(quiet.id("Mira"), comment, "The left hand?", "a1")
    assert under_bell(quiet, "Ada") == ["Mira Example answered on take 1 of Hanon 1"]
    view = quiet.practika.services.bell.view(quiet.id("Ada"), news=True)
    assert view["days"][0]["groups"][0]["link"].endswith("&t=0.5")
    answers.give(quiet.id("Ada"), comment, "Both.", "a2")
    assert "Ada Example answered on take 1 of Hanon 1" in under_bell(quiet, "Mira")


def test_a_file_that_is_no_video_is_told_to_who_sent_it(
    quiet: world.School, tmp_path: Path
) -> None:
    file = tmp_path / "take.mp4"
    file.write_bytes(b"\0" * 5000)
    quiet.upload("Mira", file)
    quiet.work()
    assert under_bell(quiet, "Mira") == ["A video you sent for Hanon 1 cannot be used"]
    assert under_bell(quiet, "Ada") == []


def test_looking_twice_or_at_the_same_time_tells_once(quiet: world.School) -> None:
    comments(quiet, submitted(quiet), "Softer.", "Slower.")
    record = quiet.practika.record
    several = [Telling(record, utc_now, mails=False) for _ in range(4)]
    threads = [threading.Thread(target=each.catch_up) for each in several]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert under_bell(quiet, "Mira") == ["Ada Example left 2 comments on your take 1 of Hanon 1"]
    with record.read() as uow:
        assert len(uow.notices.unread(quiet.id("Mira"), 99)) == 2


def test_a_look_that_fails_half_way_is_made_again_whole(quiet: world.School) -> None:
    comments(quiet, submitted(quiet), "Softer.", "Slower.")
    record, mira = quiet.practika.record, quiet.id("Mira")
    assert isinstance(record, SqlRecord)
    with record.engine.begin() as connection:
        connection.execute(text(
            "CREATE TRIGGER full BEFORE INSERT ON notifications WHEN EXISTS"
            " (SELECT 1 FROM notifications WHERE kind = 'reply')"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        ))  # fmt: skip
    with pytest.raises(Conflict):
        quiet.practika.services.telling.catch_up()
    assert quiet.practika.services.bell.view(mira)["unread"] == 0
    with record.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full"))
    assert under_bell(quiet, "Mira") == ["Ada Example left 2 comments on your take 1 of Hanon 1"]


def test_what_was_seen_is_no_news_and_what_was_taken_back_is_gone(quiet: world.School) -> None:
    services, mira = quiet.practika.services, quiet.id("Mira")
    first, second = comments(quiet, take := submitted(quiet), "Softer.", "Slower.")
    assert len(under_bell(quiet, "Mira")) == 1
    with quiet.practika.record.write() as uow:
        uow.replies.mark_seen(take, [first], utc_now())
        on = uow.takes.get(take)
        assert on is not None
        seen = take_event(EventKind.REPLY_SEEN, on, utc_now(), actor=mira, by="played")
        uow.events.append(replace(seen, reply_id=first))
    assert under_bell(quiet, "Mira") == ["Ada Example left a comment on your take 1 of Hanon 1"]
    services.edits.withdraw(quiet.id("Ada"), second)
    assert under_bell(quiet, "Mira") == []


def test_opening_the_take_or_one_press_marks_read_and_only_one_s_own(quiet: world.School) -> None:
    services = quiet.practika.services
    take = submitted(quiet)
    comments(quiet, take, "Softer.")
    assert under_bell(quiet, "Mira")
    view = services.bell.view(quiet.id("Mira"))
    ids = view["days"][0]["groups"][0]["ids"]
    assert services.bell.read(quiet.id("Jonas"), ids=ids) == 0
    assert services.bell.read(quiet.id("Jonas"), take_id=take) == 0
    assert services.bell.read(quiet.id("Mira"), take_id=take) == 1
    assert services.bell.read(quiet.id("Mira")) == 0
    with pytest.raises(NotFound):
        services.bell.view("nobody")


def test_trial_accounts_and_people_who_left_are_told_nothing(quiet: world.School) -> None:
    take = submitted(quiet)
    with quiet.practika.record.write() as uow:
        mira = uow.people.get(quiet.id("Mira"))
        assert mira is not None
        uow.people.save(replace(mira, is_test=True))
    comments(quiet, take, "Softer.")
    assert under_bell(quiet, "Mira") == []
    # What a trial account does is nobody's news either.
    assert under_bell(quiet, "Ada") == []


def test_choices_are_kept_and_what_is_none_is_refused(quiet: world.School) -> None:
    choices, mira = quiet.practika.services.notice_choices, quiet.id("Mira")
    view = choices.view(mira)
    assert not view["mail"]
    assert [row["kind"] for row in view["rows"]] == [
        "reply", "marks", "answer", "moved", "video", "course", "exemplar", "guest",
    ]  # fmt: skip
    stored = choices.put(
        mira, {"rows": [{"kind": "reply", "page": False, "mail": "off"}], "hour": 7}
    )
    assert stored["rows"][0] == {
        "kind": "reply", "label": NOTICES["reply"].sentence, "page": False, "mail": "off",
    }  # fmt: skip
    assert stored["hour"] == 7
    for wrong in (
        {"rows": [{"kind": "nothing", "page": True, "mail": "now"}]},
        {"rows": [{"kind": "reply", "page": "yes", "mail": "now"}]},
        {"rows": "reply"},
        {"rows": [None]},
        {"hour": 24},
        {"hour": True},
    ):
        with pytest.raises(InvalidInput):
            choices.put(mira, wrong)
    assert choices.view(mira) == stored
    comments(quiet, submitted(quiet), "Softer.")
    assert under_bell(quiet, "Mira") == []


def test_what_happened_before_notifications_is_nobody_s_news(school: world.School) -> None:
    take = submitted(school)
    with school.practika.record.write() as uow:
        on = uow.takes.get(take)
        assert on is not None
        long_ago = utc_now() - timedelta(days=15)
        uow.events.append(take_event(EventKind.MARK_RELEASED, on, long_ago, actor=school.id("Ada")))
        told = {"imported": True}
        new = take_event(EventKind.MARK_RELEASED, on, utc_now(), actor=school.id("Ada"), **told)
        uow.events.append(new)
    assert not [line for line in under_bell(school, "Mira") if "mark" in line]


def test_a_worker_killed_while_it_tells_loses_nothing_and_tells_nothing_twice(
    quiet: world.School,
) -> None:
    take, mira, many = submitted(quiet), quiet.id("Mira"), 300
    with quiet.practika.record.write() as uow:
        on = uow.takes.get(take)
        assert on is not None
        for _ in range(many):
            told = take_event(EventKind.MARK_RELEASED, on, utc_now(), actor=quiet.id("Ada"))
            uow.events.append(told)
    environ = {**os.environ, "PRACTIKA_DATA": str(quiet.practika.settings.data)}
    command = [sys.executable, "-m", "practika_kernel", "worker", "--until-idle"]
    worker = subprocess.Popen(command, env=environ)

    def made() -> int:
        with quiet.practika.record.read() as uow:
            return len(uow.notices.unread(mira, 2 * many))

    until(lambda: made() or worker.poll() is not None)
    worker.kill()
    worker.wait()
    quiet.practika.services.telling.catch_up()
    assert made() == many
