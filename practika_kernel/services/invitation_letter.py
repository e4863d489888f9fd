"""The e-mail that brings somebody an invitation: who invites to what, and the link."""

from __future__ import annotations

from datetime import datetime
from html import escape

from practika_kernel.domain.languages import day_in, language_of, say
from practika_kernel.domain.letters import Envelope, Letter
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.services.invitations import alive
from practika_kernel.services.letter_text import framed


def invitation_letter(
    uow: UnitOfWork, letter: Letter, now: datetime, address: str, token: str, usual: str
) -> Envelope | None:
    """Write it, with a link made for it alone; None when it leads nowhere any more.

    Nobody knows yet what its reader speaks: it is in the language of who invites, else the
    ``usual`` one.
    """
    found = uow.invitations.get(letter.invitation_id or "")
    if found is None or found.email is None or not alive(uow, found, now):
        return None
    course = uow.courses.get(found.course_id) if found.course_id else None
    by = uow.people.get(found.made_by) if found.made_by else None
    speaks = language_of(by.language if by else "", usual)
    told = say(
        speaks,
        "invite.by" if by else "invite",
        by=one_line(by.name) if by else "",
        course=one_line(course.title) if course else "Practika",
        role=say(speaks, f"role.{found.role}"),
    )
    until = say(speaks, "invite.until", day=day_in(speaks, found.expires_at.date()))
    join = say(speaks, "invite.join")
    why, link = say(speaks, "invite.why"), f"{address}join/{token}"
    return Envelope(
        id=letter.id,
        name="",
        address=found.email,
        subject=told,
        text="\n".join([f"{told}:", "", f"  {link}", "", until, "", "-- ", why, ""]),
        html=framed(
            told,
            f'<p>{escape(told)}.</p><p><a href="{escape(link)}">{join}</a></p>'
            f'<p class="said">{escape(until)}</p>',
            f"<p>{escape(why)}</p>",
            speaks,
        ),
    )
