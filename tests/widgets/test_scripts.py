"""What stands in a widget's ``_esm``: all of it, or the line that says where the server has it."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import machine
from practika_kernel.server.assets import Assets
from practika_widgets import _assets

ASK = "from practika_widgets.student import StudentWidget; print(StudentWidget._esm)"


def told(**environ: str) -> str:
    """A widget's script as a fresh process has it."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=machine.without_settings() | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_linked_script_is_a_line_with_the_address_the_server_gives() -> None:
    linked = told(PRACTIKA_SCRIPTS="linked")
    served = Assets(_assets.STATIC, "/").url("student.js").removeprefix("/practika/static/")
    assert re.fullmatch(r"student\.js\?v=[0-9a-f]{8}", served)
    assert linked.splitlines()[0] == f"//practika:{served}"
    assert f"practika/static/{served}`" in linked
    assert len(linked) < 450


def test_anywhere_else_the_script_is_whole_and_brings_its_styles() -> None:
    styles, _, text = told().partition("\n")
    assert text.strip() == (_assets.STATIC / "student.js").read_text(encoding="utf-8").strip()
    assert styles.startswith("globalThis.practikaCellStyle ??= ")
    css = json.loads(styles.partition("??= ")[2].rstrip(";"))
    assert "fonts/" not in css
    assert ".pk-cell" in css
