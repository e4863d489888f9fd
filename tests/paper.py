"""The words on a printed page, read back out of the PDF that Chromium made.

Chromium writes plain PDF objects, packed streams, and fonts that name each glyph's letter in a
table of their own; that is all this understands, and all a test of print needs.
"""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


def pages(pdf: bytes) -> list[str]:
    """Return the words of each page, without regard to where they stand."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    return [
        _words(objects, body)
        for _, body in sorted(objects.items())
        if re.search(rb"/Type\s*/Page\b", body)
    ]


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _references(body: bytes, name: bytes) -> list[int]:
    found = re.search(rb"/" + name + rb"\s*(?:\[([^\]]*)\]|(\d+ 0 R))", body)
    return (
        [int(number) for number in re.findall(rb"(\d+) 0 R", (found[1] or found[2]))]
        if found
        else []
    )


def _words(objects: dict[int, bytes], page: bytes) -> str:
    fonts = {
        name: _letters(objects, int(number))
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)
    }
    said: list[str] = []
    letters, digits = dict[int, str](), 4
    for number in _references(page, b"Contents"):
        for font, text in re.findall(
            rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>", _stream(objects[number])
        ):
            if font:
                letters, digits = fonts.get(font, ({}, 4))
                said.append(" ")
            else:
                places = range(0, len(text), digits)
                glyphs = [int(text[at : at + digits], 16) for at in places]
                said.append("".join(letters.get(glyph, "") for glyph in glyphs))
    return re.sub(r"\s+", " ", "".join(said))


def _letters(objects: dict[int, bytes], font: int) -> tuple[dict[int, str], int]:
    """Return a font's letters by glyph, and how many hexadecimal digits name a glyph."""
    table = _references(objects[font], b"ToUnicode")
    text = _stream(objects[table[0]]) if table else b""
    letters: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", text, re.S):
        for glyph, letter in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            letters[int(glyph, 16)] = bytes.fromhex(letter.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, letter in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                letters[int(first, 16) + step] = chr(int(letter, 16) + step)
    space = re.search(rb"begincodespacerange\s*<(\w+)>", text)
    return letters, len(space[1]) if space else 4
