"""Rows for a spreadsheet: RFC 4180, and no cell that a spreadsheet takes for a formula.

A spreadsheet may carry out a text that begins with ``=``, ``+``, ``-`` or ``@``, also after spaces,
a tab or a line break, and also in the full-width forms of these signs. Quotation marks do not stop
it. A single quote in front does; it is left in the text when the file is read by a program.

https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"  # by which a spreadsheet knows UTF-8
LINE_END = "\r\n"
_STARTS = tuple("=+-@")
_CONTROLS = ("\t", "\r", "\n", "\0")


def safe_text(text: str) -> str:
    """The text, with a single quote in front where a spreadsheet might carry it out."""
    if text.startswith(_CONTROLS) or _first_sign(text).startswith(_STARTS):
        return f"'{text}"
    return text


def _first_sign(text: str) -> str:
    """The first sign that is seen, a full-width form as the usual one: some skip spaces."""
    for sign in text:
        if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf"):
            return unicodedata.normalize("NFKC", sign)
    return ""


def row(cells: Iterable[str | int]) -> str:
    """One row with its line end. A number is written as one; every text is quoted and safe."""
    return ",".join(_cell(cell) for cell in cells) + LINE_END


def _cell(cell: str | int) -> str:
    if isinstance(cell, int):
        return str(cell)
    return '"' + safe_text(cell).replace('"', '""') + '"'
