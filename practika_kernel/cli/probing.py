"""One try of the outside probe: sign in, get a part of a video, sign out. Standard library only."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode, urljoin

from practika_kernel.domain.errors import Misconfigured

TIMEOUT = 10.0
"""Seconds a single request may take; whoever waits longer has gone away."""
ASKED = 65_536
"""Bytes of the video that are asked for: what a player asks for first."""


class Failed(Exception):
    """Why a try counts as a failure, in a sentence."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Goes nowhere after the sign-in: the page there would start a kernel each minute."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def probe(url: str, video: str, email: str, password: str) -> dict[str, Any]:
    """Try the service once, as a person would use it.

    Parameters
    ----------
    url
        Where Practika stands, its base path included.
    video
        Address or path of a video the person may see, as ``/media/exercise/<id>/video``.

    Returns
    -------
    dict
        ``at`` (UTC, when it began), ``ok``, ``ms`` (all of it), ``sign_in_ms`` and ``range_ms``
        as far as it came, and ``problem`` when not ok. It never raises for what the service
        does, and holds neither address nor password of the person.
    """
    found: dict[str, Any] = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"}
    base, cookies, begun = url.rstrip("/") + "/", CookieJar(), time.monotonic()
    try:
        with _timed(found, "sign_in_ms"):
            token = _sign_in(base, cookies, email, password)
        with _timed(found, "range_ms"):
            _range(urljoin(base, video), cookies)
        _send(base + "logout", cookies, {"_xsrf": token})
        found |= {"ok": True}
    except Failed as error:
        found |= {"ok": False, "problem": str(error)}
    return found | {"ms": round(1000 * (time.monotonic() - begun))}


def append(log: Path, found: dict[str, Any]) -> None:
    """Write a try down as one line of JSON, at once and whole.

    Raises `Misconfigured` when the file cannot be written.
    """
    line = json.dumps(found, ensure_ascii=False) + "\n"
    try:
        with log.open("a+b", buffering=0) as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else "\n" + line  # half a line of before
            file.write(line.encode())
    except OSError as error:
        raise Misconfigured(f"{log} cannot be written: {error.strerror}.") from error


@contextmanager
def _timed(found: dict[str, Any], name: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    found[name] = round(1000 * (time.monotonic() - begun))


def _sign_in(base: str, cookies: CookieJar, email: str, password: str) -> str:
    """Sign in by the form and return the token it came with."""
    _send(base + "login", cookies)
    token = next((each.value or "" for each in cookies if each.name == "_xsrf"), "")
    form = {"email": email, "password": password, "_xsrf": token}
    status, _, _ = _send(base + "login", cookies, form, allowed=(303, 401))
    if status != 303:
        raise Failed("The sign-in was refused: see to PROBE_EMAIL and PROBE_PASSWORD.")
    return token


def _range(video: str, cookies: CookieJar) -> None:
    asked = {"Range": f"bytes=0-{ASKED - 1}"}
    status, headers, body = _send(video, cookies, headers=asked, follow=True)
    if status != 206:
        raise Failed(f"The video answered {status} to a range request, not 206.")
    if not (kind := headers.get("Content-Type", "nothing")).startswith("video/"):
        raise Failed(f"The address of the video gives {kind}.")
    first, _, size = headers.get("Content-Range", "").rpartition("/")
    wanted = min(ASKED, int(size)) if size.isdigit() else ASKED
    if first != f"bytes 0-{wanted - 1}" or len(body) != wanted:
        raise Failed(f"The video gave {len(body)} bytes, not the {wanted} that were asked for.")


def _send(
    url: str,
    cookies: CookieJar,
    form: dict[str, str] | None = None,
    *,
    headers: dict[str, str] | None = None,
    allowed: tuple[int, ...] = (200, 206, 303),
    follow: bool = False,
) -> tuple[int, Message, bytes]:
    """Ask once, straight and through no proxy; `Failed` for no answer and for a status not allowed.

    Whatever comes is read to an end that is known: no more than a page may weigh.
    """
    handlers = [
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPCookieProcessor(cookies),
        *([] if follow else [_Stay()]),
    ]
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(url, data, {"User-Agent": "practika-probe"} | (headers or {}))
    what = f"{request.get_method()} {request.selector.partition('?')[0]}"
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT) as answer:
            return _answer(what, answer.status, answer.headers, answer.read, allowed)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(what, error.code, error.headers, error.read, allowed)
    except urllib.error.URLError as error:
        _unanswered(what, error.reason)
    except (OSError, http.client.HTTPException) as error:
        _unanswered(what, error)


def _answer(
    what: str,
    status: int,
    headers: Message,
    read: Callable[[int], bytes],
    allowed: tuple[int, ...],
) -> tuple[int, Message, bytes]:
    if status not in allowed:
        raise Failed(f"{what} answered {status}.")
    return status, headers, read(4 * ASKED)


def _unanswered(what: str, why: object) -> NoReturn:
    if isinstance(why, TimeoutError):
        raise Failed(f"{what} was not answered within {TIMEOUT:g} s.") from None
    reason = (why.strerror if isinstance(why, OSError) else "") or str(why) or type(why).__name__
    raise Failed(f"{what} was not answered: {reason.rstrip('.')}.") from None
