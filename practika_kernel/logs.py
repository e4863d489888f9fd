"""Lines of the log as JSON, with what they are about: the request, the person, the job.

Text for people stays what it was. Every line a machine reads is one object::

    {"at": "2026-11-30T08:15:02.118Z", "level": "INFO", "logger": "practika.access", "part":
     "server", "pid": 4711, "request": "6f1c…", "person": "pq3v…", "message": "GET … 206", …}

People stand under a pseudonym; passwords in addresses and long words in paths (keys that were
sent to somebody) are left out.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

ACCESS = logging.getLogger("practika.access")
"""Hears of every request and every job that ended; silent where the log is text."""
ACCESS.disabled = True

_PASSWORD = re.compile(r"(?<=://)[^/@:\s]*:[^/@\s]*@")
_LONG = re.compile(r"(?<=/)[^/?\s]{37,}")
"""Longer than any id there is."""

_LINE_END = re.compile("[\x7f-\x9f\u2028\u2029]")
"""What JSON leaves as it is and some readers of lines take for an end, or for an order."""

_ORDER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal obeys instead of showing it."""

_about: ContextVar[Mapping[str, Any]] = ContextVar("practika_about", default={})  # noqa: B039


def tell(**fields: Any) -> None:
    """Add to what lines are about, from here on in this task or thread."""
    _about.set({**_about.get(), **fields})


@contextmanager
def about(**fields: Any) -> Iterator[None]:
    """Add to what lines are about inside of the block."""
    before = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(before)


def told() -> Mapping[str, Any]:
    """Return what lines are about at this moment."""
    return _about.get()


def shown(path: str) -> str:
    """Return a path without words that are too long to be an id: they may open something.

    >>> shown("/media/take/01m8n2vm6s80zd6r18je1pcgag/video")
    '/media/take/01m8n2vm6s80zd6r18je1pcgag/video'
    >>> shown("/reset/" + "k" * 43)
    '/reset/{}'
    """
    return _LONG.sub("{}", path)


class TextLines(logging.Formatter):
    r"""Writes each record for people: what goes on below its first line is set in.

    A name with a line end in it therefore begins no line that looks like another record.

    >>> record = logging.LogRecord("practika.x", 30, "", 0, "Mira\n2026-11-30 ERROR", (), None)
    >>> TextLines().format(record).splitlines()[1:]
    ['  2026-11-30 ERROR']
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines, without an end."""
        text = _PASSWORD.sub("***@", "\n  ".join(super().format(record).splitlines()))
        return _ORDER.sub(lambda each: f"\\x{ord(each[0]):02x}", text)


class JsonLines(logging.Formatter):
    """Writes each record as one line of JSON.

    >>> record = logging.LogRecord("practika.x", 30, "", 0, "at %s", ("sql://a:b@host/x",), None)
    >>> json.loads(JsonLines("worker").format(record))["message"]
    'at sql://***@host/x'
    """

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without an end."""
        at = datetime.fromtimestamp(record.created, UTC)
        found: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "part": self._part,
            "pid": record.process,
            **_about.get(),
            **getattr(record, "fields", {}),
            "message": _PASSWORD.sub("***@", record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            found["error"] = record.exc_info[0].__name__
            found["trace"] = _PASSWORD.sub("***@", self.formatException(record.exc_info))
        text = json.dumps(found, ensure_ascii=False, default=str)
        return _LINE_END.sub(lambda each: f"\\u{ord(each[0]):04x}", text)


def _is_news(record: logging.LogRecord) -> bool:
    """Pass over what pyzmq says of each page that is left in the middle of an answer."""
    return not record.getMessage().startswith("Got events for closed stream")


def to_stderr(level: str, form: str, part: str) -> None:
    """Send what the parts have to say to stderr, as ``text`` or ``json``.

    As JSON, everything that would be printed there is: warnings, and what nobody caught.
    """
    logging.getLogger("tornado.general").addFilter(_is_news)
    handler = logging.StreamHandler()
    if form != "json":
        handler.setFormatter(TextLines())
        logging.basicConfig(level=level, handlers=[handler])
        return
    ACCESS.disabled = False
    handler.setFormatter(JsonLines(part))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    log = logging.getLogger(f"practika.{part}")

    def uncaught(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, KeyboardInterrupt) and error is not None:
            log.critical("Nobody caught this.", exc_info=(kind, error, trace))

    sys.excepthook = uncaught
    threading.excepthook = lambda each: uncaught(each.exc_type, each.exc_value, each.exc_traceback)
