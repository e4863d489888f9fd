"""``practika doctor``: looks whether everything is here that Practika needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import as_json, read_settings
from practika_kernel.domain.errors import PractikaError
from practika_kernel.settings.weak import weak

if TYPE_CHECKING:
    from practika_kernel.domain.board import Board
    from practika_kernel.domain.ports import Record
    from practika_kernel.settings import Settings

LEAST_FREE = 2_000_000_000
"""Bytes: room for one largest upload, its copy for browsers, and the record."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``advice`` is a whole sentence when it is not well, else empty.

    A ``warning`` works as it is: it is said, and does not count as wrong.
    """

    name: str
    value: str
    advice: str = ""
    warning: bool = False

    @property
    def ok(self) -> bool:
        """Whether it is well, or at least works."""
        return self.warning or not self.advice


@click.command(short_help="Look whether everything is well.")
@click.option("--json", "json_", is_flag=True, help="Print what was found as JSON.")
@click.option(
    "--media",
    type=click.Path(path_type=Path),
    help="Look at this video instead: what Practika would do with it, and why.",
)
def doctor(json_: bool, media: Path | None) -> None:
    """Look whether everything is well, and say what to do where it is not.

    Shows versions, the settings in force (passwords hidden), the data folder, the record, the
    media store, the jobs, the mail server, the OpenID provider, what the browser loads, and of a
    running server the open pages and the fork server; warns of settings that are weak. Changes
    nothing and makes no folder. The exit code is 1 when something is wrong; a warning alone leaves
    it 0.

    \b
    Examples:
      practika doctor
      practika doctor --json | python -m json.tool
      practika doctor --media take.mov
    """
    settings = read_settings()
    if media is not None:
        _report_on(media, settings, json_)
        return
    found = list(findings(settings))
    well = all(each.ok for each in found)
    if json_:
        checks = [{**asdict(each), "ok": each.ok} for each in found]
        as_json({"ok": well, "checks": checks, "settings": settings.shown()})
    else:
        _print(found, settings)
    if not well:
        raise SystemExit(1)


def _report_on(media: Path, settings: Settings, json_: bool) -> None:
    from practika_kernel.cli.media_report import look_at

    report = look_at(media, settings)
    if json_:
        as_json(report.to_json())
    else:
        click.echo("\n".join(report.lines()))
    if report.refused:
        raise SystemExit(1)


def _print(found: list[Finding], settings: Settings) -> None:
    for each in found:
        mark = "weak " if each.warning else "ok   " if each.ok else "WRONG"
        click.echo(f"{mark} {each.name:<16} {each.value}")
        if each.advice:
            click.echo(f"      {each.advice}")
    click.echo("\nSettings in force:")
    for name, value in settings.shown().items():
        click.echo(f"  {name:<28} {value}")
    wrong = sum(not each.ok for each in found)
    warned = sum(each.warning for each in found)
    sentence = f"Everything works; weak: {warned}." if warned else "All is well."
    if wrong:
        sentence = f"{wrong} of {len(found)} need your attention."
    click.echo(f"\n{sentence}")


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at one thing after the other."""
    yield _python()
    yield _packages()
    yield _media_libraries()
    yield _bundles()
    yield from _data_folder(settings)
    yield from _record(settings)
    yield _guarded("media store", lambda: _media_store(settings))
    yield _back_up(settings)
    yield _mail_server(settings)
    yield _provider(settings)
    yield from _server(settings)
    yield from (Finding(*each, warning=True) for each in weak(settings))


def _guarded(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, look())
    except PractikaError as error:
        return Finding(name, "cannot be used", error.sentence)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    old = sys.version_info < (3, 11)
    return Finding("Python", version, "Practika needs Python 3.11 or newer." if old else "")


def _packages() -> Finding:
    """Every package the distribution asks for, with the version that is installed."""
    import re
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        asked = requires("practika") or []
    except PackageNotFoundError:
        return Finding("packages", "not installed", "Install Practika: `pip install -e .`.")
    names = [
        re.split(r"[^A-Za-z0-9._-]", line)[0]
        for line in asked
        if "extra ==" not in line and "win32" not in line
    ]
    there, missing = [], []
    for name in names:
        try:
            there.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    advice = f"Missing: {', '.join(missing)}. Run `make run` again." if missing else ""
    return Finding("packages", ", ".join(there), advice)


def _media_libraries() -> Finding:
    try:
        import av
    except ImportError as error:
        return Finding("media libraries", str(error), "Install the package av again.")
    versions = ", ".join(f"{name} {part[0]}" for name, part in av.library_versions.items())
    missing = [name for name in ("libx264", "aac") if name not in av.codecs_available]
    advice = f"This build of av cannot write {' and '.join(missing)}." if missing else ""
    return Finding("media libraries", versions, advice)


def _bundles() -> Finding:
    """Each script that widgets and pages name, and the styles."""
    import re

    import practika_widgets

    package = Path(practika_widgets.__file__).parent
    named = {"page"}
    for module in package.glob("*.py"):
        named |= set(
            re.findall(
                r'^    _esm = script\("([a-z]+)"\)', module.read_text(encoding="utf-8"), re.M
            )
        )
    wanted = sorted({f"{name}.js" for name in named} | {"practika.css"})
    missing = [name for name in wanted if not (package / "static" / name).is_file()]
    advice = f"Not built: {', '.join(missing)}. Run `make js`." if missing else ""
    return Finding("browser bundles", f"{len(wanted) - len(missing)} of {len(wanted)}", advice)


def _data_folder(settings: Settings) -> Iterator[Finding]:
    import shutil

    folder = settings.data
    above = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(above).free
    short = f"Only {free / 1e9:.1f} GB are free there. Make room, or set PRACTIKA_DATA."
    advice = "" if free >= LEAST_FREE else short
    state = "" if folder.exists() else "; it is made by the first start"
    if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        advice = f"{above} cannot be written. Set PRACTIKA_DATA to a folder you may write to."
    yield Finding("data folder", f"{folder}, {free / 1e9:.1f} GB free{state}", advice)
    if not folder.is_dir():
        return
    private = [folder, settings.secret_file, folder / "demo-people.json", folder / "pseudonym-key"]
    private += [settings.totp_key]
    secrets = (settings.smtp_password_file, settings.oidc_client_secret_file)
    private += [each for each in secrets if each is not None]
    open_ones = [each for each in private if each.exists() and each.stat().st_mode & 0o077]
    names = " ".join(str(each) for each in open_ones)
    yield Finding(
        "private files",
        "readable by others" if open_ones else "readable by you alone",
        f"Others on this machine can read what they should not: chmod go= {names}"
        if open_ones
        else "",
    )


def _mail_server(settings: Settings) -> Finding:
    """Sign in at the mail server and leave again; nothing is sent."""
    from practika_kernel.bootstrap.services import open_office

    office = open_office(settings)
    if office is None:
        return Finding("e-mails", "not set up; people are told in the page only")
    found = _guarded("e-mails", lambda: f"{office.check()}, from {settings.mail_sender}")
    if found.ok and not settings.public_url:
        told = f"Links in e-mails lead to {settings.public_address}. Set PRACTIKA_PUBLIC_URL."
        return Finding(found.name, found.value, told)
    return found


def _provider(settings: Settings) -> Finding:
    """Ask the OpenID provider for what it publishes, and say what it has to be told."""
    from practika_kernel.bootstrap.doors import open_provider

    provider = open_provider(settings)
    if provider is None:
        return Finding("provider", "none; people sign in with a password")
    back = f"{settings.public_address}login/provider/back"
    found = _guarded("provider", lambda: f"{provider.check()}; sends them back to {back}")
    if found.ok and not settings.public_url:
        told = f"Is {back} where people reach Practika? Set PRACTIKA_PUBLIC_URL."
        return Finding(found.name, found.value, told, warning=True)
    return found


def _record(settings: Settings) -> Iterator[Finding]:
    from practika_kernel.bootstrap import open_record

    url = settings.database_url
    # Looking at a SQLite file that is not there would make it.
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        yield Finding("record", "not there yet; it is made by the first start")
        return
    record = open_record(settings)
    try:
        named = _guarded("record", record.check)
        yield named
        if named.ok:
            yield _guarded("jobs", lambda: _jobs(settings))
            yield _second_steps(settings, record)
    finally:
        record.close()


def _second_steps(settings: Settings, record: Record) -> Finding:
    """Whether the codes of those who have a second step can be checked with the key here."""
    from practika_kernel.services.second_step import standing
    from practika_kernel.storage.sealed import KeyFileSeal

    if record.behind():
        return Finding("second steps", "known when the record is brought up by the next start")
    on, closed = standing(record, KeyFileSeal(settings.totp_key))
    told = (
        f"{closed} cannot be checked: {settings.totp_key} is not the key they were sealed with. "
        "Bring it back; until then they need recovery codes or `practika person reset-totp`."
    )
    return Finding("second steps", f"{on} on", told if closed else "")


def _jobs(settings: Settings) -> str:
    from practika_kernel.bootstrap import open_record

    record = open_record(settings)
    try:
        with record.read() as uow:
            counts = uow.jobs.counts()
    finally:
        record.close()
    return ", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "none"


def _media_store(settings: Settings) -> str:
    from practika_kernel.bootstrap import open_blobs

    folder = settings.media_folder
    if folder is not None and not folder.exists():
        return f"folder {folder}, made by the first start"
    return open_blobs(settings).check()


def _back_up(settings: Settings) -> Finding:
    """When the last one was made from here; that there is none is said, and no fault."""
    import time

    from practika_kernel.services.standing import backed_up

    made = backed_up(settings.data)
    lasted = _lasting(max(0.0, time.time() - made))
    return Finding("back-up", f"made {lasted} ago" if made else "none was made from here yet")


def _server(settings: Settings) -> Iterator[Finding]:
    """Look at the board the running server puts up."""
    from practika_kernel.bootstrap import open_board

    board = open_board(settings).read()
    if board is None:
        yield Finding("pages", "the server is not running")
        yield Finding("fork server", _off(settings) or "the server is not running")
        return
    yield Finding("pages", _pages(board))
    yield _fork_server(settings, board)


def _pages(board: Board) -> str:
    """Say how many pages are open, as in "7 of 240 open, the oldest 2 h 10 min, 231 MB"."""
    said = f"{len(board.kernels)} of {board.limit} open"
    if board.oldest is not None:
        said += f", the oldest {_lasting((board.written - board.oldest).total_seconds())}"
        said += f", {board.memory / 1e6:.0f} MB"
    return said + (f"; {board.waiting} waiting for a seat" if board.waiting else "")


def _lasting(seconds: float) -> str:
    """Write how long something lasts in hours and minutes.

    >>> _lasting(7800), _lasting(125), _lasting(20)
    ('2 h 10 min', '2 min', 'less than a minute')
    """
    hours, minutes = divmod(int(seconds) // 60, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts) or "less than a minute"


def _off(settings: Settings) -> str:
    from practika_kernel.domain.board import SWITCHED_OFF
    from practika_kernel.forks.wire import possible

    if not settings.fork:
        return SWITCHED_OFF
    return "" if possible() else "not on this system; each page starts a kernel of its own"


def _fork_server(settings: Settings, board: Board) -> Finding:
    if board.forks.running:
        made = f"{board.forks.made} fork" + "s" * (board.forks.made != 1)
        return Finding("fork server", f"running, {made}")
    off = _off(settings)
    if off:
        return Finding("fork server", off)
    return Finding(
        "fork server",
        board.forks.why or "not running",
        "Pages open slowly without it. Stop the server and start it with `practika serve`; if "
        "this stays so, its log says why.",
    )
