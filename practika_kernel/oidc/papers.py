"""What the provider publishes: where it is asked what, and the keys it signs with. Kept a while.

Sources: OpenID Connect Discovery 1.0 (section 4.3: the issuer must be the very one), RFC 7517.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests
from joserfc import jwk
from joserfc.errors import JoseError

from practika_kernel.domain.provider import NotVouched, Why
from practika_kernel.oidc import line

KEPT = 3600.0
"""Seconds both documents are believed before they are fetched again."""
AGAIN = 60.0
"""Seconds between two fetches of the keys for the sake of one that is not among them."""
PAUSE = 10.0
"""Seconds nobody else waits for a provider that has just not answered."""
WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SIGNING = {"RSA", "EC"}
"""Kinds of keys whose public half checks a signature; a secret one is never a key of theirs."""

T = TypeVar("T")

log = logging.getLogger("practika.provider")


class Papers:
    """Fetches both documents when they are first asked for; threads share what one has fetched.

    ``name`` is what people call the provider, ``seconds`` how long an answer may take, ``now`` a
    clock that never goes back.
    """

    def __init__(
        self, issuer: str, name: str, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer, self._name, self._seconds, self._now = issuer, name, seconds, now
        self._local = issuer.startswith("http://")
        self._lock = threading.Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, list[jwk.Key]] | None = None
        self._rests_until, self.problem = float("-inf"), ""

    def metadata(self) -> dict[str, Any]:
        """Return where the provider is asked what.

        Raises `NotVouched`: it does not answer, or tells of another issuer or of addresses that
        are not safe; ``problem`` then says what is wrong, for the operator.
        """
        with self._lock:
            self._metadata = self._fresh(self._metadata, self._fetch_metadata)
            return self._metadata[1]

    def key(self, kid: str | None, kind: str) -> jwk.Key | None:
        """Return the key of a name and a kind; None where the provider has none.

        Without a name it must have one key of this kind and no other. For a name that is not
        there the keys are fetched once more, at most once a minute: they may have been changed.
        """
        address = str(self.metadata()["jwks_uri"])
        with self._lock:
            self._keys = self._fresh(self._keys, lambda: self._fetch_keys(address))
            fetched, keys = self._keys
            found = _among(keys, kid, kind)
            if found is None and self._now() - fetched >= AGAIN:
                self._keys = self._fresh(None, lambda: self._fetch_keys(address))
                found = _among(self._keys[1], kid, kind)
            return found

    def _fresh(self, kept: tuple[float, T] | None, fetch: Callable[[], T]) -> tuple[float, T]:
        if kept is not None and self._now() - kept[0] < KEPT:
            return kept
        if self._now() < self._rests_until:
            raise NotVouched(Why.UNREACHABLE, self._name)
        try:
            return self._now(), fetch()
        except (requests.RequestException, ValueError) as error:
            self.problem = str(error)
            log.warning("The provider %s cannot be asked: %s", self._issuer, error)
            self._rests_until = self._now() + PAUSE
            raise NotVouched(Why.UNREACHABLE, self._name) from error

    def _fetch_metadata(self) -> dict[str, Any]:
        found = line.read(self._issuer.rstrip("/") + WELL_KNOWN, self._seconds)
        if found.get("issuer") != self._issuer:
            raise ValueError(f"it calls itself {found.get('issuer')!r}, not {self._issuer!r}")
        for each in NEEDED:
            if not line.fit(found.get(each), local=self._local):
                raise ValueError(f"it names no safe {each}")
        return found

    def _fetch_keys(self, address: str) -> list[jwk.Key]:
        found = line.read(address, self._seconds).get("keys")
        if not isinstance(found, list):
            raise ValueError(f"{address} holds no keys")
        return [key for each in found if (key := _read(each)) is not None]


def _read(given: object) -> jwk.Key | None:
    """Return a key that checks signatures; None for one that does not, or that nobody knows."""
    if not isinstance(given, dict) or given.get("kty") not in SIGNING:
        return None
    if given.get("use", "sig") != "sig":
        return None
    try:
        return jwk.import_key(given)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _among(keys: list[jwk.Key], kid: str | None, kind: str) -> jwk.Key | None:
    fitting = [each for each in keys if each.key_type == kind]
    if kid is None:
        return fitting[0] if len(fitting) == 1 else None
    return next((each for each in fitting if each.kid == kid), None)
