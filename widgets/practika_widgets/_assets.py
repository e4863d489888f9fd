"""What the browser loads: the bundles that esbuild wrote into ``static/``.

In the kernels Practika's own server starts, a widget's script is a line that says where the
server has it (``PRACTIKA_SCRIPTS=linked``): the browser keeps that file, where the whole text
would travel with every widget. Everywhere else, in stock Voila and in JupyterLab, the script is
its whole text, with the styles, and needs no server of ours.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_MISSING = """export default {{ render({{ el }}) {{
  el.textContent = "This part of the page was not built: {name}.js is missing. Run: make js";
}} }};
"""

# The first line is read by our own front end, which then imports that file itself; any other
# front end runs the rest. The address must be whole: a module from a blob has no place.
_LINKED = """//practika:{file}
const config = document.getElementById("jupyter-config-data")?.textContent;
const base = document.documentElement.dataset.base ?? JSON.parse(config || "{{}}").baseUrl ?? "/";
const whole = new URL(`${{base.replace(/\\/?$/, "/")}}practika/static/{file}`, location.href);
export default (await import(whole.href)).default;
"""


@cache
def versioned(name: str) -> str:
    """Name of a file in ``static/`` with eight digits of its SHA-256, as the server writes it.

    Raises
    ------
    OSError
        The file is not there.

    >>> versioned("practika.css").partition("?v=")[0]
    'practika.css'
    """
    return f"{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]}"


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
        The module's text, or with ``PRACTIKA_SCRIPTS=linked`` a module of about 0.4 kB that
        imports it from the server. When the bundle was never built, a module that says so in
        place of the widget: a notebook with several widgets then still shows the others.

    >>> "export" in script("no-such-bundle")
    True
    """
    found = STATIC / f"{name}.js"
    if not found.is_file():
        return _MISSING.format(name=name)
    if os.environ.get("PRACTIKA_SCRIPTS") == "linked":
        return _LINKED.format(file=versioned(found.name))
    return _styles() + found.read_text(encoding="utf-8")


@cache
def _styles() -> str:
    """Return the line that brings a cell's styles along, for where no server of ours has them."""
    found = STATIC / "practika-cell.css"
    text = found.read_text(encoding="utf-8") if found.is_file() else ""
    text = re.sub(r"@font-face\s*\{[^}]*\}", "", text)  # the fonts are files of the server, too
    return f"globalThis.practikaCellStyle ??= {json.dumps(text)};\n"
