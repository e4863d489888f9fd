"""The e-mails about an address: the link to it, and word of it to the address before."""

from __future__ import annotations

from datetime import datetime
from html import escape

from practika_kernel.domain.addresses import AddressProof
from practika_kernel.domain.languages import Language, language_of, say
from practika_kernel.domain.letters import Envelope
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.services.letter_text import Link, framed, linked


def address_letter(
    uow: UnitOfWork,
    letter_id: str,
    proof: AddressProof,
    now: datetime,
    address: str,
    token: str,
    usual: str,
) -> Envelope | None:
    """Write one of the two, in the person's language; None when it is of no use (any more).

    A link to an address that somebody else has is of none: that is what nobody is told.
    """
    person = uow.people.get(proof.person_id)
    if person is None or not person.active:
        return None
    speaks = language_of(person.language, usual)
    if letter_id == proof.told:
        over = proof.ended_at is not None and proof.proven_at is None
        return None if over else _word(letter_id, proof, person, address, speaks)
    holder = uow.people.by_email(proof.email)
    if not proof.waits(now, person.email) or (holder is not None and holder.id != person.id):
        return None
    return _link(letter_id, proof, f"{address}address/{token}", speaks)


def _link(letter_id: str, proof: AddressProof, link: str, speaks: Language) -> Envelope:
    """Nothing of it is what a person typed: it may go to a stranger."""
    hello = say(speaks, "address.hello.changes" if proof.changes else "address.hello")
    words, once = say(speaks, "address.link"), say(speaks, "address.once")
    return linked(
        Envelope(letter_id, "", proof.email, say(speaks, "address.subject"), "", ""),
        Link(hello, link, words, once, say(speaks, "address.why")),
        speaks,
    )


def _word(
    letter_id: str, proof: AddressProof, person: Person, address: str, speaks: Language
) -> Envelope:
    name = one_line(person.name)
    hello = say(speaks, "moving.hello", name=name, email=proof.email)
    was_you, late = say(speaks, "moving.you"), say(speaks, "moving.late")
    parts = (
        (say(speaks, "moving.profile"), f"{address}profile"),
        (say(speaks, "moving.forgot"), f"{address}forgot"),
    )
    subject = say(speaks, "moving.subject")
    lines = [hello, "", was_you, ""]
    for said, where in parts:
        lines += [said, f"  {where}", ""]
    card = f"<p>{escape(hello)}</p><p>{was_you}</p>" + "".join(
        f'<div class="one"><p>{said}</p><p><a href="{escape(where)}">{escape(where)}</a></p></div>'
        for said, where in parts
    )
    return Envelope(
        id=letter_id,
        name=name,
        address=proof.before,
        subject=subject,
        text="\n".join([*lines, late, ""]),
        html=framed(subject, card, f"<p>{late}</p>", speaks),
    )
