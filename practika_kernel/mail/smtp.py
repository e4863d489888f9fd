"""A post office that speaks SMTP, encrypted unless the mail server is on this very machine."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.letters import Envelope, Trouble, Undelivered
from practika_kernel.domain.notice_words import one_line

PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
TIMEOUT = 20.0
"""Seconds a mail server may take for each answer."""
PAUSE = 15.0
"""Seconds nobody else waits for a server that has just not answered."""
LINES = policy.SMTP.clone(max_line_length=900)
"""Addresses in headers must not be broken; RFC 5322 allows 998 characters in a line."""


class SmtpOffice:
    """`practika_kernel.domain.letters.PostOffice` over SMTP, one connection a letter.

    Parameters
    ----------
    url
        ``smtp://user@host:587`` (STARTTLS is demanded), ``smtps://user@host:465``, or
        ``smtp+plain://127.0.0.1:25``. The server's certificate must be valid for the host.
    password
        Asked before each sign-in; only where the address names a user.
    sender
        Who the e-mails come from, such as ``Practika <practika@school.example>``.
    """

    def __init__(
        self, url: str, password: Callable[[], str], sender: str, *, timeout: float = TIMEOUT
    ) -> None:
        self._url, self._password, self._sender = urlsplit(url), password, sender
        self._timeout = timeout
        self._pause_until, self._why = 0.0, ""

    def check(self) -> str:
        """Return what the server is called; raises `Undelivered` when it cannot be used."""
        with self._connected():
            return f"{self._url.scheme}://{self._url.hostname}:{self._port}"

    def send(self, envelope: Envelope, about_to: Callable[[], bool]) -> bool:
        """Hand an e-mail over; see the port."""
        if time.monotonic() < self._pause_until:
            raise Undelivered(self._why, Trouble.LATER)
        message = written(envelope, self._sender)
        with self._connected() as client:
            self._address(client, envelope.address)
            if not about_to():
                return False
            _data(client, message.as_bytes(policy=LINES))
        return True

    @property
    def _port(self) -> int:
        return self._url.port or PORTS[self._url.scheme]

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Give a connection that is encrypted and signed in; end it politely."""
        client = None
        try:
            client = self._connect()
            self._sign_in(client)
        except (OSError, smtplib.SMTPException, PractikaError) as error:
            if client is not None:
                client.close()
            raise self._pause(error) from error
        try:
            yield client
        finally:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
            client.close()

    def _connect(self) -> smtplib.SMTP:
        host, context = self._url.hostname or "", ssl.create_default_context()
        if self._url.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._port, timeout=self._timeout, context=context
            )
        else:
            client = smtplib.SMTP(host, self._port, timeout=self._timeout)
        try:
            client.ehlo()
            if self._url.scheme == "smtp":
                client.starttls(context=context)
                client.ehlo()
        except BaseException:
            client.close()
            raise
        return client

    def _sign_in(self, client: smtplib.SMTP) -> None:
        if self._url.username:
            client.login(unquote(self._url.username), self._password())

    def _pause(self, error: BaseException) -> Undelivered:
        """Have nobody else wait for this server for a while; return what to tell."""
        self._pause_until = time.monotonic() + PAUSE
        where = f"The mail server {self._url.hostname}:{self._port}"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            self._why = f"{where} refused the sign-in ({error.smtp_code})."
        elif isinstance(error, ssl.SSLError):
            self._why = f"{where} has no certificate or encryption that can be trusted."
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            self._why = f"{where} offers no encryption or no sign-in."
        elif isinstance(error, smtplib.SMTPResponseException):
            self._why = f"{where} does not take e-mails now ({error.smtp_code})."
        elif isinstance(error, PractikaError):
            self._why = error.sentence
        else:
            self._why = f"{where} does not answer."
        return Undelivered(self._why, Trouble.LATER)

    def _address(self, client: smtplib.SMTP, address: str) -> None:
        """Say from whom and to whom; nothing has been handed over yet."""
        try:
            code, said = client.mail(parseaddr(self._sender)[1])
            if code // 100 != 2:
                told = f"The mail server does not take e-mails from us: {_words(code, said)}"
                raise Undelivered(told, Trouble.LATER)
            code, said = client.rcpt(address)
        except (OSError, smtplib.SMTPException) as error:
            raise self._pause(error) from error
        if code // 100 != 2:
            raise Undelivered(
                f"The mail server refused {address}: {_words(code, said)}", _how(code)
            )


def _data(client: smtplib.SMTP, message: bytes) -> None:
    """Send the e-mail itself; from here on a lost connection leaves it open what became of it."""
    try:
        code, said = client.data(message)
    except smtplib.SMTPDataError as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        told = "The connection to the mail server was lost while this e-mail was handed over."
        raise Undelivered(
            f"{told} It may have arrived, so it is not sent again.", Trouble.UNSURE
        ) from error
    if code // 100 != 2:
        raise _refused(code, said)


def _refused(code: int, said: bytes | str) -> Undelivered:
    return Undelivered(f"The mail server refused this e-mail: {_words(code, said)}", _how(code))


def _how(code: int) -> Trouble:
    return Trouble.NEVER if code // 100 == 5 else Trouble.LATER


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(f"{code} {text}")[:200]


def written(envelope: Envelope, sender: str) -> EmailMessage:
    r"""Return the e-mail as it is sent: plain text and HTML, with one Message-ID for every try.

    No name and no text can add a header: all of them become one line first. Raises `Undelivered`
    for what is no address.

    >>> letter = Envelope("a1", "Mira\nBcc: x@example.org", "mira@example.org", "New", "hi", "hi")
    >>> str(written(letter, "Practika <practika@school.example>")["To"])
    '"Mira Bcc: x@example.org" <mira@example.org>'
    """
    name, address = parseaddr(sender)
    message = EmailMessage(policy=LINES)
    message["From"] = Address(one_line(name), addr_spec=address)
    message["To"] = _recipient(envelope)
    message["Subject"] = one_line(envelope.subject)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{envelope.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if envelope.unsubscribe:
        message["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(envelope.text, cte="quoted-printable")
    message.add_alternative(envelope.html, subtype="html", cte="quoted-printable")
    return message


def _recipient(envelope: Envelope) -> Address:
    address = envelope.address
    try:
        if not re.fullmatch(r"[!-;=?-~]+@[!-;=?-~]+", address):
            raise ValueError(address)
        return Address(one_line(envelope.name), addr_spec=address)
    except (ValueError, LookupError) as error:
        told = f"{one_line(address)[:80]} is no address an e-mail can be sent to."
        raise Undelivered(told, Trouble.NEVER) from error
