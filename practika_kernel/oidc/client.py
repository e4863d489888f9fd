"""The provider, as Practika asks it: the way there, and who came back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.domain.provider import NotVouched, Vouched, Why
from practika_kernel.oidc import line
from practika_kernel.oidc.papers import Papers
from practika_kernel.oidc.token import Unfit, claims

log = logging.getLogger("practika.provider")

SECONDS = 5.0
"""How long the provider may take for an answer. Up to four are waited for."""
_TRUE = (True, "true", "1")
"""How providers write that an address is verified; some send words."""


class OidcProvider:
    """`practika_kernel.domain.provider.Provider` by OpenID Connect.

    Parameters
    ----------
    issuer, client_id
        The provider's own name, and what it calls Practika.
    secret
        Asked for Practika's secret before each use; "" for a public client.
    name
        What people call the provider.
    scopes, email_claim, verified_claim
        What is asked for, and where the answer is.
    seconds
        How long each answer may take.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        secret: Callable[[], str],
        *,
        name: str,
        scopes: str = "openid email profile",
        email_claim: str = "email",
        verified_claim: str = "email_verified",
        seconds: float = SECONDS,
    ) -> None:
        self.issuer, self.name = issuer, name
        self._client_id, self._secret, self._scopes = client_id, secret, scopes
        self._email, self._verified, self._seconds = email_claim, verified_claim, seconds
        self.papers = Papers(issuer, name, seconds)

    def way(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Return the address where people sign in; see the port."""
        where = self.papers.metadata()["authorization_endpoint"]
        with self._session(back) as session:
            address, _ = session.create_authorization_url(
                where, state=state, nonce=nonce, code_verifier=verifier
            )
        return cast(str, address)

    def vouch(self, back: str, code: str, nonce: str, verifier: str, said: str) -> Vouched:
        """Return whom a code stands for; see the port."""
        metadata = self.papers.metadata()
        tells = metadata.get("authorization_response_iss_parameter_supported") is True
        if (said or tells) and said != self.issuer:  # RFC 9207
            raise NotVouched(Why.ISSUER, self.name)
        with self._session(back) as session:
            token = self._fetched(
                lambda: session.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier
                )
            )
            try:
                found = claims(
                    token.get("id_token"),
                    self.papers.key,
                    issuer=self.issuer,
                    client_id=self._client_id,
                    nonce=nonce,
                    access_token=str(token.get("access_token") or ""),
                )
            except Unfit as error:
                raise NotVouched(error.why, self.name) from error
            return self._vouched(found, lambda: self._more(session, found, token))

    def out(self) -> str:
        """Return the address where people sign out there; see the port.

        Without a hint of who it is the provider asks them first, and shows its own page then
        (OpenID Connect RP-Initiated Logout 1.0, section 2).
        """
        where = self.papers.metadata().get("end_session_endpoint")
        if not line.fit(where, local=self.issuer.startswith("http://")):
            return ""
        return cast(str, add_params_to_uri(where, [("client_id", self._client_id)]))

    def check(self) -> str:
        """Fetch what the provider publishes; see the port."""
        self._secret()
        try:
            where = self.papers.metadata()["authorization_endpoint"]
            self.papers.key("", "RSA")
        except NotVouched as error:
            raise Misconfigured(
                f"PRACTIKA_OIDC_ISSUER cannot be used: {self.papers.problem}."
            ) from error
        return f"{self.issuer}, where people sign in at {where.partition('?')[0]}"

    def _session(self, back: str) -> Any:
        try:
            secret = self._secret()
        except Misconfigured as error:  # that is the operator's to read
            log.error("%s", error)
            raise NotVouched(Why.FAILED, self.name) from error
        session = OAuth2Session(
            self._client_id,
            secret or None,
            token_endpoint_auth_method=self._method(bool(secret)),
            scope=self._scopes,
            redirect_uri=back,
            code_challenge_method="S256",
        )
        return line.on_line(session, self._seconds)

    def _method(self, secret: bool) -> str:
        """How Practika shows that it is itself: the first way the provider knows."""
        if not secret:
            return "none"
        known = self.papers.metadata().get("token_endpoint_auth_methods_supported")
        basic = not isinstance(known, list) or "client_secret_basic" in known
        return "client_secret_basic" if basic else "client_secret_post"

    def _fetched(self, ask: Callable[[], Any]) -> Mapping[str, Any]:
        try:
            found = ask()
        except (requests.ConnectionError, requests.Timeout, line.TooMuch) as error:
            raise NotVouched(Why.UNREACHABLE, self.name) from error
        except (requests.RequestException, AuthlibBaseError, ValueError) as error:
            raise NotVouched(Why.FAILED, self.name) from error
        return cast(Mapping[str, Any], found)

    def _more(
        self, session: Any, found: Mapping[str, Any], token: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return what the provider tells besides; only of the very person the token is about."""
        address = self.papers.metadata().get("userinfo_endpoint")
        local = self.issuer.startswith("http://")
        if not token.get("access_token") or not line.fit(address, local=local):
            return {}
        told = self._fetched(lambda: _object(session.get(address)))
        if told.get("sub") != found["sub"]:
            raise NotVouched(Why.USERINFO, self.name)
        return told

    def _vouched(self, found: Mapping[str, Any], more: Callable[[], Mapping[str, Any]]) -> Vouched:
        told = found
        if not _address(found.get(self._email)):
            told = {**found, **more()}
        return Vouched(
            issuer=self.issuer,
            subject=found["sub"],
            email=_address(told.get(self._email)),
            verified=told.get(self._verified) in _TRUE,
            name=str(told.get("name") or "")[:120],
        )


def _address(told: object) -> str:
    """An e-mail address as a provider tells it: a text, or a list with one."""
    if isinstance(told, list) and len(told) == 1:
        told = told[0]
    return told.strip() if isinstance(told, str) else ""


def _object(answer: requests.Response) -> dict[str, Any]:
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    return found
