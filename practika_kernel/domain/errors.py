"""Every error Practika raises on purpose. Each carries the sentence the person will read.

PractikaError
+-- InvalidInput        the person can mend it: a field, a range, a file name
|     +-- UnusableFile  the bytes are not a video Practika can use
|     +-- OverQuota     there is no room left for this person or course
+-- NotFound            does not exist, or the person may not know that it does
+-- NotAllowed          the person sees the thing but may not do this to it
+-- SignInFailed        unknown person and wrong password alike
+-- TooManyTries        there were many wrong ones; the next has to wait
+-- Conflict            somebody or something else was faster; look again
+-- Misconfigured       a setting or the machine stands in the way of starting
+-- OutOfTime           a media step took longer than it may
+-- Interrupted         a media step was killed from outside; worth another try
+-- Unreachable         a machine that is needed does not answer; worth waiting for
+-- Unsealable          a secret was sealed with a key that is not here (any more)
"""

from __future__ import annotations


class PractikaError(Exception):
    """Base of all of them. ``str(error)`` is a whole sentence fit for a page.

    >>> str(InvalidInput("The end must lie after the start."))
    'The end must lie after the start.'
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InvalidInput(PractikaError):
    """What was given cannot be used; the sentence says what would be."""


class UnusableFile(InvalidInput):
    """The file is empty, cut short, damaged, or no video at all."""


class OverQuota(InvalidInput):
    """More than this person or this course may keep; nothing of it was stored."""


class NoRoom(PractikaError):
    """The disk is as full as it may get; nothing of it was stored."""


class NotFound(PractikaError):
    """No such thing for this person: missing and hidden answer alike."""

    def __init__(self, sentence: str = "There is nothing here under that address.") -> None:
        super().__init__(sentence)


class NotAllowed(PractikaError):
    """The person may see the thing but not do this to it."""


class SignInFailed(PractikaError):
    """The same words for an unknown person and a wrong password."""

    def __init__(self) -> None:
        super().__init__("E-mail and password do not match. Check both and try again.")


class TooManyTries(PractikaError):
    """The next try has to wait for so many ``seconds``; this one was not looked at.

    >>> TooManyTries(31).sentence
    'There were many tries in a row. Wait a minute, then try again.'
    >>> TooManyTries(61).sentence
    'There were many tries in a row. Wait 2 minutes, then try again.'
    """

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        spoken = "a minute" if minutes <= 1 else f"{minutes} minutes"
        super().__init__(f"There were many tries in a row. Wait {spoken}, then try again.")
        self.seconds = seconds


class Conflict(PractikaError):
    """The state changed in between; nothing was written."""


class Misconfigured(PractikaError):
    """Practika cannot start like this; the sentence names the setting."""


class OutOfTime(PractikaError):
    """A media step was stopped at its time limit; nothing was half-stored."""


class Interrupted(PractikaError):
    """A media step ended before it had an answer; nothing was half-stored."""


class Unreachable(PractikaError):
    """Something outside that the work needs does not answer; nobody's file is to blame.

    ``seconds`` says when to ask again; None is the usual time.
    """

    def __init__(self, sentence: str, seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Unsealable(PractikaError):
    """A secret in the record does not open with the key that is here."""

    def __init__(self) -> None:
        super().__init__("A secret does not open: the key it was sealed with is not here.")
