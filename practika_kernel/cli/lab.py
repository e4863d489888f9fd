"""``practika lab``: JupyterLab on the research notebooks, with Practika's videos in its cells."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import opened
from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.people import Role

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika
    from practika_kernel.domain.people import Person

MAIL = "PRACTIKA_SMTP_"
"""No notebook sends e-mails: what the mail server wants to know stays outside."""
_QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)
"""Lab asks nobody on the internet for news, and nobody at the desk whether it may."""


@click.command(short_help="Open JupyterLab on the research notebooks.")
@click.option("--as", "as_", metavar="EMAIL", help="Who works there: a researcher or an admin.")
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def lab(as_: str | None, port: int, no_browser: bool) -> None:
    """Open JupyterLab on the research notebooks.

    The notebooks read the record as one researcher: the only one there is, or the one named
    with --as. Lab has its own sign-in; its address holds the key.

    \b
    Examples:
      practika lab
      practika lab --as teodor.wisniewski@example.org --port 8890 --no-browser
    """
    with opened() as practika:
        person = _researcher(practika, as_)
        folder = _notebooks(practika.settings.data)
        environment = _environment(practika, person)
    words = [
        sys.executable,
        "-P",
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.jpserver_extensions=practika_kernel.server.lab=True",
        f"--ServerApp.port={port}",
        *_QUIET,
    ]
    if no_browser:
        words.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")
    click.echo(f"JupyterLab opens as {person.name} on {folder}.")
    sys.stdout.flush()
    os.execve(sys.executable, words, environment)


def _environment(practika: Practika, person: Person) -> dict[str, str]:
    """Return what Lab and its kernels find: every setting spelled out, and who works there.

    A kernel starts in its notebook's folder, where ``./practika-data`` would be another one.
    """
    from practika_kernel.server.environment import as_environment
    from practika_kernel.server.handover import without_passwords

    told = {
        **{name: own for name, own in os.environ.items() if not name.startswith(MAIL)},
        # The kernel of this Python, not a namesake among the user's own.
        "JUPYTER_PREFER_ENV_PATH": "1",
        **as_environment(practika.settings),
        "PRACTIKA_PERSON": person.id,
    }
    keys = practika.settings.data / "run" / "keys"
    return without_passwords(practika.settings, os.environ, told, keys)


def _researcher(practika: Practika, email: str | None) -> Person:
    """Return who acts in the notebooks; `InvalidInput` when that is not clear."""
    with practika.record.read() as uow:
        people = [each for each in uow.people.all() if each.active]
    fit = [each for each in people if each.role in (Role.RESEARCHER, Role.ADMIN)]
    if email is not None:
        for each in people:
            if each.email == email.strip().lower():
                if each in fit:
                    return each
                raise InvalidInput(f"{each.name} is a {each.role}; Lab is for researchers.")
        raise NotFound(f"Nobody signs in as {email}. `practika person list` shows everybody.")
    for role in (Role.RESEARCHER, Role.ADMIN):
        holders = [each for each in fit if each.role is role]
        if len(holders) == 1:
            return holders[0]
        if holders:
            names = ", ".join(each.email for each in holders)
            raise InvalidInput(f"There are several of the role {role}. Choose with --as: {names}.")
    raise InvalidInput(
        "There is no researcher yet. Add one with "
        '`practika person add "Your Name" you@example.org --role researcher`.'
    )


def _notebooks(data: Path) -> Path:
    """The notebooks of a source tree itself; of an installation, a copy that may be changed."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_notebooks" / "research"
    if not installed.is_dir():
        return package.parent / "notebooks" / "research"
    target = data / "notebooks" / "research"
    target.mkdir(parents=True, exist_ok=True)
    for each in installed.glob("*.ipynb"):
        if not (target / each.name).exists():
            shutil.copyfile(each, target / each.name)
    return target
