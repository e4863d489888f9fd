"""The e-mails about a second step: each tells what was done, and what to do if it was not you.

They are no notifications: nobody can switch them off, and reading them elsewhere stops none.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

from practika_kernel.domain.ids import new_id
from practika_kernel.domain.letters import Envelope, Letter
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.second_step import SecondLetter, SecondNews
from practika_kernel.services.letter_jobs import job_of
from practika_kernel.services.letter_text import framed

_SAID = {
    SecondNews.ON: "the second step at your sign-in is on: from now on a code is asked for.",
    SecondNews.MOVED: "the codes for your sign-in come from another app now.",
    SecondNews.OFF: "the second step at your sign-in is off. Your password alone signs you in.",
    SecondNews.RESET: "an admin turned the second step at your sign-in off.",
    SecondNews.CODES: "you have new recovery codes. The ones before open nothing any more.",
    SecondNews.RECOVERY: "a recovery code was used to sign in as you or to change your second "
    "step.",
    SecondNews.GUESSED: "somebody typed your right password and many wrong codes after it. They "
    "did not get in, and have to wait now between codes.",
}
_SUBJECTS = {
    SecondNews.ON: "Your second step is on",
    SecondNews.MOVED: "Your second step moved to another app",
    SecondNews.OFF: "Your second step is off",
    SecondNews.RESET: "Your second step was turned off",
    SecondNews.CODES: "New recovery codes",
    SecondNews.RECOVERY: "A recovery code was used",
    SecondNews.GUESSED: "Somebody has your password",
}


def tell(uow: UnitOfWork, person: Person, what: SecondNews, at: datetime, *, mails: bool) -> None:
    """Have the person written to, if e-mails can be sent and the address is known to be theirs."""
    if not mails or uow.addresses.unproven(person.id):
        return
    letter = Letter(new_id(), person.id, at)
    uow.letters.add(letter)
    uow.second_steps.tell(SecondLetter(letter.id, person.id, what, at))
    uow.jobs.add(job_of(letter))


def second_letter(
    uow: UnitOfWork, news: SecondLetter, address: str, shown_at: str
) -> Envelope | None:
    """Write the e-mail; None for somebody who cannot sign in any more.

    ``address`` is where people reach Practika, ``shown_at`` the moment in the person's own time.
    """
    person = uow.people.get(news.person_id)
    if person is None or not person.active:
        return None
    hello = f"Hello {one_line(person.name)}, {_SAID[news.what]}"
    when = f"That was on {shown_at}."
    was_you = "If it was you, there is nothing to do here."
    forgot, profile = f"{address}forgot", f"{address}profile/second-step"
    not_you = (
        "If it was not you, choose a new password at once, look at your second step, and tell the "
        "person who runs Practika:"
    )
    subject = f"{_SUBJECTS[news.what]} at Practika"
    text = [hello, when, "", was_you, "", not_you, f"  {forgot}", f"  {profile}", ""]
    links = "".join(
        f'<p><a href="{escape(where)}">{escape(said)}</a></p>'
        for said, where in (("Choose a new password", forgot), ("Your second step", profile))
    )
    card = (
        f"<p>{escape(hello)} {escape(when)}</p><p>{was_you}</p>"
        f'<div class="one"><p>{not_you}</p>{links}</div>'
    )
    return Envelope(
        id=news.id,
        name=one_line(person.name),
        address=person.email,
        subject=subject,
        text="\n".join(text),
        html=framed(subject, card, ""),
    )
