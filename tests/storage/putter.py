"""A process that stores files named by their SHA-256, for the tests that kill it.

Each line on its standard output is an acknowledgement: what it names was stored before.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from practika_kernel.storage import open_store


def main(media: str, work: str, size: str, count: str, endpoint: str = "") -> None:
    store, folder = open_store(media, endpoint), Path(work)
    folder.mkdir()
    for number in range(int(count)):
        content = os.urandom(int(size))
        file, link = folder / str(number), folder / "link"
        file.write_bytes(content)
        link.unlink(missing_ok=True)
        link.symlink_to(file)  # so that it is copied, as from another disk
        key = hashlib.sha256(content).hexdigest()
        store.put(key, link, "video/mp4")
        print(key, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
