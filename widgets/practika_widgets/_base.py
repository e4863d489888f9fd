"""What every Practika widget is: one view going out, a closed list of verbs coming in.

The browser's side of a widget belongs to whoever sits at the browser: it can set any synced
trait and send any message. So the view never listens to the browser, a message is a verb from
the class's table with typed arguments, and the service behind the verb authorises the acting
person again.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from practika_kernel.domain.errors import InvalidInput, PractikaError

from ._assets import script
from ._verbs import Verb

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika

__all__ = ["PractikaWidget", "Verb", "script"]

log = logging.getLogger("practika.widgets")

_OWN_TRAITS = {"view", "sync", "comm", "keys", "log"}


class PractikaWidget(anywidget.AnyWidget):
    """Base of every widget: ``view`` is what it shows, ``verbs`` what it may be asked.

    A subclass sets ``_esm = script("name")``, fills ``verbs`` and writes ``look()``.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; it knows the acting person.
    traits
        ipywidgets' own, such as ``layout``.

    Raises
    ------
    TypeError
        For a name that no trait has; a misspelt option must not pass in silence.
    """

    verbs: ClassVar[Mapping[str, Verb]] = {
        "refresh": Verb("refresh"),
        "complain": Verb("complain", {"message": str, "where": str}),
    }

    view = traitlets.Dict(help="What the browser shows; it only ever goes out.").tag(sync=True)

    def __init__(self, practika: Practika, **traits: Any) -> None:
        self._refuse_unknown(traits)
        self.practika = practika
        self.view = self._safe_look()
        super().__init__(**traits)
        self.on_msg(self._on_message)

    def look(self) -> dict[str, Any]:
        """What the browser should show now, as JSON; read afresh from the services."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Read again and show it. An unchanged view costs no message."""
        self.view = self._safe_look()

    def say(self, sentence: str) -> None:
        """Tell the person in the page's live region, once."""
        self.send({"say": sentence})

    def complain(self, message: str, where: str) -> str:
        """Write down an error of the browser's side; returns the reference the person sees."""
        reference = secrets.token_hex(4)
        log.warning("browser error %s in %s: %s", reference, where[:200], message[:2000])
        return reference

    @property
    def actor(self) -> str:
        """Id of the person this kernel belongs to, as the server said it."""
        return str(self.practika.actor)

    @classmethod
    def all_verbs(cls) -> dict[str, Verb]:
        """The table of this class with those of its bases."""
        table: dict[str, Verb] = {}
        for base in reversed(cls.__mro__):
            table.update(vars(base).get("verbs", {}))
        return table

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Undo what a browser tried to set: send it what is true here instead."""
        names = [name for name in sync_data if name in self.keys]
        if names:
            self.send_state(names)

    def _refuse_unknown(self, traits: Mapping[str, Any]) -> None:
        known = {n for n in self.trait_names() if not n.startswith("_")} - _OWN_TRAITS
        unknown = sorted(set(traits) - known)
        if unknown:
            raise TypeError(
                f"{type(self).__name__} knows no {', '.join(unknown)}. "
                f"It knows: {', '.join(sorted(known))}."
            )

    def _safe_look(self) -> dict[str, Any]:
        try:
            return self.look()
        except PractikaError as error:
            return {"problem": error.sentence}
        except Exception:  # the boundary: a page must say something whatever went wrong
            return {"problem": _log_failure(f"{type(self).__name__}.look")}

    def _on_message(self, _widget: object, content: object, _buffers: object) -> None:
        if not isinstance(content, dict) or not isinstance(content.get("ref"), str):
            return  # without a reference nobody waits for an answer
        self.send({"ref": content["ref"][:64], **self.answer(content)})

    def answer(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Do what one message asks.

        Parameters
        ----------
        content
            ``{"verb": ..., "args": {...}}`` as the browser sent it.

        Returns
        -------
        dict
            ``{"ok": True, "result": ...}`` or ``{"ok": False, "sentence": ...}``.
        """
        name = content.get("verb")
        try:
            verb = self.all_verbs().get(name) if isinstance(name, str) else None
            if verb is None:
                raise InvalidInput("This page asked for something unknown here. Reload the page.")
            result = getattr(self, verb.handler)(**verb.check(content.get("args", {})))
        except PractikaError as error:
            return {"ok": False, "sentence": error.sentence}
        except Exception:  # the boundary: the person reads a sentence, the log holds the rest
            return {"ok": False, "sentence": _log_failure(f"{type(self).__name__}.{name}")}
        return {"ok": True, "result": result}


def _log_failure(where: str) -> str:
    reference = secrets.token_hex(4)
    log.exception("reference %s in %s", reference, where)
    return f"Something went wrong (reference {reference}). Nothing you saved is lost."
