"""Which of the events tell of the administration: what somebody who answers for it looks through.

What people practise and say of each other's videos is none of these.
"""

from __future__ import annotations

from practika_kernel.domain.events import EventKind

AUDITED: tuple[EventKind, ...] = (
    EventKind.SIGNED_IN,
    EventKind.SIGNED_OUT,
    EventKind.SIGN_INS_ENDED,
    EventKind.PASSWORD_CHANGED,
    EventKind.SECOND_STEP,
    EventKind.RECOVERY_USED,
    EventKind.CODES_GUESSED,
    EventKind.ADDRESS_CHANGED,
    EventKind.LINKED,
    EventKind.UNLINKED,
    EventKind.NOT_VOUCHED,
    EventKind.PERSON_ADDED,
    EventKind.SWITCHED,
    EventKind.ENROLLED,
    EventKind.COURSE_ADDED,
    EventKind.COURSE_CHANGED,
    EventKind.TAKE_LEFT,
    EventKind.INVITED,
    EventKind.UNINVITED,
    EventKind.INVITATION_USED,
    EventKind.GUEST_INVITED,
    EventKind.GUEST_ENDED,
    EventKind.GUEST_OPENED,
    EventKind.CONSENT_GIVEN,
    EventKind.CONSENT_WITHDRAWN,
    EventKind.EXEMPLAR_ASKED,
    EventKind.EXEMPLAR_ANSWERED,
    EventKind.EXEMPLAR_ENDED,
    EventKind.ERASURE_ASKED,
    EventKind.ERASED,
    EventKind.EXPORTED,
    EventKind.SHARE_SET,
    EventKind.QUOTA_SET,
    EventKind.ORIGINAL_LET_GO,
    EventKind.ORIGINAL_BACK,
    EventKind.IMPORTED,
    EventKind.JOB_RETRIED,
    EventKind.PAGE_CLOSED,
)
