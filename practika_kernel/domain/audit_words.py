"""What a line of the audit log says, as a sentence somebody reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from practika_kernel.domain.audit import Deed, DeedKind
from practika_kernel.domain.events import KINDS, EventKind

OPERATOR = "The operator or Practika"
"""Who did what nobody signed in did: a command on the server, or the machine by itself."""
SOMEBODY = "somebody"
STRANGER = "Somebody"


@dataclass(frozen=True, slots=True)
class Called:
    """What the ids of deeds are called. ``takes`` is, for example, "take 3 of Hanon No. 1"."""

    people: Mapping[str, str] = field(default_factory=dict)
    courses: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Line:
    """The parts a sentence is made of."""

    who: str
    whom: str
    own: bool
    course: str
    take: str
    data: Mapping[str, Any]


def sentence(deed: Deed, called: Called) -> str:
    """Say what was done by whom.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> called = Called({"a": "Ada", "m": "Mira"}, {}, {"t": "take 3 of Canon"})
    >>> sentence(Deed("video.viewed", noon, "a", "m", take_id="t"), called)
    "Ada viewed Mira's take 3 of Canon."
    >>> sentence(Deed("person.signed_in", noon, "a"), called)
    'Ada signed in.'
    """
    line = _Line(
        called.people.get(deed.actor_id, SOMEBODY.capitalize()) if deed.actor_id else OPERATOR,
        called.people.get(deed.person_id, SOMEBODY) if deed.person_id else "",
        deed.person_id in ("", deed.actor_id),
        called.courses.get(deed.course_id, "a course"),
        called.takes.get(deed.take_id, "a take"),
        deed.data,
    )
    say = _SAY.get(deed.kind)
    if say is not None:
        return say(line)
    told = KINDS[EventKind(deed.kind)].sentence if deed.kind in set(EventKind) else deed.kind
    return f"{line.who}: {told}"


def _failed(line: _Line) -> str:
    times = int(line.data.get("times", 1))
    what = f"sign in as {line.whom}" if line.whom else "sign in with an address nobody has"
    where = f" from {line.data['from']}" if line.data.get("from") else ""
    if times == 1:
        return f"{STRANGER} failed to {what}{where}."
    return f"{STRANGER} failed to {what} {times:,} times or more within an hour{where}."


def _held(line: _Line) -> str:
    what = f"sign in as {line.whom}" if line.whom else "sign in with addresses nobody has"
    where = f" from {line.data['from']}" if line.data.get("from") else ""
    return f"Tries to {what}{where} had to wait: there were too many."


def _second_step(line: _Line) -> str:
    done = {
        "on": "turned the second step on",
        "moved": "moved the second step to another app",
        "off": "turned the second step off",
        "codes": "made new recovery codes",
    }
    what = str(line.data.get("what", ""))
    if what == "reset":
        return f"{line.who} turned the second step of {line.whom} off."
    return f"{line.whom or line.who} {done.get(what, 'changed the second step')}."


def _added(line: _Line) -> str:
    role = line.data.get("role", "")
    if line.whom and line.own:
        return f"{line.who} made an account as {role}."
    return f"{line.who} gave {line.whom or SOMEBODY} a sign-in as {role}."


def _switched(line: _Line) -> str:
    return f"{line.who} switched the account of {line.whom} {_on(line.data.get('active'))}."


def _on(active: object) -> str:
    return "on" if active else "off"


def _exported(line: _Line) -> str:
    study = f" for the study {line.data['study']}" if line.data.get("study") else ""
    return f"{line.who} exported a data set{study}."


def _viewed(line: _Line) -> str:
    how = {"rater": " for a blind rating", "judge": " to judge it blind"}
    verb = "downloaded" if line.data.get("saved") else "viewed"
    tail = how.get(str(line.data.get("as", "")), "")
    return f"{line.who} {verb} {_of(line.whom)} {line.take}{tail}."


def _of(name: str) -> str:
    """Write whose something is.

    >>> _of("Mira"), _of("")
    ("Mira's", "somebody's")
    """
    return f"{name or SOMEBODY}'s"


def _videos(line: _Line) -> str:
    number = int(line.data.get("videos", 0))
    what = f"{number:,} video{'s' if number != 1 else ''}"
    if line.data.get("own"):
        return f"{line.who} took {what} of their own away."
    return f"{line.who} took {what} of {line.course} away as one file."


def _invited(line: _Line) -> str:
    return f"{line.who} made a link to join{_into(line)}{_as(line)}."


def _shown_to_guest(line: _Line) -> str:
    mailed = " and had it mailed" if line.data.get("mailed") else ""
    return f"{line.who} made a link to {_of(line.whom)} {line.take} for a guest{mailed}."


def _into(line: _Line) -> str:
    return "" if line.course == "a course" else f" {line.course}"


def _as(line: _Line) -> str:
    return f" as {line.data['role']}" if line.data.get("role") else ""


def _page_closed(line: _Line) -> str:
    return f"{line.who} closed a page of {line.whom or SOMEBODY}."


def _role_changed(line: _Line) -> str:
    before, after = line.data.get("before", ""), line.data.get("after", "")
    return f"{line.who} changed the role of {line.whom} from {before} to {after}."


def _place_changed(line: _Line) -> str:
    before, after = line.data.get("before", ""), line.data.get("after", "")
    return f"{line.who} changed {_of(line.whom)} place in {line.course} from {before} to {after}."


_SAY: dict[str, Callable[[_Line], str]] = {
    EventKind.SIGNED_IN: lambda line: f"{line.who} signed in.",
    EventKind.SIGNED_OUT: lambda line: f"{line.who} signed out.",
    EventKind.SIGN_INS_ENDED: lambda line: f"{line.who} signed other devices of theirs out.",
    DeedKind.SIGN_IN_FAILED: _failed,
    DeedKind.SIGN_IN_HELD: _held,
    DeedKind.SIGN_INS_UNTOLD: lambda line: (
        "So many sign-ins failed this day that the others are not told one by one."
    ),
    DeedKind.SIGNED_OUT_BY_ADMIN: lambda line: f"{line.who} signed {line.whom} out everywhere.",
    EventKind.SECOND_STEP: _second_step,
    EventKind.RECOVERY_USED: lambda line: f"{line.who} signed in with a recovery code.",
    EventKind.CODES_GUESSED: lambda line: (
        f"Many wrong codes were typed after the right password of {line.whom}."
    ),
    EventKind.LINKED: lambda line: f"{line.whom or line.who} can sign in by the provider.",
    EventKind.UNLINKED: lambda line: f"{line.whom or line.who} cannot sign in by the provider.",
    EventKind.NOT_VOUCHED: lambda line: (
        f"{line.whom or STRANGER} was not let in by the provider ({line.data.get('why', '')})."
    ),
    EventKind.PERSON_ADDED: _added,
    EventKind.SWITCHED: _switched,
    DeedKind.ROLE_CHANGED: _role_changed,
    EventKind.PASSWORD_CHANGED: lambda line: f"{line.who} has a new password.",
    DeedKind.LINK_MADE: lambda line: f"{line.who} made a link to a new password for {line.whom}.",
    EventKind.ADDRESS_CHANGED: lambda line: f"{line.whom or line.who} has another address.",
    EventKind.ENROLLED: lambda line: f"{line.who} joined {line.course}{_as(line)}.",
    DeedKind.PLACE_GIVEN: lambda line: (
        f"{line.who} gave {line.whom} a place in {line.course}{_as(line)}."
    ),
    DeedKind.PLACE_CHANGED: _place_changed,
    DeedKind.PLACE_TAKEN: lambda line: (
        f"{line.who} took {_of(line.whom)} place in {line.course}{_as(line)} away."
    ),
    EventKind.COURSE_ADDED: lambda line: f"{line.who} made the course {line.course}.",
    EventKind.COURSE_CHANGED: lambda line: f"{line.who} changed the course {line.course}.",
    EventKind.INVITED: _invited,
    EventKind.UNINVITED: lambda line: f"{line.who} revoked a link to join{_into(line)}.",
    EventKind.INVITATION_USED: lambda line: f"{line.who} used a link to join{_into(line)}.",
    EventKind.SHARE_SET: lambda line: (
        f"{line.who} set how many takes of {line.course} are rated a second time."
    ),
    EventKind.IMPORTED: lambda line: f"{line.who} brought takes of {line.course} in from a table.",
    EventKind.TAKE_LEFT: lambda line: (
        f"{line.who} moved {_of(line.whom)} {line.take} to another course."
    ),
    EventKind.GUEST_INVITED: _shown_to_guest,
    EventKind.GUEST_ENDED: lambda line: (
        f"{line.who} ended a guest's link to {_of(line.whom)} {line.take}."
    ),
    EventKind.GUEST_OPENED: lambda line: f"A guest opened {_of(line.whom)} {line.take}.",
    EventKind.EXEMPLAR_ASKED: lambda line: (
        f"{line.who} asked whether the class may see {_of(line.whom)} {line.take}."
    ),
    EventKind.EXEMPLAR_ANSWERED: lambda line: (
        f"{line.who} answered whether the class may see {line.take}."
    ),
    EventKind.EXEMPLAR_ENDED: lambda line: (
        f"{line.who} ended that the class may see {_of(line.whom)} {line.take}."
    ),
    EventKind.ORIGINAL_LET_GO: lambda line: (
        f"The original of {_of(line.whom)} {line.take} was removed; its web copy stays."
    ),
    EventKind.ORIGINAL_BACK: lambda line: f"The original of {_of(line.whom)} {line.take} is back.",
    DeedKind.VIDEO_VIEWED: _viewed,
    DeedKind.VIDEOS_TAKEN: _videos,
    EventKind.EXPORTED: _exported,
    DeedKind.TABLE_TAKEN: lambda line: (
        f"{line.who} took the table “{line.data.get('table', '')}” away."
    ),
    EventKind.CONSENT_GIVEN: lambda line: f"{line.whom or line.who} gave consent.",
    EventKind.CONSENT_WITHDRAWN: lambda line: f"{line.whom or line.who} withdrew a consent.",
    EventKind.ERASURE_ASKED: lambda line: f"{line.who} had videos taken back for good.",
    EventKind.ERASED: lambda line: "What was taken back is removed.",
    EventKind.QUOTA_SET: lambda line: f"{line.who} set how much may be stored.",
    EventKind.JOB_RETRIED: lambda line: f"{line.who} had failed work tried again.",
    EventKind.PAGE_CLOSED: _page_closed,
}
