"""What the browser loads: the bundles that esbuild wrote into ``static/``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_MISSING = """export default {{ render({{ el }}) {{
  el.textContent = "This part of the page was not built: {name}.js is missing. Run: make js";
}} }};
"""


@cache
def script(name: str) -> str:
    """Text of one bundle, for a widget's ``_esm``.

    Parameters
    ----------
    name
        The bundle without its ending, for example ``"student"``.

    Returns
    -------
    str
        The module's text. When the bundle was never built, a module that says so in place of
        the widget: a notebook with several widgets then still shows the others.

    >>> "export" in script("no-such-bundle")
    True
    """
    found = STATIC / f"{name}.js"
    if not found.is_file():
        return _MISSING.format(name=name)
    return found.read_text(encoding="utf-8")
