"""Comments laid out side by side: whatever they are, nothing overlaps and nothing is lost."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from practika_kernel.domain.practice import clean_text
from practika_kernel.research.export.captions import captions
from practika_kernel.research.export.elan import elan
from practika_kernel.research.export.lanes import group_of, laid_out
from practika_kernel.research.export.rows import ReplyRow, TakeRow

from .study import FIRST

TAKE = TakeRow("t1", "p1", "c1", "", "e1", 1, FIRST, None, 9_000, 2, 2, True, "", "")


def reply(number: int, author: str, kind: str, span: tuple[int, int | None] | None, text: str,
          parent: str = "") -> ReplyRow:  # fmt: skip
    start, end = span or (None, None)
    return ReplyRow(f"r{number}", "t1", "p1", author, "teacher", parent, kind, "", start, end,
                    FIRST, None, None, len(text), text, "", False, False)  # fmt: skip


@st.composite
def comments(draw: st.DrawFn) -> list[ReplyRow]:
    spans = st.none() | st.tuples(st.integers(0, 9_000), st.none()) | st.tuples(
        st.integers(0, 8_000), st.integers(1, 3_000)
    ).map(lambda both: (both[0], both[0] + both[1]))  # fmt: skip
    rows = []
    for number in range(draw(st.integers(0, 8))):
        span = draw(spans)
        parent = draw(st.sampled_from(["", *(row.reply for row in rows)])) if span is None else ""
        author, kind = (
            draw(st.sampled_from(["pa", "pb", ""])),
            draw(st.sampled_from(["fix", "ask"])),
        )
        text = clean_text(draw(st.text(st.characters(codec="utf-8"), max_size=30)))
        rows.append(reply(number, author, kind, span, text, parent))
    return rows


@given(comments())
def test_nothing_overlaps_in_its_lane_and_nothing_is_lost(rows):
    laid = laid_out(rows, 9_000)
    assert sorted(one.reply.reply for one in laid) == [row.reply for row in rows]
    lanes = {}
    for one in laid:
        assert 0 <= one.start_ms < one.end_ms
        lanes.setdefault((group_of(one.reply), one.lane), []).append(one)
        row = one.reply
        if row.start_ms is not None:
            assert (one.start_ms, one.end_ms) == (row.start_ms, row.end_ms or row.start_ms + 1)
    for lane in lanes.values():
        assert all(before.end_ms <= after.start_ms for before, after in pairwise(lane))


@given(comments())
def test_whatever_was_written_the_files_can_be_read(rows):
    root = ElementTree.fromstring(elan(TAKE, rows).encode())
    values = root.iter("ANNOTATION_VALUE")
    assert len(list(values)) == len(rows)
    text = captions(TAKE, rows)
    assert text.count(" --> ") == len(rows)


def test_a_take_without_a_length_has_its_comments_too():
    (one,) = laid_out([reply(1, "pa", "fix", None, "Good")], None)
    assert (one.start_ms, one.end_ms) == (0, 1)
