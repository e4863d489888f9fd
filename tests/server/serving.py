"""A real server process on a free port, with a course of real people and one real take."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import requests
from playwright.sync_api import Page

import machine
import records
from practika_kernel.bootstrap import Practika, assemble, utc_now
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.people import Person, Role
from practika_kernel.domain.practice import (
    Asset,
    AssetState,
    Exercise,
    Rendition,
    RenditionKind,
    Take,
    TakeState,
)
from practika_kernel.settings import Settings
from school import password_hash

PASSWORD = "a-long-password"
VIDEO = bytes(range(256)) * 4096  # 1 MiB whose bytes say where they are

PAGE_CELLS = {
    "student": [
        "import os, ipywidgets\nipywidgets.Label('Hello ' + os.environ['PRACTIKA_PERSON'])"
    ],
    "teacher": ["raise RuntimeError('the secret of the trade')"],
    "coordinator": ["import json, os\njson.dumps(dict(os.environ))"],
    "admin": ["1 + 1"],
}


def write_notebooks(folder: Path, lean: dict[str, list[str]]) -> Path:
    """The pages of `PAGE_CELLS` the stock way, and those of ``lean`` in their place."""
    folder.mkdir(exist_ok=True)
    for name, cells in (PAGE_CELLS | lean).items():
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        if name in lean:
            made.metadata["practika"] = {"front": "lean"}
        nbformat.write(made, folder / f"{name}.ipynb")
    return folder


@dataclass
class School:
    """What is in the record before a test begins."""

    people: dict[str, Person]
    exercise: str
    take: str
    draft: str


@dataclass
class Running:
    """A server process; ``practika`` is another process's view of the same record."""

    process: subprocess.Popen[str]
    address: str
    environ: dict[str, str]
    notebooks: Path
    practika: Practika
    school: School

    def url(self, path: str) -> str:
        return self.address.rstrip("/") + path

    def browser(self, name: str | None = None) -> requests.Session:
        """A session with the XSRF cookie, signed in as somebody or as nobody."""
        session = requests.Session()
        session.get(self.url("/login"))
        session.headers["X-XSRFToken"] = session.cookies["_xsrf"]
        if name is not None:
            answer = self.sign_in(session, name)
            assert answer.status_code == 303, answer.text
        return session

    def newcomer(self) -> Person:
        """A student of the course whom no other test knows; signs in by their address."""
        known = new_id()
        person = Person(known, f"{known}@example.org", "Quinn", Role.STUDENT, utc_now())
        with self.practika.record.write() as uow:
            uow.people.add(person)
            uow.people.set_password_hash(person.id, password_hash(PASSWORD))
            exercise = uow.exercises.get(self.school.exercise)
            assert exercise is not None
        self.practika.services.accounts.enrol(person.id, exercise.course_id, Role.STUDENT)
        return person

    def sign_in(
        self, session: requests.Session, name: str, password: str = PASSWORD, **more: str
    ) -> requests.Response:
        person = self.school.people.get(name)
        form = {"email": person.email if person else name, "password": password, **more}
        return session.post(self.url("/login"), data=form, allow_redirects=False)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def start_again(self) -> None:
        self.process = spawn(self.environ, self.notebooks)
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == self.address


def spawn(
    environ: dict[str, str], notebooks: Path, forks: Path | None = None
) -> subprocess.Popen[str]:
    log = (Path(environ["PRACTIKA_DATA"]).parent / "server.log").open("a")
    command = [sys.executable, str(Path(__file__).with_name("run_server.py")), str(notebooks)]
    command += [str(forks)] if forks else []
    return subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
    )


def make_school(practika: Practika) -> School:
    accounts, now = practika.services.accounts, practika.record
    people = {
        name: Person(new_id(), f"{name}@example.org", name.title(), role, utc_now())
        for name, role in (
            ("mira", Role.STUDENT),
            ("noah", Role.STUDENT),
            ("ada", Role.TEACHER),
            ("cleo", Role.COORDINATOR),
            ("rosa", Role.RESEARCHER),
            ("adam", Role.ADMIN),
        )
    }
    with now.write() as uow:
        for person in people.values():
            uow.people.add(person)
            uow.people.set_password_hash(person.id, password_hash(PASSWORD))
    course = accounts.add_course("Keyboard 1", "2026 autumn")
    for person in people.values():
        if person.role is not Role.ADMIN:
            accounts.enrol(person.id, course.id, person.role)
    exercise = Exercise(new_id(), course.id, "Arabesque", "piano", people["ada"].created_at)
    digest = hashlib.sha256(VIDEO).hexdigest()
    asset = Asset(new_id(), digest, len(VIDEO), "video/mp4", exercise.created_at, AssetState.READY)
    key = f"test/{digest}"
    source = practika.settings.data / "video"
    source.write_bytes(VIDEO)
    practika.blobs.put(key, source, "video/mp4")
    take = Take(
        id=new_id(),
        exercise_id=exercise.id,
        course_id=course.id,
        student_id=people["mira"].id,
        number=1,
        asset_id=asset.id,
        created_at=exercise.created_at,
        name='Étude "one".mp4',
        state=TakeState.SUBMITTED,
        submitted_at=exercise.created_at,
    )
    draft = replace(take, id=new_id(), number=2, state=TakeState.DRAFT, submitted_at=None)
    with now.write() as uow:
        uow.exercises.add(exercise)
        uow.assets.add(asset)
        uow.assets.put_rendition(
            Rendition(
                asset.id, RenditionKind.ORIGINAL, key, "video/mp4", len(VIDEO), asset.created_at
            )
        )
        uow.takes.add(take)
        uow.takes.add(draft)
    return School(people, exercise.id, take.id, draft.id)


def run(
    folder: Path,
    *,
    lean: dict[str, list[str]] | None = None,
    limits: dict[str, float] | None = None,
    ping: int | None = None,
    forks: Path | None = None,
    **settings: Any,
) -> Running:
    """Start a server; ``limits`` replaces some of what a page may cost (`meter.Limits`).

    ``ping`` is the time between two pings of a websocket, in milliseconds.
    ``forks`` is the socket of a fork server; without it every kernel is started anew.
    """
    environ = {k: v for k, v in os.environ.items() if not k.startswith("PRACTIKA_")}
    port = machine.free_port()
    environ |= {
        "PRACTIKA_DATA": str(folder / "data"),
        "PRACTIKA_PORT": str(port),
        "SOME_SECRET": "not for kernels",
        **{f"PRACTIKA_{name.upper()}": str(value) for name, value in settings.items()},
    }
    if ping:
        environ["TEST_PING"] = str(ping)
    if limits:
        environ["TEST_LIMITS"] = json.dumps(limits)
    read = Settings.read(environ)
    read.prepare_folder()
    records.ready(read.database_url)
    practika = assemble(read)
    school = make_school(practika)
    notebooks = write_notebooks(folder / "pages", lean or {})
    base = environ.get("PRACTIKA_BASE_URL", "/")
    process = spawn(environ, notebooks, forks)
    running = Running(
        process, f"http://127.0.0.1:{port}{base}", environ, notebooks, practika, school
    )
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line == running.address, (folder / "server.log").read_text()
    return running


def fill_in(page: Page, name: str = "mira") -> None:
    """Sign in on the form the page shows."""
    page.fill("#email", f"{name}@example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def finish(running: Running) -> None:
    running.practika.close()
    running.process.terminate()
    assert running.process.wait(15) in {0, -signal.SIGKILL}


def tus_metadata(**values: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())
