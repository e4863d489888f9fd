"""How the provider is spoken to: bounded in time and size, to the address that was meant."""

from __future__ import annotations

import io
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

MOST_BYTES = 512 * 1024
"""No document of a provider is as long."""
_PIECE = 16 * 1024


class TooMuch(requests.RequestException):
    """The answer is too long, or came too slowly."""


class Line(HTTPAdapter):
    """Reads each answer whole, within its time and size, and follows it nowhere else.

    ``seconds`` is how long the whole of an answer may take; a provider that sends a byte now and
    then is cut off, too.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> Any:
        """Send a request; raises `requests.RequestException` for whatever goes wrong."""
        end = time.monotonic() + self._seconds
        more |= {"stream": True, "timeout": self._seconds}
        answer = super().send(request, **more)
        try:
            if answer.is_redirect:
                raise TooMuch(f"{request.url} leads elsewhere")
            body = b""
            for piece in answer.iter_content(_PIECE):
                body += piece
                if len(body) > MOST_BYTES or time.monotonic() > end:
                    raise TooMuch(f"{request.url} sends too much, or too slowly")
        finally:
            answer.close()
        whole = requests.Response()
        whole.status_code, whole.headers, whole.url = answer.status_code, answer.headers, answer.url
        whole.request, whole.reason, whole.encoding = request, answer.reason, answer.encoding
        whole.raw = io.BytesIO(body)
        return whole


def on_line(session: requests.Session, seconds: float) -> requests.Session:
    """Have a session speak over a `Line`; nothing but http and https is spoken anyway."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, Line(seconds))
    return session


def read(address: str, seconds: float) -> dict[str, Any]:
    """Return the JSON object at an address.

    Raises `requests.RequestException` or `ValueError` for anything else.
    """
    with on_line(requests.Session(), seconds) as session:
        # With an authorization of its own, nothing out of a .netrc is sent.
        answer = session.get(address, auth=lambda request: request)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError(f"{address} holds no JSON object")
    return found


def fit(address: object, *, local: bool) -> bool:
    """Tell whether an address may be spoken to: by https, or on this machine if that is meant.

    >>> fit("https://sso.school.example/token", local=False), fit("http://x.example/", local=True)
    (True, False)
    >>> fit("http://127.0.0.1:9000/token", local=True), fit(None, local=True)
    (True, False)
    """
    if not isinstance(address, str):
        return False
    url = urlsplit(address)
    here = local and url.hostname in {"127.0.0.1", "::1", "localhost"}
    return bool(url.hostname) and (url.scheme == "https" or (url.scheme == "http" and here))
