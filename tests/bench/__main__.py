"""`make bench`: one JSON object a line. Ratios within a run count; machines differ.

python tests/bench [upload] [ranges] [dashboards] [sync] [history] [search] [load]
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import dashboards
import history
import load
import ranges
import search
import sync
import upload

import stage

BENCHES = {
    "upload": upload.measure,
    "ranges": ranges.measure,
    "dashboards": dashboards.measure,
    "sync": sync.measure,
    "history": history.measure,
    "search": search.measure,
    "load": load.measure,
}


def main() -> None:
    wanted = sys.argv[1:] or list(BENCHES)
    with tempfile.TemporaryDirectory() as folder, stage.running(Path(folder)) as place:
        for name in wanted:
            for row in BENCHES[name](place):
                print(json.dumps({"bench": name, **row}), flush=True)


if __name__ == "__main__":
    main()
