"""A server over the small school with everything in it that somebody could want to get at."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
import pyotp
import requests

import machine
import school as world
import videos
from practika_kernel.bootstrap import Practika, utc_now
from practika_kernel.domain.addresses import LASTS, AddressProof
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.letters import Letter, LetterState
from practika_kernel.domain.notices import Notice, NoticeKind
from practika_kernel.domain.people import Person, Role, portrait_key
from practika_kernel.domain.resets import digest
from practika_kernel.services.notice_choices import token_hash
from server.serving import spawn, tus_metadata

NOBODY = "nobody"
PEOPLE = (NOBODY, "Jonas", "Ada", "Piet", "Helen", "Rosa", "Tom", "Mira")
"""Everybody who asks; Mira, whose takes they are, comes last and may end what is hers."""

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}

PROVIDER = {
    "oidc_issuer": "http://127.0.0.1:9",
    "oidc_client_id": "practika",
    "oidc_client_secret": "a secret of the server alone",
}
"""A provider that does not answer: who is let in by one that does is tested beside it."""

PAGES = {
    "student": "import practika_kernel\n"
    "from practika_widgets import student_page\n"
    "practika = practika_kernel.connect()\n"
    "student_page(practika)",
    "teacher": "1 + 1",
    "coordinator": "1 + 1",
    "admin": "1 + 1",
}


@dataclass
class Fortress:
    """The running server, the school behind it, and the ids of what is in it."""

    process: subprocess.Popen[str]
    address: str
    school: world.School
    known: dict[str, str]
    secret: bytes
    _signed_in: dict[str, requests.Session] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return self.address.rstrip("/") + path

    def enter(self, name: str, **form: str) -> requests.Session:
        """A new session of somebody, or of nobody, with its XSRF token."""
        session = requests.Session()
        session.get(self.url("/login"))
        session.headers["X-XSRFToken"] = session.cookies["_xsrf"]
        if name != NOBODY:
            assert self.sign_in(session, name, **form).status_code == 303
        return session

    def sign_in(self, session: requests.Session, name: str, **form: str) -> requests.Response:
        given = {"email": f"{name.lower()}@example.org", "password": world.PASSWORD, **form}
        return session.post(self.url("/login"), data=given, allow_redirects=False)

    def session(self, name: str) -> requests.Session:
        """One session a person, kept: each sign-in costs 50 ms."""
        if name not in self._signed_in:
            self._signed_in[name] = self.enter(name)
        return self._signed_in[name]

    def half(self) -> requests.Session:
        """A session of an admin whose password was right, and whose code is still to come."""
        services, name = self.school.practika.services, f"half-{new_id()}"
        email, hashed = f"{name}@example.org", world.password_hash()
        person = Person(new_id(), email, "Half Example", Role.ADMIN, utc_now())
        with self.school.practika.record.write() as uow:
            uow.people.add(person)
            uow.people.set_password_hash(person.id, hashed)
        second = services.second_step
        second.begin(person.id, "here", world.PASSWORD)
        offer = second.view(person.id, "here")["offer"]
        second.confirm(person.id, "here", pyotp.parse_uri(offer["uri"]).now())
        session = self.enter(NOBODY)
        answer = self.sign_in(session, name)
        assert answer.headers["Location"] == "/login/code"
        return session

    @property
    def served(self) -> Practika:
        """What the server holds; its settings say more than the school's."""
        settings = replace(self.school.practika.settings, **PROVIDER)
        return replace(self.school.practika, settings=settings)

    def kernel(self) -> str:
        """The kernel of a student's page that Mira has just opened."""
        text = self.session("Mira").get(self.url("/student")).text
        found = re.search(r'data-kernel="([^"]+)"', text)
        assert found is not None
        return found[1]

    def upload(self) -> str:
        """An upload Mira has begun and not finished."""
        place = self.school.exercises["hanon"].id
        begun = self.school.practika.services.uploads.begin(
            self.school.id("Mira"), name="take.mp4", size=1000, exercise_id=place
        )
        return begun.id

    def recording(self) -> str:
        """A take Mira records at this moment."""
        place = self.school.exercises["hanon"].id
        begun = self.school.practika.services.uploads.begin(
            self.school.id("Mira"), name="take.webm", size=None, exercise_id=place
        )
        return begun.id

    def metadata(self) -> str:
        return tus_metadata(filename="take.mp4", exercise=self.known["exercise"])


def build(folder: Path) -> Fortress:
    school = world.make(folder)
    known = _furnish(school, folder)
    pages = folder / "pages"
    pages.mkdir()
    for name, source in PAGES.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        nbformat.write(notebook, pages / f"{name}.ipynb")
    own = school.practika.settings.data / "notebooks"
    own.mkdir()
    cells = [nbformat.v4.new_markdown_cell("# Hello"), nbformat.v4.new_code_cell("1 + 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), own / "hello.ipynb")
    port = machine.free_port()
    environ = machine.without_settings() | {
        "PRACTIKA_DATA": str(school.practika.settings.data),
        "PRACTIKA_PORT": str(port),
        "PRACTIKA_KERNELS_PER_PERSON": "3",
        **{f"PRACTIKA_{name.upper()}": value for name, value in PROVIDER.items()},
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    process = spawn(environ, pages)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address, (folder / "server.log").read_text()
    secret = school.practika.settings.secret_file.read_bytes()
    return Fortress(process, address, school, known, secret)


def _furnish(school: world.School, folder: Path) -> dict[str, str]:
    """A take, a draft, a reply, a draft reply, two clips, a reference: of real bytes."""
    film = folder / "film.mp4"
    videos.make(film, size=(160, 90), frames=25)
    second = folder / "second.mp4"
    shutil.copyfile(film, second)
    services, ada = school.practika.services, school.id("Ada")
    take, draft = school.draft("Mira", film), school.draft("Mira", second)
    services.takes.submit(school.id("Mira"), take)
    shown, hidden = (services.clips.ask(ada, take, *span)["id"] for span in ((0, 0.5), (0.5, 1)))
    school.work()
    replies = services.replies
    shared = replies.save(
        ada, take, client_key="1", kind="fix", text="", start_ms=0, end_ms=500, clip_id=shown
    )
    replies.release(ada, take)
    kept = replies.save(ada, take, client_key="2", kind="keep", text="Not yet.")
    with school.practika.record.write() as uow:
        found = uow.takes.get(take)
        assert found is not None
        for reply_id in (shared["id"], kept["id"]):
            reply = uow.replies.get(reply_id)
            assert reply is not None
            uow.replies.save(replace(reply, asset_id=found.asset_id, updated_at=utc_now()))
        exercise = replace(school.exercises["hanon"], reference_asset_id=found.asset_id)
        uow.exercises.save(exercise)
    return {
        "take": take,
        "draft": draft,
        "reply": shared["id"],
        "draft_reply": kept["id"],
        "clip": shown,
        "hidden_clip": hidden,
        "exercise": exercise.id,
        "letter": _mailed(school, take),
        "portrait": _pictured(school, "Mira", folder),
        "teacher_portrait": _pictured(school, "Ada", folder),
        "old_portrait": f"{school.id('Mira')}/{new_id()}",
        "address": _asked(school),
        "reset": services.resets.link_for("mira@example.org")[1].rpartition("/")[2],
        "invitation": services.invitations.make(ada, "student", school.course)[0]["link"][-43:],
        "guest": services.guests.make(ada, take)["link"][-43:],
        **_judge(school, film),
        **_exemplars(school, take),
    }


def _exemplars(school: world.School, take: str) -> dict[str, str]:
    """A take the class may see, and one whose student has not answered yet."""
    services, ada, mira = school.practika.services, school.id("Ada"), school.id("Mira")
    shown = services.exemplars.ask(ada, take)
    services.exemplars.answer(mira, shown, yes=True)
    with school.practika.record.read() as uow:
        asset = uow.takes.many([take])[take].asset_id
        others = uow.takes.by_asset(asset or "")
    other = next(one for one in others if one.number == 3)
    return {"exemplar": shown, "question": services.exemplars.ask(ada, other.id)}


def _judge(school: world.School, film: Path) -> dict[str, str]:
    """A take that Ada is to rate blind, and a pair that is before her."""
    services, ada, helen = school.practika.services, school.id("Ada"), school.id("Helen")
    cleo = Person(new_id(), "cleo@example.org", "Cleo Example", Role.TEACHER, utc_now())
    with school.practika.record.write() as uow:
        uow.people.add(cleo)
    services.accounts.enrol(cleo.id, school.course, Role.TEACHER)
    scale = school.exercises["scale"].id
    line = services.rubrics.add(cleo.id, scale, "Pulse", [("stops", ""), ("steady", "")])
    services.ratings.set_share(helen, school.course, 100)
    takes = [school.submitted("Mira", film, "scale") for _ in range(3)]
    services.marks.mark(cleo.id, takes[0], line, 2)
    services.replies.release(cleo.id, takes[0])
    judging = services.judgings.set_up(helen, scale, "", 4, every=True)
    assert services.judgings.next(ada, judging)
    with school.practika.record.read() as uow:
        (asked,) = uow.ratings.asked_of(ada)
    return {
        "blind": takes[0],
        "rating": asked.id,
        "judging": judging,
        "pair": services.judgings.pair(ada, judging)["pair"]["id"],
    }


def _asked(school: world.School) -> str:
    """A link to another address of Mira's; return what it holds."""
    token, mira, now = "a" * 43, school.people["Mira"], utc_now()
    proof = AddressProof(new_id(), mira.id, "m@new.example", mira.email, now)
    with school.practika.record.write() as uow:
        uow.addresses.add(proof)
        uow.addresses.seal(proof.id, digest(token), now + LASTS)
    return token


def _pictured(school: world.School, name: str, folder: Path) -> str:
    """A picture of somebody; return where it lies below ``/portraits/``, without its ending."""
    person, version = school.id(name), new_id()
    file = folder / "portrait.webp"
    file.write_bytes(b"RIFF....WEBP")
    size = school.practika.blobs.put(portrait_key(person, version), file, "image/webp")
    with school.practika.record.write() as uow:
        uow.people.set_portrait(person, version, size)
    return f"{person}/{version}"


def _mailed(school: world.School, take: str) -> str:
    """An e-mail to Mira about a reply; return what its link to stop such e-mails holds."""
    token, mira, now = "t" * 43, school.id("Mira"), utc_now()
    letter = Letter(new_id(), mira, now, state=LetterState.SENT, token=token_hash(token))
    told = Notice(new_id(), mira, NoticeKind.REPLY, 0, now, take_id=take, letter_id=letter.id)
    with school.practika.record.write() as uow:
        assert uow.letters.add(letter)
        assert uow.notices.add(told)
    return token


def tear_down(fortress: Fortress) -> None:
    fortress.school.practika.close()
    fortress.process.terminate()
    assert fortress.process.wait(15) in {0, -signal.SIGKILL}
