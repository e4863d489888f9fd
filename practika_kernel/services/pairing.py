"""Two videos that stand side by side in a notebook, and what keeps them together."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

from practika_kernel.domain.anchors import MOST_ANCHORS, Point, demand_fits
from practika_kernel.domain.errors import Conflict, InvalidInput, NotFound, PractikaError
from practika_kernel.domain.filmstrip import FEWEST
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.ports import BlobStore, Record
from practika_kernel.domain.practice import Asset
from practika_kernel.domain.timemap import TimeMap
from practika_kernel.services.alignments import Alignments, Pending
from practika_kernel.services.assets import MediaRunner, source_in
from practika_kernel.services.comparisons import Comparisons
from practika_kernel.services.kept_anchors import KeptAnchors
from practika_kernel.services.syncing import Place, Syncing, sync_view
from practika_kernel.services.views import View

Source = Path | Place
"""Where a video is: a file, or the kind (take, reference) and id of something in the record."""

Frames = list[list[int]]

_STOPPED = "The two could not be compared: the work on them stopped. Run the cell again."


@dataclass(frozen=True, slots=True)
class Strip:
    """What the line of time of one file shows.

    ``frames`` are `[microseconds, count]` pairs, as `media.renditions.frame_times` lists them;
    ``peaks`` go from 0 to 100 and are empty where nothing is heard; ``film`` is a JPEG with
    ``tiles`` pictures, each ``shape`` times as wide as high, or empty.
    """

    frames: Frames
    peaks: list[int]
    film: bytes
    tiles: int
    shape: float

    def view(self) -> View:
        """Describe it for a player that has no address to fetch it from."""
        return {
            "peaks": self.peaks,
            "film": b64encode(self.film).decode("ascii"),
            "film_tiles": self.tiles,
            "film_shape": round(self.shape, 4),
        }


class Pair:
    """What keeps two videos together; found while somebody looks at them already.

    Parameters
    ----------
    found
        How A's seconds become B's, where that is known.
    find
        Finds it and takes its time; None where nothing can, as for two addresses.

    Examples
    --------
    >>> pair = Pair(find=lambda: TimeMap(((0.0, 1.0), (4.0, 9.0)), 0.9, 1.0))
    >>> pair.waiting, pair.view()["state"]
    (True, 'pending')
    >>> pair.find()
    >>> pair.waiting, pair.time_map.take_at(2.0), pair.anchor(2.0, 5.5)
    (False, 5.0, {'id': '1', 'a': 2.0, 'b': 5.5})
    """

    def __init__(
        self, found: TimeMap | None = None, find: Callable[[], TimeMap] | None = None
    ) -> None:
        self._find = find if found is None else None
        self._found: TimeMap | Pending | None = Pending(0.0) if self._find else found
        self._anchors: list[View] = []
        self._kept: KeptAnchors | None = None
        self._known: list[View] = []
        self._asked: dict[str, Callable[[], Strip]] = {}
        self._strips: dict[str, Strip] = {}

    def draw(self, side: str, make: Callable[[], Strip]) -> None:
        """Have the line of time of "a" or "b" made as well, by `find`."""
        self._asked[side] = make

    def keep(self, kept: KeptAnchors) -> None:
        """Show the anchors the record has of this pair; those who may set them set them there."""
        self._kept = kept
        self._known = kept.all()

    @property
    def unfinished(self) -> bool:
        """Whether `find` has anything to do."""
        return self.waiting or bool(self._asked)

    @property
    def waiting(self) -> bool:
        """Whether the map is still to be found."""
        return isinstance(self._found, Pending) and not self._found.problem

    @property
    def time_map(self) -> TimeMap | None:
        """The map; without points it says that they are unlike. None while there is none."""
        return self._found if isinstance(self._found, TimeMap) else None

    def find(self, heard: Callable[[], None] = lambda: None) -> None:
        """Find the map, then make the lines of time; ``heard`` is called after each.

        Where there is no map to be had, the view says why. A file whose pictures cannot be
        read has a plain line and is stepped at a nominal pace.
        """
        if self._find is not None:
            self._find_map(self._find, heard)
        for side, make in self._asked.items():
            with suppress(PractikaError):
                self._strips[side] = make()
                heard()
        self._asked = {}

    def _find_map(self, find: Callable[[], TimeMap], heard: Callable[[], None]) -> None:
        outcome: TimeMap | Pending = Pending(1.0, _STOPPED)
        try:
            outcome = find()
        except PractikaError as error:
            outcome = Pending(1.0, error.sentence)
        finally:
            self._found = outcome
            heard()

    def view(self) -> View:
        """Describe how B follows A, as `sync_view` does, and the ``frames`` of `Strip` by side."""
        seen = sync_view(self._found, self._both(), may_anchor=True)
        return {**seen, "frames": {side: one.frames for side, one in self._strips.items()}}

    def strips(self) -> View:
        """Describe by side what the lines of time show, as far as it is made."""
        return {side: one.view() for side, one in self._strips.items()}

    def anchor(self, a: float, b: float) -> View:
        """Set an anchor and return it.

        Kept in the record where this person may do so, else it lasts as long as the pair; one
        is refused like the other.
        """
        if self._kept is not None and self._kept.may_anchor:
            kept = self._kept.add(a, b)
            self._known = self._kept.all()
            return kept
        if not (isfinite(a) and isfinite(b) and 0 <= a <= 86_400 and 0 <= b <= 86_400):
            raise InvalidInput("This moment lies outside the video. Nothing was set.")
        pairs: list[Point] = [(one["a"], one["b"]) for one in self._both()]
        demand_fits(pairs, a, b)
        if len(pairs) >= MOST_ANCHORS:
            raise Conflict(f"There are {MOST_ANCHORS} anchors already. Remove some first.")
        number = 1 + max((int(one["id"]) for one in self._anchors), default=0)
        new: View = {"id": str(number), "a": a, "b": b}
        self._anchors.append(new)
        return new

    def lift(self, anchor: str) -> None:
        """Remove an anchor; `NotFound` when there is none of this name.

        One of the record is removed there; `NotAllowed` for those who may not set them.
        """
        if self._kept is not None and anchor in {one["id"] for one in self._known}:
            try:
                self._kept.remove(anchor)
            finally:  # somebody may have removed it meanwhile
                self._known = self._kept.all()
            return
        kept = [one for one in self._anchors if one["id"] != anchor]
        if len(kept) == len(self._anchors):
            raise NotFound("This anchor is gone already.")
        self._anchors = kept

    def _both(self) -> list[View]:
        """The anchors of the record and those that last only here, by time."""
        return sorted([*self._known, *self._anchors], key=lambda one: float(one["a"]))


def of_files(a: Path, b: Path, run: MediaRunner) -> Pair:
    """Pair two files; both are measured when the map is looked for."""
    return Pair(find=partial(_aligned, a, b, run))


def _aligned(a: Path, b: Path, run: MediaRunner) -> TimeMap:
    given = {"ref": str(a.absolute()), "take": str(b.absolute())}
    return TimeMap.from_json(run("align", given, on_progress=lambda share: None))


def strip_of(file: Path, run: MediaRunner) -> Strip:
    """Make what the line of time of a file shows; raises `UnusableFile` as a probe does.

    The smallest filmstrip is made: a cell gets the picture itself.
    """
    with TemporaryDirectory(prefix="practika-") as name:
        folder = Path(name)
        given = {"src": str(file.absolute()), "folder": name, "tiles": FEWEST}
        made = run("film", given, on_progress=lambda share: None)
        files = {kind: (folder / own).read_bytes() for kind, own in made["files"].items()}
    strip = made["filmstrip"]
    return Strip(
        frames=json.loads(files.get("frames", b"[]")),
        peaks=json.loads(files["waveform"]),
        film=files.get("filmstrip", b""),
        tiles=strip["tiles"] if strip else 0,
        shape=strip["width"] / strip["height"] if strip else 0.0,
    )


class Pairing:
    """Pairs takes, references and files for somebody's notebook."""

    def __init__(
        self,
        record: Record,
        blobs: BlobStore,
        scratch: Path,
        run: MediaRunner,
        comparisons: Comparisons,
        alignments: Alignments,
        syncing: Syncing,
    ) -> None:
        self._record, self._blobs, self._scratch, self._run = record, blobs, scratch, run
        self._comparisons, self._alignments = comparisons, alignments
        self._syncing = syncing

    def of(self, actor: str, a: Source, b: Source, known: TimeMap | None = None) -> Pair:
        """Pair A with B, with the map the record has of them, or the way to find it.

        ``known`` is a map that counts before both. A map that is found for two things of the
        record is kept there, and so are their anchors. Raises `NotFound` for
        what is not there for this person; nobody acting ("") is the operator.
        """
        if isinstance(a, Path) or isinstance(b, Path):
            sides = (self._seen(actor, source) for source in (a, b))
            return Pair(known, find=partial(self._mixed, *sides))
        one, other = (self._comparisons.asset(actor, *place).id for place in (a, b))
        made = Pair(known) if known is not None else self._of_assets(one, other)
        made.keep(self._syncing.kept(actor, a, b))
        return made

    def _seen(self, actor: str, source: Source) -> Asset | Path:
        if isinstance(source, Path):
            return source
        return self._comparisons.asset(actor, *source)

    def _of_assets(self, a: str, b: str) -> Pair:
        """As everywhere, what stands beside is the reference; the other way round will do."""
        kept = self._alignments.so_far(b, a)
        if isinstance(kept, TimeMap):
            return Pair(kept.inverse())
        turned = self._alignments.so_far(a, b)
        if isinstance(turned, TimeMap):
            return Pair(turned)
        return Pair(find=lambda: self._alignments.make(b, a).inverse())

    def _mixed(self, a: Asset | Path, b: Asset | Path) -> TimeMap:
        folder = self._scratch / new_id()
        try:
            one, other = self._file(a, folder / "a"), self._file(b, folder / "b")
            return _aligned(one, other, self._run)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def opened(self, actor: str, source: Source) -> Iterator[Path]:
        """Give the file behind a source for as long as it is needed; the errors are those of `of`.

        A video that lies elsewhere (S3) is fetched for that long.
        """
        folder = self._scratch / new_id()
        try:
            yield self._file(self._seen(actor, source), folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _file(self, side: Asset | Path, folder: Path) -> Path:
        if isinstance(side, Path):
            return side
        folder.mkdir(parents=True, mode=0o700)
        return source_in(self._record, self._blobs, side, folder)
