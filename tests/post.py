"""A real SMTP server with real TLS: it keeps what it is given, and can be difficult."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "practika@school", "not in any log"


@dataclass
class Box:
    """What arrived, and how the server behaves. ``refuse`` answers RCPT, ``answer`` DATA."""

    letters: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    answer: str = "250 taken"
    on_rcpt: Callable[[], None] = lambda: None
    on_data: Callable[[], None] = lambda: None
    signed_in: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        await asyncio.to_thread(self.on_rcpt)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.raw.append(envelope.content)
            found = email.message_from_bytes(envelope.content, policy=policy.default)
            self.letters.append(cast(EmailMessage, found))
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
        # Only now: who is killed here takes the connection, and with it this very call, along.
        await asyncio.to_thread(self.on_data)
        return self.answer

    def authenticate(
        self, server: Any, session: Any, envelope: Any, how: str, data: Any
    ) -> AuthResult:
        good = data.login == USER.encode() and data.password == PASSWORD.encode()
        self.signed_in.append(data.login.decode())
        return AuthResult(success=good, handled=False)


@dataclass(frozen=True)
class Certificate:
    """A certificate for this machine, signed by itself, and the switch to trust it."""

    file: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def certificate(folder: Path, host: str = "localhost") -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / f"{host}.pem", folder / f"{host}.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Certificate(file, secret)


class _Office(Controller):
    """A controller that takes any free port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def office(
    box: Box, tls: Certificate | None = None, *, at_once: bool = False, **more: Any
) -> Iterator[str]:
    """Run the server; give ``host:port``. With a certificate by STARTTLS, or ``at_once``."""
    given: dict[str, Any] = {"ready_timeout": 60, **more}
    if tls is not None and at_once:
        given |= {"ssl_context": tls.context(), "auth_require_tls": False}  # it is, from the start
    elif tls is not None:
        given |= {"tls_context": tls.context(), "require_starttls": True}
    running = _Office(box, hostname="127.0.0.1", port=0, **given)
    running.start()
    try:
        yield f"localhost:{running.port}"
    finally:
        running.stop()


__all__ = ["PASSWORD", "USER", "Box", "Certificate", "certificate", "office"]
