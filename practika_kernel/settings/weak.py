"""Settings that work and are weak: what `practika doctor` warns of, a sentence each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from practika_kernel.settings import Settings

LONG_SESSION = 90
"""Days: a school term. Longer than that, a lost phone stays signed in."""

_SHORTEST_KEY = 32
_FEWEST_SIGNS = 8
"""Different bytes in the cookie key; one that was drawn has about sixteen (hexadecimal)."""

_ENCRYPTED = {"require", "verify-ca", "verify-full"}

_EVERYBODYS = {"accounts.google.com", "appleid.apple.com", "gitlab.com", "login.live.com"}
"""Providers where anybody makes an account."""

Warned = tuple[str, str, str]
"""What it is called, what was found, and what to do, a whole sentence."""


def weak(settings: Settings, user: int | None = None) -> Iterator[Warned]:
    """Look at the settings and the files they name; nothing comes back when none is weak.

    ``user`` is the number of the system's user Practika runs as; None for this process's.
    """
    yield from _way_in(settings)
    yield from _strangers(settings)
    yield from _way_out(settings)
    yield from _files(settings)
    if settings.session_days > LONG_SESSION:
        told = f"A lost phone stays signed in. Set PRACTIKA_SESSION_DAYS to {LONG_SESSION} or less."
        yield "sign-ins", f"last {settings.session_days} days", told
    if settings.log_level == "DEBUG":
        told = "Its log tells more of people than one needs. Set PRACTIKA_LOG_LEVEL to INFO."
        yield "log", "DEBUG", told
    if (os.geteuid() if user is None else user) == 0:
        told = "A fault would reach the whole machine. Start Practika as a user of its own."
        yield "user", "root", told


def is_here(host: str) -> bool:
    """Tell whether a name means this very machine; a socket's folder does, and nothing at all.

    >>> is_here("localhost"), is_here("127.0.0.2"), is_here("0.0.0.0"), is_here("db.example")
    (True, True, False, False)
    """
    host = host.strip("[]").casefold()
    return host in {"", "localhost", "::1"} or host.startswith(("127.", "/"))


def _way_in(settings: Settings) -> Iterator[Warned]:
    public = urlsplit(settings.public_url)
    over_tls = public.scheme == "https"
    listens = not is_here(settings.host) or settings.host == ""
    elsewhere = bool(settings.public_url) and not is_here(public.hostname or "")
    if (listens and not settings.trust_proxy) or (elsewhere and not over_tls):
        told = (
            "Passwords cross the network in the clear. Put a proxy with TLS in front, set "
            "PRACTIKA_TRUST_PROXY=1 and an https PRACTIKA_PUBLIC_URL, and listen on 127.0.0.1."
        )
        yield "encryption", "people may reach Practika without TLS", told
    if settings.secure_cookies is False and (over_tls or listens):
        told = "Cookies may be sent in the clear. Set PRACTIKA_SECURE_COOKIES to auto or 1."
        yield "cookies", "also sent without TLS", told
    if elsewhere and not listens and not settings.trust_proxy and not settings.metrics_token:
        told = "What the proxy passes on may look like this machine. Set PRACTIKA_METRICS_TOKEN."
        yield "/metrics", "may be open to everybody", told


def _strangers(settings: Settings) -> Iterator[Warned]:
    asked = urlsplit(settings.oidc_issuer).hostname or ""
    if settings.oidc_join and asked in _EVERYBODYS:
        told = "Set PRACTIKA_OIDC_JOIN=0 and invite people: they may join by the provider, too."
        yield "provider", f"everybody with an account at {asked} gets one here", told


def _way_out(settings: Settings) -> Iterator[Warned]:
    database = urlsplit(settings.database_url)
    query = parse_qs(database.query)
    host = (query.get("host") or [database.hostname or ""])[-1]
    mode = (query.get("sslmode") or [os.environ.get("PGSSLMODE", "prefer")])[-1]
    if database.scheme.startswith("postgres") and not is_here(host) and mode not in _ENCRYPTED:
        told = "Add ?sslmode=verify-full (at least require) to PRACTIKA_DATABASE_URL."
        yield "database", f"TLS to {host} is not insisted on", told
    store = urlsplit(settings.s3_endpoint)
    if store.scheme == "http" and not is_here(store.hostname or ""):
        told = "Videos cross the network in the clear. Give PRACTIKA_S3_ENDPOINT with https."
        yield "S3", f"{store.hostname} without TLS", told


def _files(settings: Settings) -> Iterator[Warned]:
    if settings.secret_file.is_file() and os.access(settings.secret_file, os.R_OK):
        key = settings.secret_file.read_bytes()
        if len(key) < _SHORTEST_KEY or len(set(key)) < _FEWEST_SIGNS:
            told = f"Delete {settings.secret_file}; the next start makes one, all sign in again."
            yield "cookie key", "easy to guess", told
    url = settings.database_url
    record = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    keys = [record, Path(settings.study_key) if settings.study_key else None]
    # The data folder keeps others out of what lies in it; these may lie elsewhere.
    outside = [each for each in keys if each and not each.is_relative_to(settings.data)]
    if seen := [str(each) for each in outside if each.exists() and each.stat().st_mode & 0o077]:
        yield (
            "files elsewhere",
            "readable by others",
            f"Keep them to yourself: chmod go= {' '.join(seen)}",
        )
    places = [settings.data, settings.media_folder, settings.parts_folder, settings.secret_file]
    places += [record] if record else []
    there = [each for each in places if each is not None and each.exists()]
    if written := [str(each) for each in there if each.stat().st_mode & 0o002]:
        told = f"Anybody on this machine can change them: chmod o-w {' '.join(written)}"
        yield "files", "writable by everybody", told
