"""`make run` on a machine that lacks something ends with a sentence, and asks pip only once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("Makefile", "pyproject.toml", "requirements.lock", "tools/run", "tools/venv")
BASICS = ("cat", "cksum", "dirname", "grep", "make", "rm", "sed", "sh")

WITHOUT_ENSUREPIP = f"""#!/bin/sh
case "$*" in
  *venv*) echo "ensurepip is not available." && exit 1 ;;
  *) exec {sys.executable} "$@" ;;
esac
"""

WITH_EVERYTHING = f"""#!/bin/sh
case "$*" in
  "-m venv --clear .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m pip install"*) echo "pip $*" >>asked; echo 'echo "$@ started"' >.venv/bin/practika
    chmod +x .venv/bin/practika ;;
  *) exec {sys.executable} "$@" ;;
esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The starting scripts alone, and a PATH on which nothing but the basics can be found."""
    for name in NEEDED:
        target = tmp_path / "clone" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    (tmp_path / "bin").mkdir()
    for name in (*BASICS, "chmod", "cp", "mkdir"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path / "clone"


def make_run(clone: Path) -> subprocess.CompletedProcess[str]:
    told = {"PATH": os.fspath(clone.parent / "bin")}
    command = ["make", "run"]
    return subprocess.run(command, cwd=clone, env=told, capture_output=True, text=True, check=False)


def python_is(clone: Path, script: str) -> None:
    program = clone.parent / "bin" / "python3"
    program.write_text(script)
    program.chmod(0o755)


def test_no_python_that_is_new_enough(clone):
    for script in (None, "#!/bin/sh\nexit 1\n"):
        if script is not None:
            python_is(clone, script)
        done = make_run(clone)
        assert done.returncode != 0
        assert done.stderr.startswith("Practika needs Python 3.11 or newer and found none.")


def test_a_python_without_its_venv_part(clone):
    python_is(clone, WITHOUT_ENSUREPIP)
    done = make_run(clone)
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert not (clone / ".venv").exists()


def test_the_second_start_asks_pip_for_nothing_until_the_lock_changes(clone):
    python_is(clone, WITH_EVERYTHING)
    asked = clone / "asked"
    assert make_run(clone).stdout.endswith("serve --sample started\n")
    first = asked.read_text()
    assert "--require-hashes --requirement requirements.lock" in first
    assert "--no-deps --no-build-isolation --editable ." in first
    assert make_run(clone).stdout == "serve --sample started\n"
    assert asked.read_text() == first
    with (clone / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert make_run(clone).stdout.endswith("serve --sample started\n")
    assert asked.read_text() == first * 2
