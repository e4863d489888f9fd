"""All settings, in one frozen record, from ``PRACTIKA_*`` variables and from nowhere else.

`FIELDS` is the whole list as data: the README's table, ``practika doctor`` and the reading
itself come from it, so they cannot disagree. Only `practika_kernel.bootstrap` and
`practika_kernel.cli` import this module; everything below is handed plain values.
"""

from __future__ import annotations

import os
import re
import zoneinfo
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from practika_kernel.domain.errors import Misconfigured

PREFIX = "PRACTIKA_"
UNITS = {"": 0, "B": 0, "KB": 1, "MB": 2, "GB": 3, "TB": 4}


class _Unfit(Exception):
    """What a value should have been; becomes the second half of a sentence."""


def _optional(text: str) -> str | None:
    return text or None


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise _Unfit(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def _size(text: str) -> int:
    """Bytes from "750 MB", "2 GB" (powers of 1000), "2 GiB" (powers of 1024) or "1048576"."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?I?B)?", text.upper())
    if match is None:
        raise _Unfit('a size such as "750 MB", "2 GB" or a number of bytes')
    unit = match[2] or ""
    base = 1024 if "I" in unit else 1000
    size = int(Decimal(match[1]) * base ** UNITS[unit.replace("I", "")])
    if size <= 0:
        raise _Unfit("a size above zero")
    return size


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise _Unfit("0 (no) or 1 (yes)")
    return text == "1"


def _auto_switch(text: str) -> bool | None:
    if text not in {"auto", "0", "1"}:
        raise _Unfit("auto, 0 (no) or 1 (yes)")
    return None if text == "auto" else text == "1"


def _auto_integer(low: int, high: int) -> Callable[[str], int | None]:
    number = _integer(low, high)

    def parse(text: str) -> int | None:
        try:
            return None if text == "auto" else number(text)
        except _Unfit:
            raise _Unfit(f"auto or a whole number from {low} to {high}") from None

    return parse


def _scripts(text: str) -> str | None:
    if text not in {"", "linked"}:
        raise _Unfit("empty or linked")
    return text or None


def _level(text: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text.upper() not in levels:
        raise _Unfit("one of " + ", ".join(levels))
    return text.upper()


def _base_url(text: str) -> str:
    if not re.fullmatch(r"/([A-Za-z0-9._~-]+/)*[A-Za-z0-9._~-]*", text):
        raise _Unfit("a path that starts with /, such as / or /practika/")
    return text if text.endswith("/") else text + "/"


def _folder(text: str) -> Path:
    if not text:
        raise _Unfit("the path of a folder")
    return Path(os.path.abspath(os.path.expanduser(text)))


def _database_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.startswith("/"):
        # Every page's kernel has a working folder of its own; all must mean the same file.
        return f"sqlite:///{Path(rest[1:]).absolute()}"
    if not text:
        return text
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
        return f"postgresql+psycopg://{rest}"
    raise _Unfit("empty, sqlite:///path/to/file or postgresql://user:password@host/name")


def _media_url(text: str) -> str:
    url = urlsplit(text)
    if not text or (url.scheme == "s3" and url.netloc) or (url.scheme == "file" and url.path):
        return text.rstrip("/")
    if "://" not in text:
        return _folder(text).as_uri()
    raise _Unfit("empty, a folder, or s3://bucket/prefix")


def _web_address(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in {"http", "https"} or not url.netloc):
        raise _Unfit("empty or an address that starts with http:// or https://")
    return text


def _executor(text: str) -> str:
    if text and not re.fullmatch(r"dask://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}", text):
        raise _Unfit("empty or dask://host:port")
    return text


def _time_zone(text: str) -> str:
    if not text:
        return _local_time_zone()
    try:
        return zoneinfo.ZoneInfo(text).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise _Unfit('the name of a time zone such as "Europe/Berlin"') from None


def _local_time_zone() -> str:
    """The machine's zone by name; UTC where the machine does not say.

    Looks for the names it might be, not through all there are: every command waits for this.
    """
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        with suppress(zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return zoneinfo.ZoneInfo(name).key
    return "UTC"


class Field(NamedTuple):
    """One setting: its name on the record, its default as one would type it, its meaning."""

    name: str
    default: str
    sentence: str
    parse: Callable[[str], object] = str

    @property
    def variable(self) -> str:
        """The environment variable, as in ``PRACTIKA_PORT``."""
        return PREFIX + self.name.upper()


FIELDS: tuple[Field, ...] = (
    Field("host", "127.0.0.1", "Address the server listens on; 0.0.0.0 opens it to the network."),
    Field("port", "8866", "Port the server listens on.", _integer(1, 65535)),
    Field("data", "./practika-data", "Folder for everything Practika keeps.", _folder),
    Field(
        "database_url",
        "",
        "Where the record lives; empty means SQLite in the data folder.",
        _database_url,
    ),
    Field(
        "media_url",
        "",
        "Where videos live: a folder or s3://bucket/prefix; empty means media/ in the data folder.",
        _media_url,
    ),
    Field("s3_endpoint", "", "Address of an S3 service that is not Amazon's.", _web_address),
    Field("trash_days", "30", "Days that files nothing uses stay in the trash.", _integer(1, 3650)),
    Field("base_url", "/", "Path under which all pages stand.", _base_url),
    Field("upload_limit", "2 GB", "Largest file a person may upload.", _size),
    Field("upload_days", "2", "Days after which an unfinished upload is deleted.", _integer(1, 90)),
    Field("session_days", "30", "Days a sign-in lasts.", _integer(1, 365)),
    Field(
        "kernel_idle_minutes",
        "20",
        "Minutes after which the kernel of an unused page is stopped.",
        _integer(1, 10_080),
    ),
    Field("kernels_per_person", "4", "Kernels one person may have at a time.", _integer(1, 100)),
    Field(
        "kernels",
        "auto",
        "Kernels there may be in all; auto fits the machine's memory.",
        _auto_integer(1, 10_000),
    ),
    Field("kernel_memory", "1 GB", "Memory one kernel may use before it is ended.", _size),
    Field("fork", "1", "1 forks kernels from a warmed parent if it can; 0 starts anew.", _switch),
    Field(
        "workers", "2", "Media jobs at a time, and one more when a person waits.", _integer(1, 256)
    ),
    Field("executor", "", "Where media jobs run: empty is here, or dask://host:port.", _executor),
    Field("job_minutes", "30", "Minutes a media job may take.", _integer(1, 1440)),
    Field("job_memory", "4 GB", "Memory a media job may use.", _size),
    Field(
        "time_zone",
        "",
        "Zone in which times are shown; empty means the machine's, else UTC.",
        _time_zone,
    ),
    Field(
        "trust_proxy",
        "0",
        "1 when a proxy in front sets X-Forwarded-For and X-Forwarded-Proto.",
        _switch,
    ),
    Field(
        "secure_cookies",
        "auto",
        "1 sends cookies over https only; auto decides by each request.",
        _auto_switch,
    ),
    Field("log_level", "INFO", "DEBUG, INFO, WARNING or ERROR.", _level),
    Field("duckdb_memory", "256 MB", "Memory for the numbers of one open page.", _size),
    Field("duckdb_threads", "1", "Threads for the numbers of one open page.", _integer(1, 64)),
    Field("study_key", "", "File with the key of pseudonyms of a study's exports.", _optional),
)

GIVEN: tuple[Field, ...] = (
    Field("person", "", "The signed-in person a page's kernel belongs to.", _optional),
    Field("session", "", "That person's sign-in.", _optional),
    Field("kernel", "", "The kernel's own name in the server's list of owners.", _optional),
    Field("scripts", "", "linked where our own server has the widgets' scripts.", _scripts),
)
"""What the server puts into a kernel's environment; nobody sets these by hand."""


@dataclass(frozen=True)
class Settings:
    """Every value Practika can be told from outside. Build it with `Settings.read`.

    Sizes are bytes. ``database_url`` and ``media_url`` are complete (an empty setting has
    become the place in the data folder). ``secure_cookies`` is None for "decide by request",
    ``kernels`` is None for "as many as fit".

    >>> settings = Settings.read({"PRACTIKA_PORT": "9000", "PRACTIKA_UPLOAD_LIMIT": "1.5 GB"})
    >>> settings.port, settings.upload_limit
    (9000, 1500000000)
    >>> Settings.read({"PRACTIKA_POTR": "9000"})
    Traceback (most recent call last):
    practika_kernel.domain.errors.Misconfigured: PRACTIKA_POTR is not a setting. Did you mean...
    """

    host: str
    port: int
    data: Path
    database_url: str = field(repr=False)  # may hold a password
    media_url: str
    s3_endpoint: str
    trash_days: int
    base_url: str
    upload_limit: int
    upload_days: int
    session_days: int
    kernel_idle_minutes: int
    kernels_per_person: int
    kernels: int | None
    kernel_memory: int
    fork: bool
    workers: int
    executor: str
    job_minutes: int
    job_memory: int
    time_zone: str
    trust_proxy: bool
    secure_cookies: bool | None
    log_level: str
    duckdb_memory: int
    duckdb_threads: int
    study_key: str | None
    person: str | None = None
    session: str | None = field(default=None, repr=False)
    kernel: str | None = None
    scripts: str | None = None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Settings from environment variables.

        Parameters
        ----------
        environ
            Usually ``os.environ``. Names without the prefix ``PRACTIKA_`` are not looked at.

        Returns
        -------
        Settings
            The record; with no variable set, every default.

        Raises
        ------
        Misconfigured
            For an unknown name (with the closest known one) and for a value that does not fit.
        """
        known = {each.variable: each for each in (*FIELDS, *GIVEN)}
        for variable in sorted(environ):
            if variable.startswith(PREFIX) and variable not in known:
                raise Misconfigured(_unknown(variable, list(known)))
        values: dict[str, Any] = {
            each.name: _parsed(each, environ.get(variable, each.default))
            for variable, each in known.items()
        }
        data: Path = values["data"]
        values["database_url"] = values["database_url"] or f"sqlite:///{data}/practika.sqlite3"
        values["media_url"] = values["media_url"] or (data / "media").as_uri()
        return cls(**values)

    @property
    def media_folder(self) -> Path | None:
        """The folder of the videos, or None when they live in S3."""
        url = urlsplit(self.media_url)
        return Path(unquote(url.path)) if url.scheme == "file" else None

    @property
    def parts_folder(self) -> Path:
        """Unfinished uploads and media work under way; always local, on the data's disk."""
        return self.data / "parts"

    @property
    def scratch_folder(self) -> Path:
        """What media work makes on its way, one folder a process."""
        return self.data / "scratch"

    @property
    def secret_file(self) -> Path:
        """The key that signs cookies (mode 0600); whoever reads it can forge a sign-in."""
        return self.data / "secret"

    def shown(self) -> dict[str, str]:
        """Every setting by its variable, as text without passwords, for people to read."""
        values = {each.variable: str(getattr(self, each.name)) for each in FIELDS}
        secret = re.compile(r"(?<=://)([^/@:]*):.*@")
        return {name: secret.sub(r"\1:***@", value) for name, value in values.items()}

    def prepare_folder(self) -> None:
        """Make the data folder and prove that files can be written into it.

        Raises
        ------
        Misconfigured
            When it cannot be made or written: a file in its place, a read-only disk, no right.
        """
        import tempfile

        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.parts_folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=self.parts_folder) as probe:
                probe.write(b"practika")
        except OSError as error:
            reason = error.strerror or "it cannot be written"
            raise Misconfigured(
                f"The data folder {self.data} cannot be used: {reason}. "
                f"Set PRACTIKA_DATA to a folder you may write to."
            ) from error


def _parsed(setting: Field, text: str) -> object:
    text = text.strip()
    try:
        return setting.parse(text)
    except _Unfit as wanted:
        shown = f'"{text}"' if text else "empty"
        raise Misconfigured(f"{setting.variable} is {shown}; it must be {wanted}.") from None


def _unknown(variable: str, known: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(variable, known, n=1, cutoff=0.0)[0]
    return (
        f"{variable} is not a setting. Did you mean {close}? `practika doctor` lists all settings."
    )
