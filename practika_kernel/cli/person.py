"""``practika person``: who may sign in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from practika_kernel.cli.common import as_json, opened
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.people import Role

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika
    from practika_kernel.domain.people import Course


@click.group(short_help="Add people, invite and list them.")
def person() -> None:
    """Add people, invite and list them.

    \b
    Examples:
      practika person add "Mira Lindqvist" mira@school.example --role student \\
          --course "Keyboard I"
      practika person invite --role student --course "Keyboard I" --uses 30
      practika person list --json
    """


@person.command()
@click.argument("name")
@click.argument("email")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--course", multiple=True, help="Title of a course to join; may be repeated.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line.")
@click.option("--json", "json_", is_flag=True, help="Print the person as JSON.")
def add(
    name: str, email: str, role: str, course: tuple[str, ...], password_stdin: bool, json_: bool
) -> None:
    """Give NAME a sign-in with the address EMAIL.

    Without --password-stdin a password is made and shown this once; only its hash is kept.

    \b
    Examples:
      practika person add "Ada Okafor" ada@school.example --role teacher
      pass school/ada | practika person add "Ada Okafor" ada@school.example \\
          --role teacher --password-stdin
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with opened() as practika:
        courses = [_course(practika, title) for title in course]
        accounts = practika.services.accounts
        # An empty line is a password that is too short, not a wish for a made one.
        if password == "":
            raise InvalidInput("No password came on standard input.")
        made, secret = accounts.add_person("", name, email, role, password)
        for each in courses:
            accounts.enrol(made.id, each.id, made.role)
    shown: dict[str, Any] = {
        "id": made.id,
        "name": made.name,
        "email": made.email,
        "role": str(made.role),
        "courses": [each.title for each in courses],
    }
    if json_:
        as_json(shown if password_stdin else {**shown, "password": secret})
        return
    places = f" in {', '.join(shown['courses'])}" if courses else ""
    click.echo(f"{made.name} may sign in as {made.role}{places}: {made.email}")
    if not password_stdin:
        click.echo(f"Password, shown only now: {secret}")


@person.command()
@click.argument("email")
@click.option("--json", "json_", is_flag=True, help="Print person and link as JSON.")
def reset(email: str, json_: bool) -> None:
    """Make a link with which the person with the address EMAIL chooses a new password.

    Hand it over yourself: whoever has it can use it. It opens once, for one hour, and every
    older link ends. The present password holds until then.

    \b
    Example:
      practika person reset mira@school.example
    """
    with opened() as practika:
        whose, link = practika.services.resets.link_for(email)
    if json_:
        as_json({"id": whose.id, "name": whose.name, "email": whose.email, "link": link})
        return
    click.echo(f"{whose.name} chooses a new password here, once, within an hour:")
    click.echo(link)


@person.command()
@click.argument("email")
@click.argument("new")
def address(email: str, new: str) -> None:
    """Give the person with the address EMAIL the address NEW, to sign in and be written to.

    It counts as checked by you. Their sign-ins and their password stay; links to a new password
    and changes of address they asked for end.

    \b
    Example:
      practika person address mira@school.example mira.lind@school.example
    """
    with opened() as practika:
        whose = practika.services.addresses.put(email, new)
    click.echo(f"{whose.name} signs in with {whose.email} from now on.")


@person.command("reset-totp")
@click.argument("email")
def reset_totp(email: str) -> None:
    """Turn the second step of the person with the address EMAIL off: their phone is lost.

    Make sure first that it is they who ask. Their password alone opens the account then; where
    PRACTIKA_STAFF_TOTP is required, staff set the step up anew at their next sign-in. They are
    told by e-mail. Where they are signed in they stay so: a lost phone is signed out with a new
    password (`practika person reset`).

    \b
    Example:
      practika person reset-totp ada@school.example
    """
    with opened() as practika:
        whose, was_on = practika.services.second_step.reset(email)
    told = "is off now. Recovery codes and trusted browsers open nothing any more."
    click.echo(f"The second step of {whose.name} {told if was_on else 'was not on.'}")


@person.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """Switch off the sign-in with the address EMAIL; every session ends, nothing is deleted.

    An admin's page switches it on again.

    \b
    Example:
      practika person deactivate mira@school.example
    """
    with opened() as practika:
        whose = practika.services.accounts.switch_off(email)
    click.echo(f"{whose.name} is signed out everywhere and cannot sign in.")


@person.command("remove-picture")
@click.argument("email")
def remove_picture(email: str) -> None:
    """Take away the picture of the person with the address EMAIL: their initials are shown again.

    \b
    Example:
      practika person remove-picture jonas@school.example
    """
    with opened() as practika:
        whose = practika.services.portraits.take_away(email)
    click.echo(f"{whose.name} has no picture any more.")


@person.command()
@click.argument("email")
def unlink(email: str) -> None:
    """Take away the accounts of a provider with which the person with the address EMAIL signs in.

    For an account there that was lost, or is the wrong one. Their password, if they have one,
    and their open sessions stay; `practika person reset` makes a link to a new password.

    \b
    Example:
      practika person unlink mira@school.example
    """
    with opened() as practika:
        whose, number = practika.services.accounts.unlink(email)
    click.echo(f"{whose.name} had {number} linked account{'s' * (number != 1)}, and has none now.")


@person.command()
@click.argument("emails", nargs=-1, metavar="[EMAIL]...")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--course", default="", help="Title of the course to join; not for an admin.")
@click.option("--section", default="", help="Section of the course.")
@click.option("--uses", default=1, show_default=True, help="How many may join by the link.")
@click.option("--days", default=14, show_default=True, help="How long it leads somewhere.")
@click.option("--send", is_flag=True, help="Mail the links to the addresses.")
@click.option("--json", "json_", is_flag=True, help="Print the links as JSON.")
def invite(
    emails: tuple[str, ...],
    role: str,
    course: str,
    section: str,
    uses: int,
    days: int,
    send: bool,
    json_: bool,
) -> None:
    """Make a link to join by, or one for each EMAIL that is bound to it.

    The links are shown this once; only their hashes are kept. Revoke them on the admin's page.

    \b
    Examples:
      practika person invite --role student --course "Keyboard I" --uses 30
      practika person invite --role teacher --course "Keyboard I" ada@school.example
    """
    with opened() as practika:
        place = _course(practika, course).id if course else ""
        made = practika.services.invitations.make(
            "", role, place, section=section, uses=uses, days=days, emails=emails, send=send
        )
    if json_:
        as_json(made)
        return
    for each in made:
        click.echo(f"{each['email']} {each['link'] or 'will get an e-mail'}".strip())
    often = "once each" if uses == 1 or emails else f"by up to {uses} people"
    shown = "" if send else " Shown only now."
    click.echo(f"To be used {often}, until {made[0]['until'][:10]}.{shown}", err=True)


@person.command("list")
@click.option("--json", "json_", is_flag=True, help="Print everybody as JSON.")
def list_(json_: bool) -> None:
    """List everybody who has a sign-in, and by which OpenID provider, if by one.

    \b
    Example:
      practika person list
    """
    with opened() as practika, practika.record.read() as uow:
        titles = {course.id: course.title for course in uow.courses.all()}
        second = uow.second_steps.on()
        links: dict[str, list[str]] = {}
        for link in uow.links.all():
            links.setdefault(link.person_id, []).append(link.issuer)
        rows: list[dict[str, Any]] = [
            {
                "id": each.id,
                "name": each.name,
                "email": each.email,
                "role": str(each.role),
                "active": each.active,
                "second_step": each.id in second,
                "courses": sorted({titles[p.course_id] for p in uow.courses.of_person(each.id)}),
                "links": links.get(each.id, []),
            }
            for each in uow.people.all()
        ]
    if json_:
        as_json(rows)
    elif not rows:
        click.echo("There is nobody yet. Add somebody with `practika person add`.")
    for row in [] if json_ else rows:
        off = " (second step)" if row["second_step"] else ""
        off += "" if row["active"] else " (switched off)"
        by = f" (by {', '.join(row['links'])})" if row["links"] else ""
        click.echo(f"{row['role']:<12} {row['name']:<24} {row['email']}{by}{off}")


def _course(practika: Practika, title: str) -> Course:
    with practika.record.read() as uow:
        found = uow.courses.all()
    for each in found:
        if each.title.casefold() == title.casefold():
            return each
    known = ", ".join(each.title for each in found) or "none yet"
    raise InvalidInput(f"There is no course called {title}. Courses: {known}.")
