"""`make bench-open`: how fast dashboards open, beside stock Voila, Panel and Streamlit.

python tests/bench/opening [open] [cold] [crowd] [memory] [idle] [phone] [--rounds N] [--folder F]

One JSON object a line. Times count from the start of the navigation, as the page itself noted
them. Ratios within a run count; machines differ. Warm: the server has shown the page before and
the browser's profile knows its files. Cold: the server has just started, the profile is empty.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import Playwright, sync_playwright

from bench.opening import crowd, idle, memory, opens, phone
from bench.opening.notes import Notes

Part = Callable[[Playwright, Path, int, Notes], None]
PARTS: dict[str, Part] = {
    "open": opens.warm,
    "cold": lambda player, folder, rounds, notes: opens.cold(
        player, folder, 1 + rounds // 5, notes
    ),
    "crowd": lambda player, folder, rounds, notes: crowd.measure(player, folder, 1, notes),
    "memory": lambda player, folder, rounds, notes: memory.measure(player, folder, notes),
    "idle": idle.measure,
    "phone": lambda player, folder, rounds, notes: phone.measure(
        player, folder, 1 + rounds // 5, notes
    ),
}


def main() -> None:
    """Run the parts asked for; all of them when none is named."""
    reader = argparse.ArgumentParser(prog="python tests/bench/opening")
    reader.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar=" | ".join(PARTS))
    reader.add_argument("--rounds", type=int, default=5, help="warm openings of each page")
    reader.add_argument("--folder", type=Path, help="keep the sample course there, or use it")
    asked = reader.parse_args()
    # Or the servers would outlive a bench that somebody ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with sync_playwright() as player, tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for name in asked.parts or PARTS:
            begun, notes = time.monotonic(), Notes()
            try:
                PARTS[name](player, folder, asked.rounds, notes)
            finally:  # what was measured before a part failed is not lost
                for line in [*notes.lines(), {"took_s": round(time.monotonic() - begun)}]:
                    print(json.dumps({"bench": "opening", "part": name, **line}), flush=True)


if __name__ == "__main__":
    main()
