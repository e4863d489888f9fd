"""All settings, in one frozen record, from ``PRACTIKA_*`` variables and from nowhere else.

`FIELDS` is the whole list as data: the README's table, ``practika doctor`` and the reading
itself come from it, so they cannot disagree. Only `practika_kernel.bootstrap` and
`practika_kernel.cli` import this module; everything below is handed plain values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.domain.second_step import Demand
from practika_kernel.settings import provider
from practika_kernel.settings.fields import FIELDS, GIVEN
from practika_kernel.settings.reading import Unfit, secret_of, token, unknown
from practika_kernel.settings.table import PREFIX, Field

__all__ = ["FIELDS", "GIVEN", "PREFIX", "Field", "Settings"]


@dataclass(frozen=True)
class Settings(provider.ProviderSettings):
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
    original_days: int | None
    base_url: str
    upload_limit: int
    person_quota: int | None
    course_quota: int | None
    upload_days: int
    keep_free: int
    session_days: int
    staff_totp: Demand
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
    audit_days: int
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
                raise Misconfigured(unknown(variable, list(known)))
        values: dict[str, Any] = {
            each.name: _parsed(each, environ.get(variable, each.default))
            for variable, each in known.items()
        }
        provider.check(values)
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
    def totp_key(self) -> Path:
        """The key that opens the secrets of second steps (mode 0600), made with the first."""
        return self.data / "totp-key"

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
        file = self.smtp_password_file
        return secret_of(file, "PRACTIKA_SMTP_PASSWORD_FILE") or self.smtp_password

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
        values[f"{PREFIX}OIDC_CLIENT_SECRET"] = "***" if self.oidc_client_secret else ""
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
    hidden = re.sub(r"(?<=://)([^/@:]*):.*@", r"\1:***@", text)
    return re.sub(r"([?&](?:ssl)?password=)[^&]*", r"\1***", hidden, flags=re.IGNORECASE)


def _parsed(setting: Field, text: str) -> object:
    text = text.strip()
    try:
        return setting.parse(text)
    except Unfit as wanted:
        shown = f'"{_without_password(text)}"' if text else "empty"
        shown = "too easy to guess" if setting.parse is token else shown
        raise Misconfigured(f"{setting.variable} is {shown}; it must be {wanted}.") from None
