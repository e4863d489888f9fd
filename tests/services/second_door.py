"""The entrance of the small school, and an app for codes in everybody's hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp

import school as world
from practika_kernel.domain.events import EventKind, Watermark
from practika_kernel.domain.second_step import STEP, Demand
from practika_kernel.services.addresses import Addresses
from practika_kernel.services.attempts import Tries
from practika_kernel.services.doorstep import Doorstep, Halfway
from practika_kernel.services.entrance import Entered, Entrance, Here
from practika_kernel.services.passwords import argon2
from practika_kernel.services.second_step import SecondStepService
from practika_kernel.storage.sealed import KeyFileSeal

AWAY = Here("192.0.2.7", "Firefox/1")
NEW = "another long password"


@dataclass
class Door:
    """The entrance of the small school, with a clock of its own and an app for each person."""

    school: world.School
    now: datetime
    demand: Demand = Demand.ASKED

    def __post_init__(self) -> None:
        practika, record = self.school.practika, self.school.practika.record
        services = practika.services
        self.second = SecondStepService(
            record, argon2, KeyFileSeal(practika.settings.totp_key), self.clock, "UTC",
            demand=self.demand, mails=True,
        )  # fmt: skip
        self.doorstep = Doorstep(record, self.clock, services.accounts, self.second)
        addresses = Addresses(record, argon2, self.clock, mails=True)
        self.entrance = Entrance(
            record, services.accounts, services.own_account, addresses,
            Tries(record, self.clock), self.second, self.doorstep, services.witness,
        )  # fmt: skip
        self.keys: dict[str, str] = {}

    def clock(self) -> datetime:
        return self.now

    def turn_on(self, name: str) -> list[str]:
        """Have somebody turn it on; return their recovery codes."""
        who = self.school.id(name)
        self.second.begin(who, "here", world.PASSWORD)
        offer = self.second.view(who, "here")["offer"]
        self.keys[name] = offer["key"].replace(" ", "")
        codes = self.second.confirm(who, "here", self.code(name))
        self.now += timedelta(seconds=STEP)
        return codes

    def code(self, name: str, steps: int = 0) -> str:
        """What somebody's app shows, with a clock that is so many steps ahead."""
        return pyotp.TOTP(self.keys[name]).at(self.now + timedelta(seconds=steps * STEP))

    def half(self, name: str, here: Here = AWAY, password: str = world.PASSWORD) -> str:
        """The token of half a sign-in."""
        found = self.entrance.sign_in(f"{name.lower()}@example.org", password, here)
        assert isinstance(found, Halfway)
        return found.token

    def enter(self, name: str, typed: str, here: Here = AWAY, *, keep: bool = False) -> Entered:
        return self.entrance.finish(self.half(name, here), typed, here, keep=keep)

    def events(self, kind: EventKind) -> list[dict[str, str]]:
        with self.school.practika.record.read() as uow:
            found, _ = uow.events.after(Watermark())
        return [each.data for each in found if each.kind is kind]
