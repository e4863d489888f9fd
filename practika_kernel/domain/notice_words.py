"""What notifications say. One table a language; what a language lacks is said in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from practika_kernel.domain.notices import Group, NoticeKind

_K = NoticeKind
ENGLISH: dict[str, str] = {
    "reply": "{who} left a comment on your take {number} of {exercise}",
    "replies": "{who} left {comments} comments on your take {number} of {exercise}",
    "reply+marks": "{who} left a comment and marks on your take {number} of {exercise}",
    "replies+marks": "{who} left {comments} comments and marks on your take {number} of {exercise}",
    "marks": "{who} marked your take {number} of {exercise}",
    "answer": "{who} answered on take {number} of {exercise}",
    "answers": "{who} answered {count} times on take {number} of {exercise}",
    "take": "{who} submitted take {number} of {exercise}",
    "video": "The video of take {number} of {exercise} cannot be played",
    "upload": "A video you sent for {exercise} cannot be used",
    "course": "You have a place in {course} now",
    "joined": "{who} joined {course}",
    "joined2": "{who} and one more joined {course}",
    "joined3": "{who} and {others} others joined {course}",
    "exemplar": "{who} asks whether the class may see your take {number} of {exercise}",
    "exemplar answer": "{who} answered whether the class may see take {number} of {exercise}",
    "guest": "{who} showed your take {number} of {exercise} to a guest",
    "guest-comment": "A guest commented on take {number} of {exercise}",
    "guest-comments": "Guests left {count} comments on take {number} of {exercise}",
    "second": "Your second step at sign-in was changed, or somebody tried it: look what happened",
    "somebody": "Somebody",
    "exercise": "an exercise",
    "number": "",
}
TONGUES: dict[str, Mapping[str, str]] = {"en": ENGLISH}


@dataclass(frozen=True, slots=True)
class Names:
    """What the things around notifications are called; "" for what is not there any more."""

    persons: Mapping[str, str]
    exercises: Mapping[str, str]
    courses: Mapping[str, str]
    numbers: Mapping[str, int]


def sentence(group: Group, names: Names, language: str = "en") -> str:
    """Say a group in one line, without a full stop; never with a line break in it.

    >>> from datetime import datetime
    >>> from practika_kernel.domain.notices import Notice
    >>> of = {"actor_id": "a", "take_id": "t", "exercise_id": "e"}
    >>> one = Notice("n", "m", _K.REPLY, 1, datetime.min, **of)
    >>> names = Names({"a": "Ada Okafor"}, {"e": "Hanon 1"}, {}, {"t": 2})
    >>> sentence(Group((one, one, one)), names)
    'Ada Okafor left 3 comments on your take 2 of Hanon 1'
    """
    words = {**ENGLISH, **TONGUES.get(language, {})}
    first, last = group.first, group.last
    actor = last.actor_id
    said = words[_template(group)].format(
        who=names.persons.get(actor) or words["somebody"],
        comments=group.count(_K.REPLY),
        count=len(group.notices),
        others=len({each.actor_id for each in group.notices}) - 1,
        number=names.numbers.get(first.take_id, words["number"]),
        exercise=names.exercises.get(first.exercise_id) or words["exercise"],
        course=names.courses.get(first.course_id, ""),
    )
    return one_line(said)


def _template(group: Group) -> str:
    kind, comments = group.last.kind, group.count(_K.REPLY)
    if kind in (_K.REPLY, _K.MARKS):
        if not comments:
            return "marks"
        marked = "+marks" if group.count(_K.MARKS) else ""
        return ("reply" if comments == 1 else "replies") + marked
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
