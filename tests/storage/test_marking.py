"""Versions, rubrics, marks, tags and banks come back as they were stored, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.feedback import ReplyKind, ReplyState, ReplyVersion
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.rubrics import Criterion, Mark, MarkState, Wording
from practika_kernel.domain.tags import BankEntry, Tag, TagColour
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, World, later

SHAPES = [{"tool": "pen", "colour": "blue", "points": [0.1234, 1.0, 0.5, 0.25]}]


def test_a_drawing_and_a_tag_hang_on_a_comment_and_its_version(
    record: SqlRecord, world: World
) -> None:
    tag = Tag(new_id(), world.course.id, 0, "Tön", TagColour.PLUM, 2500, ReplyKind.KEEP, NOON)
    drawn = world.reply(drawing=SHAPES, tag_id=tag.id, start_ms=0, edited_at=later(9))
    version = ReplyVersion(new_id(), drawn.id, 1, ReplyKind.ASK, "?", NOON, 5, 9, drawing=SHAPES)
    with record.write() as unit:
        unit.tags.add(tag)
        assert unit.replies.add(drawn) == drawn
        plain = unit.replies.add(world.reply())
        unit.versions.add(version)
        with pytest.raises(Conflict):
            unit.versions.add(replace(version, id=new_id()))
        gone = replace(plain, state=ReplyState.WITHDRAWN, released_at=NOON)
        unit.replies.save(gone)
    with record.read() as unit:
        assert unit.replies.of_takes([world.first.id]) == [drawn]
        assert unit.replies.taken_back(world.first.id, world.teacher.id) == [gone]
        assert unit.replies.taken_back(world.first.id, world.student.id) == []
        assert unit.versions.of_reply(drawn.id) == [version]
        assert unit.tags.of_course(world.course.id) == [tag]
        assert unit.tags.many([tag.id]) == {tag.id: tag}


def test_one_draft_a_criterion_and_released_marks_pile_up(record: SqlRecord, world: World) -> None:
    levels = [{"name": "stops", "description": "ä"}, {"name": "steady", "description": ""}]
    line = Criterion(new_id(), world.exercise.id, 0, "Pulse", levels, NOON)

    def mark(level: int, second: float) -> Mark:
        at = later(second)
        return Mark(new_id(), world.first.id, line.id, world.teacher.id, level, at, at)

    with record.write() as unit:
        unit.criteria.add(line)
        unit.marks.put_draft(mark(1, 1))
        unit.marks.put_draft(mark(2, 2))
        [draft] = unit.marks.of_takes([world.first.id])
        assert (draft.level, draft.state, draft.updated_at) == (2, MarkState.DRAFT, later(2))
        assert [each.level for each in unit.marks.release(world.first.id, world.teacher.id, NOON)]
        unit.marks.put_draft(mark(1, 3))
        unit.marks.release(world.first.id, world.teacher.id, later(4))
        unit.marks.put_draft(mark(2, 5))
        unit.marks.drop_draft(world.first.id, line.id, world.teacher.id)
    with record.read() as unit:
        assert unit.criteria.of_exercise(world.exercise.id) == [line]
        assert [each.level for each in unit.marks.of_takes([world.first.id])] == [2, 1]


def test_a_bank_is_kept_changed_and_forgotten(record: SqlRecord, world: World) -> None:
    first = BankEntry(new_id(), world.teacher.id, "{name}, softer", NOON, NOON)
    second = replace(first, id=new_id(), text="Count", created_at=later(1))
    with record.write() as unit:
        unit.bank.add(first)
        unit.bank.add(second)
        unit.bank.save(replace(first, text="Louder"))
        assert [each.text for each in unit.bank.of_person(world.teacher.id)] == ["Count", "Louder"]
        unit.bank.delete(second.id)
    with record.read() as unit:
        assert [each.id for each in unit.bank.of_person(world.teacher.id)] == [first.id]
        assert unit.bank.of_person(world.student.id) == []


def test_what_a_criterion_said_and_which_marks_were_read(record: SqlRecord, world: World) -> None:
    levels = [{"name": "stops", "description": "ä"}, {"name": "steady", "description": ""}]
    line = Criterion(new_id(), world.exercise.id, 0, "Pulse", levels, NOON)
    said = Wording(new_id(), line.id, 1, "Pulse", levels, later(1))
    mark = Mark(new_id(), world.first.id, line.id, world.teacher.id, 2, NOON, NOON, wording=2)
    with record.write() as unit:
        unit.criteria.add(line)
        unit.wordings.add(said)
        with pytest.raises(Conflict, match="changed elsewhere"):
            unit.wordings.add(replace(said, id=new_id()))
        changed = replace(line, title="Steady pulse", wording=2, active=False)
        unit.criteria.save(changed)
        unit.marks.put_draft(mark)
        assert not unit.marks.unseen(world.first.id), "a draft is nobody's news"
        assert unit.marks.mark_seen(world.first.id, later(2)) == []
        unit.marks.release(world.first.id, world.teacher.id, later(3))
        assert unit.marks.unseen(world.first.id)
        assert [each.seen_at for each in unit.marks.mark_seen(world.first.id, later(4))] == [
            later(4)
        ]
        assert unit.marks.mark_seen(world.first.id, later(5)) == []
    with record.read() as unit:
        assert unit.criteria.of_exercise(world.exercise.id) == [changed]
        assert unit.wordings.of_criteria([line.id]) == [said]
        assert unit.marks.counts([line.id, new_id()]) == {line.id: 1}
        [stored] = unit.marks.of_takes([world.first.id])
        assert (stored.wording, stored.seen_at) == (2, later(4))
