"""The settings of sign-in by an OpenID provider; without an issuer there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.settings.reading import Unfit, secret_file, secret_of, switch
from practika_kernel.settings.table import Field


def issuer(text: str) -> str:
    """The provider's own name: an address with https; without, only on this very machine.

    >>> issuer("https://sso.school.example/realms/music")
    'https://sso.school.example/realms/music'
    """
    url = urlsplit(text)
    local = url.scheme == "http" and url.hostname in {"127.0.0.1", "::1", "localhost"}
    plain = not (url.query or url.fragment or "@" in url.netloc) and text.isprintable()
    if text and not (
        url.hostname and plain and " " not in text and (local or url.scheme == "https")
    ):
        raise Unfit("empty or an address that starts with https://, as the provider writes it")
    return text


def scopes(text: str) -> str:
    """What is asked of the provider: words, openid among them."""
    words = text.split()
    if "openid" not in words or not all(
        re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+", w) for w in words
    ):
        raise Unfit('words with blanks between them, "openid" among them')
    return " ".join(words)


def called(text: str) -> str:
    """What people call the provider: a few words for a button."""
    if not text or not text.isprintable() or len(text) > 60:
        raise Unfit("a few words of at most 60 characters")
    return text


FIELDS: tuple[Field, ...] = (
    Field(
        "oidc_issuer", "", "OpenID provider people can sign in by; empty: passwords only.", issuer
    ),
    Field("oidc_client_id", "", "What the provider calls this Practika."),
    Field("oidc_client_secret", "", "Practika's secret at the provider; better in a file."),
    Field("oidc_client_secret_file", "", "File that holds that secret.", secret_file),
    Field("oidc_name", "your school", 'What the button says after "Sign in with".', called),
    Field("oidc_scopes", "openid email profile", "What is asked of the provider.", scopes),
    Field("oidc_claim", "email", "Where the provider tells the e-mail address."),
    Field("oidc_verified", "email_verified", "Where it tells that it has verified the address."),
    Field("oidc_join", "0", "1 gives an account to everybody whom the provider knows.", switch),
    Field("oidc_only", "0", "1 lets only admins sign in with a password.", switch),
)


@dataclass(frozen=True)
class ProviderSettings:
    """The part of `Settings` that is about the provider."""

    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str = field(repr=False)
    oidc_client_secret_file: Path | None
    oidc_name: str
    oidc_scopes: str
    oidc_claim: str
    oidc_verified: str
    oidc_join: bool
    oidc_only: bool

    def oidc_secret(self) -> str:
        """Return Practika's secret as it is now: a file may be changed meanwhile.

        Raises `Misconfigured` when the file cannot be read; "" where none is set.
        """
        file = self.oidc_client_secret_file
        return secret_of(file, "PRACTIKA_OIDC_CLIENT_SECRET_FILE") or self.oidc_client_secret


def check(values: Mapping[str, Any]) -> None:
    """Raise `Misconfigured` for settings that make no sense without each other."""
    if values["oidc_issuer"] and not values["oidc_client_id"]:
        raise Misconfigured("PRACTIKA_OIDC_ISSUER is set; set PRACTIKA_OIDC_CLIENT_ID as well.")
    if values["oidc_only"] and not values["oidc_issuer"]:
        raise Misconfigured(
            "PRACTIKA_OIDC_ONLY would shut everybody out: set PRACTIKA_OIDC_ISSUER as well."
        )
