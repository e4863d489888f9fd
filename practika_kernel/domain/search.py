"""What searching means: words, how they are folded, what a question asks for, what it marks.

Everything here is plain text work, the same for both databases; they only keep the folded words
and find them again. A word is a run of letters and digits; the rest of a text separates words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from practika_kernel.domain.errors import InvalidInput

LONGEST_QUESTION = 200
"""Characters of a question; a sentence fits."""

MOST_WORDS = 12
"""Words of a question that are looked for; what comes behind them is left out, and said so."""

LONGEST_WORD = 40
"""Letters of a word that are kept; what differs only behind them is the same word."""

SHORTEST_PREFIX = 2
"""Letters from which a word also finds longer ones; a single letter finds itself."""

_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_QUOTES = re.compile(r"[\"\u201c\u201d\u201e\u00ab\u00bb]")
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


class Kind(StrEnum):
    """What can be found, in the order a page shows it."""

    PERSON = "person"
    EXERCISE = "exercise"
    TAKE = "take"
    REPLY = "reply"
    TAG = "tag"


class Tier(StrEnum):
    """How a thing is found; better ones come first, newer first within one."""

    TITLE = "title"
    """Every word stands whole in the title or name."""
    TITLE_PREFIX = "title prefix"
    """Every word begins a word of the title or name."""
    WHOLE = "whole"
    """Every word stands whole somewhere."""
    PREFIX = "prefix"
    """Every word begins a word somewhere: everything that is found without a slip."""
    NEAR = "near"
    """As above, but some words only when slips are forgiven."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words in a row. ``spellings`` are folded alternatives of the same length.

    ``whole`` is what stood in closed quotation marks: its last word is no mere beginning.
    """

    spellings: tuple[tuple[str, ...], ...]
    whole: bool = False

    @property
    def is_word(self) -> bool:
        """Whether this is a single word."""
        return len(self.spellings[0]) == 1

    @property
    def word(self) -> str:
        """The first word as it is folded first."""
        return self.spellings[0][0]

    def begins(self, word: str) -> bool:
        """Tell whether the last word may be the beginning of a longer one."""
        return not self.whole and len(word) >= SHORTEST_PREFIX


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked for: all terms have to be met. ``cut`` when there were too many."""

    terms: tuple[Term, ...]
    cut: bool = False


def fold(word: str) -> str:
    """Bring a word into the form it is compared in: small letters, no accents.

    >>> fold("Übung"), fold("STRASSE") == fold("Straße"), fold("Łódź"), fold("Ｆｕｌｌ")
    ('ubung', True, 'lodz', 'full')
    """
    apart = unicodedata.normalize("NFKD", word.casefold()).casefold().translate(_PLAIN)
    return "".join(letter for letter in apart if letter.isalnum())[:LONGEST_WORD]


def spelt(word: str) -> str:
    """Fold a word with its umlauts written out, as on a keyboard without them.

    >>> spelt("Übung"), spelt("hand")
    ('uebung', 'hand')
    """
    return fold(unicodedata.normalize("NFC", word).casefold().translate(_SPELT))


def spans(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield each word of a text: start, end (exclusive), folded, and folded written out.

    >>> [(a, b, word) for a, b, word, _ in spans("Left hand: don't rush!")]
    [(0, 4, 'left'), (5, 9, 'hand'), (11, 14, 'don'), (15, 16, 't'), (17, 21, 'rush')]
    """
    for found in _WORD.finditer(text):
        word, out = _both(found[0])
        if word:
            yield found.start(), found.end(), word, out


@lru_cache(1 << 14)
def _both(word: str) -> tuple[str, str]:
    return fold(word), spelt(word)


def words(text: str) -> tuple[list[str], list[str]]:
    """Return a text's words, and the same written out if that makes a difference; else [].

    >>> words("Klavier üben")
    (['klavier', 'uben'], ['klavier', 'ueben'])
    >>> words("Left hand")
    (['left', 'hand'], [])
    """
    found = [(word, out) for _, _, word, out in spans(text)]
    plain, written = [word for word, _ in found], [out for _, out in found]
    return plain, written if written != plain else []


def ask(text: str) -> Question:
    """Read a question. Words in quotation marks stand in a row; signs mean nothing else.

    Raises
    ------
    InvalidInput
        More than 200 characters.

    >>> [term.spellings for term in ask('mira "left hand" AND üb').terms]
    [(('mira',),), (('left', 'hand'),), (('and',),), (('ub',), ('ueb',))]
    >>> ask(" -*: ").terms
    ()
    """
    if len(text) > LONGEST_QUESTION:
        raise InvalidInput(
            f"{LONGEST_QUESTION} characters can be searched for; this is longer. A few words do."
        )
    pieces = _QUOTES.split(text)
    terms: list[Term] = []
    for place, piece in enumerate(pieces):
        plain, written = words(piece)
        if place % 2 and plain:  # between two marks, or behind one that is still open
            closed = place < len(pieces) - 1
            terms.append(Term(_spellings(plain, written), whole=closed))
        else:
            apart = zip(plain, written or plain, strict=True)
            terms += [Term(_spellings([word], [out])) for word, out in apart]
    fitting, count = [], 0
    for term in dict.fromkeys(terms):
        count += len(term.spellings[0])
        if count <= MOST_WORDS:
            fitting.append(term)
    return Question(tuple(fitting), cut=count > MOST_WORDS)


def _spellings(plain: list[str], written: list[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys([tuple(plain), tuple(written or plain)]))


def slips(word: str) -> int:
    """Return how many slips of the finger are forgiven in a word of this length.

    >>> [slips(word) for word in ("arm", "hand", "phrasing")]
    [0, 1, 2]
    """
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def distances(word: str, other: str) -> list[int]:
    """Return how far a word is from each beginning of another: 0 letters of it, 1, 2, all.

    A slip is a letter too many, too few, a wrong one, or two neighbours swapped (Damerau's, each
    place counted once: optimal string alignment).

    >>> distances("hnad", "hands")
    [4, 3, 2, 2, 1, 2]
    """
    before: list[int] = []
    column = list(range(len(word) + 1))
    ends = [column[-1]]
    for at, letter in enumerate(other):
        following = [at + 1]
        for place, own in enumerate(word):
            cost = min(column[place] + (own != letter), column[place + 1] + 1, following[place] + 1)
            if at and place and own == other[at - 1] and word[place - 1] == letter:
                cost = min(cost, before[place - 1] + 1)
            following.append(cost)
        before, column = column, following
        ends.append(column[-1])
    return ends


Hits = Callable[[str], bool]
"""Tells whether a folded word is marked."""

Segments = list[tuple[str, bool]]
"""A text in pieces, each with whether it is marked. Joined they are the text."""


def marked(text: str, question: Question, near: Hits) -> list[tuple[int, int]]:
    """Return the ranges ``[start, end)`` of a text that the question speaks of, in order.

    ``near`` tells of words that are meant though they are written otherwise.
    """
    found = list(spans(text))
    ranges: set[tuple[int, int]] = set()
    for place, (start, end, word, out) in enumerate(found):
        if near(word):
            ranges.add((start, end))
        for term in question.terms:
            for spelling in term.spellings:
                row = found[place : place + len(spelling)]
                if _meets(row, spelling, term) or (out != word and _meets(row, spelling, term, 3)):
                    ranges.update((a, b) for a, b, _, _ in row)
    return sorted(ranges)


def met(text: str, question: Question) -> bool:
    """Tell whether a text has every term of a question, as it is written.

    >>> met("Good wrists for week 3", ask("wri good")), met("Good wrists", ask('"wrists good"'))
    (True, False)
    """
    found = list(spans(text))
    return all(
        any(
            _meets(found[place : place + len(spelling)], spelling, term, way)
            for spelling in term.spellings
            for place in range(len(found))
            for way in (2, 3)
        )
        for term in question.terms
    )


def _meets(
    row: list[tuple[int, int, str, str]], spelling: tuple[str, ...], term: Term, way: int = 2
) -> bool:
    if len(row) < len(spelling):
        return False
    there = [str(one[way]) for one in row]
    *first, last = spelling
    if there[:-1] != first:
        return False
    return there[-1].startswith(last) if term.begins(last) else there[-1] == last


def segments(text: str, ranges: list[tuple[int, int]]) -> Segments:
    """Cut a text at its marked ranges; nothing is escaped, since nothing is markup.

    >>> segments("Left hand", [(0, 4)])
    [('Left', True), (' hand', False)]
    """
    pieces: Segments = []
    at = 0
    for start, end in ranges:
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:end], True))
        at = end
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


SNIPPET = 140
"""Characters of a text that are shown around the first marked word."""


def snippet(text: str, ranges: list[tuple[int, int]]) -> Segments:
    """Return the part of a text around its first mark, cut between words, with its marks.

    >>> snippet("Left hand", [(5, 9)])
    [('Left ', False), ('hand', True)]
    """
    if len(text) <= SNIPPET:
        return segments(text, ranges)
    first = ranges[0][0] if ranges else 0
    start = max(0, first - SNIPPET // 3)
    if start:
        start = min(first, text.find(" ", start) + 1 or start)
    end = min(len(text), start + SNIPPET)
    if end < len(text):
        cut = text.rfind(" ", start, end)
        end = cut if cut > first else end
    inside = [(a - start, min(b, end) - start) for a, b in ranges if start <= a < end]
    pieces = segments(text[start:end], inside)
    before = [("… ", False)] if start else []
    return [*before, *pieces, *([(" …", False)] if end < len(text) else [])]
