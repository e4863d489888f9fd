"""E-mails about notifications, by a real worker and a real SMTP server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

import post
import school as world
from post import Box
from practika_kernel.bootstrap import Practika, assemble, utc_now
from practika_kernel.bootstrap.services import open_office
from practika_kernel.domain.letters import LetterState
from practika_kernel.services.posting import Posting
from practika_kernel.settings import Settings
from practika_kernel.storage import schema_notices as tables
from practika_kernel.storage.record import SqlRecord
from services.test_notices import comments, submitted


class Desk:
    """A school whose e-mails go to a box."""

    def __init__(self, school: world.School, box: Box, where: str, **settings: str) -> None:
        self.school, self.box = school, box
        self.environ = {
            "PRACTIKA_DATA": str(school.practika.settings.data),
            "PRACTIKA_TIME_ZONE": "Europe/Berlin",
            "PRACTIKA_SMTP_URL": f"smtp+plain://{where}",
            "PRACTIKA_PUBLIC_URL": "https://school.example",
            **settings,
        }
        self.practika: Practika = assemble(Settings.read(self.environ))
        school.practika.services.telling.catch_up()  # who joined, while nothing is mailed

    @property
    def record(self) -> SqlRecord:
        assert isinstance(self.practika.record, SqlRecord)
        return self.practika.record

    def tell(self, *, minutes: float = 5) -> None:
        """Make notifications of what happened, and let so much time pass."""
        self.practika.services.telling.catch_up()
        with self.record.engine.begin() as connection:
            columns = tables.notices.c
            waiting = columns.letter_id.is_(None) & (columns.mail != "off")
            earlier = update(tables.notices).where(waiting)
            connection.execute(earlier.values(created_at=utc_now() - timedelta(minutes=minutes)))

    def post(self) -> list[str]:
        """Send what is due; return the subjects of all that has arrived so far."""
        self.practika.services.posting.collect()
        self.practika.services.worker().run_until_idle()
        return [str(letter["Subject"]) for letter in self.box.letters]

    def hurry(self) -> None:
        """Have what waits for another try be due."""
        with self.record.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE jobs SET run_after = created_at")

    def states(self) -> list[str]:
        with self.record.engine.connect() as connection:
            found = select(tables.letters.c.state).order_by(tables.letters.c.created_at)
            return [str(state) for state in connection.scalars(found)]


@pytest.fixture
def desk(school: world.School) -> Iterator[Desk]:
    box = Box()
    with post.office(box) as where:
        made = Desk(school, box, where)
        yield made
        made.practika.close()


def test_three_comments_are_one_e_mail_after_two_minutes(desk: Desk) -> None:
    take = submitted(desk.school)
    comments(desk.school, take, "Softer.", "Slower.", "Let go.")
    desk.tell(minutes=1)
    assert desk.post() == []
    desk.tell(minutes=2.01)
    assert desk.post() == ["Ada Example left 3 comments on your take 1 of Hanon 1"]
    assert desk.post() == ["Ada Example left 3 comments on your take 1 of Hanon 1"]
    assert desk.box.recipients == ["mira@example.org"]
    plain = desk.box.letters[0].get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert '"Softer."' in text
    assert f"https://school.example/student?take={take}&t=0.5" in text
    assert desk.states() == [LetterState.SENT]


def test_who_gets_one_comment_after_the_other_gets_no_e_mail_for_each(desk: Desk) -> None:
    take = submitted(desk.school)
    comments(desk.school, take, "Softer.")
    desk.tell()
    assert len(desk.post()) == 1
    for words in ("Slower.", "Let go."):
        comments(desk.school, take, words)
        desk.tell()
        assert len(desk.post()) == 1
    with desk.record.engine.begin() as connection:
        earlier = utc_now() - timedelta(minutes=11)
        connection.execute(update(tables.letters).values(created_at=earlier))
    assert desk.post()[1:] == ["Ada Example left 2 comments on your take 1 of Hanon 1"]


def test_what_was_read_in_the_page_is_never_mailed(desk: Desk) -> None:
    take = submitted(desk.school)
    comments(desk.school, take, "Softer.")
    desk.tell()
    mira = desk.school.id("Mira")
    desk.practika.services.bell.read(mira, take_id=take)
    assert desk.post() == []
    comments(desk.school, take, "Slower.")
    desk.tell()
    desk.practika.services.posting.collect()  # and read while the letter waits for the worker
    desk.practika.services.bell.read(mira)
    assert desk.post() == []
    assert desk.states() == [LetterState.DROPPED]


def test_who_chose_no_e_mails_or_left_gets_none(desk: Desk) -> None:
    comments(desk.school, submitted(desk.school), "Softer.")
    comments(desk.school, submitted(desk.school, "Jonas"), "Softer.")
    desk.tell()
    desk.practika.services.posting.collect()
    mira, jonas = desk.school.id("Mira"), desk.school.people["Jonas"]
    off = {"rows": [{"kind": "reply", "page": True, "mail": "off"}]}
    desk.practika.services.notice_choices.put(mira, off)
    with desk.practika.record.write() as uow:
        uow.people.save(replace(jonas, active=False))
    assert desk.post() == []


def test_the_digest_comes_once_a_day_at_the_hour_of_its_reader(desk: Desk) -> None:
    submitted(desk.school)
    submitted(desk.school, "Jonas")
    desk.tell()
    settings = desk.practika.settings
    noon = datetime.now(UTC).replace(hour=11, minute=0) + timedelta(days=1)
    now = [noon]
    posting = Posting(
        desk.record, lambda: now[0], open_office(settings),
        address=settings.public_address, zone="Europe/Berlin", per_minute=60,
    )  # fmt: skip
    ada = desk.school.id("Ada")
    desk.practika.services.notice_choices.put(ada, {"hour": noon.hour + 3})
    for hours in (0, 1, 3, 3.1, 4, 12):
        now[0] = noon + timedelta(hours=hours)
        posting.collect()
    desk.hurry()
    with desk.record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE jobs SET run_after = '2026-01-01 00:00:00.000000'")
    desk.practika.services.worker().run_until_idle()
    digest = "Your day at Practika: 2 things new"
    assert [str(letter["Subject"]) for letter in desk.box.letters] == [digest]
    assert desk.box.recipients == ["ada@example.org"]


def test_a_link_stops_such_e_mails_without_a_sign_in_and_can_do_nothing_else(desk: Desk) -> None:
    take = submitted(desk.school)
    comments(desk.school, take, "Softer.")
    desk.tell()
    desk.post()
    link = str(desk.box.letters[0]["List-Unsubscribe"])
    found = re.fullmatch(r"<https://school\.example/unsubscribe/([\w-]{43})>", link)
    assert found is not None
    choices, mira = desk.practika.services.notice_choices, desk.school.id("Mira")
    assert choices.offered(found[1]).kinds == ["A teacher replied to my take"]
    assert choices.view(mira)["rows"][0]["mail"] == "now"
    for _ in range(2):
        assert choices.stop(found[1]).kinds == ["A teacher replied to my take"]
    rows = choices.view(mira)["rows"]
    assert [row["mail"] for row in rows] == ["off", *["now"] * 4, "digest", "now", "now"]
    assert rows[0]["page"]
    comments(desk.school, take, "Slower.")
    desk.tell()
    assert len(desk.post()) == 1


def test_a_take_that_was_moved_is_written_about_as_its_student_chose(desk: Desk) -> None:
    school, services = desk.school, desk.practika.services
    take, ada = submitted(school), school.id("Ada")
    services.moving.move(ada, take, school.exercises["scale"].id)
    desk.tell()
    assert desk.post() == ["Ada Example moved your take 1 of Hanon 1 to Scales, F"]
    assert desk.box.recipients == ["mira@example.org"]
    plain = desk.box.letters[0].get_body(("plain",))
    assert plain is not None
    assert f"https://school.example/student?take={take}" in plain.get_content()
    link = str(desk.box.letters[0]["List-Unsubscribe"])[-44:-1]
    stopped = services.notice_choices.stop(link).kinds
    assert stopped == ["A teacher moved a take of mine to another exercise"]
    services.moving.move_back(ada, take)
    desk.tell()
    with desk.record.engine.begin() as connection:
        earlier = utc_now() - timedelta(minutes=11)
        connection.execute(update(tables.letters).values(created_at=earlier))
    assert len(desk.post()) == 1


def test_what_people_write_is_only_ever_text(desk: Desk) -> None:
    evil = "<img src=x onerror=alert(1)>\"'\r\nBcc: all@example.org"
    with desk.practika.record.write() as uow:
        uow.people.save(replace(desk.school.people["Ada"], name=evil))
        uow.people.save(replace(desk.school.people["Mira"], name=evil))
    comments(desk.school, submitted(desk.school), f"<script>alert(1)</script>{evil}")
    desk.tell()
    desk.post()
    (letter,) = desk.box.letters
    assert letter["Bcc"] is None
    assert desk.box.recipients == ["mira@example.org"]
    html = letter.get_body(("html",))
    assert html is not None
    page = html.get_content()
    assert "&lt;script&gt;" in page
    assert set(re.findall(r"<(\w+)", page)) <= set(
        ["html", "head", "meta", "title", "style", "body", "div", "p", "a"]
    )
    assert not re.findall(r"<[^>]*\s(?:src|background|on\w+)=|url\(|@import", page)
    assert set(re.findall(r"href=\"([a-z]+://[^/]+)/", page)) == {"https://school.example"}


def test_a_server_that_is_down_is_tried_again_and_the_letter_arrives_once(desk: Desk) -> None:
    comments(desk.school, submitted(desk.school), "Softer.")
    desk.tell()
    desk.box.answer = "451 out of order"
    assert desk.post() == []
    assert desk.states() == [LetterState.WAITING]
    jobs = desk.practika.services.jobs.view(desk.school.id("Tom"))["mails"]
    assert "451 out of order" in jobs[0]["problem"]
    desk.box.answer = "250 taken"
    desk.hurry()
    assert len(desk.post()) == 1
    assert desk.box.letters[0]["Message-ID"].startswith("<")


def test_after_three_days_a_server_that_stays_away_is_given_up_with_its_words(desk: Desk) -> None:
    comments(desk.school, submitted(desk.school), "Softer.")
    desk.tell()
    desk.box.answer = "451 out of order"
    desk.practika.services.posting.collect()
    with desk.record.engine.begin() as connection:
        long_ago = utc_now() - timedelta(days=3, minutes=1)
        connection.execute(update(tables.letters).values(created_at=long_ago))
    assert desk.post() == []
    assert desk.states() == [LetterState.REFUSED]
    (job,) = desk.practika.services.jobs.view(desk.school.id("Tom"))["mails"]
    assert job["state"] == "refused"
    assert "451 out of order" in job["problem"]


def test_one_recipient_who_is_refused_stands_in_nobody_s_way(desk: Desk) -> None:
    desk.box.refuse["mira@example.org"] = "550 no such user"
    for who in ("Mira", "Jonas"):
        comments(desk.school, submitted(desk.school, who), "Softer.")
    desk.tell()
    assert len(desk.post()) == 1
    assert desk.box.recipients == ["jonas@example.org"]
    assert sorted(desk.states()) == [LetterState.REFUSED, LetterState.SENT]
    jobs = desk.practika.services.jobs.view(desk.school.id("Tom"))["mails"]
    (told,) = [job for job in jobs if job["name"] == "E-mail" and job["problem"]]
    assert told["problem"] == "The mail server refused mira@example.org: 550 no such user"
    assert told["state"] == "refused"


def test_no_more_leave_in_a_minute_than_may(school: world.School) -> None:
    box = Box()
    with post.office(box) as where:
        desk = Desk(school, box, where, PRACTIKA_SMTP_PER_MINUTE="1")
        for who in ("Mira", "Jonas"):
            comments(school, submitted(school, who), "Softer.")
        desk.tell()
        assert len(desk.post()) == 1
        assert sorted(desk.states()) == [LetterState.SENT, LetterState.WAITING]
        desk.practika.close()


def test_without_a_mail_server_nothing_is_kept_for_later(school: world.School) -> None:
    comments(school, submitted(school), "Softer.")
    school.practika.services.telling.catch_up()
    assert school.practika.services.posting.collect() == 0
    with school.practika.record.read() as uow:
        assert uow.notices.to_mail(10) == []


@pytest.mark.parametrize(("moment", "becomes"), [("before", "sent"), ("within", "unsure")])
def test_a_worker_killed_while_it_sends_never_sends_twice(
    desk: Desk, moment: str, becomes: str
) -> None:
    comments(desk.school, submitted(desk.school), "Softer.")
    desk.tell()
    worker: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        if worker:
            worker.pop().send_signal(signal.SIGKILL)

    if moment == "within":
        desk.box.on_data = kill
    else:
        desk.box.on_rcpt = kill
    environ = {**os.environ, **desk.environ}
    command = [sys.executable, "-m", "practika_kernel", "worker", "--until-idle"]
    process = subprocess.Popen(command, env=environ)
    worker.append(process)
    assert process.wait(60) == -signal.SIGKILL
    assert desk.states() == ["sending" if moment == "within" else "waiting"]
    desk.post()
    desk.post()
    assert len(desk.box.letters) == 1
    assert desk.states() == [becomes]
    if becomes == "unsure":
        jobs = desk.practika.services.jobs.view(desk.school.id("Tom"))["mails"]
        assert "may have arrived" in jobs[0]["problem"]


def test_two_that_collect_at_once_make_one_letter(desk: Desk) -> None:
    comments(desk.school, submitted(desk.school), "Softer.")
    desk.tell()
    settings = desk.practika.settings

    def another() -> Posting:
        more = {"address": "https://school.example/", "zone": "UTC", "per_minute": 60}
        return Posting(desk.record, utc_now, open_office(settings), **more)  # type: ignore[arg-type]

    due: list[Callable[[], int]] = [another().collect, another().collect]
    assert sum(collect() for collect in due) == 1
    with desk.record.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.letters)) == 1


def test_the_password_reaches_no_kernel_and_no_list(tmp_path: Path) -> None:
    from practika_kernel.server.environment import as_environment

    file = tmp_path / "password"
    file.write_text("from a file\n")
    settings = Settings.read(
        {
            "PRACTIKA_DATA": str(tmp_path),
            "PRACTIKA_SMTP_URL": "smtps://me@mail.example",
            "PRACTIKA_SMTP_PASSWORD": "hush",
            "PRACTIKA_SMTP_PASSWORD_FILE": str(file),
        }
    )
    assert settings.smtp_secret() == "from a file"
    assert "hush" not in repr(settings) + str(settings.shown())
    assert not [name for name in as_environment(settings) if "SMTP" in name]
