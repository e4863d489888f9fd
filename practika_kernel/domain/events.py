"""What happened, in the order it happened: the append-only table that everything reads.

Live pages, numbers and research all follow it by watermark. `KINDS` is the whole vocabulary,
with a sentence each and who else may hear of it the moment it happens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """Every kind of event; `KINDS` says what each one means."""

    PERSON_ADDED = "person.added"
    ENROLLED = "person.enrolled"
    SIGNED_IN = "person.signed_in"
    SIGNED_OUT = "person.signed_out"
    SWITCHED = "person.switched"
    PASSWORD_CHANGED = "person.password_changed"
    ADDRESS_CHANGED = "person.address_changed"
    KEYS_CHANGED = "person.keys_changed"
    SIGN_INS_ENDED = "person.sign_ins_ended"
    SECOND_STEP = "person.second_step_changed"
    RECOVERY_USED = "person.recovery_code_used"
    CODES_GUESSED = "person.codes_guessed"
    LINKED = "person.linked"
    UNLINKED = "person.unlinked"
    NOT_VOUCHED = "person.not_vouched"
    COURSE_ADDED = "course.added"
    COURSE_CHANGED = "course.changed"
    EXERCISE_ADDED = "exercise.added"
    EXERCISE_CHANGED = "exercise.changed"
    UPLOAD_STARTED = "upload.started"
    UPLOAD_RECEIVED = "upload.received"
    UPLOAD_REJECTED = "upload.rejected"
    UPLOAD_ENDED = "upload.ended"
    ASSET_READY = "asset.ready"
    ASSET_FAILED = "asset.failed"
    ASSET_STRIPS = "asset.strips"
    ORIGINAL_LET_GO = "original.let_go"
    ORIGINAL_BACK = "original.back"
    TAKE_ADDED = "take.added"
    TAKE_SUBMITTED = "take.submitted"
    TAKE_WITHDRAWN = "take.withdrawn"
    TAKE_THROWN = "take.thrown"
    TAKE_RESTORED = "take.restored"
    TAKE_MOVED = "take.moved"
    TAKE_NUMBERED = "take.numbered"
    TAKE_LEFT = "take.left"
    REPLY_SAVED = "reply.saved"
    REPLY_RELEASED = "reply.released"
    REPLY_EDITED = "reply.edited"
    REPLY_WITHDRAWN = "reply.withdrawn"
    REPLY_RESTORED = "reply.restored"
    MARK_RELEASED = "mark.released"
    SHARE_SET = "share.set"
    RATED = "rating.given"
    PAIR_JUDGED = "pair.judged"
    REPLY_SEEN = "reply.seen"
    REPLY_JUDGED = "reply.judged"
    MOMENT_DECIDED = "moment.decided"
    CLIP_ASKED = "clip.asked"
    CLIP_READY = "clip.ready"
    CLIP_FAILED = "clip.failed"
    COMPARED = "compare.opened"
    ALIGNED = "alignment.ready"
    PRACTISED = "practice.looped"
    VIEWED = "take.viewed"
    REPLY_VIEWED = "reply.viewed"
    REPLY_PLAYED = "reply.played"
    PAGE_OPENED = "page.opened"
    PUT_OFF = "stuck.put_off"
    PAGE_CLOSED = "page.closed"
    JOB_RETRIED = "job.retried"
    IMPORTED = "history.imported"
    TAKE_CORRECTED = "take.corrected"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    ERASURE_ASKED = "erasure.asked"
    ERASED = "erasure.done"
    EXPORTED = "data.exported"
    NOTICED = "notice.changed"
    INVITED = "invitation.made"
    UNINVITED = "invitation.revoked"
    QUOTA_SET = "quota.set"
    INVITATION_USED = "invitation.used"
    EXEMPLAR_ASKED = "exemplar.asked"
    EXEMPLAR_ANSWERED = "exemplar.answered"
    EXEMPLAR_ENDED = "exemplar.ended"
    EXEMPLARS_CHANGED = "exemplar.changed"
    COLLECTION_CHANGED = "collection.changed"
    GUEST_INVITED = "guest.invited"
    GUEST_ENDED = "guest.ended"
    GUEST_OPENED = "guest.opened"
    GUEST_COMMENTED = "guest.commented"
    GUEST_DECIDED = "guest.decided"


class Audience(StrEnum):
    """Whose open pages are told at once."""

    NOBODY = "nobody"
    ACTOR = "actor"
    STUDENT = "student"
    TEACHERS = "teachers"
    BOTH = "both"
    STAFF = "staff"
    PERSON = "person"
    COURSE = "course"


@dataclass(frozen=True, slots=True)
class KindRow:
    """One line of the vocabulary."""

    sentence: str
    audience: Audience


KINDS: dict[EventKind, KindRow] = {
    EventKind.PERSON_ADDED: KindRow("A person got a sign-in.", Audience.NOBODY),
    EventKind.ENROLLED: KindRow("A person joined a course.", Audience.NOBODY),
    EventKind.SIGNED_IN: KindRow("A person signed in.", Audience.NOBODY),
    EventKind.SIGNED_OUT: KindRow("A person signed out.", Audience.NOBODY),
    EventKind.SWITCHED: KindRow("Staff switched an account on or off.", Audience.NOBODY),
    EventKind.PASSWORD_CHANGED: KindRow("A person has a new password.", Audience.NOBODY),
    EventKind.ADDRESS_CHANGED: KindRow("A person has another address.", Audience.NOBODY),
    EventKind.KEYS_CHANGED: KindRow("A person chose other keys of the player.", Audience.PERSON),
    EventKind.SIGN_INS_ENDED: KindRow(
        "A person signed other devices of theirs out.", Audience.NOBODY
    ),
    EventKind.SECOND_STEP: KindRow(
        "A person's second step at sign-in went on or off, to another app, or has new codes.",
        Audience.NOBODY,
    ),
    EventKind.RECOVERY_USED: KindRow("A person used a recovery code.", Audience.NOBODY),
    EventKind.CODES_GUESSED: KindRow(
        "Many wrong codes were typed after a person's right password.", Audience.NOBODY
    ),
    EventKind.LINKED: KindRow("A person can sign in by the provider.", Audience.NOBODY),
    EventKind.UNLINKED: KindRow("A person cannot sign in by the provider.", Audience.NOBODY),
    EventKind.NOT_VOUCHED: KindRow("Nobody was signed in by the provider.", Audience.NOBODY),
    EventKind.COURSE_ADDED: KindRow("A course was made.", Audience.COURSE),
    EventKind.COURSE_CHANGED: KindRow(
        "A course got another name, order or section, was archived or brought back.",
        Audience.COURSE,
    ),
    EventKind.EXERCISE_ADDED: KindRow("An exercise was added to a course.", Audience.COURSE),
    EventKind.EXERCISE_CHANGED: KindRow(
        "An exercise was changed, archived or brought back.", Audience.COURSE
    ),
    EventKind.UPLOAD_STARTED: KindRow("An upload began.", Audience.ACTOR),
    EventKind.UPLOAD_RECEIVED: KindRow("All bytes of an upload arrived.", Audience.ACTOR),
    EventKind.UPLOAD_REJECTED: KindRow("The bytes were not a usable video.", Audience.ACTOR),
    EventKind.UPLOAD_ENDED: KindRow("An upload was given up or expired.", Audience.ACTOR),
    EventKind.ASSET_READY: KindRow("A video can be played.", Audience.BOTH),
    EventKind.ASSET_FAILED: KindRow("A video could not be prepared.", Audience.BOTH),
    EventKind.ASSET_STRIPS: KindRow(
        "The filmstrip and the waveform of a video are there.", Audience.BOTH
    ),
    EventKind.ORIGINAL_LET_GO: KindRow(
        "A video's original was removed under a rule; its web copy stays.", Audience.BOTH
    ),
    EventKind.ORIGINAL_BACK: KindRow("A video's original is there again.", Audience.BOTH),
    EventKind.TAKE_ADDED: KindRow("A student has a new draft take.", Audience.STUDENT),
    EventKind.TAKE_SUBMITTED: KindRow("A student submitted a take.", Audience.BOTH),
    EventKind.TAKE_WITHDRAWN: KindRow("A student took a take back.", Audience.BOTH),
    EventKind.TAKE_THROWN: KindRow("A student put a take into the trash.", Audience.BOTH),
    EventKind.TAKE_RESTORED: KindRow("A student took a take out of the trash.", Audience.BOTH),
    EventKind.TAKE_MOVED: KindRow("A submitted take was moved to another exercise.", Audience.BOTH),
    EventKind.TAKE_NUMBERED: KindRow(
        "A draft was moved, or a take has another number because one was.", Audience.STUDENT
    ),
    EventKind.TAKE_LEFT: KindRow("A take left its course for another one.", Audience.BOTH),
    EventKind.REPLY_SAVED: KindRow("A teacher saved a draft comment.", Audience.ACTOR),
    EventKind.REPLY_RELEASED: KindRow("A teacher released a reply.", Audience.BOTH),
    EventKind.REPLY_EDITED: KindRow("An author changed a released reply.", Audience.BOTH),
    EventKind.REPLY_WITHDRAWN: KindRow("A reply was thrown away.", Audience.BOTH),
    EventKind.REPLY_RESTORED: KindRow("A teacher took a reply out of the trash.", Audience.BOTH),
    EventKind.MARK_RELEASED: KindRow("A teacher released a rubric mark.", Audience.BOTH),
    EventKind.SHARE_SET: KindRow(
        "Somebody set how many marked takes are rated a second time.", Audience.STAFF
    ),
    EventKind.RATED: KindRow("A second rating was handed in, a criterion each.", Audience.STAFF),
    EventKind.PAIR_JUDGED: KindRow("A judge said which of two takes is better.", Audience.STAFF),
    EventKind.REPLY_SEEN: KindRow("A student played or read a comment.", Audience.TEACHERS),
    EventKind.REPLY_JUDGED: KindRow("Somebody said what became of a comment.", Audience.BOTH),
    EventKind.MOMENT_DECIDED: KindRow(
        "A teacher took up a suggested moment, or put it aside.", Audience.ACTOR
    ),
    EventKind.CLIP_ASKED: KindRow("A clip was asked for.", Audience.ACTOR),
    EventKind.CLIP_READY: KindRow("A clip can be played.", Audience.ACTOR),
    EventKind.CLIP_FAILED: KindRow("A clip could not be cut.", Audience.ACTOR),
    EventKind.COMPARED: KindRow("Two videos were looked at side by side.", Audience.NOBODY),
    EventKind.ALIGNED: KindRow("Two videos were aligned, or cannot be.", Audience.BOTH),
    EventKind.PRACTISED: KindRow(
        "A student practised the range of a comment as a loop.", Audience.TEACHERS
    ),
    EventKind.VIEWED: KindRow("A student played stretches of their own take.", Audience.NOBODY),
    EventKind.REPLY_VIEWED: KindRow(
        "A student played stretches of a video reply to their take.", Audience.NOBODY
    ),
    EventKind.REPLY_PLAYED: KindRow(
        "A student has played 30 s of a reply in one sitting.", Audience.NOBODY
    ),
    EventKind.PAGE_OPENED: KindRow("A person looked at a page of theirs.", Audience.NOBODY),
    EventKind.PUT_OFF: KindRow(
        "A teacher put a sign that somebody is stuck aside, or took it up again.", Audience.NOBODY
    ),
    EventKind.PAGE_CLOSED: KindRow("An admin closed somebody's page.", Audience.NOBODY),
    EventKind.JOB_RETRIED: KindRow("Staff had failed work tried again.", Audience.NOBODY),
    EventKind.IMPORTED: KindRow("Takes of a course were brought in from a table.", Audience.BOTH),
    EventKind.TAKE_CORRECTED: KindRow(
        "An import gave a take another number, or its video.", Audience.NOBODY
    ),
    EventKind.CONSENT_GIVEN: KindRow("A person consented to a purpose.", Audience.STUDENT),
    EventKind.CONSENT_WITHDRAWN: KindRow("A person withdrew a consent.", Audience.STUDENT),
    EventKind.ERASURE_ASKED: KindRow("Videos were taken back for good.", Audience.BOTH),
    EventKind.ERASED: KindRow("What was taken back is removed.", Audience.BOTH),
    EventKind.EXPORTED: KindRow("A data set left Practika for a study.", Audience.NOBODY),
    EventKind.NOTICED: KindRow("Somebody has notifications, or read some.", Audience.PERSON),
    EventKind.INVITED: KindRow("Somebody made a link to join by.", Audience.NOBODY),
    EventKind.UNINVITED: KindRow("Somebody revoked a link to join by.", Audience.NOBODY),
    EventKind.QUOTA_SET: KindRow(
        "Somebody set how much a person or a course may store.", Audience.NOBODY
    ),
    EventKind.INVITATION_USED: KindRow("A person joined by an invitation.", Audience.STAFF),
    EventKind.EXEMPLAR_ASKED: KindRow(
        "A teacher asked a student whether the class may see a take.", Audience.BOTH
    ),
    EventKind.EXEMPLAR_ANSWERED: KindRow(
        "A student said yes or no to showing a take to the class.", Audience.BOTH
    ),
    EventKind.EXEMPLAR_ENDED: KindRow(
        "A student took a yes back, or a teacher ended what was asked.", Audience.BOTH
    ),
    EventKind.EXEMPLARS_CHANGED: KindRow(
        "What a course sees of exemplars changed; it says not whose.", Audience.COURSE
    ),
    EventKind.COLLECTION_CHANGED: KindRow(
        "A collection others see was made or changed.", Audience.COURSE
    ),
    EventKind.GUEST_INVITED: KindRow("A teacher made a link to a take for a guest.", Audience.BOTH),
    EventKind.GUEST_ENDED: KindRow("Somebody revoked a link for a guest.", Audience.BOTH),
    EventKind.GUEST_OPENED: KindRow("A guest opened a take by a link.", Audience.BOTH),
    EventKind.GUEST_COMMENTED: KindRow("A guest commented on a take.", Audience.TEACHERS),
    EventKind.GUEST_DECIDED: KindRow(
        "A teacher took over what a guest wrote, or dismissed it.", Audience.TEACHERS
    ),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``id`` is 0 until the record has numbered it.

    ``actor_id`` did it, ``student_id`` is whose take (or page) it is about; both may be empty
    when the worker acted. ``data`` holds a few plain values, never names or texts of people.
    With ``imported`` true in it, it happened elsewhere and long ago: it counts, but is no news.
    """

    kind: EventKind
    at: datetime
    actor_id: str = ""
    course_id: str = ""
    exercise_id: str = ""
    student_id: str = ""
    take_id: str = ""
    reply_id: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    id: int = 0


Told = tuple[Any, ...]
"""An event as plain values: id, kind, when (UTC without a zone, may be text), actor, course,
exercise, student, take, reply, and the data as JSON text."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a reader has read: every event before it has been seen, none after.

    ``xid`` orders transactions on PostgreSQL (an id alone misses rows that commit late);
    on SQLite it stays 0 and the id decides.
    """

    xid: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.xid}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Watermark:
        """Read what ``str()`` wrote; anything else means "from the beginning".

        >>> Watermark.parse("7-42"), Watermark.parse("rubbish")
        (Watermark(xid=7, id=42), Watermark(xid=0, id=0))
        """
        xid, dash, number = text.partition("-")
        if dash and xid.isascii() and xid.isdigit() and number.isascii() and number.isdigit():
            return cls(int(xid), int(number))
        return cls()
