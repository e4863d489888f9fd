"""What an ID token has to be before anybody is believed (OpenID Connect Core 1.0, 3.1.3.7)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from authlib.oidc.core.claims import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import Key

from practika_kernel.domain.provider import Why

ALGORITHMS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
}
"""Signatures that are believed, and the kind of their keys: none that a public key could forge."""
LEEWAY = 60
"""Seconds two clocks may differ."""
LONGEST = 64 * 1024
_WHY = {
    "iss": Why.ISSUER,
    "aud": Why.AUDIENCE,
    "azp": Why.AUDIENCE,
    "iat": Why.TIME,
    "nbf": Why.TIME,
    "nonce": Why.NONCE,
    "exp": Why.EXPIRED,
}


class Unfit(Exception):
    """The token is not to be believed; ``why`` says what is wrong first."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


def claims(
    raw: object,
    key_of: Callable[[str | None, str], Key | None],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
) -> dict[str, Any]:
    """Return what a token claims, once all of it has been looked at.

    Parameters
    ----------
    raw
        The token as the provider sent it.
    key_of
        Returns the provider's key of a name and a kind ("RSA", "EC"), or None.
    issuer, client_id, nonce, access_token
        What it must be from, for, and go with.

    Raises `Unfit`.
    """
    if not isinstance(raw, str) or not 0 < len(raw) <= LONGEST:
        raise Unfit(Why.TOKEN)
    try:
        header = jws.extract_compact(raw.encode()).headers()
    except (JoseError, ValueError) as error:
        raise Unfit(Why.TOKEN) from error
    kind = ALGORITHMS.get(str(header.get("alg")))
    if kind is None:
        raise Unfit(Why.ALGORITHM)
    kid = header.get("kid")
    key = key_of(None if kid is None else str(kid), kind)
    if key is None:
        raise Unfit(Why.KEY)
    try:
        found = jwt.decode(raw, key, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError) as error:
        raise Unfit(Why.SIGNATURE) from error
    told = CodeIDToken(
        found.claims,
        found.header,
        options={
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": client_id},
        },
        params={"nonce": nonce, "client_id": client_id, "access_token": access_token},
    )
    try:
        told.validate(now=int(time.time()), leeway=LEEWAY)
    except ExpiredTokenError as error:
        raise Unfit(Why.EXPIRED) from error
    except ClaimError as error:
        raise Unfit(_WHY.get(str(error.claim), Why.CLAIM)) from error
    subject = told["sub"]
    if not subject or len(subject) > 255 or not subject.isprintable():
        raise Unfit(Why.CLAIM)
    return dict(told)
