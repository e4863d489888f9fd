"""Restoring into a new place, and what is refused."""

from __future__ import annotations

import hashlib
import resource
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from practika_kernel.bootstrap import keeping
from practika_kernel.domain.errors import InvalidInput
from practika_kernel.storage.backup_folder import BackupFolder
from storage.backing import Words, back_up, content
from storage.stocked import Stocked


def test_the_keys_lie_apart_and_come_back(
    shop: Stocked, to: Path, words: Words, tmp_path: Path
) -> None:
    data, keys = shop.school.practika.settings.data, tmp_path / "keys"
    (data / "secret").write_bytes(b"s" * 64)
    (data / "pseudonym-key").write_bytes(b"\x00" * 32)
    done = words("backup", to, "--secrets", to / "keys")
    assert "outside of DEST" in done.stderr
    done = words("backup", to, "--secrets", keys)
    assert f"Keys in {keys}: pseudonym-key, secret." in done.stdout
    assert keys.stat().st_mode & 0o777 == 0o600
    assert not any(b"s" * 64 in each for each in content(to).values())
    done = words("restore", to, "--to", "new", "--secrets", keys)
    assert done.returncode == 0, done.stderr
    for name in ("secret", "pseudonym-key"):
        assert (tmp_path / "new" / name).read_bytes() == (data / name).read_bytes()
        assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o600
    done = words("restore", to, "--to", "bare")
    assert "No keys were restored" in done.stdout
    assert not (tmp_path / "bare" / "secret").exists()


def damage(to: Path, shop: Stocked, how: str) -> str:
    """Do something to a kept poster; return the file it is in."""
    digest = hashlib.sha256(shop.content[shop.keys["take poster"]]).hexdigest()
    file = to / "objects" / digest[:2] / digest
    if how == "gone":
        file.unlink()
    elif how == "turned":
        file.write_bytes(file.read_bytes()[::-1])
    else:
        file.write_bytes(file.read_bytes()[:-1])
    return str(file)


@pytest.mark.parametrize("how", ["gone", "turned", "cut"])
def test_a_damaged_back_up_says_which_file_and_restores_nothing(
    shop: Stocked, to: Path, tmp_path: Path, how: str
) -> None:
    back_up(shop, to)
    file = damage(to, shop, how)
    with pytest.raises(InvalidInput, match=r"The back-up is damaged: assets/.*/poster") as caught:
        keeping.restore(to, tmp_path / "new").run()
    assert file in str(caught.value)
    assert not (tmp_path / "new").exists()
    if how != "turned":  # what is not as long as it was is copied again
        back_up(shop, to)
        keeping.restore(to, tmp_path / "new").run()


def changed(to: Path, **fields: Any) -> str:
    """Add a generation that says something else of itself."""
    folder = BackupFolder(to)
    manifest = replace(folder.manifest(), **fields, name="20990101t000000z")
    with folder.alone():
        folder.commit(manifest)
    return manifest.name


def test_a_newer_record_is_refused(shop: Stocked, to: Path, tmp_path: Path) -> None:
    back_up(shop, to)
    with pytest.raises(InvalidInput, match=r"by Practika 9\.1, whose record is at version 0999"):
        keeping.restore(to, tmp_path / "new").run(changed(to, schema="0999", practika="9.1"))
    assert not (tmp_path / "new").exists()


def test_places_that_are_not_empty_or_no_back_up_are_left_alone(
    shop: Stocked, to: Path, tmp_path: Path
) -> None:
    back_up(shop, to)
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine").write_text("x")
    with pytest.raises(InvalidInput, match="is not empty; nothing was restored"):
        keeping.restore(to, full).run()
    with pytest.raises(InvalidInput, match="holds something else"):
        keeping.backup(shop.school.practika.settings, full).run()
    with pytest.raises(InvalidInput, match="is no back-up of Practika"):
        keeping.restore(full, tmp_path / "new").run()
    with pytest.raises(InvalidInput, match=r"no generation yesterday\. There are: 20"):
        keeping.restore(to, tmp_path / "new").run("yesterday")
    assert content(full) == {"mine": b"x"}
    (tmp_path / "new" / ".restoring").mkdir(parents=True)  # a restore was killed here
    keeping.restore(to, tmp_path / "new").run()
    [file] = (to / "generations").glob("*.json")
    file.write_text(file.read_text().replace("poster", "../../x"))
    with pytest.raises(InvalidInput, match="is damaged: what it says of itself"):
        keeping.restore(to, tmp_path / "other").run()


def test_a_full_disk_leaves_nothing_half_restored(
    shop: Stocked, to: Path, words: Words, tmp_path: Path
) -> None:
    back_up(shop, to)
    size = 20_000  # less than the longest video has

    def nearly_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = words("restore", to, "--to", "new", preexec_fn=nearly_full)
    assert done.returncode == 2
    assert "is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "new").exists()
