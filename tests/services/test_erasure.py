"""What a student takes back is gone everywhere; everybody else's work is as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

import machine
import school as world
from practika_kernel.analytics.sealing import Sealing
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.consent import Export, MediaLevel, Purpose
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.jobs import JobKind, JobState
from practika_kernel.domain.judging import Judgement, Judging
from practika_kernel.domain.notices import Notice, NoticeKind
from practika_kernel.domain.people import Role
from practika_kernel.domain.practice import RenditionKind, Take
from practika_kernel.domain.rating import Rating
from practika_kernel.domain.timemap import Alignment
from practika_kernel.services.preparing import mend

from .eraser import POINTS

WORDS = "Lift the wrist before bar seven"


@dataclass
class Class:
    """A school in which Mira and Jonas work, and a data set was given out."""

    school: world.School
    own: str  # a take of a video only Mira has
    shared: str  # a take of a video Jonas has sent, too
    of_jonas: str
    video: Path
    clip: str

    @property
    def services(self) -> Any:
        return self.school.practika.services

    @property
    def mira(self) -> str:
        return self.school.id("Mira")

    @property
    def data(self) -> Path:
        return self.school.practika.settings.data

    def work(self) -> None:
        self.school.work()

    def takes(self) -> dict[str, Take | None]:
        with self.school.practika.record.read() as uow:
            return {each: uow.takes.get(each) for each in (self.own, self.shared, self.of_jonas)}

    def kept(self) -> bytes:
        """Everything the data folder holds, with the names of all files."""
        found = sorted(self.data.rglob("*"))
        names = "\n".join(map(str, found)).encode()
        return b"\n".join([names, *(each.read_bytes() for each in found if each.is_file())])

    def sealing(self, folder: str = "facts") -> Sealing:
        return Sealing(self.school.practika.record, utc_now, self.data / folder)


def commented(school: world.School, take: str, words: str) -> str:
    services, ada = school.practika.services, school.id("Ada")
    saved = services.replies.save(
        ada, take, client_key=new_id(), kind="fix", text=words, start_ms=200
    )
    services.replies.release(ada, take)
    return str(saved["id"])


@pytest.fixture
def made(school: world.School, video: Path, second_video: Path) -> Class:
    return furnished(school, video, second_video)


@pytest.fixture
def plain(school: world.School, video: Path, second_video: Path) -> Class:
    """The same without a clip, which takes a second to cut."""
    return furnished(school, video, second_video, cut=False)


def furnished(school: world.School, video: Path, second_video: Path, *, cut: bool = True) -> Class:
    own, shared = school.submitted("Mira", video), school.submitted("Mira", second_video)
    of_jonas = school.submitted("Jonas", second_video)
    services = school.practika.services
    reply = commented(school, own, WORDS)
    services.answers.give(school.id("Mira"), reply, "My wrist hurts there", "a")
    commented(school, of_jonas, "Jonas, keep the tempo")
    clip = services.clips.ask(school.id("Ada"), own, 0, 1)["id"] if cut else ""
    services.replies.put_draft(school.id("Ada"), own, {"text": "half a thought on Mira"})
    school.work()
    with school.practika.record.write() as uow:
        takes = [uow.takes.get(each) for each in (own, of_jonas)]
        pair = [take.asset_id for take in takes if take]
        uow.alignments.add(Alignment(new_id(), pair[1], pair[0], "r", utc_now(), {}))
        uow.exports.add(
            Export(new_id(), "tempo", utc_now(), "", "ab" * 32, ("csv",), 5, MediaLevel.NONE, 2),
            [school.id("Mira"), school.id("Jonas")],
        )
        judge, hanon = school.id("Ada"), school.exercises["hanon"].id
        three = [own, shared, of_jonas]
        pairs = Judging(new_id(), hanon, school.course, "Steadier?", three, 2, judge, utc_now())
        uow.judgings.add(pairs)
        uow.judgings.show(Judgement(new_id(), pairs.id, judge, own, of_jonas, utc_now()))
        told = Notice(new_id(), judge, NoticeKind.TAKE, 1, utc_now(), take_id=own)
        uow.notices.add(told)
        uow.ratings.ask(Rating(new_id(), own, school.course, judge, utc_now()))
    services.consents.give(school.id("Mira"), "research", "full")
    assert "Lift" in str(services.search.find(school.id("Mira"), "wrist"))  # it is in the index
    return Class(school, own, shared, of_jonas, video, clip)


def test_one_take_goes_and_the_rest_of_the_course_works(made: Class) -> None:
    services, mira = made.services, made.mira
    made.sealing().keep_up(1)
    plan = services.erasures.plan(mira, made.own)
    assert plan["takes"] == ["Hanon 1, take 1"]
    assert plan["goes"][0] == "1 take"
    assert "2 comments and answers, with drawings" in plan["goes"]
    assert "1 clip" in plan["goes"]
    assert [one["study"] for one in plan["exports"]] == ["tempo"]
    assert made.takes()[made.own] is not None  # a plan changes nothing
    studied = made.school.practika
    assert len(studied.takes) == 3
    asked = services.erasures.ask(mira, made.own)
    for who in ("Mira", "Ada", "Rosa"):  # out of sight at once
        with pytest.raises(NotFound):
            services.takes.take(made.school.id(who), made.own)
    with pytest.raises(NotFound):
        services.erasures.plan(mira, made.own)
    made.work()
    receipt = services.erasures.receipt(mira, asked)
    assert receipt["finished"]
    assert len(receipt["files"]) == plan["files"]
    assert receipt["bytes"] == plan["bytes"]
    sent = [each for each in receipt["files"] if each["what"] == "the video as it was sent"]
    assert [each["bytes"] for each in sent] == [made.video.stat().st_size]
    told, _ = services.live.since(Watermark())
    heard = services.live.concerns(made.school.id("Ada"), told)  # her queue looks again
    assert {"erasure.asked", "erasure.done"} <= {each["kind"] for each in heard}
    assert made.own not in {each["take_id"] for each in heard}
    assert WORDS not in receipt["text"]
    assert sent[0]["sha256"] in receipt["text"]
    assert made.takes()[made.own] is None
    assert made.own not in set(studied.takes["take_id"])
    left = made.kept()
    for gone in (WORDS, "My wrist hurts there", "half a thought on Mira", made.clip):
        assert gone.encode() not in left
    assert made.video.read_bytes()[2000:2100] not in left
    assert f"{sent[0]['sha256']}".encode() in left  # in the receipt, and in no file's name
    assert not [each for each in made.data.rglob("*") if sent[0]["sha256"] in each.name]
    assert b"Jonas, keep the tempo" in left
    [stack] = [one for one in services.takes.stacks(mira) if one["takes"]]
    assert [one["id"] for one in stack["takes"]] == [made.shared]
    services.media.open(mira, "take", made.shared, "video")
    assert "Lift" not in str(services.search.find(mira, "wrist"))
    with pytest.raises(NotFound):
        services.clips.view(made.school.id("Ada"), made.clip)
    with made.school.practika.record.read() as uow:
        [pairs] = uow.judgings.in_courses([made.school.course])
        assert pairs.take_ids == [made.shared, made.of_jonas]
        assert uow.judgings.judgements(pairs.id) == []
        assert uow.ratings.of_course(made.school.course) == []
        assert made.own not in {
            one.take_id for one in uow.notices.of_person(made.school.id("Ada"), 99)
        }


def test_what_was_asked_for_by_somebody_else_is_not_there(plain: Class) -> None:
    erasures = plain.services.erasures
    for who in ("Jonas", "Ada", "Helen", "Tom", "Piet"):
        with pytest.raises(NotFound):
            erasures.ask(plain.school.id(who), plain.own)
    for who in ("Ada", "Mira", "Helen"):
        with pytest.raises(NotFound):
            erasures.ask_person(plain.school.id(who), plain.mira)
    asked = erasures.ask(plain.mira, plain.own)
    with pytest.raises(NotFound):
        erasures.receipt(plain.school.id("Jonas"), asked)
    with pytest.raises(InvalidInput, match="Only students"):
        erasures.ask_person("", plain.school.id("Ada"))
    assert all(take is not None for take in plain.takes().values())


def test_what_people_were_told_of_it_goes_as_well(plain: Class) -> None:
    services, record = plain.services, plain.school.practika.record
    services.telling.catch_up()
    people = [plain.mira, plain.school.id("Ada"), plain.school.id("Jonas")]

    def about() -> set[str]:
        with record.read() as uow:
            return {one.take_id for each in people for one in uow.notices.of_person(each, 99)}

    assert {plain.own, plain.of_jonas} <= about()
    services.erasures.ask(plain.mira, plain.own)
    plain.work()
    assert plain.own not in about()
    assert plain.of_jonas in about()
    services.erasures.ask_person("", plain.mira)
    plain.work()
    with record.read() as uow:
        assert uow.notices.of_person(plain.mira, 99) == []
        told = uow.notices.of_person(plain.school.id("Ada"), 99)
    assert plain.mira not in {one.actor_id for one in told}


def test_bytes_that_somebody_else_sent_stay_for_them(plain: Class) -> None:
    services = plain.services
    plan = services.erasures.plan(plain.mira, plain.shared)
    assert not any("made of them" in line and "kB" in line for line in plan["goes"])
    assert any("another take holds" in line for line in plan["stays"])
    asked = services.erasures.ask(plain.mira, plain.shared)
    plain.work()
    files = services.erasures.receipt(plain.mira, asked)["files"]
    assert {each["what"] for each in files} <= {"file on its way"}
    jonas = plain.school.id("Jonas")
    media = services.media.open(jonas, "take", plain.of_jonas, "video")
    assert plain.school.practika.blobs.size(media.key) == media.size
    assert plain.takes()[plain.shared] is None


def test_work_under_way_is_waited_for(plain: Class) -> None:
    now = utc_now()
    with plain.school.practika.record.write() as uow:
        take = uow.takes.get(plain.own)
        assert take
        mend(uow, take.asset_id, RenditionKind.FILM, now)
        held = uow.jobs.claim("somebody-else", now, now.replace(year=now.year + 1))
        assert held
    asked = plain.services.erasures.ask(plain.mira, plain.own)
    plain.work()
    assert not plain.services.erasures.receipt(plain.mira, asked)["finished"]
    assert plain.takes()[plain.own] is not None
    with plain.school.practika.record.write() as uow:
        assert uow.jobs.finish(held, utc_now())
        [job] = [one for one in uow.jobs.latest(9, JobState.QUEUED) if one.kind is JobKind.ERASE]
        uow.jobs.renew(replace(job, state=JobState.QUEUED))
    assert job.problem.startswith("A video is being prepared")


def test_what_failed_is_tried_again_until_it_is_done(plain: Class) -> None:
    erasures = plain.services.erasures
    asked = erasures.ask(plain.mira, plain.own)
    assert erasures.carry_on() == 0  # it waits its turn
    with plain.school.practika.record.write() as uow:
        now = utc_now()
        job = uow.jobs.claim("somebody", now, now.replace(year=now.year + 1))
        assert job
        assert uow.jobs.end(job, "The disk is full.", now, JobState.FAILED)
    assert "failed several times" in erasures.receipt(plain.mira, asked)["problem"]
    assert erasures.carry_on() == 1
    plain.work()
    assert erasures.receipt(plain.mira, asked)["finished"]
    assert erasures.carry_on() == 0


def test_a_person_is_gone_though_the_worker_was_killed_again_and_again(made: Class) -> None:
    services, mira, school = made.services, made.mira, made.school
    half = services.uploads.begin(mira, name="wrist.mp4", size=900, exercise_id=None)
    services.uploads.part(half.id).write_bytes(made.video.read_bytes()[2000:2800])
    sealing, elsewhere = made.sealing(), made.sealing("elsewhere")
    assert sealing.keep_up(1) > 0 < elsewhere.keep_up(1)  # the last event sealed is hers
    counted = "SELECT count(DISTINCT student_id), count(*) FROM takes"
    sign_ins = [{"email": f"{who}@example.org", "name": who} for who in ("mira", "jonas")]
    (made.data / "demo-people.json").write_text(json.dumps(sign_ins))
    services.progress.facts.refresh()
    assert services.progress.facts.rows(counted) == [(2, 3)]
    asked = services.erasures.ask_person("", mira)
    environ = os.environ | {"PRACTIKA_DATA": str(made.data), "PRACTIKA_TIME_ZONE": "UTC"}
    environ |= {"PYTHONPATH": os.pathsep.join(sys.path)}
    for point in (*POINTS, ""):
        words = [sys.executable, str(Path(__file__).with_name("eraser.py")), point]
        ended = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=60)
        assert ended.returncode == (-signal.SIGKILL if point else 0), ended.stderr
    receipt = services.erasures.receipt("", asked)
    assert receipt["finished"]
    assert receipt["takes"] == []
    assert [one["study"] for one in receipt["exports"]] == ["tempo"]
    assert {"the video as it was sent", "clip", "file on its way"} <= {
        each["what"] for each in receipt["files"]
    }
    names = (b"Mira Example", b"mira@example.org", WORDS.encode(), b"My wrist hurts there")
    elsewhere.keep_up()  # another machine, in its own time
    left = made.kept()
    for gone in (*names, made.video.read_bytes()[2000:2100], made.own.encode()):
        assert gone not in left
    services.progress.facts.refresh()
    assert services.progress.facts.rows(counted) == [(1, 1)]
    assert b"jonas@example.org" in (made.data / "demo-people.json").read_bytes()
    with school.practika.record.read() as uow:
        person = uow.people.get(mira)
        assert person
        assert (person.name, person.active, person.role) == ("Erased person", False, Role.STUDENT)
        assert uow.people.by_email("mira@example.org") is None
        assert mira not in {each.id for each in uow.people.all()}
        assert uow.courses.of_person(mira) == []
        assert uow.consents.in_force(Purpose.RESEARCH, utc_now()) == {}
        assert len(uow.consents.of_person(mira)) == 2
        told = [
            one
            for one in uow.events.after(Watermark())[0]
            if mira in (one.actor_id, one.student_id)
        ]
    kinds = {one.kind for one in told}
    assert kinds == {EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN,
                     EventKind.ERASURE_ASKED, EventKind.ERASED}  # fmt: skip
    with pytest.raises(InvalidInput, match="no such person"):
        services.accounts.switch(school.id("Tom"), mira, active=True)
    with pytest.raises(NotFound):
        services.erasures.ask_person("", mira)
    jonas = school.id("Jonas")
    assert services.takes.take(jonas, made.of_jonas)["number"] == 1
    services.media.open(jonas, "take", made.of_jonas, "video")


def test_all_videos_go_and_the_student_goes_on(plain: Class) -> None:
    services, mira = plain.services, plain.mira
    asked = services.erasures.ask(mira)
    with pytest.raises(Conflict, match="being removed already"):
        services.erasures.ask(mira)
    again = plain.school.submitted("Mira", plain.video)  # sent again before the worker came
    plain.work()
    receipt = services.erasures.receipt(mira, asked)
    assert receipt["finished"]
    assert receipt["takes"] == ["Hanon 1, take 1", "Hanon 1, take 2"]
    services.media.open(mira, "take", again, "video")
    key = services.media.open(mira, "take", again, "original").key
    assert plain.school.practika.blobs.size(key) == plain.video.stat().st_size
    [stack] = [one for one in services.takes.stacks(mira) if one["takes"]]
    assert [one["id"] for one in stack["takes"]] == [again]
    assert services.erasures.receipts(mira)[0]["id"] == asked


@pytest.fixture
def far(
    postgres_url: str,
    tmp_path: Path,
    video: Path,
    second_video: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Class]:
    """The same with the record in PostgreSQL and the videos in S3."""
    store = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "practika", "AWS_SECRET_ACCESS_KEY": "secret"}
    for name, value in (keys | {"AWS_EC2_METADATA_DISABLED": "true"}).items():
        monkeypatch.setenv(name, value)
    endpoint = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="takes")
    with machine.new_database(postgres_url) as url:
        school = world.make(
            tmp_path,
            PRACTIKA_DATABASE_URL=url,
            PRACTIKA_MEDIA_URL="s3://takes/school",
            PRACTIKA_S3_ENDPOINT=endpoint,
        )
        yield furnished(school, video, second_video)
        school.practika.close()
    store.stop()


def test_a_person_is_gone_from_postgresql_and_s3(far: Class) -> None:
    blobs = far.school.practika.blobs
    shared = Sealing(far.school.practika.record, utc_now, far.data / "facts", store=blobs)
    assert shared.keep_up(1) > 0
    before = set(blobs.keys("facts/"))
    asked = far.services.erasures.ask_person(far.school.id("Tom"), far.mira)
    far.work()
    receipt = far.services.erasures.receipt("", asked)
    assert (bool(receipt["finished"]), receipt["rows"]["takes"]) == (True, 2)
    assert far.takes() == {far.own: None, far.shared: None, far.of_jonas: far.takes()[far.of_jonas]}
    with far.school.practika.record.read() as uow:
        assert uow.people.by_email("mira@example.org") is None
    assert not before & set(blobs.keys("facts/"))
    kept = b"".join(piece for key in blobs.keys("") for piece in blobs.read(key))
    for gone in (far.video.read_bytes()[2000:2100], far.own.encode()):
        assert gone not in kept + far.kept()
    stacks = far.services.takes.stacks(far.school.id("Jonas"))
    assert far.of_jonas in {take["id"] for stack in stacks for take in stack["takes"]}
