"""Practika opened before it is known for whom, as a kernel does that waits."""

from __future__ import annotations

from pathlib import Path

from practika_kernel.bootstrap import assemble, connect, stand_by
from practika_kernel.domain.people import Role
from practika_kernel.settings import Settings


def test_what_stood_by_goes_on_for_the_person_and_for_nobody_else(tmp_path: Path) -> None:
    environ = {"PRACTIKA_DATA": str(tmp_path / "data")}
    school = assemble(Settings.read(environ), migrate=True)
    mira, _ = school.services.accounts.add_person("", "Mira", "mira@example.org", Role.ADMIN)
    stand_by(environ)
    told = {**environ, "PRACTIKA_PERSON": mira.id, "PRACTIKA_SESSION": "session"}
    first, second = connect(told), connect(environ)
    try:
        assert first.actor == mira.id
        assert first.settings.person == mira.id
        assert second.person is None
        assert second.record is not first.record
        stand_by(environ)
        other = connect({**environ, "PRACTIKA_UPLOAD_DAYS": "3"})
        assert other.settings.upload_days == 3
        other.close()
    finally:
        for each in (first, second, school):
            each.close()
