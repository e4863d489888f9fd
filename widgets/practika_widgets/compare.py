"""Two videos side by side under one clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

import anywidget
import traitlets

from practika_kernel.domain.errors import InvalidInput, NotFound
from practika_kernel.domain.timemap import TimeMap

from ._answers import AnswerVerbs
from ._base import PractikaWidget, script
from ._ledger import WatchVerbs
from ._moving import MovingVerbs
from ._shelf import ShelfVerbs
from ._together import Together
from ._verbs import Verb
from .player import Side, side_of

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

_LIMITS = {"time": (0.0, 86_400.0), "rate": (0.25, 2.0), "offset": (-3_600.0, 3_600.0)}
"""What the player may say about itself, and between which values."""


def _loop(value: object) -> list[float] | None:
    """A start and an end that a player can loop between, or None."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    if not all(type(one) in (int, float) and math.isfinite(one) for one in value):
        return None
    start, end = float(value[0]), float(value[1])
    return [start, end] if 0 <= start < end <= 86_400 else None


class CompareWidget(AnswerVerbs, WatchVerbs, MovingVerbs, ShelfVerbs, PractikaWidget):
    """A take beside a reference, a reply or an earlier take, together in time.

    In a notebook: ``CompareWidget(practika.exercise(id), practika.take(id))``, or two files
    (under 20 MB each) or addresses; the take stands left as A. In a dashboard:
    ``CompareWidget(practika=practika, take=ID, with_="reference")``.

    ``time`` (seconds of A, 0 to a day), ``rate`` (0.25 to 2), ``offset`` (seconds that B is
    ahead) and ``loop`` (``[start, end]`` in seconds of A, or None) say where the player stands,
    and move it when they are set. ``anchors`` are the (A, B) seconds that people said are the
    same moment; between takes and references they are those of the record, and are kept there
    where you may set them. Between files they last as long as the widget.

    Takes, references and files are kept together by content without a word: ``time_map`` is
    there at once where the record knows it, else it is found by a process of its own while the
    page says so, and both play by offset. ``wait()`` waits for it.

    Parameters
    ----------
    reference
        What stands right, as B.
    take
        What stands left, as A; in a dashboard the take's id.
    practika
        What ``practika_kernel.connect()`` gave; needed for ids.
    time_map
        How A's seconds become B's, as ``practika align`` finds it. Without one it is looked for,
        but for two addresses, which are kept together by offset.
    with_
        ``reference``, ``take:<id>``, ``reply:<id>`` or ``exemplar:<id>``; empty chooses the
        best there is.
    traits
        ipywidgets' own, such as ``layout``, and ``time``, ``rate``, ``offset``.

    Raises
    ------
    InvalidInput
        A file that is missing or too large, or an id without ``practika``.
    TypeError
        A name that is none of these.

    Examples
    --------
    >>> widget = CompareWidget("https://example.org/a.mp4", "https://example.org/b.mp4", rate=0.5)
    >>> widget.rate, widget.view["a"]["label"], widget.view["b"]["label"]
    (0.5, 'b.mp4', 'a.mp4')
    """

    _esm = script("compare")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "choose": Verb("choose", {"with_": str}),
        "opened": Verb("opened"),
        "looked": Verb("looked"),
        "anchor": Verb("set_anchor", {"a": float, "b": float}),
        "unanchor": Verb("remove_anchor", {"anchor": str}),
        "practised": Verb(
            "practised", {"reply": str, "seconds": float, "repetitions": int, "rate": float}
        ),
    }

    time = traitlets.Float(0.0, help="Seconds of A.").tag(sync=True)
    rate = traitlets.Float(1.0, help="Speed of both.").tag(sync=True)
    offset = traitlets.Float(0.0, help="Seconds that B is ahead of A.").tag(sync=True)
    sync = traitlets.Dict(
        default_value=None,
        allow_none=True,
        help="How two videos that stand alone are kept together; it only ever goes out.",
    ).tag(sync=True)
    strips = traitlets.Dict(
        help="Filmstrips and waveforms of files by side; they only ever go out, and once."
    ).tag(sync=True)
    loop = traitlets.List(
        traitlets.Float(), default_value=None, allow_none=True, help="Start and end, seconds of A."
    ).tag(sync=True)

    def __init__(
        self,
        reference: object = None,
        take: object = None,
        *,
        practika: Practika | None = None,
        time_map: TimeMap | None = None,
        with_: str = "",
        **traits: Any,
    ) -> None:
        self._take_id = take if practika is not None and isinstance(take, str) else ""
        self._with = with_
        self._pair: tuple[Side, Side] | None = None
        self._since: datetime | None = None
        self._together: Together | None = None
        if not self._take_id:
            if reference is None or take is None:
                raise InvalidInput("Give two videos, or practika=… and the id of a take.")
            self._pair = (side_of(take), side_of(reference))
            self._together = Together(take, reference, practika, time_map, self._show_sync)
        super().__init__(cast("Practika", practika), **traits)
        if self._together is not None:
            self._show_sync()
            self._together.begin()

    def _show_sync(self) -> None:
        """Apart from the view: that may hold both videos, and they are sent only once."""
        if self._together is not None:
            self.sync = self._together.pair.view()
            self.strips = self._together.pair.strips()

    @traitlets.validate("time", "rate", "offset")
    def _within(self, proposal: traitlets.Bunch) -> float:
        low, high = _LIMITS[proposal.trait.name]
        value = float(proposal.value)
        if not math.isfinite(value):
            raise traitlets.TraitError(f"{proposal.trait.name} is a number of seconds or a speed.")
        return max(low, min(high, value))

    @traitlets.validate("loop")
    def _stretch(self, proposal: traitlets.Bunch) -> list[float] | None:
        if proposal.value is None:
            return None
        found = _loop(proposal.value)
        if found is None:
            raise traitlets.TraitError("A loop is two seconds of A, the first before the second.")
        return found

    @property
    def anchors(self) -> list[tuple[float, float]]:
        """The moments that were set to be the same: seconds of A and of B, by time."""
        sync = self.sync or self.view.get("sync") or {}
        return [(float(one["a"]), float(one["b"])) for one in sync.get("anchors", [])]

    @property
    def time_map(self) -> TimeMap | None:
        """The map from A to B of two videos that stand alone, once it is there.

        One without points says that they are not the same piece; its confidence says how sure.
        """
        return None if self._together is None else self._together.pair.time_map

    def wait(self, seconds: float | None = None) -> TimeMap | None:
        """Wait until the map was looked for, at most so long; return `time_map`."""
        if self._together is not None:
            self._together.wait(seconds)
        return self.time_map

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Take the player's own words about where it stands; refuse everything else."""
        own: dict[str, Any] = {
            name: value
            for name, value in sync_data.items()
            if name in _LIMITS and type(value) in (int, float) and math.isfinite(value)
        }
        if "loop" in sync_data and (
            sync_data["loop"] is None or _loop(sync_data["loop"]) is not None
        ):
            own["loop"] = sync_data["loop"]
        if own:
            anywidget.AnyWidget.set_state(self, own)
        super().set_state({name: sync_data[name] for name in sync_data if name not in own})

    def look(self) -> dict[str, Any]:
        """The two videos, what else could stand there, and what was said about the take."""
        if self._pair is None:
            return {**self._seen_with(self._with), "ledger": self.ledger()}
        a, b = self._pair
        return {
            "title": "Two videos" if a["kind"] == "file" else a["label"],
            "line": f"{a['label']} beside {b['label']}",
            "a": a,
            "b": b,
            "options": [],
            "choice": "",
            "replies": [],
            "rubric": [],
            "exercise": None,
            "take_id": "",
            "can": {"reply": False, "answer": False, "upload": False},
        }

    def _seen_with(self, with_: str) -> dict[str, Any]:
        services = self.practika.services
        try:
            found = services.comparisons.view(self.actor, take_id=self._take_id, with_=with_)
        except NotFound:
            if not with_.startswith("exemplar:"):
                raise
            # Taken back while it stood here, or never there: both look the same.
            found = services.comparisons.view(self.actor, take_id=self._take_id)
            found = {**found, "gone": "This exemplar is not shown any more."}
        choice = str(found["choice"])
        guests = services.guests.of_take(self.actor, self._take_id)
        sync = services.syncing.view(self.actor, self._take_id, choice)
        seen = services.auditing.seen_by(self.actor, self._take_id)
        return found | {"sync": sync, "guests": guests, "seen": seen}

    def choose(self, with_: str) -> None:
        """Put something else beside the take."""
        self._needs_take()
        view = self._seen_with(with_)
        self._with, self._since = with_, None
        self.view = {**view, "ledger": self.ledger()}

    def opened(self) -> None:
        """Have this pair aligned if nobody has yet, and remember since when it stands here."""
        if self._pair is None:
            self._since = datetime.now(UTC)
            choice = str(self.view.get("choice", ""))
            self.practika.services.alignments.beside(self.actor, self._take_id, choice)
            self.refresh()

    def looked(self) -> bool:
        """Note that the pair was looked at, unless that was only a glance."""
        if self._pair is not None or self._since is None:
            return False
        comparisons, choice = self.practika.services.comparisons, str(self.view.get("choice", ""))
        noted: bool = comparisons.looked(self.actor, self._take_id, choice, self._since)
        return noted

    def set_anchor(self, a: float, b: float) -> dict[str, Any]:
        """Say that second ``a`` of the take is second ``b`` of what stands beside it."""
        if self._together is not None:
            new: dict[str, Any] = self._together.pair.anchor(a, b)
            self._show_sync()
            return new
        choice = str(self.view.get("choice", ""))
        new = self.practika.services.syncing.anchor(self.actor, self._take_id, choice, a, b)
        self.refresh()
        return new

    def remove_anchor(self, anchor: str) -> None:
        """Take an anchor back."""
        if self._together is not None:
            self._together.pair.lift(anchor)
            self._show_sync()
            return
        choice = str(self.view.get("choice", ""))
        self.practika.services.syncing.lift(self.actor, self._take_id, choice, anchor)
        self.refresh()

    def practised(self, reply: str, seconds: float, repetitions: int, rate: float) -> bool:
        """Note that a comment's range was practised as a loop; True when it counts."""
        self._needs_take()
        counted: bool = self.practika.services.practising.looped(
            self.actor, self._take_id, reply, seconds, repetitions, rate
        )
        return counted

    def _needs_take(self) -> None:
        if self._pair is not None:
            raise InvalidInput("These two videos stand alone; there is no take to do this with.")
