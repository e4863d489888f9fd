"""Every notebook runs from top to bottom on the sample course, and is short and clean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

import machine

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
LESSONS = (
    *("first_look", "retention", "agreement", "learning_curves", "watching"),
    "pictures_and_sound",
)
NOTEBOOKS = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)


def test_there_is_one_for_each_role_and_lessons_for_research():
    roles = {"student.ipynb", "teacher.ipynb", "coordinator.ipynb", "admin.ipynb"}
    lessons = {f"research/{name}.ipynb" for name in LESSONS}
    assert roles | lessons == set(NOTEBOOKS)


@pytest.fixture(scope="module")
def cells(sample_course, tmp_path_factory):
    """Every cell of all notebooks, each notebook in a kernel of its own: name, what went wrong."""
    report = tmp_path_factory.mktemp("notebooks") / "report.xml"
    command = [sys.executable, "-m", "pytest", "-o", "addopts=", "--nbval-lax", "-q"]
    command += ["-p", "no:cacheprovider"]
    environ = machine.without_settings() | {"PRACTIKA_DATA": str(sample_course)}
    done = subprocess.run(
        [*command, f"--junitxml={report}", *(str(FOLDER / name) for name in NOTEBOOKS)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    return [
        (case.get("classname"), [told.text for told in case if told.tag in {"failure", "error"}])
        for case in ElementTree.parse(report).iter("testcase")
    ]


@pytest.mark.notebook
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs(name, cells):
    own = [wrong for place, wrong in cells if place == f"notebooks.{name.replace('/', '.')}"]
    assert own
    assert not any(own), own


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_short_and_has_no_outputs(name):
    notebook = nbformat.read(FOLDER / name, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 10
            assert cell.outputs == []
            assert cell.execution_count is None
