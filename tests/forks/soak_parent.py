"""A fork server whose children do one piece of work instead of being kernels.

Everything else is the product's: warming up, socket, wire, fork, what a child sets anew. Before
it forks it also imports NumPy, PyAV and Plotly, which the product's parent does not: what forks
well with them loaded forks well without.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from practika_kernel.forks import parent, warm
from practika_kernel.forks.stamp import Watch

WORK = '''
import io, duckdb, av, numpy, plotly.graph_objects as go

def work(number):
    """Use all three; return what only a process that works can know."""
    with duckdb.connect(config={"threads": 2}) as connection:
        rows = f"select sum(i * {number}) from range(10000) t(i)"
        total = connection.execute(rows).fetchone()[0]
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as made:
        stream = made.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for shade in range(5):
            picture = numpy.full((64, 64, 3), (shade * 40 + number) % 256, dtype="uint8")
            made.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        made.mux(stream.encode())
    film.seek(0)
    with av.open(film) as found:
        frames = [frame.to_ndarray(format="gray") for frame in found.decode(video=0)]
    figure = go.Figure(go.Scatter(x=[1, 2], y=[number, number + 1])).to_json()
    drawn = f"[{number},{number + 1}]" in figure
    return f"{number} {total} {len(frames)} {frames[0].shape} {drawn}"
'''


def answer(number: int) -> str:
    """What `work` says when all is well."""
    return f"{number} {number * 49995000} 5 (64, 64) True"


def child(argv: list[str]) -> None:
    """Work, and put the answer where the test looks."""
    names: dict[str, Any] = {}
    exec(WORK, names)
    place, number = Path(argv[0]), int(argv[1])
    said = names["work"](number)
    place.with_suffix(".part").write_text(said)
    place.with_suffix(".part").rename(place)


def main() -> None:
    """Be that fork server."""
    words = argparse.ArgumentParser()
    words.add_argument("--socket", type=Path, required=True)
    words.add_argument("--watch", type=Path, action="append")
    given = words.parse_args()
    warm.warm()
    drawing: dict[str, Any] = {}
    exec(WORK, drawing)
    drawing["go"].Figure(drawing["go"].Scatter(x=[1], y=[1])).to_json()
    warm.freeze()
    assert parent.threads() == 1
    code = parent.Parent(parent.listen(given.socket), Watch(given.watch), child).run()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
