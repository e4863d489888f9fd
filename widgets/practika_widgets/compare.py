"""Two videos side by side under one clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

import anywidget
import traitlets

from practika_kernel.domain.errors import InvalidInput

from ._base import PractikaWidget, script
from ._ledger import WatchVerbs
from ._verbs import Verb
from .player import Side, side_of

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

_LIMITS = {"time": (0.0, 86_400.0), "rate": (0.25, 2.0), "offset": (-3_600.0, 3_600.0)}
"""What the player may say about itself, and between which values."""


class CompareWidget(WatchVerbs, PractikaWidget):
    """A take beside a reference, a reply or an earlier take, together in time.

    In a notebook: ``CompareWidget(practika.exercise(id), practika.take(id))``, or two files
    (under 20 MB each) or addresses; the take stands left as A. In a dashboard:
    ``CompareWidget(practika=practika, take=ID, with_="reference")``.

    ``time`` (seconds of A, 0 to a day), ``rate`` (0.25 to 2) and ``offset`` (seconds that B is
    ahead) say where the player stands, and move it when they are set.

    Parameters
    ----------
    reference
        What stands right, as B.
    take
        What stands left, as A; in a dashboard the take's id.
    practika
        What ``practika_kernel.connect()`` gave; needed for ids.
    with_
        ``reference``, ``take:<id>`` or ``reply:<id>``; empty chooses the best there is.
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
        "history": Verb("history", {"reply": str}),
        "answer": Verb("answer_comment", {"reply": str, "text": str, "key": str}),
    }

    time = traitlets.Float(0.0, help="Seconds of A.").tag(sync=True)
    rate = traitlets.Float(1.0, help="Speed of both.").tag(sync=True)
    offset = traitlets.Float(0.0, help="Seconds that B is ahead of A.").tag(sync=True)

    def __init__(
        self,
        reference: object = None,
        take: object = None,
        *,
        practika: Practika | None = None,
        with_: str = "",
        **traits: Any,
    ) -> None:
        self._take_id = take if practika is not None and isinstance(take, str) else ""
        self._with = with_
        self._pair: tuple[Side, Side] | None = None
        if not self._take_id:
            if reference is None or take is None:
                raise InvalidInput("Give two videos, or practika=… and the id of a take.")
            self._pair = (side_of(take), side_of(reference))
        super().__init__(cast("Practika", practika), **traits)

    @traitlets.validate("time", "rate", "offset")
    def _within(self, proposal: traitlets.Bunch) -> float:
        low, high = _LIMITS[proposal.trait.name]
        value = float(proposal.value)
        if not math.isfinite(value):
            raise traitlets.TraitError(f"{proposal.trait.name} is a number of seconds or a speed.")
        return max(low, min(high, value))

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Take the player's own words about where it stands; refuse everything else."""
        own = {
            name: value
            for name, value in sync_data.items()
            if name in _LIMITS and type(value) in (int, float) and math.isfinite(value)
        }
        if own:
            anywidget.AnyWidget.set_state(self, own)
        super().set_state({name: sync_data[name] for name in sync_data if name not in own})

    def look(self) -> dict[str, Any]:
        """The two videos, what else could stand there, and what was said about the take."""
        if self._pair is None:
            found: dict[str, Any] = self.practika.services.comparisons.view(
                self.actor, take_id=self._take_id, with_=self._with
            )
            return {**found, "ledger": self.ledger()}
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

    def choose(self, with_: str) -> None:
        """Put something else beside the take."""
        self._needs_take()
        view = self.practika.services.comparisons.view(
            self.actor, take_id=self._take_id, with_=with_
        )
        self._with = with_
        self.view = {**view, "ledger": self.ledger()}

    def opened(self) -> None:
        """Note that this pair was looked at, and have it aligned if nobody has yet."""
        if self._pair is None:
            choice = str(self.view.get("choice", ""))
            self.practika.services.comparisons.opened(self.actor, self._take_id, choice)
            self.practika.services.alignments.beside(self.actor, self._take_id, choice)

    def history(self, reply: str) -> list[dict[str, Any]]:
        """What a comment said before it was changed, oldest first."""
        self._needs_take()
        found: list[dict[str, Any]] = self.practika.services.edits.history(self.actor, reply)
        return found

    def answer_comment(self, reply: str, text: str, key: str) -> dict[str, Any]:
        """Answer a comment in its thread; it is out at once."""
        self._needs_take()
        saved: dict[str, Any] = self.practika.services.replies.answer(self.actor, reply, text, key)
        self.refresh()
        return saved

    def _needs_take(self) -> None:
        if self._pair is not None:
            raise InvalidInput("These two videos stand alone; there is no take to do this with.")
