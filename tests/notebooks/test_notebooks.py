"""Every notebook runs from top to bottom on the sample course, and is short and clean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import machine

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
LESSONS = ("first_look", "retention", "agreement", "learning_curves", "pictures_and_sound")
NOTEBOOKS = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)


def test_there_is_one_for_each_role_and_lessons_for_research():
    roles = {"student.ipynb", "teacher.ipynb", "coordinator.ipynb", "admin.ipynb"}
    lessons = {f"research/{name}.ipynb" for name in LESSONS}
    assert roles | lessons == set(NOTEBOOKS)


@pytest.mark.notebook
@pytest.mark.timeout(400)  # the first one waits for the sample course to be made
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs(name, sample_course):
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    environ = machine.without_settings() | {"PRACTIKA_DATA": str(sample_course)}
    done = subprocess.run(
        [*command, str(FOLDER / name)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_short_and_has_no_outputs(name):
    notebook = nbformat.read(FOLDER / name, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 10
            assert cell.outputs == []
            assert cell.execution_count is None
