"""How the text of a setting is read. Each function takes what somebody typed, or raises `Unfit`."""

from __future__ import annotations

import os
import re
import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from email.utils import formataddr, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from practika_kernel.domain.amounts import read_size
from practika_kernel.domain.errors import Misconfigured
from practika_kernel.domain.languages import Language
from practika_kernel.domain.second_step import Demand


class Unfit(Exception):
    """What a value should have been; becomes the second half of a sentence."""


def optional(text: str) -> str | None:
    """The text, or None for none."""
    return text or None


def integer(low: int, high: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise Unfit(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def size(text: str) -> int:
    """Bytes from "750 MB", "2 GB" (powers of 1000), "2 GiB" (powers of 1024) or "1048576"."""
    try:
        size = read_size(text)
    except ValueError:
        raise Unfit('a size such as "750 MB", "2 GB" or a number of bytes') from None
    if size <= 0:
        raise Unfit("a size above zero")
    return size


def allowance(text: str) -> int | None:
    """Bytes as `size` reads them, or None for without limit."""
    return size(text) if text else None


def days(text: str) -> int | None:
    """Whole days, or None for never."""
    return integer(1, 36_500)(text) if text else None


def switch(text: str) -> bool:
    """0 or 1."""
    if text not in {"0", "1"}:
        raise Unfit("0 (no) or 1 (yes)")
    return text == "1"


def auto_switch(text: str) -> bool | None:
    """0, 1 or None for auto."""
    if text not in {"auto", "0", "1"}:
        raise Unfit("auto, 0 (no) or 1 (yes)")
    return None if text == "auto" else text == "1"


def auto_integer(low: int, high: int) -> Callable[[str], int | None]:
    """A whole number within bounds, or None for auto."""
    number = integer(low, high)

    def parse(text: str) -> int | None:
        try:
            return None if text == "auto" else number(text)
        except Unfit:
            raise Unfit(f"auto or a whole number from {low} to {high}") from None

    return parse


def scripts(text: str) -> str | None:
    """Empty or linked."""
    if text not in {"", "linked"}:
        raise Unfit("empty or linked")
    return text or None


def demand(text: str) -> Demand:
    """What is wanted of the staff's second step."""
    if text not in set(Demand):
        raise Unfit("off, asked or required")
    return Demand(text)


def level(text: str) -> str:
    """A level of the log."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text.upper() not in levels:
        raise Unfit("one of " + ", ".join(levels))
    return text.upper()


def base_url(text: str) -> str:
    """A path with / at both ends."""
    if not re.fullmatch(r"/([A-Za-z0-9._~-]+/)*[A-Za-z0-9._~-]*", text):
        raise Unfit("a path that starts with /, such as / or /practika/")
    return text if text.endswith("/") else text + "/"


def folder(text: str) -> Path:
    """An absolute folder."""
    if not text:
        raise Unfit("the path of a folder")
    return Path(os.path.abspath(os.path.expanduser(text)))


def database_url(text: str) -> str:
    """Where the record lives, in SQLAlchemy's words; empty for SQLite in the data folder."""
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.startswith("/"):
        # Every page's kernel has a working folder of its own; all must mean the same file.
        return f"sqlite:///{Path(rest[1:]).absolute()}"
    if not text:
        return text
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
        return f"postgresql+psycopg://{rest}"
    raise Unfit("empty, sqlite:///path/to/file or postgresql://user:password@host/name")


def media_url(text: str) -> str:
    """Where videos live; empty for a folder in the data folder."""
    url = urlsplit(text)
    if not text or (url.scheme == "s3" and url.netloc) or (url.scheme == "file" and url.path):
        return text.rstrip("/")
    if "://" not in text:
        return folder(text).as_uri()
    raise Unfit("empty, a folder, or s3://bucket/prefix")


def web_address(text: str) -> str:
    """An address of the web, or empty."""
    url = urlsplit(text)
    if text and (url.scheme not in {"http", "https"} or not url.netloc):
        raise Unfit("empty or an address that starts with http:// or https://")
    return text


def executor(text: str) -> str:
    """Empty or dask://host:port."""
    if text and not re.fullmatch(r"dask://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}", text):
        raise Unfit("empty or dask://host:port")
    return text


def time_zone(text: str) -> str:
    """The name of a time zone; empty for the machine's."""
    if not text:
        return _local_time_zone()
    try:
        return zoneinfo.ZoneInfo(text).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise Unfit('the name of a time zone such as "Europe/Berlin"') from None


def language(text: str) -> str:
    """The tag of a language Practika speaks."""
    if text not in {*Language}:
        raise Unfit(" or ".join(Language))
    return text


def _local_time_zone() -> str:
    """The machine's zone by name; UTC where the machine does not say.

    Looks for the names it might be, not through all there are: every command waits for this.
    """
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        with suppress(zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return zoneinfo.ZoneInfo(name).key
    return "UTC"


def log_form(text: str) -> str:
    """How lines of the log are written."""
    if text not in {"text", "json"}:
        raise Unfit("text or json")
    return text


def token(text: str) -> str:
    """A secret somebody would not guess, or empty."""
    if text and (len(text) < 16 or not text.isascii() or not text.isprintable() or " " in text):
        raise Unfit("empty or at least 16 letters, digits and signs")
    return text


def smtp_url(text: str) -> str:
    """The address of a mail server; without encryption only one on this very machine."""
    if not text:
        return text
    url = urlsplit(text)
    local = url.hostname in {"127.0.0.1", "::1", "localhost"}
    known = url.scheme in {"smtp", "smtps"} or (url.scheme == "smtp+plain" and local)
    try:
        fits = known and bool(url.hostname) and url.password is None and url.port != 0
    except ValueError:
        fits = False
    if not fits or url.path.strip("/") or not text.isprintable() or " " in text:
        raise Unfit(
            "empty, smtp://user@host:587 (STARTTLS), smtps://user@host:465 or, for this machine "
            "alone, smtp+plain://127.0.0.1:25; the password has a setting of its own"
        )
    return text


def sender(text: str) -> str:
    """Who e-mails come from: an address, with a name before it or not."""
    name, address = parseaddr(text)
    if text and (not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", address) or not text.isprintable()):
        raise Unfit('an address such as "Practika <practika@school.example>"')
    return formataddr((name, address)) if text else text


def secret_file(text: str) -> Path | None:
    """A file that holds a secret, or nothing."""
    return folder(text) if text else None


def unknown(variable: str, known: list[str]) -> str:
    """Say that there is no such setting, and which one may have been meant."""
    import difflib

    close = difflib.get_close_matches(variable.upper(), known, n=1, cutoff=0.0)[0]
    return (
        f"{variable} is not a setting. Did you mean {close}? `practika doctor` lists all settings."
    )


def secret_of(file: Path | None, variable: str) -> str:
    """Return what a file of a secret holds now; "" without a file.

    Raises `Misconfigured` when it cannot be read; ``variable`` names the setting.
    """
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeError) as error:
        raise Misconfigured(f"The file of {variable} cannot be read.") from error
