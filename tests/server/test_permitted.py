"""What doors answer is what the permissions table says: worked out here, compared row by row.

`test_doors` asks the server and holds it to its rows; this holds the rows to the table. A route
that no line here places fails, and so does a row that grants more or less than its rule.
"""

from __future__ import annotations

import pytest

from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from server.fortress import NOBODY, PEOPLE
from server.test_doors import DOORS, Door

_R, _V, _T = Relation, Verb, Thing
COURSE = {
    "Jonas": {_R.STUDENT},
    "Ada": {_R.TEACHER},
    "Helen": {_R.COORDINATOR},
    "Rosa": {_R.RESEARCHER},
    "Tom": {_R.ADMIN},
    "Mira": {_R.STUDENT},
}
STAFF = {name: how for name, how in COURSE.items() if how != {_R.STUDENT}}
STANDS: dict[str, dict[str, set[Relation]]] = {
    "role": COURSE | {"Piet": {_R.TEACHER}},
    "course": COURSE,
    "take": STAFF | {"Mira": {_R.OWNER}},
    "reply": STAFF | {"Mira": {_R.OWNER}, "Ada": {_R.TEACHER, _R.AUTHOR}},
    # Ada rates it blind: until she has, she is nobody to it, and a second rater to the rating.
    "blind": {name: how for name, how in STAFF.items() if name != "Ada"} | {"Mira": {_R.OWNER}},
    "rating": {"Ada": {_R.RATER}},
    "hers": {"Mira": {_R.OWNER, _R.SELF}},
    "her account": {"Mira": {_R.SELF}, "Tom": {_R.ADMIN}},
    "Ada's account": {"Ada": {_R.SELF}, "Tom": {_R.ADMIN}},
    "own videos": {"Mira": {_R.OWNER}, "Jonas": {_R.OWNER}},
}
"""How everybody stands to what `fortress` furnished: as they were enrolled, not as found."""

RULED: dict[str, tuple[Verb, Thing, str]] = {
    "/student": (_V.OPEN, _T.STUDENT_PAGE, "role"),
    "/teacher": (_V.OPEN, _T.TEACHER_PAGE, "role"),
    "/coordinator": (_V.OPEN, _T.COORDINATOR_PAGE, "role"),
    "/admin": (_V.OPEN, _T.ADMIN_PAGE, "role"),
    "/researcher": (_V.SEE, _T.RESEARCH, "role"),
    "/notebook/hello": (_V.SEE, _T.RESEARCH, "role"),
    "/media/take/{take}": (_V.SEE, _T.TAKE, "take"),
    "/media/take/{draft}": (_V.SEE, _T.DRAFT_TAKE, "hers"),
    "/media/take/{blind}": (_V.SEE, _T.TAKE, "blind"),
    "/media/reply/{reply}": (_V.SEE, _T.REPLY, "reply"),
    "/media/reply/{draft_reply}": (_V.SEE, _T.DRAFT_REPLY, "reply"),
    "/media/clip/{clip}": (_V.SEE, _T.REPLY, "reply"),
    "/media/clip/{hidden_clip}": (_V.SEE, _T.DRAFT_REPLY, "reply"),
    "/media/exercise/{exercise}": (_V.SEE, _T.EXERCISE, "course"),
    "/media/rating/{rating}": (_V.SEE, _T.RATING, "rating"),
    "/media/exemplar/{exemplar}": (_V.SEE, _T.EXEMPLAR, "course"),
    "/media/exemplar/{question}": (_V.SEE, _T.ASKED_EXEMPLAR, "take"),
    "/media/left/{pair}": (_V.JUDGE, _T.JUDGING, "course"),
    "/media/right/{pair}": (_V.JUDGE, _T.JUDGING, "course"),
    "POST /files": (_V.ADD, _T.TAKE, "course"),
    "/files/{upload}": (_V.CHANGE, _T.UPLOAD, "hers"),
    "/api/uploads/{upload}": (_V.SEE, _T.UPLOAD, "hers"),
    "/api/recordings/{recording}/bytes": (_V.SEE, _T.UPLOAD, "hers"),
    "/download/videos.zip": (_V.DOWNLOAD, _T.DRAFT_TAKE, "own videos"),
    "/download/videos.zip?take={take}": (_V.DOWNLOAD, _T.TAKE, "take"),
    "/download/videos.zip?take={draft}": (_V.DOWNLOAD, _T.DRAFT_TAKE, "hers"),
    "/download/videos.zip?take={blind}": (_V.DOWNLOAD, _T.TAKE, "blind"),
    "/download/videos.zip?exercise={exercise}": (_V.DOWNLOAD, _T.TAKE, "course"),
    "/address/{address}": (_V.SEE, _T.PERSON, "hers"),
    "/audit.csv": (_V.SEE, _T.AUDIT, "role"),
    "/progress.csv": (_V.SEE, _T.PROGRESS, "role"),
    "/progress/chart.csv": (_V.SEE, _T.PROGRESS, "role"),
    "/judging/takes.csv?judging={judging}": (_V.SEE, _T.STANDING, "course"),
    "/judging/judgements.csv?judging={judging}": (_V.SEE, _T.STANDING, "course"),
    "/api/kernels/{kernel}": (_V.OPEN, _T.KERNEL, "hers"),
    "/voila/api/shutdown/{kernel}": (_V.OPEN, _T.KERNEL, "hers"),
}
"""Which rule a door asks, and who stands to the thing behind it; the longest beginning counts."""

EITHER: dict[str, tuple[tuple[Verb, Thing, str], ...]] = {
    "/portraits/{portrait}.webp": (
        (_V.SEE, _T.MEMBER, "course"),
        (_V.SEE, _T.PERSON, "her account"),
    ),
    "/portraits/{teacher_portrait}.webp": (
        (_V.SEE, _T.STAFF, "course"),
        (_V.SEE, _T.PERSON, "Ada's account"),
    ),
}
"""Doors that one of several rules opens."""

SIGNED_IN = (
    *("GET /", "OPTIONS /files", "/api/recordings", "/api/search", "/api/notices", "/notices"),
    *("/profile", "/live", "/api/keys"),
)
"""What is a person's own: the same for everybody who is signed in, and nothing for nobody."""

ANYBODY = (
    *("/unsubscribe/{letter}", "/forgot", "/reset/{reset}", "/join/{invitation}", "/healthz"),
    *("/guest/{guest}", "/readyz", "/login", "/logout", "/practika/static", "/practika/voila"),
)
"""What has to be there before somebody has signed in."""

NOWHERE = (
    *("/notebook/missing", "/api/recordings/{upload}/bytes", "/unsubscribe/{hidden_clip}"),
    *("/api/recordings/{recording}/reply/{draft_reply}", "/address/{letter}", "/reset/{letter}"),
    *("/join/{letter}", "/progress/compare.csv", "/progress/rows.csv", "/metrics", "/anything"),
    *("/media/exemplar/{exemplar}/original", "/media/exemplar/{exemplar}/captions"),
    *("/judging/takes.csv?judging={pair}", "/guest/{letter}", "/portraits/{old_portrait}.webp"),
)
"""Things that are not there, or not put together like this, and so are not there for anybody."""


def _placed(door: Door) -> str | None:
    """The longest beginning any table here has of a door."""
    every = (*RULED, *EITHER, *SIGNED_IN, *ANYBODY, *NOWHERE)
    fitting = [each for each in every if _fits(door, each)]
    return max(fitting, key=lambda each: len(each.partition("/")[2]), default=None)


def _fits(door: Door, beginning: str) -> bool:
    method, _, path = beginning.rpartition(" ")
    rest = door.path.removeprefix(path)
    return door.path.startswith(path) and rest[:1] in {"", "/", "?"} and method in {"", door.method}


def _refused(status: int) -> bool:
    return status in {401, 403, 404}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_answers_as_the_table_says(door: Door) -> None:
    told = dict(zip(PEOPLE, map(int, door.answers.split()), strict=True))
    people = [name for name in PEOPLE if name != NOBODY]
    if {told[name] for name in people} == {405}:
        return  # that address has no such method
    found = _placed(door)
    assert found is not None, "Say in this file which rule this door asks."
    rules = EITHER.get(found) or tuple(filter(None, [RULED.get(found)]))
    if rules and door.method != "OPTIONS":
        may = {
            name
            for name in people
            for verb, thing, what in rules
            if allowed(verb, thing, frozenset(STANDS[what].get(name, ())))
        }
        assert {name for name in people if not _refused(told[name])} == may
        assert told[NOBODY] in {302, 401, 403, 404}
    elif found in NOWHERE:
        assert all(_refused(told[name]) for name in people)
        assert told[NOBODY] in {302, 401, 403, 404, 400}
    else:
        assert len({told[name] for name in people}) == 1
        if found not in ANYBODY:
            assert told[NOBODY] in {302, 401, 403}


def test_a_stranger_is_told_as_little_as_of_nothing() -> None:
    """Who may not see a thing gets 404; 403 is for who sees it and may not do that to it."""
    for door in DOORS:
        found = _placed(door)
        if found not in RULED:
            continue
        what = RULED[found][2]
        told = dict(zip(PEOPLE, map(int, door.answers.split()), strict=True))
        strangers = [n for n in PEOPLE if n != NOBODY and not STANDS[what].get(n)]
        assert all(told[name] in {404, 405, 204} for name in strangers), door
