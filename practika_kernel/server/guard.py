"""What every answer asks of the browser: whose scripts run, who may frame, what sites may use."""

from __future__ import annotations

from urllib.parse import urlsplit

READS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
OWN_PAGES = frozenset({"same-origin", "none"})
"""What a browser says (Sec-Fetch-Site) of a request by a page of ours, or by the person's hand."""

PERMISSIONS = ", ".join(
    [f"{use}=(self)" for use in ("camera", "display-capture", "fullscreen", "microphone")]
    + ["picture-in-picture=(self)"]
    + [f"{use}=()" for use in ("geolocation", "payment", "serial", "usb")]
)
"""Our own pages record takes; nothing that is framed in them may, and nobody asks for the rest."""

HTTPS_ONLY = "max-age=31536000"
"""A browser that came by https comes by nothing else for a year. Of this host alone: what a
school has on its other names is not ours to decide."""


def policy(videos: str = "", *, stock: bool = False) -> str:
    """Return the Content-Security-Policy of a page.

    Parameters
    ----------
    videos
        Origins videos are played from besides this server, separated by blanks.
    stock
        Whether Voila's own front end runs the page: a notebook of the school. It compiles
        schemas as it starts (``unsafe-eval``) and loads widgets from their text (``blob:``).
        No page of Practika's own needs either.

    >>> "script-src 'self';" in policy(), "unsafe-eval" in policy()
    (True, False)
    """
    rules = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-eval' blob:" if stock else "'self'",
        "style-src": "'self' 'unsafe-inline'",  # sizes and colours stand on elements
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": f"'self' blob: {videos}".strip(),
        "connect-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "frame-ancestors": "'self'",
        # Where a form is led on by a redirect counts, too: the way to a provider is a link.
        "form-action": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def origin(address: str) -> str:
    """Return the part of an address a policy names; "" for none.

    >>> origin("http://127.0.0.1:8333/path"), origin("")
    ('http://127.0.0.1:8333', '')
    """
    url = urlsplit(address)
    return f"{url.scheme}://{url.netloc}" if url.netloc else ""
