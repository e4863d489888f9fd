"""The e-mails about an address: the link to it, and word of it to the address before."""

from __future__ import annotations

from datetime import datetime
from html import escape

from practika_kernel.domain.addresses import AddressProof
from practika_kernel.domain.letters import Envelope
from practika_kernel.domain.notice_words import one_line
from practika_kernel.domain.people import Person
from practika_kernel.domain.ports import UnitOfWork
from practika_kernel.services.letter_text import framed


def address_letter(
    uow: UnitOfWork, letter_id: str, proof: AddressProof, now: datetime, address: str, token: str
) -> Envelope | None:
    """Write one of the two; None when it is of no use (any more).

    A link to an address that somebody else has is of none: that is what nobody is told.
    """
    person = uow.people.get(proof.person_id)
    if person is None or not person.active:
        return None
    if letter_id == proof.told:
        over = proof.ended_at is not None and proof.proven_at is None
        return None if over else _word(letter_id, proof, person, address)
    holder = uow.people.by_email(proof.email)
    if not proof.waits(now, person.email) or (holder is not None and holder.id != person.id):
        return None
    return _link(letter_id, proof, f"{address}address/{token}")


def _link(letter_id: str, proof: AddressProof, link: str) -> Envelope:
    """Nothing of it is what a person typed: it may go to a stranger."""
    what = "to sign in with this address" if proof.changes else "to write to this address"
    hello = f"Hello, somebody asked Practika {what}. If it was you, confirm that it is yours:"
    once = (
        "The link opens once, for 24 hours, and only for whoever is signed in to the account "
        "it was asked for."
    )
    why = "If it was not you, leave this e-mail alone: then nothing changes."
    subject = "Confirm your e-mail address at Practika"
    card = (
        f'<p>{escape(hello)}</p><div class="one"><p><a href="{escape(link)}">Confirm the '
        f'address</a></p><p class="said">{once}</p></div>'
    )
    return Envelope(
        id=letter_id,
        name="",
        address=proof.email,
        subject=subject,
        text="\n".join([hello, "", f"  {link}", "", once, why, ""]),
        html=framed(subject, card, f"<p>{why}</p>"),
    )


def _word(letter_id: str, proof: AddressProof, person: Person, address: str) -> Envelope:
    hello = (
        f"Hello {one_line(person.name)}, whoever is signed in as you asked Practika to change "
        f"your e-mail address from this one to {proof.email}. It changes when that one is "
        "confirmed by a link that was sent there."
    )
    was_you = "If it was you, there is nothing to do here."
    profile, forgot = f"{address}profile", f"{address}forgot"
    parts = (
        ("If it was not you, choose a new password at once: that ends the change.", profile),
        ("If you cannot sign in any more, have a link sent to this address:", forgot),
    )
    late = "If even that does not come, tell the person who runs Practika."
    subject = "Your e-mail address at Practika is to change"
    lines = [hello, "", was_you, ""]
    for said, where in parts:
        lines += [said, f"  {where}", ""]
    card = f"<p>{escape(hello)}</p><p>{was_you}</p>" + "".join(
        f'<div class="one"><p>{said}</p><p><a href="{escape(where)}">{escape(where)}</a></p></div>'
        for said, where in parts
    )
    return Envelope(
        id=letter_id,
        name=one_line(person.name),
        address=proof.before,
        subject=subject,
        text="\n".join([*lines, late, ""]),
        html=framed(subject, card, f"<p>{late}</p>"),
    )
