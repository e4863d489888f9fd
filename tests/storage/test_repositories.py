"""One contract, two databases: what the services may rely on."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from practika_kernel.domain.anchors import Anchor, ordered
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.feedback import Draft, ReplyState
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Cohort, Course, Enrolment, Role, SignIn
from practika_kernel.domain.practice import (
    AssetState,
    Exercise,
    Rendition,
    RenditionKind,
    TakeState,
    UploadState,
)
from practika_kernel.storage.record import SqlRecord
from storage import things
from storage.things import NOON, World, later


def test_anchors_of_a_pair_are_found_from_either_side(record: SqlRecord) -> None:
    person, one, two = things.person(), things.asset(), things.asset()
    made = [
        ordered(Anchor(new_id(), two.id, one.id, at, at + 1, person.id, NOON)) for at in (7.5, 2.25)
    ]
    with record.write() as unit:
        unit.people.add(person)
        for asset in (one, two):
            unit.assets.add(asset)
        for each in made:
            unit.anchors.add(each)
    with record.read() as unit:
        known = unit.anchors.between(one.id, two.id)
        assert known == unit.anchors.between(two.id, one.id)
        assert [each.seen_from(two.id) for each in known] == [(2.25, 3.25), (7.5, 8.5)]
        assert [each.seen_from(one.id) for each in known] == [(3.25, 2.25), (8.5, 7.5)]
        assert unit.anchors.between(one.id, person.id) == []
    with record.write() as unit:
        unit.anchors.remove([known[0].id, "never"])
        assert unit.anchors.between(one.id, two.id) == known[1:]


def test_people_come_back_as_they_were_and_in_the_order_of_their_names(record: SqlRecord) -> None:
    people = [things.person(name) for name in ("zoe", "Émile", "Adam", "Zack")]
    with record.write() as unit:
        for each in people:
            unit.people.add(each)
    with record.read() as unit:
        assert [each.name for each in unit.people.all()] == ["Adam", "Zack", "zoe", "Émile"]
        assert unit.people.get(people[0].id) == people[0]
        assert unit.people.by_email(people[1].email) == people[1]
        assert unit.people.many([people[0].id, "nobody"]) == {people[0].id: people[0]}
        assert unit.people.get("nobody") is None
        assert unit.people.many([]) == {}


def test_a_taken_email_is_a_conflict_and_the_unit_goes_on(record: SqlRecord) -> None:
    first, second = things.person(), things.person()
    with record.write() as unit:
        unit.people.add(first)
        with pytest.raises(Conflict, match="already a person"):
            unit.people.add(replace(second, email=first.email))
        unit.people.add(second)
        with pytest.raises(Conflict):
            unit.people.save(replace(second, email=first.email))
        unit.people.save(replace(second, name="New Name", active=False))
    with record.read() as unit:
        assert unit.people.get(second.id) == replace(second, name="New Name", active=False)


def test_the_password_hash_survives_a_change_of_the_person(record: SqlRecord) -> None:
    person = things.person()
    with record.write() as unit:
        unit.people.add(person)
        assert unit.people.password_hash(person.id) is None
        unit.people.set_password_hash(person.id, "hash")
        unit.people.save(replace(person, name="Other"))
        assert unit.people.password_hash(person.id) == "hash"
        assert unit.people.password_hash("nobody") is None
        with pytest.raises(NotFound):
            unit.people.set_password_hash("nobody", "hash")
        with pytest.raises(NotFound):
            unit.people.save(things.person())


def test_sign_ins_end_once(record: SqlRecord, world: World) -> None:
    kept = [SignIn(f"{n:064}", world.student.id, NOON, later(60), "Firefox") for n in range(3)]
    gone = SignIn("9" * 64, world.student.id, NOON, later(1))
    with record.write() as unit:
        for each in [*kept, gone]:
            unit.sign_ins.add(each)
        assert unit.sign_ins.revoke(kept[0].id, later(2))
        assert not unit.sign_ins.revoke(kept[0].id, later(3))
        assert not unit.sign_ins.revoke("unknown", later(3))
        assert unit.sign_ins.revoke_all(world.student.id, later(5)) == 2
        assert unit.sign_ins.get(kept[0].id) == replace(kept[0], revoked_at=later(2))
        assert unit.sign_ins.get(kept[1].id) == replace(kept[1], revoked_at=later(5))
        assert unit.sign_ins.get(gone.id) == gone


def test_enrolling_twice_changes_nothing(record: SqlRecord, world: World) -> None:
    course = world.course
    cohort = Cohort(new_id(), course.id, "B")
    place = Enrolment(new_id(), world.student.id, course.id, Role.STUDENT, NOON, cohort.id)
    with record.write() as unit:
        unit.courses.add_cohort(cohort)
        unit.courses.enrol(place)
        unit.courses.enrol(replace(place, id=new_id(), cohort_id=None))
        unit.courses.enrol(replace(place, id=new_id(), role=Role.RESEARCHER))
    with record.read() as unit:
        assert unit.courses.cohorts(course.id) == [cohort]
        assert {each.role for each in unit.courses.of_person(world.student.id)} == {
            Role.STUDENT,
            Role.RESEARCHER,
        }
        assert unit.courses.members([course.id])[0] == place
        assert unit.courses.members([]) == []


def test_courses_are_newest_first_and_exercises_by_position(
    record: SqlRecord, world: World
) -> None:
    newer = Course(new_id(), "Violin II", "2027", later(10))
    second = Exercise(new_id(), newer.id, "b", "c", NOON, position=2, due_at=later(9))
    first = Exercise(
        new_id(), newer.id, "a", "c", later(5), position=1, reference_asset_id=world.asset.id
    )
    with record.write() as unit:
        unit.courses.add(newer)
        unit.exercises.add(second)
        unit.exercises.add(first)
    with record.read() as unit:
        assert unit.courses.all() == [newer, world.course]
        assert unit.exercises.in_courses([newer.id]) == [first, second]
        assert unit.exercises.by_reference(world.asset.id) == [first]


def test_takes_keep_their_numbers_and_leave_their_lists_when_withdrawn(
    record: SqlRecord, world: World
) -> None:
    exercise, student = world.exercise.id, world.student.id
    with record.write() as unit:
        assert unit.takes.next_number(exercise, student) == 2
        assert unit.takes.next_number(exercise, "somebody else") == 1
        second = world.take(2)
        unit.takes.add(second)
        with pytest.raises(Conflict, match="take 2"):
            unit.takes.add(world.take(2))
        gone = replace(second, state=TakeState.WITHDRAWN)
        assert unit.takes.save(gone, TakeState.DRAFT)
        assert unit.takes.next_number(exercise, student) == 3
        assert unit.takes.stack(exercise, student) == [world.first]
        assert unit.takes.of_student(student) == [world.first]
        assert unit.takes.by_asset(world.asset.id) == [world.first]
        assert unit.takes.get(second.id) == gone


def test_a_take_is_saved_only_from_the_expected_state(record: SqlRecord, world: World) -> None:
    submitted = replace(world.first, state=TakeState.SUBMITTED, submitted_at=later(100))
    with record.write() as unit:
        assert unit.takes.save(submitted, TakeState.DRAFT)
        assert not unit.takes.save(replace(submitted, note="late"), TakeState.DRAFT)
        other = world.take(2, state=TakeState.SUBMITTED, submitted_at=later(50))
        unit.takes.add(other)
        assert unit.takes.in_courses([world.course.id], TakeState.SUBMITTED) == [other, submitted]
        assert unit.takes.in_courses([world.course.id], TakeState.DRAFT) == []


def test_assets_keep_exact_times_and_replace_their_renditions(record: SqlRecord) -> None:
    asset = things.asset(
        duration=Fraction(10010, 30000), frame_rate=Fraction(30000, 1001), state=AssetState.READY
    )
    web = Rendition(asset.id, RenditionKind.WEB, "a/web", "video/mp4", 10, NOON)
    with record.write() as unit:
        unit.assets.add(asset)
        with pytest.raises(Conflict):
            unit.assets.add(things.asset(sha256=asset.sha256))
        unit.assets.put_rendition(web)
        unit.assets.put_rendition(replace(web, key="a/web2", size=11))
        unit.assets.put_rendition(replace(web, kind=RenditionKind.POSTER))
    with record.read() as unit:
        assert unit.assets.by_sha256(asset.sha256) == asset
        assert unit.assets.by_sha256("0") is None
        found = unit.assets.renditions([asset.id])
        assert {each.kind: each.key for each in found} == {
            RenditionKind.WEB: "a/web2",
            RenditionKind.POSTER: "a/web",
        }


def test_what_videos_lack_is_found_among_those_that_are_ready_and_have_pictures(
    record: SqlRecord,
) -> None:
    ready = {"state": AssetState.READY, "video_codec": "h264"}
    whole, lacking = things.asset(**ready), things.asset(**ready)
    others = [things.asset(), things.asset(**(ready | {"video_codec": ""}))]
    with record.write() as unit:
        for asset in (whole, lacking, *others):
            unit.assets.add(asset)
        for kind in (RenditionKind.FILM, RenditionKind.FRAMES):
            unit.assets.put_rendition(Rendition(whole.id, kind, "a/f", "text/plain", 9, NOON))
        film = Rendition(lacking.id, RenditionKind.FILM, "b/f", "text/plain", 9, NOON)
        unit.assets.put_rendition(film)
    with record.read() as unit:
        assert unit.assets.lacking(RenditionKind.FRAMES) == [lacking]


def test_a_reply_saved_twice_is_stored_once(record: SqlRecord, world: World) -> None:
    reply = world.reply(start_ms=1000, end_ms=2000)
    with record.write() as unit:
        assert unit.replies.add(reply) == reply
        again = replace(reply, id=new_id(), text="again")
        assert unit.replies.add(again) == reply
        assert unit.replies.of_takes([world.first.id]) == [reply]


def test_replies_are_released_and_seen_once(record: SqlRecord, world: World) -> None:
    whole, late, early = (world.reply(start_ms=at) for at in (None, 9000, 1000))
    gone = world.reply(state=ReplyState.WITHDRAWN)
    answer = world.reply(
        author_id=world.student.id, parent_id=whole.id, state=ReplyState.RELEASED, start_ms=9500
    )
    with record.write() as unit:
        for each in (whole, late, early, gone, answer):
            unit.replies.add(each)
        take, author = world.first.id, world.teacher.id
        listed = [each.id for each in unit.replies.of_takes([take])]
        assert listed == [whole.id, early.id, late.id, answer.id]
        assert unit.replies.release(take, world.student.id, later(1)) == []
        released = unit.replies.release(take, author, later(1))
        assert [each.id for each in released] == [whole.id, early.id, late.id]
        assert {(each.state, each.released_at) for each in released} == {
            (ReplyState.RELEASED, later(1))
        }
        assert unit.replies.release(take, author, later(2)) == []
        ids = [late.id, early.id, answer.id, gone.id]
        seen = unit.replies.mark_seen(take, ids, later(3))
        assert [each.id for each in seen] == [early.id, late.id]
        assert unit.replies.mark_seen(take, ids, later(4)) == []
        whole_now = unit.replies.get(whole.id)
        assert whole_now is not None
        assert whole_now.seen_at is None
        assert unit.replies.get(late.id) == replace(
            late, state=ReplyState.RELEASED, released_at=later(1), seen_at=later(3)
        )


def test_a_clip_asked_for_twice_is_stored_once(record: SqlRecord, world: World) -> None:
    clip = world.clip()
    with record.write() as unit:
        assert unit.clips.add(clip) == clip
        assert unit.clips.add(replace(clip, id=new_id())) == clip
        assert unit.clips.by_key(clip.key) == [clip]
        assert unit.clips.many([clip.id]) == {clip.id: clip}
        reply = unit.replies.add(world.reply(clip_id=clip.id))
        assert unit.replies.by_clip(clip.id) == [reply]


def test_uploads_by_person_state_and_time(record: SqlRecord, world: World) -> None:
    old, new = world.upload(), world.upload(created_at=later(5), expires_at=later(500))
    with record.write() as unit:
        unit.uploads.add(old)
        unit.uploads.add(new)
        mine = unit.uploads.of_person(world.student.id, [UploadState.RECEIVING])
        assert mine == [new, old]
        assert unit.uploads.of_person(world.student.id, []) == []
        assert unit.uploads.expired(later(60)) == [old]
        received = replace(old, state=UploadState.RECEIVED, asset_id=world.asset.id)
        assert unit.uploads.save(received, UploadState.RECEIVING)
        assert not unit.uploads.save(old, UploadState.RECEIVING)
        assert unit.uploads.expired(later(60)) == []
        assert unit.uploads.by_asset(world.asset.id) == [received]


def test_a_draft_is_replaced_as_it_is_typed(record: SqlRecord, world: World) -> None:
    draft = Draft(world.teacher.id, "reply:1", '{"text": "S"}', NOON)
    typed = replace(draft, body='{"text": "Slower ♫"}', updated_at=later(1))
    with record.write() as unit:
        unit.drafts.put(draft)
        unit.drafts.put(typed)
        assert unit.drafts.get(world.teacher.id, "reply:1") == typed
        unit.drafts.delete(world.teacher.id, "reply:1")
        unit.drafts.delete(world.teacher.id, "reply:1")
        assert unit.drafts.get(world.teacher.id, "reply:1") is None


def test_an_error_in_the_block_keeps_nothing(record: SqlRecord) -> None:
    def half_done() -> None:
        with record.write() as unit:
            unit.people.add(things.person())
            unit.events.append(things.event())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_done()
    with record.read() as unit:
        assert unit.people.all() == []
        assert unit.events.now() == Watermark()


def test_a_reference_to_nothing_is_refused(record: SqlRecord, world: World) -> None:
    with pytest.raises(Conflict), record.write() as unit:
        unit.takes.add(world.take(2, asset_id="nothing"))


def test_a_range_that_ends_before_it_starts_is_refused(record: SqlRecord, world: World) -> None:
    with pytest.raises(Conflict), record.write() as unit:
        unit.replies.add(world.reply(start_ms=2000, end_ms=1000))


def test_half_a_character_is_refused_with_a_sentence(record: SqlRecord) -> None:
    with pytest.raises(InvalidInput, match="cannot be stored"), record.write() as unit:
        unit.people.add(things.person("\ud83d"))


def test_reading_cannot_write(record: SqlRecord) -> None:
    with pytest.raises(Exception, match=r"read-?only"), record.read() as unit:
        unit.people.add(things.person())
    with record.write() as unit:
        unit.people.add(things.person())


def test_a_reader_sees_one_moment(record: SqlRecord) -> None:
    with record.read() as reader:
        assert reader.people.all() == []
        with record.write() as writer:
            writer.people.add(things.person())
        assert reader.people.all() == []
    with record.read() as reader:
        assert len(reader.people.all()) == 1


def test_long_lists_of_names_are_looked_up_whole(record: SqlRecord) -> None:
    people = [things.person() for _ in range(3)]
    with record.write() as unit:
        for each in people:
            unit.people.add(each)
        ids = [new_id() for _ in range(40_000)] + [each.id for each in people]
        assert len(unit.people.many(ids)) == 3
