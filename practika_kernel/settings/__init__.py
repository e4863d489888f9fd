"""All settings, in one frozen record, from ``PRACTIKA_*`` variables and from nowhere else.

`FIELDS` is the whole list as data: the README's table, ``practika doctor`` and the reading
itself come from it, so they cannot disagree. Only `practika_kernel.bootstrap` and
`practika_kernel.cli` import this module; everything below is handed plain values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.settings.reading import (
    Unfit,
    allowance,
    auto_integer,
    auto_switch,
    base_url,
    database_url,
    executor,
    folder,
    integer,
    language,
    level,
    log_form,
    media_url,
    optional,
    scripts,
    secret_file,
    sender,
    size,
    smtp_url,
    switch,
    time_zone,
    token,
    web_address,
)

PREFIX = "PRACTIKA_"


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
    Field("port", "8866", "Port the server listens on.", integer(1, 65535)),
    Field("data", "./practika-data", "Folder for everything Practika keeps.", folder),
    Field(
        "database_url",
        "",
        "Where the record lives; empty means SQLite in the data folder.",
        database_url,
    ),
    Field(
        "media_url",
        "",
        "Where videos live: a folder or s3://bucket/prefix; empty means media/ in the data folder.",
        media_url,
    ),
    Field("s3_endpoint", "", "Address of an S3 service that is not Amazon's.", web_address),
    Field("trash_days", "30", "Days that files nothing uses stay in the trash.", integer(1, 3650)),
    Field(
        "take_trash_days",
        "30",
        "Days in which a student can put back a take they threw away.",
        integer(1, 3650),
    ),
    Field("base_url", "/", "Path under which all pages stand.", base_url),
    Field("upload_limit", "2 GB", "Largest file a person may upload.", size),
    Field(
        "person_quota",
        "",
        "How much a person's videos may take in all; empty means without limit.",
        allowance,
    ),
    Field(
        "course_quota",
        "",
        "How much a course's videos may take in all; empty means without limit.",
        allowance,
    ),
    Field("upload_days", "2", "Days after which an unfinished upload is deleted.", integer(1, 90)),
    Field("session_days", "30", "Days a sign-in lasts.", integer(1, 365)),
    Field(
        "kernel_idle_minutes",
        "20",
        "Minutes after which the kernel of an unused page is stopped.",
        integer(1, 10_080),
    ),
    Field("kernels_per_person", "4", "Kernels one person may have at a time.", integer(1, 100)),
    Field(
        "kernels",
        "auto",
        "Kernels there may be in all; auto fits the machine's memory.",
        auto_integer(1, 10_000),
    ),
    Field("kernel_memory", "1 GB", "Memory one kernel may use before it is ended.", size),
    Field(
        "fork",
        "1",
        "1 forks kernels from a warmed parent where the system can; 0 starts each anew.",
        switch,
    ),
    Field(
        "workers", "2", "Media jobs at a time, and one more when a person waits.", integer(1, 256)
    ),
    Field("executor", "", "Where media jobs run: empty is here, or dask://host:port.", executor),
    Field("job_minutes", "30", "Minutes a media job may take.", integer(1, 1440)),
    Field("job_memory", "4 GB", "Memory a media job may use.", size),
    Field(
        "time_zone",
        "",
        "Zone in which times are shown; empty means the machine's, else UTC.",
        time_zone,
    ),
    Field(
        "language",
        "en",
        "Language of e-mails and notifications for who chose none: en or de.",
        language,
    ),
    Field(
        "trust_proxy",
        "0",
        "1 when a proxy in front sets X-Forwarded-For and X-Forwarded-Proto.",
        switch,
    ),
    Field(
        "secure_cookies",
        "auto",
        "1 sends cookies over https only; auto decides by each request.",
        auto_switch,
    ),
    Field(
        "public_url",
        "",
        "Address people reach Practika at, for links in e-mails; empty means host and port.",
        web_address,
    ),
    Field(
        "smtp_url",
        "",
        "Mail server: smtp://user@host:587 or smtps://...; empty: no e-mails.",
        smtp_url,
    ),
    Field("smtp_password", "", "Password for the mail server; better in a file of its own."),
    Field("smtp_password_file", "", "File that holds the mail server's password.", secret_file),
    Field(
        "smtp_sender", "", "Who e-mails come from; empty means practika@ the server's host.", sender
    ),
    Field("smtp_per_minute", "60", "E-mails that may leave in a minute.", integer(1, 10_000)),
    Field(
        "notice_days",
        "180",
        "Days that read notifications and sent e-mails are kept; unread ones a year.",
        integer(30, 3650),
    ),
    Field("log_level", "INFO", "DEBUG, INFO, WARNING or ERROR.", level),
    Field("log", "text", "json writes one JSON object a line, for machines.", log_form),
    Field(
        "metrics_token",
        "",
        "Opens /metrics to other machines; empty means only this one may look.",
        token,
    ),
    Field("duckdb_memory", "256 MB", "Memory for the numbers of one open page.", size),
    Field("duckdb_threads", "1", "Threads for the numbers of one open page.", integer(1, 64)),
    Field("study_key", "", "File with the key of pseudonyms of a study's exports.", optional),
)

GIVEN: tuple[Field, ...] = (
    Field("person", "", "The signed-in person a page's kernel belongs to.", optional),
    Field("session", "", "That person's sign-in.", optional),
    Field("kernel", "", "The kernel's own name in the server's list of owners.", optional),
    Field("mails", "0", "1 where the server can send e-mails.", switch),
    Field("scripts", "", "linked where our own server has the widgets' scripts.", scripts),
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
    take_trash_days: int
    base_url: str
    upload_limit: int
    person_quota: int | None
    course_quota: int | None
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
    language: str
    trust_proxy: bool
    secure_cookies: bool | None
    public_url: str
    smtp_url: str
    smtp_password: str = field(repr=False)
    smtp_password_file: Path | None
    smtp_sender: str
    smtp_per_minute: int
    notice_days: int
    log_level: str
    log: str
    metrics_token: str = field(repr=False)
    duckdb_memory: int
    duckdb_threads: int
    study_key: str | None
    person: str | None = None
    session: str | None = field(default=None, repr=False)
    kernel: str | None = None
    mails: bool = False
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

    @property
    def public_address(self) -> str:
        """Where links in e-mails lead; ends with the base path and its slash."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0", "::"} else self.host
        host = f"[{host}]" if ":" in host else host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/") + self.base_url

    @property
    def mail_sender(self) -> str:
        """Who e-mails come from, with a name or without."""
        host = urlsplit(self.public_address).hostname or ""
        named = re.search(r"[a-z]", host) and ":" not in host
        return self.smtp_sender or f"Practika <practika@{host if named else 'localhost'}>"

    def smtp_secret(self) -> str:
        """Return the mail server's password as it is now: a file may be changed meanwhile.

        Raises `Misconfigured` when the file cannot be read; "" where none is set.
        """
        if self.smtp_password_file is None:
            return self.smtp_password
        try:
            return self.smtp_password_file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeError) as error:
            raise Misconfigured(
                "The file of PRACTIKA_SMTP_PASSWORD_FILE cannot be read."
            ) from error

    def shown(self) -> dict[str, str]:
        """Every setting by its variable, as text without passwords, for people to read."""
        found = {each: getattr(self, each.name) for each in FIELDS}
        # What is None was left to its default.
        values = {
            each.variable: each.default if value is None else str(value)
            for each, value in found.items()
        }
        if self.metrics_token:
            values[f"{PREFIX}METRICS_TOKEN"] = "***"
        values[f"{PREFIX}SMTP_PASSWORD"] = "***" if self.smtp_password else ""
        return {name: _without_password(value) for name, value in values.items()}

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


def _without_password(text: str) -> str:
    return re.sub(r"(?<=://)([^/@:]*):.*@", r"\1:***@", text)


def _parsed(setting: Field, text: str) -> object:
    text = text.strip()
    try:
        return setting.parse(text)
    except Unfit as wanted:
        shown = f'"{_without_password(text)}"' if text else "empty"
        shown = "too easy to guess" if setting.parse is token else shown
        raise Misconfigured(f"{setting.variable} is {shown}; it must be {wanted}.") from None


def _unknown(variable: str, known: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(variable.upper(), known, n=1, cutoff=0.0)[0]
    return (
        f"{variable} is not a setting. Did you mean {close}? `practika doctor` lists all settings."
    )
