"""PostgreSQL cuts every connection of a server that is being used, again and again."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
import requests
from sqlalchemy import text

from cli_helpers import until
from practika_kernel.storage.record import SqlRecord
from server.serving import Running

CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
NAMES = ("mira", "noah", "ada", "cleo")
LOST = "The connection to the database was lost."


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_was_acknowledged_is_there_and_the_rest_is_said(
    own_server: Callable[..., Running], database_url: str
) -> None:
    server = own_server(database_url=database_url)
    ended, answers = threading.Event(), Counter[int]()
    kept: dict[str, list[str]] = {name: [""] for name in NAMES}
    untold: list[str] = []

    def use(name: str, session: requests.Session) -> None:
        number = 0
        while not ended.is_set():
            number += 1
            form = {"name": f"{name.title()} {number}", "zone": ""}
            url = server.url("/profile")
            answer = session.post(url, data=form, allow_redirects=False, timeout=20)
            answers[answer.status_code] += 1
            if answer.status_code == 303:
                kept[name] = [form["name"]]
            else:
                kept[name].append(form["name"])  # it may be there: the sentence says to look
                if LOST not in answer.text:
                    untold.append(f"{answer.status_code} {answer.text[:2000]}")

    sessions = [(name, server.browser(name)) for name in NAMES]
    threads = [threading.Thread(target=use, args=each) for each in sessions]
    for thread in threads:
        thread.start()
    other = SqlRecord(database_url)
    for _ in range(25):
        with other.engine.begin() as connection:
            connection.execute(CUT)
        time.sleep(0.06)
    until(lambda: answers[303] > 20)  # it goes on
    ended.set()
    for thread in threads:
        thread.join()
    assert not untold, (answers, untold[0])
    assert set(answers) <= {303, 409}
    with other.read() as uow:
        for name in NAMES:
            person = uow.people.get(server.school.people[name].id)
            assert person is not None
            assert person.name in kept[name]
    other.close()
    assert server.browser("mira").get(server.url("/profile")).ok
