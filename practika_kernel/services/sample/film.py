"""Makes the sample videos and all that is shown of them, two at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.timeline import TimeRange
from practika_kernel.domain.video import VideoFacts, facts_from_json

if TYPE_CHECKING:
    from practika_kernel.media.sample_performance import Performance

PROCESSES = 2


@dataclass(frozen=True)
class Order:
    """A video to make: its name in this run, how it is played, and what is cut from it."""

    name: str
    piece: str
    how: Performance
    cuts: tuple[TimeRange, ...] = ()


@dataclass(frozen=True)
class Cut:
    """A clip as a file."""

    span: TimeRange
    file: Path
    frames: int


@dataclass(frozen=True)
class Film:
    """A finished video; ``made`` are the files shown of it, by their kind in the media room."""

    name: str
    file: Path
    sha256: str
    facts: VideoFacts
    play: str
    play_reason: str
    tiles: int
    truth: dict[str, Any]
    made: dict[str, Path] = field(default_factory=dict)
    cuts: tuple[Cut, ...] = ()


def films(orders: Sequence[Order], folder: Path) -> Iterator[Film]:
    """Make all videos in a scratch folder; yield each when it is finished, in any order."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_end_with_parent) as pool:
        waiting = [pool.submit(make, order, folder / order.name) for order in orders]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:
            # After Ctrl-C nobody wants to wait for videos that are thrown away.
            for child in multiprocessing.active_children():
                child.terminate()
            raise


def make(order: Order, folder: Path) -> Film:
    """Make one video, look at it as at any upload, and cut its clips."""
    from practika_kernel.media.clip import clip
    from practika_kernel.media.sample_take import write_take
    from practika_kernel.media.tasks import ingest
    from practika_kernel.services.assets import digest

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "take.mp4"
    truth = write_take(file, order.piece, order.how)
    made = ingest(file, folder)
    facts = facts_from_json(made["facts"])
    cuts = []
    for number, span in enumerate(order.cuts):
        target = folder / f"clip-{number}.mp4"
        span = span.within(facts.duration)
        cuts.append(Cut(span, target, clip(file, target, span).frames))
    return Film(
        name=order.name,
        file=file,
        sha256=digest(file, _unheard),
        facts=facts,
        play=made["decision"]["mode"],
        play_reason=made["decision"]["reason"],
        tiles=int(made["filmstrip"]["tiles"]),
        truth=truth.to_json(),
        made={kind: folder / name for kind, name in made["files"].items()},
        cuts=tuple(cuts),
    )


def _unheard(share: float) -> None:
    """One video is one step; its own progress is not told."""


def _end_with_parent() -> None:
    """Leave nothing running behind a killed parent; Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
