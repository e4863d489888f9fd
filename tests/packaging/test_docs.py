"""Files for people say what is so: every command, setting and rule they name exists."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import machine

ROOT = Path(__file__).parents[2]
ROSTER = "id,first_name,last_name,email,lms_user_id,role,course,section,term"


def ours() -> Iterator[Path]:
    """Every file of the project, without what was installed, built or recorded."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in {"node_modules", "practika-data", "build", "dist", "static"}
            and (name == ".ci" or not name.startswith("."))
        ]
        yield from (Path(folder, name) for name in files)


def test_make_says_what_each_target_does():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert targets is not None
    for target in targets[1].split():
        assert f"make {target} " in done.stdout


def test_the_readme_shows_every_command():
    command = [machine.PRACTIKA, "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  ([a-z][a-z-]*) ", said.partition("Commands:")[2], re.M)
    assert {"serve", "worker", "demo", "person", "clip", "doctor", "lab"} <= set(listed)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in listed if f"practika {name}" not in readme] == []


def test_links_in_documents_lead_somewhere():
    dead = []
    for path in (each for each in ours() if each.suffix == ".md"):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                dead.append(f"{path.relative_to(ROOT)}: {target}")
    assert dead == []


def test_the_sample_roster_has_the_documented_columns():
    with (ROOT / "data" / "roster.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ",".join(rows[0]) == ROSTER
    assert len({row["id"] for row in rows}) == len({row["email"] for row in rows}) == len(rows)
    roles = {row["role"] for row in rows}
    assert roles == {"student", "teacher", "coordinator", "researcher", "admin"}
    described = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in described for column in ROSTER.split(","))


def test_locks_hold_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pinned = re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==", text, re.M)
        assert len(re.findall(r"--hash=sha256:", text)) >= len(pinned) > 100
        assert not re.search(r"^-", text, re.M)


def test_the_lock_pins_every_package_the_project_asks_for():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[^A-Za-z0-9-]", each)[0] for each in asked["dependencies"]]
    tests = [re.split(r"[^A-Za-z0-9-]", each)[0] for each in asked["optional-dependencies"]["test"]]
    lock, test_lock = (
        set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(), re.M))
        for name in ("requirements.lock", "requirements-test.lock")
    )
    assert set(names) <= lock
    assert set(tests) | lock <= test_lock


def test_no_file_grows_past_what_one_can_read():
    long = {}
    for path in (each for each in ours() if each.suffix in {".py", ".js", ".mjs"}):
        lines = path.read_bytes().count(b"\n")
        if lines > 400:
            long[path.relative_to(ROOT).as_posix()] = lines
    assert long == {}
