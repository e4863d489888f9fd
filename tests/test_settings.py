"""What a person meets who sets, misspells or mistypes a setting."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from pathlib import Path

import pytest

from practika_kernel.domain.errors import Misconfigured
from practika_kernel.server.environment import as_environment
from practika_kernel.settings import FIELDS, GIVEN, Settings

README = Path(__file__).parent.parent / "README.md"


def test_without_any_variable_everything_has_its_documented_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.read({"HOME": "/somewhere", "PATH": "/bin"})
    assert (settings.host, settings.port) == ("127.0.0.1", 8866)
    assert settings.data == tmp_path / "practika-data"
    assert settings.database_url == f"sqlite:///{tmp_path}/practika-data/practika.sqlite3"
    assert settings.media_folder == tmp_path / "practika-data" / "media"
    assert settings.upload_limit == 2_000_000_000
    assert settings.secure_cookies is None
    assert settings.person is None


def test_the_record_and_the_table_name_the_same_settings():
    on_record = {each.name for each in dataclasses.fields(Settings)}
    assert on_record == {each.name for each in (*FIELDS, *GIVEN)}
    assert all(each.sentence.endswith(".") for each in FIELDS)


def test_the_readme_names_every_setting_with_its_default_and_meaning():
    rows = README.read_text(encoding="utf-8").splitlines()
    for each in FIELDS:
        default = f"`{each.default}`" if each.default else "empty"
        assert f"| `{each.variable}` | {default} | {each.sentence} |" in rows


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("PRACTIKA_POTR", "PRACTIKA_PORT"),
        ("PRACTIKA_DATABASE", "PRACTIKA_DATABASE_URL"),
        ("PRACTIKA_UPLOAD_MAX", "PRACTIKA_UPLOAD_DAYS"),
        ("PRACTIKA_port", "PRACTIKA_PORT"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_closest_name(wrong, meant):
    with pytest.raises(Misconfigured, match=f"{wrong} is not a setting. Did you mean {meant}?"):
        Settings.read({wrong: "1"})


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PORT", "http", '"http"; it must be a whole number from 1 to 65535'),
        ("SMTP_URL", "mail.example", '"mail.example"; it must be empty, smtp://user@host:587'),
        ("SMTP_URL", "smtp+plain://mail.example", "for this machine alone"),
        ("SMTP_URL", "smtp://me:hush@mail.example", "the password has a setting of its own"),
        ("OIDC_ISSUER", "http://sso.example", "must be empty or an address that starts with https"),
        ("OIDC_ISSUER", "https://me:x@sso.example", "an address that starts with https"),
        ("OIDC_SCOPES", "email profile", 'words with blanks between them, "openid" among them'),
        ("OIDC_NAME", "", "is empty; it must be a few words"),
        ("SMTP_SENDER", "Practika", '"Practika"; it must be an address such as'),
        ("PUBLIC_URL", "school.example", "it must be empty or an address that starts with http"),
        ("STAFF_TOTP", "yes", "off, asked or required"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "70000", "a whole number from 1 to 65535"),
        ("PORT", "٣", "a whole number"),
        ("PORT", "", "is empty; it must be a whole number"),
        ("UPLOAD_LIMIT", "2 gigs", "a size such as"),
        ("UPLOAD_LIMIT", "0", "a size above zero"),
        ("UPLOAD_LIMIT", "-2 GB", "a size such as"),
        ("DATABASE_URL", "mysql://host/name", "empty, sqlite:///"),
        ("DATABASE_URL", "practika.db", "empty, sqlite:///"),
        ("MEDIA_URL", "ftp://host/place", "s3://bucket/prefix"),
        ("MEDIA_URL", "s3://", "s3://bucket/prefix"),
        ("S3_ENDPOINT", "minio:9000", "http:// or https://"),
        ("BASE_URL", "practika", "a path that starts with /"),
        ("BASE_URL", "//elsewhere", "a path that starts with /"),
        ("TIME_ZONE", "Mars/Olympus", "the name of a time zone"),
        ("TIME_ZONE", "../../etc/passwd", "the name of a time zone"),
        ("TRUST_PROXY", "yes", "0 \\(no\\) or 1 \\(yes\\)"),
        ("SECURE_COOKIES", "maybe", "auto, 0"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR"),
        ("DATA", "", "the path of a folder"),
        ("EXECUTOR", "dask", "empty or dask://host:port"),
        ("EXECUTOR", "tcp://host:8786", "empty or dask://host:port"),
    ],
)
def test_a_value_that_does_not_fit_says_what_would(name, value, wanted):
    with pytest.raises(Misconfigured, match=wanted) as refused:
        Settings.read({f"PRACTIKA_{name}": value})
    assert str(refused.value).startswith(f"PRACTIKA_{name} is ")
    assert str(refused.value).endswith(".")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2 GB", 2_000_000_000),
        ("2GiB", 2 * 1024**3),
        ("1.5 gb", 1_500_000_000),
        ("750 MB", 750_000_000),
        ("64 kb", 64_000),
        ("1048576", 1_048_576),
        ("10 B", 10),
    ],
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert Settings.read({"PRACTIKA_UPLOAD_LIMIT": text}).upload_limit == size


def test_a_postgresql_address_gets_its_driver_and_is_never_printed():
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        given = {"PRACTIKA_DATABASE_URL": f"{scheme}://ann:hush/@hidden@db.example/practika"}
        settings = Settings.read(given)
        assert settings.database_url.startswith("postgresql+psycopg://ann:")
        assert "hush" not in repr(settings)
    settings = Settings.read({"PRACTIKA_DATABASE_URL": "postgres://ann:hu/sh@db.example/practika"})
    shown = settings.shown()["PRACTIKA_DATABASE_URL"]
    assert shown == "postgresql+psycopg://ann:***@db.example/practika"


def test_videos_can_live_in_a_folder_or_in_s3(tmp_path):
    there = tmp_path / "with a space"
    assert Settings.read({"PRACTIKA_MEDIA_URL": str(there)}).media_folder == there
    assert Settings.read({"PRACTIKA_MEDIA_URL": there.as_uri()}).media_folder == there
    in_s3 = Settings.read({"PRACTIKA_MEDIA_URL": "s3://videos/autumn/"})
    assert (in_s3.media_url, in_s3.media_folder) == ("s3://videos/autumn", None)


def test_what_the_server_tells_a_kernel_is_known():
    settings = Settings.read(
        {"PRACTIKA_PERSON": "p1", "PRACTIKA_SESSION": "s1", "PRACTIKA_KERNEL": "k1"}
    )
    assert (settings.person, settings.session, settings.kernel) == ("p1", "s1", "k1")
    assert "s1" not in repr(settings)
    assert settings.scripts is None
    assert not settings.mails
    assert Settings.read({"PRACTIKA_MAILS": "1"}).mails
    assert Settings.read({"PRACTIKA_SCRIPTS": "linked"}).scripts == "linked"


@pytest.mark.parametrize("told", [{}, {"PRACTIKA_PERSON_QUOTA": "5 GB", "PRACTIKA_KERNELS": "9"}])
def test_a_kernel_reads_the_settings_the_server_has(told):
    settings = Settings.read(told)
    own = Settings.read(as_environment(settings))
    for each in FIELDS:
        if not each.name.startswith(("smtp_", "oidc_")):
            assert getattr(own, each.name) == getattr(settings, each.name), each.variable


def test_the_data_folder_is_made_private_and_usable(tmp_path):
    settings = Settings.read({"PRACTIKA_DATA": str(tmp_path / "deep" / "data")})
    settings.prepare_folder()
    settings.prepare_folder()
    assert settings.data.stat().st_mode & 0o777 == 0o700
    assert list(settings.parts_folder.iterdir()) == []
    assert settings.secret_file.parent == settings.data
    sqlite3.connect(settings.database_url.removeprefix("sqlite:///")).close()


@pytest.mark.parametrize("place", ["file", "below a file", "kernel's own folder"])
def test_a_folder_that_cannot_be_written_ends_with_one_sentence(tmp_path, place):
    taken = tmp_path / "taken"
    taken.write_text("not a folder")
    # Nobody, not even root, can make a folder in /proc.
    data = {"file": taken, "below a file": taken / "data", "kernel's own folder": Path("/proc/x")}
    with pytest.raises(Misconfigured) as refused:
        Settings.read({"PRACTIKA_DATA": os.fspath(data[place])}).prepare_folder()
    sentence = str(refused.value)
    assert sentence.startswith(f"The data folder {data[place]} cannot be used: ")
    assert sentence.endswith("Set PRACTIKA_DATA to a folder you may write to.")
    assert "\n" not in sentence


def test_a_relative_record_is_the_same_file_from_every_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.read({"PRACTIKA_DATABASE_URL": "sqlite:///school.db"})
    assert settings.database_url == f"sqlite:///{tmp_path}/school.db"


def test_a_provider_takes_more_than_one_setting():
    issuer = {"PRACTIKA_OIDC_ISSUER": "https://sso.example"}
    with pytest.raises(Misconfigured, match="set PRACTIKA_OIDC_CLIENT_ID as well"):
        Settings.read(issuer)
    with pytest.raises(Misconfigured, match="would shut everybody out"):
        Settings.read({"PRACTIKA_OIDC_ONLY": "1"})
    local = {"PRACTIKA_OIDC_ISSUER": "http://127.0.0.1:9", "PRACTIKA_OIDC_CLIENT_ID": "x"}
    assert Settings.read(local).oidc_name == "your school"


def test_the_secret_of_the_provider_reaches_no_kernel_and_no_list(tmp_path):
    file, told = tmp_path / "secret", {"PRACTIKA_DATA": str(tmp_path)}
    told |= {"PRACTIKA_OIDC_CLIENT_SECRET": "hush", "PRACTIKA_OIDC_CLIENT_SECRET_FILE": str(file)}
    settings = Settings.read(told)
    with pytest.raises(Misconfigured, match="_SECRET_FILE cannot be read"):
        settings.oidc_secret()
    file.write_text("from a file\n")
    assert settings.oidc_secret() == "from a file"
    assert settings.shown()["PRACTIKA_OIDC_CLIENT_SECRET"] == "***"
    assert "hush" not in repr(settings) + str(settings.shown())
    assert not [name for name in as_environment(settings) if "OIDC" in name]


def test_the_token_of_the_figures_is_never_shown():
    token = "a-token-nobody-would-guess"
    settings = Settings.read({"PRACTIKA_METRICS_TOKEN": token})
    assert settings.metrics_token == token
    assert settings.shown()["PRACTIKA_METRICS_TOKEN"] == "***"
    assert token not in repr(settings)
    with pytest.raises(Misconfigured, match="at least 16 letters") as caught:
        Settings.read({"PRACTIKA_METRICS_TOKEN": "my-key"})
    assert "my-key" not in str(caught.value)
    with pytest.raises(Misconfigured, match="it must be text or json"):
        Settings.read({"PRACTIKA_LOG": "xml"})
