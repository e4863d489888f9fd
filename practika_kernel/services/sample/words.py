"""What a teacher would say about a take, from what is known to have happened in it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from practika_kernel.domain.feedback import ReplyKind

if TYPE_CHECKING:
    from practika_kernel.media.sample_performance import GroundTruth

_NAMES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
_BAR = {"hanon-1": 2, "prelude-c": 4, "canon": 4}
_APART = Fraction(7, 10)

_TEXTS: dict[str, tuple[str, ...]] = {
    "first": (
        "A good start, and you kept going to the end.",
        "Thank you for this. The shape of the piece is there already.",
        "A brave first take.",
        "Good that you sent this early, now we can build on it.",
        "You know where you want to go. Now we look after the way.",
    ),
    "better": (
        "Steadier than last time.",
        "One hears the work of these weeks.",
        "Clearly better than the last take.",
    ),
    "wrong": (
        "Bar {bar}: you play {played}, the score says {written}. The {hand} hand alone here, "
        "slowly, four times.",
        "{played} instead of {written}. Your eye was already in the next bar; look at the key "
        "before you let go.",
        "Listen to bar {bar} once more: {written}, not {played}. Sing it first, then play it.",
        "The {hand} hand slips to {played}. Let the finger rest on {written} before it plays.",
        "{written} here, you take {played}. Mark it in your score with a pencil.",
        "Nearly: {played} lies beside {written}. Find it once with closed eyes, then go on.",
        "In bar {bar} the {hand} hand wants to go to {played}. Say the name {written} aloud as "
        "you play it.",
    ),
    "wait": (
        "You wait too long here, before you go on in bar {bar}. Count through; a wrong note is "
        "better than a stopped pulse.",
        "The pulse stops for a moment. Play from the bar before over this spot, six times, "
        "without a break.",
        "The hand has to look for its place. Move it while the last note still sounds.",
        "Keep counting here. If the note is not ready, leave it out and go on.",
        "I hear you think here. Think one bar earlier, then the hand knows in time.",
        "A small gap in bar {bar}. Half the tempo, and no gap: that is the better practice.",
        "Here you look up at the score. Learn these two beats by heart.",
    ),
    "rush": (
        "You run away here, about {percent} % faster than before. Tap the pulse with your foot.",
        "It gets faster from bar {bar} on. Practise these bars with the metronome at {tempo}.",
        "Here the easy notes pull you along. Think of the slowest bar before you begin.",
        "From bar {bar} on you hurry. Breathe out before it and let the notes come to you.",
    ),
    "keep": (
        "Even and light. Just like this.",
        "Good, keep this tempo.",
        "You listen to the end of each note here. Lovely.",
        "This is steady. Remember how your wrist feels now.",
        "Every note speaks here. More of this.",
        "This is music already, not an exercise any more.",
        "A calm hand, a clear sound. Keep both.",
    ),
}
_ASK = (
    (
        "Which finger do you take here?",
        "The third. Would the second be better?",
        "Try the second: then the thumb is free for the next bar.",
    ),
    (
        "What do you listen to while you play this?",
        "Honestly, only to the next note.",
        "Then sing the line once before you play. You will hear further ahead.",
    ),
)
_ALL_WELL = "Nothing to fix. Enjoy it now, and play it for somebody."
_COUNTS = ("Nothing", "One thing", "Two things", "Three things", "Four things", "Five things")


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment: seconds on the take (both None for the whole take), and what is said."""

    kind: ReplyKind
    text: str
    start: Fraction | None = None
    end: Fraction | None = None
    thread: tuple[str, str] | None = None
    is_wait: bool = False
    topic: str = ""


class Teacher:
    """Finds words for takes; says nothing a second time before everything was said once.

    Parameters
    ----------
    seed
        The same seed and the same takes give the same words.
    """

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._decks: dict[str, list[str]] = {}
        self._asked = 0

    def _say(self, topic: str, **facts: object) -> str:
        deck = self._decks.get(topic)
        if not deck:
            deck = self._decks[topic] = self._draw.sample(_TEXTS[topic], len(_TEXTS[topic]))
        return deck.pop().format(**facts)

    def remarks(
        self, truth: GroundTruth, before: GroundTruth | None, *, fixes: int, ask: bool
    ) -> list[Remark]:
        """Return what is said about a take: a sentence on the whole, then comments by time.

        Parameters
        ----------
        truth, before
            What happened in this take, and in the one before it in the stack.
        fixes
            The most things to fix; a student cannot mend ten at once.
        ask
            Whether the teacher asks something as well.
        """
        mixed = zip_longest(_waits(truth), _wrongs(truth), _rushes(truth))
        mend = _apart([fault for row in mixed for fault in row if fault is not None])[:fixes]
        timed = [self._about(fault) for fault in mend] + self._praise(truth)
        if ask:
            timed.append(self._question(truth))
        timed.sort(key=lambda remark: remark.start or 0)
        return [self._lead(truth, before, len(mend)), *timed]

    def _about(self, fault: _Fault) -> Remark:
        text = self._say(fault.topic, **fault.facts)
        is_wait = fault.topic == "wait"
        return Remark(
            ReplyKind.FIX, text, fault.start, fault.end, is_wait=is_wait, topic=fault.topic
        )

    def _lead(self, truth: GroundTruth, before: GroundTruth | None, fixes: int) -> Remark:
        if fixes == 0:
            return Remark(ReplyKind.KEEP, _ALL_WELL)
        head = "You stay with it, that is what counts."
        if before is None:
            head = self._say("first")
        elif faults(truth) < faults(before):
            head = self._say("better")
        return Remark(ReplyKind.KEEP, f"{head} {_COUNTS[fixes]} to fix:")

    def _praise(self, truth: GroundTruth) -> list[Remark]:
        """Praise the longest stretch in which nothing went wrong, if it lasts three seconds."""
        marks = [truth.notes[0].onset, truth.notes[-1].offset]
        for fault in [*_wrongs(truth), *_waits(truth), *_rushes(truth)]:
            marks += [at for at in (fault.start, fault.end) if at is not None]
        marks.sort()
        begin, end = max(pairwise(marks), key=lambda pair: pair[1] - pair[0])
        if end - begin < 3:
            return []
        start = begin + (end - begin) / 4
        end = min(start + 3, end)
        return [Remark(ReplyKind.KEEP, self._say("keep"), start, end, topic="keep")]

    def _question(self, truth: GroundTruth) -> Remark:
        asked, answered, closed = _ASK[self._asked % len(_ASK)]
        self._asked += 1
        note = truth.notes[len(truth.notes) // 2]
        return Remark(ReplyKind.ASK, asked, note.onset, thread=(answered, closed))


@dataclass(frozen=True, slots=True)
class _Fault:
    """Something that went wrong, when, and what words about it may say."""

    topic: str
    start: Fraction
    end: Fraction | None
    facts: dict[str, object]


def faults(truth: GroundTruth) -> int:
    """Count wrong notes and hesitations."""
    return len(truth.performance.hesitations) + sum(note.is_wrong for note in truth.notes)


def _bar(truth: GroundTruth, beat: Fraction) -> int:
    return int(beat // _BAR[truth.piece]) + 1


def _wrongs(truth: GroundTruth) -> list[_Fault]:
    found = []
    for note in (note for note in truth.notes if note.is_wrong):
        facts: dict[str, object] = {
            "bar": _bar(truth, note.beat),
            "played": _NAMES[note.pitch % 12],
            "written": _NAMES[note.expected % 12],
            "hand": note.hand,
        }
        found.append(_Fault("wrong", note.onset, None, facts))
    return found


def _waits(truth: GroundTruth) -> list[_Fault]:
    ends = dict(truth.beat_map)
    return [
        _Fault("wait", ends[beat] - extra, ends[beat], {"bar": _bar(truth, beat)})
        for beat, extra in truth.performance.hesitations
    ]


def _rushes(truth: GroundTruth) -> list[_Fault]:
    from practika_kernel.media.sample_score import PIECES

    points = dict(truth.beat_map)
    found = []
    for begin, end, factor in truth.performance.rushes:
        facts: dict[str, object] = {
            "bar": _bar(truth, begin),
            "percent": round((float(factor) - 1) * 100),
            "tempo": round(PIECES[truth.piece].tempo * 0.8),
        }
        last = points.get(end, truth.beat_map[-1][1])
        found.append(_Fault("rush", points[begin], last, facts))
    return found


def _apart(found: list[_Fault]) -> list[_Fault]:
    """Drop what lies on top of another: two comments at one moment cannot be told apart."""
    kept: list[_Fault] = []
    for fault in found:
        if all(abs(fault.start - other.start) > _APART for other in kept):
            kept.append(fault)
    return kept
