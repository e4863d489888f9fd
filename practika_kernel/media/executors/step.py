"""The future of a media step: it tells how far the step is, and cancelling it ends the child."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any


class Step(Future[Any]):
    """What an executor of media steps hands out.

    A plain future can only be cancelled while it waits. Media work can be thrown away and done
    again, so `cancel` works until the step has ended: `wait` then returns once its child is gone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self.unwanted = threading.Event()
        self._begun = False

    def begin(self) -> bool:
        """Note that the work starts; False when nobody wants it any more."""
        self._begun = not self.unwanted.is_set()
        return self._begun

    def note(self, share: float) -> None:
        """Note how far it is, from 0 to 1."""
        self.share = share

    def look(self) -> None:
        """Find out whether it can still come to an end; called while somebody waits for it."""

    def running(self) -> bool:
        """Tell whether it was begun and has not ended."""
        return self._begun and not self.done()

    def cancel(self) -> bool:
        """Take it out of the line or end its child; False when it had ended before."""
        cancelled = super().cancel()
        if cancelled:
            self.unwanted.set()
        return cancelled

    def succeed(self, result: Any) -> None:
        """Hand over the result, unless nobody wants it any more."""
        if not self._over() and self.set_running_or_notify_cancel():
            self.set_result(result)

    def fail(self, error: BaseException) -> None:
        """Hand over the error, unless nobody wants it any more."""
        if not self._over() and self.set_running_or_notify_cancel():
            self.set_exception(error)

    def _over(self) -> bool:
        return self.done() and not self.cancelled()
