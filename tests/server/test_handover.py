"""What a kernel is told works, and holds no password: a real database that asks for one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from boto3 import Session
from sqlalchemy import make_url, text

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.server.environment import kernel_environment
from practika_kernel.settings import Settings
from practika_kernel.storage.record import SqlRecord

PASSWORD = r"can:ary\of the/base"
KEYS = {"AWS_ACCESS_KEY_ID": "practika", "AWS_SECRET_ACCESS_KEY": "canary-of-the-store"}


@pytest.fixture
def guarded(database_url: str) -> Iterator[str]:
    """The address of the same database for somebody whom it asks for a password."""
    own = SqlRecord(database_url)
    url = make_url(database_url)
    rules = Path(str(url.query["host"])) / "data" / "pg_hba.conf"
    before = rules.read_text()

    def change(text_: str, sql: str) -> None:
        rules.write_text(text_)
        with own.engine.begin() as connection:
            connection.execute(text(sql))
            connection.execute(text("SELECT pg_reload_conf()"))

    literal = PASSWORD.replace("'", "''")
    make = f"CREATE ROLE guarded LOGIN SUPERUSER PASSWORD '{literal}'"
    change(f"local all guarded scram-sha-256\n{before}", make)
    yield url.set(username="guarded", password=PASSWORD).render_as_string(hide_password=False)
    change(before, "DROP ROLE guarded")
    own.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_kernel_reaches_record_and_store_and_is_told_no_password(
    guarded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"PRACTIKA_DATA": str(tmp_path / "data"), "PRACTIKA_DATABASE_URL": guarded}
    server = {"PATH": os.environ["PATH"]} | KEYS
    told = kernel_environment(server, Settings.read(given), "k", tmp_path / "kernels")
    for value in told.values():
        assert "canary" not in value
        assert "can%3Aary" not in value
        assert "can:ary" not in value
    assert not KEYS.keys() & told.keys()
    for name in ("pgpass", "credentials"):
        assert (tmp_path / "kernels" / "keys" / name).stat().st_mode & 0o077 == 0

    own = Settings.read({k: v for k, v in told.items() if k.startswith("PRACTIKA_")})
    record = SqlRecord(own.database_url)
    with record.engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == "guarded"
    record.close()
    (tmp_path / "kernels" / "keys" / "pgpass").unlink()
    with pytest.raises(Misconfigured, match="no password supplied"):
        SqlRecord(own.database_url).engine.connect()

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", told["AWS_SHARED_CREDENTIALS_FILE"])
    found = Session().get_credentials()
    assert found is not None
    assert [found.access_key, found.secret_key] == list(KEYS.values())
