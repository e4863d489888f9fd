"""Takes with known departures: slower here, other notes there, quieter there, a pause."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import tunes
from practika_kernel.domain.departures import RULES, STEP, Departures, Measure, Moment, suggested
from practika_kernel.domain.timemap import TimeMap
from practika_kernel.media.align import Features, align, departures
from practika_kernel.media.align.hearing import RATE, listen
from practika_kernel.media.sample_performance import REFERENCE, GroundTruth, Performance, play
from practika_kernel.media.sample_sound import RATE as SAMPLE_RATE
from practika_kernel.media.sample_sound import render

PIECE = "hanon-1"


def heard(truth: GroundTruth, gain: float = 1.0) -> Features:
    wave = render(truth).mean(axis=0) * gain
    at = np.arange(int(len(wave) / SAMPLE_RATE * RATE)) * (SAMPLE_RATE / RATE)
    sound = np.interp(at, np.arange(len(wave)), wave).astype(np.float32)
    return Features(len(sound) / RATE, listen(sound))


@cache
def reference() -> Features:
    return heard(play(PIECE, REFERENCE))


def found(take: Features) -> tuple[Departures, TimeMap]:
    way = align(reference(), take)
    measured = departures(reference(), take, way)
    assert measured is not None
    return measured, way


def moments(truth: GroundTruth, gain: float = 1.0) -> list[Moment]:
    return suggested(*found(heard(truth, gain)))


def when(truth: GroundTruth, beat: int) -> float:
    return float(next(note.onset for note in truth.notes if note.beat == beat))


def test_nothing_stands_out_in_the_same_playing_recorded_softer():
    assert moments(play(PIECE, replace(REFERENCE, seed=3)), gain=0.1) == []


def test_a_slower_passage_is_found_and_said_in_percent():
    truth = play(PIECE, Performance(rushes=((Fraction(6), Fraction(10), Fraction(3, 4)),)))
    (slow,) = moments(truth)
    assert slow.measure is Measure.TEMPO
    assert slow.start == pytest.approx(when(truth, 6), abs=0.6)
    assert slow.end == pytest.approx(when(truth, 10), abs=0.6)
    assert slow.value == pytest.approx(-25, abs=4)
    assert slow.sentence.startswith("About 2")
    assert slow.sentence.endswith(" % slower than the reference for 6 s.")


def test_who_plays_slower_on_the_whole_is_measured_by_their_own_tempo():
    how = Performance(Fraction(8, 10), rushes=((Fraction(6), Fraction(10), Fraction(5, 4)),))
    measured, way = found(heard(play(PIECE, how)))
    assert measured.tempo == pytest.approx(0.8, abs=0.01)
    (fast,) = suggested(measured, way)
    assert fast.sentence == (
        "At the tempo of the reference for 4 s; the take as a whole is about 20 % slower."
    )


def test_other_notes_are_found_where_they_are():
    truth = play(PIECE, Performance(wrong=((20, 61), (21, 63), (22, 49), (23, 66))))
    wrong = [float(note.onset) for note in truth.notes if note.is_wrong]
    (other,) = moments(truth)
    assert other.measure is Measure.PITCH
    assert other.start - 0.3 <= min(wrong)
    assert max(wrong) <= other.end + 0.3
    assert other.end - other.start < max(wrong) - min(wrong) + 1.2
    assert other.sentence.startswith("Other notes than in the reference for")


def test_a_quiet_passage_is_found_whatever_the_microphone():
    truth = play(PIECE, Performance())
    notes = [
        replace(n, loudness=n.loudness * (0.3 if 6 <= n.beat < 11 else 1)) for n in truth.notes
    ]
    (quiet,) = moments(replace(truth, notes=tuple(notes)), gain=0.3)
    assert quiet.measure is Measure.LOUDNESS
    assert quiet.value == pytest.approx(20 * np.log10(0.3), abs=1.5)
    assert quiet.start == pytest.approx(when(truth, 6), abs=0.6)
    assert "dB quieter than in the reference for" in quiet.sentence


def test_a_pause_is_said_as_what_it_is():
    truth = play(PIECE, Performance(hesitations=((Fraction(8), Fraction(3, 2)),)))
    flow = [moment for moment in moments(truth) if moment.measure is Measure.FLOW]
    assert [moment.sentence for moment in flow] == [
        "Stands still for 1.5 s where the reference goes on."
    ]


def test_other_music_and_unsure_maps_suggest_nothing():
    ref = Features(7.0, listen(tunes.play(tunes.TUNE).sound))
    other = Features(7.0, listen(tunes.play(tunes.OTHER).sound))
    assert departures(ref, other, align(ref, other)) is None
    measured, way = found(heard(play(PIECE, Performance(hesitations=((Fraction(8), 2),)))))
    assert suggested(measured, way)
    assert suggested(measured, replace(way, confidence=0.69)) == []


def test_curves_are_none_where_nothing_can_be_compared_and_read_back_as_written():
    truth = play(PIECE, Performance(late=Fraction(2)))
    measured, way = found(heard(truth))
    first = float(truth.notes[0].onset)
    for measure, curve in measured.curves.items():
        before = [value for n, value in enumerate(curve) if n * STEP < first - 0.5]
        assert before, measure
        assert set(before) == {None}, measure
    again = Departures.from_json(measured.to_json())
    assert suggested(again, way) == suggested(measured, way)
    assert set(measured.curves) | {Measure.FLOW} == set(RULES)


def test_levels_are_kept_with_the_features():
    whole = reference()
    again = Features.from_bytes(whole.to_bytes())
    assert again.sound is not None
    assert whole.sound is not None
    off = np.abs(again.sound.levels - whole.sound.levels)
    assert off[whole.sound.levels > -120].max() <= 0.26
