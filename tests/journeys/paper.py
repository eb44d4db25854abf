"""What a reader finds on paper: the words of a PDF that Chromium made.

Each font in it has numbers of its own for its glyphs, and a table from those to letters. Words are
placed glyph by glyph, so their spaces are left out.
"""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\s)(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_FONT = re.compile(rb"/F(\d+) \1 0 R")
_TABLE = re.compile(rb"/ToUnicode (\d+) 0 R")
_SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj")
_RANGE = re.compile(rb"^<(\w{4})> (?:<(\w{4})> )?<(\w{4})>$", re.MULTILINE)


def words(pdf: bytes) -> str:
    """All text of the pages, without spaces."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = {font: _letters(objects, int(font)) for font in set(_FONT.findall(pdf))}
    streams = [_unpacked(body) for body in objects.values()]
    return "".join(_text(stream, fonts) for stream in streams if b" Tf\n" in stream)


def _unpacked(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    return zlib.decompress(stream[1]) if stream and b"/FlateDecode" in body else b""


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """The letter of each glyph of a font."""
    table = _TABLE.search(objects[font])
    assert table is not None
    letters = {}
    for first, last, letter in _RANGE.findall(_unpacked(objects[int(table[1])])):
        for step in range(int(last or first, 16) - int(first, 16) + 1):
            letters[int(first, 16) + step] = chr(int(letter, 16) + step)
    return letters


def _text(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    found, letters = [], dict[int, str]()
    for font, glyphs in _SHOWN.findall(stream):
        if font:
            letters = fonts[font]
        numbers = (int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4))
        found += [letters.get(number, "?") for number in numbers]
    return "".join(found).replace(" ", "")
