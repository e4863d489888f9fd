"""What the sample course wrote beside the record about somebody who is erased."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from practika_kernel.services.sample.build import PEOPLE_FILE, TRUTH_FOLDER, write_private


def forget(data: Path, email: str, takes: Collection[str]) -> int:
    """Remove a sign-in from the list of sign-ins, and what is known of these takes.

    ``data`` is the data folder. Returns how many files were changed or removed; 0 where there
    is no sample course, and the second time.
    """
    gone = 0
    for take in takes:
        truth = data / TRUTH_FOLDER / f"{take}.json"
        gone += truth.is_file()
        truth.unlink(missing_ok=True)
    file = data / PEOPLE_FILE
    if email and file.is_file():
        people = json.loads(file.read_text("utf-8"))
        left = [row for row in people if row["email"] != email]
        if len(left) < len(people):
            write_private(file, left)
            gone += 1
    return gone
