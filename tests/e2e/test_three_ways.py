"""The product's four notebooks where Practika's own server is not: stock Voila, JupyterLab."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

import machine
from practika_kernel.bootstrap import assemble
from practika_kernel.paths import notebooks_folder
from practika_kernel.settings import Settings
from stage import keep

pytestmark = pytest.mark.e2e

PATIENCE = 40_000
"""Milliseconds a page of others may take on a busy machine."""

ROLES = ("student", "teacher", "coordinator", "admin")

HOOK = """
import json, os
PEOPLE = json.loads({people!r})
def as_its_person(req, notebook, cwd):
    os.environ["PRACTIKA_PERSON"] = PEOPLE[req.request.path.rpartition("/")[2].partition(".")[0]]
c.VoilaConfiguration.prelaunch_hook = as_its_person
"""
"""One Voila runs all four; each notebook is read by somebody who has that role."""

HARMLESS = re.compile(
    r"mathjax|favicon|FAST design token|require\.min\.js|Autosave|ResizeObserver"
    r"|/api/(shutdown|kernels)|/media/|cdn\.|practika/static/"
)
"""What the front ends say of themselves, of kernels that come and go with their pages, and of
what they do not find without the internet.
Pictures of takes are given to the one person a Lab acts as; stock Voila has neither these nor
our styles to give, so the styles come with the widgets."""


def ids_by_role(data: Path) -> dict[str, str]:
    """Somebody of each role."""
    people = json.loads((data / "demo-people.json").read_text())
    practika = assemble(Settings.read({"PRACTIKA_DATA": str(data)}))
    found = {}
    for role in ROLES:
        email = next(each["email"] for each in people if each["role"] == role)
        person = practika.services.accounts.by_email(email)
        assert person is not None
        found[role] = person.id
    practika.close()
    return found


@contextmanager
def process(command: list[str], environ: dict[str, str], ready: str, log: Path) -> Iterator[None]:
    """Run something that serves until it is no longer needed; its children end with it."""
    with log.open("wb") as out:
        running = subprocess.Popen(command, env=environ, cwd=log.parent, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 60
        while not _answers(ready):
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        family = psutil.Process(running.pid).children(recursive=True)
        running.terminate()
        running.wait(15)
        for each in psutil.wait_procs(family, timeout=5)[1]:
            each.kill()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture
def room(sample_course: Path, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder with the sample course, and an environment in which nothing else is set."""
    shutil.copytree(sample_course, tmp_path / "data")
    words = machine.without_settings()
    environ = {name: word for name, word in words.items() if not name.startswith("JUPYTER")}
    return tmp_path, environ | {"HOME": str(tmp_path), "PRACTIKA_DATA": str(tmp_path / "data")}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        yield opened


def listening(page: Page) -> Callable[[], list[str]]:
    """Collect what goes wrong in a page; what it gives leaves the harmless out."""
    loud: list[str] = []
    page.on("pageerror", lambda error: loud.append(str(error)))
    page.on("console", lambda said: said.type == "error" and loud.append(said.text + said_at(said)))

    def said_at(said: object) -> str:
        return f" {getattr(said, 'location', {}).get('url', '')}"

    return lambda: [each for each in loud if not HARMLESS.search(each)]


def test_each_opens_in_stock_voila(room: tuple[Path, dict[str, str]], page: Page) -> None:
    folder, environ = room
    config = folder / "config"
    config.mkdir()
    people = json.dumps(ids_by_role(folder / "data"))
    (config / "voila.py").write_text(HOOK.format(people=people))
    port = machine.free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "voila", str(notebooks_folder()), "--no-browser"]
    environ = environ | {"JUPYTER_CONFIG_DIR": str(config)}
    with process([*command, f"--port={port}"], environ, address, folder / "voila.log"):
        for role in ROLES:
            loud = listening(page)
            page.goto(f"{address}/voila/render/{role}.ipynb", wait_until="domcontentloaded")
            expect(page.locator(".pk-page .card").first).to_be_visible(timeout=PATIENCE)
            expect(page.get_by_text("This part of the page")).to_have_count(0)
            expect(page.locator(".pk-page .card").first).to_have_css("border-radius", "16px")
            if role == "coordinator":  # Plotly itself comes from the kernel here
                expect(page.locator("[data-drawn] .main-svg").first).to_be_attached()
            keep(page, f"voila-{role}")
            assert "\n".join(loud()) == ""


def test_each_opens_in_jupyterlab(room: tuple[Path, dict[str, str]], page: Page) -> None:
    folder, environ = room
    notebooks = folder / "notebooks"  # Lab writes into the folder it is opened on
    notebooks.mkdir()
    people = ids_by_role(folder / "data")
    for role in ROLES:
        shutil.copy(notebooks_folder() / f"{role}.ipynb", notebooks)
    specs = folder / "share" / "kernels" / "python3"
    specs.mkdir(parents=True)
    argv = ["/bin/sh", str(folder / "kernel.sh"), sys.executable, "{connection_file}"]
    (specs / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
    )
    (folder / "kernel.sh").write_text(
        'case "$JPY_SESSION_NAME" in\n'
        + "".join(f"*{role}*) PRACTIKA_PERSON={people[role]} ;;\n" for role in ROLES)
        + 'esac\nexport PRACTIKA_PERSON\nexec "$1" -m ipykernel_launcher -f "$2"\n'
    )
    port = machine.free_port()
    address = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--port={port}", f"--ServerApp.root_dir={notebooks}", "--IdentityProvider.token="),
        "--ServerApp.jpserver_extensions=practika_kernel.server.lab=True",
        *("--LabApp.news_url=None", "--KernelSpecManager.ensure_native_kernel=False"),
    ]
    environ |= {
        "JUPYTER_PATH": str(folder / "share"),
        "PRACTIKA_PERSON": people["student"],
    }
    with process(command, environ, f"{address}/api", folder / "lab.log"):
        loud = listening(page)
        for role in ROLES:
            page.goto(f"{address}/lab/tree/{role}.ipynb?reset")
            idle = page.get_by_text(re.compile(r"Python 3.* \| Idle"))
            expect(idle).to_be_visible(timeout=PATIENCE)
            page.locator(".lm-MenuBar-item", has_text="Run").click()
            page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
            expect(page.locator(".pk-page .card").first).to_be_visible(timeout=PATIENCE)
            assert page.locator(".jp-RenderedText[data-mime-type*=error]").count() == 0
            keep(page, f"lab-{role}")
        assert "\n".join(loud()) == ""
