"""What is in force: against a slow model that plays a history day by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practika_kernel.domain.consent import Consent, MediaLevel, Purpose, check, in_force
from practika_kernel.domain.errors import InvalidInput

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STUDIES = (None, "tempo", "touch")


def row(at: int, **more: object) -> Consent:
    day = NOON + at * DAY
    known = {"id": f"{at:02}", "person_id": "mira", "purpose": Purpose.RESEARCH, "starts_at": day,
             "recorded_at": day, "recorded_by": "mira", **more}  # fmt: skip
    return Consent(**known)  # type: ignore[arg-type]


@st.composite
def histories(draw: st.DrawFn) -> list[Consent]:
    rows = []
    for at in draw(st.lists(st.integers(0, 9), unique=True, max_size=8)):
        purpose = draw(st.sampled_from([Purpose.RESEARCH, Purpose.RESEARCH, Purpose.TRAINING]))
        study = draw(st.sampled_from(STUDIES)) if purpose is Purpose.RESEARCH else None
        starts = NOON + (at + draw(st.integers(-2, 2))) * DAY
        ends = draw(st.none() | st.integers(1, 5).map(lambda n, s=starts: s + n * DAY))
        withdrawn = draw(st.booleans())
        rows.append(row(at, purpose=purpose, study=study, starts_at=starts, ends_at=ends,
                        withdrawn_at=NOON + at * DAY if withdrawn else None))  # fmt: skip
    return rows


def model(history: list[Consent], purpose: Purpose, day: int, study: str | None) -> str | None:
    """Play the rows in their order: each one is what holds for its study from then on."""
    holding: dict[str | None, Consent] = {}
    for at in range(day + 1):
        for each in history:
            if each.purpose is purpose and each.recorded_at == NOON + at * DAY:
                if each.study is None and each.withdrawn_at is not None:
                    holding.clear()  # from all studies
                holding[each.study] = each
    found = holding.get(study, holding.get(None))
    if found is None or found.withdrawn_at is not None:
        return None
    now = NOON + day * DAY
    inside = found.starts_at <= now and (found.ends_at is None or now < found.ends_at)
    return found.id if inside else None


@given(histories(), st.integers(0, 14), st.sampled_from(STUDIES))
def test_what_is_in_force_is_what_was_said_last(
    history: list[Consent], day: int, study: str | None
) -> None:
    for purpose in Purpose:
        found = in_force(history, purpose, NOON + day * DAY, study)
        assert (found.id if found else None) == model(history, purpose, day, study)


def test_what_a_withdrawal_from_all_ended_does_not_come_back_with_a_new_consent() -> None:
    named = row(1, study="touch", media=MediaLevel.FULL)
    ended, anew = row(2, withdrawn_at=NOON + 2 * DAY), row(3, media=MediaLevel.NONE)
    found = in_force([named, ended, anew], Purpose.RESEARCH, NOON + 4 * DAY, "touch")
    assert found == anew, "and with it no more of the video than it allows"


@given(histories(), st.integers(0, 14), st.sampled_from(STUDIES))
def test_nothing_is_in_force_after_a_withdrawal(
    history: list[Consent], day: int, study: str | None
) -> None:
    ended = row(9, id="zz", withdrawn_at=NOON + 9 * DAY)
    found = in_force([*history, ended], Purpose.RESEARCH, NOON + (9 + day) * DAY, study)
    assert found is None


def test_a_period_ends_at_its_end_and_begins_at_its_beginning() -> None:
    given_ = [row(1, ends_at=NOON + 3 * DAY)]
    moment = timedelta(microseconds=1)
    asked = [NOON + DAY - moment, NOON + DAY, NOON + 3 * DAY - moment, NOON + 3 * DAY]
    held = [in_force(given_, Purpose.RESEARCH, at) is not None for at in asked]
    assert held == [False, True, True, False]


def test_a_refusal_of_one_study_outlives_a_consent_to_all() -> None:
    history = [row(1, study="tempo", withdrawn_at=NOON + DAY), row(2)]
    assert in_force(history, Purpose.RESEARCH, NOON + 3 * DAY, "tempo") is None
    found = in_force(history, Purpose.RESEARCH, NOON + 3 * DAY, "touch")
    assert found is not None
    assert found.id == "02"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends_at": NOON}, "end after it begins"),
        ({"purpose": Purpose.EXEMPLAR, "study": "tempo"}, "Only consent to research"),
        ({"study": " "}, "Name the study"),
        ({"study": "x" * 81}, "Name the study"),
    ],
)
def test_a_consent_that_makes_no_sense_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        check(row(1, **wrong))


def test_levels_of_media_are_in_an_order() -> None:
    widest = [sum(one.covers(other) for other in MediaLevel) for one in MediaLevel]
    assert widest == [1, 2, 3, 4]
