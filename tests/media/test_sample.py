"""Sample takes look and sound like what their truth says."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.media.playable import decide
from practika_kernel.media.probe import probe
from practika_kernel.media.sample_drawing import FPS, HIGHEST, LOWEST, key_middle
from practika_kernel.media.sample_performance import moment, performance, play
from practika_kernel.media.sample_score import PIECES
from practika_kernel.media.sample_sound import RATE, render
from practika_kernel.media.sample_take import REFERENCE, write_take


@pytest.mark.parametrize("piece", PIECES)
def test_references_last_as_long_as_an_exercise_should(piece: str) -> None:
    truth = play(piece, REFERENCE)
    assert 18 <= truth.duration <= 24
    assert not any(note.is_wrong for note in truth.notes)
    assert all(LOWEST <= note.pitch <= HIGHEST for note in truth.notes)
    assert all(a == b for a, b in truth.reference_map)


@pytest.mark.parametrize("piece", PIECES)
def test_more_skill_is_heard(piece: str) -> None:
    def faults(skill: float) -> tuple[float, float, float]:
        takes = [performance(piece, skill, seed) for seed in range(30)]
        return (
            sum(len(t.wrong) for t in takes),
            float(sum(s for t in takes for _, s in t.hesitations)),
            float(sum(abs(1 - t.tempo) for t in takes)),
        )

    weak, middling, strong = faults(0.1), faults(0.5), faults(0.95)
    assert all(a > b > c for a, b, c in zip(weak, middling, strong, strict=True))
    assert performance(piece, 0.3, 5) == performance(piece, 0.3, 5)
    assert performance(piece, 0.3, 5) != performance(piece, 0.3, 6)


@pytest.mark.parametrize("piece", PIECES)
def test_the_maps_are_exact_and_never_go_back(piece: str) -> None:
    reference = play(piece, REFERENCE)
    for seed in range(20):
        truth = play(piece, performance(piece, seed / 20, seed))
        for points in (truth.beat_map, truth.reference_map):
            assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(points))
        for ours, theirs in zip(truth.notes, reference.notes, strict=True):
            assert moment(truth.reference_map, theirs.onset) == ours.onset
            assert ours.offset > ours.onset
            assert LOWEST <= ours.pitch <= HIGHEST


def test_the_truth_is_plain_json() -> None:
    truth = play("canon", performance("canon", 0.1, 3))
    told = json.loads(json.dumps(truth.to_json()))
    assert told["wrong_notes"] == [n["index"] for n in told["notes"] if n["wrong"]]
    assert told["duration"] == pytest.approx(float(truth.duration))
    assert {"tempo_factor", "hesitations", "rushes", "beat_map", "reference_map"} <= set(told)


def test_the_sound_never_clips_and_starts_with_the_note() -> None:
    truth = play("prelude-c", REFERENCE)
    wave = render(truth)
    assert wave.shape == (2, round(truth.duration * RATE))
    assert 0.3 < float(np.abs(wave).max()) < 0.9
    first = int(truth.notes[0].onset * RATE)
    assert float(np.abs(wave[:, : first - 10]).max()) == 0
    assert float(np.abs(wave[:, first : first + RATE // 20]).max()) > 0.05


def test_a_take_plays_as_it_is_and_its_keys_light_up(tmp_path: Path) -> None:
    out, how = tmp_path / "take.mp4", performance("canon", 0.2, 1)
    truth = write_take(out, "canon", how)
    facts = probe(out)
    assert decide(facts).mode == "original"
    assert (facts.width, facts.height, facts.frame_rate) == (960, 540, FPS)
    assert facts.keyframe_gap == 1
    assert facts.duration == pytest.approx(float(truth.duration), abs=0.03)
    assert facts.size < 1_200_000
    white = [n for n in truth.notes if n.pitch % 12 in (0, 2, 4, 5, 7, 9, 11)]
    checked = {round((n.onset + n.offset) / 2 * FPS): n for n in white}
    with av.open(str(out)) as file:
        for number, frame in enumerate(file.decode(video=0)):
            if number in checked:
                note, image = checked[number], frame.to_ndarray(format="rgb24")
                red, _, blue = image[515:530, int(key_middle(note.pitch))].mean(axis=0)
                assert (red > blue + 40) if note.is_wrong else (blue > red + 40)
    assert any(n.is_wrong for n in white)


def test_an_unknown_piece_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="hanon-1"):
        write_take(tmp_path / "x.mp4", "sonata")
    assert play("canon", REFERENCE).notes[0].onset == Fraction(3, 2)
