"""What a page's kernel is like that was forked: like any other, and nobody else's."""

from __future__ import annotations

import json
import os
import signal

import pytest

from cli_helpers import gone, until

STATES = """
import ipywidgets
slider = ipywidgets.IntSlider(value=41)
slider.value += 1
print(slider.model_id)
"""


def test_it_is_forked_and_named(forks, kernel):
    page = kernel(forks.place)
    assert page.how.forked
    assert page.how.stamp == forks.about()["stamp"]
    assert page.process.ppid() == forks.process.pid
    assert page.process.name() == "practika-kernel"
    assert os.getpgid(page.how.pid) == page.how.pid
    assert page.run("print(6 * 7)") == "42\n"
    assert page.run("import this_is_nowhere") == "ModuleNotFoundError"


def test_its_environment_is_what_it_was_given(forks, kernel):
    """The same as an ordinary kernel's, which inherits nothing but what it is given either."""
    given = {"PRACTIKA_PERSON": "somebody", "TZ": "Pacific/Kiritimati", "LANG": "C.UTF-8"}
    look = "import os, json; print(json.dumps(dict(os.environ)))"
    forked, ordinary = (
        json.loads(kernel(place, env=given).run(look)) for place in (forks.place, None)
    )
    own = {"IPYTHONDIR", "JPY_PARENT_PID", "JPY_SESSION_NAME", "PYDEVD_USE_FRAME_EVAL"}
    own |= {name for name in ordinary if name.startswith("PYDEVD")}
    assert given.items() <= forked.items()
    assert {k: v for k, v in forked.items() if k not in own} == {
        k: v for k, v in ordinary.items() if k not in own
    }


def test_the_time_zone_is_the_given_one(forks, kernel):
    page = kernel(forks.place, env={"TZ": "Pacific/Kiritimati"})
    assert page.run("import time; print(time.localtime().tm_gmtoff)") == f"{14 * 3600}\n"


def test_two_kernels_draw_different_lots(forks, kernel):
    draw = """
import random, numpy, uuid, secrets
print(random.random(), numpy.random.random(), uuid.uuid4(), secrets.token_hex())
"""
    first, second = (kernel(forks.place).run(draw).split() for _ in range(2))
    assert len(first) == 4
    assert not set(first) & set(second)


def test_an_interrupt_stops_a_cell_and_no_more(forks, kernel):
    page = kernel(forks.place)
    asked = page.client.execute("print('begun')\nwhile True: pass")
    until(lambda: "begun" in str(page.client.get_iopub_msg(timeout=30)["content"]))
    page.manager.interrupt_kernel()
    replies = iter(lambda: page.client.get_shell_msg(timeout=30), None)
    reply = next(each for each in replies if each["parent_header"]["msg_id"] == asked)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    # For a moment after an error a kernel declines what was asked before one could know of it.
    until(lambda: page.run("print('here')") == "here\n", 10)


def test_a_page_finds_its_widgets_again(forks, kernel):
    page = kernel(forks.place)
    model = page.run(STATES).strip()
    session, channel = page.client.session, page.client.shell_channel
    control = {"comm_id": "c0", "target_name": "jupyter.widget.control", "data": {}}
    channel.send(session.msg("comm_open", control, metadata={"version": "1.0.0"}))
    asked = {"comm_id": "c0", "data": {"method": "request_states"}}
    channel.send(session.msg("comm_msg", asked))
    states = {}

    def answered():
        message = page.client.get_iopub_msg(timeout=30)
        data = message["content"].get("data", {})
        if data.get("method") == "update_states":
            states.update(data["states"])
        return states

    until(answered)
    assert states[model]["state"]["value"] == 42
    kinds = sorted(each["model_name"] for each in states.values())
    assert kinds == ["IntSliderModel", "LayoutModel", "SliderStyleModel"]  # nobody else's


def test_it_dies_with_its_group_and_is_buried(forks, kernel):
    page = kernel(forks.place)
    page.run("import subprocess; helper = subprocess.Popen(['sleep', '1000'])")
    family = [page.process, *page.process.children()]
    assert len(family) == 2
    page.end()
    until(lambda: gone(family))
    until(lambda: page.how is None or not page.how.has_process)
    until(lambda: not set(family) & set(forks.children()))


def test_too_much_memory_is_an_error_in_the_cell(forks, kernel, short):
    for place in (forks.place, short / "nobody-listens"):
        page = kernel(place, memory=300 << 20)
        assert page.run("much = bytearray(2 << 30)") == "MemoryError"
        assert page.run("some = bytearray(100 << 20); print(len(some))") == f"{100 << 20}\n"


def test_shut_down_politely_it_says_goodbye(forks, kernel):
    page = kernel(forks.place)
    process = page.process
    page.client.shutdown()
    assert page.client.get_control_msg(timeout=30)["msg_type"] == "shutdown_reply"
    until(lambda: gone([process]))


def test_many_are_ended_without_leaving_a_file_open(forks, kernel):
    before, mine = forks.files(), len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        kernel(forks.place).end()
    until(lambda: forks.files() <= before)
    assert len(os.listdir("/proc/self/fd")) <= mine + 3  # what zmq keeps for the next one


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_dead_kernel_is_noticed(forks, kernel, number):
    page = kernel(forks.place)
    assert page.manager.is_alive()
    os.kill(page.how.pid, number)
    until(lambda: not page.manager.is_alive())
