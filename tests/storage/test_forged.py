"""Back-ups that somebody forged: refused in a sentence, and nothing is written anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from practika_kernel.bootstrap import keeping
from practika_kernel.domain.errors import InvalidInput, Misconfigured
from storage.backing import back_up, content
from storage.stocked import stocked

Body = dict[str, Any]


def forge(to: Path, change: Callable[[Body], object]) -> None:
    """Change what the only generation says of itself, and seal it as if we had."""
    [file] = (to / "generations").glob("*.json")
    body = json.loads(file.read_text())["generation"]
    change(body)
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    file.chmod(0o600)
    sealed = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "generation": body}
    file.write_text(json.dumps(sealed))


def first(part: str, **fields: object) -> Callable[[Body], None]:
    return lambda body: body[part][0].update(fields)


def added(name: str) -> Callable[[Body], None]:
    return lambda body: body["files"].append(body["media"][0] | {"name": name})


PATHS = ("../outside", "/outside", "a/../../outside", "..", ".", "", "a\0b", "x" * 5000)
FORGED: dict[str, Callable[[Body], object]] = {
    **{f"{part} {name[:20]!r}": first(part, name=name) for part in ("media", "record")
       for name in PATHS},
    **{f"files {name[:20]!r}": added(name) for name in PATHS},
    "wrong hash": first("media", sha256="0" * 64),
    "hash that is a path": first("media", sha256="../../../../etc/passwd"),
    "piece that is a path": first("media", pieces=["../../../../etc/passwd"]),
    "huge": first("media", size=1 << 70),
    "less than nothing": first("media", size=-1),
    "no number": first("media", size="9"),
    "no record": lambda body: body.update(record=[]),
    "rows": lambda body: body.update(rows={"people": "many"}),
    "schema": lambda body: body.update(schema=7),
    "twice": added("practika.sqlite3"),
    "over the work": added("record"),
    "over the media": added("media"),
}  # fmt: skip


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    shop = stocked(folder, {})
    back_up(shop, folder / "backup")
    shop.school.practika.close()
    return folder / "backup"


def refused(to: Path, around: Path) -> str:
    before = content(around)
    with pytest.raises((InvalidInput, Misconfigured)) as caught:
        keeping.restore(to, around / "new").run()
    assert content(around) == before
    assert not (around / "new").exists()
    return str(caught.value)


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_manifest_writes_nothing(sealed: Path, tmp_path: Path, how: str) -> None:
    to = tmp_path / "backup"
    shutil.copytree(sealed, to)
    forge(to, FORGED[how])
    assert "is damaged" in refused(to, tmp_path)


@pytest.mark.parametrize("how", ["link", "device", "pipe"])
def test_what_is_no_file_is_not_read(sealed: Path, tmp_path: Path, how: str) -> None:
    """A link to the very bytes that were kept, a device and a pipe, which would never end."""
    to = tmp_path / "backup"
    shutil.copytree(sealed, to)
    [manifest] = (to / "generations").glob("*.json")
    digest = json.loads(manifest.read_text())["generation"]["media"][0]["sha256"]
    file = to / "objects" / digest[:2] / digest
    kept = file.rename(tmp_path / "elsewhere")
    if how == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(kept if how == "link" else "/dev/zero")
    assert "cannot be read" in refused(to, tmp_path)


def test_a_manifest_nested_without_end_is_damaged(sealed: Path, tmp_path: Path) -> None:
    to = tmp_path / "backup"
    shutil.copytree(sealed, to)
    [manifest] = (to / "generations").glob("*.json")
    manifest.chmod(0o600)
    manifest.write_text("[" * 200_000)
    assert "is damaged" in refused(to, tmp_path)
