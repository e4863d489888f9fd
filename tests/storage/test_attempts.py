"""One contract, two databases: tries that came to nothing, counted in their transaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from practika_kernel.domain.attempts import (
    COUNTED,
    FREE,
    FREE_CLIENT,
    MOST_KNOWN,
    Device,
    Purpose,
)
from practika_kernel.domain.errors import TooManyTries
from practika_kernel.domain.resets import digest
from practika_kernel.services.attempts import Tries
from practika_kernel.services.sweeping import Sweeping
from practika_kernel.storage.record import SqlRecord
from storage.things import NOON, later


class Clock:
    """Says what it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def tried(tries: Tries, account: str, client: str = "a", device: str = "") -> int:
    """Try in vain; return how many seconds one has to wait, 0 when it was looked at."""
    try:
        tries.begin(Purpose.SIGN_IN, account, client, device)
    except TooManyTries as error:
        return error.seconds
    return 0


def test_the_waiting_grows_and_ends(record: SqlRecord) -> None:
    clock = Clock()
    tries = Tries(record, clock)
    assert [tried(tries, "mira") for _ in range(FREE)] == [0] * FREE
    waited = []
    for _ in range(7):
        waited.append(tried(tries, "mira", "another client"))
        clock.now += timedelta(seconds=waited[-1] - 0.5)
        assert tried(tries, "mira") == 1  # being impatient makes it no longer
        clock.now += timedelta(seconds=0.5)
        assert tried(tries, "mira") == 0
    assert waited == [30, 60, 120, 240, 480, 900, 900]
    assert tried(tries, "noah") == 0
    assert tried(tries, "mira", device="hers") == 0
    clock.now += COUNTED
    assert tried(tries, "mira") == 0


def test_a_client_with_many_accounts_waits_and_its_known_devices_do_not(
    record: SqlRecord,
) -> None:
    tries = Tries(record, Clock())
    for _ in range(FREE_CLIENT + FREE):  # what was right is not counted
        tries.passed(tries.begin(Purpose.SIGN_IN, "mira", "a"))
    assert [tried(tries, f"{n}@x.org") for n in range(FREE_CLIENT)] == [0] * FREE_CLIENT
    assert tried(tries, "mira") == 30
    assert tried(tries, "mira", device="hers") == 0
    assert tried(tries, "mira", client="b") == 0
    tries.begin(Purpose.JOIN, "", "a")  # another purpose, another count


def test_many_at_once_are_no_way_round(record: SqlRecord) -> None:
    tries = Tries(record, Clock())
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda n: tried(tries, "mira", f"client {n}"), range(3 * FREE)))
    assert answers.count(0) == FREE


def test_nothing_of_it_stays(record: SqlRecord) -> None:
    tries = Tries(record, Clock())
    tried(tries, "mira")
    Sweeping(record, lambda: later(3590), 180).sweep()
    assert _count(record) == 1
    Sweeping(record, lambda: later(3601), 180).sweep()
    assert _count(record) == 0


def _count(record: SqlRecord) -> int:
    with record.read() as unit:
        return unit.attempts.by_account(Purpose.SIGN_IN, digest("mira"), NOON - COUNTED).number


def test_a_device_forgets_accounts_of_long_ago() -> None:
    device = Device.read("")
    marks = [device.mark(f"{n}@x.org", "hash") for n in range(MOST_KNOWN + 2)]
    for mark in marks:
        device = device.knowing(mark)
    assert device.marks == tuple(marks[2:])
    assert Device.read(device.text) == device
    for forged in ("x", device.text + ".0", device.text + "\n", device.text + device.text):
        assert Device.read(forged).marks == ()
