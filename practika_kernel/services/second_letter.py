"""The e-mails about how somebody signs in: what was done, and what to do if it was not you.

That is the second step, and the accounts of a provider. They are no notifications: nobody can
switch them off, and reading them elsewhere stops none.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

from practika_kernel.domain.ids import new_id
from practika_kernel.domain.languages import day_in, language_of, say
from practika_kernel.domain.letters import Envelope, Letter
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.second_step import SecondLetter, SecondNews
from practika_kernel.services.letter_jobs import job_of
from practika_kernel.services.letter_text import framed

_SAID = {
    SecondNews.ON: "second.on",
    SecondNews.MOVED: "second.moved",
    SecondNews.OFF: "second.off",
    SecondNews.RESET: "second.reset",
    SecondNews.CODES: "second.codes",
    SecondNews.RECOVERY: "second.recovery",
    SecondNews.GUESSED: "second.guessed",
    SecondNews.LINKED: "second.linked",
    SecondNews.UNLINKED: "second.unlinked",
}
_SUBJECTS = {
    SecondNews.ON: "second.subject.on",
    SecondNews.MOVED: "second.subject.moved",
    SecondNews.OFF: "second.subject.off",
    SecondNews.RESET: "second.subject.reset",
    SecondNews.CODES: "second.subject.codes",
    SecondNews.RECOVERY: "second.subject.recovery",
    SecondNews.GUESSED: "second.subject.guessed",
    SecondNews.LINKED: "second.subject.linked",
    SecondNews.UNLINKED: "second.subject.unlinked",
}
_LINKS = (SecondNews.LINKED, SecondNews.UNLINKED)


def tell(
    uow: UnitOfWork,
    person: Person,
    what: SecondNews,
    at: datetime,
    *,
    mails: bool,
    provider: str = "",
) -> None:
    """Have the person written to, if e-mails can be sent and the address is known to be theirs.

    ``provider`` is whose account it is about, as people call it.
    """
    if not mails or uow.addresses.unproven(person.id):
        return
    letter = Letter(new_id(), person.id, at)
    uow.letters.add(letter)
    uow.second_steps.tell(SecondLetter(letter.id, person.id, what, at, provider))
    uow.jobs.add(job_of(letter))


def second_letter(
    uow: UnitOfWork, news: SecondLetter, address: str, zone: ZoneInfo, usual: str
) -> Envelope | None:
    """Write the e-mail, in the person's language; None for somebody who cannot sign in any more.

    ``address`` is where people reach Practika, ``zone`` the person's own, ``usual`` the language
    of who chose none.
    """
    person = uow.people.get(news.person_id)
    if person is None or not person.active:
        return None
    speaks = language_of(person.language, usual)
    said, name, at = partial(say, speaks), one_line(person.name), news.at.astimezone(zone)
    there, linking = one_line(news.provider), news.what in _LINKS
    hello = said("second.hello", name=name, said=said(_SAID[news.what], provider=there))
    when = said("second.when", day=day_in(speaks, at.date()), time=f"{at:%H:%M} {at.tzname()}")
    was_you, not_you = said("second.you"), said("second.forgot")
    looked = (said("second.profile.link"), f"{address}profile/second-step")
    if linking:
        not_you = said("second.linked.forgot", provider=there)
        looked = (said("second.linked.link"), f"{address}profile#pk-provider")
    places = ((said("second.forgot.link"), f"{address}forgot"), looked)
    subject = said(_SUBJECTS[news.what], provider=there)
    text = [hello, when, "", was_you, "", not_you, *(f"  {where}" for _, where in places), ""]
    links = "".join(
        f'<p><a href="{escape(where)}">{escape(words)}</a></p>' for words, where in places
    )
    card = (
        f"<p>{escape(hello)} {escape(when)}</p><p>{escape(was_you)}</p>"
        f'<div class="one"><p>{escape(not_you)}</p>{links}</div>'
    )
    return Envelope(
        id=news.id,
        name=name,
        address=person.email,
        subject=subject,
        text="\n".join(text),
        html=framed(subject, card, "", speaks),
    )
