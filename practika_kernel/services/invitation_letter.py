"""The e-mail that brings somebody an invitation: who invites to what, and the link."""

from __future__ import annotations

from datetime import datetime
from html import escape

from practika_kernel.domain.letters import Envelope, Letter
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.services.invitations import alive
from practika_kernel.services.letter_text import framed

_WHY = "Somebody at Practika entered this address. Do nothing, and nothing happens."


def invitation_letter(
    uow: UnitOfWork, letter: Letter, now: datetime, address: str, token: str
) -> Envelope | None:
    """Write it, with a link made for it alone; None when it leads nowhere any more."""
    found = uow.invitations.get(letter.invitation_id or "")
    if found is None or found.email is None or not alive(uow, found, now):
        return None
    course = uow.courses.get(found.course_id) if found.course_id else None
    by = uow.people.get(found.made_by) if found.made_by else None
    who = f"{one_line(by.name)} invites you" if by else "You are invited"
    told = f"{who} to join {one_line(course.title) if course else 'Practika'} as {found.role}"
    until = f"The link is for this address alone, until {found.expires_at.date().isoformat()}."
    link = f"{address}join/{token}"
    return Envelope(
        id=letter.id,
        name="",
        address=found.email,
        subject=told,
        text="\n".join([f"{told}:", "", f"  {link}", "", until, "", "-- ", _WHY, ""]),
        html=framed(
            told,
            f'<p>{escape(told)}.</p><p><a href="{escape(link)}">Join</a></p>'
            f'<p class="said">{escape(until)}</p>',
            f"<p>{_WHY}</p>",
        ),
    )
