"""Pages the lean way: what is streamed, and whom an old page is given back to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests

from cli_helpers import until
from server.lean_page import attach, await_idle, open_page, set_value
from server.serving import Running, finish, run

STUDENT = [
    "import ipywidgets, os\nslider = ipywidgets.IntSlider(3)",
    "slider.value = 4\nslider",
    "ipywidgets.HTML('<b>' + os.environ['PRACTIKA_PERSON'] + '?' + os.environ['QUERY_STRING'])",
    "picture = ipywidgets.Image(value=b'\\x00\\x01bytes')\npicture",
]
TEACHER = [
    "import ipywidgets\nipywidgets.Label('first')",
    "raise RuntimeError('a secret of the kernel')",
    "ipywidgets.Label('never')",
]
ADMIN = ["import time\ntime.sleep(float('0.8'))", "'done'"]


@pytest.fixture(scope="module")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    pages = {"student": STUDENT, "teacher": TEACHER, "admin": ADMIN}
    running = run(tmp_path_factory.mktemp("lean"), lean=pages, kernels_per_person=6)
    yield running
    finish(running)


@pytest.fixture
def mira(lean: Running) -> requests.Session:
    return lean.browser("mira")


def test_what_the_cells_show_comes_as_blocks(lean: Running, mira: requests.Session) -> None:
    page = open_page(lean, mira, "student", query="?take=7")
    assert page.whole
    assert not page.again
    (slider,) = page.models("IntSliderModel").values()
    assert slider["value"] == 4  # set after it was made: the last word counts
    shown = [output for block in page.blocks for output in block.get("outputs", [])]
    assert len(shown) == 3
    assert all(set(output) == {"view"} for output in shown)
    (html,) = page.models("HTMLModel").values()
    assert html["value"] == f"<b>{lean.school.people['mira'].id}?take=7"
    (picture,) = (
        model
        for block in page.blocks
        for model in block.get("models", {}).values()
        if model["model_name"] == "ImageModel"
    )
    assert picture["buffers"] == [{"path": ["value"], "data": "AAFieXRlcw=="}]


def test_the_head_leaves_before_the_kernel_runs(lean: Running) -> None:
    answer = lean.browser("adam").get(lean.url("/admin"), stream=True)
    begun = time.monotonic()
    text, seconds = "", {}
    for piece in answer.iter_content(None, decode_unicode=True):
        text += piece
        for word in ("data-theme-toggle", "&#x27;done&#x27;", "'done'"):
            if word in text:
                seconds.setdefault(word, time.monotonic() - begun)
    assert seconds["data-theme-toggle"] + 0.5 < seconds["'done'"]


def test_a_failing_cell_ends_the_page_calmly(lean: Running) -> None:
    page = open_page(lean, lean.browser("ada"), "teacher")
    assert page.whole
    assert "data-failed" in page.text
    assert "Something went wrong (reference " in page.text
    assert "secret of the kernel" not in page.text
    assert [state["value"] for state in page.models("LabelModel").values()] == ["first"]
    log = (lean.practika.settings.data.parent / "server.log").read_text()
    assert "a secret of the kernel" in log


def test_a_reload_finds_the_old_kernel_with_its_values(
    lean: Running, mira: requests.Session
) -> None:
    first = open_page(lean, mira, "student")
    (model,) = first.models("IntSliderModel")
    socket = attach(lean, mira, first.kernel)
    set_value(socket, model, value=42)
    await_idle(socket)
    socket.close()

    again = open_page(lean, mira, "student", key=first.key)
    assert again.again
    assert again.whole
    assert again.kernel == first.kernel
    assert again.models("IntSliderModel")[model]["value"] == 42
    assert [b["outputs"] for b in again.blocks if "outputs" in b] == [
        b["outputs"] for b in first.blocks if "outputs" in b
    ]


def test_the_old_page_may_close_its_websocket_a_moment_later(
    lean: Running, mira: requests.Session
) -> None:
    first = open_page(lean, mira, "student")
    socket = attach(lean, mira, first.kernel)
    leaving = threading.Timer(0.2, socket.close)
    leaving.start()
    assert open_page(lean, mira, "student", key=first.key).again
    leaving.join()


def test_a_page_that_is_open_elsewhere_is_not_taken_from_there(
    lean: Running, mira: requests.Session
) -> None:
    first = open_page(lean, mira, "student")
    socket = attach(lean, mira, first.kernel)
    other = open_page(lean, mira, "student", key=first.key)
    assert other.whole
    assert not other.again
    assert other.kernel != first.kernel
    await_idle(socket)
    socket.close()


def test_nobody_else_gets_a_page_by_its_key(lean: Running, mira: requests.Session) -> None:
    first = open_page(lean, mira, "student")
    secret = first.models("HTMLModel")
    for name in ("mira", "noah"):  # a second sign-in of hers, and another student
        stranger = open_page(lean, lean.browser(name), "student", key=first.key)
        assert stranger.status == 200
        assert not stranger.again
        assert stranger.kernel != first.kernel
        assert not set(secret) & set(stranger.models("HTMLModel"))
    made_up = open_page(lean, mira, "student", key="A" * 24)
    assert not made_up.again
    assert open_page(lean, mira, "student", key=first.key).again


def test_two_tabs_have_a_kernel_each(lean: Running, mira: requests.Session) -> None:
    one, two = (open_page(lean, mira, "student") for _ in range(2))
    (slider,) = one.models("IntSliderModel")
    first, second = attach(lean, mira, one.kernel), attach(lean, mira, two.kernel)
    set_value(first, slider, value=77)
    await_idle(first)
    await_idle(second)
    for socket in (first, second):
        socket.close()
    values = [
        state["value"]
        for page in (one, two)
        for state in open_page(lean, mira, "student", key=page.key)
        .models("IntSliderModel")
        .values()
    ]
    assert values == [77, 4]


def test_a_kernel_that_is_killed_while_its_page_loads(lean: Running) -> None:
    adam = lean.browser("adam")
    answer = adam.get(lean.url("/admin"), stream=True)
    pieces = answer.iter_content(None, decode_unicode=True)
    text = next(pieces)
    while "data-block-end" not in text:
        text += next(pieces)
    for kernel in psutil.Process(lean.process.pid).children(recursive=True):
        if kernel.create_time() > time.time() - 2:
            kernel.kill()
    text += "".join(pieces)
    assert "Something went wrong (reference " in text
    assert '{"end": true}' in text


def test_a_second_sign_in_does_not_learn_why_a_kernel_ended(
    lean: Running, mira: requests.Session
) -> None:
    page = open_page(lean, mira, "student")
    address = lean.url(f"/api/kernels/{page.kernel}")
    assert mira.delete(address).status_code == 204
    told = mira.get(address)
    assert told.status_code == 410
    assert told.json()["rebuild"] is True
    assert lean.browser("mira").get(address).status_code == 404
    assert lean.browser("noah").get(address).status_code == 404


def test_a_page_nobody_waits_for_leaves_no_kernel(
    own_server: Callable[..., Running], tmp_path: Path
) -> None:
    """However long it would have taken: the kernel does not wait for the cell to end."""
    cell = "import pathlib, time\npathlib.Path({0!r}).touch()\ntime.sleep(55)"
    begun = {name: tmp_path / f"{name} began" for name in ("admin", "teacher")}
    cells = {name: [cell.format(str(path))] for name, path in begun.items()}
    server = own_server(lean=cells)
    family = psutil.Process(server.process.pid)
    for person, name in (("adam", "admin"), ("ada", "teacher")):
        with server.browser(person).get(server.url(f"/{name}"), stream=True) as answer:
            pieces = answer.iter_content(None)  # kept: a forgotten one closes the connection
            next(pieces)
            if name == "admin":  # the other one leaves while the kernel is being started
                until(begun["admin"].exists)
        until(lambda: not family.children())
    assert not begun["teacher"].exists()
