"""Five hundred forks in one run: each works, and the parent is afterwards what it was before.

450 children do one piece of work each and end; they go through the product's socket, fork and
everything a child sets anew, and differ from kernels in what they do then. 50 are whole kernels,
which run the same piece of work in a cell. Each child queries DuckDB (two threads of its own),
encodes and decodes a film with PyAV, and builds a Plotly figure.
"""

from __future__ import annotations

import os
import select
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cli_helpers import until
from practika_kernel.forks import wire

HERE = Path(__file__).parent
LIGHT, WHOLE = 450, 50
GROWTH = 10_000_000
"""Bytes a parent may have grown by."""


def is_as_before(server, files, rss):
    until(lambda: not server.children(), 20)  # ended, and buried: a zombie is still a child
    about = server.about()
    assert about["threads"] == 1
    assert about["rss"] - rss < GROWTH
    until(lambda: server.files() <= files)


def wait_for(handle: int) -> bool:
    return bool(select.select([handle], [], [], 60)[0])


@pytest.mark.timeout(240)
def test_450_light_children(start, short):
    server = start(script=HERE / "soak_parent.py")
    soak = load()
    files, rss = server.files(), server.about()["rss"]
    mine = len(os.listdir("/proc/self/fd"))

    def one(number):
        place = short / f"answer-{number}"
        hangs, tether = os.pipe()
        try:
            environment = {"PATH": os.defpath, "HOME": str(short), "OPENBLAS_NUM_THREADS": "1"}
            wanted = wire.Wanted([str(place), str(number)], environment, str(short))
            born = wire.fork(server.place, wanted, hangs, 30)
            assert wait_for(born.handle), "a child hangs"
            os.close(born.handle)
            return place.read_text()
        finally:
            os.close(hangs)
            os.close(tether)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(one, range(LIGHT)))
    assert said == [soak["answer"](number) for number in range(LIGHT)]
    assert server.about()["forks"] == LIGHT
    is_as_before(server, files, rss)
    assert len(os.listdir("/proc/self/fd")) == mine
    assert "Traceback" not in server.said()


@pytest.mark.timeout(240)
def test_50_whole_kernels(start, kernel):
    server = start()
    soak = load()
    kernel(server.place).end()  # what the first one leaves is no growth
    files, rss = server.files(), server.about()["rss"]

    def one(number):
        page = kernel(server.place)
        assert page.how.forked
        answer = page.run(soak["WORK"] + f"\nprint(work({number}))")
        page.end()
        return answer

    with ThreadPoolExecutor(5) as pool:  # five at work together, at different points of it
        said = list(pool.map(one, range(WHOLE)))
    assert said == [soak["answer"](number) + "\n" for number in range(WHOLE)]
    assert server.about()["forks"] == WHOLE + 1
    is_as_before(server, files, rss)
    assert "Traceback" not in server.said()


def load():
    """The names of the light parent's script, which is no module of a package."""
    names = {"__name__": "soak_parent"}
    exec((HERE / "soak_parent.py").read_text(), names)
    return names
