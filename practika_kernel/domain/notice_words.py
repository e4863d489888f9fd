"""What notifications say: which sentence, and what is filled in. The words are in `languages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from practika_kernel.domain.languages import TONGUES, Language, number_in, say
from practika_kernel.domain.notices import Group, NoticeKind

_K = NoticeKind


@dataclass(frozen=True, slots=True)
class Shift:
    """A take was moved: its number and its exercise before, and the exercise it went to."""

    number: int
    origin: str
    goal: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the things around notifications are called; "" for what is not there any more.

    ``shifts`` and ``providers`` go by the event that is told.
    """

    persons: Mapping[str, str]
    exercises: Mapping[str, str]
    courses: Mapping[str, str]
    numbers: Mapping[str, int]
    shifts: Mapping[int, Shift] = field(default_factory=dict)
    providers: Mapping[int, str] = field(default_factory=dict)


def sentence(group: Group, names: Names, language: Language = Language.ENGLISH) -> str:
    """Say a group in one line, without a full stop; never with a line break in it.

    >>> from datetime import datetime
    >>> from practika_kernel.domain.notices import Notice
    >>> of = {"actor_id": "a", "take_id": "t", "exercise_id": "e"}
    >>> one = Notice("n", "m", _K.REPLY, 1, datetime.min, **of)
    >>> names = Names({"a": "Ada Okafor"}, {"e": "Hanon 1"}, {}, {"t": 2})
    >>> sentence(Group((one, one, one)), names)
    'Ada Okafor left 3 comments on your take 2 of Hanon 1'
    >>> sentence(Group((one,)), names, Language.GERMAN)
    'Ada Okafor hat einen Kommentar zu Ihrer Aufnahme 2 von Hanon 1 geschrieben'
    """
    words, first, last = TONGUES[language], group.first, group.last
    number, exercise = names.numbers.get(first.take_id), first.exercise_id
    begun, ended = names.shifts.get(first.event_id), names.shifts.get(last.event_id)
    if begun is not None:
        number, exercise = begun.number, begun.origin
    actors = {each.actor_id for each in group.notices}
    said = say(
        language,
        _template(group, back=bool(begun and ended and begun.origin == ended.goal)),
        who=names.persons.get(last.actor_id) or words["somebody"],
        comments=number_in(language, group.count(_K.REPLY)),
        count=number_in(language, len(group.notices)),
        others=number_in(language, len(actors) - 1),
        number=words["number"] if number is None else number,
        exercise=names.exercises.get(exercise) or words["exercise"],
        goal=names.exercises.get(ended.goal if ended else last.exercise_id) or words["exercise"],
        provider=names.providers.get(last.event_id) or words["provider"],
        course=names.courses.get(first.course_id, ""),
    )
    return one_line(said)


def _template(group: Group, *, back: bool) -> str:
    kind, comments = group.last.kind, group.count(_K.REPLY)
    if kind in (_K.REPLY, _K.MARKS):
        if not comments:
            return "marks"
        marked = "+marks" if group.count(_K.MARKS) else ""
        return ("reply" if comments == 1 else "replies") + marked
    if kind is _K.MOVED and back:
        return "moved.back"
    if kind is _K.VIDEO and not group.last.take_id:
        return "upload"
    if kind is _K.ANSWER:
        return "answer" if len(group.notices) == 1 else "answers"
    if kind is _K.GUEST_COMMENT:
        return "guest-comment" if len(group.notices) == 1 else "guest-comments"
    if kind is _K.JOINED:
        many = len({each.actor_id for each in group.notices})
        return {1: "joined", 2: "joined2"}.get(many, "joined3")
    return str(kind)


def one_line(text: str) -> str:
    r"""Write a text without line breaks or anything else that cannot be seen.

    >>> one_line("Mira\r\nBcc: all@example.org")
    'Mira Bcc: all@example.org'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
