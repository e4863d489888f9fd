"""An OpenID provider that does all it should, until it is told to lie; over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "practika", "not in any log"
BACK = "https://practika.school.example/login/provider/back"

Claims = dict[str, Any]


@cache
def key(kid: str = "one") -> RSAKey:
    """A key, made once a run: that takes a while."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class Liar:
    """What it knows of a person, and how it answers. Each ``…`` replaces what would be said."""

    address: str = ""
    claims: Claims = field(default_factory=dict)
    sign: Callable[[Claims], str] = lambda claims: signed(claims)
    keys: list[Any] = field(default_factory=lambda: [key()])
    userinfo: Claims = field(default_factory=dict)
    metadata: Claims = field(default_factory=dict)
    token: Callable[[dict[str, Any]], dict[str, Any]] = lambda answer: answer
    status: int = 200
    slow: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    ending: threading.Event = field(default_factory=threading.Event)

    def start_anew(self) -> None:
        """Forget every lie, and let go of whoever still waits."""
        self.ending.set()
        self.__dict__.update(Liar(address=self.address).__dict__)

    def agree(self, way: str) -> dict[str, str]:
        """Do what somebody does at the provider; return what they are sent back with."""
        url = urlsplit(way)
        given = {name: values[0] for name, values in parse_qs(url.query).items()}
        assert f"{url.scheme}://{url.netloc}{url.path}" == f"{self.address}/authorize"
        assert given["response_type"] == "code"
        assert given["code_challenge_method"] == "S256"
        assert given["client_id"] == CLIENT
        code = secrets.token_urlsafe(8)
        self.codes[code] = given
        return {"state": given["state"], "code": code}

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Turn a code into tokens, once."""
        given = self.codes.pop(form.get("code", ""), None)
        wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if given is None or authorization != f"Basic {wanted}":
            return 400, {"error": "invalid_grant"}
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == given["code_challenge"]
        if not fits or form.get("redirect_uri") != given["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "mira-there",
            "iat": now,
            "exp": now + 300,
            "nonce": given["nonce"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        answer = {"access_token": "let-me-ask", "token_type": "Bearer", "expires_in": 300}
        return self.status, self.token({**answer, "id_token": self.sign(claims)})

    def published(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            **self.metadata,
        }


def signed(claims: Claims, alg: str = "RS256", by: Any = None, kid: str | None = "one") -> str:
    header = {"alg": alg, **({} if kid is None else {"kid": kid})}
    return jwt.encode(header, claims, by or key(), algorithms=[alg])


def by_hand(claims: Claims, alg: str, proof: Callable[[bytes], bytes]) -> str:
    """A token no library would make."""
    parts = ({"alg": alg, "typ": "JWT", "kid": "one"}, claims)
    said = b".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts)
    return b".".join([said, base64.urlsafe_b64encode(proof(said)).rstrip(b"=")]).decode()


def by_nobody(claims: Claims) -> str:
    """A token that says of itself that it needs no signature."""
    return by_hand(claims, "none", lambda said: b"")


def by_public_key(claims: Claims) -> str:
    """A token signed with what everybody has: the public key, taken for a shared secret."""
    secret = key().as_pem(private=False)
    return by_hand(claims, "HS256", lambda said: hmac.digest(secret, said, "sha256"))


def on_a_curve(claims: Claims) -> str:
    """A token whose key is of a kind the provider does not publish."""
    return signed(claims, "ES256", ECKey.generate_key("P-256"))


@contextmanager
def provider() -> Iterator[Liar]:
    """Run one on a free port of this machine."""
    liar = Liar()

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            answers: dict[str, Callable[[], Any]] = {
                "/.well-known/openid-configuration": liar.published,
                "/keys": lambda: {"keys": [k.as_dict(private=False) for k in liar.keys]},
                "/userinfo": lambda: {
                    "sub": liar.claims.get("sub", "mira-there"),
                    **liar.userinfo,
                },
            }
            self.answer(200, answers[self.path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(*liar.exchange(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, told: Any) -> None:
            liar.asked.append(self.path)
            body = json.dumps(told).encode()
            if liar.slow == self.path:
                liar.ending.wait(20)  # nobody waits as long
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{liar.address}/keys")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    liar.address = f"http://127.0.0.1:{server.server_address[1]}"
    running = threading.Thread(target=server.serve_forever, args=(0.05,))
    running.start()
    try:
        yield liar
    finally:
        liar.ending.set()
        server.shutdown()
        running.join()
        server.server_close()
