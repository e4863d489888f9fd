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
    EventKind.ADDRESS_CHANGED,
    EventKind.PERSON_ADDED,
    EventKind.SWITCHED,
    EventKind.ENROLLED,
    EventKind.COURSE_ADDED,
    EventKind.COURSE_CHANGED,
    EventKind.INVITED,
    EventKind.UNINVITED,
    EventKind.INVITATION_USED,
    EventKind.GUEST_INVITED,
    EventKind.GUEST_ENDED,
    EventKind.GUEST_OPENED,
    EventKind.CONSENT_GIVEN,
    EventKind.CONSENT_WITHDRAWN,
    EventKind.ERASURE_ASKED,
    EventKind.ERASED,
    EventKind.EXPORTED,
    EventKind.SHARE_SET,
    EventKind.QUOTA_SET,
    EventKind.IMPORTED,
    EventKind.JOB_RETRIED,
    EventKind.PAGE_CLOSED,
)
