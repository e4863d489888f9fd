"""The e-mail that brings a guest their link: who shows what, until when; never the pass phrase."""

from __future__ import annotations

from datetime import datetime
from html import escape

from practika_kernel.domain.guests import GuestLetter, NoGuestLink
from practika_kernel.domain.languages import day_in, language_of, say
from practika_kernel.domain.letters import Envelope
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.services.guests import shown_take
from practika_kernel.services.letter_text import framed


def guest_letter(
    uow: UnitOfWork, brings: GuestLetter, now: datetime, address: str, token: str, usual: str
) -> Envelope | None:
    """Write it, with a link made for it alone; None when that leads nowhere any more.

    Whose take it is stands nowhere in it, nor what guests are called. It is in the language of
    who shows the take, else the ``usual`` one.
    """
    link = uow.guests.get(brings.link_id)
    try:
        take = shown_take(uow, link, now)
    except NoGuestLink:
        return None
    assert link is not None  # without one there is no take
    maker, course = uow.people.get(link.made_by), uow.courses.get(take.course_id)
    exercise = uow.exercises.get(take.exercise_id)
    assert maker is not None  # who is gone shows nothing
    speaks, by = language_of(maker.language, usual), one_line(maker.name)
    told = say(
        speaks,
        "visit.by",
        by=by,
        exercise=one_line(exercise.title if exercise else "Practika"),
        course=one_line(course.title if course else "Practika"),
    )
    may = say(speaks, "visit.comment" if link.comments else "visit.look")
    phrase = [say(speaks, "visit.phrase", by=by)] if link.phrase else []
    until = say(speaks, "visit.until", day=day_in(speaks, link.expires_at.date()))
    said, why, where = [may, *phrase, until], say(speaks, "invite.why"), f"{address}guest/{token}"
    return Envelope(
        id=brings.id,
        name="",
        address=brings.email,
        subject=told,
        text="\n".join([f"{told}:", "", f"  {where}", "", *said, "", "-- ", why, ""]),
        html=framed(
            told,
            f'<p>{escape(told)}.</p><p><a href="{escape(where)}">{say(speaks, "visit.open")}</a>'
            "</p>" + "".join(f'<p class="said">{escape(line)}</p>' for line in said),
            f"<p>{escape(why)}</p>",
            speaks,
        ),
    )
