"""Sealed facts in the media store, where machines that share no folder find each other's.

There a manifest is a file with a number that grows, and the largest counts: what is stored under
a key never changes. Of two machines that seal at once the first to store a number wins; the other
one's files serve its own pages until it fetches the winner's.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from practika_kernel.analytics.shelf import Manifest, Shelf, read_manifest
from practika_kernel.domain.ports import BlobStore
from practika_kernel.domain.stock import FACTS

_TYPE = "application/vnd.apache.parquet"


def publish(shelf: Shelf, manifest: Manifest, store: BlobStore, kept: int = 2) -> None:
    """Put a manifest and its files into the store; drop what the newest ``kept`` do not name.

    The last but one is kept for those who are fetching it, unless something was deleted.
    """
    with TemporaryDirectory() as folder:
        for name in sorted(manifest.names()):
            if store.size(FACTS + name) is None:
                copy = Path(folder) / name  # a folder's store may move its source away
                copy.write_bytes((shelf.folder / name).read_bytes())
                store.put(FACTS + name, copy, _TYPE)
        told = sorted(store.keys(FACTS + "manifest-"))
        number = int(told[-1][-17:-5]) if told else 0  # manifest-000000000012.json
        written = Path(folder) / "manifest"
        written.write_text(json.dumps(asdict(manifest)), "utf-8")
        newest = f"{FACTS}manifest-{number + 1:012}.json"
        store.put(newest, written, "application/json")
    _tidy(store, [*told, newest][-kept:])


def fetch(shelf: Shelf, zone: str, store: BlobStore) -> bool:
    """Bring the newest manifest of the store here; return whether it was another one.

    One that is no further than what is here is left alone, and so is one of another zone.
    """
    told = sorted(store.keys(FACTS + "manifest-"))
    if not told:
        return False
    found = read_manifest(b"".join(store.read(told[-1])).decode("utf-8"), zone)
    here = shelf.read(zone)
    if found is None or (here and (here == found or here.rows > found.rows)):
        return False
    shelf.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in sorted(found.names()):
        if not (shelf.folder / name).is_file():
            part = shelf.folder / f"{name}.part"
            store.fetch(FACTS + name, part)
            part.replace(shelf.folder / name)
    shelf.keep(found)
    return True


def _tidy(store: BlobStore, manifests: list[str]) -> None:
    kept = set(manifests)
    for key in manifests:
        told = json.loads(b"".join(store.read(key)))
        kept |= {FACTS + segment["name"] for segment in told["segments"]}
        kept |= {FACTS + name for name in told["tables"].values()}
    for key in list(store.keys(FACTS)):
        if key not in kept:
            store.delete(key)
