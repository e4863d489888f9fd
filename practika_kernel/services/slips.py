"""Words that are meant by one with a slip of the finger, among all words of the index.

NumPy compares a word with all others side by side, 30,000 in a few milliseconds: the letters of
each word move one column of Damerau's table, kept as bits of one number (Myers 1999; swapped
neighbours after Hyyrö 2003). `practika_kernel.domain.search.distances` says the same slowly.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from practika_kernel.domain.search import LONGEST_WORD, slips

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_LONGER = 40
"""Words that are named instead of what they begin with."""
MOST_NEAR = 60
"""Words that are tried for one with a slip, the nearest first."""


class Lexicon:
    """All words of the index as a table of letters; kept by the process, added to as they come.

    It holds words of everybody. What comes of them is asked of the index with the marks of the
    person, so a word they may not see finds nothing, and nothing is said of it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: list[str] = []
        self._sorted: list[str] = []
        self._codes: NDArray[np.uint16] | None = None
        self._letters: NDArray[np.uint64] | None = None
        self._known: set[str] = set()
        self.mark = 0

    def learn(self, words: Iterable[str], mark: int, *, anew: bool = False) -> None:
        """Add words, or begin anew with them; ``mark`` is where the next ones begin."""
        with self._lock:
            if anew:
                self._words, self._sorted, self._known = [], [], set()
                self._codes = self._letters = None
            fresh = [word for word in dict.fromkeys(words) if word not in self._known]
            self._known.update(fresh)
            self._codes, self._letters = _table(fresh, self._codes), _bits(fresh, self._letters)
            self._words = [*self._words, *fresh]
            self._sorted = sorted([*self._sorted, *fresh])
            self.mark = mark

    def longer(self, word: str) -> list[str] | None:
        """Return every word that begins with one, itself included; None for more than 40."""
        ordered = self._sorted
        first = bisect_left(ordered, word)
        found = ordered[first : first + MOST_LONGER + 1]
        there = [one for one in found if one.startswith(word)]
        return None if len(there) > MOST_LONGER else there

    def knows(self, word: str) -> bool:
        """Tell whether anything has this very word."""
        return word in self._known

    def near(self, word: str, *, begins: bool) -> list[str]:
        """Return the words a word may have been meant as, nearest first; [] for short ones.

        ``begins`` allows it to be the beginning of a longer word, as while it is being typed.
        Words it begins without a slip are left out: they are found anyway.
        """
        allowed = slips(word)
        with self._lock:
            words, codes, letters = self._words, self._codes, self._letters
        if not allowed or codes is None or letters is None or not words:
            return []
        import numpy as np

        rows = _candidates(word, letters, allowed)
        ends = _distances(word, codes[rows], len(word) + allowed)
        lengths = np.count_nonzero(codes[rows], axis=1)
        whole = ends[np.minimum(lengths, ends.shape[0] - 1), np.arange(len(rows))]
        whole = np.where(lengths >= ends.shape[0], 99, whole)
        best = ends.min(axis=0) if begins else whole
        chosen = [
            (int(best[at]), abs(int(lengths[at]) - len(word)), words[rows[at]])
            for at in np.flatnonzero(best <= allowed)
        ]
        found = sorted(one for one in chosen if not one[2].startswith(word))
        return [one[2] for one in found[:MOST_NEAR]]


def _table(words: Sequence[str], before: NDArray[np.uint16] | None) -> NDArray[np.uint16]:
    import numpy as np

    codes = np.zeros((len(words), LONGEST_WORD), dtype=np.uint16)
    for row, word in enumerate(words):
        letters = [min(ord(letter), 0xFFFF) for letter in word[:LONGEST_WORD]]
        codes[row, : len(letters)] = letters
    return codes if before is None else np.concatenate([before, codes])


def _bits(words: Sequence[str], before: NDArray[np.uint64] | None) -> NDArray[np.uint64]:
    import numpy as np

    bits = np.array([_letters(word) for word in words], dtype=np.uint64)
    return bits if before is None else np.concatenate([before, bits])


def _candidates(word: str, letters: NDArray[np.uint64], allowed: int) -> NDArray[np.intp]:
    """Leave out words that lack more letters of it than slips could have brought in."""
    import numpy as np

    lacking = np.bitwise_count(np.uint64(_letters(word)) & ~letters)
    return np.flatnonzero(lacking <= allowed)


def _letters(word: str) -> int:
    """Which letters a word has, as bits; two letters that share a bit only cost time."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _distances(word: str, codes: NDArray[np.uint16], most: int) -> NDArray[Any]:
    """Return the distance of a word from each beginning of others: one row for each length."""
    import numpy as np

    count, steps = len(codes), min(most, LONGEST_WORD)
    one, size = np.uint64(1), len(word)
    top = np.uint64(1 << (size - 1))
    patterns = np.zeros(0x10000, dtype=np.uint64)
    for place, letter in enumerate(word):
        patterns[min(ord(letter), 0xFFFF)] |= np.uint64(1 << place)
    ends = np.empty((steps + 1, count), dtype=np.int16)
    ends[0] = size
    plus = np.full(count, np.uint64((1 << size) - 1))
    minus = np.zeros(count, dtype=np.uint64)
    same, before = np.zeros(count, dtype=np.uint64), np.zeros(count, dtype=np.uint64)
    for step in range(steps):
        letters = codes[:, step]
        here = patterns[letters]
        swapped = ((~same & here) << one) & before
        same = (((here & plus) + plus) ^ plus) | here | minus | swapped
        up, down = minus | ~(same | plus), same & plus
        change = (up & top != 0).astype(np.int16) - (down & top != 0)
        ends[step + 1] = np.where(letters == 0, 99, ends[step] + change)
        up, down = (up << one) | one, down << one
        plus, minus = down | ~(same | up), up & same
        before = here
    return ends
