"""What is told of an account of a provider that can sign somebody in now, or no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.domain.second_step import SecondNews
from practika_kernel.services.second_letter import tell

_NEWS = {EventKind.LINKED: SecondNews.LINKED, EventKind.UNLINKED: SecondNews.UNLINKED}


@dataclass(frozen=True, slots=True)
class LinkNews:
    """Tells people which accounts sign them in, whoever saw to that.

    ``issuer`` and ``name`` are those of the one provider that is asked now, "" for none;
    ``mails`` is whether e-mails can be sent.
    """

    issuer: str = ""
    name: str = ""
    mails: bool = False

    def tell(
        self,
        uow: UnitOfWork,
        kind: EventKind,
        person: Person,
        issuer: str,
        at: datetime,
        *,
        actor: str,
        new: bool = False,
    ) -> None:
        """Write down that it happened, and have the person told under the bell and by e-mail.

        ``actor`` is who did it, "" for the operator. Nobody is told who is ``new``: the account
        here was made by that very sign-in.
        """
        called = self.called(issuer)
        data = {"provider": called} | ({"new": True} if new else {})
        uow.events.append(Event(kind, at, actor, student_id=person.id, data=data))
        if not new:
            tell(uow, person, _NEWS[kind], at, mails=self.mails, provider=called)

    def end(self, uow: UnitOfWork, person: Person, at: datetime, *, actor: str) -> int:
        """Take every link of somebody away, in this unit; return how many there were.

        A password and what is open stay.
        """
        links = uow.links.of_person(person.id)
        for each in links:
            uow.links.remove(each.id)
            self.tell(uow, EventKind.UNLINKED, person, each.issuer, at, actor=actor)
        return len(links)

    def called(self, issuer: str) -> str:
        """Return what people call a provider: one that is not asked any more goes by its host.

        >>> LinkNews("https://id.example", "Music School").called("https://old.example/realm")
        'old.example'
        """
        return one_line(self.name if issuer == self.issuer else urlsplit(issuer).netloc or issuer)
