"""What the doctor warns of: settings that work and are weak."""

from __future__ import annotations

from pathlib import Path

import pytest

from practika_kernel.settings import Settings
from practika_kernel.settings.weak import weak


def warned(data: Path, user: int = 1000, **given: str) -> dict[str, str]:
    environ = {f"PRACTIKA_{name.upper()}": value for name, value in given.items()}
    settings = Settings.read({"PRACTIKA_DATA": str(data), **environ})
    return {name: told for name, _, told in weak(settings, user)}


def test_nothing_is_weak_as_it_comes_or_behind_a_proxy_with_tls(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert warned(tmp_path) == {}
    behind = {"trust_proxy": "1", "public_url": "https://school.example"}
    assert warned(tmp_path, **behind) == {}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"host": "0.0.0.0"}, "encryption"),
        ({"public_url": "http://school.example", "trust_proxy": "1"}, "encryption"),
        ({"public_url": "https://school.example", "secure_cookies": "0"}, "cookies"),
        ({"public_url": "https://school.example"}, "/metrics"),
        ({"database_url": "postgresql://a:b@db.example/practika"}, "database"),
        ({"s3_endpoint": "http://store.example", "media_url": "s3://videos"}, "S3"),
        ({"session_days": "180"}, "sign-ins"),
        (
            {
                "oidc_issuer": "https://accounts.google.com",
                "oidc_client_id": "x",
                "oidc_join": "1",
            },
            "provider",
        ),
        ({"log_level": "DEBUG"}, "log"),
    ],
)
def test_a_weak_setting_is_named_with_what_to_do(
    tmp_path: Path, given: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    found = warned(tmp_path, **given)
    assert name in found
    assert "PRACTIKA_" in found[name]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://a:b@db.example/practika?sslmode=verify-full",
        "postgresql://a:b@localhost/practika",
        "postgresql:///practika?host=/run/postgresql",
    ],
)
def test_a_database_that_is_near_or_encrypted_is_not_weak(tmp_path: Path, url: str) -> None:
    assert warned(tmp_path, database_url=url) == {}


def test_a_cookie_key_somebody_typed_is_weak(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"a" * 64)
    assert str(secret) in warned(tmp_path)["cookie key"]
    secret.write_bytes(b"0123456789abcdef" * 4)
    assert warned(tmp_path) == {}


def test_files_of_everybody_and_root_are_named(tmp_path: Path) -> None:
    data, record = tmp_path / "data", tmp_path / "record.sqlite3"
    data.mkdir()
    data.chmod(0o777)
    record.touch(0o644)
    record.chmod(0o644)
    found = warned(data, user=0, database_url=f"sqlite:///{record}")
    assert str(data) in found["files"]
    assert str(record) in found["files elsewhere"]
    assert "user" in found
