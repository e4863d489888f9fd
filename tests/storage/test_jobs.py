from __future__ import annotations

from dataclasses import replace

from practika_kernel.domain.jobs import MAX_ATTEMPTS, JobState, Priority
from practika_kernel.storage.record import SqlRecord
from storage import things
from storage.things import NOON, later


def test_the_most_urgent_job_that_is_due_goes_first(record: SqlRecord) -> None:
    normal = things.job(run_after=later(-9))
    urgent = things.job(priority=Priority.PERSON_WAITS, run_after=later(5))
    other = things.job(run_after=later(-9), created_at=later(1))
    with record.write() as unit:
        for each in (other, normal, urgent):
            unit.jobs.add(each)
        claimed = [unit.jobs.claim("me", NOON, later(15)) for _ in range(3)]
        assert [each and each.id for each in claimed] == [normal.id, other.id, None]
        now_due = unit.jobs.claim("me", later(6), later(20))
        assert now_due == replace(
            urgent,
            state=JobState.RUNNING,
            attempt=1,
            owner="me",
            lease_until=later(20),
            started_at=later(6),
        )


def test_a_person_who_waits_goes_before_what_has_waited_longer(record: SqlRecord) -> None:
    with record.write() as unit:
        unit.jobs.add(things.job(run_after=later(-9)))
        urgent = unit.jobs.add(things.job(priority=Priority.PERSON_WAITS))
        first = unit.jobs.claim("me", NOON, later(15))
        assert first
        assert first.id == urgent.id


def test_the_same_key_is_one_job_until_it_has_failed(record: SqlRecord) -> None:
    job = things.job("clip/1")
    with record.write() as unit:
        assert unit.jobs.add(job) == job
        assert unit.jobs.add(things.job("clip/1")) == job
        claimed = unit.jobs.claim("me", NOON, later(15))
        assert claimed
        assert unit.jobs.end(claimed, "The file is damaged.", later(1), JobState.FAILED)
        failed = unit.jobs.by_keys(["clip/1", "clip/2"])
        assert failed["clip/1"].state is JobState.FAILED
        assert failed["clip/1"].problem == "The file is damaged."
        assert list(failed) == ["clip/1"]
        again = unit.jobs.add(things.job("clip/1", run_after=later(2)))
        assert again == replace(job, run_after=later(2))


def test_a_job_given_back_waits_for_its_time(record: SqlRecord) -> None:
    with record.write() as unit:
        unit.jobs.add(things.job())
        claimed = unit.jobs.claim("me", NOON, later(15))
        assert claimed
        assert unit.jobs.beat(claimed, later(30), 0.5)
        assert unit.jobs.give_back(claimed, "No memory.", later(60))
        assert unit.jobs.claim("me", later(59), later(75)) is None
        second = unit.jobs.claim("you", later(60), later(75))
        assert second
        assert (second.attempt, second.problem, second.progress) == (2, "No memory.", 0.0)
        assert unit.jobs.finish(replace(second, result={"frames": 7}), later(61))
        done = unit.jobs.get(second.id)
        assert done
        assert (done.state, done.result, done.finished_at) == (
            JobState.DONE,
            {"frames": 7},
            later(61),
        )


def test_a_worker_that_wakes_up_late_is_refused(record: SqlRecord) -> None:
    with record.write() as unit:
        unit.jobs.add(things.job())
        asleep = unit.jobs.claim("asleep", NOON, later(15))
        assert asleep
        assert unit.jobs.claim("next", later(15), later(30)) is None
        current = unit.jobs.claim("next", later(16), later(31))
        assert current
        assert not unit.jobs.beat(asleep, later(99), 0.9)
        assert not unit.jobs.give_back(asleep, "late", later(17))
        assert not unit.jobs.end(asleep, "late", later(17), JobState.FAILED)
        assert not unit.jobs.finish(asleep, later(17))
        assert unit.jobs.get(current.id) == current
        assert unit.jobs.finish(current, later(18))
        assert not unit.jobs.finish(current, later(19))


def test_a_job_whose_workers_all_died_fails_with_a_sentence(record: SqlRecord) -> None:
    with record.write() as unit:
        job = unit.jobs.add(things.job())
        for attempt in range(MAX_ATTEMPTS):
            at = 100 * attempt
            claimed = unit.jobs.claim("me", later(at), later(at + 15))
            assert claimed
            assert claimed.attempt == attempt + 1
        assert unit.jobs.claim("me", later(10_000), later(10_015)) is None
        failed = unit.jobs.get(job.id)
        assert failed
        assert failed.state is JobState.FAILED
        assert failed.problem.startswith("This was tried 5 times")
        assert unit.jobs.give_up(later(20_000)) == []


def test_jobs_that_are_given_up_are_told_once(record: SqlRecord) -> None:
    with record.write() as unit:
        job = unit.jobs.add(things.job(attempt=MAX_ATTEMPTS - 1))
        assert unit.jobs.claim("me", NOON, later(15))
        assert unit.jobs.give_up(later(15)) == []
        assert [each.id for each in unit.jobs.give_up(later(16))] == [job.id]


def test_counts_and_the_latest(record: SqlRecord) -> None:
    jobs = [things.job(created_at=later(n)) for n in range(4)]
    with record.write() as unit:
        assert unit.jobs.counts() == dict.fromkeys(JobState, 0)
        for each in jobs:
            unit.jobs.add(each)
        unit.jobs.claim("me", NOON, later(15))
        assert unit.jobs.counts() == dict.fromkeys(JobState, 0) | {"queued": 3, "running": 1}
        assert [each.id for each in unit.jobs.latest(2)] == [jobs[3].id, jobs[2].id]


def test_two_claims_at_once_are_two_jobs(record: SqlRecord) -> None:
    with record.write() as unit:
        for _ in range(2):
            unit.jobs.add(things.job())
    with record.write() as mine:
        first = mine.jobs.claim("me", NOON, later(15))
        if record.engine.dialect.name == "postgresql":  # SQLite's second writer waits its turn
            with record.write() as yours:
                second = yours.jobs.claim("you", NOON, later(15))
    if record.engine.dialect.name == "sqlite":
        with record.write() as yours:
            second = yours.jobs.claim("you", NOON, later(15))
    assert first
    assert second
    assert first.id != second.id
