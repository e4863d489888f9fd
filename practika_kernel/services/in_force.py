"""The settings in force, as the server wrote them down when it began: no secret is among them.

A page's kernel is not told what only the server and the worker need. So the server writes what
may be read into the data folder, and the page reads it there.

SettingsView, as `view` answers it (plain values)::

    groups     [{group, settings: [{variable, value, source, sentence, secret: bool}]}]; of a
               secret ``value`` is "set" or "not set"; ``source`` is default, environment,
               command line or file
    warnings   [{name, value, advice}], what `practika doctor` calls weak
    at         when that was so, ISO; "" where no server wrote it down and the page tells what it
               knows itself
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from practika_kernel.domain.permissions import Thing
from practika_kernel.domain.ports import Clock, Record
from practika_kernel.services import access

View = dict[str, Any]


class InForce:
    """Writes the sheet, and shows it to admins.

    Parameters
    ----------
    record, clock
        Who asks is looked up there.
    place
        The file.
    tell
        Says the settings of this process as ``groups`` and ``warnings``, secrets hidden.
    """

    def __init__(self, record: Record, clock: Clock, place: Path, tell: Callable[[], View]) -> None:
        self._record, self._clock, self._place, self._tell = record, clock, place, tell

    def put_up(self) -> None:
        """Write down what holds in this process; readable by the account it runs as alone."""
        self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._place.with_name(f"{self._place.name}.{os.getpid()}")
        new.touch(mode=0o600)
        told = self._tell() | {"at": self._clock().isoformat()}
        new.write_text(json.dumps(told), encoding="utf-8")
        os.replace(new, self._place)

    def view(self, actor: str) -> View:
        """Return a SettingsView (see the module); `NotFound` for everybody but admins."""
        with self._record.read() as uow:
            access.demand_page(uow, actor, Thing.ADMIN_PAGE)
        try:
            told: View = json.loads(self._place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            told = self._tell() | {"at": ""}
        return told
