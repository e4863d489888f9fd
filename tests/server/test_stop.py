"""A server that is told to stop ends what it is at, and what is cut off goes on later."""

from __future__ import annotations

import os
import threading
from typing import Any

import requests

from cli_helpers import until
from server.serving import Running
from server.test_monitoring import figures
from server.test_uploads import begin, offset_of, part_file, patch, raw_patch


def test_requests_under_way_are_answered_and_uploads_go_on_after_the_next_start(
    own_server: Any,
) -> None:
    running: Running = own_server()
    cleo, mira = running.browser("cleo"), running.browser("mira")
    assert cleo.get(running.url("/progress.csv")).ok  # what is slow only the first time is over
    data = os.urandom(900_000)
    address = begin(running, mira, len(data))
    cut = raw_patch(running, mira, address, len(data), data[:400_000])
    until(lambda: part_file(running, address).stat().st_size == 400_000)

    answers: list[requests.Response] = []

    def ask() -> None:
        answers.append(cleo.get(running.url("/progress.csv"), timeout=30))

    for _ in range(100):  # until one is seen in the middle of it
        asking = threading.Thread(target=ask)
        asking.start()
        seen = figures(running)["practika_http_requests_underway",] >= 1
        if seen:
            running.process.terminate()
        asking.join()
        if seen:
            break
    assert seen
    assert answers[-1].status_code == 200
    assert "Keyboard 1" in answers[-1].text
    assert running.process.wait(15) == 0
    cut.close()

    running.start_again()
    assert offset_of(mira, address) == 400_000  # and the sign-in is as good as before
    answer = patch(mira, address, 400_000, data[400_000:])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "900000")
    assert part_file(running, address).read_bytes() == data
