"""What the browser loads is committed; it must be what its sources build, byte for byte."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import machine

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "widgets" / "js"
STATIC = ROOT / "widgets" / "practika_widgets" / "static"

pytestmark = pytest.mark.packaging


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_committed_bundle_equals_a_fresh_build(tmp_path):
    fresh = tmp_path / "js"
    shutil.copytree(SCRIPTS, fresh, ignore=shutil.ignore_patterns("node_modules"))
    environ = machine.node_environment()
    install = [*machine.node()[1], "ci", "--prefer-offline", "--loglevel=error"]
    for command in (install, ["node", "build.mjs", str(tmp_path / "static")]):
        done = subprocess.run(
            command, cwd=fresh, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    built, committed = contents(tmp_path / "static"), contents(STATIC)
    differ = [name for name in built.keys() | committed if built.get(name) != committed.get(name)]
    assert differ == [], "run `make js` and commit widgets/practika_widgets/static"


def test_every_script_has_its_bundle():
    text = (SCRIPTS / "build.mjs").read_text()
    names = [
        name
        for entries in re.findall(r"const (?:FIRST|LATER) = \[(.*?)\]", text, re.S)
        for name in re.findall(r'"(\w+)"', entries)
    ]
    assert {"student", "reply"} <= {*names}
    missing = [name for name in names if not (STATIC / f"{name}.js").exists()]
    assert missing == []


def test_the_styles_find_their_fonts_beside_them():
    named = re.findall(r'url\("?([^")]+)"?\)', (STATIC / "practika.css").read_text())
    files = [name.split("?v=") for name in named if not name.startswith(("data:", "#"))]
    assert files
    for name, version in files:  # the name the server keeps for ever, and the page asks for early
        digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
        assert version == digest[:8], name


def test_every_icon_has_its_square_of_the_one_picture():
    styles = (STATIC / "practika.css").read_text()
    drawn = (SCRIPTS / "css" / "icons.css").read_text().count("--i: url(")
    squares = [int(number) for number in re.findall(r"--i:\s*(\d+)", styles)]
    assert squares == list(range(drawn))
    assert styles.count("<g transform=") == drawn
    assert (STATIC / "fonts" / "OFL.txt").is_file()


def test_nothing_the_browser_loads_comes_from_elsewhere():
    loads = re.compile(rb"""(?:import\s*\(?\s*|from\s*|@import\s*|url\(\s*)["']?https?://""")
    for name, content in contents(STATIC).items():
        if name.endswith((".js", ".css")):
            assert loads.search(content) is None, name


def test_the_lock_names_no_host():
    lock = json.loads((SCRIPTS / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert not any("resolved" in each for each in packages.values())
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
